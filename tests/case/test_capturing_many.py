"""Many pages at once: each an item of its own, and one that fails costs the others nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.capture import chromium
from evidentia.cli.app import command_line
from evidentia.record.errors import CustodyError, EvidentiaError, MissingPart, UsageError
from evidentia.record.item import Access
from lab.pki import Lab

PRIVATE = ev.PageOptions(allow_private_network=True)
PAGE = "<!doctype html><meta charset=utf-8><title>Unggahan</title><article>Unggahan {} tentang Paslon A</article>"


class Handler(BaseHTTPRequestHandler):
    """A page for every number, and nothing else."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        body = PAGE.format(name).encode() if name.isdigit() else b"tidak ada"
        self.send_response(200 if name.isdigit() else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(absent: Callable[[str], None]) -> Iterator[str]:
    """The address of a site on loopback, where there is a browser to look at it."""
    try:
        chromium.find()
    except MissingPart:
        absent("a Chromium")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.browser
def test_each_page_is_an_item_in_the_order_of_completion(case: ev.Case, site: str, lab: Lab) -> None:
    urls = [f"{site}/{n}" for n in range(5)]
    told, steps = [], set[tuple[str, str]]()
    done = case.capture_many(
        [*urls, urls[0]],
        access=Access.PUBLIC,
        options=PRIVATE,
        at_once=2,
        told=told.append,
        progress=lambda url, step: steps.add((url, step)),
    )
    assert list(done) == told
    assert sorted(taken.url for taken in done) == urls, "what is named twice is captured once"
    items = [taken.capture.item.item for taken in done if taken.capture is not None]
    assert items == [1, 2, 3, 4, 5]
    for taken in done:
        assert taken.capture is not None
        assert taken.capture.item.source == taken.url
        assert taken.capture.post is not None
        assert taken.capture.post.text == f"Unggahan {taken.url[-1]} tentang Paslon A"
    assert {url for url, step in steps if step == "sealing"} == set(urls)
    assert case.unfinished.is_empty
    head = case.export(case.folder.parent / "kasus.zip")
    verdict = ev.verify(
        case.folder.parent / "kasus.zip", ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    )
    assert verdict.faults == ()
    assert verdict.head == head


@pytest.mark.browser
def test_what_cannot_be_reached_is_an_item_too_and_stops_nothing(case: ev.Case, site: str) -> None:
    urls = [f"{site}/1", "http://127.0.0.1:1/p", f"{site}/tidak-ada", f"{site}/2"]
    done = {taken.url: taken for taken in case.capture_many(urls, access=Access.PUBLIC, options=PRIVATE)}
    states = {url: done[url].capture.state for url in urls if done[url].capture is not None}
    assert states == {
        urls[0]: ev.State.LIVE,
        urls[1]: ev.State.UNREACHABLE,
        urls[2]: ev.State.UNAVAILABLE,
        urls[3]: ev.State.LIVE,
    }


@pytest.mark.browser
def test_one_whose_item_cannot_be_written_is_told_and_the_others_go_on(
    case: ev.Case, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidentia.case import taking

    gather_page = taking.gather_page

    def failing(intake, url, *rest):  # type: ignore[no-untyped-def]
        if url.endswith("/1"):
            raise EvidentiaError("The disk is full.")
        return gather_page(intake, url, *rest)

    monkeypatch.setattr(taking, "gather_page", failing)  # a mock of a disk that fails for one of them
    urls = [f"{site}/{n}" for n in range(3)]
    done = {taken.url: taken for taken in case.capture_many(urls, access=Access.PUBLIC, options=PRIVATE)}
    assert str(done[urls[1]].error) == "The disk is full."
    assert [done[url].capture is not None for url in urls] == [True, False, True]
    assert case.unfinished.is_empty


def test_one_address_that_cannot_be_meant_stops_all_before_anything_is_captured(case: ev.Case) -> None:
    with pytest.raises(UsageError):
        case.capture_many(["http://a.example/", "file:///etc/passwd"], access=Access.PUBLIC)
    assert case.items() == ()


def test_who_does_not_hold_the_case_captures_nothing(
    case: ev.Case, person: Callable[..., ev.Custodian]
) -> None:
    other = ev.Case.open(case.folder, person("pengawas-b"))
    with pytest.raises(CustodyError):
        other.capture_many(["http://a.example/"], access=Access.PUBLIC)


@pytest.mark.browser
def test_the_command_prints_a_line_for_each_and_ends_with_the_worst(
    case: ev.Case, site: str, lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    who = lab.people["penyidik-a"]
    monkeypatch.setenv("EVIDENTIA_IDENTITY", str(who.p12))
    monkeypatch.setenv("EVIDENTIA_PASSPHRASE", who.passphrase)
    monkeypatch.setenv("EVIDENTIA_TSA", lab.tsa_url)
    urls = [f"{site}/1", "http://127.0.0.1:1/p", f"{site}/2"]
    arguments = ["capture", *urls, "--case", str(case.folder), "--access", "public", "--who", "penyidik-a"]
    code = command_line()([*arguments, "--allow-private-network", "--json"], standalone_mode=False)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["url"]: line["state"] for line in lines} == {
        urls[0]: "live",
        urls[1]: "unreachable",
        urls[2]: "live",
    }
    assert [line["item"] for line in lines] == [1, 2, 3]
    assert code == 3
    assert all((Path(case.folder) / path).is_file() for line in lines for path in line["files"].values())
