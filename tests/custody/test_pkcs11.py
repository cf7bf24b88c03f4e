"""Keys that stay in a token: SoftHSM2 as the token, filled by other people's programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

import evidentia as ev
from evidentia.custody.token_key import TokenKey, token_key_at
from evidentia.record.errors import MissingPart, SigningError, UsageError
from lab.cards import PIN, TOKEN, Card, Key, missing
from lab.pki import Lab

ROOT = Path(__file__).resolve().parents[2]


def _self_issued(key: Key, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(minutes=5)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    )
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).serial_number(7)
    builder = builder.public_key(key.public_key())
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=2))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(
        x509.KeyUsage(
            digital_signature=True, content_commitment=True, encipher_only=False, decipher_only=False, **usage
        ),
        critical=True,
    )
    return builder.sign(key, hashes.SHA256())


SELF_ISSUED: dict[str, Callable[[], Key]] = {
    "p-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa-3072": lambda: rsa.generate_private_key(65537, 3072),
    "rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
}


@pytest.fixture(scope="module")
def card(lab: Lab, tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]) -> Iterator[Card]:
    """Penyidik A's key with its chain, and some that vouch for themselves."""
    if find_spec("pkcs11") is None:
        absent("python-pkcs11 is not installed")
    if lack := missing():
        absent(lack)
    made = Card.new(tmp_path_factory.mktemp("card"))
    with pytest.MonkeyPatch.context() as environment:  # the library reads it once, when it is first loaded
        for name, value in made.environment.items():
            environment.setenv(name, value)
        chain = [lab.certificate(label) for label in ("penyidik-a", "issuing", "root")]
        made.put("penyidik-a", "01", lab.key("penyidik-a"), *chain)
        made.put("tertukar", "02", lab.key("ahli"), lab.certificate("pengawas-b"))
        made.put("tanpa-sertifikat", "03", lab.key("pengawas-b"))
        for number, (label, make) in enumerate(SELF_ISSUED.items(), 4):
            key = make()
            made.put(label, f"0{number}", key, _self_issued(key, f"Pejabat {label}"))
        yield made


def held(card: Card, label: str, pin: str = PIN, **more: str) -> ev.Custodian:
    """Who signs with a key in the card."""
    return ev.Custodian.from_pkcs11(card.module, TOKEN, label, pin, **more)


def whole_case(folder: Path, custodian: ev.Custodian) -> Path:
    case = ev.Case.create(folder / "kasus-07", title="Uji", custodian=custodian)
    (folder / "surat.txt").write_text("Kepada Pejabat 07")
    case.add(folder / "surat.txt", access=ev.Access.FORWARDED)
    case.report(language=ev.Language.INDONESIAN, purpose="uji")
    case.export()
    return case.folder


def test_a_whole_case_is_signed_by_a_token_and_passes_both_verifiers(
    card: Card, lab: Lab, tmp_path: Path
) -> None:
    custodian = held(card, "penyidik-a", tsa=lab.tsa_url)
    assert [one.subject for one in custodian.chain] == [
        lab.certificate("issuing").subject,
        lab.certificate("root").subject,
    ]
    folder = whole_case(tmp_path, custodian)
    verdict = ev.verify(folder, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert (verdict.status, verdict.faults) == (ev.Status.PASSED, ())
    second = [ROOT / "verify.sh", folder, lab.roots, lab.tsa_roots]
    done = subprocess.run([str(part) for part in second], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "PASSED"), done.stderr


def test_a_token_signs_a_seal_away_from_its_case(card: Card, lab: Lab, tmp_path: Path) -> None:
    """A newcomer with a smart card, on a machine that has no case folder."""
    who = lab.people["pengawas-b"]
    holder = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url)
    case = ev.Case.create(tmp_path / "kasus-07", title="Uji", custodian=holder)
    with pytest.raises(ev.SignatureAwaited):
        case.admit(ev.Party.from_certificate(lab.people["penyidik-a"].certificate), reason="surat tugas")
    seal = tmp_path / "segel"
    seal.write_bytes(case.seal_of()[1])
    command = [sys.executable, "-m", "evidentia", "seal-sign", seal, tmp_path / "segel.p7s"]
    command += ["--identity", card.address("penyidik-a")]
    environment = os.environ | {"EVIDENTIA_PASSPHRASE": PIN}
    done = subprocess.run(
        [str(one) for one in command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    case.take_signature((tmp_path / "segel.p7s").read_bytes(), tsa=(lab.tsa_url,))
    assert case.holders == ("pengawas-b", "penyidik-a")
    case.export()
    verdict = ev.verify(case.folder, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.status is ev.Status.PASSED


@pytest.mark.parametrize("label", ["p-384", "rsa-3072"])
def test_each_kind_of_key_that_a_token_may_hold_signs(
    card: Card, lab: Lab, tmp_path: Path, label: str
) -> None:
    custodian = held(card, label, tsa=lab.tsa_url)
    case = ev.Case.create(tmp_path / "kasus-08", title="Uji", custodian=custodian)
    case.export()
    anchor = custodian.certificate.public_bytes(Encoding.PEM)
    verdict = ev.verify(case.folder, ev.Trust.from_pem(anchor, lab.tsa_roots.read_bytes()))
    assert verdict.status is ev.Status.PASSED


def test_the_key_is_not_in_memory_and_the_pin_does_not_show(card: Card) -> None:
    custodian = held(card, "penyidik-a")
    assert isinstance(custodian.key, TokenKey)
    assert PIN not in repr(custodian) + repr(custodian.key)


@pytest.mark.parametrize("pin", ["000000", "", "1"])
def test_a_wrong_pin_is_told(card: Card, pin: str) -> None:
    with pytest.raises(SigningError, match="does not take this PIN") as told:
        held(card, "penyidik-a", pin)
    assert "lock themselves" in told.value.next_step
    assert held(card, "penyidik-a").name, "the right one still opens it"


def test_a_token_that_is_not_there(card: Card) -> None:
    with pytest.raises(SigningError, match="There is no token 'Kantor 08'"):
        ev.Custodian.from_pkcs11(card.module, "Kantor 08", "penyidik-a", PIN)


def test_a_module_that_is_not_there_or_is_none(card: Card, tmp_path: Path) -> None:
    (tmp_path / "x.so").write_bytes(b"not a library")
    for module in (tmp_path / "absent.so", tmp_path / "x.so"):
        with pytest.raises(SigningError, match="module cannot be loaded"):
            ev.Custodian.from_pkcs11(module, TOKEN, "penyidik-a", PIN)


def test_a_key_or_certificate_that_is_not_there(card: Card) -> None:
    with pytest.raises(SigningError, match="holds 0 keys called 'ahli'"):
        held(card, "ahli")
    with pytest.raises(SigningError, match="holds 0 certificates called 'tanpa-sertifikat'"):
        held(card, "tanpa-sertifikat")


def test_a_key_too_short_for_bundles(card: Card) -> None:
    with pytest.raises(SigningError, match="not signed with"):
        held(card, "rsa-2048")


def test_a_certificate_that_is_another_keys_signs_nothing(card: Card, tmp_path: Path) -> None:
    custodian = held(card, "tertukar")
    with pytest.raises(SigningError, match="is not the certificate's"):
        ev.Case.create(tmp_path / "kasus-09", title="Uji", custodian=custodian)
    assert not list((tmp_path / "kasus-09").rglob("*.p7s"))


def test_without_the_library_the_extra_is_named(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mock: the module is hidden from import, as on a machine that does not have it."""
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(MissingPart) as told:
        held(card, "penyidik-a")
    assert "[pkcs11]" in told.value.next_step


# The command line


def identity_show(identity: str, pin: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "evidentia", "identity", "show", identity, "--json"]
    environment = os.environ | {"EVIDENTIA_PASSPHRASE": pin}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout


def test_a_command_takes_a_key_by_its_address(card: Card, lab: Lab, tmp_path: Path) -> None:
    code, out = identity_show(card.address("penyidik-a"), PIN)
    assert (code, json.loads(out)["actor"]["name"]) == (0, lab.people["penyidik-a"].name)
    arguments = [
        "open",
        str(tmp_path / "kasus-10"),
        "--title",
        "Uji",
        "--identity",
        card.address("penyidik-a"),
    ]
    environment = os.environ | {"EVIDENTIA_PASSPHRASE": PIN, "EVIDENTIA_TSA": lab.tsa_url}
    done = subprocess.run(
        [sys.executable, "-m", "evidentia", *arguments], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "kasus-10").rglob("*.p7s"))) == 1


def test_a_command_tells_a_wrong_pin_and_a_wrong_address_apart(card: Card) -> None:
    code, out = identity_show(card.address("penyidik-a"), "000000")
    assert (code, json.loads(out)["error"]["kind"]) == (1, "SigningError")
    code, out = identity_show(card.address("penyidik-a").replace("object", "benda"), PIN)
    assert (code, json.loads(out)["error"]["kind"]) == (2, "UsageError")


def test_an_address_is_read_as_rfc_7512_writes_it() -> None:
    uri = "pkcs11:token=The%20Software%20PKCS%2311;object=my-key?module-path=/lib/p11.so"
    assert token_key_at(uri, "x") == TokenKey("/lib/p11.so", "The Software PKCS#11", "my-key", "x")


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("token=a;object=b?module-path=c", "begin"),
        ("pkcs11:token=a?module-path=c", "object is missing"),
        ("pkcs11:token=a;object=b", "module-path is missing"),
        ("pkcs11:token=a;object=b;object=c?module-path=d", "twice"),
        ("pkcs11:token=a;object=b;serial=c?module-path=d", "serial is not understood"),
        ("pkcs11:token=a;object=b?module-path=c&pin-value=1234", "PIN does not belong"),
    ],
)
def test_an_address_that_cannot_be_meant(uri: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as told:
        token_key_at(uri, "")
    assert "1234" not in str(told.value)


@given(st.text())
def test_any_other_text_is_no_address_and_no_traceback(text: str) -> None:
    with pytest.raises(UsageError):
        token_key_at(f"pkcs11:{text}", "")
