"""Taking in videos: their fingerprints are sealed with them, copies are found by these, and damage is said."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evidentia.case import Case
from evidentia.case.search_index import index_of
from evidentia.case.searching import Search
from evidentia.fingerprint import video, video_decoding
from evidentia.record.item import Access, Item, Role
from lab.videos.coding import coded
from lab.videos.copies import AGAIN, ORIGINAL
from lab.videos.events import event

pytestmark = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    (folder / "pertama.mp4").write_bytes(coded(event(1, 8.0), ORIGINAL))
    (folder / "salinan.mp4").write_bytes(coded(event(1, 8.0), AGAIN))
    return folder


def rows(case: Case, item: Item) -> list[dict[str, Any]]:
    path = case.path_of(item, Role.FINGERPRINTS)
    assert path is not None
    return msgspec.json.decode(path.read_bytes(), type=list[dict[str, Any]])


def test_copies_are_found_by_the_fingerprints_that_were_sealed_with_the_videos(
    case: Case, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = [case.add(files / name, access=Access.FORWARDED) for name in ("pertama.mp4", "salinan.mp4")]

    def again(path: Path) -> None:
        raise AssertionError(f"{path.name} is decoded anew")

    monkeypatch.setattr(video, "fingerprint_video", again)
    (cluster,) = Search([case]).copies().videos

    assert [item.problems for item in added] == [(), ()]
    assert [row["video"]["frames"] for item in added for row in rows(case, item)] == [100, 100]
    assert [place.item for place in cluster.members] == [1, 2]


def test_a_folders_videos_have_theirs_too(case: Case, files: Path) -> None:
    item = case.add(files, access=Access.FORWARDED)

    assert [row["video"]["frames"] for row in rows(case, item)] == [100, 100]
    assert [filmed.place.sha256 for filmed in index_of(case).parts.videos] == [
        file.sha256 for file in item.files if file.role is Role.ORIGINAL
    ]


def test_a_video_that_cannot_be_decoded_is_kept_and_the_item_says_why(
    case: Case, files: Path, tmp_path: Path
) -> None:
    data = (files / "salinan.mp4").read_bytes()[:3000]
    (tmp_path / "rusak.mp4").write_bytes(data)

    item = case.add(tmp_path / "rusak.mp4", access=Access.FORWARDED)
    (row,) = rows(case, item)
    original = case.path_of(item, Role.ORIGINAL)

    assert original is not None
    assert original.read_bytes() == data
    assert row["video"] is None
    assert row["sha256"] == item.files[0].sha256
    assert any("not decoded" in problem for problem in item.problems)
    assert any("not decoded" in problem for problem in index_of(case).parts.not_compared)


def test_without_pyav_a_video_is_taken_in_and_the_missing_part_is_named(
    case: Case, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_decoding, "find_spec", lambda _: None)

    item = case.add(files / "salinan.mp4", access=Access.FORWARDED)

    assert "video" not in rows(case, item)[0]
    assert "[video]" in item.problems[0]
