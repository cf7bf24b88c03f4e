"""A third verifier, written from docs/format.md and its pages alone, judges the frozen bundles as the index says.

It is a reader's proof of those pages: it shares no line with the project, and where a page left a question open, the
page was mended. It reads no PDF and knows no RSASSA-PSS in OCSP responses; a bundle is read into memory whole.
"""

from __future__ import annotations

import ast
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from .continuing import check_digits
from .judge import Anchors, verify

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parents[1] / "fixtures" / "vectors"


def _read(folder: Path) -> dict[str, tuple[dict[str, Any], Path, Anchors]]:
    """The index of a set: what it says of each bundle, where that is, and whom to believe."""
    index = json.loads((folder / "index.json").read_text("utf-8"))
    anchors = Anchors.from_pem(
        (folder / index["roots"]).read_bytes(), (folder / index["tsa_roots"]).read_bytes()
    )
    return {row["name"]: (row, folder / f"{row['name']}.zip", anchors) for row in index["vectors"]}


BY_NAME = _read(VECTORS) | _read(VECTORS / "2")


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_it_judges_the_frozen_bundles_as_the_index_says(name: str) -> None:
    row, path, anchors = BY_NAME[name]
    verdict = verify(path, anchors, datetime.fromisoformat(row["now"]), row["head"])
    # Whoever reads no PDF says what verify.sh says, which reads none either.
    expected = row["verify.sh" if "PDF_SIGNATURE_NOT_CHECKED" in verdict.codes else "evidentia"]
    wanted = set(expected["codes"])
    assert verdict.status == expected["status"], verdict.faults
    assert wanted <= verdict.codes if row["consequences"] else wanted == verdict.codes, verdict.faults


def test_it_shares_nothing_with_the_project() -> None:
    own = [path for path in HERE.glob("*.py") if not path.name.startswith(("test_", "conftest"))]
    assert len(own) > 5
    for path in own:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                named.append(node.module or "")
            assert not any(one.split(".")[0] in ("evidentia", "lab", "tests") for one in named), path.name


def test_the_pages_vector_of_a_head() -> None:
    page = (HERE.parents[1] / "docs" / "format.md").read_text("utf-8")
    printed = next(line for line in page.splitlines() if line.startswith("kasus-07/3/"))
    body, _, check = printed.rpartition("/")
    assert check_digits(body) == check
