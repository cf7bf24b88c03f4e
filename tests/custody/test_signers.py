"""Every kind of signer, and what is refused before anything is written: expired, not for signing, not the key's."""

from __future__ import annotations

import contextlib
import itertools
import logging
import subprocess
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import evidentia as ev
from evidentia.cli.identities import load_identity
from evidentia.custody.identity import Custodian, Elsewhere, Party
from evidentia.custody.identity_kind import kind_of
from evidentia.custody.token_key import TokenKey
from evidentia.record.errors import SigningError, UsageError
from evidentia.verify import Trust, verify
from lab.pki import Lab

SECRET = "rahasia-sekali-31337"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
KEYS: dict[str, Callable[[], Key]] = {
    "p-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa-3072": lambda: rsa.generate_private_key(65537, 3072),
}


def issued(
    lab: Lab,
    key: Key,
    *,
    days: tuple[int, int] = (-1, 30),
    signs: bool = True,
    usage: bool = True,
    uses: tuple[str, ...] = (),
) -> x509.Certificate:
    """A certificate by the lab's authority for Pejabat 07, valid between two days from now."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Pejabat 07")])
    start, end = (datetime.now(UTC) + timedelta(days=day) for day in days)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(lab.certificate("issuing").subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(end)
    if usage:
        off = ("data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only")
        value = x509.KeyUsage(
            digital_signature=signs,
            content_commitment=signs,
            key_encipherment=not signs,
            decipher_only=False,
            **dict.fromkeys(off, False),
        )
        builder = builder.add_extension(value, critical=True)
    if uses:
        listed = x509.ExtendedKeyUsage([x509.ObjectIdentifier(one) for one in uses])
        builder = builder.add_extension(listed, critical=False)
    return builder.sign(lab.key("issuing"), hashes.SHA256())


def pem(lab: Lab, folder: Path, key: Key, certificate: x509.Certificate) -> Path:
    """One file: the encrypted key, the certificate, its issuer."""
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(SECRET.encode()))
    chain = b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, lab.certificate("issuing")))
    (folder / "saya.pem").write_bytes(encrypted + chain)
    return folder / "saya.pem"


def modern(lab: Lab, folder: Path, key: Key, certificate: x509.Certificate) -> Path:
    """PKCS#12 with AES."""
    data = pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, [lab.certificate("issuing")], BestAvailableEncryption(SECRET.encode())
    )
    (folder / "saya.p12").write_bytes(data)
    return folder / "saya.p12"


def legacy(lab: Lab, folder: Path, key: Key, certificate: x509.Certificate) -> Path:
    """PKCS#12 with RC2 and 3DES, written by openssl."""
    source = pem(lab, folder, key, certificate)
    target = folder / "lama.p12"
    command = ["openssl", "pkcs12", "-export", "-legacy", "-in", str(source), "-out", str(target)]
    secret = f"pass:{SECRET}"
    subprocess.run([*command, "-passin", secret, "-passout", secret], check=True, capture_output=True)
    return target


FORMS = {"pem": pem, "pkcs12": modern, "pkcs12-legacy": legacy}


@pytest.mark.parametrize(("form", "kind"), list(itertools.product(FORMS, KEYS)))
def test_every_form_signs_with_every_kind_of_key(
    lab: Lab,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: Callable[[str], Path],
    form: str,
    kind: str,
) -> None:
    program("openssl")
    key = KEYS[kind]()
    file = FORMS[form](lab, tmp_path, key, issued(lab, key))
    monkeypatch.setenv("EVIDENTIA_PASSPHRASE", SECRET)
    acting = load_identity(str(file), tsa=(lab.tsa_url,))
    assert isinstance(acting, Custodian)
    case = ev.Case.create(tmp_path / "kasus-07", title="Uji", custodian=acting)
    case.export()
    said = verify(case.folder, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert (said.status, said.faults) == (ev.Status.PASSED, ())


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_passphrase_opens_nothing_and_no_passphrase_is_told(
    lab: Lab,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    program: Callable[[str], Path],
    form: str,
) -> None:
    program("openssl")
    caplog.set_level(logging.DEBUG)
    key = KEYS["p-256"]()
    file = FORMS[form](lab, tmp_path, key, issued(lab, key))
    monkeypatch.setenv("EVIDENTIA_PASSPHRASE", f"{SECRET}-salah")
    with pytest.raises(SigningError) as told:
        load_identity(str(file))
    assert told.value.next_step
    monkeypatch.setenv("EVIDENTIA_PASSPHRASE", SECRET)
    acting = load_identity(str(file), tsa=(lab.tsa_url,))
    ev.Case.create(tmp_path / "kasus-07", title="Uji", custodian=acting)  # type: ignore[arg-type]
    everything = "".join(traceback.format_exception(told.value)) + caplog.text + repr(acting)
    assert SECRET not in everything
    assert not [
        path
        for path in tmp_path.rglob("kasus-07/**/*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]


def test_no_option_of_any_command_takes_a_secret() -> None:
    from typer.main import get_command

    from evidentia.cli.app import command_line

    groups = [get_command(command_line())]
    while groups:
        group = groups.pop()
        groups += list(getattr(group, "commands", {}).values())
        names = {name.strip("-") for parameter in group.params for name in parameter.opts}
        assert not names & {"passphrase", "password", "pass", "pin", "secret", "key-password"}


def test_a_key_that_is_not_the_certificates(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mock for PKCS#12: neither cryptography nor openssl writes such a pair, but a file may hold one."""
    key, certificate = KEYS["p-256"](), issued(lab, KEYS["p-256"]())
    source = pem(lab, tmp_path, key, certificate)
    with pytest.raises(SigningError, match="not the certificate's"):
        Custodian.from_pem(source, source, SECRET)
    monkeypatch.setattr(pkcs12, "load_key_and_certificates", lambda *_: (key, certificate, []))
    with pytest.raises(SigningError, match="is not its certificate's"):
        Custodian.from_pkcs12(source, SECRET)


NOT_NOW = {
    "expired": ({"days": (-30, -1)}, "expired on"),
    "not valid yet": ({"days": (1, 30)}, "not valid before"),
    "for encryption": ({"signs": False}, r"not for signing \(key usage"),
    "for web servers": ({"uses": ("1.3.6.1.5.5.7.3.1",)}, r"not for signing \(extended key usage"),
}


@pytest.mark.parametrize("why", NOT_NOW)
def test_a_certificate_that_nobody_could_believe_signs_nothing(lab: Lab, tmp_path: Path, why: str) -> None:
    given, words = NOT_NOW[why]
    key = KEYS["p-256"]()
    file = modern(lab, tmp_path, key, issued(lab, key, **given))  # type: ignore[arg-type]
    acting = Custodian.from_pkcs12(file, SECRET, tsa=lab.tsa_url)
    with pytest.raises(SigningError, match=words) as told:
        ev.Case.create(tmp_path / "kasus-07", title="Uji", custodian=acting)
    assert told.value.next_step
    assert not list(tmp_path.rglob("000001.*"))


@pytest.mark.parametrize("why", NOT_NOW)
def test_a_case_is_not_handed_to_somebody_who_could_never_countersign(
    lab: Lab, tmp_path: Path, why: str
) -> None:
    given, words = NOT_NOW[why]
    who = lab.people["penyidik-a"]
    case = ev.Case.create(
        tmp_path / "kasus-07",
        title="Uji",
        custodian=Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url),
    )
    certificate = issued(lab, KEYS["p-256"](), **given)  # type: ignore[arg-type]
    party = Party.from_certificate(certificate.public_bytes(Encoding.DER))
    for step in (
        lambda: case.transfer(party, reason="klarifikasi"),
        lambda: case.admit(party, reason="surat tugas"),
    ):
        with pytest.raises(SigningError, match=words):
            step()
    assert len(ev.Case.open(case.folder).events) == 1
    assert case.unfinished.is_empty


def test_a_certificate_without_a_key_usage_may_sign(lab: Lab, tmp_path: Path) -> None:
    key = KEYS["p-256"]()
    file = modern(lab, tmp_path, key, issued(lab, key, usage=False))
    acting = Custodian.from_pkcs12(file, SECRET, tsa=lab.tsa_url)
    case = ev.Case.create(tmp_path / "kasus-07", title="Uji", custodian=acting)
    case.export()
    assert verify(case.folder, Trust.from_pem(str(lab.roots), str(lab.tsa_roots))).status is ev.Status.PASSED


def test_a_kind_of_key_that_verifiers_refuse_is_not_waited_for(lab: Lab, tmp_path: Path) -> None:
    """An official with P-521: every signature of theirs would be ALGORITHM_REFUSED."""
    who = lab.people["penyidik-a"]
    case = ev.Case.create(
        tmp_path / "kasus-07", title="Uji", custodian=Custodian.from_pkcs12(who.p12, who.passphrase)
    )
    certificate = issued(lab, ec.generate_private_key(ec.SECP521R1()))
    with pytest.raises(SigningError, match="verifiers refuse"):
        case.transfer(Party.from_certificate(certificate.public_bytes(Encoding.DER)), reason="x")


def test_an_rsa_key_of_2048_bits_may_be_elsewhere(lab: Lab) -> None:
    """Agencies still issue them; the format accepts them, and evidentia itself writes none."""
    certificate = issued(lab, rsa.generate_private_key(65537, 2048))
    assert Elsewhere.from_certificates(certificate.public_bytes(Encoding.PEM)).who == "pejabat-07"


def test_a_locked_token_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mock: SoftHSM2 never locks itself. The library's own error is raised where a card would raise it."""
    pkcs11 = pytest.importorskip("pkcs11")

    class Locked:
        def get_token(self, **_: str) -> Locked:
            return self

        def open(self, **_: str) -> object:
            raise pkcs11.exceptions.PinLocked

    monkeypatch.setattr(pkcs11, "lib", lambda _: Locked())
    with (
        pytest.raises(SigningError, match="is locked") as told,
        TokenKey("m.so", "Kantor 07", "tanda-tangan", SECRET).session(),
    ):
        pass
    assert "unlock" in told.value.next_step
    assert SECRET not in "".join(traceback.format_exception(told.value))


# What an identity is, is told by its bytes


def test_a_certificate_alone_acts_elsewhere(lab: Lab, tmp_path: Path) -> None:
    der = tmp_path / "sertifikat.p12"  # the name says nothing
    der.write_bytes(lab.certificate("ahli").public_bytes(Encoding.DER))
    for source in (lab.people["ahli"].certificate, der):
        assert isinstance(load_identity(str(source)), Elsewhere)


def test_a_plain_pem_key_asks_for_no_passphrase(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVIDENTIA_PASSPHRASE", raising=False)
    both = tmp_path / "ahli.pem"
    key = (lab.folder / "keys" / "ahli.pem").read_bytes()
    both.write_bytes(key + lab.people["ahli"].certificate.read_bytes())
    assert isinstance(load_identity(str(both)), Custodian)


def test_a_seal_is_not_signed_with_a_certificate_alone(lab: Lab) -> None:
    from evidentia.cli.identities import with_key

    with pytest.raises(UsageError, match="key is not here"):
        with_key(load_identity(str(lab.people["ahli"].certificate)))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_certificate_with_wrong_bytes_is_refused_in_words_or_read(lab: Lab, data: st.DataObject) -> None:
    changed = bytearray(lab.certificate("ahli").public_bytes(Encoding.DER))
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    kind_of(bytes(changed))
    with contextlib.suppress(SigningError):
        assert Party.from_certificate(bytes(changed)).name
