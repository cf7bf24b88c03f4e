"""The frozen bundles of fixtures/vectors are judged as their index says, by both verifiers.

verify.sh has the machine's clock alone, and the authority of these bundles is certified until 2050-01-01: after that
day what is expected of verify.sh here is out of date. `evidentia verify` is told the time.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from attacks import BREAKS
from bundles import Said, judge_in_shell, sha256, write
from mutant_judge import contents

from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "vectors"
SETS = (VECTORS, VECTORS / "2")  # each with keys, anchors and an index of its own
LARGEST = 40 * 1024


class Anchors(NamedTuple):
    """The anchors of a set, where the tests' other judges look for the lab's."""

    roots: Path
    tsa_roots: Path


class Vector(NamedTuple):
    """A frozen bundle: what its index says of it, where it is, and whom to believe."""

    row: dict[str, Any]
    path: Path
    anchors: Anchors


def _read(folder: Path) -> dict[str, Vector]:
    index = json.loads((folder / "index.json").read_text("utf-8"))
    anchors = Anchors(folder / index["roots"], folder / index["tsa_roots"])
    return {row["name"]: Vector(row, folder / f"{row['name']}.zip", anchors) for row in index["vectors"]}


BY_NAME = {name: vector for folder in SETS for name, vector in _read(folder).items()}
IN_SHELL = sorted(name for name, vector in BY_NAME.items() if "status" in vector.row["verify.sh"])
SHOWN_ELSEWHERE = {code for code in Code if code.startswith(("POLICY_", "HISTORY_"))} | {
    Code.ARCHIVE_LIMIT,  # of a bundle beyond measure
    Code.LINK_OR_DEVICE,  # of a folder; in a ZIP it is ARCHIVE_ENTRY_REFUSED
    Code.HEAD_UNREADABLE,  # of a head
    Code.EVENT_PREPARED,  # of a case at work
    Code.PDF_SIGNATURE_NOT_CHECKED,  # of a verifier without a PDF library
}
"""Codes that no small ZIP alone can show."""


def agrees(row: dict[str, Any], expected: dict[str, Any], status: str, codes: set[str]) -> bool:
    """Whether a verdict is the expected one; behind a break, consequences may be listed besides."""
    wanted = set(expected["codes"])
    return status == expected["status"] and (wanted <= codes if row["consequences"] else wanted == codes)


def test_the_indexes_and_the_folders_name_the_same_bundles() -> None:
    for folder in SETS:
        assert {path.stem for path in folder.glob("*.zip")} == set(_read(folder))
    assert len(BY_NAME) == sum(len(_read(folder)) for folder in SETS) >= 200, "no name in two sets"
    for name, (row, path, _) in BY_NAME.items():
        data = path.read_bytes()
        assert sha256(data) == row["sha256"], f"{name} is not the bundle that was frozen"
        assert len(data) < LARGEST
        assert row["consequences"] is bool(set(row["evidentia"]["codes"]) & BREAKS)


def test_every_code_that_a_small_zip_can_show_is_shown() -> None:
    shown = {code for vector in BY_NAME.values() for code in vector.row["evidentia"]["codes"]}
    assert set(Code) - SHOWN_ELSEWHERE <= shown


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_evidentia_judges_as_the_index_says(name: str) -> None:
    row, path, anchors = BY_NAME[name]
    trust = Trust.from_pem(anchors.roots.read_bytes(), anchors.tsa_roots.read_bytes())
    verdict = verify(path, trust, head=row["head"], now=datetime.fromisoformat(row["now"]))
    codes = {fault.code for fault in verdict.faults}
    assert agrees(row, row["evidentia"], verdict.status, codes), (verdict.status, verdict.faults)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Future[Said]]:
    """verify.sh at work on every core, on each bundle extracted."""
    folder = tmp_path_factory.mktemp("vectors")
    pool = ThreadPoolExecutor(os.cpu_count())

    def ask(name: str) -> Said:
        row, path, anchors = BY_NAME[name]
        return judge_in_shell(write(contents(path.read_bytes()), folder / name), anchors, row["head"])  # type: ignore[arg-type]

    return {name: pool.submit(ask, name) for name in IN_SHELL}


@pytest.mark.parametrize("name", IN_SHELL)
def test_verify_sh_judges_as_the_index_says(name: str, shell: dict[str, Future[Said]]) -> None:
    row, said = BY_NAME[name].row, shell[name].result()
    assert agrees(row, row["verify.sh"], said.status, set(said.codes)), said.text
