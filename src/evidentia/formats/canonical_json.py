"""Canonical JSON (RFC 8785): read only where the bytes are exactly what the writer would have written."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import rfc8785

from evidentia.record.errors import FormatError

_PLAIN = re.compile(rb"[ -\[\]-~]*")  # printable ASCII without the backslash
_STRING = re.compile(rb'"[^"]*"')
_ODD_NUMBER = re.compile(rb"\.|[0-9][eE]|[0-9]{16}")  # no integer, or one near 2^53

LARGEST_DOCUMENT = 1024 * 1024  # bytes; an event names digests, not content: 1 MiB is thousands of items


def encode_canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a record or of plain values.

    Raises:
        FormatError: a value that JSON cannot hold (NaN, an integer beyond 2^53, a lone surrogate).
    """
    try:
        return rfc8785.dumps(msgspec.to_builtins(value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, TypeError) as error:
        raise FormatError("", f"cannot be written as canonical JSON: {error}") from error


def decode_canonical(where: str, data: bytes) -> Any:
    """Plain values from RFC 8785 bytes. Duplicate keys, blanks, NaN and deep nesting all fail the comparison.

    Raises:
        FormatError: the bytes are not canonical JSON.
    """
    if len(data) > LARGEST_DOCUMENT:
        raise FormatError(where, f"larger than {LARGEST_DOCUMENT} bytes")
    try:
        value = msgspec.json.decode(data)
        if _is_plain(data) and msgspec.json.encode(value, order="sorted") == data:
            return value
        again = rfc8785.dumps(value)
    except (
        msgspec.DecodeError,
        rfc8785.CanonicalizationError,
        RecursionError,
        UnicodeError,
    ) as error:
        raise FormatError(where, f"not canonical JSON: {error}") from error
    if again != data:
        raise FormatError(where, "not canonical JSON: the bytes differ from RFC 8785's")
    return value


def _is_plain(data: bytes) -> bool:
    """Whether msgspec, 30 times faster, would write a document as RFC 8785 has it.

    They differ in what they escape, in how they write floats and large integers, and in the order of keys that are
    not ASCII: where there is nothing of this, they agree.
    """
    return _PLAIN.fullmatch(data) is not None and _ODD_NUMBER.search(_STRING.sub(b"", data)) is None
