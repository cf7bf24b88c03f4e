"""The names that a bundle may contain (FORMAT, "Names")."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

CASE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
WHO = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)
SHA256_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
NUMBER = re.compile(r"[0-9]{6}", re.ASCII)

_NO_DEVICE = r"(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[./]|\Z))"
"""Names that are devices on Windows, whatever follows their first dot (Microsoft, "Naming Files")."""

SEGMENT = re.compile(_NO_DEVICE + r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", re.ASCII)
EVIDENCE_PATH = re.compile(rf"{SEGMENT.pattern}(?:/{SEGMENT.pattern})*", re.ASCII)

HIGHEST_NUMBER = 999_999  # six digits


def is_case_id(text: str) -> bool:
    """Whether a text can be a case's id."""
    return CASE_ID.fullmatch(text) is not None


def is_who(text: str) -> bool:
    """Whether a text can be an actor's short name."""
    return WHO.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """Whether a text is a SHA-256 in lower-case hex."""
    return SHA256_HEX.fullmatch(text) is not None


def is_evidence_path(path: str) -> bool:
    """Whether a path is one that evidentia gives to evidence: plain ASCII segments, none with a leading dot."""
    return EVIDENCE_PATH.fullmatch(path) is not None


def number_text(number: int) -> str:
    """``7`` -> ``000007``.

    Raises:
        ValueError: the number has no six-digit form.
    """
    if not 1 <= number <= HIGHEST_NUMBER:
        raise ValueError(f"{number} is not between 1 and {HIGHEST_NUMBER}")
    return f"{number:06d}"


def item_folder(item: int) -> str:
    """Where an item's files are."""
    return f"data/{number_text(item)}"


def record_path(item: int) -> str:
    """Where an item's record is."""
    return f"custody/items/{number_text(item)}.sha256"


def event_path(event: int) -> str:
    """Where an event is."""
    return f"custody/{number_text(event)}.json"


def seal_path(event: int) -> str:
    """Where an event's seal is."""
    return f"custody/{number_text(event)}.sha256"


def signature_path(event: int, who: str) -> str:
    """Where a CMS signature over a seal is."""
    return f"{seal_path(event)}.{who}.p7s"


def pdf_signature_path(event: int, who: str) -> str:
    """Where a PDF signature over a seal is."""
    return f"{seal_path(event)}.{who}.pdf"


def seal_attachment(event: int) -> str:
    """What the seal is called where it is attached to a PDF: the last part of its path."""
    return seal_path(event).rpartition("/")[2]


def token_path(path: str, authority: int = 1) -> str:
    """Where the timestamp token over a file is; ``authority`` counts the authorities from 1."""
    return f"{path}.tsr" if authority == 1 else f"{path}.{authority}.tsr"


_CUSTODY = re.compile(
    r"custody/(?:"
    r"(?P<record>items/(?P<item>[0-9]{6})\.sha256)"
    r"|(?P<event>[0-9]{6})\.json"
    r"|(?P<seal>[0-9]{6})\.sha256(?:\.(?P<who>[a-z0-9-]{1,32})\.(?P<kind>p7s|pdf))?"
    r")(?P<token>(?:\.(?P<authority>[2-9]|[1-9][0-9]))?\.tsr)?",
    re.ASCII,
)
_TRUST = re.compile(r"trust/[0-9a-f]{64}\.(cer|crl|ocsp)", re.ASCII)


def is_trust_path(path: str) -> bool:
    """Whether a path is one of a certificate, CRL or OCSP answer."""
    return _TRUST.fullmatch(path) is not None


def trust_path(der_sha256: str, kind: str) -> str:
    """Where a certificate (``cer``), CRL (``crl``) or OCSP answer (``ocsp``) is."""
    return f"trust/{der_sha256}.{kind}"


class CustodyFileKind(StrEnum):
    """What a file under ``custody/`` is."""

    RECORD = "record"
    EVENT = "event"
    SEAL = "seal"
    SIGNATURE = "signature"
    PDF_SIGNATURE = "pdf-signature"
    TOKEN = "token"


class CustodyFile(NamedTuple):
    """What a path under ``custody/`` says of itself.

    ``number`` is the item's for a record and its tokens, the event's for everything else. ``over`` is the path
    that a token stamps; ``authority`` counts a token's authorities from 1.
    """

    path: str
    kind: CustodyFileKind
    number: int
    who: str = ""
    over: str = ""
    authority: int = 0


def custody_file(path: str) -> CustodyFile | None:
    """Read a path under ``custody/``; None where the format knows no such file."""
    match = _CUSTODY.fullmatch(path)
    if match is None:
        return None
    number = int(match["item"] or match["event"] or match["seal"])
    who = match["who"] or ""
    if number == 0:
        return None
    if match["token"]:
        over = path.removesuffix(match["token"])
        if not (match["record"] or who):  # tokens stand over records and signatures alone
            return None
        return CustodyFile(path, CustodyFileKind.TOKEN, number, who, over, int(match["authority"] or 1))
    if match["record"]:
        return CustodyFile(path, CustodyFileKind.RECORD, number)
    if match["event"]:
        return CustodyFile(path, CustodyFileKind.EVENT, number)
    if match["kind"] == "p7s":
        return CustodyFile(path, CustodyFileKind.SIGNATURE, number, who)
    if match["kind"] == "pdf":
        return CustodyFile(path, CustodyFileKind.PDF_SIGNATURE, number, who)
    return CustodyFile(path, CustodyFileKind.SEAL, number)
