"""docs/attacks.md names tests that are there, with the codes that they assert; and no code is without an attack."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tests" / "verify")]

from attacks import status_of  # noqa: E402
from rooms import ROOMS  # noqa: E402

from evidentia.verify.codes import Code  # noqa: E402

PAGE = (TOP / "docs" / "attacks.md").read_text("utf-8")
TRIED, _, LISTED = PAGE.partition("<!-- attacks: begin -->")
NAMED = re.findall(
    r"`([^`]+(?:/|::)[^`]+)`",
    TRIED.partition("## What is tried")[2].partition("## What each verifier says")[0],
)

ELSEWHERE = {
    "EVENT_PREPARED": "case/test_signing_elsewhere.py",
    "POLICY_ALGORITHM": "verify/test_policy.py",
    "POLICY_ACTOR": "verify/test_policy.py",
    "POLICY_TIMESTAMPS": "verify/test_policy.py",
    "POLICY_DELAY": "verify/test_policy.py",
    "POLICY_REVOCATION": "verify/test_policy.py",
    "HEAD_DIFFERS": "verify/test_attacks_log.py",
    "HEAD_UNREADABLE": "verify/test_attacks_log.py",
    "HISTORY_DIFFERS": "verify/test_since.py",
    "HISTORY_UNREADABLE": "verify/test_since.py",
    "ARCHIVE_LIMIT": "verify/test_attacks_archive.py",
    "PDF_SIGNATURE_NOT_CHECKED": "verify/test_pdf_signature.py",
}
"""Codes that need more than a bundle and the anchors, or a library that is not there: asserted in another test."""


def functions(file: str) -> set[str]:
    """The tests of a file, wherever it is under tests/; the verifier's own, where there are two of a name."""
    path = min((TOP / "tests").rglob(file), key=lambda found: found.parent.name != "verify")
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }


def test_every_attack_that_the_page_names_is_there() -> None:
    assert len(NAMED) > 150
    for name in NAMED:
        if "::" in name:
            file, _, test = name.partition("::")
            assert test in functions(file), name
        else:
            room, _, attack = name.partition("/")
            assert attack in ROOMS[room], name


def test_the_table_says_what_the_tests_assert() -> None:
    check = [sys.executable, str(TOP / "scripts" / "attacks_page.py"), "--check"]
    assert subprocess.run(check, check=False).returncode == 0, "run scripts/attacks_page.py"


def test_an_attack_passes_only_where_its_name_says_that_it_is_none() -> None:
    """What is nothing, as an answer by an impostor, is named so too; and what is only open is at least that."""
    harmless = re.compile(r"not[ _]an[ _]attack|is_nothing$|revoked_later$|not_to_check$")
    for room, attacks in ROOMS.items():
        for name, one in attacks.items():
            passes = status_of(one.codes) == "PASSED"
            assert passes <= bool(harmless.search(name)), f"{room}/{name}"


def test_every_code_is_given_for_some_attack() -> None:
    given = {code for attacks in ROOMS.values() for one in attacks.values() for code in one.codes}
    for code in set(Code) - given:
        assert code in (TOP / "tests" / ELSEWHERE[code]).read_text("utf-8"), code


def test_the_verifiers_differ_only_in_codes_that_the_docs_list() -> None:
    listed = (
        (TOP / "docs" / "verdict-codes.md").read_text("utf-8").partition("**What a shell does not see.**")[2]
    )
    for room, attacks in ROOMS.items():
        for name, one in attacks.items():
            for code in (one.codes ^ one.shell) - CONSEQUENCES if one.shell is not None else ():
                assert f"`{code}`" in listed, f"{room}/{name}: {code}"


CONSEQUENCES = {"ITEM_FILE_MISSING", "ITEM_FILE_CHANGED", "ITEM_FILE_UNLISTED", "DERIVED_DIFFERS"} | {
    "NO_EVENTS",
    "NAME_REFUSED",
    "NAMES_COLLIDE",
    "UNKNOWN_FILE",
    "ARCHIVE_UNREADABLE",
}
"""Of a ZIP that was refused or that another program unpacked, the verifiers see two bundles."""
