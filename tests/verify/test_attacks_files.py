"""Attacks on what is kept: payload, manifests, the grammar of events and records, and what may be left out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attacks import Attacks, Bench
from bundles import Draft, Files, judge, lines, plain, rederived, sha256, write

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

    @attack(Code.UNKNOWN_FILE)
    def _unknown(lab: Lab, path: str = top) -> Files:
        return plain(lab).build() | {path: b"https://social.example/x - data/000001/x\n"}

    attack[f"a_file_called_{top}"] = attack.pop("_unknown")

for name in (
    "data/000001/a%0Ab",
    "data/000001/.hidden",
    "data/000001/a b",
    "data/000001/" + "a" * 101,
    "data/000001/con.txt",
    "data/1/x",
):

    @attack(Code.NAME_REFUSED)
    def _refused(lab: Lab, path: str = name) -> Files:
        return plain(lab).build() | {path: b"x"}

    attack[f"a_file_called_{name[:30]}"] = attack.pop("_refused")


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

    @attack(Code.DERIVED_DIFFERS)
    def _derived(lab: Lab, path: str = path, change: Callable[[bytes], bytes] = change) -> Files:
        return changed(plain(lab).build(), path, change)

    attack[f"another_{path}"] = attack.pop("_derived")


@attack(Code.DERIVED_MISSING, Code.DERIVED_DIFFERS)
def no_page_to_look_at(lab: Lab) -> Files:
    files = plain(lab).build()
    del files["index.html"]
    return files


# Records and seals.

for label, change in {
    "no salt": lambda data: data.split(b"\n", 1)[1],
    "upper-case salt": lambda data: data.replace(b"abcdef", b"ABCDEF"),
    "a short salt": lambda data: data.replace(b"# salt 0", b"# salt "),
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "no final newline": lambda data: data[:-1],
    "a line twice": lambda data: data + data.splitlines(keepends=True)[-1],
    "unsorted": lambda data: b"".join([(r := data.splitlines(keepends=True))[0], r[2], r[1]]),
    "one blank": lambda data: data.replace(b"  ", b" ", 1),
    "a star": lambda data: data.replace(b"  ", b" *", 1),
    "a path outside": lambda data: data.replace(b"data/000001/post", b"data/000002/post"),
    "a path that climbs": lambda data: data.replace(b"data/000001/post", b"data/000001/../post"),
    "a second comment": lambda data: data + b"# end\n",
    "no line at all": lambda data: data.splitlines(keepends=True)[0],
}.items():

    @attack(Code.RECORD_MALFORMED)
    def _record(lab: Lab, change: Callable[[bytes], bytes] = change) -> Files:
        draft = plain(lab)
        draft.signed = False
        record = change(draft.record(1))
        draft.change["custody/items/000001.sha256"] = lambda _: record
        draft.events[1]["items"][0]["record"] = sha256(record)
        return draft.build()

    attack[f"a record with {label}"] = attack.pop("_record")

for label, change in {
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "a comment between": lambda data: data + b"# signer nobody\n",
    "a file of the payload": lambda data: data + f"{'0' * 64}  data/000001/x\n".encode(),
    "its own seal": lambda data: data.replace(
        b"  custody/000002.json", b"  custody/000002.json\n" + b"0" * 64 + b"  custody/000002.sha256"
    ),
}.items():

    @attack(Code.SEAL_MALFORMED)
    def _seal(lab: Lab, change: Callable[[bytes], bytes] = change) -> Files:
        draft = plain(lab)
        draft.signed = False
        draft.change["custody/000002.sha256"] = change
        return draft.build()

    attack[f"a seal with {label}"] = attack.pop("_seal")


@attack(Code.RECORD_DIFFERS)
def a_salt_changed(lab: Lab) -> Files:
    draft = plain(lab)
    draft.change["custody/items/000001.sha256"] = lambda data: data.replace(b"0123", b"3210", 1)
    return draft.build()


@attack(Code.ITEM_TWICE, Code.SEAL_INCOMPLETE)
def an_item_that_two_events_bring_in(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    draft.add("acquire", items=[1])
    draft.add("export")
    return draft.build()


# The grammar of events.

for label, (old, new) in {
    "a key twice": (b'"event":2,', b'"event":2,"event":2,'),
    "NaN": (b'"format":1', b'"format":NaN'),
    "Infinity": (b'"format":1', b'"format":Infinity'),
    "a float": (b'"format":1', b'"format":1.0'),
    "an exponent": (b'"format":1', b'"format":1e0'),
    "a leading zero": (b'"event":2', b'"event":02'),
    "underscores": (b'"event":2', b'"event":0_2'),
    "an integer beyond 2^53": (b'"event":2', b'"event":9007199254740993'),
    "a number as text": (b'"event":2', b'"event":"2"'),
    "blanks": (b'"format":1', b'"format": 1'),
    "a line break at the end": (b"}", b"}\n"),
    "a BOM": (b'{"actors"', b'\xef\xbb\xbf{"actors"'),
    "deep nesting": (b'"changes":[]', b'"changes":' + b"[" * 5000 + b"]" * 5000),
    "a lone surrogate": (b'"reason":"uji"', b'"reason":"\\ud800"'),
    "a surrogate in bytes": (b'"reason":"uji"', b'"reason":"\xed\xa0\x80"'),
    "an overlong form": (b'"reason":"uji"', b'"reason":"\xc0\xaf"'),
    "a needless escape": (b'"reason":"uji"', b'"reason":"\\u0075ji"'),
    "a control character": (b'"reason":"uji"', b'"reason":"\\u001b[2J"'),
    "a C1 control character": (b'"reason":"uji"', b'"reason":"\xc2\x9b2J"'),
    "a NUL": (b'"reason":"uji"', b'"reason":"\\u0000"'),
    "an unknown field": (b'"format":1', b'"format":1,"hidden":"x"'),
    "a missing field": (b'"place":"Kantor",', b""),
    "fields out of order": (b'"event":2,"format":1', b'"format":1,"event":2'),
    "an unknown type": (b'"type":"note"', b'"type":"notes"'),
    "another format": (b'"format":1', b'"format":2'),
    "a time with an offset": (b'Z","tool"', b'+00:00","tool"'),
    "a day that does not exist": (b'"time":"2025-03-01', b'"time":"2025-02-30'),
    "a zone that does not exist": (b'"zone":"+07:00"', b'"zone":"+15:00"'),
    "a reason beyond all measure": (b'"reason":"uji"', b'"reason":"' + b"x" * 4001 + b'"'),
    "an actor twice": (
        b'"actors":[',
        b'"actors":[{"certificate":"'
        + b"0" * 64
        + b'","name":"X","organisation":"","role":"","who":"penyidik-a"},',
    ),
    "a name in another alphabet as short name": (b'"who":"penyidik-a"', '"who":"реnyidik-a"'.encode()),
    "null": (b'"changes":[]', b'"changes":null'),
    "details of another type": (b'"details":{"text":"catatan"}', b'"details":{"title":"catatan"}'),
}.items():

    @attack(Code.EVENT_MALFORMED)
    def _event(lab: Lab, old: bytes = old, new: bytes = new) -> Files:
        draft = Draft(lab)
        draft.signed = False
        draft.add("open", details={"title": "Uji"})
        draft.add("note", details={"text": "catatan"})
        draft.add("export")

        def change(data: bytes) -> bytes:
            assert old in data
            head, _, tail = data.rpartition(old)
            return head + new + tail

        draft.change["custody/000002.json"] = change
        return draft.build()

    attack[f"an event with {label}"] = attack.pop("_event")


@attack()
def not_an_attack_every_character_that_a_reason_may_hold(lab: Lab) -> Files:
    draft = Draft(lab)
    draft.add(
        "open", details={"title": "Uji"}, reason="\"\\\n'`$(id) \u202e\u00e9\u4e2d\U0001f600 é" + "é" * 3900
    )
    draft.add("export", zone="Asia/Makassar")
    return draft.build()


# What may be left out.


def redacted(lab: Lab, named: tuple[int, ...] = (1,), left_out: tuple[int, ...] = (1,)) -> Draft:
    """Two items; a disclosure that names some, and an export that leaves some out."""
    draft = plain(lab)
    draft.events.pop()
    draft.items[2] = {"item.json": b"{}", "foto.jpg": b"x" * 100}
    draft.add("acquire", items=[2])
    refs = {n: {"item": n, "record": sha256(draft.record(n))} for n in (1, 2)}
    draft.add("disclose", details={"may_withhold": [refs[n] for n in named]})
    details = {"index": sha256(b"i"), "withheld": [refs[n] for n in left_out]}
    draft.add("export", details=details)
    return draft


def leave_out(files: Files, *items: int) -> Files:
    parts = tuple(part for n in items for part in (f"data/{n:06d}/", f"custody/items/{n:06d}.sha256"))
    return rederived({p: d for p, d in files.items() if not p.startswith(parts)} | {"index.html": b"i"})


@attack()
def not_an_attack_an_item_withheld_that_a_disclosure_names(lab: Lab) -> Files:
    return leave_out(redacted(lab).build(), 1)


@attack(Code.ITEM_MISSING, Code.SEALED_FILE_MISSING)
def an_item_left_out_without_a_word(lab: Lab) -> Files:
    return leave_out(redacted(lab, left_out=()).build(), 1)


@attack(Code.WITHHELD_NOT_ALLOWED)
def an_item_withheld_that_the_disclosure_does_not_name(lab: Lab) -> Files:
    return leave_out(redacted(lab, named=(2,)).build(), 1)


@attack(Code.ITEM_MISSING, Code.SEALED_FILE_MISSING)
def more_left_out_than_the_export_says(lab: Lab) -> Files:
    return leave_out(redacted(lab, named=(1, 2)).build(), 1, 2)


@attack(Code.WITHHELD_PRESENT, Code.TIMESTAMP_PENDING, Code.DERIVED_DIFFERS)
def a_withheld_item_whose_record_stayed(lab: Lab) -> Files:
    whole = redacted(lab).build()
    kept = "custody/items/000001.sha256"
    return rederived(leave_out(whole, 1) | {kept: whole[kept]})


@attack(Code.RECORD_MISSING, Code.SEALED_FILE_MISSING)
def data_without_its_record(lab: Lab) -> Files:
    files = plain(lab).build()
    return rederived({p: d for p, d in files.items() if not p.startswith("custody/items/")})


@attack(Code.ITEM_UNKNOWN)
def an_item_withheld_that_never_was(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    ghost = [{"item": 2, "record": "0" * 64}]
    draft.add("disclose", details={"may_withhold": ghost})
    draft.add("export", details={"index": sha256(b"i"), "withheld": ghost})
    return rederived(draft.build() | {"index.html": b"i"})


@attack(Code.RECORD_DIFFERS)
def an_item_withheld_under_another_record(lab: Lab) -> Files:
    draft = redacted(lab)
    for event, key in ((3, "may_withhold"), (4, "withheld")):
        draft.events[event]["details"][key][0]["record"] = "0" * 64
    return leave_out(draft.build(), 1)


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("files"))


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
