"""The lab's PKI is accepted, and refused, by openssl and cryptography."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.ocsp import OCSPCertStatus, load_der_ocsp_response
from cryptography.x509.oid import ExtendedKeyUsageOID

from lab.pki import Lab

DATA = b"000001  data/000001/page.png\n"
BEFORE_REVOCATION = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def openssl(program: Callable[[str], Path]) -> Path:
    return program("openssl")


def ask(openssl: Path, url: str, folder: Path) -> bytes:
    """A token over DATA, asked for as openssl asks."""
    (folder / "data").write_bytes(DATA)
    query = folder / "query.tsq"
    subprocess.run(
        [openssl, "ts", "-query", "-data", folder / "data", "-sha256", "-cert", "-out", query],
        check=True,
        capture_output=True,
    )
    answer = requests.post(
        url, data=query.read_bytes(), headers={"Content-Type": "application/timestamp-query"}, timeout=10
    )
    assert answer.headers["Content-Type"] == "application/timestamp-reply"
    return answer.content


def openssl_accepts(openssl: Path, token: bytes, data: bytes, anchors: Path, folder: Path) -> bool:
    (folder / "data").write_bytes(data)
    (folder / "token.tsr").write_bytes(token)
    done = subprocess.run(
        [openssl, "ts", "-verify", "-data", folder / "data", "-in", folder / "token.tsr", "-CAfile", anchors],
        capture_output=True,
        text=True,
    )
    assert "Verification: " in done.stdout
    return done.returncode == 0


@pytest.mark.parametrize("tsa", ["tsa", "tsa2", "rsa-tsa"])
def test_openssl_accepts_a_token_from_each_authority(
    tsa: str, lab: Lab, openssl: Path, tmp_path: Path
) -> None:
    token = ask(openssl, lab.tsa_url_of(tsa), tmp_path)
    assert openssl_accepts(openssl, token, DATA, lab.tsa_roots, tmp_path)
    assert not openssl_accepts(openssl, token, DATA + b"x", lab.tsa_roots, tmp_path)


@pytest.mark.parametrize("tsa", ["no-eku-tsa", "impostor-tsa"])
def test_openssl_refuses_an_authority_that_is_none(tsa: str, lab: Lab, openssl: Path, tmp_path: Path) -> None:
    token = ask(openssl, lab.tsa_url_of(tsa), tmp_path)
    assert not openssl_accepts(openssl, token, DATA, lab.tsa_roots, tmp_path)


def test_the_anchor_for_people_does_not_vouch_for_time(lab: Lab, openssl: Path, tmp_path: Path) -> None:
    token = ask(openssl, lab.tsa_url, tmp_path)
    assert not openssl_accepts(openssl, token, DATA, lab.roots, tmp_path)


def test_token_in_process_states_the_chosen_time(lab: Lab, openssl: Path, tmp_path: Path) -> None:
    token = lab.stamp(DATA, BEFORE_REVOCATION)
    assert openssl_accepts(openssl, token, DATA, lab.tsa_roots, tmp_path)
    (tmp_path / "token.tsr").write_bytes(token)
    shown = subprocess.run(
        [openssl, "ts", "-reply", "-in", tmp_path / "token.tsr", "-text"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Time stamp: Mar  4 05:06:07 2025 GMT" in shown.stdout


@pytest.mark.parametrize("person", ["penyidik-a", "pengawas-b", "ahli", "revoked", "expired", "impostor"])
def test_key_file_opens_with_its_passphrase_and_holds_the_chain(person: str, lab: Lab) -> None:
    who = lab.people[person]
    store = pkcs12.load_pkcs12(who.p12.read_bytes(), who.passphrase.encode())
    assert store.key is not None
    assert store.cert is not None
    assert store.cert.certificate == x509.load_pem_x509_certificate(who.certificate.read_bytes())
    assert store.key.public_key() == store.cert.certificate.public_key()
    chain = [entry.certificate for entry in store.additional_certs]
    store.cert.certificate.verify_directly_issued_by(chain[0])
    assert chain[-1].issuer == chain[-1].subject
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_pkcs12(who.p12.read_bytes(), b"wrong")


def test_people_may_sign_and_nothing_else(lab: Lab) -> None:
    usage = lab.certificate("penyidik-a").extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign


def test_authorities_may_state_the_time_and_nothing_else(lab: Lab) -> None:
    usage = lab.certificate("tsa").extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    with pytest.raises(x509.ExtensionNotFound):
        lab.certificate("no-eku-tsa").extensions.get_extension_for_class(x509.ExtendedKeyUsage)


@pytest.mark.parametrize("issuer", ["root", "issuing", "time-root"])
def test_crl_is_signed_by_its_issuer_and_current(issuer: str, lab: Lab) -> None:
    crl = x509.load_der_x509_crl(lab.crl(issuer))
    key = lab.certificate(issuer).public_key()
    assert crl.is_signature_valid(key)  # type: ignore[arg-type]
    assert crl.next_update_utc is not None
    assert crl.last_update_utc <= datetime.now(UTC) < crl.next_update_utc


def test_revocation_is_in_the_crl_from_its_day_on(lab: Lab) -> None:
    serial = lab.certificate("revoked").serial_number
    before = x509.load_der_x509_crl(lab.crl("issuing", BEFORE_REVOCATION))
    now = x509.load_der_x509_crl(lab.crl("issuing"))
    assert before.get_revoked_certificate_by_serial_number(serial) is None
    assert now.get_revoked_certificate_by_serial_number(serial) is not None


def test_crl_over_http_is_the_one_in_process(lab: Lab) -> None:
    points = lab.certificate("penyidik-a").extensions.get_extension_for_class(x509.CRLDistributionPoints)
    full_name = points.value[0].full_name
    assert full_name is not None
    served = x509.load_der_x509_crl(requests.get(full_name[0].value, timeout=10).content)
    assert served.tbs_certlist_bytes == x509.load_der_x509_crl(lab.crl("issuing")).tbs_certlist_bytes


@pytest.mark.parametrize(
    ("person", "status"), [("penyidik-a", OCSPCertStatus.GOOD), ("revoked", OCSPCertStatus.REVOKED)]
)
def test_ocsp_knows_who_was_revoked(person: str, status: OCSPCertStatus, lab: Lab) -> None:
    assert load_der_ocsp_response(lab.ocsp(person)).certificate_status == status


@pytest.mark.parametrize(("person", "verdict"), [("penyidik-a", "good"), ("revoked", "revoked")])
def test_openssl_gets_the_same_ocsp_answer_over_http(
    person: str, verdict: str, lab: Lab, openssl: Path
) -> None:
    certs = lab.folder / "certs"
    done = subprocess.run(
        [
            *(openssl, "ocsp", "-url", lab.ocsp_url, "-CAfile", lab.roots, "-issuer", certs / "issuing.pem"),
            *("-cert", lab.people[person].certificate),
        ],
        capture_output=True,
        text=True,
    )
    assert "Response verify OK" in done.stderr
    assert f": {verdict}" in done.stdout


def test_expired_and_impostor_are_what_they_are_called(lab: Lab) -> None:
    assert lab.certificate("expired").not_valid_after_utc < datetime.now(UTC)
    impostor, real = lab.certificate("impostor"), lab.certificate("penyidik-a")
    assert impostor.subject == real.subject
    assert impostor.public_key() != real.public_key()
