"""What the page on the meaning of PASSED admits. Where one of these fails, the verifier got better: mend the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_crl

import evidentia as ev

if TYPE_CHECKING:
    from lab.pki import Lab

LONG_AGO = datetime(2024, 2, 20, tzinfo=UTC)  # the certificates of the lab begin in 2024
EACH_ADMISSION_HAS_A_TEST = 9
PAGE = Path(__file__).resolve().parents[2] / "docs" / "what-a-pass-proves.md"


def custodian(lab: Lab, person: str = "penyidik-a") -> ev.Custodian:
    found = lab.people[person]
    return ev.Custodian.from_pkcs12(found.p12, found.passphrase, tsa=lab.tsa_url)


def anchors(lab: Lab) -> ev.Trust:
    return ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))


def exported(folder: Path, who: ev.Custodian) -> Path:
    case = ev.Case.create(folder / "contoh", title="Contoh", custodian=who)
    case.note("satu")
    case.export()
    return case.folder


def notes(verdict: ev.Verdict) -> set[str]:
    return {note.code for note in verdict.notes}


def test_each_marked_sentence_has_a_test() -> None:
    assert PAGE.read_text("utf-8").count("†") == EACH_ADMISSION_HAS_A_TEST + 1  # and once in the explanation


def test_a_copy_whose_note_names_another_original_passes_and_is_called_out(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The custodian's own program is altered, by a patch, to write a record into the note that was never sealed."""
    from evidentia.case import taking
    from evidentia.record.redaction import Sealed

    (tmp_path / "surat.txt").write_text("Pelapor 31 melihat Pejabat 07.")
    case = ev.Case.create(tmp_path / "contoh", title="Contoh", custodian=custodian(lab))
    letter = case.add(tmp_path / "surat.txt", access=ev.Access.FORWARDED)
    case.derive(letter, words=["Pelapor 31"], reason="identitas saksi")
    with monkeypatch.context() as dishonest:
        dishonest.setattr(taking, "Sealed", lambda **_: Sealed(item=1, path="data/000001/x", record="0" * 64))
        case.derive(letter, words=["Pelapor 31"], reason="identitas saksi")
    case.export()
    assert ev.verify(case.folder, anchors(lab)).status is ev.Status.PASSED
    page = (case.folder / "index.html").read_text("utf-8")
    assert page.count("The copy is bound to no evidence.") == 1
    assert page.count("Salinan ini tidak terikat pada barang bukti.") == 1


def test_a_first_claim_of_years_ago_is_only_noted(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mock clock: the ledger's ``now`` stands in for a machine that was set back, and is then set right."""
    from evidentia.custody import ledger

    with monkeypatch.context() as behind:
        behind.setattr(ledger, "now", lambda: LONG_AGO)
        case = ev.Case.create(tmp_path / "contoh", title="Contoh", custodian=custodian(lab))
    case.export()
    verdict = ev.verify(case.folder, anchors(lab))
    assert verdict.status is ev.Status.PASSED
    assert verdict.events[0].claimed.startswith("2024-")
    assert "CLAIM_UNBOUNDED" in notes(verdict)


def test_a_clock_that_stays_years_behind_leaves_the_question_open(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mock clock: the ledger's ``now`` stands in for a machine that was set back."""
    monkeypatch.setattr("evidentia.custody.ledger.now", lambda: LONG_AGO)
    verdict = ev.verify(exported(tmp_path, custodian(lab)), anchors(lab))
    assert verdict.status is ev.Status.INDETERMINATE
    assert {fault.code for fault in verdict.faults} == {"CLOCK_BEHIND"}
    assert verdict.events[1].proven.not_before is not None
    assert verdict.events[1].proven.not_before > LONG_AGO


def test_an_exhibit_that_says_something_else_passes(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exhibit is replaced by a liar's, as a dishonest holder would patch the program."""
    monkeypatch.setattr("evidentia.report.exhibit.exhibit_page", lambda _: "<p>Pejabat 99</p>")
    assert ev.verify(exported(tmp_path, custodian(lab)), anchors(lab)).status is ev.Status.PASSED


def test_a_signer_who_was_revoked_passes_where_no_list_came_along(lab: Lab, tmp_path: Path) -> None:
    verdict = ev.verify(exported(tmp_path, custodian(lab, "revoked")), anchors(lab))
    assert verdict.status is ev.Status.PASSED
    assert "REVOCATION_UNKNOWN" in notes(verdict)


def test_a_person_who_vouches_for_himself_passes_with_a_note(lab: Lab, tmp_path: Path) -> None:
    ev.new_identity(tmp_path / "sendiri.p12", "rahasia", name="Penyidik C")
    own = ev.Custodian.from_pkcs12(tmp_path / "sendiri.p12", "rahasia", tsa=lab.tsa_url)
    trust = ev.Trust.from_pem(own.certificate.public_bytes(Encoding.PEM), lab.tsa_roots.read_bytes())
    verdict = ev.verify(exported(tmp_path, own), trust)
    assert verdict.status is ev.Status.PASSED
    assert "NOT_CERTIFIED" in notes(verdict)


def test_an_authority_whose_certificate_has_expired_leaves_the_question_open(
    lab: Lab, tmp_path: Path
) -> None:
    from evidentia.verify import verify

    expired = lab.certificate("time-root").not_valid_after_utc.replace(year=2100)
    verdict = verify(exported(tmp_path, custodian(lab)), anchors(lab), now=expired)
    assert verdict.status is ev.Status.INDETERMINATE
    assert "TSA_EXPIRED" in {fault.code for fault in verdict.faults}


def test_of_the_last_authority_it_is_known_until_the_next_list_is_due(lab: Lab, tmp_path: Path) -> None:
    from evidentia.verify import verify

    case = ev.Case.create(tmp_path / "contoh", title="Contoh", custodian=custodian(lab))
    case.take_revocation(fetch=True, private_network=True)
    case.export()
    assert "REVOCATION_UNKNOWN" not in notes(ev.verify(case.folder, anchors(lab)))
    due = load_der_x509_crl(lab.crl("time-root")).next_update_utc
    assert due is not None
    assert "REVOCATION_UNKNOWN" in notes(verify(case.folder, anchors(lab), now=due + timedelta(days=1)))


def test_what_was_renewed_in_time_passes_when_all_of_before_has_expired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mocks of time alone: the ledger's clock, and authorities that stamp in process as if asked at that moment."""
    from evidentia.verify import verify
    from lab.pki import SHORT_LIVED, Lab

    clock = [datetime(2026, 3, 1, tzinfo=UTC)]

    def tick() -> datetime:
        clock[0] += timedelta(seconds=2)
        return clock[0]

    for where in ("custody.ledger", "case.renewing"):
        monkeypatch.setattr(f"evidentia.{where}.now", tick)
    with Lab(tmp_path / "pki", SHORT_LIVED) as lab:
        monkeypatch.setattr(
            "evidentia.custody.timestamps.request_token", lambda data, url: lab.stamp(data, tick(), url)
        )
        person = lab.people["petugas-2"]
        who = ev.Custodian.from_pkcs12(person.p12, person.passphrase, tsa="tsa-1")
        case = ev.Case.create(tmp_path / "contoh", title="Contoh", custodian=who)
        clock[0] = datetime(2026, 11, 1, tzinfo=UTC)  # tsa-1 expires with the year
        case.custodian = ev.Custodian.from_pkcs12(person.p12, person.passphrase, tsa="tsa-2")
        case.renew()
        case.export()
        verdict = verify(case.folder, anchors(lab), now=datetime(2031, 12, 1, tzinfo=UTC))
    assert verdict.status is ev.Status.PASSED
    assert verdict.events[0].proven.not_after == datetime(2026, 3, 1, 0, 0, 4, tzinfo=UTC)


def test_of_two_timestamps_over_one_signature_the_earlier_is_believed(lab: Lab, tmp_path: Path) -> None:
    """The second authority colludes: it states a time long before the first one's."""
    early = datetime(2024, 2, 20, tzinfo=UTC)
    case = ev.Case.create(tmp_path / "contoh", title="Contoh", custodian=custodian(lab))
    signature = next((case.folder / "custody").glob("*.p7s"))
    signature.with_name(f"{signature.name}.2.tsr").write_bytes(
        lab.stamp(signature.read_bytes(), early, "tsa2")
    )
    case.export()
    assert ev.verify(case.folder, anchors(lab)).events[0].proven.not_after == early
