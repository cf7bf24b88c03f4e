"""The catalogue of sentences: every one in both languages, with the same values, and every one of them said."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import evidentia
from evidentia.record.sentences import catalogue

PACKAGE = Path(evidentia.__file__).parent
ROOMS = ("platforms", "capture", "detect", "case")
"""Whose programs state what is kept in records."""

CODE = re.compile(r"""["']((?:examining|looks|moves|platforms|reading|video)\.(?!json")[a-z0-9_.]+)["']""")


def test_every_sentence_has_both_languages_with_the_same_values() -> None:
    for code, both in catalogue().items():
        assert both.keys() == {"en", "id"}, code
        fields = [
            sorted((name, spec) for _, name, spec, _ in Formatter().parse(text) if name)
            for text in both.values()
        ]
        assert fields[0] == fields[1], code
        assert all(text.strip() == text for text in both.values()), code


def test_every_code_in_the_programs_has_a_sentence_and_every_sentence_is_said() -> None:
    written = {
        code
        for room in ROOMS
        for path in (PACKAGE / room).rglob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert written == set(catalogue())
