"""Attacks on what is kept: the files of an item, and BagIt's files around them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attacks import Attacks, Bench
from bundles import Files, judge, lines, plain, rederived, sha256, write

from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()
PAYLOAD = "data/000001/post.txt"


def flipped(data: bytes, at: int = 7) -> bytes:
    """One bit of one byte changed."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def changed(files: Files, path: str, change: Callable[[bytes], bytes]) -> Files:
    return files | {path: change(files[path])}


# The payload and BagIt's files.


@attack(Code.ITEM_FILE_CHANGED)
def one_byte_flipped(lab: Lab) -> Files:
    return changed(plain(lab).build(), PAYLOAD, flipped)


def recomputed(files: Files) -> Files:
    """The post changed, and record, seals and manifests written anew around it: all but what needs a key."""
    files = dict(changed(files, PAYLOAD, flipped))
    for path in ["custody/items/000001.sha256", "custody/000002.sha256", "custody/000003.sha256"]:
        rows = [row for row in files[path].splitlines(keepends=True) if row.startswith(b"#")]
        listed = [row[66:] for row in files[path].decode().splitlines() if not row.startswith("#")]
        files[path] = b"".join(rows) + lines({name: sha256(files[name]) for name in listed})
    return rederived(files)


@attack(Code.ITEM_FILE_MISSING)
def a_file_of_an_item_removed(lab: Lab) -> Files:
    files = plain(lab).build()
    del files[PAYLOAD]
    return rederived(files)


@attack(Code.ITEM_FILE_UNLISTED)
def a_file_slipped_into_an_item(lab: Lab) -> Files:
    return rederived(plain(lab).build() | {"data/000001/extra.txt": b"x"})


@attack(Code.ITEM_UNKNOWN)
def an_item_that_no_event_brings_in(lab: Lab) -> Files:
    return rederived(plain(lab).build() | {"data/000002/extra.txt": b"x"})


@attack(Code.ITEM_UNKNOWN, Code.UNSEALED_FILE, Code.DERIVED_DIFFERS)
def a_record_that_no_event_brings_in(lab: Lab) -> Files:
    record = f"# salt {'0' * 32}\n{'0' * 64}  data/000002/x\n".encode()
    return plain(lab).build() | {"custody/items/000002.sha256": record}


for top in (
    "fetch.txt",
    "manifest-md5.txt",
    "verify.sh",
    "custody/000004.txt",
    "custody/items/000001.sha256.1.tsr",
):
    attack.add(
        f"a_file_called_{top}",
        lambda lab, path=top: plain(lab).build() | {path: b"https://social.example/x - data/000001/x\n"},
        Code.UNKNOWN_FILE,
    )

for name in (
    "data/000001/a%0Ab",
    "data/000001/.hidden",
    "data/000001/a b",
    "data/000001/" + "a" * 101,
    "data/000001/con.txt",
    "data/1/x",
    "data/000000/x",
    "data/000001/AUX",
    "data/000001/caf\u00e9",
    "data/000001/\u202egpj.exe",
    "data/000001/\u0661.txt",  # a digit of another script
    "data/x",
):
    attack.add(
        f"a_file_called_{name[:30]}",
        lambda lab, path=name: plain(lab).build() | {path: b"x"},
        Code.NAME_REFUSED,
    )


@attack(Code.NAMES_COLLIDE)
def two_names_that_are_one_elsewhere(lab: Lab) -> Files:
    draft = plain(lab)
    draft.items[1]["POST.TXT"] = b"x"
    draft.events[1]["items"][0]["record"] = sha256(draft.record(1))
    return draft.build()


for path, change in {
    "manifest-sha256.txt": lambda data: b"\xef\xbb\xbf" + data,
    "bag-info.txt": lambda data: data.replace(b"Payload-Oxum: ", b"Payload-Oxum: 1"),
    "bagit.txt": lambda data: data.replace(b"\n", b"\r\n"),
    "tagmanifest-sha256.txt": lambda data: data + data.splitlines(keepends=True)[0],
    "index.html": lambda data: data + b"<script>alert(1)</script>",
}.items():
    attack.add(
        f"another_{path}",
        lambda lab, path=path, change=change: changed(plain(lab).build(), path, change),
        Code.DERIVED_DIFFERS,
    )


@attack(Code.DERIVED_MISSING, Code.DERIVED_DIFFERS)
def no_page_to_look_at(lab: Lab) -> Files:
    files = plain(lab).build()
    del files["index.html"]
    return files


@attack(Code.ITEM_FILE_CHANGED, Code.DERIVED_DIFFERS)
def a_file_emptied(lab: Lab) -> Files:
    return changed(plain(lab).build(), PAYLOAD, lambda _: b"")


@attack(Code.ITEM_FILE_CHANGED)
def an_item_that_describes_itself_otherwise(lab: Lab) -> Files:
    """item.json is a file of the item like any other: who changes what it says of the rest is seen."""
    return changed(plain(lab).build(), "data/000001/item.json", lambda data: data.replace(b"x", b"y"))


@attack(Code.ITEM_MISSING, Code.SEALED_FILE_MISSING)
def an_item_emptied(lab: Lab) -> Files:
    kept = {p: d for p, d in plain(lab).build().items() if "/items/" not in p and not p.startswith("data/")}
    return rederived(kept)


@attack(Code.ITEM_FILE_MISSING, Code.ITEM_FILE_UNLISTED)
def a_file_moved_to_another_item(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    draft.items[2] = {"item.json": b"{}"}
    draft.add("acquire", items=[2])
    draft.add("export")
    files = draft.build()
    return rederived({p.replace(PAYLOAD, "data/000002/post.txt"): d for p, d in files.items()})


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("payload"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)


def bagit_says(folder: Path) -> int:
    command = [sys.executable, "-m", "bagit", "--validate", "--quiet", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def sha256sum_says(folder: Path, sums: str) -> int:
    command = ["sha256sum", "--strict", "--status", "-c", sums]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode


def test_one_flipped_byte_is_seen_by_everybody(
    lab: Lab, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    program("sha256sum")
    good = write(plain(lab).build(), tmp_path / "good")
    bad = write(one_byte_flipped(lab), tmp_path / "bad")
    assert (bagit_says(good), sha256sum_says(good, "custody/items/000001.sha256")) == (0, 0)
    assert bagit_says(bad) != 0
    assert sha256sum_says(bad, "custody/items/000001.sha256") != 0
    assert [said.codes for said in judge(bad, lab)] == [{Code.ITEM_FILE_CHANGED}] * 2


def test_checksums_made_to_agree_convince_bagit_and_no_verifier(lab: Lab, tmp_path: Path) -> None:
    forged = write(recomputed(plain(lab).build()), tmp_path / "forged")
    assert bagit_says(forged) == 0
    for sums in ("custody/items/000001.sha256", "custody/000002.sha256", "custody/000003.sha256"):
        assert sha256sum_says(forged, sums) == 0
    for said in judge(forged, lab):
        assert said.status == "FAILED"
        assert said.codes == {Code.RECORD_DIFFERS, Code.SIGNATURE_INVALID, Code.TIMESTAMP_INVALID}, said.text
