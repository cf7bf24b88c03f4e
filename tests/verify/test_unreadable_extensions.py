"""Extensions that the library cannot read: it reads them late, and raises what is no ValueError. Never a traceback."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from forged import STAMPS, Key, der, issued, new_key, signed_data, token

from evidentia.verify.certificates import Use, leads_to_anchor
from evidentia.verify.cms import CmsError, check_signature, parse_signed_data
from evidentia.verify.timestamp import check_token

WHEN = datetime(2025, 3, 1, tzinfo=UTC)
X400 = bytes.fromhex("a3023000")  # a GeneralName that the library does not know (RFC 5280, section 4.2.1.6)
ODD = {
    "an unknown kind of name": x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, der(0x30, X400)),
    "no DER": x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, b"\x30\x05"),
}
STRANGER = der(
    0xA0, der(0xA4, der(0x30, der(0x31, der(0x30, b"\x06\x03\x55\x04\x03", der(0x0C, b"Badan Lain")))))
)


def odd_certificate(key: Key, which: str) -> x509.Certificate:
    made = issued(key, None, key, STAMPS, (ODD[which], False))
    with pytest.raises(Exception):  # noqa: B017 - whatever it is: the certificate is as odd as the test says
        _ = made.extensions
    return made


@pytest.mark.parametrize("which", ODD)
def test_a_token_that_names_another_authority_is_refused(which: str) -> None:
    key = new_key()
    own = odd_certificate(key, which).public_bytes(Encoding.DER)
    with pytest.raises(CmsError):
        check_token(token(b"x", WHEN, own, key, info=lambda fields: [*fields, STRANGER]), b"x")


@pytest.mark.parametrize("which", ODD)
def test_a_signer_who_is_named_by_key_is_refused(which: str) -> None:
    key = new_key()
    own = odd_certificate(key, which).public_bytes(Encoding.DER)

    def by_key(made: cms.SignedData) -> None:
        identifier = cms.SignerIdentifier("subject_key_identifier", core.OctetString(b"\x01" * 20))
        made["signer_infos"][0]["sid"] = identifier

    made = signed_data(b"x", own, key, change=by_key)
    with pytest.raises(CmsError):
        check_signature(parse_signed_data(made.dump()), b"x")


@pytest.mark.parametrize("which", ODD)
def test_such_a_certificate_leads_nowhere(which: str) -> None:
    made = odd_certificate(new_key(), which)
    chain, reason = leads_to_anchor(made, (), (made,), WHEN, Use.TIMESTAMPING)
    assert (chain, bool(reason)) == ((), True)
