"""The account of a capture: everything that happened, put into the record's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evidentia.capture import places
from evidentia.capture.asking import Asked, answer
from evidentia.capture.behaviours import Behaved
from evidentia.capture.circumstances import clock, operating_system, tools
from evidentia.capture.door import Door
from evidentia.capture.exchange import Exchange
from evidentia.capture.limits import FRAMES, NOTED_CHARACTERS, PAGE_NAMED
from evidentia.capture.options import NOT_ASKED, PageOptions, told_of
from evidentia.capture.snapshot import Snapshot
from evidentia.capture.visit import Visit
from evidentia.platforms.page import CapturedPage
from evidentia.record.item import Circumstances, LoadState, Program, Redirect, TlsConnection
from evidentia.record.moment import now
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from evidentia.capture.withholding import Credentials

_NOT_REACHED = "net::ERR_SOCKS_CONNECTION"


@dataclass
class Account:
    """What is known of a capture while it goes on. ``url`` is what was asked for.

    Attributes:
        snapshot: how the page was shown; where behaviours changed it, after them.
        untouched: how it was shown before behaviours changed it; None where nothing did.
        behaved: what the behaviours did.
    """

    url: str
    options: PageOptions
    started_at: datetime
    door: Door
    visit: Visit
    sandboxed: bool = True
    browser: Program | None = None
    user_agent: str | None = None
    load_state: LoadState = LoadState.FAILED
    failure: str | None = None
    snapshot: Snapshot = field(default_factory=Snapshot)
    untouched: Snapshot | None = None
    behaved: Behaved = field(default_factory=Behaved)
    tls: TlsConnection | None = None
    asked: Asked = field(default_factory=Asked)
    problems: list[str] = field(default_factory=list)
    credentials: Credentials | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All requests so far: the page's own, then what its platform's interface was asked."""
        return (*self.visit.recorder.exchanges(), *self.asked.exchanges)

    @property
    def document(self) -> Exchange | None:
        """The exchange that brought the page's document, or in which that failed."""
        documents = self.visit.documents()
        return documents[-1] if documents else None

    @property
    def final_url(self) -> str | None:
        """The address of the document that stands there; None where none does."""
        if self.failure is None and self.snapshot.facts:
            return self.snapshot.facts.url
        return self.document.url if self.document and self.document.archived else None

    def complete_exchanges(self) -> None:
        """Add what only the door knows: the addresses that answered, and why others did not."""
        for exchange in self.exchanges:
            end = host_and_port(exchange.url)
            if exchange.archived:
                exchange.address = self.door.address_of(*end)
            if exchange.failure and exchange.failure.startswith(_NOT_REACHED):
                exchange.failure = self.door.failures.get(end, exchange.failure)

    def explain_failure(self) -> None:
        """Give the page's own failure the door's words where the browser only knows that it was not let through."""
        if self.failure and self.failure.startswith(_NOT_REACHED):
            url = self.document.url if self.document else self.url
            self.failure = self.door.failures.get(host_and_port(url), self.failure)

    def captured_page(self) -> CapturedPage:
        """The page as a platform reader gets it."""
        facts = self.snapshot.facts
        return CapturedPage(
            requested_url=self.url,
            final_url=self.final_url,
            status=self.document.status if self.document else None,
            title=facts.title if facts else "",
            dom=facts.dom if facts else "",
            text=facts.text if facts else "",
            responses=tuple(answer(exchange) for exchange in self.exchanges if exchange.archived),
            failure=self.failure,
        )

    def circumstances(self) -> Circumstances:
        """The circumstances, finished now."""
        facts = self.snapshot.facts
        return Circumstances(
            requested_url=self.url,
            final_url=self.final_url,
            canonical_url=facts.canonical if facts else None,
            redirects=tuple(self._redirects()),
            status=self.document.status if self.document else None,
            dns=tuple(self.door.answers),
            peers=tuple(self.door.peers),
            tls=self.tls,
            started_at=self.started_at,
            finished_at=now(),
            clock=clock(),
            browser=self.browser,
            tools=tools(),
            operating_system=operating_system(),
            user_agent=self.user_agent,
            viewport=self.options.viewport,
            locale=facts.language if facts else self.options.locale,
            load_state=self.load_state,
            private_network_allowed=self.options.allow_private_network,
            behaviours=tuple(self._behaviours()),
            not_captured=tuple(self._not_captured()),
            failure=self.failure,
        )

    def _redirects(self) -> Iterator[Redirect]:
        documents = self.visit.documents()
        for hop, after in pairwise(documents):
            yield Redirect(url=hop.url, status=hop.status or 0, location=hop.redirected_to or after.url)

    def _behaviours(self) -> Iterator[str]:
        yield "new browser profile, cache off, service workers passed by"
        if (left_out := told_of(self.options.behaviours)) is not None:
            yield left_out
        if not self.sandboxed:
            yield "the browser's sandbox was off: the capture ran as root"
        if self.options.accepted_keys:
            yield f"servers with these keys were believed: {', '.join(self.options.accepted_keys)}"
        documents = self.visit.documents()
        for hop, after in pairwise(documents):
            if hop.redirected_to is None:
                yield f"the page itself went on from {short(hop.url)} to {short(after.url)}"
        if self.snapshot.unchanged is False:
            yield "the document kept changing: its pictures and its text may show different moments"
        yield from self.visit.notes
        yield from self._behaved()
        if not self.options.ask:
            yield NOT_ASKED
        if (named := places.told(self.options.places)) is not None:
            yield named
        yield from self.asked.notes

    def _behaved(self) -> Iterator[str]:
        yield from self.behaved.told
        if self.untouched is not None:
            yield "after-*: the page after these behaviours; the files without it show the page before them"
        if self.behaved.left:
            yield "the page was left in spite of everything: what it showed then is not kept"

    def _not_captured(self) -> Iterator[str]:
        yield from self.visit.recorder.not_captured
        yield from self.asked.left_out
        yield from limited(self.door.turned_away)
        yield from limited(f"{short(it.url)}: {why}" for it in self.exchanges if (why := missing(it)))
        facts = self.snapshot.facts
        if facts is not None:
            yield from (f"{Term('picture not loaded')}: {url}" for url in facts.unloaded)
            yield from (f"{name}: {Term('cut at the limit')}" for name in facts.cut)
            if self.snapshot.unread_frames:
                what = Term("the text of {n} embedded frames").format(n=self.snapshot.unread_frames)
                yield f"{what}: {Term('they are not shown, or beyond the first {n}').format(n=FRAMES)}"


def host_and_port(url: str) -> tuple[str, int]:
    """Where a URL leads, as the door names it.

    >>> host_and_port("https://Social.example/p")
    ('social.example', 443)
    """
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme in ("https", "wss") else 80)


def limited(texts: Iterable[str]) -> Iterator[str]:
    """The first PAGE_NAMED of them, and how many more there are."""
    told = list(texts)
    yield from told[:PAGE_NAMED]
    if len(told) > PAGE_NAMED:
        yield Term("and {n} more of the like").format(n=len(told) - PAGE_NAMED)


def short(url: str) -> str:
    """An address as a note names it: browsers take two million characters, and a reader none of them.

    >>> len(short("https://situs.example/" + "a" * 2_000_000))
    2001
    """
    return url if len(url) <= NOTED_CHARACTERS else url[:NOTED_CHARACTERS] + "…"


def missing(exchange: Exchange) -> str:
    """What the archive lacks of an exchange; empty where it is whole or was never on the network."""
    if exchange.off_network:
        return exchange.off_network if exchange.status is not None and exchange.url.startswith("http") else ""
    if exchange.status is None:
        return exchange.failure or Term("nothing answered while the page was taken")
    return exchange.lacks or exchange.request_lacks
