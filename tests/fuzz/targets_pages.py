"""Targets for material: pictures, pages, the description of an item. Nothing in it is an error; all of it is said."""

from __future__ import annotations

import msgspec

from evidentia.fingerprint import jpeg as jpeg_walk
from evidentia.fingerprint import png as png_walk
from evidentia.fingerprint.exif import read_exif
from evidentia.fingerprint.magic import media_type_of
from evidentia.fingerprint.text import normalise
from evidentia.platforms.markup import UnreadableMarkup, elements, is_hidden, parse, text_of
from evidentia.platforms.structured import json_ld, microdata
from evidentia.record.item import Item


def png(data: bytes) -> bool:
    """A PNG's parts follow each other; what is odd is among the problems."""
    parts = png_walk.walk(data)
    assert all(a.offset + a.length <= b.offset for a, b in zip(parts.chunks, parts.chunks[1:], strict=False))
    assert png_walk.missing_pixels(data) is None or png_walk.dimensions(data) is not None
    return not parts.problems


def jpeg(data: bytes) -> bool:
    """So do a JPEG's."""
    parts = jpeg_walk.walk(data)
    ends = [one.offset + one.length for one in parts.segments]
    assert ends == sorted(ends)
    assert not ends or ends[-1] <= len(data)
    return not parts.problems


def exif(data: bytes) -> bool:
    """Tags are text that can be stored; a malformed one is said."""
    tags, _, problems = read_exif(data)
    msgspec.json.encode((tags, problems))
    assert media_type_of(data[:64])
    return bool(tags)


def markup(data: bytes) -> bool:
    """A page of any bytes is read to its end, or it is larger or deeper than a page can be."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        root = parse(text)
    except UnreadableMarkup:
        return False
    msgspec.json.encode(normalise(text_of(root)))
    json_ld(root)
    microdata(root)
    for element in elements(root, "p", "div"):
        is_hidden(element)
    return True


def item(data: bytes) -> bool:
    """item.json is read again as the same, or refused."""
    try:
        read = msgspec.json.decode(data, type=Item, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    assert msgspec.json.decode(msgspec.json.encode(read), type=Item, strict=True) == read
    return True
