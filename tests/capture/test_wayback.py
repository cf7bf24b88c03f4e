"""Past versions from an archive: pywb with a front that has the Wayback Machine's addresses, and waybackpy as it is."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from capture_site import Answer, Site
from capturing import LOOPBACK, records, warc_bytes

from evidentia.capture import wayback
from evidentia.capture.wayback import Archive, fetch
from evidentia.capture.wayback_index import mementos, nearest
from evidentia.capture.wayback_saving import Keys, save
from evidentia.record.errors import CaptureError, UsageError
from evidentia.record.memento import Memento
from evidentia.record.post import State
from lab.wayback import KEYS, Wayback, is_installed

pytestmark = pytest.mark.lab

URL = "https://social.example/@pejabat07/123"
FIRST, SECOND, GONE = (datetime(2026, 7, day, 3, 4, 5, tzinfo=UTC) for day in (1, 2, 9))
WORDS = "<!doctype html><title>x</title><article><p>{}</p></article>"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]) -> Iterator[Wayback]:
    if not is_installed():
        absent("an archive of past versions")
    with Wayback(tmp_path_factory.mktemp("wayback")) as running:
        running.keep(URL, FIRST, WORDS.format("Saya mendukung Paslon A.").encode())
        running.keep(URL, SECOND, WORDS.format("Saya netral.").encode())
        running.keep(URL, GONE, b"tidak ada", status="404 Not Found")
        yield running


@pytest.fixture
def found(archive: Wayback) -> tuple[Memento, ...]:
    return mementos(URL, LOOPBACK, archive=Archive.at(archive.base))


def taken(tmp_path: Path, memento: Memento, archive: Wayback) -> wayback.PageCapture:
    folder = tmp_path / memento.stamp
    folder.mkdir()
    return fetch(memento, folder, LOOPBACK, archive=Archive.at(archive.base))


def test_versions_are_listed_with_what_the_index_says_of_them(found: tuple[Memento, ...]) -> None:
    body = WORDS.format("Saya netral.").encode()
    assert [one.at for one in found] == [FIRST, SECOND, GONE]
    assert [one.status for one in found] == [200, 200, 404]
    assert found[1].digest == base64.b32encode(hashlib.sha1(body).digest()).decode()
    assert found[1].stamp == "20260702030405"


def test_a_span_narrows_the_list(archive: Wayback) -> None:
    where = Archive.at(archive.base)
    between = mementos(URL, LOOPBACK, since=SECOND, until=SECOND + timedelta(days=1), archive=where)
    assert [one.at for one in between] == [SECOND]
    assert mementos("https://social.example/never", LOOPBACK, archive=where) == ()


def test_the_nearest_version_is_told_by_the_availability_service(archive: Wayback) -> None:
    where = Archive.at(archive.base)
    near = nearest(URL, SECOND + timedelta(hours=3), LOOPBACK, archive=where)
    assert near is not None
    assert (near.at, near.status) == (SECOND, 200)
    assert nearest("https://social.example/never", SECOND, LOOPBACK, archive=where) is None
    with Site({}) as broken, pytest.raises(CaptureError, match="did not answer as it should"):
        nearest(URL, SECOND, LOOPBACK, archive=Archive.at(broken.url("")))


def test_a_long_list_is_fetched_part_by_part(archive: Wayback) -> None:
    assert len(mementos(URL, LOOPBACK, limit=2, archive=Archive.at(archive.base))) == 2
    assert any("resumeKey" in path or "limit=2" in path for _, path in archive.log)


def test_a_versions_bytes_are_those_that_the_site_sent(
    found: tuple[Memento, ...], archive: Wayback, tmp_path: Path
) -> None:
    made = taken(tmp_path, found[0], archive)
    body = WORDS.format("Saya mendukung Paslon A.").encode()
    kept = [
        content
        for record, content in records(warc_bytes(tmp_path / found[0].stamp))
        if record.rec_type == "response"
    ]
    assert [content.endswith(body) for content in kept] == [True]
    assert made.reading.state is State.LIVE
    assert made.reading.post is not None
    assert "Saya mendukung Paslon A." in made.reading.post.text
    assert made.stood is not None
    assert (made.stood.not_before, made.stood.not_after) == (FIRST, FIRST + timedelta(seconds=1))
    assert made.source.startswith("Wayback Machine")
    assert made.circumstances.requested_url.endswith(f"/web/{found[0].stamp}id_/{URL}")


def test_a_version_that_was_a_404_says_no_more_than_a_404(
    found: tuple[Memento, ...], archive: Wayback, tmp_path: Path
) -> None:
    assert taken(tmp_path, found[2], archive).reading.state is State.UNAVAILABLE


def test_a_version_of_another_moment_than_the_one_asked_for_says_nothing(
    found: tuple[Memento, ...], archive: Wayback, tmp_path: Path
) -> None:
    between = msgspec.structs.replace(found[0], at=FIRST + timedelta(hours=1))
    made = taken(tmp_path, between, archive)
    assert made.page.failure is None
    assert made.reading.state is State.UNDETERMINED
    assert "another-version" in {signal.name for signal in made.reading.signals}


def test_bytes_that_are_not_those_of_the_index_are_said_to_be_so(
    found: tuple[Memento, ...], archive: Wayback, tmp_path: Path
) -> None:
    forged = msgspec.structs.replace(found[0], digest="A" * 32)
    assert "digest-differs" in {signal.name for signal in taken(tmp_path, forged, archive).reading.signals}


def test_an_error_page_of_the_archive_is_no_version(tmp_path: Path) -> None:
    # A mock of a broken archive: the real software cannot be made to answer like this.
    memento = Memento(url=URL, at=FIRST, status=200, media_type="text/html", digest="-")
    page = Answer(WORDS.format("Layanan sedang gangguan").encode(), status="503 Service Unavailable")
    with Site({f"/web/{memento.stamp}id_/{URL}": page}) as broken:
        made = fetch(memento, tmp_path, LOOPBACK, archive=Archive.at(broken.url("")))
    assert made.reading.state in (State.UNREACHABLE, State.UNDETERMINED)
    assert made.reading.post is None


def test_an_index_that_is_none_is_an_error_in_words(archive: Wayback) -> None:
    with Site({}) as broken, pytest.raises(CaptureError, match="index did not answer"):
        mementos(URL, LOOPBACK, archive=Archive.at(broken.url("")))
    with pytest.raises(CaptureError, match="index did not answer"):
        mementos(URL, archive=Archive.at(archive.base))  # a private address, and not allowed


def test_the_environment_is_as_it_was_after_asking(found: tuple[Memento, ...], archive: Wayback) -> None:
    before = dict(os.environ)
    mementos(URL, LOOPBACK, archive=Archive.at(archive.base))
    assert dict(os.environ) == before


def test_a_page_is_kept_when_asked_for_and_can_then_be_fetched(archive: Wayback, tmp_path: Path) -> None:
    where = Archive.at(archive.base)
    with Site({"/p/9": Answer(WORDS.format("Mari dukung Paslon B.").encode())}) as site:
        url = site.url("/p/9")
        kept = save(url, Keys.parse(KEYS), LOOPBACK, archive=where)
    (memento,) = mementos(url, LOOPBACK, archive=where)
    assert memento.at == kept.at
    made = taken(tmp_path, memento, archive)
    assert made.reading.post is not None
    assert "Mari dukung Paslon B." in made.reading.post.text


def test_wrong_keys_are_refused_in_words_and_never_shown(archive: Wayback) -> None:
    with pytest.raises(UsageError) as refused:
        save(URL, Keys.parse("salah:sangat-rahasia"), LOOPBACK, archive=Archive.at(archive.base))
    assert "sangat-rahasia" not in str(refused.value)
    with pytest.raises(UsageError):
        Keys.parse("tanpa-titik-dua")


def test_nothing_is_kept_unless_asked_for(
    archive: Wayback, found: tuple[Memento, ...], tmp_path: Path
) -> None:
    archive.log.clear()
    taken(tmp_path, found[0], archive)
    assert {method for method, _ in archive.log} == {"GET"}
    assert not any("/save" in path for _, path in archive.log)
