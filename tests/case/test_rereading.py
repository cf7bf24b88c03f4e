"""The same bytes give the same post, also to somebody else; and bytes that were changed give an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidentia.capture.options import PageOptions
from evidentia.capture.wayback import Archive
from evidentia.capture.wayback_index import mementos
from evidentia.case import Case
from evidentia.detect.timeline import ON_THE_WORD_OF
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Access, Role
from evidentia.record.post import OWN_CAPTURE, State
from lab.forum import Forum
from lab.wayback import Wayback, is_installed

LOOPBACK = PageOptions(allow_private_network=True)
LIGHT = PageOptions(allow_private_network=True, light=True)
pytestmark = pytest.mark.lab


def published(forum: Forum) -> str:
    return forum.publish("Dukungan", "Saya mendukung **Paslon A**.\n\nMari kita menangkan!").url


@pytest.mark.browser
def test_a_capture_reads_the_same_from_its_files_alone(case: Case, forum: Forum) -> None:
    taken = case.capture(published(forum), access=Access.PUBLIC, options=LOOPBACK)
    again = Case.open(case.folder).reread(taken.item)
    assert taken.post is not None
    assert again.differences == ()
    assert again.reading.post == taken.post
    assert again.reading.signals == taken.observation.signals


def test_a_light_look_reads_the_same_from_its_files_alone(case: Case, forum: Forum) -> None:
    for url in (published(forum), f"{forum.base_url}topic/999999/tidak-ada/"):
        taken = case.capture(url, access=Access.PUBLIC, options=LIGHT)
        assert case.reread(taken.item).differences == ()


def test_what_could_not_be_reached_reads_the_same(case: Case) -> None:
    taken = case.capture("http://127.0.0.1:9/p/1", access=Access.PUBLIC, options=LIGHT)
    assert taken.state is State.UNREACHABLE
    assert case.reread(taken.item).differences == ()


def test_an_archives_version_is_observed_at_the_archives_moment_and_reads_the_same(
    case: Case, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    if not is_installed():
        absent("an archive of past versions")
    at, url = datetime(2026, 7, 1, 3, 4, 5, tzinfo=UTC), "https://social.example/@pejabat07/123"
    with Wayback(tmp_path / "wayback") as archive:
        archive.keep(url, at, b"<!doctype html><article><p>Saya mendukung Paslon A.</p></article>")
        where = Archive.at(archive.base)
        (memento,) = mementos(url, LOOPBACK, archive=where)
        taken = case.take_past(memento, options=LOOPBACK, archive=where)
    assert taken.observation.during.not_before == at
    assert taken.observation.source.startswith("Wayback Machine")
    assert taken.item.times.captured_at is not None
    assert taken.item.times.captured_at > at
    assert case.path_of(taken.item, Role.MEMENTO) is not None
    assert [version.text.strip() for version in case.timeline(url).versions] == ["Saya mendukung Paslon A."]
    assert case.reread(taken.item).differences == ()


def test_a_change_that_an_archive_bounds_says_on_whose_word_and_we_look_again_in_our_own_way(
    case: Case, forum: Forum, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    if not is_installed():
        absent("an archive of past versions")
    url = published(forum)
    own = case.capture(url, access=Access.PUBLIC, options=LIGHT)
    assert own.post is not None
    earlier = forum.read(url).content.replace(b"Mari kita menangkan!", b"Saya netral.")
    with Wayback(tmp_path / "wayback") as archive:
        archive.keep(url, datetime(2026, 7, 1, 3, 4, 5, tzinfo=UTC), earlier)
        where = Archive.at(archive.base)
        (memento,) = mementos(url, LOOPBACK, archive=where)
        case.take_past(memento, options=LOOPBACK, archive=where)
    changes = case.timeline(url).changes
    told = [signal.seen for change in changes for signal in change.signals if signal.name == ON_THE_WORD_OF]
    assert changes
    assert told == [f"Wayback Machine ({where.base})"] * len(changes)
    again = case.recheck(url)
    assert again.source == OWN_CAPTURE
    assert case.item(again.evidence[0].item).access is Access.PUBLIC


def test_a_file_that_was_changed_is_not_read(case: Case, forum: Forum) -> None:
    taken = case.capture(published(forum), access=Access.PUBLIC, options=LIGHT)
    archive = case.path_of(taken.item, Role.ARCHIVE)
    assert archive is not None
    archive.chmod(0o644)
    archive.write_bytes(archive.read_bytes().replace(b"Paslon", b"Pasloz", 1) + b"x")
    with pytest.raises(CustodyError, match="not those that were sealed"):
        case.reread(taken.item)


def test_what_is_no_capture_cannot_be_read_again(case: Case, letter: Path) -> None:
    item = case.add(letter, access=Access.FORWARDED)
    with pytest.raises(UsageError, match="no capture"):
        case.reread(item)
