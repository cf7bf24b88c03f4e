"""Decades: a bundle whose certificates have all expired, with and without renewals, as both verifiers judge it.

The lab's certificates are short-lived (``lab/pki_short_lived.yml``). Mocks are of time alone: its authorities stamp in
process, as if asked at the moment that a test names; verify.sh asks a ``date`` that answers with the judging moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bundles import (
    Draft,
    Files,
    Said,
    judge_in_python,
    judge_in_shell,
    rederived,
    sha256,
    text,
    write,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code
from lab.pki import SHORT_LIVED, Lab

BEGIN = datetime(2025, 3, 1, 9, tzinfo=UTC)
RENEWALS = (
    datetime(2026, 6, 1, 9, tzinfo=UTC),
    datetime(2031, 6, 1, 9, tzinfo=UTC),
    datetime(2037, 6, 1, 9, tzinfo=UTC),
)
"""Each while the authority before is still certified: they expire in 2027, 2032, 2038 and 2044."""

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("short-lived"), SHORT_LIVED) as running:
        yield running


class Life(Draft):
    """A bundle of which each event has its own year and authority."""

    def live(
        self,
        kind: str,
        *by: str,
        at: datetime,
        tsa: str,
        details: dict[str, object] | None = None,
        **more: object,
    ) -> int:
        """Append an event; all tokens that come with it are of that moment and authority."""
        number = self.add(kind, *by, details=details, time=text(at), **more)  # type: ignore[arg-type]
        records = [f"custody/items/{item['item']:06d}.sha256" for item in self.events[-1]["items"]]
        for path in (*records, *(f"custody/{number:06d}.sha256.{who}.p7s" for who in by)):
            self.tsa[f"{path}.tsr"] = tsa
            self.when[f"{path}.tsr"] = at + timedelta(seconds=-10 if path in records else 5)
        return number


def begun(lab: Lab) -> Life:
    """open, acquire, export in 2025, by somebody and an authority certified until 2027."""
    life = Life(lab, start=BEGIN)
    life.items[1] = {"item.json": b'{"title":"x"}', "post.txt": b"Pilih Paslon A!\n"}
    life.live("open", "petugas-1", at=BEGIN, tsa="tsa-1", details={"title": "Uji"})
    life.live("acquire", "petugas-1", at=BEGIN + HOUR, tsa="tsa-1", items=[1])
    life.live("export", "petugas-1", at=BEGIN + 2 * HOUR, tsa="tsa-1")
    return life


def renewed(lab: Lab, times: int) -> Life:
    """Each renewal: the holder's next key, a renew event under the next authority, an export: three events."""
    life = begun(lab)
    for n, at in enumerate(RENEWALS[:times], 1):
        old, new, tsa = f"petugas-{n}", f"petugas-{n + 1}", f"tsa-{n + 1}"
        life.live("rekey", old, new, at=at, tsa=tsa, details={"replaced": old, "by": new})
        life.live("renew", new, at=at + HOUR, tsa=tsa)
        life.live("export", new, at=at + 2 * HOUR, tsa=tsa)
    return life


def crl(lab: Lab, issuer: str, revoked: str, since: datetime, at: datetime) -> Files:
    """A list of ``at`` that says that somebody's key was compromised, as a file under ``trust/``."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(lab.certificate(issuer).subject)
    entry = x509.RevokedCertificateBuilder().serial_number(lab.certificate(revoked).serial_number)
    entry = entry.revocation_date(since).add_extension(
        x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False
    )
    builder = (
        builder.last_update(at).next_update(at + timedelta(days=30)).add_revoked_certificate(entry.build())
    )
    der = builder.sign(lab.key(issuer), hashes.SHA256()).public_bytes(Encoding.DER)
    return {f"trust/{sha256(der)}.crl": der}


def both(life: Life | Files, lab: Lab, folder: Path, now: datetime) -> Said:
    """What both verifiers say at a moment; that they say the same is part of every test."""
    write(life.build() if isinstance(life, Life) else life, folder)
    python, shell = judge_in_python(folder, lab, now=now), judge_in_shell(folder, lab, now=now)
    assert (python.status, python.codes) == (shell.status, shell.codes), f"{python.text}\n---\n{shell.text}"
    return python


@pytest.mark.parametrize(("times", "year"), [(0, 2026), (1, 2031), (2, 2037), (3, 2040), (3, 2043)])
def test_a_renewed_bundle_passes_when_every_earlier_certificate_has_expired(
    times: int, year: int, lab: Lab, tmp_path: Path
) -> None:
    said = both(renewed(lab, times), lab, tmp_path / "b", datetime(year, 12, 1, tzinfo=UTC))
    assert (said.status, said.codes) == ("PASSED", set()), said.text


@pytest.mark.parametrize(("times", "year"), [(0, 2028), (1, 2033), (2, 2039), (3, 2045), (0, 2040)])
def test_without_the_next_renewal_the_question_is_open_again(
    times: int, year: int, lab: Lab, tmp_path: Path
) -> None:
    said = both(renewed(lab, times), lab, tmp_path / "b", datetime(year, 12, 1, tzinfo=UTC))
    assert said.status == "INDETERMINATE"
    assert said.codes == {Code.TSA_EXPIRED, Code.SIGNER_NOT_TRUSTED}, said.text


def test_the_times_that_were_proven_stay_proven(lab: Lab, tmp_path: Path) -> None:
    folder = write(renewed(lab, 3).build(), tmp_path / "b")
    anchors = Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    verdict = verify(folder, anchors, now=datetime(2040, 1, 1, tzinfo=UTC))
    assert verdict.items[0].proven.not_after == BEGIN + HOUR - timedelta(seconds=10)
    assert verdict.events[0].proven.not_after == BEGIN + timedelta(seconds=5)
    assert [event.type for event in verdict.events].count("renew") == 3


def test_renewed_too_late_is_as_if_it_had_not_been(lab: Lab, tmp_path: Path) -> None:
    """The authority expired in 2027; its tokens were bound in 2028. Nobody can tell who stamped in between."""
    life = begun(lab)
    life.live(
        "rekey",
        "petugas-1",
        "petugas-2",
        at=datetime(2026, 11, 1, tzinfo=UTC),
        tsa="tsa-1",
        details={"replaced": "petugas-1", "by": "petugas-2"},
    )
    life.live("renew", "petugas-2", at=datetime(2028, 1, 1, tzinfo=UTC), tsa="tsa-2")
    life.live("export", "petugas-2", at=datetime(2028, 1, 1, 1, tzinfo=UTC), tsa="tsa-2")
    said = both(life, lab, tmp_path / "b", datetime(2029, 1, 1, tzinfo=UTC))
    assert said.status == "INDETERMINATE"
    assert said.codes == {Code.TSA_EXPIRED, Code.SIGNER_NOT_TRUSTED}, said.text


def test_a_renewal_by_an_authority_that_you_do_not_trust_is_none(lab: Lab, tmp_path: Path) -> None:
    life = renewed(lab, 1)
    for path in [path for path, tsa in life.tsa.items() if tsa == "tsa-2"]:
        life.tsa[path] = "stranger-tsa"
    said = both(life, lab, tmp_path / "b", datetime(2028, 1, 1, tzinfo=UTC))
    assert said.status == "INDETERMINATE"
    assert said.codes == {Code.TSA_EXPIRED, Code.TSA_NOT_TRUSTED, Code.SIGNER_NOT_TRUSTED}, said.text


# Revocation of whom it rests on.


def test_an_authority_that_was_compromised_after_the_renewal_does_no_harm(lab: Lab, tmp_path: Path) -> None:
    life = renewed(lab, 2)
    life.late[7] = crl(lab, "time-root", "tsa-1", RENEWALS[0] + timedelta(days=60), RENEWALS[1])
    said = both(life, lab, tmp_path / "b", datetime(2033, 1, 1, tzinfo=UTC))
    assert (said.status, said.codes) == ("PASSED", set()), said.text


def test_an_authority_that_was_compromised_before_the_renewal_fails(lab: Lab, tmp_path: Path) -> None:
    life = renewed(lab, 1)
    life.late[4] = crl(lab, "time-root", "tsa-1", RENEWALS[0] - timedelta(days=60), RENEWALS[0])
    said = both(life, lab, tmp_path / "b", datetime(2028, 1, 1, tzinfo=UTC))
    assert said.status == "FAILED"
    assert Code.TSA_REVOKED in said.codes, said.text


def test_what_a_list_of_after_the_renewal_says_of_before_is_left_open(lab: Lab, tmp_path: Path) -> None:
    life = renewed(lab, 2)
    life.late[7] = crl(lab, "time-root", "tsa-1", RENEWALS[0] - timedelta(days=60), RENEWALS[1])
    said = both(life, lab, tmp_path / "b", datetime(2033, 1, 1, tzinfo=UTC))
    assert said.status == "INDETERMINATE"
    assert Code.REVOCATION_LATE in said.codes, said.text


def test_a_signer_who_was_revoked_later_signed_well(lab: Lab, tmp_path: Path) -> None:
    life = renewed(lab, 2)
    life.late[7] = crl(lab, "issuing-1", "petugas-1", RENEWALS[0] + timedelta(days=60), RENEWALS[1])
    said = both(life, lab, tmp_path / "b", datetime(2033, 1, 1, tzinfo=UTC))
    assert (said.status, said.codes) == ("PASSED", set()), said.text


def test_a_signer_who_had_been_revoked_fails_for_good(lab: Lab, tmp_path: Path) -> None:
    life = renewed(lab, 1)
    life.late[2] = crl(lab, "issuing-1", "petugas-1", BEGIN - timedelta(days=1), BEGIN)
    said = both(life, lab, tmp_path / "b", datetime(2028, 1, 1, tzinfo=UTC))
    assert said.status == "FAILED"
    assert Code.SIGNER_REVOKED in said.codes, said.text


# A renewal taken away.


def without(files: Files, gone: Callable[[str], bool]) -> Files:
    return rederived({path: data for path, data in files.items() if not gone(path)})


def test_a_renewal_that_is_taken_out_leaves_a_gap(lab: Lab, tmp_path: Path) -> None:
    files = without(renewed(lab, 1).build(), lambda path: path.startswith("custody/000005."))
    folder, now = write(files, tmp_path / "b"), datetime(2028, 1, 1, tzinfo=UTC)
    for said in (judge_in_python(folder, lab, now=now), judge_in_shell(folder, lab, now=now)):
        assert said.status == "FAILED"
        assert Code.EVENT_MISSING in said.codes, said.text


def test_a_bundle_cut_off_before_its_renewal_is_the_old_one(lab: Lab, tmp_path: Path) -> None:
    """Nothing is gained by it: what was renewed is open again. With a head it would be seen at once."""
    old = begun(lab).build()
    files = without(
        renewed(lab, 1).build(), lambda path: bool(re.match(r"custody/00000[456]", path)) or path not in old
    )
    said = both(files, lab, tmp_path / "b", datetime(2028, 1, 1, tzinfo=UTC))
    assert said.codes == {Code.TSA_EXPIRED, Code.SIGNER_NOT_TRUSTED}, said.text
