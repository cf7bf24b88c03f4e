from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import fields, replace

from evidentia.detect.beside import (
    PictureFile,
    Wording,
    closest,
    file_pair,
    outcome,
    text_pair,
    unlike_circumstances,
)
from evidentia.fingerprint.types import Perceptual
from evidentia.record.comparison import Agreement
from evidentia.record.item import Circumstances, Clock, LoadState, Peer, Program
from evidentia.record.life import WordMove
from evidentia.report.material import Language
from evidentia.report.texts import say

WHEN = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
PEER = Peer(
    host="forum.example:443", port=443, address="192.0.2.7:443", local_address="198.51.100.4:50122", at=WHEN
)
TAKEN = Circumstances(
    requested_url="https://forum.example/1",
    final_url="https://forum.example/1",
    canonical_url=None,
    redirects=(),
    status=200,
    dns=(),
    peers=(PEER,),
    tls=None,
    started_at=WHEN,
    finished_at=WHEN,
    clock=Clock(zone="+07:00", synchronised=True, source="timedatectl"),
    browser=Program(name="Chromium", version="142"),
    tools=(),
    operating_system="Linux",
    user_agent="Mozilla/5.0",
    viewport=(1280, 900),
    locale="id-ID",
    load_state=LoadState.COMPLETE,
    private_network_allowed=False,
)


def test_times_ports_and_tools_are_no_other_circumstances() -> None:
    later = replace(
        TAKEN,
        started_at=WHEN.replace(hour=9),
        finished_at=WHEN.replace(hour=9),
        tools=(Program(name="evidentia", version="2"),),
        peers=(replace(PEER, local_address="198.51.100.4:61000", at=WHEN.replace(hour=9)),),
    )
    assert list(unlike_circumstances(TAKEN, later)) == []


@pytest.mark.parametrize(
    ("change", "name", "a", "b"),
    [
        ({"logged_in": True}, "logged_in", "false", "true"),
        ({"locale": "en-GB"}, "locale", "id-ID", "en-GB"),
        ({"viewport": None}, "viewport", "1280, 900", None),
        ({"browser": Program(name="Chromium", version="150")}, "browser", "Chromium 142", "Chromium 150"),
        (
            {"peers": (replace(PEER, local_address="203.0.113.9:50122"),)},
            "seen_from",
            "198.51.100.4",
            "203.0.113.9",
        ),
        ({"peers": (replace(PEER, address="[2001:db8::7]:443"),)}, "answered_by", "192.0.2.7", "2001:db8::7"),
    ],
)
def test_each_circumstance_that_can_explain_a_difference_is_named(
    change: dict[str, object], name: str, a: str | None, b: str | None
) -> None:
    (found,) = unlike_circumstances(TAKEN, replace(TAKEN, **change))
    assert (found.name, found.a, found.b) == (name, a, b)
    assert all(say(language, f"unlike.{name}") for language in Language)


def test_login_is_said_before_everything_else() -> None:
    other = replace(
        TAKEN, logged_in=True, locale="en-GB", viewport=(400, 900), final_url="https://forum.example/2"
    )
    assert [one.name for one in unlike_circumstances(TAKEN, other)][:2] == ["logged_in", "locale"]


def test_every_compared_circumstance_is_a_field() -> None:
    from evidentia.detect import beside

    assert set(beside._TOLD) <= {field.name for field in fields(Circumstances)}


def test_layout_is_no_difference_and_a_hidden_character_is() -> None:
    assert text_pair(
        Wording("a", "Mari  dukung\nPaslon A"), Wording("b", "Mari dukung Paslon A")
    ).agreement is (Agreement.SAME)
    hidden = text_pair(Wording("a", "Mari dukung"), Wording("b", "Mari du\u200bkung"))
    assert hidden.agreement is Agreement.DIFFERS
    assert [run.text for run in hidden.words if run.move is WordMove.ADDED] == [" du\u200bkung"]


def test_a_text_that_was_read_agrees_or_leaves_it_open() -> None:
    post = Wording("a", "Mari dukung Paslon A!")
    assert text_pair(post, Wording("b", "mari dukung\npaslon a", was_read=True)).agreement is Agreement.SAME
    assert text_pair(post, Wording("b", "mari dukung paslon b", was_read=True)).agreement is (
        Agreement.UNDETERMINED
    )
    assert text_pair(Wording("a", "🙏"), Wording("b", "!", was_read=True)).agreement is Agreement.UNDETERMINED


def test_the_closest_text_shares_most_words() -> None:
    texts = [Wording("1", "Selamat sore"), Wording("2", "Mari dukung Paslon B"), Wording("3", "Mari pulang")]
    assert closest(Wording("x", "Mari dukung Paslon A"), texts).where == "2"


def test_a_picture_without_a_hash_that_says_enough_is_judged_by_its_bytes_alone() -> None:
    flat = Perceptual(pdq="0" * 64, pdq_quality=3)
    pair = file_pair(PictureFile("a", "1" * 64, flat), PictureFile("b", "2" * 64, flat))
    assert (pair.agreement, pair.distance) == (Agreement.DIFFERS, None)
    assert "no PDQ hash" in pair.reason


def test_what_all_comparisons_come_to() -> None:
    assert outcome([]) is Agreement.UNDETERMINED
    assert outcome([Agreement.SAME, Agreement.UNDETERMINED, Agreement.DIFFERS]) is Agreement.DIFFERS
    assert outcome([Agreement.SAME, Agreement.UNDETERMINED]) is Agreement.UNDETERMINED
    assert outcome([Agreement.SAME, Agreement.ALIKE]) is Agreement.ALIKE
