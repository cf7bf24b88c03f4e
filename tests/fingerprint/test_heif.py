"""HEIF, through its extra, and AVIF: decoded, hashed, upright, and with the EXIF that they carry."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from evidentia.fingerprint import Decoder, fingerprint_file
from evidentia.fingerprint.picture import MAX_SIDE, NotDecoded, decode

pillow_heif = pytest.importorskip("pillow_heif", reason="the extra heif is not installed on this machine")


def picture() -> Image.Image:
    gradient = Image.linear_gradient("L").resize((600, 450)).convert("RGB")
    gradient.paste((200, 30, 30), (60, 60, 300, 200))
    gradient.paste((20, 130, 30), (330, 210, 560, 420))
    return gradient


def saved(file: Path, image: Image.Image, exif: Image.Exif | None = None) -> Path:
    said = exif or Image.Exif()
    if file.suffix == ".avif":
        image.save(file, quality=90, exif=said)
    else:
        pillow_heif.from_pillow(image).save(file, quality=90, exif=said.tobytes() if exif else None)
    return file


@pytest.mark.parametrize(("name", "kind"), [("foto.heic", "image/heic"), ("foto.avif", "image/avif")])
def test_it_is_found_to_be_a_copy_of_the_same_picture(
    name: str, kind: str, tmp_path: Path, decoder: Decoder
) -> None:
    picture().save(tmp_path / "foto.png")
    plain = fingerprint_file(tmp_path / "foto.png", decoder=decoder).perceptual

    found = fingerprint_file(saved(tmp_path / name, picture()), decoder=decoder)

    assert found.media_type == kind
    assert found.picture is not None
    assert (found.picture.width, found.picture.height) == (600, 450)
    assert found.problems == ()
    assert found.perceptual is not None
    assert plain is not None
    assert (int(found.perceptual.pdq or "", 16) ^ int(plain.pdq or "", 16)).bit_count() <= 31
    assert found.metadata.boxes[0].type == "ftyp"


@pytest.mark.parametrize("name", ["foto.heic", "foto.avif"])
def test_its_exif_is_read_and_it_is_hashed_upright(name: str, tmp_path: Path, decoder: Decoder) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Kamera Desa", 6
    file = saved(tmp_path / name, picture(), exif)
    with Image.open(file) if file.suffix == ".avif" else pillow_heif.open_heif(file).to_pillow() as stored:
        shown = ImageOps.exif_transpose(stored)

    found = fingerprint_file(file, decoder=decoder)

    assert found.metadata.exif["Image Make"] == "Kamera Desa"
    assert found.problems == ()
    shown.save(tmp_path / "tegak.png", exif=Image.Exif())
    upright = fingerprint_file(tmp_path / "tegak.png", decoder=decoder)
    assert found.perceptual == upright.perceptual


def test_exif_that_only_the_decoder_finds_is_no_problem(tmp_path: Path, decoder: Decoder) -> None:
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x010F] = "Kamera Desa"
    picture().save(tmp_path / "foto.heic", exif=exif)  # boxes in an order on which exifread gives up

    found = fingerprint_file(tmp_path / "foto.heic", decoder=decoder)

    assert found.metadata.exif["Image Make"] == "Kamera Desa"
    assert found.problems == ()


def test_without_the_part_it_is_a_problem_that_names_the_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = saved(tmp_path / "foto.heic", picture()).read_bytes()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as if it were not installed

    with pytest.raises(NotDecoded, match=r"evidentia-forensics\[heif\]"):
        decode(data)


@pytest.mark.parametrize("name", ["foto.heic", "foto.avif"])
def test_a_header_beyond_the_limits_is_not_decoded(name: str, tmp_path: Path, decoder: Decoder) -> None:
    data = saved(tmp_path / name, picture()).read_bytes()
    size = (600).to_bytes(4, "big") + (450).to_bytes(4, "big")
    assert b"ispe\0\0\0\0" + size in data
    (tmp_path / name).write_bytes(
        data.replace(size, (MAX_SIDE + 1).to_bytes(4, "big") + (MAX_SIDE + 1).to_bytes(4, "big"))
    )

    found = fingerprint_file(tmp_path / name, decoder=decoder)

    assert found.perceptual is None
    assert found.problems
