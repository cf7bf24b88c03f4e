"""The two readers of each kind of file take and refuse the same: files of frozen bundles, changed at random."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from evidentia.formats import names
from evidentia.formats.bag import DERIVED
from evidentia.formats.event import parse_event
from evidentia.formats.item_record import parse_record
from evidentia.formats.seal import parse_seal
from evidentia.record.errors import FormatError
from evidentia.verify.bundle import open_bundle

from . import chain, container

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "vectors"
SEED, CHANGES = 20261121, 1500
ZIPPED = {
    "bagit.txt": b"x" * 30,
    "custody/000001.json": b'{"a":1}' * 9,
    "data/000001/item.json": b"{}",
    "data/000001/post.txt": b"Pilih Paslon A" * 50,
}


def files(pattern: str) -> list[tuple[int, bytes]]:
    """Every file of that kind in the frozen bundles, with its number."""
    found = []
    for path in sorted(VECTORS.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if match := re.fullmatch(rf"[^/]+/{pattern}", name):
                    found.append((int(match[1]), archive.read(name)))
    return found


def changed(chance: random.Random, data: bytes) -> bytes:
    """One to three small changes, many of them to characters that mean something."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        at, how = chance.randrange(len(made)), chance.randrange(4)
        if how == 0:
            made[at] ^= 1 << chance.randrange(8)
        elif how == 1:
            del made[at]
        elif how == 2:
            made.insert(at, chance.choice(b' "\\{}[]:,#01tu\n\r\t\x7f\x80\xc2\xe2-+.e'))
        else:
            made[at] = chance.choice(b'"\\ntu0123456789abcdefTZ:-+/ ')
    return bytes(made)


def third_reads_seal(_: int, data: bytes) -> bool:
    seal = chain.parse_sums(data, r"# [^\n\r\x80-\xff]*")
    return seal is not None and all(path.startswith(("custody/", "trust/")) for path in seal.digests)


def third_reads_record(number: int, data: bytes) -> bool:
    record = chain.parse_sums(data, "# salt [0-9a-f]{32}")
    return (
        record is not None
        and len(record.header) == 1
        and all(path.startswith(f"data/{number:06d}/") for path in record.digests)
    )


KINDS: dict[str, tuple[str, Callable[[int, bytes], object], Callable[[int, bytes], bool]]] = {
    "event": (r"custody/(\d{6})\.json", parse_event, lambda n, data: chain.parse_event(n, data) is not None),
    "seal": (r"custody/(\d{6})\.sha256", parse_seal, third_reads_seal),
    "record": (r"custody/items/(\d{6})\.sha256", parse_record, third_reads_record),
}


def is_read(parse: Callable[[int, bytes], object], number: int, data: bytes) -> bool:
    try:
        parse(number, data)
    except FormatError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_custody(kind: str) -> None:
    pattern, first, third = KINDS[kind]
    known, chance, taken = files(pattern), random.Random(SEED), 0
    for _ in range(CHANGES):
        number, data = chance.choice(known)
        made = changed(chance, data)
        accepted = is_read(first, number, made)
        taken += accepted
        assert accepted is third(number, made), made
    assert 0 < taken < CHANGES


def test_names() -> None:
    digest = "a" * 64
    known = [
        *(f"trust/{digest}.{kind}" for kind in ("cer", "crl", "ocsp")),
        *DERIVED,
        "custody/000001.json",
        "custody/000001.sha256",
        "custody/000001.sha256.penyidik-a.p7s",
        "custody/000001.sha256.penyidik-a.pdf.2.tsr",
        "custody/items/000009.sha256",
        "custody/items/000009.sha256.99.tsr",
        "data/000001/a/con.txt",
        "data/000001/post.txt",
    ]
    chance, taken = random.Random(SEED), 0
    for _ in range(10 * CHANGES):
        made = list(chance.choice(known))
        for _ in range(chance.choice((0, 1, 1, 2))):
            at, how = chance.randrange(len(made)), chance.randrange(3)
            made[at : at + (how != 2)] = [] if how == 1 else [chance.choice("abcnopruxZ0159./-_ ~:\\\n")]
        path = "".join(made)
        accepted = path in DERIVED or names.is_trust_path(path) or names.custody_file(path) is not None
        number, _, rest = path.removeprefix("data/").partition("/")
        if path.startswith("data/") and rest and names.is_evidence_path(path):
            accepted = names.NUMBER.fullmatch(number) is not None and number != "000000"
        taken += accepted
        assert accepted is (container.name_of(path) is not None), path
    assert taken > CHANGES


def zipped(kind: str) -> bytes:
    """A small ZIP: stored, deflated, with entries for folders, or with Zip64 fields."""
    target = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if kind in ("deflated", "folders") else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", method) as archive:
        if kind == "folders":
            for folder in ("k/", "k/custody/", "k/data/", "k/data/000001/"):
                archive.mkdir(folder)
        for path, data in ZIPPED.items():
            with archive.open(f"k/{path}", "w", force_zip64=kind == "zip64") as stream:
                stream.write(data)
    return target.getvalue()


def read_by_evidentia(path: Path) -> tuple[bool, dict[str, bytes]]:
    """Whether there is a fault, and the files that can be read."""
    bundle = open_bundle(path)
    wrong, found = bool(bundle.faults), {}
    for name in bundle.sizes:
        try:
            with bundle.open(name) as stream:
                found[name] = stream.read()
        except OSError:
            wrong = True
    bundle.close()
    return wrong, found


@pytest.mark.parametrize("kind", ["stored", "deflated", "folders", "zip64"])
def test_archives(kind: str, tmp_path: Path) -> None:
    good, chance, path = zipped(kind), random.Random(SEED), tmp_path / "b.zip"
    starts = [match.start() for match in re.finditer(b"PK", good)]
    path.write_bytes(good)
    assert read_by_evidentia(path) == (False, ZIPPED)
    for _ in range(CHANGES // 2):
        made = bytearray(good)
        at = min(len(good) - 1, max(0, chance.choice(starts) + chance.randrange(-4, 60)))
        how = chance.randrange(3)
        made[at : at + (how != 2)] = b"" if how == 1 else bytes([chance.randrange(256)])
        path.write_bytes(made)
        faults: list[str] = []
        third = container.read(path, lambda code, _: faults.append(code))  # noqa: B023
        wrong, found = read_by_evidentia(path)
        if not any("NAME_REFUSED" in fault for fault in faults):  # item numbers are refused at another place
            assert (wrong, found) == (bool(faults), third), (kind, at, how, faults)
