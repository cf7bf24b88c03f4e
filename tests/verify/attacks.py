"""How an attack is written down: what is built, and exactly which codes each verifier must give."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
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


class Attack(NamedTuple):
    """How a bundle is built, and what must be said of it; ``shell`` differs only as docs/verdict-codes.md has it."""

    build: Callable[[Lab], Files]
    codes: frozenset[str]
    shell: frozenset[str]


class Attacks(dict[str, Attack]):
    """The attacks of one file by name: a decorator that registers them."""

    def __call__(
        self, *codes: Code, shell: tuple[Code, ...] | None = None
    ) -> Callable[..., Callable[[Lab], Files]]:
        def register(build: Callable[[Lab], Files]) -> Callable[[Lab], Files]:
            seen = codes if shell is None else shell
            self[build.__name__] = Attack(build, frozenset(codes), frozenset(seen))
            return build

        return register


def status_of(codes: frozenset[str]) -> str:
    """The status that a set of codes amounts to."""
    return worst([fault(Code(code), "", "", "") for code in codes]).value


class Bench:
    """All attacks of a file, built; the shell works at them on every core while Python judges them one by one."""

    def __init__(self, attacks: Attacks, lab: Lab, folder: Path) -> None:
        self.attacks, self.lab, self.folder = attacks, lab, folder
        self.pool = ThreadPoolExecutor(os.cpu_count())
        self.shell = {name: self._start(name) for name in attacks}

    def _start(self, name: str) -> Future[Said]:
        folder = write(self.attacks[name].build(self.lab), self.folder / name)
        return self.pool.submit(judge_in_shell, folder, self.lab)

    def check(self, name: str) -> None:
        """Both verifiers say what they must, and nothing else."""
        attack = self.attacks[name]
        told = {
            "evidentia": judge_in_python(self.folder / name, self.lab),
            "verify.sh": self.shell[name].result(),
        }
        for verifier, codes in (("evidentia", attack.codes), ("verify.sh", attack.shell)):
            said = told[verifier]
            more = set(said.codes) - codes if codes & BREAKS else set()
            assert (said.status, said.codes - more) == (status_of(codes), set(codes)), (
                f"{verifier}: {said.text}"
            )
