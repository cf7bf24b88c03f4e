"""A signature over a seal in the form of a PDF (FORMAT, "Signature"): the seal attached, signed with PAdES.

The PDF is read by pyHanko, where that is installed, in a process of its own with limits (`pdf_reading`): it is of
foreign origin, and may be made to take all memory. The signature in it is then judged like any other, by `cms`. With
that, the one module of this room that uses more than `cryptography`, and only where a bundle holds such a signature.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Sequence
from enum import Enum
from importlib.util import find_spec
from typing import Any

import msgspec
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
from .limited_process import ask

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

SECONDS = 30
"""Processor seconds for one PDF; a seal with a signature takes half a second."""

_WALL = 4.0 * SECONDS
"""Seconds after which the process is stopped from outside: room for a machine that is busy otherwise."""

_CONTENTS = re.compile(rb"<((?:[0-9A-Fa-f]{2})+)>")


class PdfNotChecked(Exception):
    """Nothing can be said here about a signature in a PDF, and why: no library that reads it, or limits that it
    broke."""


class NotPades(CmsError):
    """A signature of another form than PAdES."""


class Refusal(Enum):
    """Why there is no byte range: the PDF is wrong, its signature is of another form, or it broke the limits."""

    WRONG = "wrong"
    FORM = "form"
    LIMIT = "limit"


_REFUSED = {Refusal.WRONG: CmsError, Refusal.FORM: NotPades, Refusal.LIMIT: PdfNotChecked}


class PdfJob(msgspec.Struct, frozen=True, kw_only=True):
    """What the limited process is asked: whether the seal is what is attached to the PDF under that name, and where
    its one signature stands."""

    attachment: str
    seal: bytes
    pdf: bytes


class PdfRead(msgspec.Struct, frozen=True, kw_only=True):
    """Its answer: the byte range of the signature, or why there is none."""

    byte_range: tuple[int, ...] | None = None
    refusal: Refusal = Refusal.WRONG
    reason: str = ""


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
        PdfNotChecked: pyHanko is not installed, or reading the PDF broke a limit or could not be started.
    """
    if not can_read_pdfs():
        raise PdfNotChecked("pyHanko, to read PDFs with, is not installed")
    if len(data) > LARGEST_SIGNED_PDF:
        raise CmsError(f"it is larger than {LARGEST_SIGNED_PDF} bytes")
    read = _read(data, event, seal)
    if read.byte_range is None:
        raise _REFUSED[read.refusal](read.reason)
    cms, covered = split_signature(data, read.byte_range)
    signed = parse_signed_data(cms)
    certificate = check_signature(signed, covered)
    if (signed.content_type, signed.content) != (OID_DATA, None):
        raise CmsError("its signature is not detached, over plain data")
    if not uses_signing_certificate_v2(signed):
        raise CmsError("its signature does not bind the certificate (signing-certificate-v2, RFC 5035)")
    return signed, certificate


def _read(data: bytes, event: int, seal: bytes) -> PdfRead:
    """What the limited process makes of a PDF."""
    job = msgspec.msgpack.encode(PdfJob(attachment=seal_attachment(event), seal=seal, pdf=data))
    try:
        answer = ask("evidentia.verify.pdf_reading", job, _WALL)
        return msgspec.msgpack.decode(answer.data, type=PdfRead)
    except OSError as error:
        how = f"no process to read it in could be started ({error})"
    except msgspec.MsgspecError:  # it ended before it had answered
        ended = f"was stopped after {_WALL:g} seconds" if answer.late else f"ended ({answer.code})"
        how = f"the process that read it {ended}: it breaks the limits or the reader"
    return PdfRead(refusal=Refusal.LIMIT, reason=how)


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


def split_signature(data: bytes, byte_range: Sequence[int]) -> tuple[bytes, bytes]:
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
