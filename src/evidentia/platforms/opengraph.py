"""What a page states about itself in ``meta`` elements: Open Graph (ogp.me) and its articles and profiles.

Written for other programs' previews: often cut short, never shown to a person, and left standing by careless templates.
So it is the weakest source of a text, and by itself never shows that a post is there.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from evidentia.record.post import Account

from .content import absolute
from .markup import Element, attribute, elements

MAX_STATEMENTS = 500
"""Names that are kept; a page states some dozens."""

Statements: TypeAlias = dict[str, str]
"""The first value of each name, by the name in lower case."""


def statements(root: Element | None) -> Statements:
    """All that the page states in ``meta`` elements with a ``property`` or a ``name``; one pass over the page."""
    stated: Statements = {}
    for meta in () if root is None else elements(root, "meta"):
        content = attribute(meta, "content").strip()
        for name in (attribute(meta, "property").strip().lower(), attribute(meta, "name").strip().lower()):
            if name and content and len(stated) < MAX_STATEMENTS:
                stated.setdefault(name, content)
    return stated


def author(stated: Statements, base_url: str) -> Account:
    """Who wrote it: ``author``, ``article:author`` (an address or a name) and ``profile:username``."""
    named, of_article = stated.get("author"), stated.get("article:author")
    url = of_article if of_article and of_article.startswith(("http://", "https://", "/")) else None
    return Account(
        handle=stated.get("profile:username"),
        name=named or (of_article if url is None else None),
        url=absolute(url, base_url) or None if url else None,
    )


def picture(stated: Statements, base_url: str) -> str | None:
    """The address of the picture that stands for the page."""
    reference = stated.get("og:image:secure_url") or stated.get("og:image") or stated.get("og:image:url")
    return absolute(reference, base_url) or None if reference else None


def when(stated: Statements, name: str) -> tuple[datetime | None, str | None]:
    """The time that is stated under the name: placed in time if its zone is stated too, else only as it stands."""
    return placed(stated.get(name))


def placed(said: str | None) -> tuple[datetime | None, str | None]:
    """A time in ISO 8601; only its words where no zone is stated with it, or where it cannot be read."""
    if not said or not said.strip():
        return None, None
    try:
        at = datetime.fromisoformat(said.strip())
    except ValueError:
        return None, said.strip()[:100]
    return (at, None) if at.tzinfo is not None else (None, said.strip()[:100])
