"""Targets for what is believed or not: certificates, identities, DER, policies, signed PDFs."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec
from cryptography import x509
from signed_pdf_inputs import ANCHORS

from evidentia.custody.identity import Custodian, Elsewhere, Party
from evidentia.custody.identity_kind import IdentityKind, kind_of
from evidentia.formats.names import is_who, seal_attachment
from evidentia.record.errors import FormatError, SigningError
from evidentia.record.pdf_signature import Anchored, Holds, JudgedPdf, PdfState
from evidentia.report.judge_pdf import judge_pdf
from evidentia.verify import Trust
from evidentia.verify.certificates import Use, leads_to_anchor, load_certificate
from evidentia.verify.der import DerError, elements
from evidentia.verify.pdf_reading import answer
from evidentia.verify.pdf_signature import PdfJob
from evidentia.verify.policy import read_policy

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "vectors"
AT = datetime(2025, 3, 1, tzinfo=UTC)


@cache
def anchors() -> tuple[x509.Certificate, ...]:
    """The anchors of the frozen bundles."""
    return Trust.from_pem((VECTORS / "roots.pem").read_bytes()).signers


def certificate(data: bytes) -> bool:
    """A certificate is read, or refused with a reason; whether it leads to an anchor is a question with an answer."""
    try:
        read = load_certificate(data)
    except ValueError:
        return False
    for use in Use:
        chain, reason = leads_to_anchor(read, [read], anchors(), AT, use)
        assert bool(chain) != bool(reason)
    return True


def identity(data: bytes) -> bool:
    """An identity without a passphrase, in any of the forms of a file, is one whose key is its certificate's."""
    with tempfile.NamedTemporaryFile() as written:
        written.write(data)
        written.flush()
        try:
            found = _opened(data, written.name)
        except SigningError:
            return False
    assert is_who(found.actor.who)
    if isinstance(found, Custodian):
        assert found.key.public_key() == found.certificate.public_key()
    return True


def _opened(data: bytes, path: str) -> Party:
    kind = kind_of(data)
    if kind is IdentityKind.CERTIFICATE:
        return Elsewhere.from_certificates(data)
    if kind is IdentityKind.PEM:
        return Custodian.from_pem(path, path)
    return Custodian.from_pkcs12(path, None)


def der(data: bytes) -> bool:
    """What is taken as DER is, element by element, the bytes that were given."""
    try:
        found = elements(data)
    except DerError:
        return False
    assert b"".join(one.encoded for one in found) == data
    return True


def policy(data: bytes) -> bool:
    """A policy is read strictly, or refused in words."""
    with tempfile.NamedTemporaryFile(suffix=".toml") as written:
        written.write(data)
        written.flush()
        try:
            read_policy(written.name)
        except FormatError:
            return False
    return True


def signed_pdf(data: bytes) -> bool:
    """A PDF with a seal attached: whatever pyHanko makes of it, it has a signature or not. Without the process that it
    is read in: one for each input would take all the time."""
    return answer(PdfJob(attachment=seal_attachment(1), seal=b"a seal", pdf=data)).byte_range is not None


@cache
def _signers() -> Trust:
    return Trust.from_pem(ANCHORS.read_bytes())


def judged_pdf(data: bytes) -> bool:
    """A PDF of any origin is judged, and the answer can be handed on; it is intact only as it is, to the last byte."""
    found = judge_pdf(data, _signers())
    assert msgspec.json.decode(msgspec.json.encode(found), type=JudgedPdf) == found
    assert found.problems or found.state in (PdfState.INTACT, PdfState.UNSIGNED)
    assert bool(found.signatures) or found.state not in (PdfState.INTACT, PdfState.BROKEN)
    assert all(one.anchored is not Anchored.YES or one.intact is Holds.YES for one in found.signatures)
    if found.state is not PdfState.INTACT:
        return False
    for other in (data + b"x", data[:8] + bytes((data[8] ^ 1,)) + data[9:], data.replace(b"%%EOF", b"%%EOG")):
        assert judge_pdf(other, _signers()).state is not PdfState.INTACT
    return True
