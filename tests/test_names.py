"""One name, one file: whatever tests import from each other by name alone."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parent


def imported(source: str) -> set[str]:
    """First names of all modules that a source imports, anywhere in it."""
    nodes = list(ast.walk(ast.parse(source)))
    whole = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    parts = {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    return {name.partition(".")[0] for name in whole | parts}


def test_a_module_that_another_test_imports_has_a_name_of_its_own() -> None:
    """Several folders of tests stand on the search path: of two files of a name, either might be found."""
    files = sorted(TESTS.rglob("*.py"))
    often = {name for name, count in Counter(file.stem for file in files).items() if count > 1}
    found = {
        (file.relative_to(TESTS).as_posix(), name)
        for file in files
        for name in imported(file.read_text("utf-8"))
    }
    assert {(file, name) for file, name in found if name in often} == set()
