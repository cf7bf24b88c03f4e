"""Canonical JSON (RFC 8785): read only where the bytes are exactly what the writer would have written."""

from __future__ import annotations

from typing import Any

import msgspec
import rfc8785

from evidentia.record.errors import FormatError

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
