"""The expert's report as an item: typeset, signed by the custodian, ready to be filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding

from evidentia.custody.identity import Acts, Custodian
from evidentia.custody.intake import Intake
from evidentia.custody.ledger import Occasion
from evidentia.custody.signature import pyhanko_signer
from evidentia.custody.store import disk_error
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Access, Item, ItemKind, Role, Times
from evidentia.record.moment import now
from evidentia.record.sentences import Term
from evidentia.report.expert import DATA_NAME, REPORT_NAME, render
from evidentia.report.expert_files import read_expert, read_questions
from evidentia.report.findings import require_grounds
from evidentia.report.material import Examiner, Language, Material
from evidentia.report.pdf_signature import SignedPdf, Statement, WithoutTimestamp, http_timestampers, sign_pdf
from evidentia.verify import Trust, verify

from .acting import Acting
from .contents import Contents
from .gathering import Describe, Progress, describe_item
from .reports_out import keep_aside
from .telling import tell

if TYPE_CHECKING:
    from pyhanko_certvalidator import ValidationContext

    from evidentia.docket.data_sets import DataSets

_UNSTAMPED = Term("the report's signature has no timestamp")


def examiner_from(custodian: Acts) -> Examiner:
    """The examiner as the signing certificate names him."""
    return Examiner(
        name=custodian.name,
        role=custodian.role,
        organisation=custodian.organisation,
        certified=not custodian.is_self_issued,
    )


@dataclass(frozen=True)
class Brief:
    """What a report is to say besides what the case holds.

    ``languages``: one, or both in their order. ``expert`` and ``questions`` are files of the expert's (TOML). ``data``:
    the data sets by which the docket is told; None for those that come with evidentia.
    """

    languages: tuple[Language, ...] = (Language.INDONESIAN,)
    examiner: Examiner | None = None
    purpose: str = ""
    number: str = ""
    requested_by: str = ""
    limitations: tuple[str, ...] = ()
    expert: Path | None = None
    questions: Path | None = None
    trust: Trust | None = None
    data: DataSets | None = None


def brief_of(
    language: Language | Sequence[Language],
    examiner: Examiner | None,
    purpose: str,
    number: str,
    requested_by: str,
    limitations: Sequence[str],
    expert: str | Path | None,
    questions: str | Path | None,
    trust: Trust | None,
    data: DataSets | None,
) -> Brief:
    """What callers ask for, in order.

    Raises:
        UsageError: no language, or one twice.
    """
    languages = (language,) if isinstance(language, Language) else tuple(language)
    if not languages or len(set(languages)) < len(languages):
        raise UsageError("A report is written in one language, or in both.", next_step="Use id, en or both.")
    return Brief(
        languages=languages,
        examiner=examiner,
        purpose=purpose,
        number=number,
        requested_by=requested_by,
        limitations=tuple(limitations),
        expert=None if expert is None else Path(expert),
        questions=None if questions is None else Path(questions),
        trust=trust,
        data=data,
    )


def material_of(case: Contents, brief: Brief, written_at: datetime, progress: Progress) -> Material:
    """Everything that a report says, gathered out of a case.

    Raises:
        FormatError: a file of the expert's is not what it must be, or rests on what is not in the case.
    """
    languages = brief.languages
    expertise = None if brief.expert is None else read_expert(brief.expert, languages)
    asked = None if brief.questions is None else read_questions(brief.questions, languages)
    progress("verifying")
    verdict = None if brief.trust is None else verify(case.folder, brief.trust)
    told = tell(
        case,
        case.events,
        language=languages[0],
        head=case.head,
        verdict=verdict,
        written_at=written_at,
        data=brief.data,
    )
    material = msgspec.structs.replace(
        told,
        examiner=brief.examiner,
        purpose=brief.purpose,
        number=brief.number,
        requested_by=brief.requested_by,
        limitations=brief.limitations,
        languages=languages if len(languages) > 1 else (),
        expertise=expertise,
        asked=asked,
    )
    if brief.questions is not None:
        require_grounds(material, brief.questions.name)
    return material


def gather_report(
    intake: Intake, material: Material, custodian: Custodian, trust: Trust | None, progress: Progress
) -> Describe:
    """Typeset the report, sign it (PAdES), and lay it down with its findings.

    An authority that does not answer leaves the signature without a timestamp; the item says so. ``trust``: makes the
    signature last (PAdES-B-LTA), with the revocation evidence that the case has.

    Raises:
        MissingPart: the extra ``[report]`` is not installed.
        SigningError: the key does not sign, or the evidence does not do to make the signature last.
    """
    progress("typesetting")
    rendered = render(material)
    progress("signing")
    signed = _sign(rendered.pdf, material, custodian, trust)
    files = (
        intake.lay(REPORT_NAME, Role.REPORT, signed.pdf),
        intake.lay(DATA_NAME, Role.REPORT_DATA, rendered.data),
    )
    problems = (f"{_UNSTAMPED}: {signed.pending}",) if signed.pending else ()

    def describe(number: int) -> Item:
        times = Times(captured_at=material.written_at)
        return describe_item(intake.intent, number, files=files, times=times, problems=problems)

    return describe


def file_report(acting: Acting, brief: Brief, *, long_term: bool, reason: str, progress: Progress) -> Item:
    """Write the expert's report on a case, sign it, and file it as an item: see ``Case.report``."""
    acting.require_adding()
    custodian = acting.custodian
    if not isinstance(custodian, Custodian):
        raise CustodyError(
            f"A report is signed while it is written, and {custodian.name}'s key is elsewhere.",
            next_step="Write it with `evidentia report --unsigned`, sign it there, and bring it back with "
            "`evidentia report-take`.",
        )
    if long_term and brief.trust is None:
        raise UsageError(
            "A signature that lasts needs trust anchors.", next_step="Name them: --trust and --tsa-trust."
        )
    written_at = now().replace(microsecond=0)  # PDF dates hold whole seconds
    case = Contents(acting.ledger)
    brief = replace(brief, examiner=brief.examiner or examiner_from(custodian))
    material = material_of(case, brief, written_at, progress)
    title = Term("Report on case {url}").format(url=case.id)
    with acting.begin(ItemKind.REPORT, title, custodian.name, Access.OWN_ACCOUNT) as intake:
        trust = brief.trust if long_term else None
        describe = gather_report(intake, material, custodian, trust, progress)
        progress("sealing")
        return acting.admit(intake, describe, EventType.REPORT, Occasion(reason=reason))


def unsigned_report(case: Contents, brief: Brief, written_at: datetime | None, progress: Progress) -> Path:
    """Write the report without a signature, and keep it aside: see ``Case.unsigned_report``."""
    at = (written_at or now()).replace(microsecond=0)
    material = material_of(case, brief, at, progress)
    progress("typesetting")
    return keep_aside(case.folder, render(material))


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
            safe=f"The report is in the case: {report}.",
            next_step="Copy it from there, or name another file.",
        ) from error
    except OSError as error:
        raise disk_error(target, error) from error


def _sign(pdf: bytes, material: Material, custodian: Custodian, trust: Trust | None) -> SignedPdf:
    return sign_pdf(
        pdf,
        signer=pyhanko_signer(custodian),
        timestampers=http_timestampers(custodian.tsa),
        statement=Statement(name=custodian.name, reason=material.title),
        without_timestamp=WithoutTimestamp.SIGN_PENDING if trust is None else WithoutTimestamp.REFUSE,
        validation=None if trust is None else _validation(material.folder, trust),
    )


def _validation(folder: Path, trust: Trust) -> ValidationContext:
    """The caller's anchors, and the certificates, lists and answers that the case holds. Nobody is asked."""
    from asn1crypto import crl, ocsp, x509
    from pyhanko_certvalidator import ValidationContext

    def each(suffix: str) -> list[bytes]:
        return [path.read_bytes() for path in sorted((folder / "trust").glob(f"*.{suffix}"))]

    anchors = {one.public_bytes(Encoding.DER) for one in (*trust.signers, *trust.authorities)}
    return ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in sorted(anchors)],
        other_certs=[x509.Certificate.load(one) for one in each("cer")],
        crls=[crl.CertificateList.load(one) for one in each("crl")],
        ocsps=[ocsp.OCSPResponse.load(one) for one in each("ocsp")],
        allow_fetching=False,
        revocation_mode="hard-fail",
    )
