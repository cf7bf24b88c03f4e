"""Identities: every form in which a key comes, and which keys are turned away."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from evidentia.custody.identity import Custodian, Party, new_identity
from evidentia.record.errors import SigningError
from lab.pki import Lab


def test_a_modern_pkcs12_file_opens_with_its_passphrase(lab: Lab) -> None:
    person = lab.people["penyidik-a"]
    custodian = Custodian.from_pkcs12(person.p12, person.passphrase, tsa=lab.tsa_url)
    assert (custodian.who, custodian.name) == ("penyidik-a", "Penyidik A")
    assert custodian.organisation == "Lembaga Pengawas A"
    assert custodian.certificate == lab.certificate("penyidik-a")
    assert custodian.tsa == (lab.tsa_url,)
    assert not custodian.is_self_issued


def test_a_legacy_pkcs12_file_opens_too(lab: Lab, tmp_path: Path, program: Callable[[str], Path]) -> None:
    """3DES and RC2, as authorities still hand them out; written by openssl."""
    target = tmp_path / "legacy.p12"
    key, certificate = lab.folder / "keys" / "ahli.pem", lab.people["ahli"].certificate
    command = [program("openssl"), "pkcs12", "-export", "-legacy", "-inkey", key, "-in", certificate]
    subprocess.run([*command, "-out", target, "-passout", "pass:rahasia"], check=True, capture_output=True)
    assert Custodian.from_pkcs12(target, "rahasia").name == "Ahli Forensik"


@pytest.mark.parametrize("passphrase", ["salah", "", None])
def test_a_wrong_passphrase_is_said_and_nothing_else(lab: Lab, passphrase: str | None) -> None:
    with pytest.raises(SigningError, match="wrong passphrase") as told:
        Custodian.from_pkcs12(lab.people["ahli"].p12, passphrase)
    assert "salah" not in str(told.value)


def test_something_that_is_no_pkcs12_file(tmp_path: Path) -> None:
    (tmp_path / "x.p12").write_bytes(b"not a key")
    with pytest.raises(SigningError):
        Custodian.from_pkcs12(tmp_path / "x.p12", "x")
    with pytest.raises(SigningError, match="No such file"):
        Custodian.from_pkcs12(tmp_path / "absent.p12", "x")


def test_a_pkcs12_file_without_a_key(lab: Lab, tmp_path: Path) -> None:
    data = pkcs12.serialize_key_and_certificates(
        b"x", None, lab.certificate("ahli"), None, BestAvailableEncryption(b"x")
    )
    (tmp_path / "x.p12").write_bytes(data)
    with pytest.raises(SigningError, match="holds no key"):
        Custodian.from_pkcs12(tmp_path / "x.p12", "x")


def _encrypted(lab: Lab, label: str, target: Path) -> Path:
    key = load_pem_private_key((lab.folder / "keys" / f"{label}.pem").read_bytes(), None)
    target.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"rahasia"))
    )
    return target


def test_an_encrypted_pem_key_opens_with_its_passphrase_alone(lab: Lab, tmp_path: Path) -> None:
    key, certificate = _encrypted(lab, "ahli", tmp_path / "key.pem"), lab.people["ahli"].certificate
    assert Custodian.from_pem(key, certificate, "rahasia").name == "Ahli Forensik"
    for wrong in ("salah", None):
        with pytest.raises(SigningError):
            Custodian.from_pem(key, certificate, wrong)


def test_a_key_that_is_not_the_certificates(lab: Lab, tmp_path: Path) -> None:
    key = _encrypted(lab, "ahli", tmp_path / "key.pem")
    with pytest.raises(SigningError, match="not the certificate's"):
        Custodian.from_pem(key, lab.people["penyidik-a"].certificate, "rahasia")


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def _p12(key: Key, target: Path) -> Path:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Orang Lain")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    target.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, NoEncryption()))
    return target


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 2048),
        ec.generate_private_key(ec.SECP256K1()),
        ec.generate_private_key(ec.SECP521R1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["rsa-2048", "secp256k1", "p-521", "ed25519"],
)
def test_keys_that_bundles_are_not_signed_with(key: Key, tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="not signed with"):
        Custodian.from_pkcs12(_p12(key, tmp_path / "x.p12"), None)


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP384R1())], ids=["p-384"])
def test_keys_that_bundles_are_signed_with(key: Key, tmp_path: Path) -> None:
    assert Custodian.from_pkcs12(_p12(key, tmp_path / "x.p12"), None).is_self_issued


def test_a_new_identity_is_self_issued_kept_private_and_never_replaced(tmp_path: Path) -> None:
    target = tmp_path / "saya.p12"
    new_identity(target, "rahasia", name="Pejabat 07", organisation="Kantor")
    assert target.stat().st_mode & 0o777 == 0o600
    custodian = Custodian.from_pkcs12(target, "rahasia")
    assert (custodian.who, custodian.is_self_issued) == ("pejabat-07", True)
    before = target.read_bytes()
    with pytest.raises(SigningError, match="exists already"):
        new_identity(target, "rahasia", name="Pejabat 08")
    assert target.read_bytes() == before


def test_a_new_identity_without_passphrase_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="needs a passphrase"):
        new_identity(tmp_path / "x.p12", "", name="Pejabat 07")
    assert not (tmp_path / "x.p12").exists()


def test_a_key_does_not_show_in_a_custodians_text(lab: Lab) -> None:
    person = lab.people["ahli"]
    assert "key=" not in repr(Custodian.from_pkcs12(person.p12, person.passphrase))


def test_a_receiver_is_known_by_certificate_alone_in_pem_or_der(lab: Lab) -> None:
    pem = lab.people["pengawas-b"].certificate
    der = lab.certificate("pengawas-b").public_bytes(Encoding.DER)
    assert Party.from_certificate(pem).actor == Party.from_certificate(der).actor
    with pytest.raises(SigningError):
        Party.from_certificate(b"nothing")


def test_a_name_that_makes_no_short_name_needs_one_that_is_given(lab: Lab) -> None:
    with pytest.raises(SigningError, match="short name"):
        Party.from_certificate(lab.people["ahli"].certificate, who="Ahli Forensik")
    assert Party.from_certificate(lab.people["ahli"].certificate, who="ahli-1").who == "ahli-1"
