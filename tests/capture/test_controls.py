"""Controls beside a post that is not shown: what counts as its host's answer, and what another way to it overrules."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from capture_site import Answer, Site
from capturing import LOOPBACK

from evidentia.capture.captured import PageCapture
from evidentia.capture.controls import ARCHIVE, OTHER_POSTS, in_light_of
from evidentia.capture.light import look_lightly
from evidentia.capture.looking import Known
from evidentia.capture.options import PageOptions
from evidentia.capture.storage_state import load
from evidentia.record.item import Program, Role
from evidentia.record.moment import Interval
from evidentia.record.post import (
    Control,
    ControlKind,
    PageReading,
    Proof,
    ProofKind,
    ProofOutcome,
    State,
)

POST = Answer(b"<!doctype html><title>x</title><article><p>Saya mendukung Paslon A.</p></article>")
FRONT = Answer(b"<!doctype html><title>Depan</title><p>Selamat datang.</p>")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "item"
    made.mkdir()
    return made


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({}) as up:
        yield up


def look(site: Site, folder: Path, *others: str, options: PageOptions = LOOPBACK) -> PageCapture:
    return look_lightly(site.url("/p/1"), folder, options, others=tuple(map(site.url, others)))


def told(made: PageCapture, site: Site) -> list[tuple[str, bool]]:
    return [(one.url.removeprefix(site.url("")), one.answered) for one in made.controls]


def test_a_post_that_is_there_needs_no_control(site: Site, folder: Path) -> None:
    site.routes |= {"/p/1": POST, "/p/2": POST}
    made = look(site, folder, "/p/2")
    assert made.controls == ()
    assert [file.name for file in made.files] == ["capture.wacz"]
    assert [one.path for one in site.exchanged] == ["/p/1"]


def test_who_asks_for_no_controls_gets_none(site: Site, folder: Path) -> None:
    assert look_lightly(site.url("/p/1"), folder, LOOPBACK).controls == ()
    assert [one.path for one in site.exchanged] == ["/p/1"]


def test_controls_lie_in_an_archive_of_their_own(site: Site, folder: Path) -> None:
    site.routes |= {"/p/2": POST}
    made = look(site, folder, "/p/2")
    assert made.reading.state is State.UNAVAILABLE
    assert told(made, site) == [("/p/2", True)]
    assert [(file.name, file.role) for file in made.files] == [
        ("capture.wacz", Role.ARCHIVE),
        (ARCHIVE, Role.ARCHIVE),
    ]
    for name, path in (("capture.wacz", "/p/1"), (ARCHIVE, "/p/2")):
        with zipfile.ZipFile(folder / name) as packed:
            index = packed.read("indexes/index.cdxj").decode()
        found = {json.loads(line[line.index("{") :])["url"] for line in index.splitlines()}
        assert found == {site.url(path)}
    during = made.controls[0].during
    assert during.not_before is not None
    assert during.not_before >= made.circumstances.finished_at, "the look itself is not stretched by them"


def test_no_more_than_a_few_other_posts_are_asked_for(site: Site, folder: Path) -> None:
    site.routes |= {"/": FRONT, "/p/9": POST}
    made = look(site, folder, "/p/2", "/p/3", "/p/4", "/p/9")
    assert OTHER_POSTS == 2
    assert told(made, site) == [("/p/2", False), ("/p/3", False), ("/", True)]


@pytest.mark.parametrize(
    ("front", "answers"),
    [
        (FRONT, True),
        (Answer(b"no", status="404 Not Found"), False),
        (Answer(b"no", status="503 Service Unavailable"), False),
        (Answer(b"no", status="403 Forbidden"), False),
        (Answer(status="302 Found", headers=(("Location", "/login?next=%2F"),)), False),
    ],
)
def test_a_front_page_answers_where_nothing_stands_in_between(
    site: Site, folder: Path, front: Answer, answers: bool
) -> None:
    site.routes |= {"/": front}
    assert told(look(site, folder), site) == [("/", answers)]


def test_a_portal_that_everything_is_led_to_is_no_answer_of_the_host(site: Site, folder: Path) -> None:
    with Site({"/masuk": FRONT}) as portal:
        away = Answer(status="302 Found", headers=(("Location", portal.url("/masuk")),))
        site.routes |= {"/p/1": away, "/p/2": away, "/": away}
        made = look(site, folder, "/p/2")
    assert told(made, site) == [("/p/2", False), ("/", False)]


def test_beside_an_interface_the_page_is_asked_for(site: Site, folder: Path) -> None:
    """The address is built as one of Mastodon's, which is asked for at its interface; nothing of that is there."""
    site.routes |= {"/": FRONT}
    url = site.url("/@pejabat07/123456")
    made = look_lightly(url, folder, LOOPBACK, others=())
    asked = [one.path for one in site.exchanged]
    vantage = [one for one in made.controls if one.kind is ControlKind.SECOND_VANTAGE]
    assert len(vantage) == (0 if "/@pejabat07/123456" in asked[: asked.index("/")] else 1)
    assert asked.count("/@pejabat07/123456") <= 2


def test_what_is_absent_for_a_login_is_asked_for_without_it(site: Site, folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text(
        json.dumps(
            {
                "cookies": [{"name": "sesi", "value": "bukan-sesi-betulan", "domain": "127.0.0.1"}],
                "origins": [],
            }
        )
    )
    site.routes |= {"/": FRONT}
    options = PageOptions(allow_private_network=True, storage_state=load(state))
    made = look(site, folder, options=options)
    cookies = [(one.path, one.request_header("cookie")) for one in site.exchanged]
    assert cookies == [
        ("/p/1", "sesi=bukan-sesi-betulan"),
        ("/", "sesi=bukan-sesi-betulan"),
        ("/p/1", None),
    ]
    (stranger,) = [one for one in made.controls if one.kind is ControlKind.SECOND_VANTAGE]
    assert (stranger.state, stranger.answered) == (State.UNAVAILABLE, False)
    assert all(b"bukan-sesi-betulan" not in path.read_bytes() for path in folder.iterdir())


def test_a_304_needs_no_control(site: Site, folder: Path) -> None:
    site.routes |= {"/p/1": Answer(status="304 Not Modified"), "/": FRONT}
    made = look_lightly(site.url("/p/1"), folder, LOOPBACK, known=Known(etag='"1"'), others=())
    assert made.circumstances.status == 304
    assert made.controls == ()


def reading(state: State, *proofs: Proof) -> PageReading:
    return PageReading(state=state, signals=(), reader=Program(name="uji", version="1"), proofs=proofs)


def vantage(state: State) -> Control:
    return Control(
        kind=ControlKind.SECOND_VANTAGE,
        url="https://social.example/p/1",
        answered=state is State.LIVE,
        seen=state.value,
        during=Interval(),
        where=ARCHIVE,
        state=state,
    )


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("other", list(State))
def test_an_absence_stands_unless_another_way_shows_the_post(state: State, other: State) -> None:
    after = in_light_of(reading(state), (vantage(other),)).state
    there, said_nothing = (
        (State.LIVE, State.EDITED),
        (
            State.LOGIN_WALL,
            State.CHALLENGE,
            State.UNREACHABLE,
            State.UNDETERMINED,
        ),
    )
    overruled = other in there and state not in there and state not in said_nothing
    assert after is (State.UNDETERMINED if overruled else state)


def test_what_a_key_signed_is_overruled_by_no_page() -> None:
    signed = Proof(kind=ProofKind.EVENT, outcome=ProofOutcome.PRESENT, subject="uji")
    broken = Proof(kind=ProofKind.EVENT, outcome=ProofOutcome.BROKEN, subject="uji")
    gone = State.DELETED_BY_AUTHOR
    assert in_light_of(reading(gone, signed), (vantage(State.LIVE),)).state is gone
    assert in_light_of(reading(gone, broken), (vantage(State.LIVE),)).state is State.UNDETERMINED
