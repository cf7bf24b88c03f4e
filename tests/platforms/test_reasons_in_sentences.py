"""Every reason of a reading is made from sentences: of what was recorded, and as it stands in the programs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import evidentia
from evidentia.platforms import read
from evidentia.record.sentences import catalogue, english, words
from lab.recorded import load

from .pages import FIXTURES

PACKAGE = Path(evidentia.__file__).parent
STATING = frozenset({"PageReading", "Observation", "Presence"})


def recorded() -> list[Path]:
    """The captures among the fixtures, each of which a reader can be given."""
    found = sorted(FIXTURES.glob("*/*.json"))
    return [path for path in found if b'\n "responses": [' in path.read_bytes()]


@pytest.mark.parametrize("path", recorded(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_reason_of_what_was_recorded_is_its_sentences(path: Path) -> None:
    reading = read(load(path))
    assert reading.reason == english(*reading.says)
    assert not reading.reason or words(reading.says, "id") != reading.reason


def test_no_program_states_a_reason_in_words_alone() -> None:
    stated = [
        f"{path}:{node.lineno}"
        for room in ("platforms", "capture", "detect", "case")
        for path in (PACKAGE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in STATING
        if (given := {keyword.arg for keyword in node.keywords}) and "reason" in given and "says" not in given
    ]
    assert stated == []


@pytest.mark.parametrize("code", [code for code in catalogue() if code.startswith(("looks.", "platforms."))])
def test_no_sentence_of_a_look_is_the_same_words_as_another(code: str) -> None:
    same = [other for other, both in catalogue().items() if both["en"] == catalogue()[code]["en"]]
    assert same == [code]
