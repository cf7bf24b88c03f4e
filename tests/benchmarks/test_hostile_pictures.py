"""That the benchmark of hostile pictures measures reading, and says whether a limit ended it."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from benchmarks import hostile_pictures
from benchmarks.hostile_pictures import measured, saved


def test_a_picture_is_read_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(saved("png"))
    row = measured(path)
    assert row["hashed"]
    assert not row["problems"]
    assert 0 < row["work"] < row["all"]
    assert row["peak"] > 1024


def test_what_a_limit_ends_is_told_from_what_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostile_pictures, "_ONE", "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)")
    assert measured(tmp_path) == {"ended": -signal.SIGXCPU}
    monkeypatch.setattr(hostile_pictures, "_ONE", "import evidentia.no_such_part")
    with pytest.raises(subprocess.CalledProcessError):
        measured(tmp_path)
