"""A document that went out, and came back signed: the same bytes, with signatures added to them and nothing else.

The signatures are made elsewhere, by as many people as there are: each adds its own step to the file (ISO 32000-1,
12.8.1), and what was there before stays, byte for byte.
"""

from __future__ import annotations

import io
import re

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID

from evidentia.record.errors import MissingPart, SigningError
from evidentia.verify.certificates import fingerprint
from evidentia.verify.cms import (
    OID_DATA,
    CmsError,
    check_signature,
    parse_signed_data,
    uses_signing_certificate_v2,
)
from evidentia.verify.pdf_signature import PADES, UNREADABLE, can_read_pdfs, check_whole, split_signature

from .pdf_seal_check import check_additions

LARGEST_ADDITION = 16 * 1024 * 1024
"""Bytes that signatures may add: one with a picture and revocation lists is under 1 MB, and twenty may sign."""

MOST_SIGNATURES = 50

_TABLE = re.compile(rb"startxref\s+([0-9]{1,12})\s+%%EOF")


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """One signature in a document: its signer as the certificate names him, the certificate's SHA-256, and whether a
    timestamp over the signature is in it. Whom certificate and timestamp lead to is for a verifier to ask."""

    name: str
    organisation: str
    certificate: str
    stamped: bool


def check_signed_document(signed: bytes, original: bytes) -> tuple[Signed, ...]:
    """Check that a document is ``original`` with one PAdES signature or more added, and say whose.

    Checked: it begins with the very bytes that were given out; what was added are signatures and what long-term
    validation adds; each signature holds over all that stood before it, and binds its certificate.

    Returns:
        All signatures in it, in order, those that were there before included.

    Raises:
        SigningError: any of that does not hold.
        MissingPart: pyHanko is not installed.
    """
    if not can_read_pdfs():
        raise MissingPart(
            "Signed PDFs are read with pyHanko, which is not installed.", next_step="pip install pyhanko"
        )
    if not signed.startswith(original):
        raise _refused("it is not the document that was given out, or it was saved anew")
    if signed == original:
        raise _refused("it bears no new signature")
    if len(signed) - len(original) > LARGEST_ADDITION:
        raise _refused(f"more than {LARGEST_ADDITION} bytes were added")
    from pyhanko.pdf_utils.misc import PdfError

    try:
        before, revisions = _state_of(original)
        check_additions(signed, _last_table(original), revisions - 1)
        found = _signatures(signed)
    except CmsError as error:
        raise _refused(str(error)) from error
    except (PdfError, *UNREADABLE) as error:
        raise _refused(f"it cannot be read ({type(error).__name__}: {error})") from error
    if len(found) <= before:
        raise _refused("it bears no new signature")
    return found


def _state_of(original: bytes) -> tuple[int, int]:
    """How many signatures and how many revisions a document has."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(original), strict=True)
    return len(list(reader.embedded_regular_signatures)), reader.xrefs.total_revisions


def _last_table(original: bytes) -> int:
    return int(_TABLE.findall(original)[-1])


def _signatures(signed: bytes) -> tuple[Signed, ...]:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

    if not re.search(rb"%%EOF[\r\n]*\Z", signed[-10:]):
        raise CmsError("it does not end where a PDF ends")  # a reader would overlook what stands behind
    signatures = list(PdfFileReader(io.BytesIO(signed), strict=True).embedded_regular_signatures)
    if len(signatures) > MOST_SIGNATURES:
        raise CmsError(f"it bears more than {MOST_SIGNATURES} signatures")
    found = []
    for signature in signatures:
        form = str(signature.sig_object.get("/SubFilter"))
        if form != PADES:
            raise CmsError(
                f"a signature is of the form {form[:60]}, not PAdES; choose PAdES in the application"
            )
        check_whole(signature, others_may_follow=True)
        cms, covered = split_signature(signed, [int(one) for one in signature.byte_range])
        data = parse_signed_data(cms)
        certificate = check_signature(data, covered)
        if (data.content_type, data.content) != (OID_DATA, None):
            raise CmsError("a signature is not detached, over plain data")
        if not uses_signing_certificate_v2(data):
            raise CmsError("a signature does not bind the certificate (signing-certificate-v2, RFC 5035)")
        found.append(
            Signed(
                name=_of(certificate, NameOID.COMMON_NAME),
                organisation=_of(certificate, NameOID.ORGANIZATION_NAME),
                certificate=fingerprint(certificate),
                stamped=any(extract_tst_data_iter(signature.signer_info, signed=False)),
            )
        )
    return tuple(found)


def _of(certificate: x509.Certificate, attribute: x509.ObjectIdentifier) -> str:
    return ", ".join(str(one.value) for one in certificate.subject.get_attributes_for_oid(attribute))


def _refused(why: str) -> SigningError:
    return SigningError(
        f"The signed document is refused: {why}.",
        next_step="Sign the PDF that `evidentia report --unsigned` wrote, as it is, with PAdES, and bring that.",
    )
