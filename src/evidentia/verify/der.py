"""Walking DER with the declarative ASN.1 of ``cryptography``, which checks every tag and length.

Its ``SetOf`` refuses sets that are not sorted, and real timestamp tokens have such; so sets are walked as lists.
"""

from __future__ import annotations

from typing import NamedTuple

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

SEQUENCE = 0x30
SET = 0x31
INTEGER = 0x02
OCTET_STRING = 0x04
NULL = b"\x05\x00"
OID = 0x06
GENERALIZED_TIME = 0x18


class DerError(ValueError):
    """Bytes that are not the DER that was expected."""


class Element(NamedTuple):
    """One element: its tag octet, its content, and its whole encoding."""

    tag: int
    content: bytes
    encoded: bytes


@asn1.sequence
class _Wrapper:
    elements: list[asn1.TLV]


def _header(tag: int, length: int) -> bytes:
    if length < 0x80:
        return bytes((tag, length))
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big")


def retag(element: Element, tag: int) -> bytes:
    """The element's encoding under another tag: what IMPLICIT tagging hides."""
    return bytes((tag,)) + element.encoded[1:]


def elements(content: bytes) -> tuple[Element, ...]:
    """The elements that stand one after the other in ``content``.

    Raises:
        DerError: a tag or a length is not DER, or bytes are left over.
    """
    inner = _header(SEQUENCE, len(content)) + content
    try:
        wrapped = asn1.decode_der(_Wrapper, _header(SEQUENCE, len(inner)) + inner)
    except ValueError as error:
        raise DerError(f"not DER: {error}") from error
    found = []
    at = 0
    for tlv in wrapped.elements:
        value = bytes(tlv.data)
        start = at
        at += len(_header(0, len(value))) + len(value)
        encoded = content[start:at]
        found.append(Element(encoded[0], value, encoded))
    if at != len(content) or any(len(e.encoded) < 2 or (e.tag & 0x1F) == 0x1F for e in found):
        raise DerError("a tag that this profile does not use")
    return tuple(found)


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
    try:
        found = asn1.decode_der(ObjectIdentifier, element.encoded)
    except ValueError as error:
        raise DerError(f"not an object identifier: {error}") from error
    return found.dotted_string


def integer(element: Element) -> int:
    """An INTEGER in its shortest form."""
    value = element.content
    if element.tag != INTEGER or not value:
        raise DerError("an integer is expected")
    if len(value) > 1 and value[0] in (0, 0xFF) and (value[0] >> 7) == (value[1] >> 7):
        raise DerError("an integer that is not in its shortest form")
    return int.from_bytes(value, "big", signed=True)
