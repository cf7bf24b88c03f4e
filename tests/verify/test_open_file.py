"""Files are opened and read in the same way where the system has fewer calls. Taking the calls away is a mock of
macOS and Windows: no such machine is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bundles import write
from mutants import good_draft, packed

from evidentia.custody.packing import Piece, write_zip
from evidentia.record.verdict import Status
from evidentia.verify import Trust, verify
from evidentia.verify.open_file import NotRegular, open_regular
from lab.pki import Lab

ONLY_SOME_HAVE = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "preadv", "pread", "pwrite", "fdatasync", "fchmod")


@pytest.fixture
def poor_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ONLY_SOME_HAVE:
        monkeypatch.delattr(os, name)


@pytest.mark.lab
def test_bundles_are_judged_where_the_system_has_fewer_calls(
    lab: Lab, tmp_path: Path, poor_system: None
) -> None:
    good = good_draft(lab).build()
    folder = write(good, tmp_path / "b")
    (tmp_path / "b.zip").write_bytes(packed(good, sorted(good)))
    trust = Trust.from_pem(lab.roots.read_bytes(), lab.tsa_roots.read_bytes())
    for where in (folder, tmp_path / "b.zip"):
        assert verify(where, trust).status is Status.PASSED
    changed = folder / "data" / "000001" / "post.txt"
    changed.write_bytes(changed.read_bytes() + b"x")
    assert verify(folder, trust).status is Status.FAILED


def test_the_same_zip_is_packed_where_the_system_has_fewer_calls(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    from hashlib import sha256

    def pack(name: str) -> bytes:
        data = b"Surat tugas" * 30_000
        pieces = [Piece(f"data/00000{n}/a", data, len(data), sha256(data).hexdigest()) for n in range(1, 4)]
        with (tmp_path / name).open("wb") as target:
            write_zip(target.fileno(), "kasus-07", pieces)
        return (tmp_path / name).read_bytes()

    rich = pack("rich.zip")
    request.getfixturevalue("poor_system")
    assert pack("poor.zip") == rich


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipa")
    with pytest.raises(NotRegular):
        open_regular(tmp_path / "pipa", follow_links=False)
