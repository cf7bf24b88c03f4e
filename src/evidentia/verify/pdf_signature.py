"""A signature over a seal in the form of a PDF (FORMAT, "Signature"): the seal attached, signed with PAdES.

The PDF is read by pyHanko, where that is installed; the signature in it is then judged like any other, by `cms`. The
one module of this room that uses more than `cryptography`, and only where a bundle holds such a signature.
"""

from __future__ import annotations

import io
import logging
import re
import zlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from cryptography import x509

from evidentia.formats.names import seal_attachment

from .cms import (
    OID_DATA,
    CmsError,
    SignedData,
    check_signature,
    parse_signed_data,
    uses_signing_certificate_v2,
)

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

LARGEST_SIGNED_PDF = 16 * 1024 * 1024  # bytes; a signature with a picture and revocation lists is under 1 MB
PADES = "/ETSI.CAdES.detached"  # the sub-filter of PAdES signatures (ETSI EN 319 142-1, 6.3)

# Libraries log what they refuse, with tracebacks; the refusal reaches people as an error. Handlers that an application
# has set up still get the log.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

# What pyHanko and asn1crypto raise over bytes that are no PDF, or one that is meant to harm; pyHanko also asserts what
# a file may make untrue.
UNREADABLE = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, OSError, AssertionError,
    zlib.error
)  # fmt: skip

_END = re.compile(rb"%%EOF[\r\n]*\Z")
_CONTENTS = re.compile(rb"<((?:[0-9A-Fa-f]{2})+)>")


class PdfNotChecked(Exception):
    """Nothing can be said here about a signature in a PDF, and why: no library that reads it, or not enough memory."""


class NotPades(CmsError):
    """A signature of another form than PAdES."""


def can_read_pdfs() -> bool:
    """Whether the library that reads PDFs is installed."""
    return find_spec("pyhanko") is not None


def check_pdf_signature(data: bytes, event: int, seal: bytes) -> tuple[SignedData, x509.Certificate]:
    """Check a signed PDF: one PAdES signature that holds, covers the whole document, and the seal attached to it.

    What was added after it was signed may only be what long-term validation adds (ISO 32000-1, 12.8; ETSI EN 319
    142-1). Whether the certificate leads to an anchor is for the caller to ask.

    Returns:
        The signature as CMS, and the signer's certificate.

    Raises:
        CmsError: any of that does not hold, or the PDF cannot be read.
        PdfNotChecked: pyHanko is not installed, or memory ran out over the PDF.
    """
    if not can_read_pdfs():
        raise PdfNotChecked("pyHanko, to read PDFs with, is not installed")
    if len(data) > LARGEST_SIGNED_PDF:
        raise CmsError(f"it is larger than {LARGEST_SIGNED_PDF} bytes")
    from pyhanko.pdf_utils.misc import PdfError

    try:
        cms, covered = _read(data, seal_attachment(event), seal)
    except CmsError:
        raise
    except MemoryError as error:  # it says nothing of the signature
        raise PdfNotChecked("memory ran out while it was read") from error
    except (PdfError, *UNREADABLE) as error:
        raise CmsError(f"it cannot be read ({type(error).__name__}: {error})") from error
    signed = parse_signed_data(cms)
    certificate = check_signature(signed, covered)
    if (signed.content_type, signed.content) != (OID_DATA, None):
        raise CmsError("its signature is not detached, over plain data")
    if not uses_signing_certificate_v2(signed):
        raise CmsError("its signature does not bind the certificate (signing-certificate-v2, RFC 5035)")
    return signed, certificate


def _read(data: bytes, attachment: str, seal: bytes) -> tuple[bytes, bytes]:
    """The signature in DER, and the bytes that it covers."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    if not _END.search(data[-10:]):
        raise CmsError("it does not end where a PDF ends")  # a reader would overlook what stands behind
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    signatures = list(reader.embedded_regular_signatures)
    if len(signatures) != 1:
        raise CmsError(f"it bears {len(signatures)} signatures; one is needed")
    form = str(signatures[0].sig_object.get("/SubFilter"))
    if form != PADES:
        raise NotPades(f"its signature is of the form {form[:60]}, not PAdES")
    check_whole(signatures[0])
    if _attachment(reader, attachment) != seal:
        raise CmsError("its attachment is not the seal")
    return split_signature(data, [int(one) for one in signatures[0].byte_range])


def check_whole(signature: Any, *, others_may_follow: bool = False, rules: Any = None) -> None:
    """Ask whether a signature covers the document as it stood, and what was added later is what may be.

    ``others_may_follow``: further signatures may have been added, and what long-term validation adds. ``rules``: what
    counts as such, where that are not pyHanko's own, which let fields be filled in too.

    Raises:
        CmsError: something else was added, or the signature leaves something out.
    """
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    signature.compute_integrity_info(rules)
    if signature.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        raise CmsError("its signature does not cover the whole document")
    added = signature.diff_result  # none where the signature covers the whole file
    if added is None:
        if signature.coverage < SignatureCoverageLevel.ENTIRE_FILE:
            raise CmsError("what was added after it was signed cannot be told")
    elif not isinstance(added, DiffResult) or added.modification_level > (
        ModificationLevel.FORM_FILLING if others_may_follow else ModificationLevel.LTA_UPDATES
    ):
        raise CmsError("something was added after it was signed")


def _attachment(reader: PdfFileReader, name: str) -> bytes:
    listed = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if len(listed) != 2 or str(listed[0]) != name:
        raise CmsError(f"it does not hold {name} alone as its attachment")
    return bytes(listed[1]["/EF"]["/F"].data)


def split_signature(data: bytes, byte_range: list[int]) -> tuple[bytes, bytes]:
    """What stands in the gap of a signature's byte range, and what stands around it (ISO 32000-1, 12.8.1).

    Read from the bytes themselves: a parser may see another signature than the one in the gap.

    Raises:
        CmsError: more than a signature is left out.
    """
    if len(byte_range) != 4 or byte_range[0] != 0:
        raise CmsError("its signature covers other parts than all before and all behind itself")
    _, before, behind, length = byte_range
    gap = _CONTENTS.fullmatch(data, before, behind)
    if gap is None:
        raise CmsError("something else than the signature is left out of what it covers")
    return _without_padding(bytes.fromhex(gap[1].decode("ascii"))), data[:before] + data[
        behind : behind + length
    ]


def _without_padding(data: bytes) -> bytes:
    """One DER element, without the zeros that fill the room kept for it."""
    size = 2
    length = data[1] if len(data) > 1 else 0
    if length >= 0x80:
        count = length & 0x7F
        size, length = 2 + count, int.from_bytes(data[2 : 2 + count], "big")
    if data[size + length :].strip(b"\0"):
        raise CmsError("something stands behind the signature in its place")
    return data[: size + length]
