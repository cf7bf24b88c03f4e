"""The process that reads signed PDFs of a bundle: they are opened here, under limits, and nowhere else.

It reads one job and answers with one message. It is started by ``pdf_signature`` and gets no case and no key.
"""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

import msgspec

from .cms import CmsError
from .limited_process import allow, limited
from .pdf_signature import (
    PADES,
    SECONDS,
    UNREADABLE,
    NotPades,
    PdfJob,
    PdfRead,
    Refusal,
    check_whole,
    split_signature,
)

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

MEMORY = 1 << 30
"""Bytes of address space: pyHanko holds a PDF several times."""

_LONGEST_REASON = 300  # characters; libraries put whole objects into their errors

_END = re.compile(rb"%%EOF[\r\n]*\Z")


def serve() -> None:
    """Answer the one job that stands in the pipe. A PDF that breaks a limit ends the process: the parent says so."""
    out = limited(MEMORY)
    allow(SECONDS)
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=PdfJob)
    out.write(msgspec.msgpack.encode(answer(job)))
    out.flush()


def answer(job: PdfJob) -> PdfRead:
    """Where the one signature of a PDF stands, or why it is none that counts. Never raises for what the bytes are."""
    from pyhanko.pdf_utils.misc import PdfError

    try:
        return PdfRead(byte_range=_byte_range(job))
    except NotPades as error:
        return PdfRead(refusal=Refusal.FORM, reason=str(error))
    except CmsError as error:
        return PdfRead(reason=str(error))
    except MemoryError:  # it says nothing of the signature
        return PdfRead(refusal=Refusal.LIMIT, reason="memory ran out while it was read")
    except (PdfError, *UNREADABLE) as error:
        why = f"{type(error).__name__}: {error}"
        return PdfRead(reason=f"it cannot be read ({why[:_LONGEST_REASON]})")


def _byte_range(job: PdfJob) -> tuple[int, ...]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    if not _END.search(job.pdf[-10:]):
        raise CmsError("it does not end where a PDF ends")  # a reader would overlook what stands behind
    reader = PdfFileReader(io.BytesIO(job.pdf), strict=True)
    signatures = list(reader.embedded_regular_signatures)
    if len(signatures) != 1:
        raise CmsError(f"it bears {len(signatures)} signatures; one is needed")
    form = str(signatures[0].sig_object.get("/SubFilter"))
    if form != PADES:
        raise NotPades(f"its signature is of the form {form[:60]}, not PAdES")
    check_whole(signatures[0])
    if _attachment(reader, job.attachment) != job.seal:
        raise CmsError("its attachment is not the seal")
    byte_range = tuple(int(one) for one in signatures[0].byte_range)
    split_signature(job.pdf, byte_range)  # whatever it makes of a hostile one, it does so here
    return byte_range


def _attachment(reader: PdfFileReader, name: str) -> bytes:
    listed = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if len(listed) != 2 or str(listed[0]) != name:
        raise CmsError(f"it does not hold {name} alone as its attachment")
    return bytes(listed[1]["/EF"]["/F"].data)
