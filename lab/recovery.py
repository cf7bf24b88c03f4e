"""What must hold of a case after an interruption, whichever it was."""

from __future__ import annotations

from pathlib import Path

import evidentia as ev
from evidentia.case import Case
from evidentia.record.verdict import Status
from lab.interrupted import CASE, Scene
from lab.pki import Lab

HALF_DONE = frozenset({
    "SEAL_MISSING", "SIGNATURE_MISSING", "ITEM_UNKNOWN", "DERIVED_MISSING", "DERIVED_DIFFERS",
    "WITHHELD_PRESENT",
})  # fmt: skip
"""What `evidentia verify` may call FAILED where `evidentia show` tells of interrupted steps; the how-to lists them."""


def verdict(bundle: Path, lab: Lab) -> ev.Verdict:
    return ev.verify(bundle, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))


def failed(found: ev.Verdict) -> set[str]:
    return {fault.code for fault in found.faults if fault.status is Status.FAILED}


def evidence(folder: Path) -> dict[str, bytes]:
    """Every file of the case that is never written twice."""
    tops = [folder / name for name in ("data", "custody", "trust")]
    return {str(p.relative_to(folder)): p.read_bytes() for top in tops for p in top.rglob("*") if p.is_file()}


def gathered(folder: Path) -> list[bytes]:
    staging = folder / ".evidentia" / "staging"
    return [path.read_bytes() for path in staging.glob("*/**/*") if path.is_file()]


def check_recovery(scene: Scene, lab: Lab, sealed: dict[str, bytes]) -> None:
    """The case opens and holds what it held; what is half done is said, finished, and then verifies."""
    folder = scene.folder / CASE
    opened = Case.open(folder)
    there = evidence(folder)
    assert sealed.items() <= there.items(), "what was sealed is as it was"
    wrong = failed(verdict(folder, lab))
    assert wrong <= HALF_DONE
    assert not wrong or opened.unfinished.interrupted, f"{wrong}, and nothing is said to be open"

    captured = gathered(folder)
    case = finished(scene)
    assert case.unfinished.is_empty
    after = evidence(folder)
    assert there.items() <= after.items(), "nothing was written twice"
    assert set(captured) <= set(after.values()), "nothing that was captured is lost"
    assert not failed(verdict(folder, lab))
    case.export(scene.folder / "afterwards.zip")
    assert verdict(folder, lab).status is Status.PASSED
    assert verdict(scene.folder / "afterwards.zip", lab).status is Status.PASSED
    left = {path.name for path in (folder / ".evidentia").rglob("*") if path.is_file()}
    assert left == {"lock"}


def finished(scene: Scene) -> Case:
    """The case after everybody has done what `evidentia show` asks for."""
    case = scene.case(Case.open(scene.folder / CASE).holders[0])
    case.finish()
    while case.unfinished.unsigned:
        case = scene.case(case.unfinished.unsigned[0].rsplit(".", 2)[1])
        case.finish()
    if waits(case):
        case = scene.case("pengawas-b")
        case.receive()
    case = scene.case(case.holders[0])
    case.timestamp()
    return case


def waits(case: Case) -> bool:
    return case.events[-1].type is ev.EventType.TRANSFER
