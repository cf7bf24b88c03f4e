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

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "vectors"
INDEX: dict[str, Any] = json.loads((VECTORS / "index.json").read_text("utf-8"))
BY_NAME: dict[str, dict[str, Any]] = {row["name"]: row for row in INDEX["vectors"]}
IN_SHELL = sorted(name for name, row in BY_NAME.items() if "status" in row["verify.sh"])
LARGEST = 40 * 1024


class Anchors(NamedTuple):
    """The anchors of the set, where the tests' other judges look for the lab's."""

    roots: Path
    tsa_roots: Path


ANCHORS = Anchors(VECTORS / INDEX["roots"], VECTORS / INDEX["tsa_roots"])


def agrees(row: dict[str, Any], expected: dict[str, Any], status: str, codes: set[str]) -> bool:
    """Whether a verdict is the expected one; behind a break, consequences may be listed besides."""
    wanted = set(expected["codes"])
    return status == expected["status"] and (wanted <= codes if row["consequences"] else wanted == codes)


def test_the_index_and_the_folder_name_the_same_bundles() -> None:
    assert {path.stem for path in VECTORS.glob("*.zip")} == set(BY_NAME)
    assert len(BY_NAME) == len(INDEX["vectors"]) >= 40
    for name, row in BY_NAME.items():
        data = (VECTORS / f"{name}.zip").read_bytes()
        assert sha256(data) == row["sha256"], f"{name} is not the bundle that was frozen"
        assert len(data) < LARGEST
        assert row["consequences"] is bool(set(row["evidentia"]["codes"]) & BREAKS)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_evidentia_judges_as_the_index_says(name: str) -> None:
    row = BY_NAME[name]
    trust = Trust.from_pem(ANCHORS.roots.read_bytes(), ANCHORS.tsa_roots.read_bytes())
    now = datetime.fromisoformat(row["now"])
    verdict = verify(VECTORS / f"{name}.zip", trust, head=row["head"], now=now)
    codes = {fault.code for fault in verdict.faults}
    assert agrees(row, row["evidentia"], verdict.status, codes), (verdict.status, verdict.faults)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Future[Said]]:
    """verify.sh at work on every core, on each bundle extracted."""
    folder = tmp_path_factory.mktemp("vectors")
    pool = ThreadPoolExecutor(os.cpu_count())

    def ask(name: str) -> Said:
        files = contents((VECTORS / f"{name}.zip").read_bytes())
        return judge_in_shell(write(files, folder / name), ANCHORS, BY_NAME[name]["head"])  # type: ignore[arg-type]

    return {name: pool.submit(ask, name) for name in IN_SHELL}


@pytest.mark.parametrize("name", IN_SHELL)
def test_verify_sh_judges_as_the_index_says(name: str, shell: dict[str, Future[Said]]) -> None:
    row, said = BY_NAME[name], shell[name].result()
    assert agrees(row, row["verify.sh"], said.status, set(said.codes)), said.text
