"""The archive against the wire, and against other people's readers."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from capture_site import PIXEL, Answer, Site
from capturing import LOOPBACK, reader_of, records, responses, warc_bytes
from warcio.archiveiterator import ArchiveIterator

from evidentia.capture.captured import PageCapture
from evidentia.capture.page import capture_page

PAGE = b"""<!doctype html><html><head><meta charset=utf-8><link rel=stylesheet href=/gaya.css></head><body>
<article>Surat</article><img src=/gambar.png><img src=/hilang.png><img src=/rusak.png><iframe src=/bingkai></iframe>
<script src=/skrip.js></script></body></html>"""
SCRIPT = (
    b"""fetch('/api', {method: 'POST', body: new Uint8Array([0, 255, 128, 10])}).then(r => r.json())
.then(j => { document.querySelector('article').textContent = j.teks; });//"""
    + b"x" * 20_000
)
LATIN = "<!doctype html><meta charset=windows-1252><p>caf\xe9 \x80".encode("latin-1")

ROUTES = {
    "/": Answer(
        status="302 Found",
        headers=(("Location", "/p?a=1&b=2"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/")),
    ),
    "/p?a=1&b=2": Answer(PAGE, headers=(("X-MiXeD-CaSe", "Ya"), ("X-Kosong", "")), coding=("gzip",)),
    "/gaya.css": Answer(b"body{color:#123}", "text/css"),
    "/skrip.js": Answer(SCRIPT, "application/javascript", coding=("gzip", "chunked")),
    "/gambar.png": Answer(PIXEL, "image/png"),
    "/rusak.png": Answer(b"\x89PNG bukan gambar \xff\xfe", "image/png"),
    "/hilang.png": Answer(b"tidak ada", "text/plain", "404 Not Found"),
    "/bingkai": Answer(LATIN, "text/html; charset=windows-1252"),
    "/api": Answer(b'\xef\xbb\xbf{"teks": "Pejabat 07"}', "application/json", coding=("chunked",)),
}
ENCODED = {"content-encoding", "transfer-encoding", "content-length"}


def capture(site: Site, into: Path) -> PageCapture:
    return capture_page(site.url("/"), into, LOOPBACK, read=reader_of("Pejabat 07"))


def test_what_the_site_sent_is_what_the_archive_holds(into: Path) -> None:
    with Site(dict(ROUTES)) as site:
        capture(site, into)
        held = responses(warc_bytes(into))
        assert set(held) == {one.path for one in site.exchanged}
        for sent in site.exchanged:
            record, body = held[sent.path]
            assert body == sent.answer.body, sent.path
            assert record.http_headers.get_statuscode() == sent.answer.status.split(" ")[0]
            lines = sent.head.decode("latin-1").rstrip("\r\n").split("\r\n")
            wire = [tuple(line.split(": ", 1)) for line in lines[1:]]
            stored = [
                (name.removeprefix("X-Archive-Orig-"), value) for name, value in record.http_headers.headers
            ]
            assert stored[: len(wire)] == wire, sent.path
            assert record.http_headers.get_header("Content-Length") == str(len(body))
            assert record.rec_headers.get_header("WARC-IP-Address") == "127.0.0.1"
            assert record.rec_headers.get_header("WARC-Truncated") is None
            assert len(record.http_headers.headers) - len(wire) <= 1, "nothing is added but a length"


def test_requests_are_there_with_what_they_sent(into: Path) -> None:
    with Site(dict(ROUTES)) as site:
        capture(site, into)
        sent = {(one.path, one.request_body) for one in site.exchanged}
        heads = {one.path: one for one in site.exchanged}
    held = [(record, body) for record, body in records(warc_bytes(into)) if record.rec_type == "request"]
    assert {(record.http_headers.statusline.split(" ")[0], body) for record, body in held} == sent
    for record, _ in held:
        path = record.http_headers.statusline.split(" ")[0]
        for name, value in record.http_headers.headers:
            assert heads[path].request_header(name) == value, (path, name)


def test_responses_and_requests_name_each_other_and_their_archive(into: Path) -> None:
    with Site(dict(ROUTES)) as site:
        capture(site, into)
    all_records = [record.rec_headers for record, _ in records(warc_bytes(into))]
    assert all_records[0].get_header("WARC-Type") == "warcinfo"
    assert all_records[0].protocol == "WARC/1.1"
    info = all_records[0].get_header("WARC-Record-ID")
    assert {headers.get_header("WARC-Warcinfo-ID") for headers in all_records[1:]} == {info}
    of_responses = {
        h.get_header("WARC-Record-ID") for h in all_records if h.get_header("WARC-Type") == "response"
    }
    of_requests = {
        h.get_header("WARC-Concurrent-To") for h in all_records if h.get_header("WARC-Type") == "request"
    }
    assert of_responses == of_requests


def check(folder: Path, warc: bytes) -> subprocess.CompletedProcess[str]:
    """``warcio check``, as somebody else would run it."""
    file = folder / "data.warc.gz"
    file.write_bytes(warc)
    return subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(file)], capture_output=True, text=True, timeout=60
    )


def test_warcio_finds_nothing_wrong_until_one_byte_of_a_body_is_flipped(into: Path, tmp_path: Path) -> None:
    with Site(dict(ROUTES)) as site:
        capture(site, into)
    warc = warc_bytes(into)
    passed = check(tmp_path, warc)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    members = split_members(warc)
    (at,) = [n for n, member in enumerate(members) if b"/api\r\n" in member and b"Pejabat 07" in member]
    members[at] = members[at].replace(b"Pejabat 07", b"Pejabat 08")
    flipped = b"".join(gzip.compress(member, mtime=0) for member in members)
    failed = check(tmp_path, flipped)
    assert failed.returncode == 1
    assert "digest failed" in failed.stdout


def split_members(warc: bytes) -> list[bytes]:
    """The gzip members of a WARC, unpacked: one for each record."""
    members = []
    while warc:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
        members.append(unpacker.decompress(warc))
        warc = unpacker.unused_data
    return members


def test_a_byte_flipped_anywhere_in_the_file_is_noticed(into: Path) -> None:
    """By one who reads each record where the index says it is: a reader that runs through the file may take a member
    whose first bytes are broken for the end of it. Bits of gzip's header that say nothing, nothing protects."""
    with Site(dict(ROUTES)) as site:
        capture(site, into)
    warc = warc_bytes(into)
    spans = member_spans(warc)
    whole = [gzip.decompress(warc[start:end]) for start, end in spans]
    random.seed(7)
    for at in random.sample(range(len(warc)), 200):
        changed = bytearray(warc)
        changed[at] ^= 1 << random.randrange(8)
        try:
            read = [gzip.decompress(changed[start:end]) for start, end in spans]
        except (OSError, EOFError, zlib.error):
            continue
        assert read == whole, f"byte {at}: other content was read and nobody said so"


def member_spans(warc: bytes) -> list[tuple[int, int]]:
    """Where each gzip member begins and ends."""
    spans, start = [], 0
    while start < len(warc):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
        unpacker.decompress(warc[start:])
        end = len(warc) - len(unpacker.unused_data)
        spans.append((start, end))
        start = end
    return spans


def test_the_wacz_agrees_with_its_own_digests_and_its_index_points_to_the_records(into: Path) -> None:
    with Site(dict(ROUTES)) as site:
        captured = capture(site, into)
        url = site.url("/p?a=1&b=2")
    with zipfile.ZipFile(into / "capture.wacz") as container:
        members = {name: container.read(name) for name in container.namelist()}
        assert {entry.compress_type for entry in container.infolist()} == {zipfile.ZIP_STORED}
    package = json.loads(members["datapackage.json"])
    assert package["wacz_version"] == "1.1.1"
    assert package["mainPageUrl"] == captured.circumstances.final_url == url
    listed = {resource["path"] for resource in package["resources"]}
    assert listed == set(members) - {"datapackage.json", "datapackage-digest.json"}
    for resource in package["resources"]:
        data = members[resource["path"]]
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert resource["bytes"] == len(data)
    digest = json.loads(members["datapackage-digest.json"])
    assert digest["hash"] == "sha256:" + hashlib.sha256(members["datapackage.json"]).hexdigest()
    pages = [json.loads(line) for line in members["pages/pages.jsonl"].splitlines()]
    assert pages[0]["format"] == "json-pages-1.0"
    assert pages[1]["url"] == url
    lines = members["indexes/index.cdxj"].decode().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == len(ROUTES)
    for line in lines:
        facts = json.loads(line.split(" ", 2)[2])
        start, length = int(facts["offset"]), int(facts["length"])
        piece = members["archive/data.warc.gz"][start : start + length]
        (record,) = ArchiveIterator(io.BytesIO(piece))
        assert record.rec_headers.get_header("WARC-Target-URI") == facts["url"]
        assert record.http_headers.get_statuscode() == facts["status"]


def test_a_body_that_was_not_handed_over_is_marked_and_told(into: Path) -> None:
    redirect = Answer(b"pindah ke sana", status="302 Found", headers=(("Location", "/p"),))
    with Site({"/": redirect, "/p": Answer(b"<p>Pejabat 07")}) as site:
        captured = capture(site, into)
        url = site.url("/")
    record, body = responses(warc_bytes(into))["/"]
    assert body == b""
    assert record.rec_headers.get_header("WARC-Truncated") == "unspecified"
    assert record.http_headers.get_header("X-Archive-Orig-Content-Length") == "14"
    assert f"{url}: the browser hands over no body of a redirect" in captured.circumstances.not_captured


def test_frames_of_other_sites_and_workers_are_recorded_too(into: Path) -> None:
    with Site({}) as other:
        frame = f"<iframe src='{other.url('/bingkai', 'localhost')}'></iframe>"
        worker = "<script>new Worker('/pekerja.js').onmessage = (e) => document.body.append(e.data)</script>"
        other.routes["/bingkai"] = Answer(b"<p>dari lain</p><script>fetch('/dalam')</script>")
        other.routes["/dalam"] = Answer(b"dalam bingkai \xff", "text/plain")
        work = b"fetch('/kerja').then(r => r.text()).then(t => postMessage(t))"
        routes = {
            "/": Answer(f"<body>{frame}{worker}".encode()),
            "/pekerja.js": Answer(work, "application/javascript"),
            "/kerja": Answer(b"Pejabat 07", "text/plain"),
        }
        with Site(routes) as site:
            captured = capture(site, into)
            held = responses(warc_bytes(into))
            for sent in site.exchanged + other.exchanged:
                if sent.path != "/favicon.ico":
                    assert held[sent.path][1] == sent.answer.body, sent.path
    assert {"/bingkai", "/dalam", "/pekerja.js", "/kerja"} <= set(held)
    assert captured.presence.present


@pytest.mark.parametrize("kind", ["unknown", "believed"])
def test_tls_is_recorded_as_the_browser_met_it(into: Path, tmp_path: Path, kind: str) -> None:
    from capture_site import identity

    from evidentia.capture.options import PageOptions

    shown = identity(tmp_path)
    keys = (shown.key_digest,) if kind == "believed" else ()
    options = PageOptions(allow_private_network=True, accepted_keys=keys)
    with Site({"/p": Answer(b"<p>Pejabat 07")}, tls=shown.context) as site:
        captured = capture_page(site.url("/p", "localhost"), into, options, read=reader_of("Pejabat 07"))
    told = captured.circumstances
    if kind == "unknown":
        assert told.failure == "net::ERR_CERT_AUTHORITY_INVALID"
        assert site.exchanged == []
        return
    assert told.failure is None
    assert any(shown.key_digest in text for text in told.behaviours)
    assert told.tls is not None
    assert told.tls.protocol == "TLS 1.3"
    assert told.tls.cipher.startswith("AES")
    assert "CDP" in told.tls.source
    assert told.tls.chain == tuple(hashlib.sha256(der).hexdigest() for der in shown.chain)
    for n, der in enumerate(shown.chain, 1):
        assert (into / f"tls-{n}.cer").read_bytes() == der
    assert responses(warc_bytes(into))["/p"][0].rec_headers.get_header("WARC-Protocol") is not None
