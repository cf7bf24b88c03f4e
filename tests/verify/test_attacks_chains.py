"""Attacks on the way from a certificate to an anchor: chains that lead nowhere, or that break their own rules."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from attacks import Attacks, Bench
from bundles import Draft, Files, judge_in_python, judge_in_shell, sha256, write
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from forged import (
    CA,
    Extension,
    Key,
    issued,
    new_key,
    person,
    under_issuing,
    usage,
)
from talks import by, talk

from evidentia.custody.identity import Custodian
from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()
SIGNS = usage("key_cert_sign")


def under(lab: Lab, *labels: str) -> Custodian:
    """A person certified by a certificate of the lab's plan."""
    key, chain = new_key(), [lab.certificate(label) for label in (*labels, "issuing", "root")]
    return person(issued(key, chain[0], lab.key(labels[0])), key, *chain)


@attack()
def not_an_attack_an_rsa_key(lab: Lab) -> Files:
    return by(lab, under_issuing(lab, key=rsa.generate_private_key(65537, 2048))).build()


@attack()
def not_an_attack_p384(lab: Lab) -> Files:
    return by(lab, under_issuing(lab, key=ec.generate_private_key(ec.SECP384R1()))).build()


@attack(Code.ALGORITHM_REFUSED)
def an_rsa_key_of_1024_bits(lab: Lab) -> Files:
    return by(lab, under_issuing(lab, key=rsa.generate_private_key(65537, 1024))).build()


@attack(Code.ALGORITHM_REFUSED)
def a_curve_that_the_format_does_not_know(lab: Lab) -> Files:
    return by(lab, under_issuing(lab, key=ec.generate_private_key(ec.SECP256K1()))).build()


@attack(Code.SIGNER_NOT_TRUSTED)
def a_certificate_issued_by_a_person(lab: Lab) -> Files:
    return by(lab, under(lab, "penyidik-a")).build()


@attack(Code.SIGNER_NOT_TRUSTED)
def a_certificate_for_encryption_only(lab: Lab) -> Files:
    return by(lab, under_issuing(lab, usage("key_encipherment"))).build()


@attack(Code.SIGNER_NOT_TRUSTED)
def a_root_that_the_bundle_brings_along(lab: Lab) -> Files:
    return talk(lab, "impostor").build()


@attack()
def not_an_attack_expired_since_and_stamped_before(lab: Lab) -> Files:
    return talk(lab, "expired", datetime(2024, 6, 1, tzinfo=UTC)).build()


@attack(Code.SIGNER_NOT_VALID_THEN)
def signed_after_expiry(lab: Lab) -> Files:
    return talk(lab, "expired").build()


def with_crl(lab: Lab, draft: Draft) -> Files:
    crl = lab.crl("issuing", datetime(2025, 9, 1, tzinfo=UTC))
    draft.late[2] = {f"trust/{sha256(crl)}.crl": crl}  # seal 2 lists the first signature
    return draft.build()


@attack()
def not_an_attack_revoked_later(lab: Lab) -> Files:
    return with_crl(lab, talk(lab, "revoked", datetime(2025, 3, 1, tzinfo=UTC)))


@attack(Code.SIGNER_REVOKED)
def revoked_before(lab: Lab) -> Files:
    return with_crl(lab, talk(lab, "revoked", datetime(2025, 7, 1, tzinfo=UTC)))


@attack(Code.TRUST_FILE_MALFORMED)
def a_trust_file_that_is_not_what_its_name_says(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[3] = {
        f"trust/{sha256(b'x')}.cer": b"x",
        f"trust/{sha256(b'y')}.crl": b"y",
        f"trust/{sha256(b'z')}.ocsp": b"z",
    }
    return draft.build()


# Chains.


class Between(NamedTuple):
    """An authority between the lab's and a person."""

    certificate: x509.Certificate
    key: Key

    @classmethod
    def of(cls, lab: Lab, by: str, *extensions: Extension, key: Key | None = None) -> Between:
        """One certified by an authority of the lab's plan."""
        key = key or new_key()
        return cls(issued(key, lab.certificate(by), lab.key(by), *extensions, name="Antara", serial=99), key)

    def person(
        self, lab: Lab, *extensions: Extension, chain: tuple[x509.Certificate, ...] | None = None
    ) -> Custodian:
        """Somebody whom it certifies."""
        key = new_key()
        above = (
            (self.certificate, lab.certificate("issuing"), lab.certificate("root"))
            if chain is None
            else chain
        )
        return person(issued(key, self.certificate, self.key, *extensions), key, *above)


def between(lab: Lab, by_label: str, *extensions: Extension, key: Key | None = None) -> Files:
    return by(lab, Between.of(lab, by_label, *extensions, key=key).person(lab)).build()


@attack()
def not_an_attack_an_authority_between(lab: Lab) -> Files:
    return between(lab, "root", CA, SIGNS)


@attack(Code.SIGNER_NOT_TRUSTED)
def a_longer_path_than_an_authority_allows(lab: Lab) -> Files:
    """The lab's issuing authority has a path length of 0: it certifies people, and no further authority."""
    return between(lab, "issuing", CA, SIGNS)


@attack(Code.SIGNER_NOT_TRUSTED)
def an_issuer_that_is_no_authority(lab: Lab) -> Files:
    return between(lab, "root", (x509.BasicConstraints(ca=False, path_length=None), True), SIGNS)


@attack(Code.SIGNER_NOT_TRUSTED)
def an_issuer_that_says_nothing_of_being_an_authority(lab: Lab) -> Files:
    return between(lab, "root")


@attack(Code.SIGNER_NOT_TRUSTED)
def an_issuer_that_is_an_authority_by_its_key_usage_alone(lab: Lab) -> Files:
    return between(lab, "root", SIGNS)


@attack(Code.SIGNER_NOT_TRUSTED)
def an_issuer_whose_key_usage_allows_no_certificates(lab: Lab) -> Files:
    return between(lab, "root", CA, usage("crl_sign"))


@attack(Code.SIGNER_NOT_TRUSTED)
def an_issuer_with_an_extension_that_nobody_knows(lab: Lab) -> Files:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")
    return between(lab, "root", CA, SIGNS, (unknown, True))


@attack(Code.SIGNER_NOT_TRUSTED)
def an_issuer_with_a_weak_key(lab: Lab) -> Files:
    return between(lab, "root", CA, SIGNS, key=rsa.generate_private_key(65537, 1024))


@attack(Code.SIGNER_NOT_TRUSTED, shell=())
def an_issuer_with_ed25519(lab: Lab) -> Files:
    return between(lab, "root", CA, SIGNS, key=ed25519.Ed25519PrivateKey.generate())


def constrained(lab: Lab, permitted: x509.Name) -> Files:
    """A person of the name "Orang Lain" below an authority that may certify other names, or none but such."""
    limits = x509.NameConstraints([x509.DirectoryName(permitted)], None)
    return between(lab, "root", CA, SIGNS, (limits, True))


@attack(Code.SIGNER_NOT_TRUSTED)
def a_name_that_the_authority_may_not_certify(lab: Lab) -> Files:
    return constrained(lab, x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lembaga A")]))


@attack(Code.SIGNER_NOT_TRUSTED)
def a_mail_address_that_the_authority_may_not_certify(lab: Lab) -> Files:
    limits = x509.NameConstraints([x509.RFC822Name("lembaga-a.example")], None)
    inner = Between.of(lab, "root", CA, SIGNS, (limits, True))
    address = x509.SubjectAlternativeName([x509.RFC822Name("orang@lembaga-b.example")])
    return by(lab, inner.person(lab, (address, False))).build()


@attack(Code.SIGNER_NOT_TRUSTED)
def a_chain_whose_middle_is_not_there(lab: Lab) -> Files:
    inner = Between.of(lab, "root", CA, SIGNS)
    return by(lab, inner.person(lab, chain=())).build()


@attack()
def not_an_attack_an_issuer_that_two_roots_certify(lab: Lab) -> Files:
    """Cross-certified: one of its two certificates leads to the caller's anchor, the other one to a stranger."""
    inner = Between.of(lab, "root", CA, SIGNS)
    strange = new_key()
    stranger = issued(strange, None, strange, CA, SIGNS, name="Akar Lain")
    other = issued(inner.key, stranger, strange, CA, SIGNS, name="Antara", serial=100)
    return by(lab, inner.person(lab, chain=(other, inner.certificate, lab.certificate("root")))).build()


@attack(Code.SIGNER_NOT_TRUSTED)
def authorities_that_certify_each_other_without_end(lab: Lab) -> Files:
    """Twelve certificates of one name and one key: a path builder without a limit would never come back."""
    key = new_key()
    ring = [issued(key, None, key, CA, SIGNS, name="Lingkaran", serial=1000 + n) for n in range(12)]
    own = new_key()
    return by(lab, person(issued(own, ring[0], key), own, *ring)).build()


@attack(Code.SIGNER_NOT_TRUSTED)
def a_root_of_the_anchors_name_with_another_key(lab: Lab) -> Files:
    key, root = new_key(), lab.certificate("root")
    name = root.subject
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(root.serial_number).not_valid_before(root.not_valid_before_utc)
    builder = builder.not_valid_after(root.not_valid_after_utc).add_extension(*CA)
    own = new_key()
    false = builder.sign(key, hashes.SHA256())
    return by(lab, person(issued(own, false, key), own, false)).build()


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("chains"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)


# Anchors of the caller's.


class Anchored(NamedTuple):
    """A lab whose anchor for people is another."""

    roots: Path
    tsa_roots: Path


@pytest.mark.parametrize(
    ("anchor", "codes"),
    [
        ("penyidik-a", set()),  # a person may be trusted as he is
        ("issuing", set()),  # an anchor need not be a root
        ("ahli", {Code.SIGNER_NOT_TRUSTED}),  # another person is nobody's issuer
        ("tsa", {Code.SIGNER_NOT_TRUSTED}),
    ],
)
def test_an_anchor_is_what_the_caller_says_it_is(
    anchor: str, codes: set[Code], lab: Lab, tmp_path: Path
) -> None:
    folder = write(talk(lab).build(), tmp_path / "b")
    anchored = Anchored(lab.folder / "certs" / f"{anchor}.pem", lab.tsa_roots)
    for said in (judge_in_python(folder, anchored), judge_in_shell(folder, anchored)):  # type: ignore[arg-type]
        assert said.codes == codes, said.text


def test_an_anchor_that_is_no_authority_vouches_for_itself_alone(lab: Lab, tmp_path: Path) -> None:
    """A person below a person: the anchor's certificate does not say that it is an authority, and it is none."""
    folder = write(by(lab, under(lab, "ahli")).build(), tmp_path / "b")
    anchored = Anchored(lab.folder / "certs" / "ahli.pem", lab.tsa_roots)
    for said in (judge_in_python(folder, anchored), judge_in_shell(folder, anchored)):  # type: ignore[arg-type]
        assert said.codes == {Code.SIGNER_NOT_TRUSTED}, said.text
