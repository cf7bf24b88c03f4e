"""Attacks on the structure of a ZIP: more, less or other in it than it shows.

verify.sh is given what unpacking leaves. It sees what came out, and cannot see what else was in the archive.
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
from attacks import Attacks, Bench
from bundles import Draft, judge_in_python, plain, sha256
from mutants import packed
from zips import (
    FULL,
    POST,
    STREAMED,
    Entry,
    archive,
    deflated,
    descriptor,
    entries_of,
    extra,
    inside,
    post,
    with_more,
    with_post,
)

from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code, NoteCode
from lab.pki import Lab

attack = Attacks()
LEFT_OUT = (Code.ARCHIVE_ENTRY_REFUSED, Code.ITEM_FILE_MISSING, Code.DERIVED_DIFFERS)
PACKED_OTHERWISE = (Code.ARCHIVE_UNREADABLE,)

# Bytes that no entry shows.

for label, build in {
    "bytes before it": lambda lab: b"MZ" + archive(entries_of(plain(lab).build())),
    "bytes after it": lambda lab: archive(entries_of(plain(lab).build())) + b"\0",
    "a comment": lambda lab: archive(entries_of(plain(lab).build()), comment=b"hidden"),
    "bytes after an entry": lambda lab: with_post(lab, after=b"hidden"),
    "an entry that locally asks for a ZIP of the future": lambda lab: with_post(lab, local={"needed": 63}),
    "an unknown extra field, locally": lambda lab: with_post(lab, local={"extra": extra(0x9999, b"hidden")}),
    "an extra field of an impossible length": lambda lab: with_post(
        lab, local={"extra": b"\x55\x54\xff\xff"}
    ),
}.items():
    attack.add(f"a ZIP with {label}", build, Code.ARCHIVE_ENTRY_REFUSED, shell=())
attack.add(
    "a ZIP with bytes before its directory",
    lambda lab: between(archive(entries_of(plain(lab).build()))),
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=(),
)
for label, changed in {
    "a comment on an entry": {"comment": b"hidden"},
    "an unknown extra field": {"extra": extra(0x9999, b"x")},
    "an entry that asks for a ZIP of the future": {"needed": 63},  # Info-ZIP's unzip passes over it
}.items():
    attack.add(
        f"a ZIP with {label}", lambda lab, changed=changed: with_post(lab, **changed), *LEFT_OUT, shell=()
    )


def between(data: bytes) -> bytes:
    start = struct.unpack("<I", data[-6:-2])[0]
    return data[:start] + b"hidden" + data[start:-6] + struct.pack("<I", start + 6) + data[-2:]


attack.add(
    "a ZIP with bytes behind a deflate stream",
    lambda lab: with_post(lab, method=8, packed=deflated(post(lab)) + b"hidden"),
    *PACKED_OTHERWISE,
    shell=(),
)
attack.add(
    "a ZIP with a deflate stream that goes on after its size",
    lambda lab: with_post(lab, method=8, packed=deflated(post(lab) + b"hidden")),
    *PACKED_OTHERWISE,
    shell=(),
)
attack.add(
    "a ZIP with a deflate stream that does not end",
    lambda lab: with_post(lab, method=8, packed=deflated(post(lab))[:-3]),
    *PACKED_OTHERWISE,
    shell=None,
)
attack.add(
    "a ZIP with stored data longer than the file",
    lambda lab: with_post(lab, packed=post(lab) + b"hidden"),
    *LEFT_OUT,
    shell=(),
)
attack.add(
    "a ZIP with more data in its Zip64 end",
    lambda lab: archive(entries_of(plain(lab).build()), zip64={"more": b"hidden"}),
    Code.ARCHIVE_UNREADABLE,
    Code.NO_EVENTS,
    shell=None,
)

# Headers that disagree.

for label, local in {
    "another name": {"name": inside("data/000001/past.txt")},
    "another checksum": {"crc": 0},
    "another size": {"size": 5},
    "another packed size": {"packed": 5},
    "another method": {"method": 8},
    "Zip64 sizes that are others": {
        "size": FULL,
        "packed": FULL,
        "extra": extra(1, struct.pack("<QQ", 5, 5)),
    },
    "Zip64 sizes that are not there": {"size": FULL, "packed": FULL},
    "Zip64 sizes beside the sizes": {"extra": extra(1, struct.pack("<QQ", 5, 5))},
}.items():
    attack.add(
        f"a ZIP with a local header that says {label}",
        lambda lab, local=local: with_post(lab, local=local),
        Code.ARCHIVE_ENTRY_REFUSED,
        shell=None if "name" in label or "method" in label else (),
    )
attack.add(
    "a ZIP with Zip64 sizes in the directory that nobody asked for",
    lambda lab: with_post(lab, extra=extra(1, struct.pack("<QQ", 5, 5))),
    *LEFT_OUT,
    shell=(),
)
NO_SIZES = {"crc": 0, "packed": 0, "size": 0}
attack.add(
    "a ZIP with a streamed entry whose sizes never come",
    lambda lab: with_post(lab, flags=STREAMED, local=NO_SIZES),
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=(),
)
attack.add(
    "a ZIP with a streamed entry that lies beforehand",
    lambda lab: with_post(
        lab, flags=STREAMED, local={"size": 3}, after=descriptor(post(lab), len(post(lab)))
    ),
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=(),
)
attack.add(
    "not an attack: a ZIP with a streamed entry",
    lambda lab: with_post(lab, flags=STREAMED, local=NO_SIZES, after=descriptor(post(lab), len(post(lab)))),
)
for label, end, zip64 in (
    ("counts fewer entries", {"here": 3, "count": 3}, None),
    ("counts more entries", {"here": 99, "count": 99}, None),
    ("is of a second disk", {"disk": 1}, None),
    ("differs from its Zip64 form", {"size": 46, "offset": 0}, {}),
    ("has a Zip64 form that counts fewer entries", {}, {"here": 1, "count": 1}),
):
    attack.add(
        f"a ZIP whose end {label}",
        lambda lab, end=end, zip64=zip64: archive(entries_of(plain(lab).build()), end=end, zip64=zip64),
        Code.ARCHIVE_ENTRY_REFUSED,
        shell=(),
    )
attack.add(
    "not an attack: a ZIP with a Zip64 end", lambda lab: archive(entries_of(plain(lab).build()), zip64={})
)
UNREADABLE = (Code.ARCHIVE_UNREADABLE, Code.NO_EVENTS)
attack.add(
    "a ZIP with two ends",
    lambda lab: twice_ended(archive(entries_of(plain(lab).build()))),
    *UNREADABLE,
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=None,
)
attack.add(
    "a ZIP with a comment, whose directory cannot be read",
    lambda lab: archive(entries_of(plain(lab).build()), comment=b"hidden", directory=b"hidden"),
    *UNREADABLE,
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=None,
)
attack.add(
    "a ZIP whose comment is an end",
    lambda lab: archive(entries_of(plain(lab).build()), comment=archive([])),
    Code.ARCHIVE_ENTRY_REFUSED,
    Code.NO_EVENTS,
    shell=None,
)


def twice_ended(data: bytes) -> bytes:
    return data + data[-22:]


# Encrypted, packed otherwise, too large.

for label, flags in {
    "encrypted": 0x01,
    "strongly encrypted": 0x41,
    "patched": 0x20,
    "masked": 0x2000,
}.items():
    attack.add(
        f"a ZIP with an entry that is {label}",
        lambda lab, flags=flags: with_post(lab, flags=flags),
        *LEFT_OUT,
        shell=() if label == "masked" else None,
    )
attack.add(
    "a ZIP with an entry packed by bzip2", lambda lab: with_post(lab, method=12), *LEFT_OUT, shell=None
)
attack.add(
    "a ZIP with a bomb",
    lambda lab: with_more(lab, Entry(inside("data/000001/zeros"), b"\0" * (8 << 20), method=8)),
    Code.ARCHIVE_ENTRY_REFUSED,
    shell=(Code.ITEM_FILE_UNLISTED, Code.DERIVED_DIFFERS),  # it has been unpacked, and so has done its work
)
attack.add(
    "a ZIP in a ZIP, which nobody unpacks",
    lambda lab: with_more(
        lab, Entry(inside("data/000001/bom.zip"), archive([Entry(b"x", b"\0" * (1 << 20), method=8)]))
    ),
    Code.ITEM_FILE_UNLISTED,
    Code.DERIVED_DIFFERS,
)


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("archive"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)


def notes(data: bytes, lab: Lab, tmp_path: Path) -> set[str]:
    (tmp_path / "n.zip").write_bytes(data)
    verdict = verify(tmp_path / "n.zip", Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.status == "PASSED"
    return {note.code for note in verdict.notes}


def test_the_writers_zip_passes_and_a_repacked_one_is_noted(lab: Lab, tmp_path: Path) -> None:
    files = plain(lab).build()
    assert NoteCode.ARCHIVE_REPACKED not in notes(packed(files, sorted(files)), lab, tmp_path)
    folder = Entry(inside("data/"), b"", attributes=0o40755 << 16)
    times = extra(0x5455, b"\x03" + struct.pack("<II", 1, 1))  # as Info-ZIP writes them
    for repacked in (
        archive(entries_of(files, top="")),
        packed(files, sorted(files, reverse=True)),
        with_post(lab, method=8),
        with_post(lab, extra=times, local={"extra": times}),
        with_more(lab, folder),
    ):
        told = notes(repacked, lab, tmp_path)
        assert (NoteCode.ARCHIVE_REPACKED in told) is (repacked != archive(entries_of(files, top="")))


@pytest.mark.parametrize(
    "data",
    [b"", archive([]), b"not a zip", b"PK\x03\x04" * 100, archive([])[:-1], b"PK\x06\x07" * 5 + archive([])],
    ids=["empty", "no entries", "text", "headers alone", "half an end", "a locator of nothing"],
)
def test_what_is_no_bundle_fails_in_words(data: bytes, lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(data)
    assert judge_in_python(tmp_path / "b.zip", lab).codes >= {Code.NO_EVENTS}


def test_every_truncation_fails_in_words(lab: Lab, tmp_path: Path) -> None:
    files = plain(lab).build()
    good = packed(files, sorted(files))
    for length in range(0, len(good), 997):
        (tmp_path / "b.zip").write_bytes(good[:length])
        assert judge_in_python(tmp_path / "b.zip", lab).status == "FAILED"


def test_nothing_is_unpacked(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(with_more(lab, Entry(b"../x", b"x")))
    judge_in_python(tmp_path / "b.zip", lab)
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_more_entries_than_a_case_can_have_are_not_read(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered for this test: two million entries take 300 MB to write."""
    files = plain(lab).build()
    (tmp_path / "b.zip").write_bytes(packed(files, sorted(files)))
    monkeypatch.setattr("evidentia.verify.bundle.MOST_ENTRIES", len(files) - 1)
    assert judge_in_python(tmp_path / "b.zip", lab).codes == {Code.ARCHIVE_LIMIT, Code.NO_EVENTS}
    monkeypatch.setattr("evidentia.verify.bundle.MOST_ENTRIES", len(files))
    assert judge_in_python(tmp_path / "b.zip", lab).status == "PASSED"


def test_custody_files_beyond_what_memory_holds_are_not_read(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered for this test: a stranger's 3 MB of ZIP would unpack to 600 MB of certificates."""
    draft: Draft = plain(lab)
    zeros = b"\0" * 100_000
    draft.late[2] = {f"trust/{sha256(zeros)}.crl": zeros}
    files = draft.build()
    (tmp_path / "b.zip").write_bytes(archive(entries_of(files, path=f"trust/{sha256(zeros)}.crl", method=8)))
    monkeypatch.setattr("evidentia.verify.judge.LARGEST_CUSTODY", 90_000)
    assert Code.ARCHIVE_LIMIT in judge_in_python(tmp_path / "b.zip", lab).codes


def test_python_reads_what_these_zips_hold(lab: Lab, tmp_path: Path) -> None:
    """The writer of this file writes ZIPs indeed: where it does not lie, others read it."""
    files = plain(lab).build()
    (tmp_path / "b.zip").write_bytes(archive(entries_of(files, path=POST, method=8)))
    with zipfile.ZipFile(tmp_path / "b.zip") as opened:
        assert opened.testzip() is None
        assert {name.partition("/")[2]: opened.read(name) for name in opened.namelist()} == files
