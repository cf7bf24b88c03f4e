"""Lives of posts in a case: all sources in one timeline, and nothing in it that rests on what is withheld."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.record.item import Access
from evidentia.record.life import ChangeKind
from evidentia.record.post import State
from lab.forum import Forum

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "platforms"


def export(folder: Path, name: str, words: str, **more: object) -> Path:
    """A chat of Telegram Desktop with one message in these words, and one that is the same in every export."""
    sender = {"from": "Pejabat 07", "from_id": "user7", "type": "message", "date_unixtime": "1784453400"}
    chat = {
        "name": "Tim Kota Contoh",
        "type": "private_group",
        "id": 4242,
        "messages": [
            {"id": 5, "date": "2026-07-19T16:30:00", "text": words, **sender, **more},
            {"id": 6, "date": "2026-07-19T16:30:00", "text": "Siap", **sender},
        ],
    }
    path = folder / name
    path.write_text(json.dumps(chat), "utf-8")
    return path


def test_a_message_that_two_exports_tell_in_different_words_has_a_life(case: Case, tmp_path: Path) -> None:
    first = case.add(export(tmp_path, "satu.json", "Dukung Paslon A"), access=Access.PARTICIPANT)
    assert case.timelines() == ()
    later = export(
        tmp_path, "dua.json", "Saya netral", edited="2026-07-19T18:00:00", edited_unixtime="1784458800"
    )
    second = case.add(later, access=Access.PARTICIPANT)
    (life,) = case.timelines()
    assert life.post == "telegram:/4242/5"
    assert [version.text for version in life.versions] == ["Dukung Paslon A", "Saya netral"]
    assert [version.sources for version in life.versions] == [
        ("handed over: satu.json",),
        ("handed over: dua.json",),
    ]
    (change,) = life.changes
    assert change.kind is ChangeKind.EDITED
    assert change.not_before is None  # an export does not say when it was made
    assert change.not_after == second.times.received_at
    assert "on-the-word-of" in {signal.name for signal in change.signals}
    assert {evidence.item for evidence in change.evidence} == {first.item, second.item}
    assert life.state is State.EDITED
    assert case.timeline("telegram:/4242/5") == life


def test_messages_that_exports_tell_alike_or_without_a_number_have_none(case: Case, tmp_path: Path) -> None:
    for name in ("satu.json", "dua.json"):
        case.add(export(tmp_path, name, "Dukung Paslon A"), access=Access.PARTICIPANT)
    for words in ("Dukung Paslon A", "Saya netral"):
        path = tmp_path / f"{words[:4]}.txt"
        path.write_text(f"19/07/26 16.29 - Pejabat 07: {words}\n19/07/26 16.31 - Warga Satu: Siap\n", "utf-8")
        case.add(path, access=Access.PARTICIPANT)
    assert case.timelines() == ()


def test_nothing_rests_on_what_is_withheld(case: Case, tmp_path: Path) -> None:
    first = case.add(export(tmp_path, "satu.json", "Dukung Paslon A"), access=Access.PARTICIPANT)
    case.add(export(tmp_path, "dua.json", "Saya netral"), access=Access.PARTICIPANT)
    third = case.add(export(tmp_path, "tiga.json", "Terima kasih"), access=Access.PARTICIPANT)
    (life,) = case.timelines(without={first.item})
    assert [version.text for version in life.versions] == ["Saya netral", "Terima kasih"]
    assert all(one.item != first.item for standing in life.standings for one in standing.evidence)
    assert (
        case.timelines(without={first.item, third.item}) == ()
    )  # that it differs from a withheld one would tell


@pytest.mark.lab
def test_a_first_look_that_found_nothing_belongs_to_the_post_that_is_found_there_later(
    case: Case, forum: Forum
) -> None:
    topic = forum.publish("Undangan", "Mari hadir.")
    forum.delete_topic(topic.id)
    light = PageOptions(allow_private_network=True, light=True)
    nothing = case.capture(topic.url, access=Access.PUBLIC, options=light)
    assert nothing.observation.key.startswith("url:")
    forum.restore_topic(topic.id)
    post = case.capture(topic.url, access=Access.PUBLIC, options=light)
    (life,) = case.timelines()
    assert life.post == post.observation.key
    assert [seen.state for seen in life.observations] == [State.UNAVAILABLE, State.LIVE]
    (again,) = case.recheck_many()
    assert again.error is None
    assert case.timeline(topic.url).standings[-1].looks == 2
