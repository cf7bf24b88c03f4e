"""The normalised text and its digest: equal for texts that differ only in how they were encoded and spaced."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path
from typing import Any

import msgspec

from ..record.errors import UsageError
from .digests import open_regular
from .magic import UNKNOWN

LONGEST_TEXT = 4 << 20
"""Bytes of a file that is looked into as a text: posts and chats are shorter, and its words are held in memory."""


class NormalText(msgspec.Struct, frozen=True, kw_only=True):
    """A text after normalisation, the SHA-256 of its UTF-8, and the steps that changed anything."""

    text: str
    sha256: str
    changed_by: tuple[str, ...]


SHINGLE = 4
"""Words of a shingle: long enough that two posts on one subject share few, short enough to survive an edited word."""


def shingles(text: str, *, words: int = SHINGLE) -> frozenset[str]:
    """Every run of ``words`` words in a row, without case and punctuation: of a short text, all its words as one."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    runs = range(max(1, len(found) - words + 1)) if found else ()
    return frozenset(" ".join(found[at : at + words]) for at in runs)


def resemblance(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shingles of both that both have, from 0 to 1 (Broder, "On the resemblance and containment of
    documents", 1997); 1 for two texts without a word. Copied wording is found by it; what it means is not said.
    """
    both = one | other
    return len(one & other) / len(both) if both else 1.0


def normalise(text: str) -> NormalText:
    """Compose the text (Unicode NFC, UAX #15), then fold every run of white space to one space and trim the ends.

    Case, punctuation and every visible character stay as they are: a digest that forgave those would call an
    edit a copy.
    """
    composed = unicodedata.normalize("NFC", text)
    folded = " ".join(composed.split())
    steps = (("NFC", composed != text), ("white space folded", folded != composed))
    return NormalText(
        text=folded,
        # A lone surrogate has no UTF-8; "surrogatepass" keeps the digest defined for whatever a page held.
        sha256=hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest(),
        changed_by=tuple(name for name, changed in steps if changed),
    )


def with_text(row: dict[str, Any], path: Path) -> dict[str, Any]:
    """A file's row (see ``types.to_json_row``) with what it is as a text, where it is one: UTF-8 without a zero byte.

    It adds ``text``: the SHA-256 of the normalised text, the steps that changed anything, how many words there are,
    and how many different runs of four of them. A file without a known signature is a text where it reads as one.
    """
    if row["media_type"] != UNKNOWN or row["size"] > LONGEST_TEXT:
        return row
    try:
        with open_regular(path) as source:
            data = source.read(LONGEST_TEXT + 1)
        plain = normalise(data.decode("utf-8"))
    except (OSError, UnicodeDecodeError, UsageError):  # gone or another by now: its digests stand
        return row
    # What was read must be what was digested: the file may be another one by now.
    if not plain.text or "\0" in plain.text or hashlib.sha256(data).hexdigest() != row["sha256"]:
        return row
    text = {
        "sha256": plain.sha256,
        "changed_by": list(plain.changed_by),
        "words": len(plain.text.split()),
        "shingles": len(shingles(plain.text)),
    }
    return row | {"text": text, "problems": []}
