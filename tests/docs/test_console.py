"""The reader of ``console`` blocks: it would notice a page that does not say what happens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.console import Command, check, commands_of, run


def page(*lines: str) -> str:
    return "\n".join(("Text.", "", "```console", *lines, "```", "", "```sh", "false", "```", ""))


def faults(folder: Path, *lines: str) -> list[str]:
    return [ran.fault() for ran in run(page(*lines), folder, os.environ)]


def test_commands_with_code_output_and_continuation() -> None:
    found = commands_of(page("$ true", "$ ls \\", "    -l   # exit code 2", "one", "", "two …", "$ cd .."))
    assert found == [
        Command("true", 0, ()),
        Command("ls \\\n    -l   # exit code 2", 2, ("one", "two …")),
        Command("cd ..", 0, ()),
    ]


def test_commands_share_one_shell(tmp_path: Path) -> None:
    assert faults(tmp_path, "$ there=here", '$ echo "$there"', "here") == ["", ""]


def test_another_exit_code_is_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, "$ false", "$ (exit 3)   # exit code 3", "$ true # exit code 1") == [
        "ended with 1, not 0",
        "",
        "ended with 0, not 1",
    ]


def test_output_must_be_there_in_its_order(tmp_path: Path) -> None:
    assert faults(tmp_path, "$ echo one; echo a two b", "one", "a … b") == [""]
    assert faults(tmp_path, "$ echo one", "two") == ["did not print 'two'"]
    assert faults(tmp_path, "$ echo one; echo two", "two", "one") == ["did not print 'one'"]


def test_a_page_that_is_wrong_fails(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(page("$ false"))
    with pytest.raises(AssertionError, match="ended with 1, not 0"):
        check(tmp_path / "page.md", tmp_path, os.environ)


def test_a_page_without_commands_fails(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("Text.")
    with pytest.raises(AssertionError, match="holds no command"):
        check(tmp_path / "page.md", tmp_path, os.environ)
