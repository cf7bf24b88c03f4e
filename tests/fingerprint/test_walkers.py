"""PNG chunk by chunk and JPEG segment by segment: what is there, what follows the end, and what is broken."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from evidentia.fingerprint import jpeg, png
from evidentia.fingerprint.decode import read_picture

ZIGZAG = sorted(range(64), key=lambda at: (s := at // 8 + at % 8, at // 8 if s % 2 else at % 8))
"""ITU-T T.81, figure A.6: the order in which a file holds a table, as positions in rows and columns."""


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.fixture(scope="module")
def a_png() -> bytes:
    info = PngInfo()
    info.add_text("Software", "Kamera Desa 1.0")
    info.add_text("Comment", "catatan " * 50, zip=True)
    info.add_itxt("Title", "Rapat di Kelurahan Melati – pukul 8", lang="id")
    made = io.BytesIO()
    Image.frombytes("L", (200, 300), Random(7).randbytes(200 * 300)).save(made, "PNG", pnginfo=info)
    return made.getvalue()


@pytest.fixture(scope="module")
def a_jpeg() -> bytes:
    made = io.BytesIO()
    Image.frombytes("L", (120, 90), Random(7).randbytes(120 * 90)).convert("RGB").save(
        made, "JPEG", quality=60, progressive=True, comment=b"halo"
    )
    return made.getvalue()


def test_png_chunks_cover_the_file_and_texts_are_read(a_png: bytes) -> None:
    parts = png.walk(a_png)

    assert sum(c.length for c in parts.chunks) + len(png.SIGNATURE) == len(a_png)
    assert all(c.crc_ok for c in parts.chunks)
    assert {t.chunk: t.text for t in parts.texts} == {
        "tEXt": "Kamera Desa 1.0",
        "zTXt": "catatan " * 50,
        "iTXt": "Rapat di Kelurahan Melati – pukul 8",
    }
    assert parts.trailing is None
    assert parts.problems == ()


def test_png_trailing_data_is_found_with_its_digest(a_png: bytes) -> None:
    parts = png.walk(a_png + b"PK\x03\x04 hidden")

    assert parts.trailing is not None
    assert parts.trailing.offset == len(a_png)
    assert parts.trailing.sha256 == hashlib.sha256(b"PK\x03\x04 hidden").hexdigest()


def test_png_with_a_changed_byte_shows_the_chunk(a_png: bytes) -> None:
    at = a_png.index(b"IDAT") + 100
    damaged = a_png[:at] + bytes([a_png[at] ^ 1]) + a_png[at + 1 :]

    assert any("IDAT" in problem and "CRC" in problem for problem in png.walk(damaged).problems)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
def test_no_pixels_are_missing_from_a_whole_png(mode: str) -> None:
    made = io.BytesIO()
    Image.frombytes("L", (37, 23), Random(7).randbytes(37 * 23)).convert(mode).save(made, "PNG")

    assert png.missing_pixels(made.getvalue()) is None


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("missing", [0, 1, 22])
def test_pixels_that_are_missing_are_said(mode: str, value: int, missing: int) -> None:
    channels = len(mode)
    row = b"\0" + bytes([value]) * (37 * channels)
    head = struct.pack(">IIBBBBB", 37, 23, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * (23 - missing))) + chunk(b"IEND", b"")

    problems = read_picture(png.SIGNATURE + body, "").problems

    assert any("made up" in problem for problem in problems) == bool(missing)


def test_png_cut_short_is_said(a_png: bytes) -> None:
    assert any("IEND" in problem for problem in png.walk(a_png[: len(a_png) // 2]).problems)


def test_a_png_of_countless_chunks_is_not_called_cut_short(a_png: bytes) -> None:
    head, rest = a_png[:33], a_png[33:]
    crowded = head + chunk(b"tEXt", b"a\0b") * (png.MAX_CHUNKS + 1) + rest

    problems = png.walk(crowded).problems

    assert [one for one in problems if "the walk stopped" in one]
    assert not [one for one in problems if "cut short" in one]
    assert png.is_crowded(crowded)
    assert not png.is_crowded(a_png)


def test_many_idat_chunks_are_one_run_and_no_crowd(a_png: bytes) -> None:
    packed = chunk(b"IDAT", b"") * (2 * png.MAX_CHUNKS)

    assert not png.is_crowded(a_png[:33] + packed + a_png[33:])


def test_fill_bytes_are_passed_over_and_a_crowd_of_them_is_told(a_jpeg: bytes) -> None:
    few = a_jpeg[:2] + b"\xff" * 40 + a_jpeg[2:]
    many = a_jpeg[:2] + b"\xff" * 4_000_000 + a_jpeg[2:]
    comments = a_jpeg[:2] + b"\xff\xfe\0\3a" * 5000 + a_jpeg[2:]

    assert [one.marker for one in jpeg.walk(few).segments] == [
        one.marker for one in jpeg.walk(a_jpeg).segments
    ]
    assert [one.marker for one in jpeg.walk(many).segments] == [
        one.marker for one in jpeg.walk(a_jpeg).segments
    ]
    assert [jpeg.is_crowded(one) for one in (a_jpeg, few, many, comments)] == [False, False, True, True]


def test_a_text_that_unpacks_to_a_hundred_megabytes_is_cut() -> None:
    bomb = zlib.compress(b"A" * 100_000_000, 9)
    data = png.SIGNATURE + chunk(b"zTXt", b"Comment\0\0" + bomb) + chunk(b"IEND", b"")

    (text,) = png.walk(data).texts

    assert text.cut
    assert len(text.text) == png.MAX_TEXT


def test_jpeg_segments_cover_the_file_and_tables_are_pillows(a_jpeg: bytes) -> None:
    parts = jpeg.walk(a_jpeg)

    assert sum(s.length for s in parts.segments) == len(a_jpeg)
    assert [s.marker for s in parts.segments][:2] == ["SOI", "APP0"]
    assert "SOF2" in [s.marker for s in parts.segments]
    assert [s.says for s in parts.segments if s.marker == "COM"] == ["halo"]
    pillows: dict[int, list[int]] = Image.open(io.BytesIO(a_jpeg)).quantization  # type: ignore[attr-defined]
    for table in parts.quantisation:
        rows = [0] * 64
        for position, value in zip(ZIGZAG, table.values, strict=True):
            rows[position] = value
        assert rows == list(pillows[table.destination])
    assert parts.problems == ()


def test_jpeg_trailing_data_is_found(a_jpeg: bytes) -> None:
    trailing = jpeg.walk(a_jpeg + b"tail").trailing

    assert trailing is not None
    assert (trailing.offset, trailing.length) == (len(a_jpeg), 4)


def test_jpeg_cut_short_is_said(a_jpeg: bytes) -> None:
    assert any("cut short" in problem for problem in jpeg.walk(a_jpeg[:-40]).problems)


@given(st.binary(max_size=400), st.sampled_from([png.SIGNATURE, b"\xff\xd8", b""]))
def test_no_bytes_break_a_walker(data: bytes, start: bytes) -> None:
    for walked in (png.walk(start + data), jpeg.walk(start + data)):
        assert walked.problems


@given(at=st.integers(0, 10**6), value=st.integers(0, 255))
def test_one_changed_byte_never_breaks_a_walker(a_png: bytes, a_jpeg: bytes, at: int, value: int) -> None:
    for data, walk in ((a_png, png.walk), (a_jpeg, jpeg.walk)):
        changed = bytearray(data)
        changed[at % len(data)] = value
        walked = walk(bytes(changed))
        assert walked.problems or walked.trailing is None or bytes(changed) == data
