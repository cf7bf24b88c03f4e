"""Attacks on certificates as no authority issues them. Where openssl is laxer, docs/verdict-codes.md says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1_x509
from attacks import Attacks, Bench
from bundles import Files, sha256
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from forged import (
    Extension,
    Key,
    NoKeyAtAll,
    der,
    issued,
    new_key,
    resigned,
    signed_data,
    under_issuing,
    usage,
    with_key,
)
from talks import by, talk

from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()


# Certificates as no authority issues them.


def by_der(lab: Lab, certificate: bytes, key: Key, *chain: x509.Certificate) -> Files:
    """talk, by somebody whose certificate no library would write; it and its chain come in the signatures alone."""
    draft = talk(lab)
    others = [one.public_bytes(Encoding.DER) for one in chain or (lab.certificate("issuing"),)]
    for number, event in enumerate(draft.events, 1):
        event["actors"] = [{**event["actors"][0], "certificate": sha256(certificate)}]
        seal, seals = f"custody/{number:06d}.sha256", []  # type: ignore[var-annotated]
        draft.change[seal] = lambda data, seals=seals: seals.append(data) or data
        draft.change[f"{seal}.penyidik-a.p7s"] = lambda _, seals=seals: bytes(
            signed_data(seals[-1], certificate, key, others=others).dump()
        )
    return draft.build()


Body = asn1_x509.TbsCertificate


def strange(
    lab: Lab, change: Callable[[Body], bytes | None], *extensions: Extension, digest: str = "sha256"
) -> Files:
    key, authority = new_key(), lab.key("issuing")
    honest = issued(key, lab.certificate("issuing"), authority, *extensions)
    return by_der(lab, resigned(honest, authority, change, digest), key)


def _serial(number: int) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        body["serial_number"] = number

    return change


def _since(text: bytes) -> Callable[[Body], bytes]:
    def change(body: Body) -> bytes:
        body["validity"]["not_before"] = asn1_x509.Time({"general_time": datetime(2024, 1, 1, tzinfo=UTC)})
        written: bytes = body.dump(force=True)
        return written.replace(b"20240101000000Z", text)

    return change


def _first_version(body: Body) -> None:
    body["version"] = "v1"


def _nameless(body: Body) -> None:
    body["subject"] = asn1_x509.Name.build({})


def _no_text(body: Body) -> bytes:
    written: bytes = body.dump(force=True)
    return written.replace(b"Orang Lain", b"Orang \xff\xfe\xc0\xaf")


def _extension_twice(body: Body) -> None:
    one = {"extn_id": "key_usage", "critical": True, "extn_value": asn1_x509.KeyUsage({"digital_signature"})}
    body["extensions"] = [one, one]


def _usage_of_garbage(body: Body) -> bytes:
    written: bytes = body.dump(force=True)
    return written.replace(b"\x03\x02\x07\x80", b"junk")


NOT_READ, NOT_TRUSTED = (Code.SIGNATURE_INVALID,), (Code.SIGNER_NOT_TRUSTED,)
NOT_THEN = (Code.SIGNER_NOT_VALID_THEN,)
STRANGE: dict[str, tuple[Callable[[Body], bytes | None], tuple[Code, ...], tuple[Code, ...]]] = {
    "a negative serial number": (_serial(-5), NOT_READ, ()),
    "a serial number of zero": (_serial(0), NOT_READ, ()),
    "a serial number of 50 octets": (_serial(1 << 400), NOT_TRUSTED, ()),
    "the first version of X.509": (_first_version, NOT_TRUSTED, ()),
    "a date of the year 0": (_since(b"00000101000000Z"), NOT_READ, ()),
    "a date with a leap second": (_since(b"20231231235960Z"), NOT_READ, NOT_THEN),
    "a date that does not exist": (_since(b"20240230000000Z"), NOT_READ, NOT_THEN),
    "a date with an offset": (_since(b"202401010000+07"), NOT_READ, NOT_THEN),
    "a date in the other form": (_since(b"20240101000000Z"), NOT_TRUSTED, ()),
    "no name": (_nameless, NOT_TRUSTED, ()),
    "a name that is no text": (_no_text, NOT_TRUSTED, (Code.SIGNATURE_INVALID,)),
    "an extension twice": (_extension_twice, NOT_TRUSTED, NOT_TRUSTED),
}
for label, (change, codes, shell) in STRANGE.items():
    attack.add(
        f"a certificate with {label}", lambda lab, change=change: strange(lab, change), *codes, shell=shell
    )
attack.add(
    "a certificate with a key usage of garbage",
    lambda lab: strange(lab, _usage_of_garbage, usage("digital_signature")),
    Code.SIGNER_NOT_TRUSTED,
)
attack.add(
    "a certificate signed with SHA-1",
    lambda lab: strange(lab, lambda _: None, digest="sha1"),
    Code.SIGNER_NOT_TRUSTED,
)


@attack()
def not_an_attack_a_certificate_whose_signature_is_in_another_form(lab: Lab) -> Files:
    """ECDSA lets anybody make a second value of a signature; the event names one certificate by its digest."""
    key, authority = new_key(), lab.key("issuing")
    honest = issued(key, lab.certificate("issuing"), authority)
    loaded = asn1_x509.Certificate.load(honest.public_bytes(Encoding.DER))
    r, s = decode_dss_signature(loaded["signature_value"].native)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    loaded["signature_value"] = encode_dss_signature(r, order - s)
    return by_der(lab, loaded.dump(force=True), key)


# What a certificate is for.

SERVERS = ("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9", "1.2.3.4.5")
PERSONS = (
    "2.5.29.37.0",
    "1.3.6.1.5.5.7.3.2",
    "1.3.6.1.5.5.7.3.4",
    "1.3.6.1.5.5.7.3.36",
    "1.3.6.1.4.1.311.10.3.12",
    "1.2.840.113583.1.1.5",
)


def for_uses(*uses: str, critical: bool = False) -> Extension:
    return x509.ExtendedKeyUsage([x509.ObjectIdentifier(one) for one in uses]), critical


USES: dict[str, tuple[Extension, ...]] = {
    "web servers": (for_uses("1.3.6.1.5.5.7.3.1"), usage("digital_signature")),
    "programs": (for_uses("1.3.6.1.5.5.7.3.3"),),
    "timestamps": (for_uses("1.3.6.1.5.5.7.3.8", critical=True),),
    "OCSP answers": (for_uses("1.3.6.1.5.5.7.3.9"),),
    "all that persons do not do": (for_uses(*SERVERS),),
}
for label, given in USES.items():
    attack.add(
        f"a signer whose certificate is for {label}",
        lambda lab, given=given: by(lab, under_issuing(lab, *given)).build(),
        Code.SIGNER_NOT_TRUSTED,
    )
for person_use in PERSONS:
    attack.add(
        f"not an attack: a signer whose certificate is for {person_use} and for servers",
        lambda lab, one=person_use: by(
            lab, under_issuing(lab, for_uses(*SERVERS, one, critical=True))
        ).build(),
    )


# Keys.


def keyed(lab: Lab, key: Key, key_der: bytes, signing: Key | None = None) -> Files:
    authority = lab.key("issuing")
    honest = issued(key, lab.certificate("issuing"), authority)
    return by_der(lab, with_key(honest, authority, key_der), signing or key)


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _number(value: int) -> bytes:
    return bytes(core.Integer(value).dump())


def _oid(text: str) -> bytes:
    return bytes(core.ObjectIdentifier(text).dump())


POINT = 68  # octets of a BIT STRING with an uncompressed point of P-256


@attack(Code.ALGORITHM_REFUSED)
def a_curve_that_is_spelt_out(lab: Lab) -> Files:
    """P-256 itself, by its parameters: who may spell out a curve may spell out another one (CVE-2020-0601)."""
    p = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    n = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    base = ec.derive_private_key(1, ec.SECP256R1()).public_key()
    point = base.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    field = der(0x30, _oid("1.2.840.10045.1.1"), _number(p))
    curve = der(0x30, der(4, (p - 3).to_bytes(32)), der(4, b.to_bytes(32)))
    parameters = der(0x30, _number(1), field, curve, der(4, point), _number(n), _number(1))
    key = new_key()
    return keyed(lab, key, der(0x30, der(0x30, _oid("1.2.840.10045.2.1"), parameters), _spki(key)[-POINT:]))


@attack(Code.SIGNATURE_INVALID)
def a_point_at_infinity(lab: Lab) -> Files:
    key = new_key()
    return keyed(lab, key, der(0x30, _spki(key)[2:-POINT], b"\x03\x02\x00\x00"))


@attack(Code.SIGNATURE_INVALID)
def a_point_beside_the_curve(lab: Lab) -> Files:
    key = new_key()
    own = _spki(key)
    return keyed(lab, key, own[:-1] + bytes([own[-1] ^ 1]))


def rsa_key(modulus: int, exponent: int) -> bytes:
    inner = der(0x30, _number(modulus), _number(exponent))
    return der(0x30, der(0x30, _oid("1.2.840.113549.1.1.1"), b"\x05\x00"), der(3, b"\0", inner))


@attack()
def not_an_attack_an_rsa_exponent_of_3(lab: Lab) -> Files:
    return by(lab, under_issuing(lab, key=rsa.generate_private_key(3, 2048))).build()


@attack(Code.SIGNATURE_INVALID)
def an_rsa_exponent_of_2000_bits(lab: Lab) -> Files:
    """Every check would take seconds; openssl has a limit of 64 bits where the modulus is large."""
    key = rsa.generate_private_key(65537, 2048)
    modulus = key.public_key().public_numbers().n
    return keyed(lab, key, rsa_key(modulus, (1 << 2000) + 1))


@attack(Code.SIGNATURE_INVALID)
def an_rsa_modulus_of_17000_bits(lab: Lab) -> Files:
    key = rsa.generate_private_key(65537, 2048)
    return keyed(lab, key, rsa_key((1 << 17_000) + 1, 65537))


@attack(Code.SIGNATURE_INVALID, shell=(Code.ALGORITHM_REFUSED,))
def an_rsa_exponent_of_1(lab: Lab) -> Files:
    """With such a key everybody signs: the padded digest is its own signature."""
    key = rsa.generate_private_key(65537, 2048)
    modulus = key.public_key().public_numbers().n
    return keyed(lab, key, rsa_key(modulus, 1), NoKeyAtAll())  # type: ignore[arg-type]


@attack(Code.ALGORITHM_REFUSED)
def an_ed25519_key(lab: Lab) -> Files:
    key = ed25519.Ed25519PrivateKey.generate()
    return by_der(
        lab, issued(key, lab.certificate("issuing"), lab.key("issuing")).public_bytes(Encoding.DER), key
    )


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("certificates"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)
