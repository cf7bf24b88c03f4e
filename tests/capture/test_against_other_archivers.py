"""The same page, kept by evidentia and by other people's archivers, and our archive in other people's hands.

warcprox keeps what a plain Chromium fetches through it; pywb replays, and cdxj-indexer, warcio and py-wacz read what we
wrote. What they say differently than we do is listed, each with its reason; anything else is a failure.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from capture_site import PIXEL, Answer, Site
from capturing import LOOPBACK, reader_of, warc_bytes
from warcio.archiveiterator import ArchiveIterator

from evidentia.capture.page import capture_page
from lab import archivers
from lab.browser import launched
from lab.server import session

pytestmark = [pytest.mark.lab, pytest.mark.browser]

ANOTHER_LOOPBACK = "127.0.0.2"  # warcprox fetches nothing from 127.0.0.1
TEXT = "Mari dukung Paslon A — hari ini"
PAGE = b"""<!doctype html><html><head><meta charset=utf-8><title>Unggahan</title><link rel=stylesheet href=/gaya.css>
<link rel=icon href=data:,></head><body><article></article><img src=/gambar.png><img src=/hilang.png>
<iframe src=/Bingkai/></iframe><script src=/skrip.js></script></body></html>"""
SCRIPT = b"""fetch('/api?b=2&a=1', {method: 'POST', body: new Uint8Array([0, 255, 128, 10])}).then(r => r.json())
.then(j => { document.querySelector('article').textContent = j.teks; });//""" + b"x" * 20_000  # fmt: skip
ROUTES: dict[str, Answer | Callable[[], Answer]] = {
    "/": Answer(
        status="302 Found",
        headers=(("Location", "/p?a=1&b=2"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/")),
    ),
    "/p?a=1&b=2": Answer(PAGE, headers=(("X-MiXeD-CaSe", "Ya"), ("X-Kosong", "")), coding=("gzip",)),
    "/gaya.css": Answer(b"body{color:#123}", "text/css"),
    "/skrip.js": Answer(SCRIPT, "application/javascript", coding=("gzip", "chunked")),
    "/gambar.png": Answer(PIXEL, "image/png"),
    "/hilang.png": Answer(b"tidak ada", "text/plain", "404 Not Found"),
    "/Bingkai/": Answer("<p>caf\xe9 \x80".encode("latin-1"), "text/html; charset=windows-1252"),
    "/api?b=2&a=1": Answer(json.dumps({"teks": TEXT}).encode(), "application/json", coding=("chunked",)),
}

OF_THE_CODING = ("Content-Encoding", "Transfer-Encoding", "Content-Length")
"""Header fields that may stand under X-Archive-Orig- with us: we keep the body decoded, as the browser hands it over,
and ``Content-Length`` then says what is kept. warcprox keeps the coded body, and the fields as they were."""

HOP_BY_HOP_OR_ITS_OWN = frozenset({"connection", "proxy-connection", "keep-alive", "via"})
"""Request fields that are between two hops (RFC 9110, 7.6.1), or that warcprox adds: nothing of the page's."""

WITHOUT_CACHE = frozenset({"cache-control", "pragma"})
"""Request fields that only a capture sends: its browser is told to use no cache, and says so to the site."""


@dataclass(frozen=True)
class Kept:
    """One response and its request, as an archive has them; bodies without their codings."""

    status: str
    fields: list[tuple[str, str]]
    body: bytes
    payload_digest: str
    method: str
    asked: dict[str, str]
    sent: bytes


def kept(warc: bytes) -> dict[str, Kept]:
    """What an archive holds, by address, as warcio reads it. Digests are compared below, not checked here: warcprox
    writes those of the coded body, which warcio does not know how to check."""
    responses: dict[str, tuple[str, list[tuple[str, str]], bytes, str]] = {}
    requests: dict[str, tuple[str, dict[str, str], bytes]] = {}
    for record in ArchiveIterator(io.BytesIO(warc)):
        url = record.rec_headers.get_header("WARC-Target-URI")
        content = record.content_stream().read()
        if record.rec_type == "response":
            assert url not in responses, f"{url} was kept twice"
            digest = record.rec_headers.get_header("WARC-Payload-Digest")
            fields = record.http_headers.headers
            responses[url] = (record.http_headers.get_statuscode(), fields, content, digest)
        elif record.rec_type == "request":
            asked = {name.lower(): value for name, value in record.http_headers.headers}
            requests[url] = (record.http_headers.protocol, asked, content)
    return {url: Kept(*responses[url], *requests[url]) for url in responses}


@dataclass(frozen=True)
class Both:
    """The same page, kept twice. ``folder`` has our capture; ``sent`` is what the site answered, by address."""

    folder: Path
    ours: bytes
    theirs: bytes
    sent: dict[str, Answer]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]) -> Both:
    from evidentia.capture import chromium
    from evidentia.record.errors import MissingPart

    if not archivers.are_installed():
        absent("warcprox, py-wacz and pywb: run scripts/install")
    if sys.platform != "linux":
        absent("a second loopback address")
    try:
        chromium.find()
    except MissingPart:
        absent("a Chromium")
    scratch, folder = tmp_path_factory.mktemp("warcprox"), tmp_path_factory.mktemp("item")
    with Site(ROUTES, address=ANOTHER_LOOPBACK) as site:
        with archivers.Warcprox(scratch) as warcprox:
            with launched(scratch) as browser:
                through = {"server": warcprox.proxy, "bypass": "<-loopback>"}
                page = browser.new_context(proxy=through).new_page()  # type: ignore[arg-type]
                page.goto(site.url("/"))
                page.get_by_text(TEXT).wait_for()
            theirs = warcprox.warc(len(site.exchanged))
        capture_page(site.url("/"), folder, LOOPBACK, read=reader_of(TEXT))
        sent = {site.url(one.path): one.answer for one in site.exchanged}
    return Both(folder, warc_bytes(folder), theirs, sent)


def test_warcprox_and_we_keep_the_same_addresses_with_the_same_status(both: Both) -> None:
    ours, theirs = kept(both.ours), kept(both.theirs)
    assert set(ours) == set(theirs) == set(both.sent)
    assert len(ours) == len(ROUTES)
    assert {url: one.status for url, one in ours.items()} == {url: one.status for url, one in theirs.items()}


def test_payloads_are_the_same_bytes(both: Both) -> None:
    """Where there was no coding, also the digests that the two wrote down, each with code of its own."""
    ours, theirs = kept(both.ours), kept(both.theirs)
    uncoded = 0
    for url, answer in both.sent.items():
        assert ours[url].body == theirs[url].body == answer.body, url
        if not answer.coding:
            assert ours[url].payload_digest == theirs[url].payload_digest, url
            uncoded += 1
        else:
            assert ours[url].payload_digest == labelled(theirs[url].body), url
    assert uncoded == 5


def labelled(body: bytes) -> str:
    return "sha256:" + base64.b32encode(hashlib.sha256(body).digest()).decode()


def test_header_fields_are_the_same_in_the_same_order_but_those_of_the_coding(both: Both) -> None:
    ours, theirs = kept(both.ours), kept(both.theirs)
    renamed = 0
    for url, answer in both.sent.items():
        expected = []
        for name, value in theirs[url].fields:
            coded = bool(answer.coding) and name in OF_THE_CODING
            renamed += coded
            expected.append((f"X-Archive-Orig-{name}" if coded else name, value))
        if answer.coding:
            expected.append(("Content-Length", str(len(answer.body))))
        assert ours[url].fields == expected, url
    assert renamed == 5, "gzip has two fields of its own, gzip in chunks two, chunks one"
    cookies = [value for name, value in ours[first(both)].fields if name == "Set-Cookie"]
    assert cookies == ["a=1", "b=2; Path=/"]


def first(both: Both) -> str:
    return next(url for url in both.sent if url.endswith("/"))


def test_requests_are_the_same_but_for_the_cache_and_the_hop(both: Both) -> None:
    ours, theirs = kept(both.ours), kept(both.theirs)
    for url in both.sent:
        assert (ours[url].method, ours[url].sent) == (theirs[url].method, theirs[url].sent), url
        mine = fields_of_the_page(ours[url].asked)
        assert mine.keys() - WITHOUT_CACHE == fields_of_the_page(theirs[url].asked).keys(), url
        for name, value in fields_of_the_page(theirs[url].asked).items():
            assert mine[name] == value, (url, name)
        assert {name: mine[name] for name in WITHOUT_CACHE} == {
            "cache-control": "no-cache",
            "pragma": "no-cache",
        }
    (posted,) = [one for one in ours.values() if one.method == "POST"]
    assert posted.sent == bytes([0, 255, 128, 10])
    assert posted.asked["cookie"] == "a=1; b=2"


def fields_of_the_page(asked: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if name not in HOP_BY_HOP_OR_ITS_OWN}


@contextmanager
def ours_in_pywb(both: Both, folder: Path) -> Iterator[str]:
    warc = folder / "data.warc.gz"
    warc.write_bytes(both.ours)
    with archivers.replayed(warc, folder / "pywb") as base:
        yield base


def test_pywb_replays_our_archive_byte_for_byte(both: Both, tmp_path: Path) -> None:
    """By its own index, and raw (``id_``): status, payload and the site's own fields."""
    ours = kept(both.ours)
    with ours_in_pywb(both, tmp_path) as base, session() as client:
        for url, answer in both.sent.items():
            got = client.get(f"{base}/id_/{url}", allow_redirects=False, timeout=30)
            assert got.status_code == int(answer.status.split(" ")[0]), url
            assert labelled(got.content) == ours[url].payload_digest, url
            for name, value in answer.headers:
                assert value in got.headers[name], (url, name)
        never = client.get(f"{base}/id_/{first(both)}tidak-pernah", timeout=30)
        assert never.status_code == 404, "what was not captured is not there"


def test_pywb_shows_the_page_with_what_its_script_fetched(both: Both, tmp_path: Path) -> None:
    """The site is gone by now: whatever is shown comes out of the archive."""
    with ours_in_pywb(both, tmp_path) as base, launched(tmp_path) as browser:
        page = browser.new_page()
        page.goto(f"{base}/{first(both)}")
        page.frame_locator("iframe").get_by_text(TEXT).wait_for()


def test_another_indexer_says_the_same_of_every_response(both: Both, tmp_path: Path) -> None:
    warc = tmp_path / "data.warc.gz"
    warc.write_bytes(both.ours)
    with zipfile.ZipFile(both.folder / "capture.wacz") as container:
        own = container.read("indexes/index.cdxj").decode()
    assert facts(own) == facts(archivers.cdxj(warc))


def facts(cdxj: str) -> list[tuple[str, str, dict[str, str]]]:
    """Sort key, time and JSON block of each line."""
    rows = [line.split(" ", 2) for line in cdxj.splitlines()]
    return [(key, at, json.loads(block)) for key, at, block in rows]


def warcio(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "warcio.cli", *words], capture_output=True, text=True, timeout=60
    )


def test_warcio_indexes_and_checks_what_we_wrote(both: Both, tmp_path: Path) -> None:
    warc = tmp_path / "data.warc.gz"
    warc.write_bytes(both.ours)
    checked = warcio("check", str(warc))
    assert (checked.returncode, checked.stdout) == (0, "")
    done = warcio("index", "-f", "offset,length,warc-type,warc-target-uri,http:status", str(warc))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["warc-type"] for row in rows] == ["warcinfo", *["response", "request"] * len(both.sent)]
    assert sum(int(row["length"]) for row in rows) == len(both.ours), "no byte lies between the records"
    told = {row["warc-target-uri"]: row["http:status"] for row in rows if row["warc-type"] == "response"}
    assert told == {url: answer.status.split(" ")[0] for url, answer in both.sent.items()}


def test_py_wacz_takes_our_wacz_until_a_byte_is_changed(both: Both, tmp_path: Path) -> None:
    whole = tmp_path / "whole.wacz"
    shutil.copyfile(both.folder / "capture.wacz", whole)
    passed = archivers.wacz_validate(whole)
    assert passed.returncode == 0, passed.stdout
    assert "the passed WACZ is valid" in passed.stdout
    changed = tmp_path / "changed.wacz"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(changed, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.startswith("pages/"):
                data = data.replace(b"Unggahan", b"Unggahen")
            target.writestr(entry, data)
    refused = archivers.wacz_validate(changed)
    assert refused.returncode == 1
    assert "does not match" in refused.stdout
