"""The normalised text and its digest: equal for texts that differ only in how they were encoded and spaced."""

from __future__ import annotations

import hashlib
import unicodedata

import msgspec


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
