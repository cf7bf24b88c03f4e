"""Whether a name that something states is one of a certificate's names (RFC 5280, sections 4.1.2.4 and 7.1)."""

from __future__ import annotations

from functools import lru_cache

from cryptography import x509

from .der import EXPLICIT_0, EXPLICIT_4, SEQUENCE, DerError, Element, elements, one

_ENCODINGS = {
    0x0C: "utf-8",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
"""Of the string types of a name: UTF8String, PrintableString, TeletexString, IA5String, UniversalString, BMPString."""


@lru_cache(maxsize=256)
def is_name_of(name: Element, certificate: x509.Certificate) -> bool:
    """Whether a GeneralName is the certificate's subject or one of its alternative names.

    Raises:
        DerError: it is not DER.
    """
    if name.tag == EXPLICIT_4 and _folded(one(name.content, SEQUENCE)) == _folded(_subject(certificate)):
        return True
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return False  # no names that could be read
    return name.encoded in {
        one_of.encoded for one_of in elements(one(alternative.public_bytes(), SEQUENCE).content)
    }


def _subject(certificate: x509.Certificate) -> Element:
    """The subject as it is encoded: a name need not be one that a library can read."""
    body = elements(one(certificate.tbs_certificate_bytes, SEQUENCE).content)
    return body[5 if body[0].tag == EXPLICIT_0 else 4]


def _folded(name: Element) -> list[list[tuple[bytes, str]]]:
    """A Name with its texts as they are compared: whatever their string type, without case and superfluous blanks."""
    return [
        sorted(_folded_part(elements(part.content)) for part in elements(parts.content))
        for parts in elements(name.content)
    ]


def _folded_part(part: tuple[Element, ...]) -> tuple[bytes, str]:
    if len(part) != 2:
        raise DerError("not a part of a name")
    kind, value = part
    text = value.content.decode(_ENCODINGS.get(value.tag, "latin-1"), "backslashreplace")
    return kind.encoded, " ".join(text.casefold().split())
