"""RFC 3161 timestamps: a TimeStampResp over a file, checked up to the authority's certificate."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509

from .cms import (
    DIGESTS,
    CmsError,
    SignedData,
    algorithm_identifier,
    check_signature,
    parse_signed_data,
)
from .der import (
    BOOLEAN,
    EXPLICIT_0,
    EXPLICIT_1,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    DerError,
    Element,
    elements,
    expect,
    integer,
    one,
)
from .naming import is_name_of

OID_TST_INFO = "1.2.840.113549.1.9.16.1.4"
GRANTED = 0  # PKIStatus (RFC 3161, section 2.4.2)
UNSTATED_ACCURACY = timedelta(seconds=1)  # FORMAT, "Time"
COARSEST_ACCURACY = 3600  # seconds; authorities state a second or less (ETSI EN 319 421, section 7.7)
_ACCURACY = {INTEGER: (0, COARSEST_ACCURACY), 0x80: (1, 999), 0x81: (1, 999)}  # RFC 3161, section 2.4.2
_OPTIONAL = (SEQUENCE, BOOLEAN, INTEGER, EXPLICIT_0, EXPLICIT_1)  # accuracy, ordering, nonce, tsa, extensions

_TIME = re.compile(rb"(\d{14})(?:\.(\d*[1-9]))?Z", re.ASCII)


class Token(NamedTuple):
    """A token whose signature holds: when, give or take what, by whose certificate, which certificates came along."""

    time: datetime
    accuracy: timedelta
    serial: int
    certificate: x509.Certificate
    others: tuple[bytes, ...]


def check_token(response: bytes, stamped: bytes) -> Token:
    """Check a TimeStampResp over ``stamped``. Whether its authority is trusted is for the caller to ask.

    Raises:
        CmsError: not granted, not DER, another imprint, or the signature does not hold.
    """
    try:
        return _checked(signed_data_of(response), stamped)
    except DerError as error:
        raise CmsError(str(error)) from error


def check_bare_token(token: bytes, stamped: bytes) -> Token:
    """Check a token without the response around it, as signatures carry one: see ``check_token``.

    Raises:
        CmsError: not DER, another imprint, or the signature does not hold.
    """
    try:
        return _checked(parse_signed_data(token), stamped)
    except DerError as error:
        raise CmsError(str(error)) from error


def signed_data_of(response: bytes) -> SignedData:
    """The signed data in a TimeStampResp, unchecked.

    Raises:
        CmsError: not granted, or not DER.
    """
    try:
        parts = elements(one(response, SEQUENCE).content)
        status = expect(elements(expect(parts, 0, SEQUENCE).content), 0, INTEGER)
        if integer(status) != GRANTED or len(parts) != 2:
            raise CmsError("the authority did not grant a timestamp")
        return parse_signed_data(expect(parts, 1, SEQUENCE).encoded)
    except DerError as error:
        raise CmsError(str(error)) from error


def _checked(signed: SignedData, stamped: bytes) -> Token:
    if signed.content_type != OID_TST_INFO or signed.content is None:
        raise CmsError("not a timestamp token")
    info = elements(one(signed.content, SEQUENCE).content)
    time, accuracy, serial = _read_info(info, stamped)
    certificate = check_signature(signed, signed.content)
    authority = next((part for part in info[5:] if part.tag == EXPLICIT_0), None)
    if authority is not None and not is_name_of(_only(authority), certificate):
        raise CmsError("the token names another authority than its certificate does")
    return Token(time, accuracy, serial, certificate, signed.certificates)


def _read_info(info: tuple[Element, ...], stamped: bytes) -> tuple[datetime, timedelta, int]:
    """TSTInfo (RFC 3161, section 2.4.2): the imprint must be of ``stamped``."""
    if integer(expect(info, 0, INTEGER)) != 1:
        raise CmsError("not version 1 of a timestamp")
    expect(info, 1, OID)
    imprint = elements(expect(info, 2, SEQUENCE).content)
    algorithm = algorithm_identifier(expect(imprint, 0, SEQUENCE)).oid
    if algorithm not in DIGESTS:
        raise CmsError(f"imprint algorithm {algorithm} is not accepted", algorithm=True)
    if expect(imprint, 1, OCTET_STRING).content != hashlib.new(DIGESTS[algorithm][0], stamped).digest():
        raise CmsError("the token is over other bytes")
    serial = integer(expect(info, 3, INTEGER))
    time = _time(expect(info, 4, GENERALIZED_TIME).content)
    tags = [part.tag for part in info[5:]]
    if tags != [tag for tag in _OPTIONAL if tag in tags]:
        raise CmsError("something in the token that has no place there")
    accuracy = _accuracy(info[5]) if tags[:1] == [SEQUENCE] else UNSTATED_ACCURACY
    return time, accuracy, serial


def _only(element: Element) -> Element:
    parts = elements(element.content)
    if len(parts) != 1:
        raise CmsError("not the name of an authority")
    return parts[0]


def _time(text: bytes) -> datetime:
    match = _TIME.fullmatch(text)
    if match is None:
        raise CmsError("the token's time is not UTC in DER form")
    try:
        whole = datetime.strptime(match[1].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise CmsError("the token's time does not exist") from error
    return whole.replace(microsecond=int((match[2] or b"")[:6].ljust(6, b"0")))


def _accuracy(element: Element) -> timedelta:
    """Accuracy ::= SEQUENCE { seconds INTEGER, millis [0], micros [1] }, each optional."""
    parts = elements(element.content)
    values = {part.tag: int.from_bytes(part.content, "big", signed=True) for part in parts}
    if [part.tag for part in parts] != [tag for tag in _ACCURACY if tag in values]:
        raise CmsError("not an accuracy")
    if any(not low <= values.get(tag, low) <= high for tag, (low, high) in _ACCURACY.items()):
        raise CmsError("an accuracy that says nothing")
    return timedelta(
        seconds=values.get(INTEGER, 0), milliseconds=values.get(0x80, 0), microseconds=values.get(0x81, 0)
    )
