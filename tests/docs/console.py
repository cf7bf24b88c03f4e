"""Reading and running the ``console`` blocks of a page, so that what the docs say is what happens.

A line that begins with ``$ `` is a command; a trailing backslash continues it. ``# exit code 3`` behind it states
another exit code than 0. The lines below it are fragments of what it prints, in order; ``…`` stands for anything.
All blocks of a page run in one shell, as a reader would run them.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STATED_CODE = re.compile(r"#.*\bexit code (\d+)")
_MARK = "--- end of command"
_LIMIT_S = 600  # for a whole page; reading screenshots takes long on a loaded machine


@dataclass(frozen=True)
class Command:
    """A command of a page, what it should end with, and what it should print."""

    text: str
    code: int
    printed: tuple[str, ...]


@dataclass(frozen=True)
class Ran:
    """A command as it ran."""

    command: Command
    code: int
    output: str

    def fault(self) -> str:
        """Empty, or how it came out otherwise than the page says."""
        if self.code != self.command.code:
            return f"ended with {self.code}, not {self.command.code}"
        at, said = 0, _plain(self.output)
        for fragment in self.command.printed:
            found = re.compile(".*?".join(map(re.escape, _plain(fragment).split("…")))).search(said, at)
            if found is None:
                return f"did not print {fragment!r}"
            at = found.end()
        return ""


def commands_of(page: str) -> list[Command]:
    """All commands of a page, in order."""
    return [command for block in _BLOCK.findall(page) for command in _in_block(block)]


def run(page: str, folder: Path, environment: Mapping[str, str]) -> list[Ran]:
    """Run a page's commands in one shell in ``folder``."""
    commands = commands_of(page)
    script = "".join(f"{command.text}\nprintf '\\n{_MARK} %s\\n' $?\n" for command in commands)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    parts = re.split(rf"^{_MARK} (\d+)\n", done.stdout, flags=re.MULTILINE)
    outputs, codes = parts[:-1:2], parts[1::2]
    assert len(outputs) == len(commands), f"the shell ended early:\n{done.stdout}"
    return [Ran(c, int(code), output) for c, code, output in zip(commands, codes, outputs, strict=True)]


def check(page: Path, folder: Path, environment: Mapping[str, str]) -> None:
    """Every command of a page comes out as the page says."""
    ran = run(page.read_text("utf-8"), folder, environment)
    assert ran, f"{page.name} holds no command"
    wrong = [f"$ {one.command.text}\n  {one.fault()}\n{one.output}" for one in ran if one.fault()]
    assert not wrong, "\n".join(wrong)


def _in_block(block: str) -> Iterator[Command]:
    text, printed, open_line = "", [], False
    for line in block.splitlines():
        if open_line or line.startswith("$ "):
            if not open_line and text:
                yield _command(text, printed)
                text, printed = "", []
            text += ("\n" if open_line else "") + (line if open_line else line[2:])
            open_line = line.endswith("\\")
        elif line.strip():
            assert text, f"a block begins with output: {line!r}"
            printed.append(line)
    if text:
        yield _command(text, printed)


def _command(text: str, printed: list[str]) -> Command:
    stated = _STATED_CODE.search(text)
    return Command(text, int(stated.group(1)) if stated else 0, tuple(printed))


def _plain(text: str) -> str:
    """White space does not count: the width of a terminal decides where lines break."""
    return " ".join(text.split())
