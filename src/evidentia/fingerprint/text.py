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
