"""What a picture carries besides pixels and EXIF: XMP, IPTC, a colour profile, a provenance manifest."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from .types import ColourProfile, Metadata, Provenance

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PROFILE = 4 << 20
"""Bytes of a colour profile that are unpacked: printers' profiles reach 2 MB."""

MAX_PACKET = 1 << 20
"""Bytes of an XMP packet that are read: packets are kilobytes; a long editing history makes them hundreds."""

MAX_PROPERTIES = 500
MAX_VALUE = 400
"""Properties, and characters of one value, that are kept."""

_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_ICC_HEAD = b"ICC_PROFILE\0"
_IPTC_HEAD = b"Photoshop 3.0\0"
_IPTC_IN_TIFF, _LONG = 33723, 4  # the tag "IPTC/NAA"; a type of four bytes
_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II*\0": "little", b"MM\0*": "big"}
_C2PA_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # C2PA 2.1, A.5: the box's extended type
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"

# IPTC Information Interchange Model 4.2, record 2: the data sets that tell where a picture comes from.
_IPTC = {
    5: "Object Name", 25: "Keywords", 40: "Special Instructions", 55: "Date Created", 60: "Time Created",
    65: "Originating Program", 70: "Program Version", 80: "By-line", 85: "By-line Title", 90: "City",
    101: "Country", 105: "Headline", 110: "Credit", 115: "Source", 116: "Copyright Notice", 120: "Caption",
}  # fmt: skip


class Embedded(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; ``problems`` says what could not be read."""

    xmp: dict[str, str]
    iptc: dict[str, str]
    profile: ColourProfile | None
    provenance: Provenance
    problems: tuple[str, ...]


def embedded(data: bytes, walked: Metadata) -> Embedded:
    """Read what the parts that a walker has listed carry."""
    problems: list[str] = []
    xmp: dict[str, str] = {}
    iptc: dict[str, str] = {}
    profile, manifests = b"", 0
    for kind, body in _parts(data, walked):
        if max(len(xmp), len(iptc)) >= MAX_PROPERTIES:
            problems.append(f"there are more than {MAX_PROPERTIES} properties; the rest was not read")
            break
        if kind == "APP1" and body.startswith(_XMP_HEAD):
            xmp |= _xmp(body[len(_XMP_HEAD) :], problems)
        elif kind == "XMP " or (kind == "iTXt" and body.startswith(b"XML:com.adobe.xmp\0\0\0")):
            xmp |= _xmp(body[body.find(b"<") :], problems)
        elif kind == "APP2" and body.startswith(_ICC_HEAD):
            profile += body[len(_ICC_HEAD) + 2 :]
        elif kind == "ICCP":
            profile = body
        elif kind == "iCCP":
            profile = _unpacked(body, problems)
        elif kind == "APP13" and body.startswith(_IPTC_HEAD):
            iptc |= _iptc(body)
        manifests += _is_manifest(kind, body)
    return Embedded(
        xmp=xmp,
        iptc=iptc,
        profile=_profile(profile) if profile else None,
        provenance=Provenance.NOT_VALIDATED if manifests else Provenance.NONE,
        problems=tuple(problems),
    )


def _parts(data: bytes, walked: Metadata) -> Iterator[tuple[str, bytes]]:
    """Kind and body of every part that may carry something."""
    for chunk in walked.chunks:
        if chunk.type in ("iTXt", "iCCP", "caBX"):
            yield chunk.type, data[chunk.offset + 8 : chunk.offset + chunk.length - 4]
    for segment in walked.segments:
        if segment.marker.startswith("APP"):
            body = data[segment.offset : segment.offset + segment.length].lstrip(b"\xff")
            yield segment.marker, body[3:]
    for box in walked.boxes:
        if box.type in ("XMP ", "ICCP", "C2PA", "uuid"):
            yield box.type, data[box.offset + 8 : box.offset + box.length]


def from_decoder(
    data: bytes, image: Image, walked: Metadata
) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """XMP and IPTC where no walker finds them: of AVIF, HEIF and TIFF as the decoder took them out of their container,
    of PNG as text (ImageMagick's "Raw profile type iptc", in hexadecimal); and what could not be read."""
    problems: list[str] = []
    packet = image.info.get("xmp")
    xmp = _xmp(packet, problems) if isinstance(packet, bytes) and packet else {}
    raw = next((one.text for one in walked.texts if one.keyword == "Raw profile type iptc"), "")
    sets = b""
    try:
        sets = bytes.fromhex("".join(raw.strip().split("\n")[2:]))  # after its name and its length
    except ValueError:
        problems.append("the IPTC profile in the PNG is not hexadecimal")
    sets = _iptc_in_tiff(data) or sets
    return xmp, _iptc_sets(sets, sets.find(b"\x1c\x02")), problems


def _iptc_in_tiff(data: bytes) -> bytes:
    """The value of the tag in the first directory of a TIFF (TIFF 6.0, section 2), whatever type it is said to have."""
    order = _ORDERS.get(data[:4])
    if order is None:
        return b""

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], order)

    first = number(4, 4)
    for at in range(first + 2, first + 2 + 12 * min(number(first, 2), MAX_PROPERTIES), 12):
        if number(at, 2) == _IPTC_IN_TIFF:
            start, size = number(at + 8, 4), number(at + 4, 4) * (4 if number(at + 2, 2) == _LONG else 1)
            return data[start : start + size]
    return b""


def _is_manifest(kind: str, body: bytes) -> bool:
    if kind == "APP11":
        return b"jumb" in body[:32] and b"c2pa" in body[:256]
    return kind in ("caBX", "C2PA") or (kind == "uuid" and body.startswith(_C2PA_BOX))


def _xmp(packet: bytes, problems: list[str]) -> dict[str, str]:
    """The simple properties of an XMP packet (ISO 16684-1), by prefix and name; lists joined by semicolons."""
    from lxml import etree  # type: ignore[import-untyped]

    if len(packet) > MAX_PACKET:
        problems.append(f"the XMP packet has {len(packet)} bytes and was not read")
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(packet.rstrip(b"\0 "), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        problems.append(f"the XMP packet could not be read: {error}"[:MAX_VALUE])
        return {}
    found: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        prefixes = {uri: prefix for prefix, uri in description.nsmap.items()}
        values = [(name, value) for name, value in description.attrib.items()]
        values += [
            (child.tag, "; ".join(text.strip() for text in child.itertext() if text.strip()))
            for child in description
            if isinstance(child.tag, str)
        ]
        for name, value in values:
            uri, _, local = str(name).lstrip("{").rpartition("}")
            if value and len(found) < MAX_PROPERTIES:
                found.setdefault(f"{prefixes.get(uri) or uri}:{local}", str(value)[:MAX_VALUE])
    return found


def _iptc(body: bytes) -> dict[str, str]:
    """The data sets of record 2 in a Photoshop resource block: each 1C, record, number, and two bytes of length."""
    at = body.find(b"8BIM\x04\x04")
    return _iptc_sets(body, body.find(b"\x1c\x02", at) if at >= 0 else -1)


def _iptc_sets(body: bytes, at: int) -> dict[str, str]:
    """The data sets from ``at`` on; none where it is -1."""
    found: dict[str, list[str]] = {}
    while (
        at >= 0 and body[at : at + 2] == b"\x1c\x02" and len(found) < MAX_PROPERTIES and at + 5 <= len(body)
    ):
        number, length = body[at + 2], int.from_bytes(body[at + 3 : at + 5], "big")
        value = body[at + 5 : at + 5 + length].decode("utf-8", "replace")
        if number in _IPTC:
            found.setdefault(_IPTC[number], []).append(value)
        at += 5 + length
    return {name: "; ".join(values)[:MAX_VALUE] for name, values in found.items()}


def _unpacked(body: bytes, problems: list[str]) -> bytes:
    _, _, packed = body.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(packed[1:], MAX_PROFILE)
    except zlib.error as error:
        problems.append(f"the colour profile cannot be unpacked: {error}")
        return b""


def _profile(profile: bytes) -> ColourProfile:
    """Size, digest and name of an ICC profile (ICC.1:2022, 7.2 and 9.2.41)."""
    name = ""
    for entry in range(min(int.from_bytes(profile[128:132], "big"), 100)):
        at = 132 + 12 * entry
        if profile[at : at + 4] == b"desc":
            start = int.from_bytes(profile[at + 4 : at + 8], "big")
            name = _description(profile[start : start + int.from_bytes(profile[at + 8 : at + 12], "big")])
    return ColourProfile(size=len(profile), sha256=hashlib.sha256(profile).hexdigest(), name=name[:MAX_VALUE])


def _description(tag: bytes) -> str:
    if tag.startswith(b"desc"):
        text = tag[12 : 12 + int.from_bytes(tag[8:12], "big")]
        return text.split(b"\0")[0].decode("ascii", "replace")
    if tag.startswith(b"mluc"):
        length, start = int.from_bytes(tag[20:24], "big"), int.from_bytes(tag[24:28], "big")
        return tag[start : start + length].decode("utf-16-be", "replace")
    return ""
