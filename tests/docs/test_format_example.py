"""The worked example of the format: every command of the page, and the bundle that it is about."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .console import check
from .test_schemas import FILES, problems

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "docs" / "example" / "kasus-07.zip"


def test_every_command_of_the_page_comes_out_as_the_page_says(
    checkout: Path, shell: dict[str, str], program: Callable[[str], Path]
) -> None:
    program("openssl")
    check(ROOT / "docs" / "format-example.md", checkout, shell)


@pytest.mark.parametrize("name", ["item.json", "fingerprints.json"])
def test_its_files_are_as_their_schemas_say(name: str) -> None:
    with zipfile.ZipFile(BUNDLE) as opened:
        assert problems(FILES[name], json.loads(opened.read(f"kasus-07/data/000001/{name}"))) == []
