"""Attacks on the log: what was done, in which order, by whom. Every forger here holds all the keys."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from attacks import Attacks, Bench
from bundles import BETWEEN, CASE, START, Draft, Files, handed, judge, plain, rederived, sha256, write

from evidentia.custody.signature import sign_detached
from evidentia.formats.head import parse_head, printed_head
from evidentia.record.custody import Head
from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()


def talk(lab: Lab) -> Draft:
    """open, note, export: the shortest bundle with something in the middle, and no item."""
    draft = Draft(lab)
    draft.add("open", details={"title": "Uji"})
    draft.add("note", details={"text": "catatan"})
    draft.add("export")
    return draft


def without(files: Files, *parts: str) -> Files:
    """The files whose paths hold none of the parts, with BagIt's made to agree."""
    return rederived({p: d for p, d in files.items() if not any(part in p for part in parts)})


def drop_line(part: str):  # type: ignore[no-untyped-def]
    """Leave out the lines of a seal that hold a part."""
    return lambda data: b"".join(li for li in data.splitlines(keepends=True) if part.encode() not in li)


@attack(Code.EVENT_MISSING)
def a_gap(lab: Lab) -> Files:
    return without(talk(lab).build(), "custody/000002")


@attack(Code.EVENT_MALFORMED)
def two_events_swapped(lab: Lab) -> Files:
    draft = talk(lab)
    draft.events.pop()
    draft.add("note", details={"text": "lain"})
    draft.add("export")
    swap = {"custody/000002": "custody/000003", "custody/000003": "custody/000002"}
    return rederived({swap.get(p[:14], p[:14]) + p[14:]: d for p, d in draft.build().items()})


@attack(Code.SIGNATURE_INVALID)
def a_signature_replayed(lab: Lab) -> Files:
    draft = talk(lab)
    kept: list[bytes] = []
    draft.change["custody/000001.sha256.penyidik-a.p7s"] = lambda data: kept.append(data) or data
    draft.change["custody/000002.sha256.penyidik-a.p7s"] = lambda _: kept[0]
    return draft.build()


@attack(Code.EVENT_OF_OTHER_CASE)
def an_event_of_another_case(lab: Lab) -> Files:
    draft = talk(lab)
    draft.events[1]["case"] = "kasus-08"
    return draft.build()


@attack(Code.SIGNATURE_MISSING)
def a_cosigner_removed_before_the_next_seal(lab: Lab) -> Files:
    draft = Draft(lab)
    draft.add("open", "penyidik-a", "pengawas-b", details={"title": "Uji"})
    draft.add("note", "penyidik-a", "pengawas-b", details={"text": "bersama"})
    draft.add("export")
    draft.change["custody/000002.sha256.pengawas-b.p7s"] = lambda _: None
    return draft.build()


@attack(Code.SIGNATURE_MISSING, Code.SEALED_FILE_MISSING)
def a_cosigner_removed_afterwards(lab: Lab) -> Files:
    draft = Draft(lab)
    draft.add("open", "penyidik-a", "pengawas-b", details={"title": "Uji"})
    draft.add("export")
    return without(draft.build(), "pengawas-b.p7s")


@attack(Code.SEAL_INCOMPLETE, Code.UNSEALED_FILE)
def a_seal_that_leaves_out_a_record(lab: Lab) -> Files:
    draft = plain(lab)
    draft.change["custody/000002.sha256"] = drop_line("custody/items/000001.sha256\n")
    return draft.build()


@attack(Code.SEAL_INCOMPLETE, Code.UNSEALED_FILE)
def a_seal_that_leaves_out_the_one_before(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change["custody/000002.sha256"] = drop_line("custody/000001.sha256\n")
    return draft.build()


@attack(Code.SEAL_INCOMPLETE, Code.UNSEALED_FILE)
def a_seal_that_leaves_out_its_event(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change["custody/000002.sha256"] = drop_line("custody/000002.json")
    return draft.build()


@attack(Code.SEAL_MISSING, Code.SEALED_FILE_MISSING)
def an_event_without_its_seal(lab: Lab) -> Files:
    return without(talk(lab).build(), "custody/000002.sha256")


@attack(Code.SEALED_TWICE)
def a_file_sealed_again_with_other_content(lab: Lab) -> Files:
    draft = talk(lab)
    again = f"{sha256(b'other')}  custody/000001.json\n".encode()
    draft.change["custody/000002.sha256"] = lambda data: data.replace(
        _line(data, b"custody/000001.sha256\n"), again + _line(data, b"custody/000001.sha256\n")
    )
    return draft.build()


def _line(data: bytes, end: bytes) -> bytes:
    return next(line for line in data.splitlines(keepends=True) if line.endswith(end))


@attack(Code.NOT_CUSTODIAN, Code.ACTORS_WRONG)
def an_event_by_a_stranger_with_a_good_certificate(lab: Lab) -> Files:
    draft = Draft(lab)
    draft.add("open", details={"title": "Uji"})
    draft.add("note", "pengawas-b", details={"text": "bukan saya"})
    draft.add("export")
    return draft.build()


@attack(Code.NOT_CUSTODIAN, Code.ACTORS_WRONG)
def a_holders_short_name_with_another_certificate(lab: Lab) -> Files:
    draft = talk(lab)
    other = draft.actor("ahli")
    draft.events[1]["actors"] = [{**other, "who": "penyidik-a"}]
    draft.keys["custody/000002.sha256.penyidik-a.p7s"] = "ahli"
    return draft.build()


@attack(Code.NOT_CUSTODIAN, Code.ACTORS_WRONG)
def a_disclosure_by_one_who_may_not(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    draft.add("disclose", "pengawas-b", details={"may_withhold": []})
    draft.add("export")
    return draft.build()


@attack(Code.NOT_CUSTODIAN, Code.ACTORS_WRONG)
def the_sender_goes_on_after_the_receiver_has_taken_over(lab: Lab) -> Files:
    draft = handed(lab)
    draft.events.pop()
    draft.add("export", "penyidik-a")
    return draft.build()


@attack(Code.NOT_CUSTODIAN, Code.ACTORS_WRONG)
def the_sender_accepts_for_the_receiver(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    draft.add("transfer", "penyidik-a", "pengawas-b", details={"to": ["pengawas-b"]})
    draft.add("receive", "penyidik-a", details={"transfer": 3, "outcome": "accepted"})
    draft.add("export", "penyidik-a")
    return draft.build()


@attack(Code.EVENT_OUT_OF_PLACE)
def something_is_added_while_a_transfer_waits(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    draft.add("transfer", "penyidik-a", "pengawas-b", details={"to": ["pengawas-b"]})
    draft.add("note", "penyidik-a", details={"text": "diam-diam"})
    draft.add("receive", "pengawas-b", details={"transfer": 3, "outcome": "accepted"})
    draft.add("export", "pengawas-b")
    return draft.build()


@attack(Code.EVENT_OUT_OF_PLACE)
def a_note_after_close(lab: Lab) -> Files:
    draft = Draft(lab)
    draft.add("open", details={"title": "Uji"})
    draft.add("close")
    draft.add("note", details={"text": "lagi"})
    draft.add("export")
    return draft.build()


@attack(Code.EVENT_OUT_OF_PLACE)
def a_second_open(lab: Lab) -> Files:
    draft = Draft(lab)
    draft.add("open", details={"title": "Uji"})
    draft.add("open", details={"title": "Uji lagi"})
    draft.add("export")
    return draft.build()


@attack(Code.ACTORS_WRONG)
def a_stranger_signs_beside_the_holder(lab: Lab) -> Files:
    draft = Draft(lab)
    draft.add("open", details={"title": "Uji"})
    draft.add("note", "penyidik-a", "pengawas-b", details={"text": "bersama"})
    draft.add("export")
    return draft.build()


@attack(Code.SEAL_HEADER_DIFFERS)
def a_header_that_names_another_type(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change["custody/000002.sha256"] = lambda data: data.replace(b"type=note", b"type=open")
    return draft.build()


@attack(Code.SEAL_HEADER_DIFFERS)
def a_header_that_names_another_signer(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change["custody/000002.sha256"] = lambda data: data.replace(
        b"signer penyidik-a", b"signer pengawas-b"
    )
    return draft.build()


@attack(Code.SIGNATURE_UNEXPECTED)
def a_signature_of_someone_who_is_not_named(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[3] = {
        f"custody/000002.sha256.ahli.p7s{end}": data
        for end, data in _signed_and_stamped(talk(lab), "custody/000002.sha256", "ahli").items()
    }
    return draft.build()


def _signed_and_stamped(draft: Draft, path: str, who: str) -> Files:
    signature = sign_detached(draft.build()[path], draft.people[who])
    return {"": signature, ".tsr": draft.lab.stamp(signature, START + 2 * BETWEEN + timedelta(minutes=1))}


@attack(Code.COUNTERSIGNATURE_PENDING)
def the_receiver_has_not_signed_yet(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    draft.add("transfer", "penyidik-a", "pengawas-b", details={"to": ["pengawas-b"]})
    draft.add("export")
    draft.change["custody/000003.sha256.pengawas-b.p7s"] = lambda _: None
    return draft.build()


@attack(Code.SIGNATURE_MISSING)
def the_receiver_accepted_and_never_signed_the_transfer(lab: Lab) -> Files:
    draft = handed(lab)
    draft.change["custody/000003.sha256.pengawas-b.p7s"] = lambda _: None
    return draft.build()


@attack(Code.SIGNATURE_MISSING)
def the_sender_did_not_sign_the_transfer(lab: Lab) -> Files:
    draft = handed(lab)
    draft.change["custody/000003.sha256.penyidik-a.p7s"] = lambda _: None
    return draft.build()


@attack()
def not_an_attack_a_transfer_refused(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    draft.add("transfer", "penyidik-a", "pengawas-b", details={"to": ["pengawas-b"]})
    draft.add("receive", "penyidik-a", details={"transfer": 3, "outcome": "refused"})
    draft.add("export")
    draft.change["custody/000003.sha256.pengawas-b.p7s"] = lambda _: None
    return draft.build()


@attack(Code.NOT_EXPORTED)
def not_an_attack_a_case_at_work(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    return draft.build()


@attack(Code.NO_EVENTS, Code.ITEM_UNKNOWN)
def no_log_at_all(lab: Lab) -> Files:
    return {p: d for p, d in plain(lab).build().items() if p.startswith("data/")}


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("log"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)


def _two_exports(lab: Lab, note: str = "catatan") -> Draft:
    draft = plain(lab)
    draft.add("note", details={"text": note})
    draft.add("export")
    return draft


def _head(files: Files, events: int) -> str:
    seal = sha256(files[f"custody/{events:06d}.sha256"])
    return printed_head(Head(case=CASE, events=events, seal=seal, signatures=()))


def test_truncation_shows_only_against_a_head(lab: Lab, tmp_path: Path) -> None:
    whole = _two_exports(lab).build()
    cut = write(without(whole, "custody/000004", "custody/000005"), tmp_path / "cut")
    assert [said.status for said in judge(cut, lab)] == ["PASSED", "PASSED"]
    assert [said.codes for said in judge(cut, lab, _head(whole, 5))] == [{Code.HEAD_DIFFERS}] * 2


def test_a_later_bundle_continues_an_earlier_head(lab: Lab, tmp_path: Path) -> None:
    whole = _two_exports(lab).build()
    both = judge(write(whole, tmp_path / "whole"), lab, _head(whole, 3))
    assert [said.status for said in both] == ["PASSED", "PASSED"]


def test_a_fork_does_not_continue_the_other_branchs_head(lab: Lab, tmp_path: Path) -> None:
    one, other = _two_exports(lab).build(), _two_exports(lab, "lain").build()
    both = judge(write(one, tmp_path / "one"), lab, _head(other, 5))
    assert [said.codes for said in both] == [{Code.HEAD_DIFFERS}] * 2


def test_a_mistyped_head_is_unreadable_not_different(lab: Lab, tmp_path: Path) -> None:
    files = plain(lab).build()
    head = _head(files, 3)
    assert parse_head(head).events == 3
    mistyped = head.replace("/3/", "/2/")
    both = judge(write(files, tmp_path / "plain"), lab, mistyped)
    assert [said.codes for said in both] == [{Code.HEAD_UNREADABLE}] * 2
