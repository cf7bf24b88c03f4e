"""Changes that a hostile hand makes to a PDF: a byte of it, or a step behind it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any


def changed(pdf: bytes, at: int) -> bytes:
    """The PDF with one bit of one byte turned round."""
    data = bytearray(pdf)
    data[at] ^= 1
    return bytes(data)


def digit_changed(pdf: bytes, at: int) -> bytes:
    """The PDF with one hexadecimal digit turned into another: the byte that it stands for, and no more, is another."""
    data = bytearray(pdf)
    data[at : at + 1] = b"%x" % (int(data[at : at + 1], 16) ^ 1)
    return bytes(data)


def updated(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """The PDF with a step added to it (an incremental update) that ``change`` makes."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def another_page_size(writer: Any) -> None:
    """Let the first page be another size."""
    from pyhanko.pdf_utils.generic import ArrayObject, NameObject, NumberObject

    page = writer.find_page_for_modification(0)[0].get_object()
    page[NameObject("/MediaBox")] = ArrayObject([NumberObject(n) for n in (0, 0, 99, 99)])
    writer.update_container(page)


def empty_form(writer: Any) -> None:
    """Take every signature out of the form."""
    fields = writer.root["/AcroForm"]["/Fields"]
    del fields[:]
    writer.update_container(fields)
