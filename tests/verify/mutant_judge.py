"""Which mutants may pass, and what judges them: importable, because processes of their own do it."""

from __future__ import annotations

import io
import multiprocessing
import os
import zipfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bundles import Files, write
from mutants import LAST, mutant

from evidentia.record.verdict import Status
from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code, worst

SEED = int(os.environ.get("MUTATION_SEED", "20250301"))
DERIVED = ("index.html", "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
LAST_SIGNATURE = f"{LAST}.sha256.pengawas-b.p7s"


class Ground(NamedTuple):
    """What every mutant is judged with: the good files, the anchors and the head of the good bundle."""

    good: Files
    signers: bytes
    authorities: bytes
    head: str


class Passed(NamedTuple):
    """A mutant that passed though it should not have, or broke the verifier: to be shown."""

    number: int
    how: str
    said: str


# Which mutants may pass.


def is_same_evidence(good: Files, files: Files) -> bool:
    """Every file of custody and evidence is there unchanged; only further tokens over the last signature came."""
    kept = {p: d for p, d in good.items() if p not in DERIVED}
    more = files.keys() - good.keys()
    return all(files.get(p) == d for p, d in kept.items()) and all(
        p.startswith(LAST_SIGNATURE + ".") and p.endswith(".tsr") for p in more
    )


def is_listed_class(good: Files, files: Files) -> bool:
    """What may pass without a head: another last token or last signature value, or a history cut at an export."""
    open_end = {p: good[p] for p in good if p.startswith(LAST_SIGNATURE)}
    if is_same_evidence(good, files | open_end):
        return True
    cut = tuple(f"custody/{n:06d}." for n in (4, 5, 6))
    first = {p: d for p, d in good.items() if p not in DERIVED and not p.startswith(cut)}
    here = {p: d for p, d in files.items() if p not in DERIVED}
    mine = "custody/000003.sha256.penyidik-a.p7s"
    there = {p: d for p, d in here.items() if not p.startswith(mine)}
    # After the cut, event 3 is the last; the second custodian's certificate may have stayed or not.
    return there.items() <= first.items() and all(
        p in here for p in first if not p.startswith(("trust/", mine))
    )


def evidence_differs(good: Files, files: Files) -> bool:
    """Whether a file of evidence, or an item's record, is there with other bytes."""
    return any(
        p in files and files[p] != d for p, d in good.items() if p.startswith(("data/", "custody/items/"))
    )


def contents(archive: bytes) -> Files:
    """What a ZIP holds, as any program reads it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {i.filename.split("/", 1)[1]: opened.read(i) for i in opened.infolist() if not i.is_dir()}


# Judging, in several processes: each keeps one folder and changes in it only what the mutant changes.


class Judge:
    """One process's folder and anchors."""

    def __init__(self, ground: Ground, folder: Path) -> None:
        self.ground, self.folder = ground, folder
        self.trust = Trust.from_pem(ground.signers, ground.authorities)
        self.there: Files = dict(ground.good)
        write(ground.good, folder / "b")

    def judge(self, number: int) -> Passed | None:
        """Judge one mutant with and without the head; returns what must not be."""
        made = mutant(SEED, number, self.ground.good)
        if made.archive is None and made.files == self.ground.good:
            return None
        where = self._place(made.files) if made.archive is None else self.folder / "b.zip"
        if made.archive is not None:
            where.write_bytes(made.archive)
        try:
            headed = verify(where, self.trust, head=self.ground.head)
            others = [fault for fault in headed.faults if fault.code is not Code.HEAD_DIFFERS]
            alone = headed.status if others else verify(where, self.trust).status
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown as the failure that it is
            return Passed(number, made.how, f"the verifier broke: {error!r}")
        passes = Status.PASSED in (alone, headed.status)
        files = contents(made.archive) if made.archive is not None and passes else made.files
        problem = self._problem(files, alone, headed.status)
        if not problem and made.archive is None and evidence_differs(self.ground.good, files):
            said = worst(others)
            problem = "" if said is Status.FAILED else f"evidence has other bytes, and the verdict is {said}"
        return Passed(number, made.how, problem) if problem else None

    def _problem(self, files: Files, alone: Status, headed: Status) -> str:
        same = is_same_evidence(self.ground.good, files)
        if headed is Status.PASSED and not same:
            return "passed with the head"
        if alone is Status.PASSED and not (same or is_listed_class(self.ground.good, files)):
            return "passed without a head, and is of no listed class"
        return ""

    def _place(self, files: Files) -> Path:
        root = self.folder / "b"
        for path in self.there.keys() - files.keys():
            (root / path).unlink()
        write({p: d for p, d in files.items() if self.there.get(p) != d}, root)
        self.there = files
        return root


def judged(ground: Ground, numbers: range) -> list[Passed]:
    """Judge some mutants in this process."""
    with TemporaryDirectory() as folder:
        judge = Judge(ground, Path(folder))
        return [found for number in numbers if (found := judge.judge(number)) is not None]


def judge_all(ground: Ground, count: int) -> list[Passed]:
    """Judge mutants 0 to ``count`` on all processors."""
    workers = os.cpu_count() or 1
    parts = [range(start, count, workers) for start in range(workers)]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        return [found for part in pool.map(partial(judged, ground), parts) for found in part]
