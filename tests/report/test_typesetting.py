"""The typesetter in a process of its own: with how many threads it works, and that nobody's environment changes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("typst", reason="the extra [report] is not installed")

THREADS = "RAYON_NUM_THREADS"
SCRIPT = f"""
import os
from datetime import UTC, datetime
from evidentia.report.material import Language
from evidentia.report.sheet import Sheet, SheetPart, sheet_pdf

before = len(os.listdir("/proc/self/task"))
part = SheetPart(language=Language.ENGLISH, title="A sheet", sections=())
at = datetime(2026, 11, 20, tzinfo=UTC)
sheet = Sheet(parts=(part,), footer="", attachment="a.json", attached=None, at=at)
assert sheet_pdf(sheet, "A sheet").startswith(b"%PDF")
print(len(os.listdir("/proc/self/task")) - before, os.environ.get({THREADS!r}))
"""


def threads_added(stated: str | None, folder: Path) -> list[str]:
    """How many threads laying a sheet out brings, in a new process, and what the variable says afterwards."""
    environment = {name: value for name, value in os.environ.items() if name != THREADS}
    environment |= {} if stated is None else {THREADS: stated}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="this system does not list threads")
@pytest.mark.parametrize(("stated", "threads"), [(None, 1), ("3", 3)])
def test_the_typesetter_has_one_thread_unless_a_caller_says_otherwise(
    stated: str | None, threads: int, tmp_path: Path
) -> None:
    assert threads_added(stated, tmp_path) == [str(threads), str(stated)]
