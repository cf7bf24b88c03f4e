"""Signing against the lab's real timestamp authorities; read back by poppler and by pyHanko's validator."""

from __future__ import annotations

import asyncio
import io
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from report_sample import sample

from evidentia.record.errors import FormatError, TimestampUnavailable, UsageError
from evidentia.report.expert import render
from evidentia.report.pdf_signature import (
    Level,
    Statement,
    WithoutTimestamp,
    http_timestampers,
    sign_pdf,
    sign_report,
)

if TYPE_CHECKING:
    from lab.pki import Lab

STATEMENT = Statement(name="Dr. Ahli Satu", reason="Keterangan ahli", location="Jakarta")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return render(sample(tmp_path_factory.mktemp("case"))).pdf


@pytest.fixture(scope="module")
def signer(lab: Lab) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    expert = lab.people["ahli"]
    return SimpleSigner.load_pkcs12(str(expert.p12), passphrase=expert.passphrase.encode())


def anchors(lab: Lab) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder

    return list(load_certs_from_pemder([str(lab.roots), str(lab.tsa_roots)]))


def context(lab: Lab) -> Any:
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=anchors(lab), allow_fetching=True, revocation_mode="soft-fail")


def judged(pdf: bytes, lab: Lab, which: int = 0) -> Any:
    """pyHanko's verdict on one signature."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature

    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[which]
    return asyncio.run(async_validate_pdf_signature(signature, context(lab)))


def pdfsig(pdf: bytes, folder: Path, program: Callable[[str], Path]) -> str:
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    return subprocess.run([program("pdfsig"), path], capture_output=True, check=False).stdout.decode()


def closed_port() -> str:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.fixture(scope="module")
def signed(report: bytes, signer: Any, lab: Lab) -> bytes:
    done = sign_pdf(report, signer=signer, timestampers=http_timestampers([lab.tsa_url]), statement=STATEMENT)
    assert (done.level, done.pending) == (Level.B_T, "")
    return done.pdf


def test_poppler_accepts_the_signature_and_all_of_the_document_is_signed(
    signed: bytes, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    said = pdfsig(signed, tmp_path, program)
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def test_pyhanko_accepts_signature_and_timestamp(signed: bytes, lab: Lab) -> None:
    status = judged(signed, lab)
    assert status.bottom_line
    assert status.timestamp_validity.trusted
    assert status.timestamp_validity.intact


def test_the_original_is_kept_to_the_byte(signed: bytes, report: bytes) -> None:
    assert signed.startswith(report)


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_one_flipped_byte_is_caught(
    signed: bytes, report: bytes, lab: Lab, tmp_path: Path, program: Callable[[str], Path], where: float
) -> None:
    place = _inside_a_stream(report, int(len(report) * where))
    changed = bytearray(signed)
    changed[place] ^= 1
    status = judged(bytes(changed), lab)
    assert not status.intact
    assert not status.bottom_line
    said = pdfsig(bytes(changed), tmp_path, program)
    assert "Signature Validation: Digest Mismatch." in said  # pdfsig 22.12 exits 0 all the same


def _inside_a_stream(pdf: bytes, near: int) -> int:
    """A place in a compressed stream: the document can still be parsed, so that the digest alone must speak."""
    return pdf.index(b"stream\n", near) + 40


def test_a_second_signature_leaves_the_first_valid(signed: bytes, signer: Any, lab: Lab) -> None:
    twice = sign_pdf(
        signed, signer=signer, timestampers=http_timestampers([lab.tsa2_url]), statement=STATEMENT
    )
    assert all(judged(twice.pdf, lab, which).bottom_line for which in (0, 1))


def test_with_validation_material_the_signature_is_made_to_last(
    report: bytes, signer: Any, lab: Lab, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.ades import ades_lta_validation
    from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager

    done = sign_pdf(
        report,
        signer=signer,
        timestampers=http_timestampers([lab.tsa_url]),
        statement=STATEMENT,
        validation=context(lab),
    )
    assert done.level is Level.B_LTA
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=anchors(lab)),
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
    )
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))
    reader = PdfFileReader(io.BytesIO(done.pdf))
    result = asyncio.run(ades_lta_validation(reader.embedded_regular_signatures[0], spec))
    assert result.api_status.bottom_line
    assert "/DSS" in reader.root
    assert "Signature is Valid." in pdfsig(done.pdf, tmp_path, program)


def test_without_an_authority_nothing_is_written(report: bytes, signer: Any, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(report)
    target = tmp_path / "signed.pdf"
    with pytest.raises(TimestampUnavailable) as caught:
        sign_report(
            tmp_path / "report.pdf",
            target,
            signer=signer,
            timestampers=http_timestampers([closed_port()]),
            statement=STATEMENT,
        )
    assert "Nothing was signed" in caught.value.safe
    assert not target.exists()


def test_what_answers_garbage_is_no_authority(report: bytes, signer: Any, lab: Lab) -> None:
    nonsense = http_timestampers([f"{lab.base_url}/nothing/here"])
    with pytest.raises(TimestampUnavailable):
        sign_pdf(report, signer=signer, timestampers=nonsense, statement=STATEMENT)


def test_signing_with_the_timestamp_pending_must_be_asked_for_and_is_said(
    report: bytes, signer: Any, lab: Lab
) -> None:
    dead = closed_port()
    done = sign_pdf(
        report,
        signer=signer,
        timestampers=http_timestampers([dead]),
        statement=STATEMENT,
        without_timestamp=WithoutTimestamp.SIGN_PENDING,
    )
    assert done.level is Level.B_B
    assert dead in done.pending
    status = judged(done.pdf, lab)
    assert status.intact
    assert status.timestamp_validity is None


def test_the_next_authority_is_asked_where_the_first_is_silent(report: bytes, signer: Any, lab: Lab) -> None:
    authorities = http_timestampers([closed_port(), lab.tsa_url])
    done = sign_pdf(report, signer=signer, timestampers=authorities, statement=STATEMENT)
    assert done.level is Level.B_T


def test_a_signed_report_is_created_and_never_overwrites(
    report: bytes, signer: Any, lab: Lab, tmp_path: Path
) -> None:
    source, target = tmp_path / "report.pdf", tmp_path / "signed.pdf"
    source.write_bytes(report)
    authorities = http_timestampers([lab.tsa_url])
    done = sign_report(source, target, signer=signer, timestampers=authorities, statement=STATEMENT)
    assert target.read_bytes() == done.pdf
    with pytest.raises(UsageError, match="already there"):
        sign_report(source, target, signer=signer, timestampers=authorities, statement=STATEMENT)
    assert source.read_bytes() == report


def test_a_hostile_title_as_the_reason_is_made_visible(report: bytes, signer: Any, lab: Lab) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    statement = Statement(name="Ahli\u202e", reason="a\ud800\x1b[31m)>>", location="\u200b")
    authorities = http_timestampers([lab.tsa_url])
    done = sign_pdf(report, signer=signer, timestampers=authorities, statement=statement)
    said = PdfFileReader(io.BytesIO(done.pdf)).embedded_signatures[0].sig_object
    assert said["/Name"] == "Ahli[U+202E RIGHT-TO-LEFT OVERRIDE]"
    assert said["/Reason"] == "a[U+D800][U+001B][31m)>>"
    assert judged(done.pdf, lab).bottom_line


def test_what_is_no_pdf_is_refused(signer: Any, lab: Lab) -> None:
    authorities = http_timestampers([lab.tsa_url])
    with pytest.raises(FormatError, match="not a PDF"):
        sign_pdf(b"%PDF-1.7\nnothing", signer=signer, timestampers=authorities, statement=STATEMENT)
