"""Attacks on what may be left out: items withheld, and redacted copies."""

from __future__ import annotations

import pytest
from attacks import Attacks, Bench
from bundles import Draft, Files, canonical, plain, rederived, sha256

from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()


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


@attack(Code.WITHHELD_NOT_ALLOWED)
def an_item_disclosed_only_after_it_was_withheld(lab: Lab) -> Files:
    draft = redacted(lab)
    disclose, export = draft.events[3], draft.events[4]
    disclose["event"], export["event"] = 5, 4
    disclose["time"], export["time"] = export["time"], disclose["time"]
    draft.events[3:] = [export, disclose]
    draft.add("export", details=export["details"])
    return leave_out(draft.build(), 1)


@attack(Code.ITEM_MISSING, Code.SEALED_FILE_MISSING)
def an_item_disclosed_and_left_out_and_no_export_says_so(lab: Lab) -> Files:
    """What may be withheld is not yet withheld: the latest export says what is absent."""
    draft = redacted(lab)
    withheld = draft.events[4]["details"]
    draft.add("export", details={**withheld, "withheld": []})
    return leave_out(draft.build(), 1)


@attack(Code.WITHHELD_PRESENT)
def a_withheld_item_of_which_a_file_stayed(lab: Lab) -> Files:
    whole = redacted(lab).build()
    kept = "data/000001/post.txt"
    return rederived(leave_out(whole, 1) | {kept: whole[kept]})


@attack(Code.SEAL_HEADER_DIFFERS)
def a_seal_that_hides_what_its_export_withholds(lab: Lab) -> Files:
    draft = redacted(lab)
    draft.change["custody/000005.sha256"] = lambda data: b"".join(
        line for line in data.splitlines(keepends=True) if not line.startswith(b"# withheld")
    )
    return leave_out(draft.build(), 1)


def derived(lab: Lab) -> Draft:
    """An item, and a redacted copy of it as another."""
    draft = plain(lab)
    draft.events.pop()
    redaction = {"original": {"item": 1, "path": "data/000001/post.txt", "record": sha256(draft.record(1))}}
    draft.items[2] = {"item.json": b"{}", "post.txt": b"Pilih ***!\n", "redaction.json": canonical(redaction)}
    draft.add("derive", details={"original": 1}, items=[2])
    return draft


@attack(Code.ITEM_FILE_CHANGED)
def a_redacted_copy_whose_original_is_another_by_now(lab: Lab) -> Files:
    draft = derived(lab)
    draft.add("export")
    files = draft.build()
    return files | {"data/000001/post.txt": files["data/000001/post.txt"].replace(b"Pilih", b"Tolak")}


@attack(Code.ITEM_FILE_CHANGED)
def a_redacted_copy_that_names_another_original(lab: Lab) -> Files:
    draft = derived(lab)
    draft.add("export")
    files = draft.build()
    other = files["data/000002/redaction.json"].replace(sha256(draft.record(1)).encode(), b"0" * 64)
    return files | {"data/000002/redaction.json": other}


@attack()
def not_an_attack_a_redacted_copy_and_its_original_withheld(lab: Lab) -> Files:
    draft = derived(lab)
    refs = [{"item": 1, "record": sha256(draft.record(1))}]
    draft.add("disclose", details={"may_withhold": refs})
    draft.add("export", details={"index": sha256(b"i"), "withheld": refs})
    return leave_out(draft.build(), 1)


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("redaction"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)
