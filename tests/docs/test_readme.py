"""The README's example runs as it stands, but for the names of files, addresses and secrets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.docs.conftest import Ground

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CLI_NAMES = re.compile(r"`(?:evidentia )?([a-z]+(?:-[a-z]+)*(?: [a-z]+(?:-[a-z]+)*)?)(?: [A-Z\[\]]+)*`")


def example() -> str:
    found = re.search(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.mark.lab
@pytest.mark.browser
def test_library_example_runs(
    ground: Ground, practised: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names are replaced by the practice ground's. One thing is added: the forum stands on loopback."""
    practice = practised / "practice"
    names = dict(re.findall(r"^export ([A-Z_]+)=(.*)$", (practice / "env").read_text(), re.MULTILINE))
    code = example()
    for written, here in (
        ("http://tsa.example", names["EVIDENTIA_TSA"]),
        ("https://social.example/p/123", names["POST"]),
        ("IMG-20190220-WA0001.jpg", "screenshot.jpg"),
        (
            "access=ev.Access.PUBLIC)",
            "access=ev.Access.PUBLIC, options=ev.PageOptions(allow_private_network=True))",
        ),
        ('"makassar-15"', '"contoh-1"'),
    ):
        assert written in code
        code = code.replace(written, here)
    monkeypatch.chdir(practice)
    given = {"passphrase": "lab-penyidik-a", "their_passphrase": "lab-pengawas-b"}
    exec(compile(code, "README.md", "exec"), given)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "consistent"
    assert printed[1].startswith("PASSED [] contoh-1/")


def test_library_example_is_about_fifteen_lines() -> None:
    assert 15 <= len([line for line in example().splitlines() if line.strip()]) <= 18


def test_table_of_commands_names_every_command_and_no_other() -> None:
    import typer

    from evidentia.cli.app import command_line

    group = typer.main.get_command(command_line())
    every = {
        f"{name} {below}".strip()
        for name, command in group.commands.items()  # type: ignore[attr-defined]
        for below in getattr(command, "commands", [""])
    }
    table = README.partition("## The commands")[2].partition("##")[0]
    named = {
        name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in CLI_NAMES.findall(row)
    }
    assert named == every
