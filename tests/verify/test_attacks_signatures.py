"""Attacks on signatures. The forger has what a forger can have: his own keys, old files, and a signer's good will.

Some of these a holder of the right key could make: what a signature says must not depend on who reads it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, cms, core
from attacks import Attacks, Bench
from bundles import Files, custodian, rederived, sha256
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from forged import attribute, ess, issued, new_key, pss_algorithm, signed_data, under_issuing
from talks import SEAL, SIGNATURE, by, signed_otherwise, talk

from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()


@attack(Code.SIGNATURE_MISSING, Code.SEALED_FILE_MISSING)
def a_signature_stripped(lab: Lab) -> Files:
    files = talk(lab).build()
    return rederived({p: d for p, d in files.items() if not p.startswith(SIGNATURE)})


@attack(Code.SIGNER_DIFFERS)
def signed_with_another_persons_key(lab: Lab) -> Files:
    draft = talk(lab)
    draft.keys[SIGNATURE] = "ahli"
    return draft.build()


@attack(Code.SIGNER_DIFFERS, Code.SIGNER_NOT_TRUSTED)
def signed_by_an_impostor_of_the_same_name(lab: Lab) -> Files:
    draft = talk(lab)
    draft.keys[SIGNATURE] = "impostor"
    return draft.build()


@attack(Code.SIGNATURE_INVALID, Code.SEALED_FILE_CHANGED)
def content_swapped_under_a_valid_signature(lab: Lab) -> Files:
    draft = talk(lab)
    files = draft.build()
    event = files["custody/000002.json"].replace(b'"catatan"', b'"lainnya"')
    return rederived(
        files
        | {
            "custody/000002.json": event,
            SEAL: files[SEAL].replace(sha256(files["custody/000002.json"]).encode(), sha256(event).encode()),
        }
    )


def openssl_signature(lab: Lab, tmp: Path, seal: bytes, *options: str, who: str = "penyidik-a") -> bytes:
    """A signature by openssl's command line, in forms that our own signer never writes."""
    (tmp / "seal").write_bytes(seal)
    certs, keys = lab.folder / "certs", lab.folder / "keys"
    command = ["openssl", "cms", "-sign", "-binary", "-in", str(tmp / "seal"), "-outform", "DER"]
    command += [
        "-signer",
        str(certs / f"{who}.pem"),
        "-inkey",
        str(keys / f"{who}.pem"),
        "-certfile",
        str(certs / "issuing.pem"),
    ]
    return subprocess.run([*command, *options], check=True, capture_output=True).stdout


OPENSSL_FORMS: dict[str, tuple[Code | None, tuple[str, ...]]] = {
    "not an attack: openssl's own CAdES": (None, ("-cades",)),
    "not an attack: SHA-512": (None, ("-cades", "-md", "sha512")),
    "no signingCertificateV2": (Code.SIGNATURE_INVALID, ()),
    "no signed attributes": (Code.SIGNATURE_INVALID, ("-noattr",)),
    "the content inside": (Code.SIGNATURE_INVALID, ("-cades", "-nodetach")),
    "SHA-1": (Code.ALGORITHM_REFUSED, ("-cades", "-md", "sha1")),
    "two signers": (Code.SIGNATURE_INVALID, ("-cades", "-signer", "{ahli}", "-inkey", "{ahli-key}")),
    "no certificate": (Code.SIGNATURE_INVALID, ("-cades", "-nocerts")),
    "not an attack: the signer named by key id": (None, ("-cades", "-keyid")),
}


def by_openssl(lab: Lab, options: tuple[str, ...]) -> Files:
    other = {"{ahli}": lab.folder / "certs" / "ahli.pem", "{ahli-key}": lab.folder / "keys" / "ahli.pem"}
    given = [str(other.get(option, option)) for option in options]
    return signed_otherwise(lab, lambda seal: openssl_signature(lab, lab.folder, seal, *given))


for label, (code, options) in OPENSSL_FORMS.items():
    attack.add(
        f"a signature with {label}",
        lambda lab, options=options: by_openssl(lab, options),
        *([code] if code else []),
    )


def rewritten(change: Callable[[cms.SignedData], None]) -> Callable[[bytes], bytes]:
    """A signature decoded, changed and encoded again."""

    def apply(data: bytes) -> bytes:
        info = cms.ContentInfo.load(data)
        signed = info["content"].copy()
        change(signed)
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump(force=True))

    return apply


def _twice(signed: cms.SignedData) -> None:
    attributes = signed["signer_infos"][0]["signed_attrs"]
    attributes.append(attributes[0].copy())


def _unsigned(signed: cms.SignedData) -> None:
    signed["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes(
        [cms.CMSAttribute({"type": "1.2.3.4", "values": [core.Null()]})]
    )


def _mismatch(signed: cms.SignedData) -> None:
    signed["signer_infos"][0]["signature_algorithm"] = algos.SignedDigestAlgorithm(
        {"algorithm": "sha384_ecdsa"}
    )


CHANGES: dict[str, tuple[Code, Callable[[bytes], bytes]]] = {
    "an attribute twice": (Code.SIGNATURE_INVALID, rewritten(_twice)),
    "an unsigned attribute": (Code.SIGNATURE_INVALID, rewritten(_unsigned)),
    "an algorithm that does not fit": (Code.ALGORITHM_REFUSED, rewritten(_mismatch)),
    "bytes after its end": (Code.SIGNATURE_INVALID, lambda data: data + b"\0"),
    "an indefinite length": (Code.SIGNATURE_INVALID, lambda data: data[:1] + b"\x80" + data[4:] + b"\0\0"),
    "nothing in it": (Code.SIGNATURE_INVALID, lambda data: b""),
    "a flipped bit in its value": (Code.SIGNATURE_INVALID, lambda data: data[:-1] + bytes([data[-1] ^ 1])),
}


def changed(lab: Lab, change: Callable[[bytes], bytes]) -> Files:
    draft = talk(lab)
    draft.change[SIGNATURE] = change
    return draft.build()


for label, (code, change) in CHANGES.items():
    attack.add(f"a signature with {label}", lambda lab, change=change: changed(lab, change), code)

# Signatures by the right key, in forms that no honest program writes.


def forged(lab: Lab, **options: Any) -> Files:
    """The second seal signed by the actor's own key, in another form."""
    signer = custodian(lab, "penyidik-a")
    own = signer.certificate.public_bytes(Encoding.DER)
    others = [one.public_bytes(Encoding.DER) for one in signer.chain]
    given = {"others": others} | options
    return signed_otherwise(lab, lambda seal: signed_data(seal, own, signer.key, **given).dump())


def _announce(*digests: str) -> Callable[[cms.SignedData], None]:
    def change(signed: cms.SignedData) -> None:
        signed["digest_algorithms"] = [{"algorithm": digest} for digest in digests]

    return change


def _other_ess(lab: Lab) -> bytes:
    return ess(lab.certificate("ahli").public_bytes(Encoding.DER))


def _of(kind: str, *values: Any) -> bytes:
    return bytes(cms.CMSAttribute({"type": kind, "values": list(values)}).dump())


NO_VALUES = bytes.fromhex("3007 0603 2a0304 3100".replace(" ", ""))
FORGED: dict[str, tuple[Code | None, Callable[[Lab], Files]]] = {
    "not an attack: one made here by hand": (None, forged),
    "not an attack: SHA-512 on P-256": (None, lambda lab: forged(lab, digest="sha512")),
    "not an attack: its certificate named by SHA-512": (None, lambda lab: forged(lab, ess_digest="sha512")),
    "not an attack: no certificate but the signer's": (None, lambda lab: forged(lab, others=())),
    "not an attack: attributes that are not sorted": (
        None,
        lambda lab: forged(lab, attributes=lambda made: sorted(made, reverse=True)),
    ),
    "not an attack: an attribute that nobody knows": (
        None,
        lambda lab: forged(lab, attributes=lambda made: sorted([*made, attribute("1.2.3.4", core.Null())])),
    ),
    "its certificate named by SHA-1": (Code.SIGNATURE_INVALID, lambda lab: forged(lab, ess_digest="sha1")),
    "another's certificate named": (
        Code.SIGNATURE_INVALID,
        lambda lab: forged(lab, attributes=lambda made: sorted([*made[:2], _other_ess(lab)])),
    ),
    "its certificate named twice": (
        Code.SIGNATURE_INVALID,
        lambda lab: forged(lab, attributes=lambda made: sorted([*made, _other_ess(lab)])),
    ),
    "no signed content type": (
        Code.SIGNATURE_INVALID,
        lambda lab: forged(lab, attributes=lambda made: sorted(made[1:])),
    ),
    "another signed content type": (
        Code.SIGNATURE_INVALID,
        lambda lab: forged(
            lab, attributes=lambda made: [_of("content_type", cms.ContentType("tst_info")), *made[1:]]
        ),
    ),
    "another content type": (Code.SIGNATURE_INVALID, lambda lab: forged(lab, kind="signed_data")),
    "an attribute of two values": (
        Code.SIGNATURE_INVALID,
        lambda lab: forged(
            lab,
            attributes=lambda made: [
                *made[1:],
                _of("content_type", cms.ContentType("data"), cms.ContentType("data")),
            ],
        ),
    ),
    "an attribute of no value": (
        Code.SIGNATURE_INVALID,
        lambda lab: forged(lab, attributes=lambda made: [*made, NO_VALUES]),
    ),
    "a digest that it does not announce": (
        Code.SIGNATURE_INVALID,
        lambda lab: forged(lab, change=_announce("sha512")),
    ),
    "no digest announced": (Code.SIGNATURE_INVALID, lambda lab: forged(lab, change=_announce())),
}

for label, (code, build) in FORGED.items():
    attack.add(f"a signature with {label}", build, *([code] if code else []))


def by_pss(lab: Lab, hash_name: str, mask: str, salt: int, mask_hash: hashes.HashAlgorithm) -> Files:
    """RSASSA-PSS with parameters of one's choice."""
    signer = under_issuing(lab, key=rsa.generate_private_key(65537, 2048))
    own = signer.certificate.public_bytes(Encoding.DER)
    scheme = padding.PSS(padding.MGF1(mask_hash), salt)

    def sign(seal: bytes) -> bytes:
        def change(signed: cms.SignedData) -> None:
            info = signed["signer_infos"][0]
            signing = info["signed_attrs"].dump()
            info["signature_algorithm"] = pss_algorithm(hash_name, mask, salt)
            key = signer.key
            assert isinstance(key, rsa.RSAPrivateKey)
            info["signature"] = key.sign(b"\x31" + signing[1:], scheme, hashes.SHA256())

        return bytes(signed_data(seal, own, signer.key, change=change).dump())

    return signed_otherwise(lab, sign, by(lab, signer), "orang")


attack.add(
    "not an attack: a signature with PSS", lambda lab: by_pss(lab, "sha256", "sha256", 32, hashes.SHA256())
)
attack.add(
    "a signature with PSS and mixed hashes",
    lambda lab: by_pss(lab, "sha256", "sha512", 32, hashes.SHA512()),
    Code.ALGORITHM_REFUSED,
    shell=(),  # openssl's command line does not show the parameters
)


@attack(Code.SIGNER_DIFFERS)
def one_key_in_two_certificates(lab: Lab) -> Files:
    """A person's key, certified again in another name: the event names the one, the signature brings the other."""
    first = custodian(lab, "penyidik-a")
    second = under_issuing(lab, key=first.key, name="Nama Lain")
    other = second.certificate.public_bytes(Encoding.DER)
    return signed_otherwise(lab, lambda seal: signed_data(seal, other, first.key).dump())


@attack()
def not_an_attack_a_twin_of_its_certificate_before_it(lab: Lab) -> Files:
    """Of one issuer and serial number, in another key's name; the signed attributes name the second of the two."""
    return twinned(lab, names_twin=False)


@attack(Code.SIGNATURE_INVALID)
def a_twin_of_its_certificate_that_the_attributes_name(lab: Lab) -> Files:
    return twinned(lab, names_twin=True)


def twinned(lab: Lab, *, names_twin: bool) -> Files:
    who, issuing = custodian(lab, "penyidik-a"), lab.certificate("issuing")
    own, serial = who.certificate.public_bytes(Encoding.DER), who.certificate.serial_number
    twin = issued(new_key(), issuing, lab.key("issuing"), serial=serial).public_bytes(Encoding.DER)
    assert len(twin) < len(own)  # so that it stands first: a SET in DER is sorted
    named, other = (twin, own) if names_twin else (own, twin)
    others = [other, issuing.public_bytes(Encoding.DER)]
    return signed_otherwise(lab, lambda seal: signed_data(seal, named, who.key, others=others).dump())


@attack(
    Code.SIGNATURE_INVALID,
    Code.TIMESTAMP_PENDING,
    shell=(Code.PDF_SIGNATURE_NOT_CHECKED, Code.TIMESTAMP_PENDING),
)
def a_pdf_signature_instead(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change[SIGNATURE] = lambda _: None
    draft.late[3] = {SIGNATURE.replace(".p7s", ".pdf"): b"%PDF-1.7"}
    return draft.build()


@attack(Code.SIGNATURE_UNEXPECTED)
def a_pdf_signature_beside(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[3] = {SIGNATURE.replace(".p7s", ".pdf"): b"%PDF-1.7"}
    return draft.build()


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("signatures"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)
