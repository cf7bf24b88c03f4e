"""Every command of the tutorial and the how-to pages, run in a temporary folder as a reader would run it.

What is shown in ``sh`` blocks is not run here: ``make test`` is what runs this, and ``git clone`` needs the internet.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from lab import practice
from tests.docs.console import check

pytestmark = [pytest.mark.lab, pytest.mark.browser]
DOCS = Path(__file__).resolve().parents[2] / "docs"
INTERRUPTED = "recover-after-an-interruption"
EDITING = ("see-what-changed", "use-a-notebook")
HOW_TO = sorted(path.stem for path in (DOCS / "how-to").glob("*.md") if path.stem not in EDITING)
IN_INDONESIAN = sorted(path.stem for path in (DOCS / "id").glob("*.md"))
CAPTURE_LIMIT_S = 60.0
LOOK_EVERY_S = 0.01  # a capture is over a second after its first file


def test_tutorial_comes_out_as_it_says(lab_parts: None, checkout: Path, shell: dict[str, str]) -> None:
    try:
        check(DOCS / "tutorial.md", checkout, shell)
    finally:
        practice.stop(checkout / "practice")


@pytest.mark.parametrize("page", EDITING)
def test_how_to_that_edits_the_post_comes_out_as_it_says(
    page: str, own_practised: Path, shell: dict[str, str]
) -> None:
    check(DOCS / "how-to" / f"{page}.md", own_practised, shell)


@pytest.mark.parametrize("page", HOW_TO)
def test_how_to_comes_out_as_it_says(page: str, practised: Path, shell: dict[str, str]) -> None:
    if page == INTERRUPTED:
        interrupt_a_capture(practised, shell)
    check(DOCS / "how-to" / f"{page}.md", practised, shell)


@pytest.mark.parametrize("page", IN_INDONESIAN)
def test_page_for_field_staff_comes_out_as_it_says(page: str, practised: Path, shell: dict[str, str]) -> None:
    check(DOCS / "id" / f"{page}.md", practised, shell)


def interrupt_a_capture(checkout: Path, shell: dict[str, str]) -> None:
    """End a capture with SIGKILL as soon as its first file has been written."""
    case = checkout / "practice" / "makassar-15"
    command = (
        '. practice/env && exec evidentia capture "$POST" --access public --allow-private-network --case "$0"'
    )
    process = subprocess.Popen(
        ["bash", "-c", command, case],
        cwd=checkout,
        env=shell,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + CAPTURE_LIMIT_S
    while not any(path.is_file() for path in (case / ".evidentia" / "staging").glob("*/*")):
        assert process.poll() is None, "the capture ended before it could be interrupted"
        assert time.monotonic() < deadline, "the capture wrote nothing"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_EVERY_S)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
