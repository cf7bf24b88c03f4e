"""WARC and WACZ of other tools (warcio writes them here): every byte read, every hash compared, nothing believed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from evidentia.capture.archived_pages import documents, page_of, read_warcs
from evidentia.capture.handed_over import HandedOver, read_file
from evidentia.capture.warc_reading import Record, digest_holds, records
from evidentia.record.handed_over import CheckOutcome, Problem, SavedPages
from evidentia.record.post import State

URL = "https://contoh.example/pejabat07/1"
PAGE = b"<!doctype html><title>Contoh</title><article>Dukung Paslon A</article>"
AT = datetime(2026, 7, 19, 9, 29, tzinfo=UTC)

Responses = list[tuple[str, str, list[tuple[str, str]], bytes]]
PLAIN: Responses = [
    ("https://contoh.example/r", "302 Found", [("Location", "/pejabat07/1")], b""),
    (URL, "200 OK", [("Content-Type", "text/html; charset=utf-8")], PAGE),
    ("https://contoh.example/foto.png", "200 OK", [("Content-Type", "image/png")], b"\x89PNG\r\n\x1a\n"),
]


def warc(responses: Responses, *, packed: bool = True) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("uji.warc", {"software": "alat lain 1.0"}))
    for url, status, headers, body in responses:
        head = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            http_headers=head,
            warc_headers_dict={"WARC-Date": "2026-07-19T09:29:00Z"},
        )
        writer.write_record(record)
    return out.getvalue()


def wacz(archive: bytes, change: Callable[[dict[str, bytes]], None] = lambda files: None) -> bytes:
    """A WACZ 1.1.1; ``change`` may tamper with its files after their hashes were taken."""
    page = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
    files = {
        "archive/data.warc.gz": archive,
        "indexes/index.cdxj": b"",
        "pages/pages.jsonl": b"\n".join(
            json.dumps(line).encode()
            for line in (page, {"url": URL, "ts": "2026-07-19T09:29:00Z", "title": "Contoh"})
        ),
    }
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "software": "alat lain 1.0",
        "resources": [
            {"name": n, "path": n, "hash": sha256(data), "bytes": len(data)} for n, data in files.items()
        ],
    }
    files["datapackage.json"] = json.dumps(package).encode()
    files["datapackage-digest.json"] = json.dumps(
        {"path": "datapackage.json", "hash": sha256(files["datapackage.json"])}
    ).encode()
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        for name, data in files.items():
            container.writestr(name, data)
    return out.getvalue()


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def read(tmp_path: Path, data: bytes, name: str = "uji.warc.gz") -> tuple[HandedOver, SavedPages]:
    path = tmp_path / name
    path.write_bytes(data)
    found = read_file(path, name)
    return found, next(record for record in found.records if isinstance(record, SavedPages))


def checks(saved: SavedPages) -> dict[str, CheckOutcome]:
    return {check.what: check.outcome for check in saved.checks}


@pytest.mark.parametrize("packed", [True, False])
def test_records_stand_where_warcio_finds_them(packed: bool) -> None:
    data = warc(PLAIN, packed=packed)
    ours = [(one.kind, one.place) for one in records(io.BytesIO(data)) if isinstance(one, Record)]
    iterator = ArchiveIterator(io.BytesIO(data))
    theirs = [(one.rec_type, iterator.get_record_offset()) for one in iterator]
    assert ours == theirs


@pytest.mark.parametrize("packed", [True, False])
def test_pages_are_read_as_claims_with_their_time(tmp_path: Path, packed: bool) -> None:
    found, saved = read(tmp_path, warc(PLAIN, packed=packed))
    (page,) = saved.pages
    assert (page.url, page.claimed_at, page.status) == ("https://contoh.example/r", AT, 200)
    assert page.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert checks(saved) == {
        "WARC-Block-Digest": CheckOutcome.HOLDS,
        "WARC-Payload-Digest": CheckOutcome.HOLDS,
    }
    assert [claim.value for claim in saved.claims if claim.name == "software"] == ["alat lain 1.0"]
    (read_page,) = found.pages
    assert read_page.reading.state is State.LIVE
    assert read_page.reading.post is not None
    assert read_page.reading.post.text == "Dukung Paslon A"
    assert found.problems == []


def test_a_warc_that_wget_wrote() -> None:
    path = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "saved_pages" / "wget.warc.gz"
    found = read_file(path, path.name)
    saved = next(record for record in found.records if isinstance(record, SavedPages))
    assert found.problems == []
    assert checks(saved) == {
        "WARC-Block-Digest": CheckOutcome.HOLDS,
        "WARC-Payload-Digest": CheckOutcome.HOLDS,
    }
    assert (
        next(claim.value for claim in saved.claims if claim.name == "software") == "Wget/1.21.3 (linux-gnu)"
    )
    assert [(page.url.rpartition("/")[2], page.status) for page in saved.pages] == [
        ("page.html", 200),
        ("robots.txt", 404),
    ]
    assert [page.reading.state for page in found.pages] == [State.LIVE, State.UNAVAILABLE]
    assert found.pages[0].reading.post is not None
    assert found.pages[0].reading.post.text == "Dukung Paslon A – Pejabat 07"


def test_a_tail_that_is_cut_off_is_never_taken_for_the_end(tmp_path: Path) -> None:
    data = warc(PLAIN)
    for cut in range(1, 40):
        found, _ = read(tmp_path, data[:-cut])
        assert found.problems, f"{cut} bytes are missing and nobody says so"
        assert "byte " in found.problems[-1].where


def test_warcio_does_not_notice_what_is_noticed_here() -> None:
    """Why the reader is our own."""
    data = warc(PLAIN)[:-4]
    assert len(list(ArchiveIterator(io.BytesIO(data)))) == len(list(ArchiveIterator(io.BytesIO(warc(PLAIN)))))
    assert isinstance(list(records(io.BytesIO(data)))[-1], Problem)


def test_a_plain_warc_that_is_cut_off_says_so_too(tmp_path: Path) -> None:
    data = warc(PLAIN, packed=False).removesuffix(b"\r\n\r\n")
    found, saved = read(tmp_path, data[:-4])
    assert "missing at the end" in found.problems[-1].what
    assert saved.pages


def test_bytes_behind_the_last_member_are_said(tmp_path: Path) -> None:
    data = warc(PLAIN)
    found, _ = read(tmp_path, data + b"tambahan")
    assert found.problems[-1].what.startswith("bytes behind a gzip member")
    assert found.problems[-1].where == f"uji.warc.gz byte {len(data)}"


def test_damage_in_the_middle_keeps_what_stands_before_it(tmp_path: Path) -> None:
    data = bytearray(warc(PLAIN))
    data[-60] ^= 0xFF
    found, saved = read(tmp_path, bytes(data))
    assert saved.pages
    assert found.problems


def test_a_body_that_is_not_its_digest_is_said(tmp_path: Path) -> None:
    data = warc(PLAIN, packed=False).replace(b"Dukung Paslon A", b"Dukung Paslon B")
    found, saved = read(tmp_path, data)
    assert checks(saved)["WARC-Payload-Digest"] is CheckOutcome.BROKEN
    assert checks(saved)["WARC-Block-Digest"] is CheckOutcome.BROKEN
    assert {problem.what.split(" of ")[0] for problem in found.problems} == {"a digest"}


def test_encoded_bodies_are_decoded_or_said_to_be_encoded() -> None:
    chunked = b"5\r\nDukun\r\na\r\ng Paslon A\r\n0\r\n\r\n"
    responses: Responses = [
        (
            f"{URL}/gzip",
            "200 OK",
            [("Content-Encoding", "gzip"), ("Content-Type", "text/html")],
            gzip.compress(PAGE),
        ),
        (
            f"{URL}/chunked",
            "200 OK",
            [("Transfer-Encoding", "chunked"), ("Content-Type", "text/html")],
            chunked,
        ),
        (f"{URL}/stored", "200 OK", [("Content-Encoding", "gzip"), ("Content-Type", "text/html")], PAGE),
        (f"{URL}/br", "200 OK", [("Content-Encoding", "br"), ("Content-Type", "text/html")], b"\x1b\x00"),
    ]
    found = read_warcs([("uji", io.BytesIO(warc(responses)))]).archived
    assert [one.response.body for one in found] == [PAGE, b"Dukung Paslon A", PAGE, b"\x1b\x00"]
    assert [one.undecoded for one in found] == ["", "", "", "br"]


def test_each_of_two_captures_of_one_address_is_a_page_of_its_own() -> None:
    twice: Responses = [
        PLAIN[1],
        (URL, "200 OK", [("Content-Type", "text/html")], PAGE.replace(b"A<", b"B<")),
    ]
    archived = read_warcs([("uji", io.BytesIO(warc(twice)))]).archived
    bodies = [page_of(one, archived).responses[-1].body for one in documents(archived)]
    assert bodies == [PAGE, PAGE.replace(b"A<", b"B<")]


def test_revisits_are_said_not_to_be_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    writer.write_record(
        writer.create_revisit_record(
            URL, "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", URL, "2026-07-18T00:00:00Z",
            http_headers=StatusAndHeaders("200 OK", [], protocol="HTTP/1.1"),
        )
    )  # fmt: skip
    found, _ = read(tmp_path, out.getvalue())
    assert "revisit" in found.problems[0].what


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("sha1:" + "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", True),
        ("sha256:" + hashlib.sha256(b"").hexdigest(), True),
        ("sha256:" + "0" * 64, False),
        ("crc32:00000000000000000000", None),
        (None, None),
    ],
)
def test_digests_in_the_forms_that_tools_write(stated: str | None, expected: bool | None) -> None:
    assert digest_holds(stated, b"") is expected


def test_a_wacz_whose_hashes_hold(tmp_path: Path) -> None:
    found, saved = read(tmp_path, wacz(warc(PLAIN)), "uji.wacz")
    assert checks(saved) == {
        "the files are those that datapackage.json states": CheckOutcome.HOLDS,
        "datapackage.json lists every file": CheckOutcome.HOLDS,
        "datapackage-digest.json states the hash of datapackage.json": CheckOutcome.HOLDS,
        "signature": CheckOutcome.NOT_CHECKED,
        "WARC-Block-Digest": CheckOutcome.HOLDS,
        "WARC-Payload-Digest": CheckOutcome.HOLDS,
    }
    assert [page.title for page in saved.pages] == ["Contoh"]
    assert found.problems == []


def test_our_own_captures_are_read_as_anybodys(tmp_path: Path) -> None:
    from evidentia.capture import wacz as own
    from evidentia.capture.warc import Archive

    made = own.write(Archive(warc(PLAIN), ()), own.Page(URL, AT, "Contoh"), software="evidentia")
    found, saved = read(tmp_path, made, "uji.wacz")
    assert CheckOutcome.BROKEN not in checks(saved).values()
    assert found.pages[0].claimed_at == AT


def swap(files: dict[str, bytes]) -> None:
    files["archive/data.warc.gz"] = warc([(URL, "200 OK", [("Content-Type", "text/html")], b"<p>lain</p>")])


def swap_with_its_hash(files: dict[str, bytes]) -> None:
    swap(files)
    package = json.loads(files["datapackage.json"])
    package["resources"][0]["hash"] = sha256(files["archive/data.warc.gz"])
    package["resources"][0]["bytes"] = len(files["archive/data.warc.gz"])
    files["datapackage.json"] = json.dumps(package).encode()


def sign_another_hash(files: dict[str, bytes]) -> None:
    swap_with_its_hash(files)
    digest = {"path": "datapackage.json", "hash": sha256(files["datapackage.json"])}
    signed = {"hash": sha256(b"another package"), "signature": "AAAA", "publicKey": "AAAA"}
    files["datapackage-digest.json"] = json.dumps(digest | {"signedData": signed}).encode()


def add_a_file(files: dict[str, bytes]) -> None:
    files["archive/more.warc.gz"] = warc(PLAIN)


def drop_a_hash(files: dict[str, bytes]) -> None:
    package = json.loads(files["datapackage.json"])
    del package["resources"][0]["hash"]
    files["datapackage.json"] = json.dumps(package).encode()
    files["datapackage-digest.json"] = json.dumps(
        {"path": "datapackage.json", "hash": sha256(files["datapackage.json"])}
    ).encode()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (swap, "the files are those that datapackage.json states"),
        (swap_with_its_hash, "datapackage-digest.json states the hash of datapackage.json"),
        (sign_another_hash, "the signed hash is that of datapackage.json"),
        (add_a_file, "datapackage.json lists every file"),
        (drop_a_hash, "the files are those that datapackage.json states"),
    ],
)
def test_every_link_of_a_wacz_is_compared(
    tmp_path: Path, change: Callable[[dict[str, bytes]], None], broken: str
) -> None:
    found, saved = read(tmp_path, wacz(warc(PLAIN), change), "uji.wacz")
    assert checks(saved)[broken] is CheckOutcome.BROKEN
    assert any(broken in problem.what for problem in found.problems)


def test_a_digest_that_is_missing_is_not_passed_over(tmp_path: Path) -> None:
    found, saved = read(
        tmp_path, wacz(warc(PLAIN), lambda files: files.pop("datapackage-digest.json") and None), "uji.wacz"
    )
    what = "datapackage-digest.json states the hash of datapackage.json"
    assert checks(saved)[what] is CheckOutcome.NOT_CHECKED
    assert found.problems == []


def test_a_page_that_is_listed_and_not_there_is_said(tmp_path: Path) -> None:
    found, saved = read(tmp_path, wacz(warc(PLAIN[2:])), "uji.wacz")
    assert saved.pages == ()
    assert [problem.where for problem in found.problems] == [URL]


@settings(deadline=None)
@given(st.integers(0, 3000), st.binary(max_size=12))
def test_any_damage_is_read_or_said(place: int, damage: bytes) -> None:
    for data in (bytearray(warc(PLAIN)), bytearray(warc(PLAIN, packed=False))):
        place %= len(data)
        data[place : place + len(damage)] = damage
        found = list(records(io.BytesIO(bytes(data))))
        assert found
        assert not any(isinstance(one, Problem) for one in found[:-1])
        read_warcs([("uji", io.BytesIO(bytes(data)))])
