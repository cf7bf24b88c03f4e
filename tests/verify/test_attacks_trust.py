"""Attacks on signatures, certificates and time. The forger has what a forger can have: his own keys, and old files."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import algos, cms, core, tsp
from attacks import Attacks, Bench
from bundles import BETWEEN, START, Draft, Files, plain, rederived, sha256, write
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from evidentia.custody.identity import Custodian
from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()
SEAL = "custody/000002.sha256"
SIGNATURE = f"{SEAL}.penyidik-a.p7s"
TOKEN = f"{SIGNATURE}.tsr"
FIRST_TOKEN = "custody/000001.sha256.penyidik-a.p7s.tsr"


def talk(lab: Lab, who: str = "penyidik-a", start: datetime = START) -> Draft:
    """open, note, export by one person."""
    draft = Draft(lab, start=start)
    draft.add("open", who, details={"title": "Uji"})
    draft.add("note", who, details={"text": "catatan"})
    draft.add("export", who)
    return draft


# Signatures.


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

for label, (code, options) in OPENSSL_FORMS.items():

    @attack(*([code] if code else []))
    def _form(lab: Lab, options: tuple[str, ...] = options) -> Files:
        other = {"{ahli}": lab.folder / "certs" / "ahli.pem", "{ahli-key}": lab.folder / "keys" / "ahli.pem"}
        given = [str(other.get(option, option)) for option in options]
        draft = talk(lab)
        seals: list[bytes] = []
        draft.change[SEAL] = lambda data: seals.append(data) or data
        draft.change[SIGNATURE] = lambda _: openssl_signature(lab, lab.folder, seals[-1], *given)
        return draft.build()

    attack[f"a signature with {label}"] = attack.pop("_form")


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

for label, (code, change) in CHANGES.items():

    @attack(code)
    def _changed(lab: Lab, change: Callable[[bytes], bytes] = change) -> Files:
        draft = talk(lab)
        draft.change[SIGNATURE] = change
        return draft.build()

    attack[f"a signature with {label}"] = attack.pop("_changed")


# Certificates.


def issued(
    lab: Lab, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *, by: str = "issuing", usage: bool = True
) -> Custodian:
    """Somebody with a certificate that the lab's plan does not hold, signed by one of the lab's keys."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Orang Lain")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(lab.certificate(by).subject)
    builder = builder.public_key(key.public_key()).serial_number(7)
    builder = builder.not_valid_before(datetime(2024, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2040, 1, 1, tzinfo=UTC)
    )
    if not usage:
        only = dict.fromkeys(
            (
                "digital_signature",
                "content_commitment",
                "data_encipherment",
                "key_agreement",
                "key_cert_sign",
                "crl_sign",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        builder = builder.add_extension(x509.KeyUsage(key_encipherment=True, **only), critical=True)
    chain = tuple(lab.certificate(label) for label in dict.fromkeys((by, "issuing", "root")))
    signed = builder.sign(lab.key(by), hashes.SHA256())
    return Custodian(
        who="orang", name="Orang Lain", role="", organisation="", certificate=signed, key=key, chain=chain
    )


def by(lab: Lab, person: Custodian) -> Draft:
    """talk, by a person whom a test made."""
    draft = talk(lab)
    draft.people[person.who] = person
    for event in draft.events:
        event["actors"] = [draft.actor(person.who)]
    return draft


@attack()
def not_an_attack_an_rsa_key(lab: Lab) -> Files:
    return by(lab, issued(lab, rsa.generate_private_key(65537, 2048))).build()


@attack()
def not_an_attack_p384(lab: Lab) -> Files:
    return by(lab, issued(lab, ec.generate_private_key(ec.SECP384R1()))).build()


@attack(Code.ALGORITHM_REFUSED)
def an_rsa_key_of_1024_bits(lab: Lab) -> Files:
    return by(lab, issued(lab, rsa.generate_private_key(65537, 1024))).build()


@attack(Code.ALGORITHM_REFUSED)
def a_curve_that_the_format_does_not_know(lab: Lab) -> Files:
    return by(lab, issued(lab, ec.generate_private_key(ec.SECP256K1()))).build()


@attack(Code.SIGNER_NOT_TRUSTED)
def a_certificate_issued_by_a_person(lab: Lab) -> Files:
    return by(lab, issued(lab, ec.generate_private_key(ec.SECP256R1()), by="penyidik-a")).build()


@attack(Code.SIGNER_NOT_TRUSTED)
def a_certificate_for_encryption_only(lab: Lab) -> Files:
    return by(lab, issued(lab, ec.generate_private_key(ec.SECP256R1()), usage=False)).build()


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


# Time.


@attack(Code.TSA_NOT_TRUSTED)
def an_authority_of_the_same_name(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "impostor-tsa"
    return draft.build()


@attack(Code.TSA_NOT_TRUSTED)
def an_authority_without_extended_key_usage(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "no-eku-tsa"
    return draft.build()


@attack()
def not_an_attack_an_authority_with_rsa(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "rsa-tsa"
    return draft.build()


@attack(Code.TIMESTAMP_INVALID)
def a_token_over_something_else(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change[TOKEN] = lambda _: lab.stamp(b"something else", START + 2 * BETWEEN)
    return draft.build()


@attack(Code.TIMESTAMP_INVALID)
def a_token_that_was_not_granted(lab: Lab) -> Files:
    def refuse(data: bytes) -> bytes:
        response = tsp.TimeStampResp.load(data)
        response["status"]["status"] = "rejection"
        return bytes(response.dump(force=True))

    draft = talk(lab)
    draft.change[TOKEN] = refuse
    return draft.build()


@attack(Code.TIMESTAMP_INVALID)
def a_token_with_a_changed_time(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change[TOKEN] = lambda data: data.replace(b"20250301", b"20240301")
    return draft.build()


@attack(Code.TIMESTAMP_INVALID)
def a_token_from_before_its_authority_was_certified(lab: Lab) -> Files:
    draft = talk(lab)
    draft.when[TOKEN] = datetime(2019, 6, 1, tzinfo=UTC)
    return draft.build()


@attack(Code.TIME_ORDER, Code.CLOCK_AHEAD)
def a_token_from_before_the_event_before(lab: Lab) -> Files:
    draft = talk(lab)
    draft.when[TOKEN] = START
    return draft.build()


@attack(Code.TIMESTAMP_PENDING)
def no_token_on_a_signature(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change[TOKEN] = lambda _: None
    return draft.build()


@attack(Code.TIMESTAMP_PENDING)
def no_token_on_a_record(lab: Lab) -> Files:
    draft = plain(lab)
    draft.change["custody/items/000001.sha256.tsr"] = lambda _: None
    return draft.build()


@attack(Code.SEALED_FILE_MISSING, Code.TIMESTAMP_PENDING)
def a_sealed_token_removed(lab: Lab) -> Files:
    files = talk(lab).build()
    del files[TOKEN]
    return rederived(files)


@attack(Code.CLOCK_BEHIND)
def a_claimed_time_that_goes_back(lab: Lab) -> Files:
    draft = talk(lab)
    draft.events[1]["time"] = "2025-03-01T09:00:00Z"
    return draft.build()


@attack(Code.CLOCK_BEHIND)
def a_clock_years_behind_from_the_first_event_on(lab: Lab) -> Files:
    draft = talk(lab)
    for number, event in enumerate(draft.events, 1):
        event["time"] = f"2019-03-01T1{number}:00:00Z"
    return draft.build()


@attack(Code.CLOCK_BEHIND)
def a_claimed_time_six_minutes_before_a_token_that_its_seal_lists(lab: Lab) -> Files:
    draft = talk(lab)
    draft.when[FIRST_TOKEN] = START + BETWEEN + timedelta(minutes=54)
    draft.events[1]["time"] = "2025-03-01T10:48:00Z"
    return draft.build()


@attack()
def not_an_attack_a_clock_four_minutes_behind(lab: Lab) -> Files:
    draft = talk(lab)
    draft.when[FIRST_TOKEN] = START + BETWEEN + timedelta(minutes=54)
    draft.events[1]["time"] = "2025-03-01T10:50:00Z"
    return draft.build()


@attack(Code.CLOCK_AHEAD)
def a_claimed_time_after_its_timestamp(lab: Lab) -> Files:
    draft = talk(lab)
    draft.events[1]["time"] = "2025-03-01T11:30:00Z"
    return draft.build()


@attack(Code.UNSEALED_FILE)
def a_late_token_that_no_seal_binds(lab: Lab) -> Files:
    files = talk(lab).build()
    late = lab.stamp(files[SIGNATURE], START + timedelta(days=1), "tsa2")
    return rederived(files | {f"{SIGNATURE}.2.tsr": late})


@attack(Code.UNKNOWN_FILE)
def a_token_over_nothing(lab: Lab) -> Files:
    draft = talk(lab)
    stray = lab.stamp(b"x", START + BETWEEN)
    draft.late[3] = {"custody/000002.sha256.ahli.p7s.tsr": stray}
    return draft.build()


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
    return Bench(attack, lab, tmp_path_factory.mktemp("trust"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)


def test_no_anchor_means_nothing_is_believed(lab: Lab, tmp_path: Path) -> None:
    folder = write(talk(lab).build(), tmp_path / "b")
    swapped = Trust.from_pem(str(lab.tsa_roots), str(lab.roots))
    verdict = verify(folder, swapped)
    assert {fault.code for fault in verdict.faults} == {Code.SIGNER_NOT_TRUSTED, Code.TSA_NOT_TRUSTED}


def test_an_expired_authority_is_said(lab: Lab, tmp_path: Path) -> None:
    """verify.sh has the machine's clock alone, so this is asked of Python, with the clock of 2055."""
    folder = write(talk(lab).build(), tmp_path / "b")
    trust = Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    verdict = verify(folder, trust, now=datetime(2055, 1, 1, tzinfo=UTC))
    assert Code.TSA_EXPIRED in {fault.code for fault in verdict.faults}
    assert verdict.status == "INDETERMINATE"


def test_a_first_claim_that_nothing_bounds_is_noted_with_its_distance(lab: Lab, tmp_path: Path) -> None:
    draft = talk(lab)
    draft.events[0]["time"] = "2025-02-28T10:00:00Z"
    folder = write(draft.build(), tmp_path / "b")
    verdict = verify(folder, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.status == "PASSED"
    (note,) = (note for note in verdict.notes if note.code == "CLAIM_UNBOUNDED")
    assert (note.path, note.text[:29]) == ("custody/000001.json", "claimed 1 day, 0:00:05 before")


def test_a_hundred_tokens_are_read_and_the_earliest_counts(lab: Lab, tmp_path: Path) -> None:
    draft = talk(lab)
    kept: list[bytes] = []
    more: Files = {}
    draft.change[SIGNATURE] = lambda data: kept.append(data) or data

    def stamps(data: bytes) -> bytes:
        later = lab.stamp(kept[0], START + 2 * BETWEEN + timedelta(minutes=1))
        more.update({f"{SIGNATURE}.{n}.tsr": later for n in range(2, 100)})
        return data

    draft.change[TOKEN] = stamps
    draft.late[3] = more
    folder = write(draft.build(), tmp_path / "b")
    verdict = verify(folder, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.status == "PASSED"
    assert verdict.events[1].proven.not_after == START + 2 * BETWEEN + timedelta(seconds=5)
