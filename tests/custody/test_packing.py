"""Packing: the ZIP that others would write from the same files, of evidence that is checked as it is copied."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidentia.custody import export, packing
from evidentia.custody.identity import Custodian
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.packing import Piece, write_zip
from evidentia.custody.store import Store
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError
from evidentia.verify import zip_directory
from evidentia.verify.digests import LARGE
from lab.pki import Lab

INDEX = b"<!doctype html><title>kasus</title>"
EPOCH = (1980, 1, 1, 0, 0, 0)


def piece(path: str, data: bytes, folder: Path) -> Piece:
    source = folder / path
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(data)
    return Piece(path, str(source), len(data), hashlib.sha256(data).hexdigest())


def packed(pieces: list[Piece], target: Path) -> bytes:
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    try:
        write_zip(descriptor, "kasus", pieces)
    finally:
        os.close(descriptor)
    return target.read_bytes()


def by_the_standard_library(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for path, data in sorted(files.items()):
            info = zipfile.ZipInfo(f"kasus/{path}", EPOCH)
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            archive.writestr(info, data)
    return made.getvalue()


sizes = st.sampled_from(
    (0, 1, 10, LARGE - 1, LARGE, packing._BUFFER - 1, packing._BUFFER, packing._BUFFER + 1, 700_000)
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.dictionaries(st.from_regex(r"[a-z]{1,3}(/[a-z]{1,3})?\.bin", fullmatch=True), sizes, max_size=6)
)
def test_the_bytes_are_those_that_the_standard_library_writes(files: dict[str, int], tmp_path: Path) -> None:
    contents = {path: os.urandom(size) for path, size in files.items()}
    pieces = [piece(path, data, tmp_path / "sumber") for path, data in sorted(contents.items())]
    assert packed(pieces, tmp_path / "b.zip") == by_the_standard_library(contents)


def test_bytes_in_memory_are_packed_like_files(tmp_path: Path) -> None:
    data = b"Pilih Paslon A!" * 50_000
    held = Piece("a.txt", data, len(data), hashlib.sha256(data).hexdigest())
    assert packed([held], tmp_path / "b.zip") == by_the_standard_library({"a.txt": data})


@pytest.mark.parametrize("change", [b"Pilih Paslon B!", b"Pilih Paslon A", b"Pilih Paslon A!!", b""])
@pytest.mark.parametrize("times", [1, 40_000])
def test_a_file_that_is_not_what_was_sealed_is_not_packed(change: bytes, times: int, tmp_path: Path) -> None:
    one = piece("a.txt", b"Pilih Paslon A!" * times, tmp_path)
    others = [piece(f"b{number}.txt", b"x" * LARGE, tmp_path) for number in range(20)]
    (tmp_path / "a.txt").write_bytes(change * times)
    with pytest.raises(CustodyError, match=r"damaged: a\.txt"):
        packed([one, *others], tmp_path / "b.zip")


GIB = 1 << 30
PLACED = [
    pytest.param(5 * GIB, 0, id="a large file"),
    pytest.param(10, 5 * GIB, id="far into the ZIP"),
    pytest.param(5 * GIB, 6 * GIB, id="both"),
    pytest.param(0xFFFFFFFF, 0xFFFFFFFF, id="the number that says: see Zip64"),
]


@pytest.mark.parametrize(("size", "at"), PLACED)
def test_zip64_headers_are_those_of_the_standard_library(size: int, at: int) -> None:
    """Not packed in full: they would be files of gigabytes."""
    place = packing._Place(0, Piece("a.bin", b"", size, ""), b"kasus/a.bin", at, 0)
    info = zipfile.ZipInfo("kasus/a.bin", EPOCH)
    info.external_attr, info.create_system = 0o100644 << 16, 3
    info.file_size = info.compress_size = size
    info.CRC, info.header_offset = 0x12345678, at
    archive = zipfile.ZipFile(io.BytesIO(), "w")
    archive.filelist, archive.start_dir = [info], at + size + 100
    archive.fp = made = _Far(archive.start_dir)
    archive._write_end_record()  # type: ignore[attr-defined]
    assert packing._directory([place], [info.CRC], archive.start_dir) == made.getvalue()
    if size >= 0xFFFFFFFF:
        assert packing._local_header(place, info.CRC) == info.FileHeader(zip64=True)


class _Far(io.BytesIO):
    """Bytes that say of themselves that they stand far into a file."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._far = at

    def tell(self) -> int:
        return self._far + super().tell()


def test_many_entries_end_in_zip64_and_are_read_back(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"").hexdigest()
    pieces = [Piece(f"data/{number:06}/a", b"", 0, digest) for number in range(1, 65_537)]
    packed(pieces, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive, (tmp_path / "b.zip").open("rb") as raw:
        assert len(archive.namelist()) == 65_536
        directory = zip_directory.read_directory(raw, 100_000)
    assert (len(directory.entries), directory.problems) == (65_536, ())


# A whole case


@pytest.fixture
def who(lab: Lab) -> Custodian:
    person = lab.people["penyidik-a"]
    return Custodian.from_pkcs12(person.p12, person.passphrase, tsa=(), who=person.id)


@pytest.fixture
def exported(who: Custodian, tmp_path: Path) -> Ledger:
    """A case with one item that ends in an export."""
    ledger = Ledger(Store.create(tmp_path / "kasus"), "kasus-07")
    ledger.append(EventType.OPEN, who, Occasion("laporan"), details={"title": "Uji"})
    staged = ledger.store.stage()
    (staged / "post.txt").write_bytes(b"Pilih Paslon A!")
    (staged / "video.bin").write_bytes(b"x" * (2 * LARGE))
    ledger.store.admit(staged, 1)
    ref = ledger.record_item(1, ())
    ledger.append(EventType.ACQUIRE, who, Occasion("bukti"), items=[ref])
    details = {"index": hashlib.sha256(INDEX).hexdigest(), "withheld": []}
    ledger.append(EventType.EXPORT, who, Occasion("ekspor"), details=details)
    export.write_derived(ledger, INDEX)
    return ledger


def swap(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


DAMAGE = {
    "a byte of a small file": ("data/000001/post.txt", b"Pilih Paslon B!"),
    "a byte of a large file": ("data/000001/video.bin", b"y" + b"x" * (2 * LARGE - 1)),
    "a file that grew": ("data/000001/post.txt", b"Pilih Paslon A!!"),
    "a file beside those of its record": ("data/000001/lain.txt", b"x"),
    "a sealed event": ("custody/000001.json", b"{}"),
    "something beside the items": ("data/catatan.txt", b"x"),
    "an item that no event knows": ("data/000002/a.txt", b"x"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_evidence_that_was_touched_fails_the_export_and_leaves_no_bundle(
    damage: str, exported: Ledger, tmp_path: Path
) -> None:
    path, data = DAMAGE[damage]
    target = exported.store.folder / path
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    target.write_bytes(data)
    with pytest.raises(CustodyError, match=path.split("/")[1]):
        export.pack(exported, tmp_path / "b.zip")
    assert [one.name for one in tmp_path.iterdir()] == ["kasus"], "no bundle, and nothing half-made"


def test_a_file_that_is_gone_fails_the_export(exported: Ledger, tmp_path: Path) -> None:
    (exported.store.folder / "data/000001/post.txt").unlink()
    with pytest.raises(CustodyError, match=r"data/000001/post\.txt"):
        export.pack(exported, tmp_path / "b.zip")


def test_a_bundle_holds_exactly_what_its_manifests_list(exported: Ledger, tmp_path: Path) -> None:
    export.pack(exported, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
        names = {name.removeprefix("kasus-07/") for name in archive.namelist()}
        listed = {
            line.partition("  ")[2]
            for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt")
            for line in archive.read(f"kasus-07/{manifest}").decode().splitlines()
        }
    assert names == listed | {"tagmanifest-sha256.txt"}
