from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from evidentia.report import pictures
from evidentia.report.pictures import Illustration, Unshown, illustrate


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than it holds."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def test_a_tall_page_is_cut_and_a_telephone_screen_is_not(tmp_path: Path) -> None:
    Image.new("RGB", (100, 1000), "red").save(tmp_path / "page.png")
    Image.new("RGB", (1080, 2340), "red").save(tmp_path / "phone.jpg")
    page, phone = illustrate(tmp_path, "page.png"), illustrate(tmp_path, "phone.jpg")
    assert isinstance(page, Illustration)
    assert isinstance(phone, Illustration)
    assert (page.cut, page.width, page.height) == (True, 100, 200)
    assert (phone.cut, phone.width, phone.height) == (False, 1080, 2340)


def test_a_copy_carries_no_metadata_of_the_original(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET PLACE"
    Image.new("RGB", (10, 10)).save(tmp_path / "a.jpg", exif=exif)
    copy = illustrate(tmp_path, "a.jpg")
    assert isinstance(copy, Illustration)
    assert b"SECRET" not in copy.png
    assert Image.open(io.BytesIO(copy.png)).format == "PNG"


def test_transparent_parts_are_white_as_paper(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "a.png")
    copy = illustrate(tmp_path, "a.png")
    assert isinstance(copy, Illustration)
    assert Image.open(io.BytesIO(copy.png)).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(9_000, 9_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "bomb.png").write_bytes(png_that_claims(*size))
    assert illustrate(tmp_path, "bomb.png") == Unshown(reason="too_large")


def test_files_beyond_the_limit_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (10, 10)).save(tmp_path / "a.png")
    monkeypatch.setattr(pictures, "MAX_FILE", 10)
    assert illustrate(tmp_path, "a.png") == Unshown(reason="too_large")


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff"]
)
def test_what_is_no_picture_is_said_to_be_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    assert illustrate(tmp_path, "a.png") == Unshown(reason="unreadable")


def test_every_truncation_of_a_picture_is_shown_or_refused(tmp_path: Path) -> None:
    Image.effect_noise((40, 40), 50).save(tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    for length in range(0, len(whole), 97):
        (tmp_path / "a.png").write_bytes(whole[:length])
        assert illustrate(tmp_path, "a.png") == Unshown(reason="unreadable")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    case = tmp_path / "case"
    case.mkdir()
    Image.new("RGB", (10, 10)).save(tmp_path / "secret.png")
    os.symlink(tmp_path / "secret.png", case / "a.png")
    assert illustrate(case, "a.png") == Unshown(reason="absent")
    assert illustrate(case, "nothing.png") == Unshown(reason="absent")
