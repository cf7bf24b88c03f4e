"""Walking DER, element by element: tags of one octet, definite lengths in their shortest form, nothing left over.

What ``cryptography`` has for it refuses sets that are not sorted, and real timestamp tokens have such; and a token
takes some fifty steps, each of which took ten times as long. It is the oracle in the tests.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

BOOLEAN = 0x01
SEQUENCE = 0x30
SET = 0x31
INTEGER = 0x02
OCTET_STRING = 0x04
NULL = b"\x05\x00"
OID = 0x06
GENERALIZED_TIME = 0x18
EXPLICIT_0, EXPLICIT_1, EXPLICIT_4 = 0xA0, 0xA1, 0xA4

_LONGEST_LENGTH = 4  # octets: 4 GiB, far beyond any file of custody

_LONGEST_OID = 63  # octets; as long as ``cryptography`` takes them


class DerError(ValueError):
    """Bytes that are not the DER that was expected."""


class Element(NamedTuple):
    """One element: its tag octet, its content, and its whole encoding."""

    tag: int
    content: bytes
    encoded: bytes


def retag(element: Element, tag: int) -> bytes:
    """The element's encoding under another tag: what IMPLICIT tagging hides."""
    return bytes((tag,)) + element.encoded[1:]


def elements(content: bytes) -> tuple[Element, ...]:
    """The elements that stand one after the other in ``content``.

    Raises:
        DerError: a tag or a length is not DER, or bytes are left over.
    """
    found = []
    at, end = 0, len(content)
    while at < end:
        start, tag = at, content[at]
        length, at = _length(content, at + 1)
        if tag & 0x1F == 0x1F:
            raise DerError("a tag that this profile does not use")
        if tag == 0 or length > end - at:
            raise DerError(f"not DER: an element at {start} that cannot be one")
        found.append(Element(tag, content[at : at + length], content[start : at + length]))
        at += length
    return tuple(found)


def _length(content: bytes, at: int) -> tuple[int, int]:
    """A definite length in its shortest form (X.690, sections 8.1.3 and 10.1), and where the content begins."""
    if at >= len(content):
        raise DerError("not DER: a tag without a length")
    first = content[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    digits = content[at + 1 : at + 1 + size]
    length = int.from_bytes(digits, "big")
    if not 1 <= size <= _LONGEST_LENGTH or len(digits) < size or digits[0] == 0 or length < 0x80:
        raise DerError("not DER: a length that is not definite, or not in its shortest form")
    return length, at + 1 + size


def one(data: bytes, tag: int) -> Element:
    """The single element that ``data`` is.

    Raises:
        DerError: another tag, or more than one element.
    """
    found = elements(data)
    if len(found) != 1 or found[0].tag != tag:
        raise DerError(f"one element with tag 0x{tag:02x} is expected")
    return found[0]


def expect(parts: tuple[Element, ...], position: int, tag: int) -> Element:
    """The element at a position, which must have a tag.

    Raises:
        DerError: it is not there, or it has another tag.
    """
    if position >= len(parts) or parts[position].tag != tag:
        raise DerError(f"element {position + 1} with tag 0x{tag:02x} is expected")
    return parts[position]


def oid(element: Element) -> str:
    """An OBJECT IDENTIFIER in dotted form."""
    if element.tag != OID:
        raise DerError("an object identifier is expected")
    return _dotted(element.content)


@lru_cache(maxsize=256)
def _dotted(content: bytes) -> str:
    """Numbers of seven bits an octet, each in its shortest form; the first two are one number (X.690, section 8.19)."""
    if len(content) > _LONGEST_OID or not content or content[-1] & 0x80:
        raise DerError("not an object identifier")
    numbers, value = [], 0
    for octet in content:
        if value == 0 and octet == 0x80:
            raise DerError("not an object identifier: a number that is not in its shortest form")
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def integer(element: Element) -> int:
    """An INTEGER in its shortest form."""
    value = element.content
    if element.tag != INTEGER or not value:
        raise DerError("an integer is expected")
    if len(value) > 1 and value[0] in (0, 0xFF) and (value[0] >> 7) == (value[1] >> 7):
        raise DerError("an integer that is not in its shortest form")
    return int.from_bytes(value, "big", signed=True)
