"""Hashing a bundle's files: large or small, readable or not, and never more of them in memory than a buffer."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidentia.verify import digests
from evidentia.verify.bundle import FolderBundle
from evidentia.verify.digests import LARGE, file_digest, hash_files, share_out

SIZES = (0, 1, LARGE - 1, LARGE, LARGE + 1, digests._BUFFER, 3 * digests._BUFFER + 7)
MIB = 1024 * 1024


def folder_of(tmp_path: Path, contents: dict[str, bytes]) -> FolderBundle:
    for path, data in contents.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return FolderBundle(tmp_path)


def test_every_file_is_hashed_whatever_its_size(tmp_path: Path) -> None:
    contents = {f"data/000001/{n}-{size}.bin": os.urandom(size) for size in SIZES for n in range(5)}
    bundle = folder_of(tmp_path, contents)
    hashed = hash_files(bundle, sorted(contents))
    assert hashed.digests == {path: hashlib.sha256(data).hexdigest() for path, data in contents.items()}
    assert hashed.unreadable == {}
    assert {path: file_digest(bundle, path) for path in contents} == hashed.digests


def test_what_cannot_be_read_is_named_and_the_rest_is_hashed(tmp_path: Path) -> None:
    contents = {
        f"data/000001/{name}": b"x" * size for name, size in (("a", 1), ("b", LARGE), ("c", 1), ("d", LARGE))
    }
    bundle = folder_of(tmp_path, contents)
    for name in ("a", "b"):
        (tmp_path / "data/000001" / name).unlink()
    (tmp_path / "data/000001/a").symlink_to("c")
    hashed = hash_files(bundle, sorted(contents))
    assert hashed.digests.keys() == {"data/000001/c", "data/000001/d"}
    assert hashed.unreadable.keys() == {"data/000001/a", "data/000001/b"}


def test_memory_does_not_grow_with_the_files(tmp_path: Path) -> None:
    contents = {f"data/000001/{name}.bin": b"" for name in "abc"}
    folder_of(tmp_path, contents)
    for path in contents:
        os.truncate(tmp_path / path, 16 * MIB)
    bundle = FolderBundle(tmp_path)
    tracemalloc.start()
    hash_files(bundle, sorted(contents))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    threads = os.cpu_count() or 1
    assert peak < MIB + threads * 2 * digests._BUFFER


@pytest.mark.parametrize("size", [1, LARGE], ids=["small", "large"])
def test_what_fails_in_any_thread_is_raised(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests.os, "cpu_count", lambda: 3)

    def work(jobs: Iterator[int]) -> None:
        for job in jobs:
            if job == 7:
                raise OSError("no")

    with pytest.raises(OSError, match="no"):
        share_out(range(10), lambda _: size, work)


def test_nobody_takes_another_job_once_one_has_failed() -> None:
    shared = digests._Shared(range(10))

    def work(jobs: Iterator[int]) -> None:
        raise OSError(f"no: {next(jobs)}")

    with pytest.raises(OSError, match="no: 0"):
        shared.ending(work)
    assert list(shared) == []
