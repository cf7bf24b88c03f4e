"""The head of a bundle: as JSON, and as a short printed form that survives being typed (FORMAT, "Head")."""

from __future__ import annotations

import re

import msgspec

from evidentia.record.custody import Head
from evidentia.record.errors import FormatError

from .canonical_json import encode_canonical
from .names import HIGHEST_NUMBER, is_case_id, is_digest, is_who

_PRINTED = re.compile(
    r"(?P<case>[a-z0-9][a-z0-9-]{0,63})/(?P<events>[1-9][0-9]{0,5})/"
    r"(?P<seal>[0-9a-f]{4}(?:-[0-9a-f]{4}){15})/(?P<check>[0-9]{2})",
    re.ASCII,
)


def head_json(head: Head) -> bytes:
    """The head as canonical JSON."""
    return encode_canonical(head)


def printed_head(head: Head) -> str:
    """``case/events/seal in groups of four/check``: the check is ISO/IEC 7064 MOD 97-10 over all before it."""
    groups = "-".join(head.seal[i : i + 4] for i in range(0, 64, 4))
    body = f"{head.case}/{head.events}/{groups}"
    return f"{body}/{_check_digits(body):02d}"


def parse_head(text: str) -> Head:
    """Read a head from JSON or from its printed form (which names no signatures).

    Raises:
        FormatError: neither, or the check digits say that it was mistyped.
    """
    text = text.strip()
    if text.startswith("{"):
        return _from_json(text)
    match = _PRINTED.fullmatch(text.lower())
    if match is None:
        raise FormatError("head", "not a head: case/events/seal/check is expected, or its JSON")
    body, _, check = match[0].rpartition("/")
    if _check_digits(body) != int(check):
        raise FormatError("head", "the check digits do not fit: something was mistyped")
    seal = match["seal"].replace("-", "")
    return Head(case=match["case"], events=int(match["events"]), seal=seal, signatures=())


def _from_json(text: str) -> Head:
    try:
        head = msgspec.json.decode(text.encode(), type=Head, strict=True)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise FormatError("head", f"not a head: {error}") from error
    signed = all(
        is_who(s.who) and is_digest(s.signature) and all(is_digest(token) for token in s.tokens)
        for s in head.signatures
    )
    numbered = 1 <= head.events <= HIGHEST_NUMBER
    if not (is_case_id(head.case) and numbered and is_digest(head.seal) and signed):
        raise FormatError("head", "not a head: a field is not what it must be")
    return head


def _check_digits(body: str) -> int:
    # MOD 97-10 works on digits. Every character counts as two: with one digit for some, as IBAN has it, "1b" and
    # "b1" are both 111, and that exchange goes unnoticed.
    values = (f"{'0123456789abcdefghijklmnopqrstuvwxyz-/'.index(c):02d}" for c in body)
    return 98 - int("".join(values) + "00") % 97
