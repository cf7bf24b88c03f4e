"""Content codings undone for those who read: what is stored stays as it came (RFC 9110, 8.4.1)."""

from __future__ import annotations

import zlib

from evidentia.capture.limits import BODY_BYTES

_WINDOWS = {"gzip": zlib.MAX_WBITS + 16, "x-gzip": zlib.MAX_WBITS + 16, "deflate": zlib.MAX_WBITS}


def decoded(body: bytes, coding: str) -> bytes:
    """The body without its gzip or deflate, BODY_BYTES of it at most; as it is where the coding is another or broken.

    >>> decoded(b"teks", "")
    b'teks'
    """
    if coding not in _WINDOWS:
        return body
    undo = zlib.decompressobj(_WINDOWS[coding])
    try:
        return undo.decompress(body, BODY_BYTES)
    except zlib.error:
        return body
