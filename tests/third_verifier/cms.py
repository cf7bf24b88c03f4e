"""CMS and tokens, from docs/format/signatures.md ("CMS", "Algorithms") and docs/format/time.md ("Tokens")."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from .der import Node, NotDer, integer, nodes, oid, only, part

SEQUENCE, SET, OCTETS, NULL = 0x30, 0x31, 0x04, b"\x05\x00"
SIGNED_DATA, DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
CERTIFICATE_V2, CERTIFICATE_V1 = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.12"
SHA2 = {f"2.16.840.1.101.3.4.2.{n}": name for n, name in ((1, "sha256"), (2, "sha384"), (3, "sha512"))}
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
ECDSA = dict(zip((f"1.2.840.10045.4.3.{n}" for n in (2, 3, 4)), HASHES, strict=True))
PKCS1 = dict(zip((f"1.2.840.113549.1.1.{n}" for n in (11, 12, 13)), HASHES, strict=True))
RSA, PSS, MGF1 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"


class Broken(Exception):
    """What a signature or token breaks; ``code`` is the fault's, or empty for the file's own kind."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


def refused(text: str) -> Broken:
    """An algorithm that is not accepted."""
    return Broken(text, "ALGORITHM_REFUSED")


class Cms(NamedTuple):
    """The parts of a SignedData that count."""

    content_type: str
    content: bytes | None
    certificates: list[bytes]
    sid: Node
    digest: Node
    attributes: dict[str, Node]
    signed: bytes
    algorithm: Node
    signature: bytes
    has_unsigned: bool


def parse(data: bytes) -> Cms:
    """Steps 1 and 2."""
    info = only(data, SEQUENCE)
    if len(info.parts) != 2 or oid(info.parts[0]) != SIGNED_DATA:
        raise Broken("no SignedData")
    body = only(part(info, 1, 0xA0).content, SEQUENCE).parts
    if [one.tag for one in body[1:3]] != [SET, SEQUENCE]:
        raise Broken("no SignedData")
    integer(body[0])
    announced = {_algorithm(one)[0] for one in body[1].parts}
    encapsulated, rest = body[2], body[3:]
    came = rest.pop(0).parts if rest and rest[0].tag == 0xA0 else []
    if rest and rest[0].tag == 0xA1:
        rest.pop(0)
    if [one.tag for one in rest] != [SET] or [one.tag for one in rest[0].parts] != [SEQUENCE]:
        raise Broken("not exactly one signer")
    kind, content = oid(part(encapsulated, 0, 0x06)), None
    if len(encapsulated.parts) not in (1, 2):
        raise Broken("no encapsulated content")
    if len(encapsulated.parts) == 2:
        content = only(part(encapsulated, 1, 0xA0).content, OCTETS).content
    cms = _signer(rest[0].parts[0].parts, kind, content, [one.encoded for one in came if one.tag == SEQUENCE])
    if _algorithm(cms.digest)[0] not in announced:
        raise Broken("a digest algorithm that was not announced")
    return cms


def _signer(parts: list[Node], kind: str, content: bytes | None, certificates: list[bytes]) -> Cms:
    """Step 2."""
    if len(parts) < 6 or parts[3].tag != 0xA0 or parts[5].tag != OCTETS:
        raise Broken("no signed attributes")
    version, sid, digest, attributes, algorithm, signature, *unsigned = parts
    integer(version)
    _algorithm(digest)
    _algorithm(algorithm)
    if sid.tag not in (SEQUENCE, 0x80) or [one.tag for one in unsigned] not in ([], [0xA1]):
        raise Broken("no signer identifier, or something besides")
    found: dict[str, Node] = {}
    for attribute in attributes.parts:
        if attribute.tag != SEQUENCE or len(attribute.parts) != 2 or oid(attribute.parts[0]) in found:
            raise Broken("no attribute, or one twice")
        values = part(attribute, 1, SET).parts
        if len(values) != 1:
            raise Broken("an attribute without exactly one value")
        found[oid(attribute.parts[0])] = values[0]
    signed = b"\x31" + attributes.encoded[1:]
    return Cms(
        kind, content, certificates, sid, digest, found, signed, algorithm, signature.content, bool(unsigned)
    )


def check(cms: Cms, content: bytes) -> x509.Certificate:
    """Steps 3 to 8; the signer's certificate."""
    algorithm, parameters = _algorithm(cms.digest)
    name = SHA2.get(algorithm, "")
    if not name or parameters not in (b"", NULL):
        raise refused("the digest algorithm")
    if oid(_value(cms, CONTENT_TYPE)) != cms.content_type:
        raise Broken("contentType is another")
    digest = _value(cms, MESSAGE_DIGEST)
    if digest.tag != OCTETS or digest.content != hashlib.new(name, content).digest():
        raise Broken("messageDigest is of something else")
    der = _certificate(cms)
    try:
        certificate = load_certificate(der)
        _check_sid(cms.sid, der, certificate)
        _check_value(cms, name, certificate)
    except InvalidSignature as error:
        raise Broken("the signature does not hold") from error
    except UnsupportedAlgorithm as error:
        raise refused(str(error)) from error
    except NotDer:
        raise
    except (ValueError, x509.DuplicateExtension) as error:
        raise Broken(f"the certificate cannot be read: {error}") from error
    return certificate


def load_certificate(der: bytes) -> x509.Certificate:
    """A certificate that can be read, as step 8 has it.

    Raises:
        ValueError: it cannot.
    """
    body = part(only(der, SEQUENCE), 0, SEQUENCE).parts
    if not body or integer(body[1 if body[0].tag == 0xA0 and len(body) > 1 else 0]) <= 0:
        raise ValueError("a serial number as no authority gives it")
    try:
        certificate = x509.load_der_x509_certificate(der)
    except x509.InvalidVersion as error:
        raise ValueError(str(error)) from error
    if certificate.not_valid_before_utc > certificate.not_valid_after_utc:
        raise ValueError("it ends before it begins")
    return certificate


def _has_named_curve(der: bytes) -> bool:
    body = part(only(der, SEQUENCE), 0, SEQUENCE).parts
    algorithm = part(body[6 if body[0].tag == 0xA0 else 5], 0, SEQUENCE)
    return [one.tag for one in algorithm.parts] == [0x06, 0x06]


def _algorithm(node: Node) -> tuple[str, bytes]:
    """An AlgorithmIdentifier: its OID, and its parameters as they are encoded."""
    if node.tag != SEQUENCE or len(node.parts) not in (1, 2):
        raise Broken("no algorithm identifier")
    return oid(node.parts[0]), b"".join(one.encoded for one in node.parts[1:])


def _value(cms: Cms, name: str) -> Node:
    if name not in cms.attributes:
        raise Broken(f"no signed attribute {name}")
    return cms.attributes[name]


def _certificate(cms: Cms) -> bytes:
    """Step 6."""
    second = CERTIFICATE_V2 in cms.attributes
    identifier = part(
        part(_value(cms, CERTIFICATE_V2 if second else CERTIFICATE_V1), 0, SEQUENCE), 0, SEQUENCE
    )
    name, at = ("sha256", 0) if second else ("sha1", 0)
    if second and identifier.parts and identifier.parts[0].tag == SEQUENCE:
        name, at = SHA2.get(_algorithm(identifier.parts[0])[0], ""), 1
        if not name:
            raise refused("the digest of the certificate's name")
    wanted = part(identifier, at, OCTETS).content
    for der in cms.certificates:
        if hashlib.new(name, der).digest() == wanted:
            return der
    raise Broken("the certificate that is named did not come along")


def _check_sid(sid: Node, der: bytes, certificate: x509.Certificate) -> None:
    """Step 7."""
    if sid.tag == 0x80:
        found = [
            e.value.digest for e in certificate.extensions if isinstance(e.value, x509.SubjectKeyIdentifier)
        ]
        fits = found == [sid.content]
    else:
        body = part(only(der, SEQUENCE), 0, SEQUENCE).parts
        body = body[1:] if body[0].tag == 0xA0 else body
        fits = [one.encoded for one in sid.parts] == [body[2].encoded, body[0].encoded]
    if not fits:
        raise Broken("the signer identifier is another")


def _check_value(cms: Cms, name: str, certificate: x509.Certificate) -> None:
    """Step 8."""
    key, (algorithm, parameters) = certificate.public_key(), _algorithm(cms.algorithm)
    if isinstance(key, ec.EllipticCurvePublicKey):
        der = certificate.public_bytes(Encoding.DER)
        if key.curve.name not in ("secp256r1", "secp384r1") or not _has_named_curve(der):
            raise refused("the key")
        if ECDSA.get(algorithm) != name or parameters:
            raise refused("the algorithm")
        key.verify(cms.signature, cms.signed, ec.ECDSA(HASHES[name]))
    elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048 and key.public_numbers().e >= 3:
        if algorithm == PSS:
            key.verify(cms.signature, cms.signed, _pss(parameters, name), HASHES[name])
        elif parameters in (b"", NULL) and (algorithm == RSA or PKCS1.get(algorithm) == name):
            key.verify(cms.signature, cms.signed, padding.PKCS1v15(), HASHES[name])
        else:
            raise refused("the algorithm")
    else:
        raise refused("the key")


def _pss(parameters: bytes, name: str) -> padding.PSS:
    fields = {one.tag: one.content for one in only(parameters, SEQUENCE).parts}
    if not {0xA0, 0xA1, 0xA2} <= set(fields):
        raise refused("RSASSA-PSS whose parameters are not stated")
    generator, inner = _algorithm(only(fields[0xA1], SEQUENCE))
    both = {_algorithm(only(one, SEQUENCE))[0] for one in (fields[0xA0], inner)}
    if generator != MGF1 or {SHA2.get(one) for one in both} != {name}:
        raise refused("RSASSA-PSS with other hashes")
    return padding.PSS(padding.MGF1(HASHES[name]), integer(only(fields[0xA2], 0x02)))


class Token(NamedTuple):
    """A token that holds."""

    time: datetime
    accuracy: timedelta
    certificate: x509.Certificate
    others: list[bytes]


def check_token(data: bytes, stamped: bytes, now: datetime) -> Token:
    """The six steps of a token."""
    response = only(data, SEQUENCE)
    if len(response.parts) != 2 or integer(part(part(response, 0, SEQUENCE), 0, 0x02)) != 0:
        raise Broken("not granted")
    cms = parse(part(response, 1, SEQUENCE).encoded)
    if cms.content_type != TST_INFO or cms.content is None:
        raise Broken("no token")
    info = only(cms.content, SEQUENCE)
    time, accuracy = _info(info, stamped)
    certificate = check(cms, cms.content)
    for tsa in (one for one in info.parts[5:] if one.tag == 0xA0):
        if len(tsa.parts) != 1 or not _is_name_of(tsa.parts[0], certificate):
            raise Broken("another authority")
    if time - accuracy > now + timedelta(minutes=5):
        raise Broken("a time that has not come", "TIMESTAMP_AHEAD")
    if not certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc:
        raise Broken("from outside of the authority's validity")
    return Token(time, accuracy, certificate, cms.certificates)


def _is_name_of(name: Node, certificate: x509.Certificate) -> bool:
    subject = only(certificate.subject.public_bytes(), SEQUENCE)
    if name.tag == 0xA4 and _texts(only(name.content, SEQUENCE)) == _texts(subject):
        return True
    named = [e.value for e in certificate.extensions if isinstance(e.value, x509.SubjectAlternativeName)]
    return any(
        name.encoded == one.encoded for value in named for one in only(value.public_bytes(), SEQUENCE).parts
    )


def _texts(name: Node) -> list[list[tuple[str, str]]]:
    """A Name as it is compared: texts whatever their string types, without case and superfluous blanks."""
    encodings = {
        0x0C: "utf-8",
        0x13: "ascii",
        0x14: "latin-1",
        0x16: "ascii",
        0x1C: "utf-32-be",
        0x1E: "utf-16-be",
    }
    found = []
    for together in name.parts:
        pairs = []
        for pair in together.parts:
            if len(pair.parts) != 2:
                raise Broken("no name")
            kind, value = pair.parts
            text = value.content.decode(encodings.get(value.tag, "latin-1"), "backslashreplace")
            pairs.append((oid(kind), " ".join(text.casefold().split())))
        found.append(sorted(pairs))
    return found


def _info(info: Node, stamped: bytes) -> tuple[datetime, timedelta]:
    imprint = part(info, 2, SEQUENCE)
    if integer(part(info, 0, 0x02)) != 1 or not oid(part(info, 1, 0x06)):
        raise Broken("no version 1")
    name = SHA2.get(_algorithm(part(imprint, 0, SEQUENCE))[0])
    if name is None:
        raise refused("the imprint's algorithm")
    if part(imprint, 1, OCTETS).content != hashlib.new(name, stamped).digest():
        raise Broken("over something else")
    integer(part(info, 3, 0x02))
    text = re.fullmatch(rb"([0-9]{14})(?:\.([0-9]*[1-9]))?Z", part(info, 4, 0x18).content)
    if text is None:
        raise Broken("no genTime")
    try:
        whole = datetime.strptime(f"{text[1].decode()}+0000", "%Y%m%d%H%M%S%z").astimezone(UTC)
    except ValueError as error:
        raise Broken("no such time") from error
    time = whole.replace(microsecond=int((text[2] or b"")[:6].ljust(6, b"0")))
    rest = info.parts[5:]
    tags = [one.tag for one in rest]
    if tags != [tag for tag in (SEQUENCE, 0x01, 0x02, 0xA0, 0xA1) if tag in tags]:
        raise Broken("something that has no place in a TSTInfo")
    return time, _accuracy(rest[0]) if tags[:1] == [SEQUENCE] else timedelta(seconds=1)


def _accuracy(node: Node) -> timedelta:
    limits = {0x02: (0, 3600), 0x80: (1, 999), 0x81: (1, 999)}
    parts = nodes(node.content)
    values = {one.tag: int.from_bytes(one.content, "big", signed=True) for one in parts}
    in_order = [one.tag for one in parts] == [tag for tag in limits if tag in values]
    if not in_order or any(not limits[tag][0] <= number <= limits[tag][1] for tag, number in values.items()):
        raise Broken("no accuracy")
    return timedelta(
        seconds=values.get(0x02, 0), milliseconds=values.get(0x80, 0), microseconds=values.get(0x81, 0)
    )
