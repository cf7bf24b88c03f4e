"""When two texts, two names or two addresses count as the same.

Layout, white space and canonically equivalent spelling (Unicode NFC) are no wording, and what a link carries about the
way of its visitor (``platforms.keys.normalise_url``) is no part of where it leads. Everything else is: a case, a
zero-width character, a letter of another script, a skin tone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from evidentia.platforms.keys import normalise_url

REMEMBERED = 16
"""Texts whose spelling is kept, because one text is compared with several: few, because texts can be long."""

_LINK = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)


def same_wording(one: str, other: str) -> bool:
    """Whether two texts are the same but for layout, equivalent spelling and the tracking in their links."""
    return one == other or wording(one) == wording(other)


@lru_cache(maxsize=REMEMBERED)
def wording(text: str) -> str:
    """The text in the one spelling that all texts of one wording share: equal exactly where ``same_wording`` is."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    return _LINK.sub(lambda link: normalise_url(link.group()), plain) if "://" in plain else plain


def same_address(one: str, other: str) -> bool:
    """Whether two addresses, or ids, lead to the same."""
    return one == other or normalise_url(one) == normalise_url(other)


def addresses(links: Iterable[str]) -> list[str]:
    """Where links lead, each in one spelling and without tracking."""
    return [normalise_url(link) for link in links]
