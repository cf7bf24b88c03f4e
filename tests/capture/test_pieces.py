"""The pure pieces of a capture."""

from __future__ import annotations

import doctest
import importlib
import io
import stat
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from evidentia.capture import circumstances, presence, snapshot, wacz, warc
from evidentia.capture.cdp import decode_message
from evidentia.capture.exchange import Exchange
from evidentia.capture.limits import TILE_HEIGHT, TILES
from evidentia.capture.staging import Staging
from evidentia.platforms.page import CapturedResponse
from evidentia.record.errors import CaptureError
from evidentia.record.item import Role

AT = datetime(2026, 11, 21, 10, 0, 0, 123456, UTC)
MODULES = ["account", "addresses", "cdp", "exchange", "presence", "snapshot", "tls", "wacz", "warc"]
token = st.text(st.sampled_from("abcdefgXYZ-"), min_size=1, max_size=12).map(lambda text: "X-" + text)
value = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_documentation_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"evidentia.capture.{name}"))
    assert result.failed == 0


@given(st.lists(st.tuples(token, value), max_size=8), st.binary(max_size=2000), st.integers(200, 599))
def test_any_response_is_read_back_by_warcio_as_it_was(
    headers: list[tuple[str, str]], body: bytes, status: int
) -> None:
    exchange = Exchange(
        request_id="1", url="http://situs.example/p?a=1", method="POST", at=AT, kind="Document",
        request_headers=(("Host", "situs.example"),), request_body=body[::-1], status=status,
        status_line=f"HTTP/1.1 {status} Ya", response_headers=tuple(headers), body=body, address="192.0.2.7",
    )  # fmt: skip
    archive = warc.write([exchange], software="uji", at=AT, description="uji")
    read = []
    for record in ArchiveIterator(io.BytesIO(archive.data), check_digests="raise"):
        read.append((record.rec_type, record.http_headers, record.raw_stream.read()))
    assert [kind for kind, _, _ in read] == ["warcinfo", "response", "request"]
    assert read[1][1].headers == [*headers, ("Content-Length", str(len(body)))]
    assert (read[1][2], read[2][2]) == (body, body[::-1])
    assert read[2][1].statusline == "/p?a=1 HTTP/1.1"


def test_what_a_header_says_cannot_begin_a_new_one() -> None:
    exchange = Exchange(
        request_id="1", url="http://situs.example/", method="GET", at=AT, kind="Document", status=200,
        status_line="HTTP/1.1 200 OK\r\nX-Palsu: 1", response_headers=(("X-A", "1\r\nX-Palsu: 2"),), body=b"",
    )  # fmt: skip
    archive = warc.write([exchange], software="uji", at=AT, description="uji\r\nsoftware: palsu")
    names = [
        name
        for record in ArchiveIterator(io.BytesIO(archive.data))
        if record.http_headers
        for name, _ in record.http_headers.headers
    ]
    assert "X-Palsu" not in names


def test_an_exchange_without_an_answer_is_a_record_that_says_so() -> None:
    exchange = Exchange(
        request_id="1", url="http://situs.example/", method="GET", at=AT, kind="Image",
        failure="net::ERR_CONNECTION_REFUSED",
    )  # fmt: skip
    archive = warc.write([exchange], software="uji", at=AT, description="uji")
    (_, record) = [(r.rec_type, r.raw_stream.read()) for r in ArchiveIterator(io.BytesIO(archive.data))]
    assert record == ("metadata", b"method: GET\r\nfailure: net::ERR_CONNECTION_REFUSED\r\n")
    assert archive.index == ()


@given(st.integers(1, TILES * TILE_HEIGHT))
def test_tiles_cover_a_page_without_gap_or_overlap(height: int) -> None:
    pieces = snapshot.tiles(height)
    assert pieces[0].y == 0
    assert all(before.y + before.height == after.y for before, after in pairwise(pieces))
    assert pieces[-1].y + pieces[-1].height == height
    assert max(piece.height for piece in pieces) <= TILE_HEIGHT


def test_a_post_is_found_through_markup_encodings_and_json() -> None:
    def response(body: bytes, media_type: str) -> CapturedResponse:
        return CapturedResponse(url="", status=200, headers=(("content-type", media_type),), body=body)

    text = "Café & “netral”"
    for body, media_type in (
        ("<p>Caf&eacute; &amp;\n <b>“net</b>ral”".encode(), "text/html; charset=utf-8"),
        ("<p>Café &amp; “netral”".encode("cp1252"), "text/html; charset=windows-1252"),
        (b'{"a": [{"isi": "<p>Caf\\u00e9 &amp; \\u201cnetral\\u201d</p>"}]}', "application/json"),
        ("Cafe\u0301 & “netral”".encode(), "text/plain; charset=entah"),
    ):
        texts = tuple(presence.response_texts([response(body, media_type)]))
        assert presence.check(text, {"a": texts}).present, body
    assert not presence.check(text, {"a": ("Café & “tidak netral”",)}).present


def test_a_post_is_found_in_a_conversation_and_where_its_own_words_look_like_markup() -> None:
    text = "Saya <3 kota, <b>bukan</b> calon"
    body = b'["NOTICE","x"]\n["EVENT","q",{"content":"Saya <3 kota, <b>bukan</b> calon"}]\n["EOSE","q"]'
    talk = CapturedResponse(url="wss://relay.example/", status=101, headers=(), body=body)
    assert presence.check(text, {"a": presence.response_texts([talk])}).present
    cut = CapturedResponse(url="wss://relay.example/", status=101, headers=(), body=body[:40])
    assert not presence.check(text, {"a": presence.response_texts([cut])}).present


def test_files_are_created_and_never_replaced(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    staging.add("a.bin", Role.ORIGINAL, "application/octet-stream", b"satu")
    with pytest.raises(CaptureError):
        staging.add("a.bin", Role.ORIGINAL, "application/octet-stream", b"dua")
    (tmp_path / "b.bin").symlink_to(tmp_path / "luar")
    with pytest.raises(CaptureError):
        staging.add("b.bin", Role.ORIGINAL, "application/octet-stream", b"dua")
    assert (tmp_path / "a.bin").read_bytes() == b"satu"
    assert stat.S_IMODE((tmp_path / "a.bin").stat().st_mode) & 0o022 == 0
    assert not (tmp_path / "luar").exists()
    assert [file.name for file in staging.files] == ["a.bin"]


def test_the_clock_says_what_the_kernel_says() -> None:
    clock = circumstances.clock()
    assert clock.zone[0] in "+-"
    assert clock.synchronised is None or clock.source.startswith("kernel (adjtimex)")


def test_messages_with_lone_surrogates_are_read_all_the_same() -> None:
    assert decode_message(b'{"id": 1, "result": {"text": "\\ud800"}}')["result"]["text"] == "\ud800"


def test_the_same_content_gives_the_same_wacz() -> None:
    page = wacz.Page("http://situs.example/", AT, "judul \ud800")
    archive = warc.Archive(b"", ())
    assert wacz.write(archive, page, software="uji") == wacz.write(archive, page, software="uji")
