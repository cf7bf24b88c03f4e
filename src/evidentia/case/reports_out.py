"""Reports that are signed elsewhere: written unsigned and kept aside, and filed when they come back signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidentia.custody.ledger import Occasion
from evidentia.custody.signed_document import Signed, check_signed_document
from evidentia.custody.store import WORKING, disk_error
from evidentia.record.custody import EventType
from evidentia.record.errors import SigningError
from evidentia.record.item import Access, Item, ItemKind, Role, Times
from evidentia.record.moment import now
from evidentia.record.sentences import Term
from evidentia.report.expert import DATA_NAME, REPORT_NAME, Rendered

from .acting import Acting
from .contents import Contents
from .gathering import describe_item

FOLDER = f"{WORKING}/reports"
"""Where unsigned reports wait: working state, on this machine alone, under the SHA-256 of the PDF."""


@dataclass(frozen=True)
class _Waiting:
    """A report that can be signed: the PDF that went out, its findings, and the item that it is, if it is filed."""

    pdf: Path
    data: bytes
    item: int | None


@dataclass(frozen=True)
class TakenReport:
    """A report that came back signed, as it was filed, and whose signatures it bears."""

    item: Item
    signatures: tuple[Signed, ...]


def keep_aside(folder: Path, rendered: Rendered) -> Path:
    """Keep an unsigned report until it comes back. The same report is kept once.

    Raises:
        CustodyError: the disk does not take it.
    """
    place = folder / FOLDER / hashlib.sha256(rendered.pdf).hexdigest()
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, data in ((DATA_NAME, rendered.data), (REPORT_NAME, rendered.pdf)):
            path = place / name
            if not path.exists() or path.read_bytes() != data:  # an interruption may have left a part
                path.write_bytes(data)
    except OSError as error:
        raise disk_error(place, error) from error
    return place / REPORT_NAME


def take_report(acting: Acting, signed: bytes, reason: str) -> TakenReport:
    """File a report that was signed elsewhere, once it is shown to be the one that was given out: see
    ``Case.take_report``."""
    acting.require_adding()
    found = _original_of(Contents(acting.ledger), signed)
    original = found.pdf.read_bytes()
    signatures = check_signed_document(signed, original)
    signers = ", ".join(one.name for one in signatures)
    title = Term("Report on case {url}, signed by {what}").format(url=acting.ledger.case, what=signers)
    problems = tuple(
        Term("the signature of {what} has no timestamp").format(what=one.name)
        for one in signatures
        if not one.stamped
    )
    with acting.begin(ItemKind.REPORT, title, signers, Access.OWN_ACCOUNT) as intake:
        files = (
            intake.lay(REPORT_NAME, Role.REPORT, signed),
            intake.lay(DATA_NAME, Role.REPORT_DATA, found.data),
        )

        def describe(number: int) -> Item:
            about = () if found.item is None else (found.item,)
            times = Times(received_at=now())
            return describe_item(
                intake.intent, number, files=files, times=times, problems=problems, about=about
            )

        return TakenReport(
            acting.admit(intake, describe, EventType.REPORT, Occasion(reason=reason)), signatures
        )


def _original_of(case: Contents, signed: bytes) -> _Waiting:
    """The report that a signed one begins with; of several, the one that holds most of it.

    Raises:
        SigningError: it is none that was given out or filed here.
    """
    fitting = [
        one for one in (*_aside(case.folder), *_filed(case)) if signed.startswith(one.pdf.read_bytes())
    ]
    if not fitting:
        raise SigningError(
            "The signed PDF is refused: it does not begin with a report that was written here, or it was saved anew.",
            next_step="Sign the PDF that `evidentia report --unsigned` wrote, as it is, and bring that.",
        )
    return max(fitting, key=lambda one: one.pdf.stat().st_size)


def _aside(folder: Path) -> Iterator[_Waiting]:
    for pdf in sorted((folder / FOLDER).glob(f"*/{REPORT_NAME}")):
        if hashlib.sha256(pdf.read_bytes()).hexdigest() == pdf.parent.name:
            yield _Waiting(pdf, pdf.with_name(DATA_NAME).read_bytes(), None)


def _filed(case: Contents) -> Iterator[_Waiting]:
    for item in case.items():
        roles = {file.role: file for file in item.files}
        if item.kind is ItemKind.REPORT and {Role.REPORT, Role.REPORT_DATA} <= roles.keys():
            pdf, data = (case.intact(item, roles[role]) for role in (Role.REPORT, Role.REPORT_DATA))
            yield _Waiting(pdf, data.read_bytes(), item.item)
