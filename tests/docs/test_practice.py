"""The practice ground: what it starts it can end, and it says why when it cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from lab import practice

if TYPE_CHECKING:
    from tests.docs.conftest import Ground

pytestmark = [pytest.mark.lab, pytest.mark.browser]
ROOT = Path(__file__).resolve().parents[2]


def test_life_of_a_ground(lab_parts: None, tmp_path: Path) -> None:
    ground = tmp_path / "practice"
    practice.start(ground)
    try:
        forum = json.loads((ground / "post.json").read_text())["forum"]
        assert requests.get(forum, timeout=30).ok
    finally:
        practice.stop(ground)
    with pytest.raises(requests.ConnectionError):
        requests.get(forum, timeout=30)
    practice.stop(ground)  # twice does no harm
    with pytest.raises(practice.PracticeError, match="no practice ground runs"):
        practice.edit(ground)
    with pytest.raises(practice.PracticeError, match="not empty"):
        practice.start(ground)


def test_a_pid_file_that_nobody_holds_ends_nobody(tmp_path: Path) -> None:
    """After a crash the number may belong to another process: here, this one."""
    (tmp_path / "pid").write_text(str(os.getpid()))
    practice.stop(tmp_path)


def test_a_start_that_fails_says_why_and_leaves_nothing_running(lab_parts: None, tmp_path: Path) -> None:
    ground = tmp_path / "practice"
    done = subprocess.run(
        [sys.executable, "-m", "lab.practice", "start", ground],
        cwd=ROOT,
        env=os.environ | {"EVIDENTIA_CHROMIUM": str(tmp_path / "no-such-browser")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "the servers did not start" in done.stderr
    assert "no-such-browser" in done.stderr
    pid = int((ground / "pid").read_text())
    assert not Path(f"/proc/{pid}").exists()


def test_altered_screenshot_differs_from_the_genuine_one(ground: Ground) -> None:
    genuine, altered = (ground.folder / f"screenshot{name}.jpg" for name in ("", "-altered"))
    assert genuine.read_bytes() != altered.read_bytes()
