"""A sheet as other people's programs read it, and an invented receipt and list of evidence."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from report_sample import TOOL, digest, head

from evidentia.record.docket import Act, Reporter, Standing
from evidentia.record.hand_over import (
    EvidenceForm,
    EvidenceList,
    HandedBundle,
    HandedItem,
    HandOver,
    ListedEvidence,
    ListedPerson,
    Origin,
    ReportForm,
    SealsJudged,
    Signatory,
)
from evidentia.record.item import Access, ItemKind, Role, StoredFile
from evidentia.record.moment import Interval
from evidentia.record.verdict import Requirement, Status

Program = Callable[[str], Path]
AT = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
HOSTILE = (
    '#panic("x") $ *tebal* _miring_ @label <b> `kode` \\u{41} \u202eterbalik \u0007 \U0001f600 中 e'
    + "\u0301" * 9
)
FILE = StoredFile(
    name="original.png", role=Role.ORIGINAL, media_type="image/png", size=1234, sha256=digest("file")
)


def receipt(**changed: Any) -> HandOver:
    """A receipt of a bundle with one picture, that nobody judged."""
    made: dict[str, Any] = {
        "number": "",
        "case": "kasus-07",
        "title": "Dukungan di forum warga",
        "bundle": HandedBundle(name="kasus-07.zip", size=1234567, sha256=digest("bundle")),
        "items": (handed(1),),
        "head": head(),
        "givers": (
            Signatory(name="Penyidik Satu", office="Lembaga Pengawas A", origin=Origin.CHAIN, event=1),
        ),
        "receivers": (),
        "handed_at": None,
        "place": "",
        "how": "",
        "authority": "",
        "transfer": None,
        "seals": None,
        "problems": (),
        "written_at": AT,
        "zone": "+08:00",
        "tool": TOOL,
    }
    return HandOver(**(made | changed))


def handed(number: int, **changed: Any) -> HandedItem:
    made: dict[str, Any] = {
        "item": number,
        "kind": ItemKind.FILE,
        "title": "gambar.png",
        "captured_at": None,
        "received_at": AT,
        "record": digest(f"record {number}"),
        "files": (FILE,),
        "withheld": False,
    }
    return HandedItem(**(made | changed))


def judged(status: Status, **changed: Any) -> SealsJudged:
    made: dict[str, Any] = {
        "status": status,
        "requirements": dict.fromkeys(Requirement, status),
        "faults": (),
        "judged_at": AT,
        "compared_with": None,
        "signers": (digest("anchor"),),
        "authorities": (digest("tsa anchor"),),
    }
    return SealsJudged(**(made | changed))


def evidence(number: int = 1, **changed: Any) -> ListedEvidence:
    made: dict[str, Any] = {
        "mark": "abcdefghij"[number - 1] if number <= 10 else f"P-{number}",
        "item": number,
        "kind": ItemKind.CAPTURE,
        "title": "Forum warga",
        "description": {},
        "shows": {},
        "form": EvidenceForm.DIGITAL,
        "source": "",
        "addresses": ("https://forum.example/topik/123/",),
        "access": Access.PUBLIC,
        "captured_at": AT,
        "received_at": None,
        "main": FILE.name,
        "original_name": None,
        "files": (FILE,),
        "record": digest(f"record {number}"),
    }
    return ListedEvidence(**(made | changed))


def form(**changed: Any) -> ReportForm:
    made: dict[str, Any] = {
        "entry": None,
        "standing": Standing.NONE,
        "registration": "",
        "region": "",
        "reporters": (),
        "reporting": (),
        "reported": (),
        "acts": (),
        "event": {},
        "place": "",
        "occurred": Interval(),
        "known_at": None,
        "known_origin": None,
        "received_at": None,
        "witnesses": (),
        "account": {},
    }
    return ReportForm(**(made | changed))


def docketed(**changed: Any) -> ReportForm:
    """Fields of a report, most of them from a docket entry."""
    made: dict[str, Any] = {
        "entry": 2,
        "standing": Standing.CURRENT,
        "registration": "07/REG/2024",
        "region": "73",
        "reporters": (Reporter(kind="PUBLIC"),),
        "reported": (
            ListedPerson(pseudonym="Pejabat 07", office="JPT", origin=Origin.DOCKET),
            ListedPerson(pseudonym="Pejabat 08", office="ADM", origin=Origin.DOCKET),
        ),
        "acts": (
            Act(
                act="LIKE",
                persons=("Pejabat 07",),
                platform="facebook",
                acted=Interval(not_before=AT, not_after=None),
            ),
        ),
        "known_at": AT,
        "known_origin": Origin.DOCKET,
        "received_at": AT,
    }
    return form(**(made | changed))


def evidence_of(**changed: Any) -> EvidenceList:
    made: dict[str, Any] = {
        "number": "",
        "case": "kasus-07",
        "title": "Dukungan di forum warga",
        "head": head(),
        "report": form(),
        "evidence": (evidence(),),
        "not_listed": (),
        "withheld": (),
        "problems": (),
        "written_at": AT,
        "zone": "+08:00",
        "tool": TOOL,
    }
    return EvidenceList(**(made | changed))


def text_of(pdf: bytes, folder: Path, program: Program) -> str:
    """The words of a PDF, with one space between them."""
    (folder / "a.pdf").write_bytes(pdf)
    done = subprocess.run(
        [program("pdftotext"), "-layout", folder / "a.pdf", "-"], capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def attached(pdf: bytes, name: str, folder: Path, program: Program) -> bytes:
    """A file that is attached to a PDF."""
    (folder / "b.pdf").write_bytes(pdf)
    command = [program("pdfdetach"), "-saveall", "-o", folder, folder / "b.pdf"]
    subprocess.run(command, capture_output=True, check=True)
    return (folder / name).read_bytes()


def is_tagged(pdf: bytes, folder: Path, program: Program) -> bool:
    (folder / "c.pdf").write_bytes(pdf)
    said = subprocess.run([program("pdfinfo"), folder / "c.pdf"], capture_output=True, check=True)
    return b"Tagged:          yes" in said.stdout and b"pdfaid" in pdf
