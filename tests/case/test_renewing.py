"""Renewing a case: over the network as a person does it, and through simulated decades.

The decades use the lab's short-lived certificates. What is mocked is time alone: the ledger's clock, and that of the
authority, which stamps in process as if it were asked at that moment. Revocation evidence is brought as files of then.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

import evidentia as ev
from evidentia.case import Case
from evidentia.custody.identity import Custodian
from evidentia.custody.party import Elsewhere
from evidentia.record.errors import (
    CustodyError,
    EvidentiaError,
    SignatureAwaited,
    SigningError,
    UsageError,
)
from evidentia.verify import Trust, verify
from lab.pki import SHORT_LIVED, Lab
from tests.program_runs import Done, Run, as_person, run_program


def trust(lab: Lab) -> Trust:
    return Trust.from_pem(str(lab.roots), str(lab.tsa_roots))


def notes(verdict: ev.Verdict) -> set[str]:
    return {note.code for note in verdict.notes}


def test_what_was_fetched_makes_it_known_that_nobody_was_revoked(case: Case, lab: Lab) -> None:
    case.note("catatan")
    case.export()
    assert "REVOCATION_UNKNOWN" in notes(verify(case.folder, trust(lab)))
    renewed = case.renew(fetch=True, private_network=True)
    assert renewed.event.type is ev.EventType.RENEW
    assert renewed.evidence.uncovered == ()
    case.export()
    verdict = verify(case.folder, trust(lab))
    assert verdict.status is ev.Status.PASSED
    assert "REVOCATION_UNKNOWN" not in notes(verdict)


def test_evidence_can_be_taken_in_before_an_export_binds_it(case: Case, lab: Lab) -> None:
    assert case.take_revocation(fetch=True, private_network=True).uncovered == ()
    assert case.unfinished.unbound
    case.export()
    verdict = verify(case.folder, trust(lab))
    assert (verdict.status, notes(verdict)) == (ev.Status.PASSED, {"LIVE_CASE", "NO_HEAD_GIVEN"})


def test_evidence_that_nothing_has_bound_yet_is_open_and_can_be_bound(case: Case) -> None:
    case.take_revocation(fetch=True, private_network=True)
    case.timestamp()
    assert case.events[-1].type is ev.EventType.TIMESTAMP
    case.take_revocation(fetch=True, private_network=True)
    assert case.unfinished.unbound == case.unfinished.interrupted > 0
    case.finish()
    assert case.unfinished.is_empty


def test_a_closed_case_can_be_renewed(case: Case, lab: Lab) -> None:
    case.close(reason="putusan telah tetap")
    case.renew(fetch=True, private_network=True)
    case.export()
    assert verify(case.folder, trust(lab)).status is ev.Status.PASSED


def test_where_the_key_is_elsewhere_the_renewal_waits_with_all_that_it_seals(case: Case) -> None:
    acts = case.custodian
    assert acts is not None
    case.custodian = Elsewhere(
        acts.who, acts.name, acts.role, acts.organisation, acts.certificate, (), tuple(acts.tsa)
    )
    with pytest.raises(SignatureAwaited, match="renew"):
        case.renew(fetch=True, private_network=True)
    with pytest.raises(SignatureAwaited):
        case.take_revocation(fetch=True, private_network=True)
    assert len(case.events) == 1


def test_without_sources_a_renewal_is_a_seal_and_a_timestamp(case: Case, lab: Lab) -> None:
    renewed = case.renew()
    assert renewed.evidence.asked == ()
    assert len(renewed.evidence.uncovered) == 3
    case.export()
    assert verify(case.folder, trust(lab)).status is ev.Status.PASSED


def test_what_was_pending_is_stamped_with_it(
    tmp_path: Path, person: Callable[..., Custodian], lab: Lab
) -> None:
    case = Case.create(
        tmp_path / "kasus-08", title="Uji", custodian=person("penyidik-a", "http://127.0.0.1:9/")
    )
    assert case.pending != ()
    assert len(case.silent) == 1
    case.custodian = person("penyidik-a")
    case.renew()
    assert case.pending == ()


def test_a_renewal_by_several_authorities_has_a_token_of_each(case: Case, lab: Lab, person: Any) -> None:
    who = lab.people["penyidik-a"]
    case.custodian = Custodian.from_pkcs12(
        who.p12, who.passphrase, tsa=(lab.tsa_url, lab.tsa2_url), who="penyidik-a"
    )
    number = case.renew().event.event
    stamps = sorted(path.name for path in (case.folder / "custody").glob(f"{number:06d}.sha256.*.tsr"))
    assert stamps == [f"{number:06d}.sha256.penyidik-a.p7s.2.tsr", f"{number:06d}.sha256.penyidik-a.p7s.tsr"]


def test_nothing_is_written_where_it_cannot_be_renewed(
    case: Case, lab: Lab, person: Callable[..., Custodian], letter: Path
) -> None:
    before = sorted(case.folder.rglob("*"))
    with pytest.raises(EvidentiaError, match="was not taken in"):
        case.renew([letter])
    with pytest.raises(UsageError, match="No such file"):
        case.renew([letter.with_name("tidak-ada.crl")])
    who = lab.people["penyidik-a"]
    case.custodian = Custodian.from_pkcs12(who.p12, who.passphrase, who="penyidik-a")
    with pytest.raises(UsageError, match="No timestamp authority"):
        case.renew()
    case.custodian = person("pengawas-b")
    with pytest.raises(CustodyError, match="NOT_CUSTODIAN"):
        case.renew(fetch=True, private_network=True)
    assert sorted(case.folder.rglob("*")) == before


def test_who_was_revoked_cannot_renew(tmp_path: Path, person: Callable[..., Custodian]) -> None:
    """``revoked`` signs all the same; an authority's answer says so now."""
    case = Case.create(tmp_path / "kasus-08", title="Uji", custodian=person("revoked"))
    with pytest.raises(CustodyError, match="was revoked"):
        case.renew(fetch=True, private_network=True)
    assert len(case.events) == 1


# As a command.


@pytest.fixture
def run(case: Case, lab: Lab) -> Run:
    def call(*arguments: str, **more: str) -> Done:
        return run_program(*arguments, environment=as_person(lab, case=str(case.folder)) | more)

    return call


def test_renew_says_whom_it_asked_and_what_it_took(run: Run, lab: Lab) -> None:
    done = run("renew", "--fetch-revocation", "--allow-private-network", "--json")
    said = json.loads(done.out)
    assert done.code == 0
    assert said["event"]["type"] == "renew"
    assert said["revocation"]["uncovered"] == []
    assert {asked["url"] for asked in said["revocation"]["asked"]} >= {lab.ocsp_url}
    assert all(path.startswith("trust/") for path in said["revocation"]["taken"])


def test_renew_says_of_whom_nothing_is_known_and_why(run: Run) -> None:
    done = run("renew", "--fetch-revocation")
    assert done.code == 3
    assert "not on the public internet" in done.err
    assert "CN=Penyidik A" in done.err


def test_renew_takes_files(run: Run, lab: Lab, tmp_path: Path) -> None:
    for issuer in ("issuing", "root", "time-root"):
        (tmp_path / f"{issuer}.crl").write_bytes(lab.crl(issuer))
    files = [f"--revocation={tmp_path / issuer}.crl" for issuer in ("issuing", "root", "time-root")]
    done = run("renew", *files, f"--revocation={lab.tsa_roots}")
    assert (done.code, done.err.strip()) == (0, "")
    assert "3 lists and answers" in done.out


def test_export_can_fetch_too(run: Run, case: Case, lab: Lab) -> None:
    said = json.loads(run("export", "--fetch-revocation", "--allow-private-network", "--json").out)
    assert said["revocation"]["uncovered"] == []
    assert json.loads(run("export", "--json").out)["revocation"] is None
    assert "REVOCATION_UNKNOWN" not in notes(verify(case.folder, trust(lab)))


def test_timestamp_without_an_authority_says_so(run: Run) -> None:
    done = run("timestamp", EVIDENTIA_TSA="")
    assert done.code == 2
    assert "No timestamp authority is named" in done.err


def test_why_an_authority_is_silent_is_said(run: Run) -> None:
    done = run("note", "catatan", "--tsa", "http://127.0.0.1:9/")
    assert done.code == 3
    assert "No timestamp from http://127.0.0.1:9/" in done.err
    said = json.loads(run("note", "catatan", "--tsa", "http://127.0.0.1:9/", "--json").out)
    assert "http://127.0.0.1:9/" in said["silent"][0]


# Decades.

YEARS = (datetime(2025, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC), datetime(2031, 6, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def decades(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("decades"), SHORT_LIVED) as running:
        yield running


class Clock:
    """The mock of time: where it stands, the ledger's clock and the authority's clock stand."""

    def __init__(self, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lab, self.at = lab, YEARS[0]
        monkeypatch.setattr("evidentia.custody.ledger.now", self.now)
        monkeypatch.setattr("evidentia.case.renewing.now", self.now)
        monkeypatch.setattr("evidentia.custody.timestamps.request_token", self.token)

    def now(self) -> datetime:
        self.at += timedelta(seconds=2)
        return self.at

    def token(self, data: bytes, url: str) -> bytes:
        return self.lab.stamp(data, self.now(), url)  # the "address" is the authority's name in the lab


def officer(lab: Lab, n: int) -> Custodian:
    who = lab.people[f"petugas-{n}"]
    return Custodian.from_pkcs12(who.p12, who.passphrase, tsa=f"tsa-{n}", who=f"petugas-{n}")


def lists_of(lab: Lab, folder: Path, at: datetime) -> list[Path]:
    """The CRLs that were current at a moment, with the authorities' root, as files."""
    folder.mkdir()
    for issuer in ("root", "issuing-1", "issuing-2", "time-root"):
        if lab.certificate(issuer).not_valid_before_utc < at:
            crl = x509.load_der_x509_crl(lab.crl(issuer, at))
            (folder / f"{issuer}.pem").write_bytes(crl.public_bytes(Encoding.PEM))
    shutil.copy(lab.tsa_roots, folder / "tsa-root.pem")
    return sorted(folder.iterdir())


def renew_in(case: Case, clock: Clock, n: int, folder: Path) -> None:
    """The n-th renewal: the holder's next key first, then the renewal with the next authority, then an export."""
    clock.at = YEARS[n]
    case.rekey(f"petugas-{n}", officer(clock.lab, n + 1), reason="masa berlaku berakhir")
    case.export()  # the next authority's certificate is in the case now: it can be asked about
    renewed = case.renew(lists_of(clock.lab, folder / f"daftar-{n}", clock.at))
    assert renewed.evidence.uncovered == ()
    case.export()


def test_a_case_that_was_renewed_in_time_passes_for_decades(
    decades: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(decades, monkeypatch)
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=officer(decades, 1))
    case.note("catatan")
    case.export()
    shutil.copytree(case.folder, tmp_path / "lama")
    for n in (1, 2):
        renew_in(case, clock, n, tmp_path)
    late = datetime(2037, 1, 1, tzinfo=UTC)
    verdict = verify(case.folder, trust(decades), now=late)
    assert (verdict.status, verdict.faults) == (ev.Status.PASSED, ())
    last = verdict.events[0].proven.not_after
    assert last is not None
    assert last < YEARS[0] + timedelta(minutes=1)
    old = verify(tmp_path / "lama", trust(decades), now=late)
    assert old.status is ev.Status.INDETERMINATE
    assert {fault.code for fault in old.faults} == {"TSA_EXPIRED", "SIGNER_NOT_TRUSTED"}


def test_what_was_renewed_continues_the_head_of_before(
    decades: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(decades, monkeypatch)
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=officer(decades, 1))
    head = case.export()
    renew_in(case, clock, 1, tmp_path)
    verdict = verify(case.folder, trust(decades), head=head, now=datetime(2030, 1, 1, tzinfo=UTC))
    assert verdict.status is ev.Status.PASSED


def test_an_expired_key_cannot_renew(decades: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(decades, monkeypatch)
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=officer(decades, 1))
    clock.at = datetime(2027, 6, 1, tzinfo=UTC)
    with pytest.raises(SigningError, match="expired on 2027-01-01"):
        case.renew()


def test_the_compromise_of_an_authority_that_was_renewed_in_time_is_a_note(
    decades: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(decades, monkeypatch)
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=officer(decades, 1))
    case.export()
    renew_in(case, clock, 1, tmp_path)
    clock.at = YEARS[1] + timedelta(days=90)
    revoked = x509.RevokedCertificateBuilder().serial_number(decades.certificate("tsa-1").serial_number)
    builder = x509.CertificateRevocationListBuilder().issuer_name(decades.certificate("time-root").subject)
    builder = builder.last_update(clock.at).next_update(clock.at + timedelta(days=30))
    builder = builder.add_revoked_certificate(revoked.revocation_date(clock.at - timedelta(days=1)).build())
    crl = builder.sign(decades.key("time-root"), hashes.SHA256()).public_bytes(Encoding.DER)
    (tmp_path / "baru.crl").write_bytes(crl)
    taken = case.take_revocation([tmp_path / "baru.crl"])
    assert "CN=Lab TSA of 2024" in next(iter(taken.revoked.values()))
    case.export()
    verdict = verify(case.folder, trust(decades), now=clock.at + timedelta(days=1))
    assert verdict.status is ev.Status.PASSED
    assert "REVOKED_LATER" in notes(verdict)
