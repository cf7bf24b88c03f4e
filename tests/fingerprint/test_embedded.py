"""What pictures carry besides pixels: XMP, IPTC, colour profiles, thumbnails, manifests; boxes; tables."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from evidentia.fingerprint import Decoder, boxes, fingerprint_file
from evidentia.fingerprint.embedded import embedded
from evidentia.fingerprint.quantisation import nearest_quality
from evidentia.fingerprint.types import Box, Chunk, Metadata, Provenance, Segment

XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmp:CreatorTool="Adobe Photoshop 25.0"><dc:creator><rdf:Seq><rdf:li>Pejabat 07</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
IIM = b"\x1c\x02\x50\x00\x0aPejabat 07\x1c\x02\x5a\x00\x0bKota Contoh"
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(IIM)) + IIM


def scene(seed: int = 7) -> Image.Image:
    return Image.frombytes("L", (32, 24), Random(seed).randbytes(32 * 24)).resize((640, 480)).convert("RGB")


def jpeg(image: Image.Image, **how: object) -> bytes:
    made = io.BytesIO()
    image.save(made, "JPEG", **how)
    return made.getvalue()


def with_segment(picture: bytes, marker: int, body: bytes) -> bytes:
    return picture[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body + picture[2:]


def with_thumbnail(picture: bytes, small: bytes) -> bytes:
    """EXIF with an empty first directory and a thumbnail in the second (TIFF 6.0; Exif 2.32, 4.6.2)."""
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<HI", 0, 14)
    entries = [(0x0103, 3, 6), (0x0201, 4, 56), (0x0202, 4, len(small))]
    second = struct.pack("<H", 3) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries
    )
    tiff = head + second + struct.pack("<I", 0)
    return with_segment(picture, 0xE1, b"Exif\0\0" + tiff.ljust(56, b"\0") + small)


def test_a_jpeg_with_everything(tmp_path: Path, decoder: Decoder) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = jpeg(scene(), quality=92, icc_profile=profile)
    data = with_segment(data, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    data = with_segment(data, 0xED, IPTC)
    data = with_segment(data, 0xEB, b"JP\0\1\0\0\0\1\0\0\0\x40jumb\0\0\0\x1ejumdc2pa" + bytes(40))
    file = tmp_path / "foto.jpg"
    file.write_bytes(data)

    found = fingerprint_file(file, decoder=decoder)
    metadata = found.metadata

    assert metadata.xmp == {"xmp:CreatorTool": "Adobe Photoshop 25.0", "dc:creator": "Pejabat 07"}
    assert metadata.iptc == {"By-line": "Pejabat 07", "City": "Kota Contoh"}
    assert metadata.profile is not None
    assert (metadata.profile.size, metadata.profile.name) == (len(profile), "sRGB built-in")
    assert metadata.profile.sha256 == hashlib.sha256(profile).hexdigest()
    assert metadata.provenance is Provenance.INVALID  # the box is empty
    assert [
        (t.nearest.quality, t.nearest.table, t.nearest.distance) for t in metadata.quantisation if t.nearest
    ] == [
        (92, "luminance", 0),
        (92, "chrominance", 0),
    ]
    assert "XMP xmp:CreatorTool" in [hint.name for hint in metadata.indications]
    for part in metadata.segments:
        assert part.sha256 == hashlib.sha256(data[part.offset : part.offset + part.length]).hexdigest()
    assert found.problems == ()


def test_a_thumbnail_is_compared_with_the_picture(tmp_path: Path, decoder: Decoder) -> None:
    same, other = tmp_path / "sama.jpg", tmp_path / "lain.jpg"
    picture, small = scene(), jpeg(scene(8).resize((160, 120)))
    same.write_bytes(with_thumbnail(jpeg(picture), jpeg(picture.resize((160, 120)))))
    other.write_bytes(with_thumbnail(jpeg(picture), small))

    near, far = (fingerprint_file(file, decoder=decoder).metadata.thumbnail for file in (same, other))

    assert near is not None
    assert far is not None
    assert (near.width, near.height) == (160, 120)
    assert near.bits_apart <= 4
    assert far.bits_apart > 10
    assert far.sha256 == hashlib.sha256(small).hexdigest()


def test_a_thumbnail_that_is_none_is_said(tmp_path: Path, decoder: Decoder) -> None:
    file = tmp_path / "foto.jpg"
    file.write_bytes(with_thumbnail(jpeg(scene()), b"bukan gambar"))

    found = fingerprint_file(file, decoder=decoder)

    assert found.perceptual is not None
    assert any("thumbnail in EXIF was not decoded" in problem for problem in found.problems)


def test_xmp_and_the_profile_of_a_png(tmp_path: Path, decoder: Decoder) -> None:
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = tmp_path / "layar.png"
    scene().save(file, pnginfo=info, icc_profile=profile)

    metadata = fingerprint_file(file, decoder=decoder).metadata

    assert metadata.xmp["dc:creator"] == "Pejabat 07"
    assert metadata.profile is not None
    assert metadata.profile.sha256 == hashlib.sha256(profile).hexdigest()
    assert metadata.provenance is Provenance.NONE
    assert all(len(chunk.sha256) == 64 for chunk in metadata.chunks)


def test_the_chunks_of_a_webp_and_what_they_carry(tmp_path: Path, decoder: Decoder) -> None:
    file = tmp_path / "foto.webp"
    scene().save(file, xmp=XMP)
    file.write_bytes(file.read_bytes() + b"di belakang")

    found = fingerprint_file(file, decoder=decoder)

    assert {box.type for box in found.metadata.boxes} >= {"VP8X", "XMP "}
    assert found.metadata.xmp["xmp:CreatorTool"] == "Adobe Photoshop 25.0"
    assert found.metadata.trailing is not None
    assert found.metadata.trailing.length == len(b"di belakang")


def test_the_boxes_of_a_damaged_heif_are_listed(tmp_path: Path, decoder: Decoder) -> None:
    manifest = bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + b"manifest"
    data = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + struct.pack(">I", 8 + len(manifest)) + b"uuid" + manifest
    file = tmp_path / "foto.heic"
    file.write_bytes(data + b"\0\0\0\x10free")

    found = fingerprint_file(file, decoder=decoder)

    assert [box.type for box in found.metadata.boxes] == ["ftyp", "uuid"]
    assert found.metadata.provenance is Provenance.INVALID
    assert any("does not fit into the file" in problem for problem in found.problems)


@pytest.mark.parametrize("quality", [1, 10, 49, 50, 75, 95, 100])
def test_a_table_of_pillows_encoder_is_known_by_its_quality(quality: int) -> None:
    from evidentia.fingerprint import jpeg as walker

    tables = walker.walk(jpeg(scene(), quality=quality)).quantisation

    # At the highest qualities both tables are ones, and at the lowest some qualities share a table.
    assert all(table.nearest is not None and table.nearest.distance == 0 for table in tables)
    if 10 <= quality < 100:
        assert [table.nearest.quality for table in tables if table.nearest] == [quality, quality]


def test_a_table_of_another_encoder_is_only_near() -> None:
    assert nearest_quality(tuple(range(1, 65))).distance > 0


def test_an_xml_entity_is_not_followed() -> None:
    attack = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x:meta xmlns:x="adobe:ns:meta/">&e;</x:meta>'
    body = b"\xff\xe1\0\0http://ns.adobe.com/xap/1.0/\0" + attack

    assert embedded(body, Metadata(segments=(Segment(marker="APP1", offset=0, length=len(body)),))).xmp == {}


@given(
    body=st.binary(max_size=200),
    head=st.sampled_from(
        [b"", b"http://ns.adobe.com/xap/1.0/\0<", b"ICC_PROFILE\0", IPTC, b"sRGB\0\0", b"jumbc2pa"]
    ),
    kind=st.sampled_from(["APP1", "APP2", "APP11", "APP13", "iTXt", "iCCP", "XMP ", "ICCP", "uuid"]),
)
def test_no_bytes_break_a_reader(body: bytes, head: bytes, kind: str) -> None:
    data = b"\xff\xe1\0\0\0\0\0\0" + head + body + b"\0\0\0\0"
    walked = Metadata(
        segments=(Segment(marker=kind, offset=0, length=len(data)),),
        chunks=(Chunk(type=kind, offset=0, length=len(data), crc_ok=True),),
        boxes=(Box(type=kind, offset=0, length=len(data), sha256=""),),
    )

    assert embedded(data, walked).provenance in Provenance


@given(st.binary(max_size=300))
def test_no_bytes_break_a_walker_of_boxes(data: bytes) -> None:
    for walked in (boxes.walk_webp(b"RIFF" + data), boxes.walk_iso(data)):
        assert all(box.offset + box.length <= len(data) + 4 for box in walked.boxes)
