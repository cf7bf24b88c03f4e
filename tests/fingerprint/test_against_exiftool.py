"""What exiftool wrote into pictures of six kinds is read from each of them, in exiftool's words or exifread's."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from evidentia.fingerprint import Decoder, fingerprint_file

WRITTEN = {
    "EXIF:Make": "Kamera Desa",
    "EXIF:DateTimeOriginal": "2019:02:20 08:00:00",
    "EXIF:UserComment": "catatan kamera",
    "XMP-dc:Creator": "Pejabat 07",
    "XMP-xmp:CreatorTool": "Alat Contoh",
    "XMP-photoshop:City": "Kota Contoh",
    "IPTC:By-line": "Penulis Contoh",
    "IPTC:Caption-Abstract": "Rapat di Kota Contoh",
    "PNG:Comment": "catatan gambar",
}
NO_PLACE_FOR = {
    "png": (),
    "jpg": ("PNG",),
    "tiff": ("PNG",),
    "webp": ("PNG", "IPTC"),
    "avif": ("PNG", "IPTC"),
    "heic": ("PNG", "IPTC"),
}


@pytest.mark.parametrize("kind", NO_PLACE_FOR)
def test_every_value_that_exiftool_wrote_is_read(
    kind: str, tmp_path: Path, program: Callable[[str], Path], absent: Callable[[str], None]
) -> None:
    exiftool = program("exiftool")
    file = tmp_path / f"foto.{kind}"
    picture = Image.effect_noise((64, 48), 90).convert("RGB")
    if kind == "heic":
        try:
            import pillow_heif
        except ImportError:
            absent("the extra heif is not installed")
        pillow_heif.from_pillow(picture).save(file)
    else:
        picture.save(file)
    wanted = {tag: v for tag, v in WRITTEN.items() if tag.split(":")[0] not in NO_PLACE_FOR[kind]}
    words = [f"-{tag}={value}" for tag, value in wanted.items()]
    subprocess.run([exiftool, "-q", "-overwrite_original", *words, file], check=True)

    with Decoder() as decoder:
        metadata = fingerprint_file(file, decoder=decoder).metadata

    texts = [text.text for text in metadata.texts]
    read = {*metadata.exif.values(), *metadata.xmp.values(), *metadata.iptc.values(), *texts}
    assert set(wanted.values()) <= read
