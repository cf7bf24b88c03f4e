"""An empty form in a typeset PDF, for signatures to come.

A signature is a field of a form (ISO 32000-1, 12.8). Where the document that was signed had no form, its first
signature adds one, and a validator cannot tell that from any other change to the document's catalogue. So the form is
there before: one more step of the file, written out by hand, because it must be the same bytes every time.
"""

from __future__ import annotations

import re

from evidentia.record.errors import FormatError

_END = re.compile(rb"trailer\s*<<(.*)>>\s*startxref\s+([0-9]{1,12})\s+%%EOF\s*\Z", re.DOTALL)
_ROOT = re.compile(rb"/Root ([0-9]{1,8}) 0 R")
_SIZE = re.compile(rb"/Size ([0-9]{1,8})")


def with_form(pdf: bytes) -> bytes:
    """The PDF with an empty form; every byte of it stays as it is.

    Raises:
        FormatError: it is not written as the typesetter writes PDFs.
    """
    end = _END.search(pdf, max(0, len(pdf) - 4096))
    root = None if end is None else _ROOT.search(end[1])
    size = None if end is None else _SIZE.search(end[1])
    if end is None or root is None or size is None:
        raise FormatError("", "the typesetter wrote a PDF whose end cannot be read")
    number, form = int(root[1]), int(size[1])
    catalogue = re.search(rb"\n%d 0 obj\s*<<(.*?)>>\s*endobj" % number, pdf, re.DOTALL)
    if catalogue is None or b"/AcroForm" in catalogue[1]:
        raise FormatError("", "the typesetter wrote a PDF whose catalogue cannot be read")
    out = bytearray(pdf)
    if not out.endswith(b"\n"):
        out += b"\n"
    places = []
    for one, content in (
        (number, b"%s/AcroForm %d 0 R" % (catalogue[1], form)),
        (form, b"/Fields[]"),
    ):
        places.append(b"%d 1\n%010d 00000 n \n" % (one, len(out)))
        out += b"%d 0 obj\n<<%s>>\nendobj\n\n" % (one, content)
    entries = _SIZE.sub(b"/Size %d" % (form + 1), end[1], count=1)
    table = len(out)
    out += b"xref\n%strailer\n<<%s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        b"".join(places),
        entries,
        end[2],
        table,
    )
    return bytes(out)
