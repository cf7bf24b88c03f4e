"""What MediaWiki's action API is asked about a page, and the shape of what it answers.

After mediawiki.org/wiki/API:Query, API:Revisions, API:Logevents and API:Siteinfo (``formatversion=2``), compared with
the answers of MediaWiki 1.39 in ``fixtures/platforms/mediawiki``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import msgspec

from .keys import authority

KEPT_REVISIONS = 50
"""The API gives no more revisions with their content at once to those without special rights (API:Revisions)."""

LOG_ENTRIES = 50
"""Of the page's log, the newest: deletions, moves and protections, not edits. Few pages have as many."""

FILES = 10
"""Files of one page that are asked for, each with a question of its own: posts have a few, articles some dozens."""

MAX_TITLE_BYTES = 255
"""The longest title (mediawiki.org/wiki/Help:Bad_title)."""

_NEVER_IN_TITLES = frozenset("#<>[]|{}\x7f\ufffd") | {chr(code) for code in range(32)}
_SPECIAL = frozenset({"special", "istimewa"})
_DIFFERENCE = frozenset({"diff", "beda"})
_PERMANENT = frozenset({"permanentlink", "permalink", "pranala permanen"})
_MAX_PARAMETERS = 50

Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Address:
    """What an address of a wiki names: a page by title or number, or one revision. ``root`` has no slash at its end."""

    root: str
    title: str | None = None
    page: int | None = None
    revision: int | None = None


class Slot(msgspec.Struct, frozen=True):
    """The content of a revision (since 1.32)."""

    content: str | None = None
    sha1: str | None = None
    texthidden: bool = False


class Revision(msgspec.Struct, frozen=True):
    """A wording of a page, who saved it, and what of that the wiki hides. ``userid`` 0: nobody's account."""

    revid: Number
    parentid: Number = 0
    timestamp: str | None = None
    user: str | None = None
    userid: Number | None = None
    comment: str | None = None
    size: Number | None = None
    sha1: str | None = None
    content: str | None = None
    slots: dict[str, Slot] = {}
    tags: tuple[str, ...] = ()
    minor: bool = False
    texthidden: bool = False
    userhidden: bool = False
    commenthidden: bool = False
    suppressed: bool = False

    @property
    def main(self) -> Slot:
        """The main slot; before 1.32 the revision itself is it."""
        return self.slots.get("main") or Slot(self.content, self.sha1, self.texthidden)

    @property
    def text_is_hidden(self) -> bool:
        """Whether the wiki says that it hides the words."""
        return self.main.texthidden or self.texthidden

    @property
    def digest(self) -> str | None:
        """The SHA-1 of the words, as the wiki states it."""
        return self.main.sha1 or self.sha1


class File(msgspec.Struct, frozen=True):
    """A file that a page shows, as it was first uploaded or last replaced."""

    url: str
    sha1: str | None = None
    mime: str | None = None


class PageEntry(msgspec.Struct, frozen=True):
    """A page, or that there is none of the title."""

    title: str | None = None
    pageid: Number | None = None
    missing: bool = False
    invalid: bool = False
    redirect: bool = False
    fullurl: str | None = None
    revisions: tuple[Revision, ...] = ()
    imageinfo: tuple[File, ...] = ()


class Move(msgspec.Struct, frozen=True):
    """The parameters of an entry of the log of moves."""

    target_title: str


class LogEntry(msgspec.Struct, frozen=True):
    """Something that was done to a page, other than editing it."""

    type: str = ""
    action: str = ""
    logid: Number = 0
    logpage: Number | None = None
    timestamp: str | None = None
    user: str | None = None
    userid: Number | None = None
    comment: str | None = None
    params: object = None
    userhidden: bool = False
    actionhidden: bool = False
    commenthidden: bool = False

    @property
    def kind(self) -> str:
        """Type and action, as the wiki names them: ``delete/restore``."""
        return f"{self.type}/{self.action}"


class Site(msgspec.Struct, frozen=True):
    """Which wiki answers. One host may have several."""

    wikiid: str | None = None
    generator: str | None = None


class Namespace(msgspec.Struct, frozen=True):
    """A prefix of titles, in the wiki's language and in English."""

    name: str = ""
    canonical: str = ""


class Query(msgspec.Struct, frozen=True):
    """What was found."""

    pages: tuple[PageEntry, ...] = ()
    logevents: tuple[LogEntry, ...] = ()
    badrevids: dict[str, object] = {}
    general: Site = Site()
    namespaces: dict[str, Namespace] = {}


class Refusal(msgspec.Struct, frozen=True):
    """Why the API answers nothing (mediawiki.org/wiki/API:Errors_and_warnings)."""

    code: str
    info: str = ""


class Answer(msgspec.Struct, frozen=True):
    """One answer of the API."""

    query: Query | None = None
    error: Refusal | None = None
    more: object = msgspec.field(default=None, name="continue")


def address_of(url: str) -> Address | None:
    """What ``url`` names in a wiki, by its structure: ``/wiki/TITLE``, ``index.php?title=``, ``oldid=``, ``diff=``,
    ``curid=``, ``Special:Diff`` and ``Special:PermanentLink``; None for anything else."""
    try:
        parts = urlsplit(url)
        asked = {
            name: values[0] for name, values in parse_qs(parts.query, max_num_fields=_MAX_PARAMETERS).items()
        }
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not authority(url):
        return None
    for mark in ("/index.php", "/wiki/"):
        folder, found, rest = parts.path.partition(mark)
        if found and (mark == "/wiki/" or rest[:1] in ("", "/")):
            title = asked.get("title") or unquote(rest.lstrip("/") if mark == "/index.php" else rest)
            return _named(
                f"{parts.scheme}://{authority(url)}{folder}", title.replace("_", " ").strip(), asked
            )
    return None


def page_query(base: str, address: Address) -> str:
    """The question for the page that is named, its newest revisions, and which wiki this is."""
    if address.revision is not None:
        named = {"revids": str(address.revision)}
    elif address.page is not None:
        named = {"pageids": str(address.page), "rvlimit": str(KEPT_REVISIONS)}
    else:
        named = {"titles": address.title or "", "rvlimit": str(KEPT_REVISIONS)}
    return _query(base, meta="siteinfo", siprop="general|namespaces", **_REVISIONS, **named)


def history_query(base: str, page: int) -> str:
    """The question for a page's newest revisions."""
    return _query(base, **_REVISIONS, pageids=str(page), rvlimit=str(KEPT_REVISIONS))


def first_query(base: str, page: int) -> str:
    """The question for a page's very first revision, without its content."""
    asked = {"rvprop": "ids|timestamp|user|userid", "rvdir": "newer", "rvlimit": "1"}
    return _query(base, prop="revisions", pageids=str(page), **asked)


def log_query(base: str, title: str) -> str:
    """The question for what was done to the page of that title."""
    told = "ids|title|type|user|userid|timestamp|comment|details|tags"
    return _query(base, list="logevents", letitle=title, leprop=told, lelimit=str(LOG_ENTRIES))


def files_query(base: str, page: int) -> str:
    """The question for the files that a page shows."""
    asked = {"prop": "imageinfo", "iiprop": "url|sha1|mime", "gimlimit": str(FILES)}
    return _query(base, generator="images", pageids=str(page), **asked)


def page_url(root: str, title: str) -> str:
    """The address of a page, in the form that every wiki understands."""
    return f"{root}/index.php?title={quote(title.replace(' ', '_'), safe=':/')}"


_REVISIONS = {
    "prop": "info|revisions",
    "inprop": "url",
    "rvprop": "ids|timestamp|user|userid|comment|content|sha1|slotsha1|size|flags|tags",
    "rvslots": "main",
}


def _query(base: str, **asked: str) -> str:
    return f"{base}?{urlencode({'action': 'query', 'format': 'json', 'formatversion': '2', **asked})}"


def _named(root: str, title: str, asked: dict[str, str]) -> Address | None:
    special = _special(title)
    if special is not None:
        return Address(root, revision=special) if special else None
    difference, old, page = asked.get("diff", ""), _number(asked.get("oldid")), _number(asked.get("curid"))
    known = title if _is_title(title) else None
    if _number(difference):
        return Address(root, known, revision=_number(difference))
    if old and difference in ("", "prev"):
        return Address(root, known, revision=old)
    if difference not in ("", "0", "cur", "prev"):
        return None  # "next": which one that is, the address does not say
    if page:
        return Address(root, page=page)
    return Address(root, known) if known else None


def _special(title: str) -> int | None:
    """The revision that a special page shows; 0 for any other special page, None for a page that is not special."""
    space, colon, rest = title.partition(":")
    if not colon or space.strip().lower() not in _SPECIAL:
        return None
    name, *numbers = rest.strip().split("/")
    if name.lower() in _DIFFERENCE and len(numbers) in (1, 2):
        return _number(numbers[-1]) or 0
    return (_number(numbers[0]) or 0) if name.lower() in _PERMANENT and len(numbers) == 1 else 0


def _is_title(title: str) -> bool:
    return 0 < len(title.encode("utf-8", "replace")) <= MAX_TITLE_BYTES and not _NEVER_IN_TITLES & set(title)


def _number(stated: str | None) -> int | None:
    if stated is None or not stated.isascii() or not stated.isdecimal() or len(stated) > 18:
        return None
    return int(stated) or None
