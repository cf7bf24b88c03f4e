"""How an attack is written down: what is built, and exactly which codes each verifier must give."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bundles import Files, Said, judge_in_python, judge_in_shell, write

from evidentia.verify.codes import Code, fault, worst
from lab.pki import Lab

BREAKS = frozenset(
    {Code.EVENT_MISSING, Code.EVENT_MALFORMED, Code.SEAL_MISSING, Code.SEAL_MALFORMED, Code.RECORD_MALFORMED}
    | {Code.NAME_REFUSED, Code.LINK_OR_DEVICE, Code.NAMES_COLLIDE, Code.UNKNOWN_FILE, Code.ARCHIVE_UNREADABLE}
)
"""Where one of these is said, a verifier may say more or less of what hangs from the broken place."""

Build = Callable[[Lab], Files | bytes]


class Attack(NamedTuple):
    """How a bundle is built, and what must be said of it.

    Attributes:
        build: the bundle, as files of a folder or as the bytes of a ZIP.
        codes: what `evidentia verify` must say.
        shell: what verify.sh must say, other than that only where docs/verdict-codes.md has it; of a ZIP, what it says
            of the folder that unpacking gives. None where it cannot be asked.
        on_disk: what is done to the folder after it was written: links and devices are no bytes.
        now: when both are asked, where it is not now.
    """

    build: Build
    codes: frozenset[str]
    shell: frozenset[str] | None
    on_disk: Callable[[Path], None] | None = None
    now: datetime | None = None

    def lay(self, lab: Lab, where: Path) -> Path:
        """Write the bundle: a folder there, or a ZIP beside."""
        built = self.build(lab)
        if isinstance(built, bytes):
            where = where.with_name(where.name + ".zip")
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_bytes(built)
            return where
        write(built, where)
        if self.on_disk is not None:
            self.on_disk(where)
        return where


SAME = [Code.NO_EVENTS]  # told from others by its identity: verify.sh says what `evidentia verify` says


class Attacks(dict[str, Attack]):
    """The attacks of one file by name: a decorator that registers them, and ``add`` for those made in a loop."""

    def __call__(
        self,
        *codes: Code,
        shell: Iterable[Code] | None = SAME,
        on_disk: Callable[[Path], None] | None = None,
        now: datetime | None = None,
    ) -> Callable[[Build], Build]:
        def register(build: Build) -> Build:
            name = build.__name__
            self.add(name, build, *codes, shell=shell, on_disk=on_disk, now=now)
            return build

        return register

    def add(
        self,
        name: str,
        build: Build,
        *codes: Code,
        shell: Iterable[Code] | None = SAME,
        on_disk: Callable[[Path], None] | None = None,
        now: datetime | None = None,
    ) -> None:
        """Register an attack under a name that tells it."""
        assert name not in self, name
        said = codes if shell is SAME else shell
        self[name] = Attack(build, frozenset(codes), None if said is None else frozenset(said), on_disk, now)


def status_of(codes: frozenset[str]) -> str:
    """The status that a set of codes amounts to."""
    return worst([fault(Code(code), "", "", "") for code in codes]).value


def unpacked(archive: Path, folder: Path) -> Path:
    """What Python's own program makes of a ZIP: a folder, as anybody would hand it to verify.sh."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    tops = list(folder.iterdir())
    return tops[0] if len(tops) == 1 and tops[0].is_dir() else folder


class Bench:
    """All attacks of a file, built; the shell works at them on every core while Python judges them one by one."""

    def __init__(self, attacks: Attacks, lab: Lab, folder: Path) -> None:
        self.attacks, self.lab, self.folder = attacks, lab, folder
        self.pool = ThreadPoolExecutor(os.cpu_count())
        self.laid = {name: attacks[name].lay(lab, folder / f"{n}") for n, name in enumerate(sorted(attacks))}
        asked = (name for name in attacks if attacks[name].shell is not None)
        self.shell = {name: self._start(name) for name in asked}

    def _start(self, name: str) -> Future[Said]:
        where = self.laid[name]
        if stat.S_ISREG(where.stat().st_mode):
            where = unpacked(where, where.with_suffix(".d"))
        return self.pool.submit(judge_in_shell, where, self.lab, None, self.attacks[name].now)

    def check(self, name: str) -> None:
        """Both verifiers say what they must, and nothing else."""
        attack = self.attacks[name]
        told = [("evidentia", attack.codes, judge_in_python(self.laid[name], self.lab, None, attack.now))]
        if attack.shell is not None:
            told.append(("verify.sh", attack.shell, self.shell[name].result()))
        for verifier, codes, said in told:
            more = set(said.codes) - codes if codes & BREAKS else set()
            assert (said.status, said.codes - more) == (status_of(codes), set(codes)), (
                f"{verifier}: {said.text}"
            )
