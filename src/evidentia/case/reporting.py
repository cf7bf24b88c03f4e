"""The expert's report as an item: typeset, signed by the custodian, ready to be filed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from evidentia.custody.identity import Acts, Custodian
from evidentia.custody.intake import Intake
from evidentia.custody.ledger import Occasion
from evidentia.custody.signature import pyhanko_signer
from evidentia.custody.store import disk_error
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Access, Item, ItemKind, Role, Times
from evidentia.record.moment import now
from evidentia.report.expert import DATA_NAME, REPORT_NAME, render
from evidentia.report.material import Examiner, Language, Material
from evidentia.report.pdf_signature import SignedPdf, Statement, WithoutTimestamp, http_timestampers, sign_pdf
from evidentia.verify import Trust, verify

from .acting import Acting
from .contents import Contents
from .gathering import Describe, Progress, describe_item
from .telling import tell


def examiner_from(custodian: Acts) -> Examiner:
    """The examiner as the signing certificate names him."""
    return Examiner(
        name=custodian.name,
        role=custodian.role,
        organisation=custodian.organisation,
        certified=not custodian.is_self_issued,
    )


def gather_report(intake: Intake, material: Material, custodian: Custodian, progress: Progress) -> Describe:
    """Typeset the report, sign it (PAdES), and lay it down with its findings.

    An authority that does not answer leaves the signature without a timestamp; the item says so.

    Raises:
        MissingPart: the extra ``[report]`` is not installed.
        SigningError: the key does not sign.
    """
    progress("typesetting")
    rendered = render(material)
    progress("signing")
    signed = _sign(rendered.pdf, material, custodian)
    files = (
        intake.lay(REPORT_NAME, Role.REPORT, signed.pdf),
        intake.lay(DATA_NAME, Role.REPORT_DATA, rendered.data),
    )
    problems = (f"the report's signature has no timestamp: {signed.pending}",) if signed.pending else ()

    def describe(number: int) -> Item:
        times = Times(captured_at=material.written_at)
        return describe_item(intake.intent, number, files=files, times=times, problems=problems)

    return describe


def file_report(
    acting: Acting,
    *,
    language: Language,
    examiner: Examiner | None,
    purpose: str,
    number: str,
    requested_by: str,
    limitations: tuple[str, ...],
    trust: Trust | None,
    reason: str,
    progress: Progress,
) -> Item:
    """Write the expert's report on a case, sign it, and file it as an item: see ``Case.report``."""
    acting.require_adding()
    custodian = acting.custodian
    if not isinstance(custodian, Custodian):
        raise CustodyError(
            f"A report is signed while it is written, and {custodian.name}'s key is elsewhere.",
            next_step="Let a holder whose key is at hand write it, or add a document that you signed: `evidentia add`.",
        )
    written_at = now().replace(microsecond=0)  # PDF dates hold whole seconds
    progress("verifying")
    case = Contents(acting.ledger)
    verdict = None if trust is None else verify(case.folder, trust)
    told = tell(case, case.events, language=language, head=case.head, verdict=verdict, written_at=written_at)
    material = msgspec.structs.replace(
        told,
        examiner=examiner or examiner_from(custodian),
        purpose=purpose,
        number=number,
        requested_by=requested_by,
        limitations=limitations,
    )
    title = f"Report on case {case.id}"
    with acting.begin(ItemKind.REPORT, title, custodian.name, Access.OWN_ACCOUNT) as intake:
        describe = gather_report(intake, material, custodian, progress)
        progress("sealing")
        return acting.admit(intake, describe, EventType.REPORT, Occasion(reason=reason))


def copy_out(report: Path, target: Path) -> None:
    """Copy a filed report to where a person wants it; nothing there is overwritten.

    Raises:
        UsageError: something is there already.
    """
    try:
        with target.open("xb") as stream:
            stream.write(report.read_bytes())
    except FileExistsError as error:
        raise UsageError(
            f"{target} is already there.",
            safe=f"The signed report is in the case: {report}.",
            next_step="Copy it from there, or name another file.",
        ) from error
    except OSError as error:
        raise disk_error(target, error) from error


def _sign(pdf: bytes, material: Material, custodian: Custodian) -> SignedPdf:
    return sign_pdf(
        pdf,
        signer=pyhanko_signer(custodian),
        timestampers=http_timestampers(custodian.tsa),
        statement=Statement(name=custodian.name, reason=material.title),
        without_timestamp=WithoutTimestamp.SIGN_PENDING,
    )
