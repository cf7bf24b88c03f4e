"""The process that judges signed PDFs of foreign origin: they are read here, under limits, and nowhere else.

It reads one JSON line with the path of a PDF and the caller's anchors, and answers with one. It is started by
``judging_pdf`` and gets no case and no key. A signature that does not hold is a finding like another: all of them are
told, and none ends the reading.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID

from evidentia.custody.pdf_seal_check import signatures_alone
from evidentia.fingerprint.digests import open_regular
from evidentia.record.moment import now
from evidentia.record.pdf_signature import Anchored, Holds, JudgedPdf, PdfSignature, PdfStamp, PdfState
from evidentia.verify.certificates import (
    Trust,
    Use,
    fingerprint,
    leads_to_anchor,
    load_certificate,
    validity_problem,
)
from evidentia.verify.clocks import CLOCK_TOLERANCE
from evidentia.verify.cms import (
    OID_DATA,
    CmsError,
    SignedData,
    check_signature,
    parse_signed_data,
    uses_signing_certificate_v2,
)
from evidentia.verify.limited_process import allow, limited
from evidentia.verify.pdf_signature import PADES, check_whole, split_signature
from evidentia.verify.timestamp import Token, check_bare_token
from evidentia.verify.trust_files import loadable

from .signed_fields import SignedField, Unread, borne_by, is_limit, malformed, named, readable

MEMORY = 1 << 30
"""Bytes of address space: pyHanko holds a PDF several times."""

SECONDS = 30
"""Processor seconds for one PDF; a report of a hundred pages with two signatures takes two."""

LARGEST_PDF = 128 << 20
"""Bytes of a PDF that is read; an expert's report with many pictures has some tens of MB."""

LONGEST_TEXT = 300  # characters of a name or a reason; libraries put whole objects into their errors

_CMS_DETACHED = "/adbe.pkcs7.detached"  # the form before PAdES (ISO 32000-1, 12.8.3.3)
_UNLISTED = "it holds a signature that is none of its document any more"
_END = re.compile(rb"%%EOF[\r\n]*\Z")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One question: the PDF at ``path`` (in the system's own bytes), and the anchors as DER; None: there are none."""

    path: bytes
    signers: tuple[bytes, ...] | None = None
    authorities: tuple[bytes, ...] = ()


class _Checked(NamedTuple):
    """How a signature stands towards its bytes: what it holds, if it can be read, and the first thing that is wrong."""

    intact: Holds
    signed: SignedData | None
    certificate: x509.Certificate | None
    reason: str = ""


class _Led(NamedTuple):
    anchored: Anchored
    reason: str = ""


def serve() -> None:
    """Answer jobs until the parent closes the pipe. A job that breaks a limit ends the process: the parent says so."""
    out = limited(MEMORY)
    decoder = msgspec.json.Decoder(Job)
    for line in sys.stdin.buffer:
        job = decoder.decode(line)
        allow(SECONDS)
        with open_regular(Path(os.fsdecode(job.path))) as source:
            data = source.read(LARGEST_PDF + 1)
        out.write(msgspec.json.encode(judge_pdf(data, _trust_of(job))) + b"\n")
        out.flush()


def _trust_of(job: Job) -> Trust | None:
    if job.signers is None:
        return None
    return Trust(*(tuple(map(load_certificate, ders)) for ders in (job.signers, job.authorities)))


def judge_pdf(data: bytes, trust: Trust | None) -> JudgedPdf:
    """Judge every signature in a PDF. Whatever is wrong with it is in the answer; nothing is raised."""
    at = now().replace(microsecond=0)
    try:
        if len(data) > LARGEST_PDF:
            raise Unread(f"it has more than {LARGEST_PDF >> 20} MiB")
        borne = borne_by(data)
        reader = _Reader(data, trust, at)
        signatures = tuple(map(reader.judged, borne.fields))
        state, reason = _state_of(signatures, borne.unlisted), _UNLISTED if borne.unlisted else ""
    except Unread as why:
        signatures, state, reason = (), PdfState.UNDETERMINED, _short(str(why))
    except malformed() as error:  # where memory is short, what tells that it is may want some
        signatures, state, reason = (), PdfState.UNDETERMINED, _short(f"it cannot be judged ({named(error)})")
    return JudgedPdf(
        state=state,
        signatures=signatures,
        judged_at=at,
        signers=() if trust is None else tuple(sorted(map(fingerprint, trust.signers))),
        authorities=() if trust is None else tuple(sorted(map(fingerprint, trust.authorities))),
        reason=reason,
    )


def _state_of(signatures: tuple[PdfSignature, ...], unlisted: bool) -> PdfState:
    stamps = [one.stamp.holds for one in signatures if one.stamp is not None]
    answers = {*stamps, *(answer for one in signatures for answer in (one.intact, one.whole))}
    if Holds.NO in answers:
        return PdfState.BROKEN
    if unlisted or Holds.UNDETERMINED in answers:
        return PdfState.UNDETERMINED
    return PdfState.INTACT if signatures else PdfState.UNSIGNED


class _Reader:
    """One PDF and its signatures."""

    def __init__(self, data: bytes, trust: Trust | None, at: datetime) -> None:
        self._data, self._trust, self._at = data, trust, at

    def judged(self, field: SignedField) -> PdfSignature:
        """One signature. What cannot be read of it ends the judging of no other."""
        if field.error is not None:
            return _unread(field.form, field.error)
        try:
            return self._judged(field.embedded, field.form)
        except malformed() as error:  # a part that is read late: a name in a certificate, say
            return _untold(field.form, Holds.UNDETERMINED, error)

    def _judged(self, embedded: Any, form: str) -> PdfSignature:
        checked = self._checked(embedded, form)
        whole, gap = self._whole(embedded)
        stamp, proven = self._stamp(embedded, checked.signed)
        led = self._led(checked, proven or self._at)
        certificate = checked.certificate
        return PdfSignature(
            subject="" if certificate is None else _subject(certificate),
            name="" if certificate is None else _of(certificate, NameOID.COMMON_NAME),
            organisation="" if certificate is None else _of(certificate, NameOID.ORGANIZATION_NAME),
            certificate="" if certificate is None else fingerprint(certificate),
            form=form,
            claimed_at=_claimed(embedded),
            stamp=stamp,
            intact=checked.intact,
            whole=whole,
            anchored=led.anchored,
            reason=_short(checked.reason or gap or led.reason),
        )

    def _checked(self, embedded: Any, form: str) -> _Checked:
        """Whether the signature holds over its bytes. Its signer is told also where it does not: as whom it names."""
        signed, signer = None, _named_signer(embedded)
        try:
            cms, covered = split_signature(self._data, [int(one) for one in embedded.byte_range])
            if form != PADES:
                return _Checked(
                    _by_digest(embedded, form),
                    None,
                    signer,
                    f"it is of {f'the form {form}' if form else 'no stated form'}, not PAdES: judged no further",
                )
            signed = parse_signed_data(cms)
            certificate = check_signature(signed, covered)
            if (signed.content_type, signed.content) != (OID_DATA, None):
                raise CmsError("it is not detached, over plain data")
            if not uses_signing_certificate_v2(signed):
                why = "it does not bind the certificate (signing-certificate-v2, RFC 5035)"
                return _Checked(Holds.UNDETERMINED, signed, certificate, why)
        except CmsError as error:
            # An algorithm that is not accepted says nothing of the bytes.
            answer = Holds.UNDETERMINED if error.algorithm else Holds.NO
            return _Checked(answer, signed, signer, str(error))
        except malformed() as error:
            answer = Holds.UNDETERMINED if is_limit(error) else Holds.NO
            return _Checked(answer, signed, signer, f"it cannot be read ({named(error)})")
        return _Checked(Holds.YES, signed, certificate)

    def _whole(self, embedded: Any) -> tuple[Holds, str]:
        """Whether it covers the document as it stood, and whether only signatures were added since."""
        if not _END.search(self._data[-10:]):  # a reader would overlook what stands behind
            return Holds.NO, "something stands behind the end of the PDF"
        try:
            check_whole(embedded, others_may_follow=True, rules=signatures_alone())
        except CmsError as error:
            return Holds.NO, str(error)
        except malformed() as error:
            return Holds.UNDETERMINED, f"what it covers cannot be told ({named(error)})"
        return Holds.YES, ""

    def _stamp(self, embedded: Any, signed: SignedData | None) -> tuple[PdfStamp | None, datetime | None]:
        """The timestamp over the signature, and its time where one of the caller's anchors vouches for it."""
        if signed is None:
            return None, None
        try:
            token_der = _token_in(embedded)
            token = None if token_der is None else check_bare_token(token_der, signed.signer.signature)
        except CmsError as error:
            return _no_stamp(Holds.UNDETERMINED if error.algorithm else Holds.NO, str(error)), None
        except malformed() as error:
            return _no_stamp(Holds.UNDETERMINED if is_limit(error) else Holds.NO, named(error)), None
        if token is None:
            return None, None
        led = self._authority(token)
        stamp = PdfStamp(
            time=token.time,
            authority=_subject(token.certificate),
            holds=Holds.YES,
            anchored=led.anchored,
            reason=_short(led.reason),
        )
        return stamp, token.time if led.anchored is Anchored.YES else None

    def _authority(self, token: Token) -> _Led:
        if self._trust is None:
            return _Led(Anchored.NOT_JUDGED)
        if token.time - token.accuracy > self._at + CLOCK_TOLERANCE:
            return _Led(Anchored.NO, "it states a time that is still to come")
        if problem := validity_problem(token.certificate, token.time):
            return _Led(Anchored.NO, f"its authority's certificate was not valid then: {problem}")
        others = loadable(token.others)
        chain, reason = leads_to_anchor(
            token.certificate, others, self._trust.authorities, self._at, Use.TIMESTAMPING
        )
        return _Led(Anchored.YES) if chain else _Led(Anchored.NO, reason)

    def _led(self, checked: _Checked, at: datetime) -> _Led:
        """Whether the signer's certificate leads to an anchor. Of a signature that does not hold, nobody's does."""
        if self._trust is None or checked.certificate is None or checked.intact is not Holds.YES:
            return _Led(Anchored.NOT_JUDGED)
        others = loadable(() if checked.signed is None else checked.signed.certificates)
        chain, reason = leads_to_anchor(checked.certificate, others, self._trust.signers, at, Use.SIGNING)
        return _Led(Anchored.YES) if chain else _Led(Anchored.NO, f"no anchor: {reason}")


def _unread(form: str, error: BaseException) -> PdfSignature:
    """A signature that cannot be read at all: it does not hold, where its form is one that is known here."""
    known = form in (PADES, _CMS_DETACHED) and not is_limit(error)
    return _untold(form, Holds.NO if known else Holds.UNDETERMINED, error)


def _untold(form: str, intact: Holds, error: BaseException) -> PdfSignature:
    return PdfSignature(
        subject="",
        name="",
        organisation="",
        certificate="",
        form=form,
        claimed_at=None,
        stamp=None,
        intact=intact,
        whole=Holds.UNDETERMINED,
        anchored=Anchored.NOT_JUDGED,
        reason=_short(f"it cannot be read ({named(error)})"),
    )


def _no_stamp(holds: Holds, why: str) -> PdfStamp:
    return PdfStamp(time=None, authority="", holds=holds, anchored=Anchored.NOT_JUDGED, reason=_short(why))


def _by_digest(embedded: Any, form: str) -> Holds:
    """Of a form that is judged no further: that it does not hold, where the bytes are others than those it names."""
    if form != _CMS_DETACHED:  # what it names may be something else than the document's bytes
        return Holds.UNDETERMINED
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    try:
        intact, valid = validate_sig_integrity(
            embedded.signer_info, embedded.signer_cert, "data", embedded.compute_digest()
        )
    except malformed():
        return Holds.UNDETERMINED
    return Holds.UNDETERMINED if intact and valid else Holds.NO


def _named_signer(embedded: Any) -> x509.Certificate | None:
    """The certificate that a signature names as its signer's, checked by nothing."""
    try:
        return load_certificate(embedded.signer_cert.dump())
    except malformed():
        return None


def _token_in(embedded: Any) -> bytes | None:
    """The first timestamp token among the unsigned attributes."""
    attributes = embedded.signer_info["unsigned_attrs"]
    for attribute in attributes if attributes.native is not None else ():
        if attribute["type"].native == "signature_time_stamp_token":
            return bytes(attribute["values"][0].dump())
    return None


def _claimed(embedded: Any) -> datetime | None:
    try:
        found = embedded.self_reported_timestamp
    except malformed():
        return None
    return found if isinstance(found, datetime) and found.tzinfo is not None else None


def _subject(certificate: x509.Certificate) -> str:
    return _short(certificate.subject.rfc4514_string())


def _of(certificate: x509.Certificate, attribute: x509.ObjectIdentifier) -> str:
    return _short(", ".join(str(one.value) for one in certificate.subject.get_attributes_for_oid(attribute)))


def _short(text: str) -> str:
    text = readable(text)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
