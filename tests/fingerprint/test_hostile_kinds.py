"""Damaged files of every kind that is decoded: an answer each time, from the same process, with the digests kept."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from evidentia.fingerprint import Decoder, fingerprint_file

KINDS = ("jpeg", "png", "webp", "gif", "tiff", "bmp", "avif", "heic")
TRIALS = 16


def saved(kind: str, absent: Callable[[str], None]) -> bytes:
    out = io.BytesIO()
    picture = Image.effect_noise((96, 64), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Kamera Desa"
    if kind == "heic":
        try:
            import pillow_heif
        except ImportError:
            absent("the extra heif is not installed")
        pillow_heif.from_pillow(picture).save(out, exif=exif.tobytes())
    else:
        picture.save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_damage_ends_in_an_answer_and_not_in_the_end_of_the_process(
    kind: str, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    rng, whole, file = random.Random(kind), saved(kind, absent), tmp_path / "foto"
    with Decoder() as decoder:
        for number in range(TRIALS):
            data = bytearray(whole)
            if number % 4 == 0:
                del data[rng.randrange(12, len(data)) :]
            for _ in range(1 + number % 5):
                reach = min(len(data), 400) if number % 2 else len(data)
                data[rng.randrange(12, reach) if reach > 12 else 0] = rng.randrange(256)
            file.write_bytes(data)

            found = fingerprint_file(file, decoder=decoder)

            assert found.sha256 == hashlib.sha256(data).hexdigest()
            assert not any("the decoding process ended" in problem for problem in found.problems)
            assert found.perceptual is not None or found.problems


@pytest.mark.parametrize("kind", KINDS)
def test_what_follows_a_picture_does_not_change_what_is_hashed(
    kind: str, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    whole = saved(kind, absent)
    plain, followed = tmp_path / "foto", tmp_path / "foto dan arsip"
    plain.write_bytes(whole)
    followed.write_bytes(whole + b"PK\x05\x06" + bytes(18) + b"<script>")

    with Decoder() as decoder:
        one, other = (fingerprint_file(file, decoder=decoder) for file in (plain, followed))

    assert one.media_type == other.media_type
    assert one.perceptual == other.perceptual
    if kind in ("jpeg", "png", "webp"):
        assert other.metadata.trailing is not None


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_countless_parts_before_the_pixels_are_refused_unread(
    kind: str, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    whole, file = saved(kind, absent), tmp_path / "foto"
    at, part = {"png": (33, b"\0\0\0\3tEXta\0b\xc1\xf4\xa6\xc0"), "jpeg": (2, b"\xff\xfe\0\3a")}[kind]
    file.write_bytes(whole[:at] + part * 5000 + whole[at:])

    found = fingerprint_file(file)

    assert found.perceptual is None
    assert any("as no honest encoder writes" in problem for problem in found.problems)
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
