"""A light look: no browser, and the same custody of bytes as a full capture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from capture_site import Answer, Site, identity
from capturing import LOOPBACK, responses, warc_bytes

from evidentia.capture import light
from evidentia.capture.light import Known, look_lightly, probe
from evidentia.capture.options import NOT_ASKED, PageOptions, check_url
from evidentia.record.errors import UsageError
from evidentia.record.item import LoadState, Role
from evidentia.record.post import State

POST = "<!doctype html><title>x</title><article><h1>Judul</h1><p>Saya mendukung Paslon A.</p></article>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "item"
    made.mkdir()
    return made


def test_a_page_is_read_from_its_bare_document(folder: Path) -> None:
    with Site({"/p/1": Answer(POST.encode())}) as site:
        made = look_lightly(site.url("/p/1"), folder, LOOPBACK)
    assert made.reading.state is State.LIVE
    assert made.reading.post is not None
    assert "Saya mendukung Paslon A." in made.reading.post.text
    assert [file.role for file in made.files] == [Role.ARCHIVE]
    assert made.presence.present
    assert made.circumstances.browser is None
    assert made.circumstances.load_state is LoadState.COMPLETE
    assert any("no browser" in line for line in made.circumstances.behaviours)
    assert any("how the page looks" in line for line in made.circumstances.not_captured)
    record, body = responses(warc_bytes(folder))["/p/1"]
    assert POST.encode() in body
    assert record.http_headers is not None


def test_an_address_that_only_looks_like_a_wikis_is_read_as_any_page(folder: Path) -> None:
    with Site({"/wiki/Kota": Answer(POST.encode())}) as site:
        made = look_lightly(site.url("/wiki/Kota#bawah"), folder, LOOPBACK)
        (gone,) = probe([site.url("/wiki/Lain")], LOOPBACK)
        assert [one.path for one in site.exchanged] == ["/wiki/Kota", "/wiki/Lain"]
    assert made.reading.post is not None
    assert "Saya mendukung Paslon A." in made.reading.post.text
    assert gone.reading.state is State.UNAVAILABLE


def test_what_is_not_there_or_cannot_be_reached_is_a_look_too(folder: Path) -> None:
    with Site({}) as site:
        gone = look_lightly(site.url("/p/1"), folder, LOOPBACK)
    assert gone.reading.state is State.UNAVAILABLE
    other = folder.parent / "second"
    other.mkdir()
    away = look_lightly(site.url("/p/1"), other, LOOPBACK)
    assert away.reading.state is State.UNREACHABLE
    assert "ERR_CONNECTION_REFUSED" in (away.circumstances.failure or "")
    assert away.circumstances.load_state is LoadState.FAILED
    assert (other / "capture.wacz").exists()


def test_a_private_address_is_refused_unless_allowed(folder: Path) -> None:
    with Site({"/": Answer(POST.encode())}) as site:
        made = look_lightly(site.url("/"), folder)
    assert made.reading.state is State.UNREACHABLE
    assert "ERR_ADDRESS_REFUSED" in (made.circumstances.failure or "")
    assert site.exchanged == []


def test_the_certificates_of_the_connection_are_kept(folder: Path, tmp_path: Path) -> None:
    server = identity(tmp_path)
    options = PageOptions(allow_private_network=True, accepted_keys=(server.key_digest,))
    with Site({"/": Answer(POST.encode())}, tls=server.context) as site:
        made = look_lightly(site.url("/", "localhost"), folder, options)
    assert made.circumstances.tls is not None
    assert made.circumstances.tls.source == light.SOURCE
    kept = [file for file in made.files if file.role is Role.TLS_CERTIFICATE]
    assert [(folder / file.name).read_bytes() for file in kept] == list(server.chain)


def test_an_address_that_nothing_can_ask_is_refused() -> None:
    for url in ("ftp://host.example/", "file:///etc/passwd", "javascript:alert(1)", "at:", "x:y"):
        with pytest.raises(UsageError):
            check_url(url)


def test_many_posts_are_probed_by_one_client_and_each_gets_its_own_answer() -> None:
    routes = {f"/p/{n}": Answer(POST.replace("Paslon A", f"Paslon {n}").encode()) for n in range(50)}
    with Site(dict(routes)) as site:
        urls = [site.url(f"/p/{n}") for n in range(60)]
        found = {one.url: one for one in probe(urls, LOOPBACK)}
    assert list(found) == urls
    assert all(
        f"Paslon {n}." in (found[urls[n]].reading.post or pytest.fail("no post")).text for n in range(50)
    )
    assert {found[url].reading.state for url in urls[50:]} == {State.UNAVAILABLE}
    assert all(one.during.not_before <= one.during.not_after for one in found.values())


def test_more_posts_than_share_a_door_are_probed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light, "PROBED", 3)
    with Site({f"/p/{n}": Answer(POST.encode()) for n in range(8)}) as site:
        urls = [site.url(f"/p/{n}") for n in range(8)]
        assert [one.url for one in probe(urls, LOOPBACK)] == urls


def test_a_probe_takes_no_credentials_and_only_addresses_that_can_be_asked() -> None:
    from evidentia.capture.storage_state import StorageState

    with pytest.raises(UsageError, match="no credentials"):
        probe(["https://social.example/p/1"], PageOptions(storage_state=StorageState()))
    with pytest.raises(UsageError):
        probe(["https://social.example/p/1", "ftp://social.example/"])


def test_a_document_that_has_not_changed_is_only_said_to_be_the_same() -> None:
    tagged = Answer(POST.encode(), headers=(("ETag", '"7"'),))
    same = Answer(status="304 Not Modified", headers=(("ETag", '"7"'),))
    with Site({"/new": tagged, "/same": same}) as site:
        url, other = site.url("/new"), site.url("/same")
        first, second = probe([url, other], LOOPBACK, known={other: Known(etag='"7"')})
        asked = site.asked("/same")[0]
    assert first.known == Known(etag='"7"')
    assert not first.unchanged
    assert asked.request_header("If-None-Match") == '"7"'
    assert second.unchanged


def test_who_wants_no_questions_asks_none_and_the_record_says_so(folder: Path) -> None:
    # The document alone is asked for, of a site whose address looks like one with an interface.
    with Site({"/@pejabat07/123": Answer(POST.encode())}) as site:
        url = site.url("/@pejabat07/123")
        made = look_lightly(url, folder, replace(LOOPBACK, ask=False))
        paths = [one.path for one in site.exchanged]
        site.exchanged.clear()
        other = folder.parent / "second"
        other.mkdir()
        look_lightly(url, other, LOOPBACK)
        assert len(site.exchanged) > 1, "with questions there are more"
    assert paths == ["/@pejabat07/123"]
    assert NOT_ASKED in made.circumstances.behaviours
