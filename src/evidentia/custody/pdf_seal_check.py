"""Taking a signed PDF of a seal back: the same document, one signature of one of the event's actors, nothing else."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import zlib
from typing import TYPE_CHECKING, Any

from evidentia.record.custody import Actor, Event
from evidentia.record.errors import SigningError

from .pdf_seal import attachment_name, first_xref, seal_pdf

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

LARGEST_SIGNED_PDF = 16 * 1024 * 1024  # bytes; a signature with a picture and revocation lists is under 1 MB
PADES = "/ETSI.CAdES.detached"  # the sub-filter of PAdES signatures (ETSI EN 319 142-1, 6.3)

# Libraries log what they refuse, with tracebacks; the refusal reaches people as an error. Handlers that an application
# has set up still get the log.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

# What pyHanko and asn1crypto raise over bytes that are no PDF, or one that is meant to harm.
_UNREADABLE = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, OSError, zlib.error
)  # fmt: skip


def check_signed_pdf(signed: bytes, event: Event, seal: bytes) -> Actor:
    """Check a PDF of ``seal_pdf`` that was signed elsewhere, and say whose signature it bears.

    Checked: it begins with the very bytes that were given out; what was added is one PAdES signature and what long-term
    validation adds (ISO 32000-1, 12.8; ETSI EN 319 142-1); the attachment is the seal; the signature is intact,
    covers the whole document and was made with the certificate that the event names for the actor. Whether that
    certificate leads to an anchor is not judged here: anchors are a verifier's.

    Raises:
        SigningError: any of that does not hold.
    """
    from pyhanko.pdf_utils.misc import PdfError

    original = seal_pdf(event, seal)
    if len(signed) > LARGEST_SIGNED_PDF:
        raise _refused(f"it is larger than {LARGEST_SIGNED_PDF} bytes")
    if not signed.startswith(original):
        raise _refused("it is not the document that was given out for this event, or it was saved anew")
    if signed == original:
        raise _refused("it bears no signature")
    try:
        return _signer(signed, original, event, seal)
    except (PdfError, *_UNREADABLE) as error:
        raise _refused(f"it cannot be read ({type(error).__name__}: {error})") from error


def _signer(signed: bytes, original: bytes, event: Event, seal: bytes) -> Actor:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(signed), strict=True)
    _check_additions(reader, first_xref(original))
    if _attachment(reader, attachment_name(event.event)) != seal:
        raise _refused("its attachment is not the seal")
    signatures = list(reader.embedded_regular_signatures)
    if len(signatures) != 1:
        raise _refused(f"it bears {len(signatures)} signatures; one is needed")
    signature = signatures[0]
    _check_form(signature)
    certificate = hashlib.sha256(signature.signer_cert.dump()).hexdigest()
    actor = next((one for one in event.actors if one.certificate == certificate), None)
    if actor is None:
        raise _refused(
            f"it was signed with a certificate ({certificate}) that the event does not name",
            "Sign it with the certificate under which the person stands in the event.",
        )
    _check_intact(signature)
    return actor


def _check_additions(reader: PdfFileReader, table: int) -> None:
    """What was added after the document was given out: signatures and what belongs to them, in every step."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    # A later table may leave out the original one, and with it the document that everybody else would see.
    if reader.xrefs.get_startxref_for_revision(0) != table:
        raise _refused("what was added does not build on the document that was given out")
    told = _additions_allowed().review_file(reader, 0)
    if not isinstance(told, DiffResult):
        raise _refused(f"more than a signature was added ({told})")
    if told.modification_level > ModificationLevel.FORM_FILLING:
        raise _refused("more than a signature was added")


def _additions_allowed() -> Any:
    """pyHanko's usual rules, but for the form's flags, which the first signature sets (ISO 32000-1, table 219)."""
    from pyhanko.sign.diff_analysis import (
        DEFAULT_DIFF_POLICY,
        FormUpdatingRule,
        SigFieldCreationRule,
        SigFieldModificationRule,
        StandardDiffPolicy,
    )
    from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON

    form = FormUpdatingRule(
        field_rules=[SigFieldCreationRule(), SigFieldModificationRule()],  # type: ignore[no-untyped-call]
        ignored_acroform_keys={*ACROFORM_EXEMPT_STRICT_COMPARISON, "/SigFlags"},
    )
    return StandardDiffPolicy(global_rules=DEFAULT_DIFF_POLICY.global_rules, form_rule=form)


def _attachment(reader: PdfFileReader, name: str) -> bytes:
    listed = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if len(listed) != 2 or str(listed[0]) != name:
        raise _refused(f"it does not hold {name} alone as its attachment")
    return bytes(listed[1]["/EF"]["/F"].data)


def _check_form(signature: Any) -> None:
    form = str(signature.sig_object.get("/SubFilter"))
    if form != PADES:
        raise _refused(
            f"its signature is of the form {form[:60]}, not PAdES",
            "Choose PAdES (also called CAdES-equivalent) in the settings of the signing application.",
        )
    kinds = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    if "signing_certificate_v2" not in kinds:
        raise _refused("its signature does not bind the certificate (signing-certificate-v2, RFC 5035)")


def _check_intact(signature: Any) -> None:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    status = asyncio.run(async_validate_pdf_signature(signature, nobody))
    if not (status.intact and status.valid):
        raise _refused("its signature does not hold: the document was changed, or the signature was")
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        raise _refused("its signature does not cover the whole document")
    level = status.modification_level
    if level is None or level > ModificationLevel.LTA_UPDATES:
        raise _refused("something was added after it was signed")


def _refused(why: str, next_step: str = "") -> SigningError:
    return SigningError(
        f"The signed PDF is refused: {why}.",
        next_step=next_step
        or "Write the PDF again with `evidentia seal-pdf`, and sign that file without changing it.",
    )
