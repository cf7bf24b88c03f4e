"""What one list says of one certificate, and when "not revoked" is known. verify.sh prints no notes: Python alone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from bundles import START, Files, sha256, write
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lists import (
    PUBLISHED,
    answer_by,
    answer_of,
    crl_about,
    crl_of,
    pss_signed,
    responder_of,
    talk,
    trust_file,
)

from evidentia.record.verdict import Verdict
from evidentia.verify import Trust, verify
from evidentia.verify.revocation import RevocationData
from lab.pki import Lab


def judged(lab: Lab, folder: Path, *lists: Files) -> Verdict:
    draft = talk(lab)
    draft.late[2] = {path: data for files in lists for path, data in files.items()}
    return verify(
        write(draft.build(), folder / "b"), Trust.from_pem(str(lab.roots), str(lab.tsa_roots)), now=PUBLISHED
    )


def unknown(lab: Lab, verdict: Verdict) -> set[str]:
    """The people and authorities of whom the verdict notes that their revocation is not known."""
    about = {note.path for note in verdict.notes if note.code == "REVOCATION_UNKNOWN"}
    ders = {p: lab.certificate(p).public_bytes(Encoding.DER) for p in ("penyidik-a", "tsa")}
    return {person for person, der in ders.items() if f"trust/{sha256(der)}.cer" in about}


def test_lists_of_every_issuer_that_were_published_after_the_use_make_it_known(
    lab: Lab, tmp_path: Path
) -> None:
    lists = [trust_file(lab.crl(issuer, PUBLISHED), "crl") for issuer in ("issuing", "root", "time-root")]
    assert unknown(lab, judged(lab, tmp_path, *lists)) == set()


def test_an_answer_for_the_person_and_a_list_for_the_issuer_do_it_too(lab: Lab, tmp_path: Path) -> None:
    lists = [
        trust_file(lab.ocsp("penyidik-a", PUBLISHED), "ocsp"),
        trust_file(lab.crl("root", PUBLISHED), "crl"),
    ]
    assert unknown(lab, judged(lab, tmp_path, *lists)) == {"tsa"}


def test_without_lists_or_with_some_only_it_is_not_known(lab: Lab, tmp_path: Path) -> None:
    assert unknown(lab, judged(lab, tmp_path)) == {"penyidik-a", "tsa"}
    of_person = trust_file(lab.crl("issuing", PUBLISHED), "crl")
    assert unknown(lab, judged(lab, tmp_path / "some", of_person)) == {"penyidik-a", "tsa"}


@pytest.mark.parametrize(
    ("published", "valid", "known"),
    [
        (timedelta(days=-40), timedelta(days=30), False),
        (timedelta(days=-20), timedelta(days=30), True),
        (timedelta(), timedelta(days=1), True),
        (timedelta(days=90), timedelta(days=30), True),
        (timedelta(days=30 * 365), timedelta(days=30), False),  # after the certificate has expired
    ],
)
def test_a_list_is_silent_about_times_that_it_does_not_cover(
    lab: Lab, published: timedelta, valid: timedelta, known: bool
) -> None:
    crl = crl_of(lab, "issuing", {}, at=START + published, valid=valid)
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    assert RevocationData(trust_file(crl, "crl"), {}).of(chain, START).known is known


def scope(**given: bool) -> x509.IssuingDistributionPoint:
    flags = ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl")
    return x509.IssuingDistributionPoint(
        full_name=None,
        relative_name=None,
        only_some_reasons=None,
        only_contains_attribute_certs=False,
        **{flag: given.get(flag, False) for flag in flags},
    )


@pytest.mark.parametrize(
    ("extension", "known", "heard"),
    [
        (scope(only_contains_user_certs=True), True, True),
        (scope(only_contains_ca_certs=True), False, True),
        (scope(indirect_crl=True), False, False),
        (x509.DeltaCRLIndicator(1), False, False),
    ],
)
def test_a_list_of_part_of_the_certificates_is_silent_about_the_others(
    lab: Lab, extension: x509.ExtensionType, known: bool, heard: bool
) -> None:
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    silent = crl_of(lab, "issuing", {}, extension=extension)
    assert RevocationData(trust_file(silent, "crl"), {}).of(chain, START).known is known
    telling = crl_of(lab, "issuing", {"penyidik-a": START}, extension=extension)
    since = RevocationData(trust_file(telling, "crl"), {}).of(chain, START).since
    assert since == (START if heard else None)


@pytest.mark.parametrize("digest", [hashes.SHA1(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_an_answer_may_name_the_certificate_by_any_of_four_digests(
    lab: Lab, digest: hashes.HashAlgorithm
) -> None:
    answer = answer_of(lab, "penyidik-a", START, by="ocsp", digest=digest)
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    assert RevocationData(trust_file(answer, "ocsp"), {}).of(chain, START).since == START


def test_an_answer_with_a_flipped_bit_says_nothing(lab: Lab) -> None:
    answer = bytearray(answer_of(lab, "penyidik-a", START, by="ocsp"))
    at = answer.index(b"20250301")  # the revocation's date
    answer[at + 3] ^= 1
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    assert RevocationData(trust_file(bytes(answer), "ocsp"), {}).of(chain, START) == (False, None, None)


# What cryptography does not do by itself: PSS, and responders of whom a list tells.


def since(lab: Lab, *lists: Files) -> datetime | None:
    """Since when Penyidik A is revoked, by these lists."""
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    return (
        RevocationData({path: der for files in lists for path, der in files.items()}, {})
        .of(chain, START)
        .since
    )


def test_a_name_that_the_library_does_not_know_is_no_traceback(lab: Lab) -> None:
    """An x400Address as the certificate's distribution point: read only when a list of another point asks for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    x400 = x509.UnrecognizedExtension(
        x509.CRLDistributionPoints.oid, bytes.fromhex("300a3008a006a004a3023000")
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Penyidik Z")]))
        .issuer_name(lab.certificate("issuing").subject)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(START - timedelta(days=30))
        .not_valid_after(START + timedelta(days=1000))
        .add_extension(x400, critical=False)
    )
    certificate = builder.sign(lab.key("issuing"), hashes.SHA256())
    with pytest.raises(x509.UnsupportedGeneralNameType):
        _ = certificate.extensions
    point = x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier("http://penerbit.example/a.crl")],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    crl = trust_file(crl_of(lab, "issuing", {}, extension=point), "crl")
    assert RevocationData(crl, {}).of((certificate, lab.certificate("issuing")), START).known is False


def test_an_answer_may_be_signed_with_pss(lab: Lab) -> None:
    key = rsa.generate_private_key(65537, 2048)
    plain = answer_by(lab, responder_of(lab, key, nocheck=True), key)
    assert since(lab, trust_file(pss_signed(plain, key), "ocsp")) == START
    forged = pss_signed(plain, rsa.generate_private_key(65537, 2048))
    assert since(lab, trust_file(forged, "ocsp")) is None


def test_openssl_holds_the_pss_signed_answer_for_good_too(
    lab: Lab, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    answer = pss_signed(answer_by(lab, responder_of(lab, key, nocheck=True), key), key)
    (tmp_path / "a").write_bytes(answer)
    issuing = str(lab.folder / "certs" / "issuing.pem")
    command = [str(program("openssl")), "ocsp", "-respin", str(tmp_path / "a"), "-CAfile", issuing]
    done = subprocess.run(
        [*command, "-partial_chain", "-no_check_time"], capture_output=True, text=True, check=False
    )
    assert "Response verify OK" in done.stderr


@pytest.mark.parametrize(
    ("nocheck", "revoked", "heard"),
    [
        (False, PUBLISHED - timedelta(days=700), False),
        (False, PUBLISHED + timedelta(days=3000), True),  # after it had answered
        (True, PUBLISHED - timedelta(days=700), True),  # the issuer had said: do not ask
    ],
)
def test_a_responder_that_was_revoked_says_nothing(
    lab: Lab, nocheck: bool, revoked: datetime, heard: bool
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    answer = trust_file(answer_by(lab, responder_of(lab, key, nocheck=nocheck), key), "ocsp")
    crl = trust_file(crl_about(lab, 4711, revoked), "crl")
    assert since(lab, answer) == START
    assert since(lab, answer, crl) == (START if heard else None)


def test_that_nothing_was_revoked_may_be_learnt_from_lists_that_were_sealed_later(
    lab: Lab, tmp_path: Path
) -> None:
    draft = talk(lab, notes=3)
    for issuer in ("issuing", "root", "time-root"):
        draft.late.setdefault(5, {}).update(trust_file(lab.crl(issuer, PUBLISHED), "crl"))
    anchors = Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    verdict = verify(write(draft.build(), tmp_path / "b"), anchors, now=PUBLISHED)
    assert unknown(lab, verdict) == set()
