"""The spellings in which a secret value may stand in what was captured: as it is, and as encodings write it."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""Bytes: a shorter form would be found by chance."""

_JSON_UNICODE = "<>&='\"/+"


def forms(value: str) -> tuple[bytes, ...]:
    """Every form of a value that is looked for, the longest first.

    URL encoding (RFC 3986; also twice), JSON strings (RFC 8259; also one within another), HTML character references,
    Base64 (RFC 4648) at each of its three alignments, quoted-printable (RFC 2045), UTF-16. Of Base64, the characters at
    both ends that share bits with their neighbours are not part of the form: at most one byte of the value at each end.

    >>> forms("rahasia/1")[-1]
    b'rahasia/1'
    """
    found = {text.encode("utf-8", "surrogatepass") for text in _texts(value)}
    raw = value.encode("utf-8", "surrogatepass")
    found |= set(_base64(raw)) | {_quoted_printable(raw), value.encode("utf-16-le", "surrogatepass")}
    return tuple(
        sorted((form for form in found if len(form) >= SHORTEST), key=lambda form: (-len(form), form))
    )


def _texts(value: str) -> set[str]:
    safe = value.encode("utf-8", "replace").decode()
    urls = {quote(safe, safe=""), quote(safe), quote(safe, safe="!'()*~"), quote_plus(safe)}
    urls |= {quote(url, safe="") for url in urls}
    urls |= {re.sub(r"%[0-9A-F]{2}", lambda hit: hit[0].lower(), url) for url in urls}
    escaped = json.dumps(value)[1:-1]
    strings = {escaped, json.dumps(value, ensure_ascii=False)[1:-1], escaped.replace("/", "\\/")}
    strings |= {json.dumps(string)[1:-1] for string in strings}
    strings |= {_unicode_escaped(value, "\\u{:04x}"), _unicode_escaped(value, "\\u{:04X}")}
    marked = html.escape(value)
    markup = {marked, html.escape(value, quote=False), marked.replace("&#x27;", "&#39;")}
    markup |= {text.replace("&quot;", "&#34;") for text in markup}
    return {value} | urls | strings | markup


def _unicode_escaped(value: str, escape: str) -> str:
    """As writers do who fear HTML: ``\\u003c`` for ``<`` and the like."""
    written = json.dumps(value)[1:-1].replace('\\"', '"')
    return "".join(escape.format(ord(sign)) if sign in _JSON_UNICODE else sign for sign in written)


def _base64(raw: bytes) -> list[bytes]:
    found = []
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + raw)
        start = (0, 2, 3)[shift]
        shared = (0, 3, 2)[(shift + len(raw)) % 3]  # padding, and the last character before it
        whole = encoded[start : len(encoded) - shared]
        found += [whole, whole.translate(bytes.maketrans(b"+/", b"-_"))]
    return found


def _quoted_printable(raw: bytes) -> bytes:
    return b"".join(bytes((byte,)) if 33 <= byte <= 126 and byte != 61 else b"=%02X" % byte for byte in raw)
