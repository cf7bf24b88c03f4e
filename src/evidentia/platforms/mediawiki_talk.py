"""The conversation with a wiki's interface about one address; held live by ``capture``, and again by the reader.

``conversation`` asks and gathers. The reader holds it once more with the capture in the place of the wiki, so that what
is read is exactly what was asked for, and nothing else that a page fetched.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit

from . import mediawiki_api as api
from .answers import UnreadableAnswer, decoded, shaped
from .content import absolute
from .keys import authority
from .markup import Element, UnreadableMarkup, attribute, elements, parse
from .page import CapturedPage, CapturedResponse
from .questions import Ask
from .replay import replay

MAX_MOVES = 3
"""How often a page's moves are followed. Wikis mend double redirects; three is already unusual."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer of the API, and the address at which it stands in the capture."""

    answer: api.Answer
    where: str


@dataclass(slots=True)
class Told:
    """What a wiki told about one address.

    Attributes:
        base: the interface's address; None where none answered as MediaWiki's does.
        named: the answer about what the address names, or about the page that it was moved to.
        history: further revisions of the page, where the address names only one of them.
        first: the page's first revision, where the history does not reach back to it.
        files: what the page shows, with the title of each.
        logs: what was done to the page, under each of its titles, newest first.
        moved_to: the titles that the page was moved to, in order.
        problems: answers that could not be read, in words.
    """

    base: str | None = None
    site: api.Site = field(default_factory=api.Site)
    namespaces: dict[str, api.Namespace] = field(default_factory=dict)
    named: Heard | None = None
    history: Heard | None = None
    first: Heard | None = None
    files: list[tuple[str, api.File]] = field(default_factory=list)
    logs: list[tuple[api.LogEntry, str]] = field(default_factory=list)
    moved_to: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def entry(self) -> api.PageEntry | None:
        """The page that is named, or that it was moved to."""
        return _entry(self.named)


Conversation = Generator[Ask, CapturedResponse, Told]


def conversation(url: str, address: api.Address) -> Conversation:
    """Ask about what ``address`` names; returns what was told."""
    told = Told()
    page = yield Ask(url=urldefrag(url)[0], why="the page, which names the wiki's interface")
    for base in interfaces(page, address):
        heard = yield from _hear(told, api.page_query(base, address), "the page and its revisions")
        if heard is not None:
            told.base, told.named = base, heard
            break
    else:
        return told
    if told.named is not None and told.named.answer.query is not None:
        told.site, told.namespaces = told.named.answer.query.general, told.named.answer.query.namespaces
        yield from _more(told, told.base, address)
        yield from _shown(told, told.base, address)
    return told


def held_again(page: CapturedPage, address: api.Address) -> Told:
    """The conversation with the capture in the wiki's place."""
    return replay(conversation(page.requested_url, address), page.responses) or Told()


def interfaces(page: CapturedResponse, address: api.Address) -> tuple[str, ...]:
    """Where the API may be: where the page says (``<link rel="EditURI">``), else where it usually is.

    Nowhere, where the site answered with a page that is not MediaWiki's. A page cannot name another host than its own.
    """
    root = _document(page)
    for link in () if root is None else elements(root, "link"):
        base = absolute(attribute(link, "href"), page.url or address.root).partition("?")[0]
        if (
            attribute(link, "rel").lower() == "edituri"
            and base.endswith("/api.php")
            and _same_host(base, address.root)
        ):
            return (base,)
    if root is not None and page.status in _SPOKEN and not _is_generated(root):
        return ()
    folder = address.root
    return tuple(dict.fromkeys((f"{folder}/api.php", f"{folder}/w/api.php")))


def moved_to(log: tuple[api.LogEntry, ...], entry: api.PageEntry | None) -> str | None:
    """The title that the page now has, where its last change of place was a move and nothing else stands there."""
    if entry is None or not (entry.missing or entry.redirect):
        return None
    last = next((one for one in log if one.kind in _PLACES), None)
    if last is None or last.type != "move":
        return None
    try:
        return shaped(last.params, api.Move).target_title
    except UnreadableAnswer:
        return None


_SPOKEN = frozenset({200, 404, 410})
"""Statuses with which the site's own software answers, rather than something before it."""

_PLACES = frozenset(
    {"delete/delete", "delete/delete_redir", "delete/restore", "move/move", "move/move_redir"}
)


def _more(told: Told, base: str, address: api.Address) -> Generator[Ask, CapturedResponse, None]:
    entry = told.entry
    title = address.title if entry is None else entry.title
    for _ in range(MAX_MOVES + 1):
        if title is None:
            break
        heard = yield from _hear(told, api.log_query(base, title), "what was done to the page")
        log = heard.answer.query.logevents if heard and heard.answer.query else ()
        told.logs.extend((one, heard.where) for one in log if heard)
        title = moved_to(log, told.entry)
        if title is None or title in told.moved_to or address.revision is not None:
            break
        told.moved_to.append(title)
        asked = api.page_query(base, api.Address(address.root, title))
        told.named = (yield from _hear(told, asked, "the page that it was moved to")) or told.named
    yield from _older(told, base, address)


def _older(told: Told, base: str, address: api.Address) -> Generator[Ask, CapturedResponse, None]:
    entry = told.entry
    if entry is None or not entry.pageid or told.named is None:
        return
    newest = told.named
    if address.revision is not None:
        told.history = yield from _hear(
            told, api.history_query(base, entry.pageid), "the page's other revisions"
        )
        newest = told.history or newest
    if newest.answer.more is not None:
        told.first = yield from _hear(told, api.first_query(base, entry.pageid), "the page's first revision")


def _shown(told: Told, base: str, address: api.Address) -> Generator[Ask, CapturedResponse, None]:
    """The files of the page as it is now; those of an old revision may have been replaced since."""
    entry = told.entry
    if entry is None or not entry.pageid or address.revision is not None or not _shows_files(entry):
        return
    heard = yield from _hear(told, api.files_query(base, entry.pageid), "the files that the page shows")
    pages = heard.answer.query.pages if heard and heard.answer.query else ()
    told.files = [(page.title or "", file) for page in pages for file in page.imageinfo[:1]][: api.FILES]
    for title, file in told.files:
        if file.url.startswith(("https://", "http://")):
            yield Ask(url=file.url, why=f"the file {title}")


def _shows_files(entry: api.PageEntry) -> bool:
    """Whether the text can show files at all: it links to something in a namespace, or takes text in from elsewhere."""
    text = entry.revisions[0].main.content if entry.revisions else None
    return text is not None and ("{{" in text or any(":" in part[:255] for part in text.split("[[")[1:]))


def _hear(told: Told, url: str, why: str) -> Generator[Ask, CapturedResponse, Heard | None]:
    said = yield Ask(url=url, why=why)
    if said.status == 0:
        return None
    try:
        answer = decoded(said.body, api.Answer)
    except UnreadableAnswer as problem:
        told.problems.append(f"{said.url or url} ({said.status}): {problem}")
        return None
    return Heard(answer, url) if answer.query is not None or answer.error is not None else None


def _entry(heard: Heard | None) -> api.PageEntry | None:
    if heard is None or heard.answer.query is None:
        return None
    return next(iter(heard.answer.query.pages), None)


def _document(page: CapturedResponse) -> Element | None:
    if not page.body:
        return None
    try:
        return parse(page.body.decode("utf-8", "replace"))
    except UnreadableMarkup:
        return None


def _is_generated(root: Element) -> bool:
    stated = (
        attribute(meta, "content") for meta in elements(root, "meta") if meta.get("name") == "generator"
    )
    return any(content.startswith("MediaWiki") for content in stated)


def _same_host(base: str, root: str) -> bool:
    """The same host, port and scheme, the label of the mobile view (``id.m.wikipedia.org``) aside."""
    ends = [(urlsplit(url).scheme, authority(url).replace(".m.", ".", 1)) for url in (base, root)]
    return ends[0] == ends[1]


def revisions_of(heard: Heard | None) -> Iterator[tuple[api.Revision, str]]:
    """The revisions of an answer, newest first, each with its place in the capture."""
    entry = _entry(heard)
    for index, revision in enumerate(entry.revisions if entry else ()):
        yield revision, f"{heard.where if heard else ''}#/query/pages/0/revisions/{index}"
