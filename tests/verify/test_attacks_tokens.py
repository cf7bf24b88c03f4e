"""Attacks with tokens, by a trusted authority's own key in dishonest forms, and by authorities that are none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from attacks import Attacks, Bench
from bundles import BETWEEN, START, Draft, Files, write
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from forged import CA, STAMPS, UNTIL, Extension, Key, der, issued, new_key, token, usage
from talks import LAST_TOKEN, SIGNATURE, TOKEN, stamped_otherwise, talk

from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()


# Tokens by a trusted authority's own key, as no honest one makes them.

WHEN = START + 2 * BETWEEN + timedelta(seconds=5)


def stamped(lab: Lab, when: datetime | bytes = WHEN, path: str = TOKEN, **options: Any) -> Files:
    own = lab.certificate("tsa").public_bytes(Encoding.DER)
    return stamped_otherwise(lab, lambda data: token(data, when, own, lab.key("tsa"), **options), path)


attack.add("not an attack: a token made here by hand", stamped)
attack.add(
    "not an attack: a token with its certificate named by SHA-1", lambda lab: stamped(lab, ess_digest="sha1")
)
attack.add("not an attack: a token with an imprint by SHA-512", lambda lab: stamped(lab, imprint="sha512"))
attack.add(
    "a token with an imprint by SHA-1", lambda lab: stamped(lab, imprint="sha1"), Code.ALGORITHM_REFUSED
)
attack.add("a token with an imprint by MD5", lambda lab: stamped(lab, imprint="md5"), Code.ALGORITHM_REFUSED)

for label, (text, code) in {
    "not an attack: a fraction of a second": (b"20250301110005.25Z", None),
    "not an attack: a fraction of 4000 digits": (b"20250301110005." + b"3" * 4000 + b"Z", None),
    "a fraction that ends in zero": (b"20250301110005.50Z", Code.TIMESTAMP_INVALID),
    "a fraction of no digit": (b"20250301110005.Z", Code.TIMESTAMP_INVALID),
    "a comma": (b"20250301110005,25Z", Code.TIMESTAMP_INVALID),
    "a leap second": (b"20250301110060Z", Code.TIMESTAMP_INVALID),
    "hour 24": (b"20250301240005Z", Code.TIMESTAMP_INVALID),
    "a day that does not exist": (b"20250230110005Z", Code.TIMESTAMP_INVALID),
    "no seconds": (b"202503011100Z", Code.TIMESTAMP_INVALID),
    "an offset": (b"20250301180005+0700", Code.TIMESTAMP_INVALID),
    "no zone": (b"20250301110005", Code.TIMESTAMP_INVALID),
    "the year 0": (b"00000301110005Z", Code.TIMESTAMP_INVALID),
    "Unicode digits": ("\u0662025030111000Z".encode(), Code.TIMESTAMP_INVALID),
}.items():
    attack.add(
        f"a token's time with {label}", lambda lab, text=text: stamped(lab, text), *([code] if code else [])
    )


def _stated(*more: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda fields: [*fields, *more]


def _accuracy(**parts: int) -> bytes:
    return bytes(tsp.Accuracy(parts).dump())


def _authority(name: str) -> bytes:
    stated = asn1_x509.GeneralName("directory_name", asn1_x509.Name.build({"common_name": name}))
    return der(0xA0, stated.dump())


def _of_certificate(lab: Lab) -> bytes:
    subject = lab.certificate("tsa").subject.public_bytes()
    return der(0xA0, asn1_x509.GeneralName("directory_name", asn1_x509.Name.load(subject)).dump())


EXTENSION = der(0x30, core.ObjectIdentifier("1.2.3.4").dump(), b"\x01\x01\xff", der(4, b"\x05\x00"))
INFOS: dict[str, tuple[Code | None, Callable[[Lab], Callable[[list[bytes]], list[bytes]]]]] = {
    "not an attack: an accuracy": (None, lambda _: _stated(_accuracy(seconds=1, millis=500, micros=5))),
    "not an attack: a nonce": (None, lambda _: _stated(core.Integer(12345).dump())),
    "not an attack: its authority's name": (None, lambda lab: _stated(_of_certificate(lab))),
    "not an attack: an extension": (None, lambda _: _stated(der(0xA1, EXTENSION))),
    "another authority's name": (Code.TIMESTAMP_INVALID, lambda _: _stated(_authority("Badan Lain"))),
    "an accuracy of years": (Code.TIMESTAMP_INVALID, lambda _: _stated(_accuracy(seconds=10**9))),
    "a negative accuracy": (Code.TIMESTAMP_INVALID, lambda _: _stated(_accuracy(seconds=-5))),
    "an accuracy of 2000 milliseconds": (Code.TIMESTAMP_INVALID, lambda _: _stated(_accuracy(millis=2000))),
    "its fields out of order": (
        Code.TIMESTAMP_INVALID,
        lambda _: _stated(core.Integer(5).dump(), _accuracy(seconds=1)),
    ),
    "something that has no place in it": (Code.TIMESTAMP_INVALID, lambda _: _stated(der(4, b"hi"))),
    "another version": (
        Code.TIMESTAMP_INVALID,
        lambda _: lambda fields: [core.Integer(2).dump(), *fields[1:]],
    ),
    "no serial number": (Code.TIMESTAMP_INVALID, lambda _: lambda fields: [*fields[:3], fields[4]]),
}
for label, (code, info) in INFOS.items():
    attack.add(
        f"a token with {label}",
        lambda lab, info=info: stamped(lab, info=info(lab)),
        *([code] if code else []),
    )


def _two_signers(signed: cms.SignedData) -> None:
    signed["signer_infos"] = [signed["signer_infos"][0], signed["signer_infos"][0]]


def _unsigned(signed: cms.SignedData) -> None:
    attribute = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.Null()]})
    signed["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])


attack.add("a token with two signers", lambda lab: stamped(lab, change=_two_signers), Code.TIMESTAMP_INVALID)
attack.add("not an attack: a token with an unsigned attribute", lambda lab: stamped(lab, change=_unsigned))
attack.add(
    "not an attack: a token whose certificates are not sorted",
    lambda lab: stamped(
        lab, others=[lab.certificate(n).public_bytes(Encoding.DER) for n in ("tsa2", "time-root")]
    ),
)
FUTURE = datetime(2049, 1, 1, tzinfo=UTC)
attack.add("a token from a time that has not come", lambda lab: stamped(lab, FUTURE), Code.TIMESTAMP_AHEAD)
attack.add(
    "a last token from a time that has not come",
    lambda lab: stamped(lab, FUTURE, LAST_TOKEN),
    Code.TIMESTAMP_AHEAD,
)


# Authorities.


def by_authority(
    lab: Lab, *extensions: Extension, path: str = TOKEN, key: Key | None = None, until: datetime = UNTIL
) -> Files:
    """A token by an authority of one's making, under the caller's anchor for authorities."""
    key = key or new_key()
    above, above_key = lab.certificate("time-root"), lab.key("time-root")
    own = issued(key, above, above_key, *extensions, name="TSA Lain", until=until).public_bytes(Encoding.DER)
    return stamped_otherwise(
        lab, lambda data: token(data, WHEN + (BETWEEN if path == LAST_TOKEN else timedelta()), own, key), path
    )


def for_uses(*uses: x509.ObjectIdentifier, critical: bool = True) -> Extension:
    return x509.ExtendedKeyUsage(list(uses)), critical


STAMPING, MAIL = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION
AUTHORITIES: dict[str, tuple[Code | None, tuple[Extension, ...]]] = {
    "not an attack: nothing but its use": (None, (STAMPS,)),
    "not an attack: a key that does not repudiate": (None, (STAMPS, usage("content_commitment"))),
    "an extended key usage that is not critical": (
        Code.TSA_NOT_TRUSTED,
        (for_uses(STAMPING, critical=False),),
    ),
    "an extended key usage besides": (Code.TSA_NOT_TRUSTED, (for_uses(STAMPING, MAIL),)),
    "another extended key usage": (Code.TSA_NOT_TRUSTED, (for_uses(MAIL),)),
    "any extended key usage": (Code.TSA_NOT_TRUSTED, (for_uses(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE),)),
    "a key for encryption": (Code.TSA_NOT_TRUSTED, (STAMPS, usage("key_encipherment"))),
    "a key that certifies people": (
        Code.TSA_NOT_TRUSTED,
        (STAMPS, CA, usage("digital_signature", "key_cert_sign")),
    ),
}
for label, (code, extensions) in AUTHORITIES.items():
    attack.add(
        f"an authority with {label}",
        lambda lab, extensions=extensions: by_authority(lab, *extensions),
        *([code] if code else []),
    )
attack.add(
    "an authority with a weak key",
    lambda lab: by_authority(lab, STAMPS, key=rsa.generate_private_key(65537, 1024)),
    Code.ALGORITHM_REFUSED,
)
attack.add(
    "an authority on a curve that the format does not know",
    lambda lab: by_authority(lab, STAMPS, key=ec.generate_private_key(ec.SECP521R1())),
    Code.ALGORITHM_REFUSED,
)
SOON_OVER = datetime(2025, 6, 1, tzinfo=UTC)
attack.add(
    "not an attack: an authority that has expired, and whose token a later one binds",
    lambda lab: by_authority(lab, STAMPS, until=SOON_OVER),
)
attack.add(
    "an authority that has expired, and that nothing renewed",
    lambda lab: by_authority(lab, STAMPS, until=SOON_OVER, path=LAST_TOKEN),
    Code.TSA_EXPIRED,
)


@attack(Code.TSA_NOT_TRUSTED)
def a_token_that_brings_its_own_root(lab: Lab) -> Files:
    """Whoever builds a path from what comes along finds an anchor in the token itself; others have accepted such."""
    root_key, key = new_key(), new_key()
    root = issued(root_key, None, root_key, CA, name="Akar Waktu Palsu", serial=1)
    own = issued(key, root, root_key, STAMPS, name="TSA Palsu")
    chain = [own.public_bytes(Encoding.DER), root.public_bytes(Encoding.DER)]
    return stamped_otherwise(lab, lambda data: token(data, WHEN, chain[0], key, others=chain[1:]))


@attack(Code.TSA_NOT_TRUSTED)
def a_person_who_stamps_his_own_signature(lab: Lab) -> Files:
    """Signer and authority are one, with one certificate: it is one for signatures."""
    signer = talk(lab).people["penyidik-a"]
    own = signer.certificate.public_bytes(Encoding.DER)
    return stamped_otherwise(lab, lambda data: token(data, WHEN, own, signer.key))  # type: ignore[arg-type]


@attack(Code.TSA_NOT_TRUSTED)
def an_authority_with_the_signers_key(lab: Lab) -> Files:
    """The persons' issuer certified a person's key for timestamps: it may certify people, and may not state times."""
    signer = talk(lab).people["penyidik-a"]
    made = issued(signer.key, lab.certificate("issuing"), lab.key("issuing"), STAMPS, name="TSA Orang")  # type: ignore[arg-type]
    own = made.public_bytes(Encoding.DER)
    return stamped_otherwise(lab, lambda data: token(data, WHEN, own, signer.key))  # type: ignore[arg-type]


@attack()
def not_an_attack_a_twin_of_its_authoritys_certificate_before_it(lab: Lab) -> Files:
    """Of one issuer and serial number, in another key's name; the signed attributes name the second of the two."""
    own = lab.certificate("tsa")
    twin = issued(new_key(), lab.certificate("time-root"), lab.key("time-root"), serial=own.serial_number)
    assert twin.issuer == own.issuer
    encoded = twin.public_bytes(Encoding.DER)
    assert len(encoded) < len(
        own.public_bytes(Encoding.DER)
    )  # so that it stands first: a SET in DER is sorted
    return stamped(lab, others=[encoded])


def many_tokens(lab: Lab, highest: int) -> Files:
    """The second signature stamped by ``highest`` authorities, the first of them the earliest."""
    draft: Draft = talk(lab)
    signatures: list[bytes] = []
    draft.change[SIGNATURE] = lambda data: signatures.append(data) or data

    def stamps(data: bytes) -> bytes:
        later = lab.stamp(signatures[0], WHEN + timedelta(minutes=1))
        draft.late[3] = {f"{SIGNATURE}.{n}.tsr": later for n in range(2, highest + 1)}
        return data

    draft.change[TOKEN] = stamps
    return draft.build()


attack.add("not an attack: ninety-nine tokens over one signature", lambda lab: many_tokens(lab, 99))
attack.add("hundreds of tokens over one signature", lambda lab: many_tokens(lab, 300), Code.UNKNOWN_FILE)


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("tokens"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)


def test_of_ninety_nine_tokens_the_earliest_counts(lab: Lab, tmp_path: Path) -> None:
    folder = write(many_tokens(lab, 99), tmp_path / "b")
    verdict = verify(folder, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.events[1].proven.not_after == WHEN
