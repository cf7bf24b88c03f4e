"""What comes of laying two items of a case beside each other."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .life import MediaMove, Words
from .said import Said, Says


class Agreement(StrEnum):
    """Whether two things are the same."""

    SAME = "same"
    ALIKE = "alike"  # other bytes that show the same, by a perceptual hash
    DIFFERS = "differs"
    UNDETERMINED = "undetermined"


class Unlike(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the items state otherwise: its name, and what each of them says (None: nothing)."""

    name: str
    a: str | None
    b: str | None


class TextPair(msgspec.Struct, frozen=True, kw_only=True):
    """Two texts laid beside each other, with where in its item each stands.

    ``was_read``: one of them was read from a picture, so that a difference can be an error of reading.
    """

    a: str
    b: str
    agreement: Agreement
    words: tuple[Words, ...]
    was_read: bool = False


class FilePair(msgspec.Struct, frozen=True, kw_only=True):
    """Two files: paths, SHA-256, and the PDQ bits (of 256) in which they differ where both are pictures.

    ``a`` or ``b`` is the address of a medium where the file is one that a post shows. ``reason`` says by what it was
    decided, or why it could not be; ``says`` are its sentences by their codes.
    """

    a: str
    b: str
    a_sha256: str
    b_sha256: str
    agreement: Agreement
    distance: int | None = None
    reason: str = ""
    says: tuple[Said, ...] = ()


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Items ``a`` and ``b`` of a case beside each other.

    ``circumstances`` are ways in which they were taken differently, which alone can explain what differs. ``content``
    is what is said of the post. ``outcome`` is that of words, content, media and files that were handed over:
    differing circumstances, and differing files of two captures, are no difference of what was published.
    ``not_compared`` says what could not be laid beside the other, and why; ``not_compared_say`` has one sentence for
    each by its code, for other languages.
    """

    a: int
    b: int
    outcome: Agreement
    circumstances: tuple[Unlike, ...] = ()
    content: tuple[Unlike, ...] = ()
    texts: tuple[TextPair, ...] = ()
    media: tuple[MediaMove, ...] = ()
    files: tuple[FilePair, ...] = ()
    not_compared: tuple[str, ...] = ()
    not_compared_say: Says = ()
