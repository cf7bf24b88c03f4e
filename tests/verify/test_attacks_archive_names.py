"""Attacks on the names in a ZIP: those that lead elsewhere, mean two things, or are of no file.

verify.sh is given what unpacking leaves. It sees what came out, and cannot see what else was in the archive.
"""

from __future__ import annotations

import struct
import zlib

import pytest
from attacks import Attacks, Bench
from bundles import Files, plain
from zips import (
    POST,
    Entry,
    archive,
    entries_of,
    extra,
    inside,
    with_more,
    with_post,
)

from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()
LEFT_OUT = (Code.ARCHIVE_ENTRY_REFUSED, Code.ITEM_FILE_MISSING, Code.DERIVED_DIFFERS)

# Names that lead elsewhere: no program may be told what to unpack where.

for label, name in {
    "a name that climbs inside": inside("data/000001/../../x"),
    "a part that is a dot": inside("./x"),
    "an empty part": inside("/x"),
    "a NUL": inside("data/000001/x\0.txt"),
    "an escape sequence": inside("data/000001/\x1b[2Jx"),
    "a line break": inside("data/000001/x\nPASSED"),
}.items():
    attack.add(
        f"a ZIP with {label}",
        lambda lab, name=name: with_more(lab, Entry(name, b"x")),
        Code.ARCHIVE_ENTRY_REFUSED,
        shell=None,  # what unpacking makes of such a name differs from program to program
    )
for label, name in {
    "a name that climbs": b"../x",
    "an absolute name": b"/etc/x",
    "a drive": b"C:/x",
    "a UNC path": b"\\\\host\\x",
    "a backslash": b"kasus-07\\x",
    "a tilde": b"~/x",
}.items():
    attack.add(
        f"a ZIP with {label}",
        lambda lab, name=name: with_more(lab, Entry(name, b"x")),
        Code.ARCHIVE_ENTRY_REFUSED,
        Code.UNKNOWN_FILE,  # there is no top folder of all names any more, so every name is another one
        Code.NO_EVENTS,
        shell=None,
    )
attack.add(
    "a ZIP with a bidirectional override in a name",
    lambda lab: with_more(lab, Entry("kasus-07/data/000001/x\u202egpj.exe".encode(), b"x", flags=0x800)),
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=(Code.NAME_REFUSED,),
)
attack.add(
    "a ZIP with a name that is not its UTF-8",
    lambda lab: with_more(lab, Entry(inside("data/000001/") + b"\xff\xfe", b"x", flags=0x800)),
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=None,  # Python's own program does not open it
)
attack.add(
    "a ZIP with a name of 60,000 characters",
    lambda lab: with_more(lab, Entry(inside("data/000001/" + "a" * 60_000), b"x")),
    Code.NAME_REFUSED,
    shell=None,  # no file system holds it
)
attack.add(
    "a ZIP with a top folder that is an escape sequence",
    lambda lab: archive(entries_of(plain(lab).build(), top="\x1b[2J/")),
    Code.ARCHIVE_ENTRY_REFUSED,
    Code.NO_EVENTS,
    shell=(),  # the folder's own name is nobody's but the caller's
)

# Names of two meanings.

attack.add(
    "a ZIP with one name twice",
    lambda lab: with_more(lab, Entry(inside(POST), b"other")),
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=(Code.ITEM_FILE_CHANGED, Code.DERIVED_DIFFERS),  # the second one was unpacked over the first
)
attack.add(
    "a ZIP with two names for one place",
    lambda lab: two_names_for_one_place(plain(lab).build()),
    Code.ARCHIVE_ENTRY_REFUSED,
    Code.UNKNOWN_FILE,
    shell=None,  # Python's own program does not open it
)
attack.add(
    "a ZIP with an entry that is called otherwise in Unicode",
    lambda lab: with_post(lab, extra=_other_name(), local={"extra": _other_name()}),
    *LEFT_OUT,
    shell=None,  # programs differ in which of the two names they take: that is the attack
)


def two_names_for_one_place(files: Files) -> bytes:
    """The first entry's line of the directory again, under another name: its data are there twice."""
    _, line = entries_of(files)[0].parts(0)
    again = line.replace(b"bag-info", b"bag-inf2")
    count = len(files) + 1
    return archive(entries_of(files), directory=again, end={"here": count, "count": count})


def _other_name() -> bytes:
    name = inside("data/000001/lain.txt")
    return extra(0x7075, struct.pack("<BI", 1, zlib.crc32(inside(POST))) + name)


for label, more in {
    "case folding": (Entry(inside("data/000001/POST.txt"), b"x"),),
    "case folding of a folder": (
        Entry(inside("data/000001/A/x"), b"x"),
        Entry(inside("data/000001/a/y"), b"y"),
    ),
    "normal form C": (
        Entry("kasus-07/\u00e9".encode(), b"", flags=0x800),
        Entry("kasus-07/e\u0301".encode(), b"", flags=0x800),
    ),
    "being a file and a folder": (Entry(inside(f"{POST}/x"), b"x"),),
}.items():
    attack.add(
        f"a ZIP with names that are one after {label}",
        lambda lab, more=more: with_more(lab, *more),
        Code.NAMES_COLLIDE,
        shell=None
        if "folder" in label
        else (Code.NAMES_COLLIDE,)
        if "case" in label
        else (Code.UNKNOWN_FILE,),
    )

# What is neither a file nor a folder.

for label, kind in {
    "a link": 0o120777,
    "a pipe": 0o010644,
    "a terminal": 0o020666,
    "a disk": 0o060660,
}.items():
    attack.add(
        f"a ZIP with {label}",
        lambda lab, kind=kind: with_more(
            lab, Entry(inside("data/000001/x"), b"/etc/passwd", attributes=kind << 16)
        ),
        Code.ARCHIVE_ENTRY_REFUSED,
        shell=(Code.ITEM_FILE_UNLISTED, Code.DERIVED_DIFFERS),  # Python's own program unpacks it as a file
    )
attack.add(
    "a ZIP with a hard link in PKWARE's Unix field",
    lambda lab: with_post(lab, extra=extra(0x000D, b"\0" * 12 + b"/etc/passwd")),
    *LEFT_OUT,
    shell=(),
)
for label, attributes in {"Unix": 0o040755 << 16, "MS-DOS": 0o100644 << 16 | 0x10}.items():
    attack.add(
        f"a ZIP with a file that {label} takes for a folder",
        lambda lab, attributes=attributes: with_post(lab, attributes=attributes),
        *LEFT_OUT,
        shell=(),
    )
attack.add(
    "a ZIP with a folder that holds something",
    lambda lab: with_more(lab, Entry(inside("data/000001/x/"), b"hidden", attributes=0o40755 << 16)),
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=(),
)


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("names"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)
