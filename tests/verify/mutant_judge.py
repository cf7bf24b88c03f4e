"""Which mutants may pass, and what judges them: importable, because processes of their own do it."""

from __future__ import annotations

import io
import multiprocessing
import os
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import msgspec
from attacks import BREAKS
from bundles import Files, Said, judge_in_shell, write
from mutant_steps import last_event
from mutants import Mutant, good_draft, mutant, withholding

from evidentia.formats.head import head_json
from evidentia.record.verdict import Status, Verdict
from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code, worst
from evidentia.verify.judge import head_of
from lab.pki import Lab

DERIVED = ("index.html", "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
PART = 20  # mutants that a process is given at a time: few enough that none waits long for the last


class Good(NamedTuple):
    """A good bundle: its files and its head; ``cuts`` are the earlier events at which it is whole too."""

    files: Files
    head: str
    last_signature: str
    cuts: tuple[int, ...]


class Ground(NamedTuple):
    """What mutants are made of and judged with: good bundles, anchors, a folder with the anchors as PEM."""

    bundles: tuple[Good, ...]
    signers: bytes
    authorities: bytes
    folder: Path

    @property
    def roots(self) -> Path:
        """The anchors for signers, as verify.sh wants them."""
        return self.folder / "roots.pem"

    @property
    def tsa_roots(self) -> Path:
        """The anchors for authorities, as verify.sh wants them."""
        return self.folder / "tsa-roots.pem"


def ground_of(lab: Lab, folder: Path) -> Ground:
    """The good bundles, signed and stamped by the lab."""
    bundles = (
        _good(good_draft(lab).build(), "pengawas-b", (3,)),
        _good(withholding(lab), "penyidik-a", ()),
    )
    made = Ground(bundles, lab.roots.read_bytes(), lab.tsa_roots.read_bytes(), folder)
    made.roots.write_bytes(made.signers)
    made.tsa_roots.write_bytes(made.authorities)
    return made


def _good(files: Files, last_signer: str, cuts: tuple[int, ...]) -> Good:
    last = last_event(files)
    head = head_of(files, last, "kasus-07")
    assert head is not None
    return Good(files, head_json(head).decode(), f"custody/{last:06d}.sha256.{last_signer}.p7s", cuts)


class Outcome(NamedTuple):
    """What was said of one mutant.

    Attributes:
        kind: of change.
        how: the change in full.
        status: the verdict without a head.
        codes: of its faults, in the order of the program's table of codes.
        shell: what verify.sh said, where it was asked.
        problem: what must not be; empty where all is well.
    """

    number: int
    kind: str
    how: str
    status: str
    codes: tuple[str, ...]
    shell: str
    problem: str


# Which mutants may pass.


def is_same_evidence(good: Good, files: Files) -> bool:
    """Every file of custody and evidence is there unchanged; only further tokens over the last signature came."""
    kept = {p: d for p, d in good.files.items() if p not in DERIVED}
    more = files.keys() - good.files.keys()
    return all(files.get(p) == d for p, d in kept.items()) and all(
        p.startswith(good.last_signature + ".") and p.endswith(".tsr") for p in more
    )


def is_listed_class(good: Good, files: Files) -> bool:
    """What may pass without a head: another last token or last signature value, or a history cut at an export."""
    open_end = {p: d for p, d in good.files.items() if p.startswith(good.last_signature)}
    return is_same_evidence(good, files | open_end) or any(_is_cut(good, files, at) for at in good.cuts)


def _is_cut(good: Good, files: Files, at: int) -> bool:
    """After the cut, event ``at`` is the last; certificates that only later events needed may have stayed or not."""
    cut = tuple(f"custody/{n:06d}." for n in range(at + 1, last_event(good.files) + 1))
    first = {p: d for p, d in good.files.items() if p not in DERIVED and not p.startswith(cut)}
    here = {p: d for p, d in files.items() if p not in DERIVED}
    mine = f"custody/{at:06d}.sha256.penyidik-a.p7s"
    there = {p: d for p, d in here.items() if not p.startswith(mine)}
    return there.items() <= first.items() and all(
        p in here for p in first if not p.startswith(("trust/", mine))
    )


def evidence_differs(good: Good, files: Files) -> bool:
    """Whether a file of evidence, or an item's record, is there with other bytes."""
    return any(
        p in files and files[p] != d
        for p, d in good.files.items()
        if p.startswith(("data/", "custody/items/"))
    )


def contents(archive: bytes) -> Files:
    """What a ZIP holds, as any program reads it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {i.filename.split("/", 1)[1]: opened.read(i) for i in opened.infolist() if not i.is_dir()}


def differences(python: Verdict, shell: Said) -> str:
    """Where the two verifiers say different things, but for what docs/verdict-codes.md allows behind a break."""
    codes = {fault.code for fault in python.faults}
    if codes & BREAKS or shell.codes & BREAKS:
        same = python.status == shell.status == "FAILED"
    else:
        same = (python.status, codes) == (shell.status, shell.codes)
    return "" if same else f"{python.status} {sorted((f.code, f.path) for f in python.faults)} / {shell.text}"


# Judging, in several processes: each keeps folders of its own and changes in them only what the mutant changes.


class Judge:
    """One process's folders and anchors."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.trust = Trust.from_pem(ground.signers, ground.authorities)
        self.folder = Path(mkdtemp(dir=ground.folder))
        self.there: list[Files] = [dict(good.files) for good in ground.bundles]
        for which, good in enumerate(ground.bundles):
            write(good.files, self.folder / str(which))

    def judge(self, seed: int, number: int, shell: bool) -> Outcome:
        """Judge one mutant with and without the head, and with verify.sh."""
        which = int(number % 3 == 2)
        good = self.ground.bundles[which]
        made = mutant(seed, number, good.files)
        try:
            return self._judged(number, made, which, shell and made.archive is None)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown as the failure that it is
            return Outcome(number, made.kind, made.how, "", (), "", f"a verifier broke: {error!r}")

    def _judged(self, number: int, made: Mutant, which: int, shell: bool) -> Outcome:
        good = self.ground.bundles[which]
        where = self._place(made, which)
        headed = verify(where, self.trust, head=good.head)
        others = [fault for fault in headed.faults if fault.code != Code.HEAD_DIFFERS]
        if others:  # a head adds its own fault and takes none away
            alone = msgspec.structs.replace(headed, faults=tuple(others), status=worst(others))
        else:
            alone = verify(where, self.trust)
        said = judge_in_shell(where, self.ground) if shell else None
        problem = _problem(good, made, alone, headed) or (differences(alone, said) if said else "")
        codes = {fault.code for fault in alone.faults}
        ordered = tuple(code.value for code in Code if code in codes)
        status, in_shell = alone.status.value, said.status if said else ""
        return Outcome(number, made.kind, made.how, status, ordered, in_shell, problem)

    def _place(self, made: Mutant, which: int) -> Path:
        root = self.folder / str(which)
        if made.archive is not None:
            root = root.with_suffix(".zip")
            root.write_bytes(made.archive)
            return root
        there = self.there[which]
        for path in there.keys() - made.files.keys():
            (root / path).unlink()
        write({p: d for p, d in made.files.items() if there.get(p) != d}, root)
        self.there[which] = made.files
        return root


def _problem(good: Good, made: Mutant, alone: Verdict, headed: Verdict) -> str:
    """What must not be: a mutant that passes, or evidence with other bytes of which anything but FAILED is said."""
    if Status.PASSED in (alone.status, headed.status):
        files = contents(made.archive) if made.archive is not None else made.files
        same = is_same_evidence(good, files)
        if headed.status is Status.PASSED and not same:
            return "passed with the head"
        if not (same or is_listed_class(good, files)):
            return "passed without a head, and is of no listed class"
    if made.archive is None and evidence_differs(good, made.files):
        told = f"evidence has other bytes, and the verdict is {alone.status}"
        return "" if alone.status is Status.FAILED else told
    return ""


_own: list[Judge] = []  # this process's


def _begin(ground: Ground) -> None:
    _own.append(Judge(ground))


def judge_some(seed: int, part: tuple[range, bool]) -> list[Outcome]:
    """Judge some mutants in a process that has begun; with the second of ``part``, by verify.sh too."""
    numbers, shell = part
    return [_own[0].judge(seed, number, shell) for number in numbers]


def judge_all(ground: Ground, seed: int, count: int, shell: int) -> Iterator[Outcome]:
    """Judge mutants 0 to ``count`` on all processors; verify.sh judges the folders among the first of them."""
    asked = min(count, -(-shell * 4 // 3))  # three of four are folders
    starts = [(range(at, min(at + PART, asked)), True) for at in range(0, asked, PART)]
    rest = [(range(at, min(at + PART, count)), False) for at in range(asked, count, PART)]
    method = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), method, _begin, (ground,)) as pool:
        for found in pool.map(partial(judge_some, seed), starts + rest):
            yield from found
