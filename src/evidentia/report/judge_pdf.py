"""The process that judges signed PDFs of foreign origin: they are read here, under limits, and nowhere else.

It reads one JSON line with the path of a PDF and the caller's anchors, and answers with one. It is started by
``judging_pdf`` and gets no case and no key. A signature that does not hold is a finding like another: all of them are
told, and none ends the reading.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from evidentia.custody.pdf_seal_check import signatures_alone
from evidentia.custody.signed_document import MOST_SIGNATURES
from evidentia.fingerprint.decode import allow, limited
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
from evidentia.verify.pdf_signature import PADES, UNREADABLE, can_read_pdfs, check_whole, split_signature
from evidentia.verify.timestamp import Token, check_bare_token
from evidentia.verify.trust_files import loadable

MEMORY = 1 << 30
"""Bytes of address space: pyHanko holds a PDF several times."""

SECONDS = 30
"""Processor seconds for one PDF; a report of a hundred pages with two signatures takes two."""

LARGEST_PDF = 128 << 20
"""Bytes of a PDF that is read; an expert's report with many pictures has some tens of MB."""

LONGEST_TEXT = 300  # characters of a name or a reason; libraries put whole objects into their errors

_MALFORMED = (*UNREADABLE, MemoryError, AssertionError)  # pyHanko asserts what a file may make untrue
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
    """Judge every signature in a PDF. Whatever is wrong with it is in the answer; nothing is raised.

    The PDF is read strictly: what only a lenient reader opens, another reader may show with other contents.
    """
    at = now().replace(microsecond=0)
    try:
        signatures = tuple(_Reader(data, trust, at).signatures())
        state, reason = _state_of(signatures), ""
    except _Unread as why:
        signatures, state, reason = (), why.state, _short(str(why))
    except _MALFORMED as error:  # a part that is read late: a name in a certificate, say
        signatures, state, reason = (
            (),
            PdfState.UNDETERMINED,
            _short(f"it cannot be judged ({_named(error)})"),
        )
    return JudgedPdf(
        state=state,
        signatures=signatures,
        judged_at=at,
        signers=() if trust is None else tuple(sorted(map(fingerprint, trust.signers))),
        authorities=() if trust is None else tuple(sorted(map(fingerprint, trust.authorities))),
        reason=reason,
    )


def _state_of(signatures: tuple[PdfSignature, ...]) -> PdfState:
    if not signatures:
        return PdfState.UNSIGNED
    stamps = [one.stamp.holds for one in signatures if one.stamp is not None]
    answers = {*stamps, *(answer for one in signatures for answer in (one.intact, one.whole))}
    if Holds.NO in answers:
        return PdfState.BROKEN
    return PdfState.UNDETERMINED if Holds.UNDETERMINED in answers else PdfState.INTACT


class _Unread(Exception):
    """The signatures cannot be told one by one; ``state`` is what can be said all the same."""

    def __init__(self, why: str, state: PdfState = PdfState.UNDETERMINED) -> None:
        super().__init__(why)
        self.state = state


class _Reader:
    """One PDF and its signatures."""

    def __init__(self, data: bytes, trust: Trust | None, at: datetime) -> None:
        self._data, self._trust, self._at = data, trust, at

    def signatures(self) -> Iterator[PdfSignature]:
        """Each signature, judged.

        Raises:
            _Unread: they cannot be found.
        """
        for embedded in self._embedded():
            yield self._judged(embedded)

    def _embedded(self) -> list[Any]:
        if not can_read_pdfs():
            raise _Unread("pyHanko, with which PDFs are read, is not installed")
        if len(self._data) > LARGEST_PDF:
            raise _Unread(f"the PDF has more than {LARGEST_PDF >> 20} MiB")
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.pdf_utils.reader import PdfFileReader

        try:
            reader = PdfFileReader(io.BytesIO(self._data), strict=True)
            pages = reader.root["/Pages"]["/Count"]
        except (PdfError, *_MALFORMED) as error:
            raise _Unread(f"it cannot be read as a PDF ({_named(error)})") from error
        if not isinstance(pages, int):
            raise _Unread("it cannot be read as a PDF (it has no pages)")
        try:
            found = list(reader.embedded_regular_signatures)
        except (PdfError, *_MALFORMED) as error:
            # The document can be read, and what should be a signature in it cannot.
            raise _Unread(f"a signature in it cannot be read ({_named(error)})", PdfState.BROKEN) from error
        if not found and b"/ByteRange" in self._data:
            # A later step can take a field out of the form; to call that unsigned would hide it.
            raise _Unread("it holds a signature that is none of its document any more, or a timestamp alone")
        if len(found) > MOST_SIGNATURES:
            raise _Unread(f"it bears more than {MOST_SIGNATURES} signatures")
        return found

    def _judged(self, embedded: Any) -> PdfSignature:
        checked = self._checked(embedded)
        whole, gap = self._whole(embedded)
        stamp, proven = self._stamp(embedded, checked.signed)
        led = self._led(checked, proven or self._at)
        certificate = checked.certificate
        return PdfSignature(
            subject="" if certificate is None else _subject(certificate),
            name="" if certificate is None else _of(certificate, NameOID.COMMON_NAME),
            organisation="" if certificate is None else _of(certificate, NameOID.ORGANIZATION_NAME),
            certificate="" if certificate is None else fingerprint(certificate),
            form=_form(embedded),
            claimed_at=_claimed(embedded),
            stamp=stamp,
            intact=checked.intact,
            whole=whole,
            anchored=led.anchored,
            reason=_short(checked.reason or gap or led.reason),
        )

    def _checked(self, embedded: Any) -> _Checked:
        """Whether the signature holds over its bytes. Its signer is told also where it does not: as whom it names."""
        signed, named = None, _named_signer(embedded)
        try:
            cms, covered = split_signature(self._data, [int(one) for one in embedded.byte_range])
            if (form := _form(embedded)) != PADES:
                return _Checked(
                    _by_digest(embedded),
                    None,
                    named,
                    f"it is of the form {form}, not PAdES: judged no further",
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
            return _Checked(answer, signed, named, str(error))
        except _MALFORMED as error:
            return _Checked(Holds.NO, signed, named, f"it cannot be read ({_named(error)})")
        return _Checked(Holds.YES, signed, certificate)

    def _whole(self, embedded: Any) -> tuple[Holds, str]:
        """Whether it covers the document as it stood, and whether only signatures were added since."""
        from pyhanko.pdf_utils.misc import PdfError

        if not _END.search(self._data[-10:]):  # a reader would overlook what stands behind
            return Holds.NO, "something stands behind the end of the PDF"
        try:
            check_whole(embedded, others_may_follow=True, rules=signatures_alone())
        except CmsError as error:
            return Holds.NO, str(error)
        except (PdfError, *_MALFORMED) as error:
            return Holds.UNDETERMINED, f"what it covers cannot be told ({_named(error)})"
        return Holds.YES, ""

    def _stamp(self, embedded: Any, signed: SignedData | None) -> tuple[PdfStamp | None, datetime | None]:
        """The timestamp over the signature, and its time where one of the caller's anchors vouches for it."""
        if signed is None:
            return None, None
        try:
            token_der = _token_in(embedded)
            token = None if token_der is None else check_bare_token(token_der, signed.signer.signature)
        except (CmsError, *_MALFORMED) as error:
            answer = Holds.UNDETERMINED if getattr(error, "algorithm", False) else Holds.NO
            unread = PdfStamp(
                time=None, authority="", holds=answer, anchored=Anchored.NOT_JUDGED, reason=_short(str(error))
            )
            return unread, None
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


def _by_digest(embedded: Any) -> Holds:
    """Of a form that is judged no further: that it does not hold, where the bytes are others than those it names."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    try:
        intact, valid = validate_sig_integrity(
            embedded.signer_info, embedded.signer_cert, "data", embedded.compute_digest()
        )
    except _MALFORMED:
        return Holds.UNDETERMINED
    return Holds.UNDETERMINED if intact and valid else Holds.NO


def _named_signer(embedded: Any) -> x509.Certificate | None:
    """The certificate that a signature names as its signer's, checked by nothing."""
    try:
        return load_certificate(embedded.signer_cert.dump())
    except _MALFORMED:
        return None


def _token_in(embedded: Any) -> bytes | None:
    """The first timestamp token among the unsigned attributes."""
    attributes = embedded.signer_info["unsigned_attrs"]
    for attribute in attributes if attributes.native is not None else ():
        if attribute["type"].native == "signature_time_stamp_token":
            return bytes(attribute["values"][0].dump())
    return None


def _form(embedded: Any) -> str:
    return _readable(str(embedded.sig_object.get("/SubFilter")))[:60]


def _claimed(embedded: Any) -> datetime | None:
    try:
        found = embedded.self_reported_timestamp
    except _MALFORMED:
        return None
    return found if isinstance(found, datetime) and found.tzinfo is not None else None


def _subject(certificate: x509.Certificate) -> str:
    return _short(certificate.subject.rfc4514_string())


def _of(certificate: x509.Certificate, attribute: x509.ObjectIdentifier) -> str:
    return _short(", ".join(str(one.value) for one in certificate.subject.get_attributes_for_oid(attribute)))


def _readable(text: str) -> str:
    """A text that JSON can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _short(text: str) -> str:
    text = _readable(text)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def anchors_as_der(certificates: tuple[x509.Certificate, ...]) -> tuple[bytes, ...]:
    """Anchors as the job holds them."""
    return tuple(one.public_bytes(Encoding.DER) for one in certificates)
