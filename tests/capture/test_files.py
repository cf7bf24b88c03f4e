"""Taking a file that somebody hands over."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidentia.capture.files import take_file
from evidentia.record.errors import UsageError
from evidentia.record.item import Role

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


def test_the_copy_is_the_same_bytes_under_our_own_name(tmp_path: Path, staging: Path) -> None:
    source = tmp_path / "IMG-20190220-WA0001.jpg"
    source.write_bytes(PNG)
    os.utime(source, (1_550_620_800, 1_550_620_800))

    taken = take_file(source, staging)

    copy = staging / "original.png"  # by its bytes, whatever its name says
    assert copy.read_bytes() == PNG
    assert taken.file.name == "original.png"
    assert taken.file.role is Role.ORIGINAL
    assert (taken.file.size, taken.file.sha256) == (len(PNG), hashlib.sha256(PNG).hexdigest())
    assert taken.sha512 == hashlib.sha512(PNG).hexdigest()
    assert taken.original_name == "IMG-20190220-WA0001.jpg"
    assert taken.modified_at == datetime(2019, 2, 20, tzinfo=UTC)
    assert taken.problems == ()
    assert source.read_bytes() == PNG
    assert source.stat().st_mtime == 1_550_620_800


def test_nothing_is_ever_overwritten(tmp_path: Path, staging: Path) -> None:
    source = tmp_path / "one.png"
    source.write_bytes(PNG)
    take_file(source, staging)

    with pytest.raises(UsageError, match="never overwritten"):
        take_file(source, staging)

    assert (staging / "original.png").read_bytes() == PNG


def test_a_link_is_followed_and_said(tmp_path: Path, staging: Path) -> None:
    (tmp_path / "real.png").write_bytes(PNG)
    link = tmp_path / "link.png"
    link.symlink_to("real.png")

    taken = take_file(link, staging)

    assert taken.link == "real.png"
    assert "symbolic link to real.png" in taken.problems[0]


def test_a_planted_link_in_the_staging_folder_is_not_written_through(tmp_path: Path, staging: Path) -> None:
    source, victim = tmp_path / "one.png", tmp_path / "victim"
    source.write_bytes(PNG)
    (staging / "original.png").symlink_to(victim)

    with pytest.raises(UsageError):
        take_file(source, staging)

    assert not victim.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs in its file systems")
def test_pipes_devices_and_folders_are_refused(tmp_path: Path, staging: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for source in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(UsageError, match="not a regular file"):
            take_file(source, staging)

    assert list(staging.iterdir()) == []


def test_the_size_limit_is_named_and_nothing_is_left(tmp_path: Path, staging: Path) -> None:
    source = tmp_path / "large"
    source.write_bytes(bytes(2000))

    with pytest.raises(UsageError, match="2000 bytes; the limit is 1000"):
        take_file(source, staging, max_size=1000)

    assert list(staging.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="names there are Unicode")
def test_odd_names_stand_in_the_record_spelled_out(tmp_path: Path, staging: Path) -> None:
    source = Path(os.fsdecode(os.fsencode(tmp_path) + b"/foto\xff\n\xe2\x80\xaeexe.gpj"))
    source.write_bytes(b"x")

    assert take_file(source, staging).original_name == "foto\\xff\\u000a\\u202eexe.gpj"


def test_an_empty_file_is_evidence_too(tmp_path: Path, staging: Path) -> None:
    (tmp_path / "empty").touch()

    taken = take_file(tmp_path / "empty", staging)

    assert (taken.file.name, taken.file.size) == ("original.bin", 0)
    assert taken.file.sha256 == hashlib.sha256(b"").hexdigest()
