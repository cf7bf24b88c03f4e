"""The program run as a process, as a person or a script runs it, and what it answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lab.pki import Lab


class Done(NamedTuple):
    """What a run answered."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What the first line says."""
        return json.loads(self.out.splitlines()[0])

    def lines(self) -> list[Any]:
        """What each line says."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


def run_program(
    *arguments: str,
    folder: Path | None = None,
    environment: Mapping[str, str],
    given: str | None = None,
    program: tuple[str, ...] = ("-m", "evidentia"),
    seconds: float | None = None,
) -> Done:
    """Run ``evidentia`` in a folder, with ``given`` on its standard input or nobody at the keyboard; no traceback."""
    done = subprocess.run(
        [sys.executable, *program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        **({"stdin": subprocess.DEVNULL} if given is None else {"input": given}),
    )
    assert "Traceback" not in done.stdout + done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


def as_person(
    lab: Lab, person: str = "penyidik-a", *, tsa: str | None = None, case: str = ""
) -> dict[str, str]:
    """The environment of a person of the lab, with its timestamp authority, and with a case where one is named."""
    who = lab.people[person]
    own = {
        "EVIDENTIA_IDENTITY": str(who.p12),
        "EVIDENTIA_PASSPHRASE": who.passphrase,
        "EVIDENTIA_TSA": tsa or lab.tsa_url,
    }
    return os.environ | own | ({"EVIDENTIA_CASE": case} if case else {})


def as_nobody() -> dict[str, str]:
    """The environment without anything that is for ``evidentia``."""
    return {name: value for name, value in os.environ.items() if not name.startswith("EVIDENTIA_")}
