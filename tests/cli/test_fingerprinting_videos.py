"""``evidentia fingerprint`` of videos: what it prints, and which it takes for copies."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from evidentia.fingerprint import video_decoding
from evidentia.fingerprint.video import with_video
from lab.videos.coding import coded
from lab.videos.copies import AGAIN, ORIGINAL
from lab.videos.events import event

pytestmark = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evidentia", "fingerprint", *words],
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    (folder / "earliest.mp4").write_bytes(coded(event(1, 8.0), ORIGINAL))
    (folder / "copy.mp4").write_bytes(coded(event(1, 8.0), AGAIN))
    (folder / "other.mp4").write_bytes(coded(event(2, 8.0), AGAIN))
    return folder


def test_videos_are_looked_into_and_copies_are_named(videos: Path) -> None:
    result = run(str(videos), "--copies", "--json")

    *rows, last = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.returncode == 0
    assert {row["path"]: row["video"]["frames"] for row in rows} == {
        "copy.mp4": 100,
        "earliest.mp4": 100,
        "other.mp4": 100,
    }
    assert last == {
        "copies": [],
        "compared": 0,
        "videos": [["copy.mp4", "earliest.mp4"]],
        "videos_compared": 3,
    }


def test_a_person_is_told_what_the_video_is_made_of(videos: Path) -> None:
    result = run(str(videos / "copy.mp4"))

    assert result.returncode == 0
    assert "video h264 320 x 180" in result.stdout
    assert "audio aac" in result.stdout


def test_a_video_that_cannot_be_decoded_leaves_its_digests_and_says_why(videos: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.mp4"
    short.write_bytes((videos / "copy.mp4").read_bytes()[:3000])

    result = run(str(short), "--json")
    row = json.loads(result.stdout)

    assert result.returncode == 3
    assert row["sha256"]
    assert row["video"] is None
    assert row["problems"]


def test_without_pyav_the_digests_stand_and_the_missing_part_is_named(
    videos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_decoding, "find_spec", lambda _: None)

    row, video = with_video({"sha256": "", "problems": []}, videos / "copy.mp4")

    assert video is None
    assert "video" not in row
    assert "[video]" in row["problems"][0]
