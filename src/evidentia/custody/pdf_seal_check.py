"""Taking a signed PDF of a seal back: the same document, one signature of one of the event's actors, nothing else."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from evidentia.record.custody import Actor, Event
from evidentia.record.errors import MissingPart, SigningError
from evidentia.verify.certificates import fingerprint
from evidentia.verify.cms import CmsError
from evidentia.verify.pdf_signature import (
    LARGEST_SIGNED_PDF,
    UNREADABLE,
    NotPades,
    PdfNotChecked,
    can_read_pdfs,
    check_pdf_signature,
)

from .pdf_seal import first_xref, seal_pdf

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader


def check_signed_pdf(signed: bytes, event: Event, seal: bytes) -> Actor:
    """Check a PDF of ``seal_pdf`` that was signed elsewhere, and say whose signature it bears.

    Checked: it begins with the very bytes that were given out; what was added is one PAdES signature and what long-term
    validation adds; and all that a verifier checks of it (``verify.pdf_signature``), so that what is taken in here
    passes there. Whether the certificate leads to an anchor is not judged here: anchors are a verifier's.

    Raises:
        SigningError: any of that does not hold.
        MissingPart: pyHanko is not installed.
    """
    if not can_read_pdfs():
        raise MissingPart(
            "Signed PDFs are read with pyHanko, which is not installed.", next_step="pip install pyhanko"
        )
    original = seal_pdf(event, seal)
    if len(signed) > LARGEST_SIGNED_PDF:
        raise _refused(f"it is larger than {LARGEST_SIGNED_PDF} bytes")
    if not signed.startswith(original):
        raise _refused("it is not the document that was given out for this event, or it was saved anew")
    if signed == original:
        raise _refused("it bears no signature")
    try:
        check_additions(signed, first_xref(original))
        _, certificate = check_pdf_signature(signed, event.event, seal)
    except NotPades as error:
        advice = "Choose PAdES (also called CAdES-equivalent) in the settings of the signing application."
        raise _refused(str(error), advice) from error
    except (CmsError, PdfNotChecked) as error:
        raise _refused(str(error)) from error
    digest = fingerprint(certificate)
    actor = next((one for one in event.actors if one.certificate == digest), None)
    if actor is None:
        raise _refused(
            f"it was signed with a certificate ({digest}) that the event does not name",
            "Sign it with the certificate under which the person stands in the event.",
        )
    return actor


def check_additions(signed: bytes, table: int, revision: int = 0) -> None:
    """What was added after the document was given out: signatures and what belongs to them, in every step.

    Args:
        table: where the last table of objects begins in the document that was given out.
        revision: which of its revisions that is, counted from 0.

    Raises:
        CmsError: something else was added, or the bytes cannot be read.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        problem = _problem(PdfFileReader(io.BytesIO(signed), strict=True), table, revision)
    except (PdfError, *UNREADABLE) as error:
        raise CmsError(f"it cannot be read ({type(error).__name__}: {error})") from error
    if problem:
        raise CmsError(problem)


def _problem(reader: PdfFileReader, table: int, revision: int) -> str:
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    # A later table may leave out the original one, and with it the document that everybody else would see.
    if reader.xrefs.get_startxref_for_revision(revision) != table:
        return "what was added does not build on the document that was given out"
    told = signatures_alone().review_file(reader, revision)
    if not isinstance(told, DiffResult):
        return f"more than a signature was added ({told})"
    if told.modification_level > ModificationLevel.FORM_FILLING:
        return "more than a signature was added"
    return ""


def signatures_alone() -> Any:
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


def _refused(why: str, next_step: str = "") -> SigningError:
    return SigningError(
        f"The signed PDF is refused: {why}.",
        next_step=next_step
        or "Write the PDF again with `evidentia seal-pdf`, and sign that file without changing it.",
    )
