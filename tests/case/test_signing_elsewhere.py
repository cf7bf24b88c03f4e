"""People whose key is elsewhere: what they do is prepared, goes out to be signed, and stands once it came back.

Two programs stand in for the application of such an official: pyHanko, and one of the lab's that has openssl sign.
"""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.case import Case
from evidentia.case.signing_elsewhere import Taken
from evidentia.custody.identity import Custodian, Elsewhere, Party
from evidentia.custody.pdf_seal import seal_pdf
from evidentia.custody.signature import sign_seal
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError, SignatureAwaited, SigningError, UsageError
from evidentia.record.item import Access
from evidentia.record.verdict import Status
from lab.pdf_signers import sign_with_openssl, sign_with_pyhanko
from lab.pki import Lab

Person = Callable[..., Custodian]
VERIFY_SH = Path(__file__).resolve().parents[2] / "verify.sh"


@pytest.fixture
def official(lab: Lab) -> Elsewhere:
    """Pengawas B, of whom there is a certificate here and no key."""
    return Elsewhere.from_certificates(
        lab.people["pengawas-b"].certificate, tsa=lab.tsa_url, who="pengawas-b"
    )


def signed(case: Case, lab: Lab, person: str = "pengawas-b", event: int = 0) -> bytes:
    """What comes back when the seal that waits was signed in somebody's PDF application."""
    return sign_with_pyhanko(seal_pdf(*case.seal_of(event)), lab.people[person])


def through(case: Case, lab: Lab, step: Callable[[], object]) -> Taken:
    """A step of Pengawas B: prepared, signed elsewhere, taken in."""
    with pytest.raises(SignatureAwaited):
        step()
    return case.take_signature(signed(case, lab), tsa=(lab.tsa_url,))


def verdict(case: Path, lab: Lab) -> ev.Verdict:
    return ev.verify(case, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))


def in_shell(folder: Path, lab: Lab) -> tuple[int, set[str]]:
    command = [str(VERIFY_SH), str(folder), str(lab.roots), str(lab.tsa_roots)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, {line.split()[0] for line in done.stdout.splitlines() if line[0].isupper()}


@pytest.fixture
def theirs(case: Case, letter: Path, official: Elsewhere, lab: Lab) -> Case:
    """A case that Pengawas B has received, every signature of theirs made elsewhere."""
    case.add(letter, access=Access.FORWARDED)
    case.transfer(official, reason="klarifikasi")
    held = Case.open(case.folder, official)
    with pytest.raises(SignatureAwaited) as told:
        held.receive()
    assert (told.value.event, told.value.who) == (3, ("pengawas-b",)), "the transfer is countersigned first"
    assert held.take_signature(signed(held, lab), tsa=(lab.tsa_url,)).stamped
    through(held, lab, held.receive)
    return held


def test_an_official_receives_and_does_all_that_a_holder_does(
    theirs: Case, lab: Lab, letter: Path, person: Person, tmp_path: Path
) -> None:
    assert theirs.holders == ("pengawas-b",)
    through(theirs, lab, lambda: theirs.note("diperiksa"))
    through(theirs, lab, lambda: theirs.status("diregistrasi"))
    through(theirs, lab, lambda: theirs.add(letter, access=Access.FORWARDED))
    through(theirs, lab, lambda: theirs.disclose([1], reason="data pribadi"))
    bundle = tmp_path / "b.zip"
    through(theirs, lab, lambda: theirs.export(bundle))
    theirs.export(bundle)
    said = verdict(bundle, lab)
    assert (said.status, said.faults) == (Status.PASSED, ())
    assert verdict(theirs.folder, lab).status is Status.PASSED
    assert theirs.unfinished.is_empty
    code, codes = in_shell(theirs.folder, lab)
    assert (code, codes) == (3, {"PDF_SIGNATURE_NOT_CHECKED", "INDETERMINATE"})


def test_a_bundle_that_withholds_takes_two_signatures(theirs: Case, lab: Lab, tmp_path: Path) -> None:
    through(theirs, lab, lambda: theirs.disclose([1], reason="data pribadi"))
    bundle = tmp_path / "b.zip"
    through(theirs, lab, lambda: theirs.export(bundle, withhold=[1]))
    through(theirs, lab, lambda: theirs.export(bundle, withhold=[1]))
    theirs.export(bundle, withhold=[1])
    said = verdict(bundle, lab)
    assert said.status is Status.PASSED
    assert [item.withheld for item in said.items] == [True]
    assert verdict(theirs.folder, lab).status is Status.PASSED


def test_an_official_hands_on_and_takes_back(theirs: Case, lab: Lab, person: Person) -> None:
    through(theirs, lab, lambda: theirs.transfer(person("ahli"), reason="pemeriksaan"))
    expert = Case.open(theirs.folder, person("ahli"))
    expert.receive()
    expert.note("diperiksa")
    expert.transfer(theirs.custodian, reason="kembali")  # type: ignore[arg-type]
    back = Case.open(theirs.folder, theirs.custodian)
    with pytest.raises(SignatureAwaited):
        back.receive()
    back.take_signature(signed(back, lab), tsa=(lab.tsa_url,))
    through(back, lab, back.receive)
    through(back, lab, back.export)
    back.export()
    assert verdict(back.folder, lab).status is Status.PASSED


def test_a_transfer_that_was_refused_is_taken_back_elsewhere(theirs: Case, lab: Lab, person: Person) -> None:
    through(theirs, lab, lambda: theirs.transfer(person("ahli"), reason="pemeriksaan"))
    through(theirs, lab, lambda: theirs.receive(accept=False))
    through(theirs, lab, lambda: theirs.note("tetap di sini"))
    assert theirs.holders == ("pengawas-b",)


def test_until_it_is_signed_nothing_has_changed_and_nothing_can_follow(theirs: Case, lab: Lab) -> None:
    before = {path: path.read_bytes() for path in theirs.folder.rglob("custody/*") if path.is_file()}
    with pytest.raises(SignatureAwaited) as told:
        theirs.note("satu")
    assert told.value.next_step
    after = {path: path.read_bytes() for path in theirs.folder.rglob("custody/*") if path.is_file()}
    assert {path: data for path, data in after.items() if ".evidentia" not in path.parts} == before
    assert theirs.unfinished.awaited == ("custody/000005.sha256.pengawas-b",)
    assert not theirs.unfinished.is_empty
    for step in (
        lambda: theirs.note("dua"),
        theirs.export,
        lambda: theirs.add(theirs.folder / "custody" / "000001.json", access=Access.FORWARDED),
    ):
        with pytest.raises(SignatureAwaited, match="Event 5"):
            step()
    assert len(Case.open(theirs.folder).events) == 4
    assert theirs.unfinished.gathered == ()
    said = {fault.code for fault in verdict(theirs.folder, lab).faults}
    assert said == {"EVENT_PREPARED", "NOT_EXPORTED"}
    assert in_shell(theirs.folder, lab) == (3, {"INDETERMINATE", "PDF_SIGNATURE_NOT_CHECKED", *said})


def test_what_was_prepared_goes_on_after_the_program_ended(
    theirs: Case, lab: Lab, official: Elsewhere
) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.note("satu")
    later = Case.open(theirs.folder)  # nobody needs a key here to take a signature in
    assert later.take_signature(signed(later, lab), tsa=(lab.tsa_url,)).awaited == ()
    assert Case.open(theirs.folder).events[-1].details == {"text": "satu"}


def test_what_was_prepared_can_be_withdrawn(theirs: Case, lab: Lab) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.note("salah tulis")
    late = signed(theirs, lab)
    aside = theirs.withdraw()
    assert (theirs.folder / aside / "custody" / "000005.json").exists()
    assert theirs.unfinished.is_empty
    with pytest.raises(UsageError, match="No event waits"):
        theirs.take_signature(late)
    with pytest.raises(CustodyError, match="Nothing is prepared"):
        theirs.withdraw()
    through(theirs, lab, lambda: theirs.note("benar"))
    with pytest.raises((SigningError, CustodyError)):
        theirs.take_signature(late, event=5)
    assert theirs.events[-1].details == {"text": "benar"}


def test_an_item_that_waits_is_not_an_interruption(theirs: Case, lab: Lab, letter: Path) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.add(letter, access=Access.FORWARDED)
    assert theirs.unfinished.unsealed == ()
    theirs.take_signature(signed(theirs, lab), tsa=(lab.tsa_url,))
    assert [item.item for item in theirs.items()] == [1, 2]


def test_an_item_whose_event_was_withdrawn_is_brought_in_later(theirs: Case, lab: Lab, letter: Path) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.add(letter, access=Access.FORWARDED)
    theirs.withdraw()
    assert theirs.unfinished.unsealed == (2,)
    through(theirs, lab, theirs.finish)
    assert theirs.unfinished.is_empty


def test_a_signature_without_a_timestamp_is_pending_and_completed_later(theirs: Case, lab: Lab) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.note("satu")
    taken = theirs.take_signature(signed(theirs, lab))
    assert (taken.stamped, taken.awaited) == (False, ())
    assert theirs.unfinished.pending == (taken.path,)
    assert {fault.code for fault in verdict(theirs.folder, lab).faults} == {
        "TIMESTAMP_PENDING",
        "NOT_EXPORTED",
    }
    assert theirs.timestamp() == ()
    assert {fault.code for fault in verdict(theirs.folder, lab).faults} == {"NOT_EXPORTED"}


def test_a_timestamp_over_an_earlier_signature_is_asked_for_while_another_event_waits(
    theirs: Case, lab: Lab
) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.note("satu")
    first = signed(theirs, lab)
    theirs.take_signature(first)
    with pytest.raises(SignatureAwaited):
        theirs.note("dua")
    taken = theirs.take_signature(first, event=5, tsa=(lab.tsa_url,))
    assert (taken.stamped, taken.awaited) == (True, ())
    assert theirs.unfinished.awaited == ("custody/000006.sha256.pengawas-b",)
    theirs.take_signature(signed(theirs, lab), tsa=(lab.tsa_url,))
    through(theirs, lab, theirs.export)
    theirs.export()
    assert verdict(theirs.folder, lab).status is Status.PASSED


def test_openssl_signs_as_well(theirs: Case, lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.note("satu")
    made = sign_with_openssl(seal_pdf(*theirs.seal_of()), lab.people["pengawas-b"], lab, tmp_path)
    theirs.take_signature(made, tsa=(lab.tsa_url,))
    assert theirs.events[-1].type is EventType.NOTE


@pytest.mark.parametrize("who", ["ahli", "penyidik-a", "impostor"])
def test_somebody_elses_signature_is_not_taken(theirs: Case, lab: Lab, who: str) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.note("satu")
    with pytest.raises(SigningError, match="does not name"):
        theirs.take_signature(signed(theirs, lab, who), tsa=(lab.tsa_url,))
    assert theirs.unfinished.awaited


def test_a_signature_for_another_event_is_not_taken(theirs: Case, lab: Lab) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.note("satu")
    other = signed(theirs, lab)
    theirs.withdraw()
    with pytest.raises(SignatureAwaited):
        theirs.note("dua")
    with pytest.raises(SigningError, match="not the document"):
        theirs.take_signature(other)


def test_a_signature_is_taken_once(theirs: Case, lab: Lab) -> None:
    with pytest.raises(SignatureAwaited):
        theirs.note("satu")
    once, twice = signed(theirs, lab), signed(theirs, lab)
    theirs.take_signature(once, tsa=(lab.tsa_url,))
    before = sorted(theirs.folder.rglob("*"))
    theirs.take_signature(once, event=5, tsa=(lab.tsa_url,))  # the very same again
    with pytest.raises(CustodyError, match="waits for no signature"):
        theirs.take_signature(twice, event=5)
    assert sorted(theirs.folder.rglob("*")) == before


def test_a_case_is_not_opened_by_somebody_who_signs_elsewhere(official: Elsewhere, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="key is at hand"):
        Case.create(tmp_path / "kasus-08", title="Uji", custodian=official)
    assert not (tmp_path / "kasus-08").exists()


# A newcomer on another machine


def admitted_elsewhere(case: Case, person: Person, lab: Lab) -> bytes:
    """The holder prepares; the newcomer signs the bare seal on a machine of his own."""
    newcomer = Party.from_certificate(lab.people["ahli"].certificate, who="ahli")
    with pytest.raises(SignatureAwaited) as told:
        case.admit(newcomer, reason="surat tugas")
    assert told.value.who == ("ahli",), "the holder's key is at hand, and has signed"
    _, seal = case.seal_of()
    return sign_seal(seal, person("ahli"))[1]


def test_a_newcomer_signs_on_a_machine_of_his_own(case: Case, person: Person, lab: Lab) -> None:
    signature = admitted_elsewhere(case, person, lab)
    assert case.holders == ("penyidik-a",), "not before the newcomer has signed"
    assert case.take_signature(signature, tsa=(lab.tsa_url,)).stamped
    assert case.holders == ("ahli", "penyidik-a")
    Case.open(case.folder, person("ahli")).note("ikut memegang")
    case.export()
    assert verdict(case.folder, lab).status is Status.PASSED
    assert in_shell(case.folder, lab) == (0, {"PASSED"})


def test_a_newcomer_signs_with_a_pem_key(case: Case, person: Person, lab: Lab) -> None:
    who = lab.people["ahli"]
    newcomer = Party.from_certificate(who.certificate, who="ahli")
    with pytest.raises(SignatureAwaited):
        case.admit(newcomer, reason="surat tugas")
    key = Custodian.from_pem(lab.folder / "keys" / "ahli.pem", who.certificate, who="ahli")
    case.take_signature(sign_seal(case.seal_of()[1], key)[1], tsa=(lab.tsa_url,))
    assert case.holders == ("ahli", "penyidik-a")


def test_a_newcomer_may_sign_in_a_pdf_application(case: Case, lab: Lab) -> None:
    newcomer = Party.from_certificate(lab.people["ahli"].certificate, who="ahli")
    with pytest.raises(SignatureAwaited):
        case.admit(newcomer, reason="surat tugas")
    case.take_signature(signed(case, lab, "ahli"), tsa=(lab.tsa_url,))
    assert case.holders == ("ahli", "penyidik-a")


def test_a_key_is_replaced_by_one_on_another_machine(case: Case, person: Person, lab: Lab) -> None:
    new = Party.from_certificate(lab.people["pengawas-b"].certificate, who="pengawas-b")
    with pytest.raises(SignatureAwaited):
        case.rekey("penyidik-a", new, reason="kartu akan habis masa berlakunya")
    assert case.custodian is not None
    assert case.custodian.who == "penyidik-a"
    _, seal = case.seal_of()
    case.take_signature(sign_seal(seal, person("pengawas-b"))[1], tsa=(lab.tsa_url,))
    assert case.holders == ("pengawas-b",)
    with pytest.raises(CustodyError, match="NOT_CUSTODIAN"):
        case.note("dengan kunci lama")


def test_both_keys_of_an_admission_may_be_elsewhere(theirs: Case, person: Person, lab: Lab) -> None:
    newcomer = Party.from_certificate(lab.people["ahli"].certificate, who="ahli")
    with pytest.raises(SignatureAwaited) as told:
        theirs.admit(newcomer, reason="surat tugas")
    assert told.value.who == ("pengawas-b", "ahli")
    assert theirs.take_signature(signed(theirs, lab, "ahli"), tsa=(lab.tsa_url,)).awaited == ("pengawas-b",)
    assert theirs.holders == ("pengawas-b",)
    assert theirs.take_signature(signed(theirs, lab), tsa=(lab.tsa_url,)).awaited == ()
    assert theirs.holders == ("ahli", "pengawas-b")


def test_a_signature_over_another_seal_does_not_admit(case: Case, person: Person, lab: Lab) -> None:
    signature = admitted_elsewhere(case, person, lab)
    case.withdraw()
    newcomer = Party.from_certificate(lab.people["ahli"].certificate, who="ahli")
    with pytest.raises(SignatureAwaited):
        case.admit(newcomer, reason="surat tugas yang lain")
    with pytest.raises(SigningError, match="over other content"):
        case.take_signature(signature)
    for nonsense in (b"", b"not DER", signature[:-1]):
        with pytest.raises(SigningError):
            case.take_signature(nonsense)


def test_a_seal_is_signed_only_by_those_it_names(case: Case, person: Person, lab: Lab) -> None:
    admitted_elsewhere(case, person, lab)
    _, seal = case.seal_of()
    with pytest.raises(SigningError, match="does not name pengawas-b"):
        sign_seal(seal, person("pengawas-b"))
    with pytest.raises(ev.EvidentiaError, match="not the seal"):
        sign_seal(b"anything at all", person("ahli"))


# Interruptions


def test_what_is_half_in_place_is_finished(theirs: Case, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mock: the disk takes three files and then no more, once for every place at which it can stop."""
    with pytest.raises(SignatureAwaited):
        theirs.note("satu")
    made = signed(theirs, lab)
    for stop in range(1, 4):
        folder = theirs.folder.with_name(f"kasus-07-{stop}")
        shutil.copytree(theirs.folder, folder)
        case = Case.open(folder, theirs.custodian)
        stop_after(case, stop, monkeypatch)
        with pytest.raises(OSError, match="stop"):
            case.take_signature(made, tsa=(lab.tsa_url,))
        monkeypatch.undo()
        again = Case.open(folder, theirs.custodian)
        assert not again.unfinished.is_empty
        again.finish()
        assert again.unfinished.is_empty
        assert again.events[-1].details == {"text": "satu"}
        through(again, lab, again.export)
        again.export()
        assert verdict(folder, lab).status is Status.PASSED


def stop_after(case: Case, files: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from evidentia.custody.inventory import Inventory

    create, count = Inventory.create, iter(range(files))

    def limited(self: Inventory, path: str, data: bytes) -> None:
        if next(count, None) is None:
            raise OSError("stop")
        create(self, path, data)

    monkeypatch.setattr(Inventory, "create", limited)


def test_what_was_being_prepared_when_the_machine_stopped_never_waited(theirs: Case, lab: Lab) -> None:
    torn = theirs.folder / ".evidentia" / "preparing" / "custody"
    torn.mkdir(parents=True)
    (torn / "000005.json").write_bytes(b"{")
    assert Case.open(theirs.folder).unfinished.is_empty
    through(theirs, lab, lambda: theirs.note("satu"))


def test_something_that_is_no_event_where_one_is_prepared(theirs: Case) -> None:
    folder = theirs.folder / ".evidentia" / "prepared" / "custody"
    folder.mkdir(parents=True)
    (folder / "000005.json").write_bytes(b"{")
    with pytest.raises(CustodyError, match="cannot be read"):
        theirs.note("satu")
    theirs.withdraw()
    assert theirs.unfinished.is_empty


def test_a_prepared_event_never_travels(theirs: Case, lab: Lab, tmp_path: Path) -> None:
    """A bundle holds what stands; what waits stays behind."""
    through(theirs, lab, theirs.export)
    theirs.export()
    with pytest.raises(SignatureAwaited):
        theirs.note("satu")
    bundle = tmp_path / "b.zip"
    assert theirs.export(bundle).events == 5
    assert not [name for name in zipfile.ZipFile(bundle).namelist() if ".evidentia" in name]
    assert verdict(bundle, lab).status is Status.PASSED
