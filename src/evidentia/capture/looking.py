"""One light look: the questions of a platform's reader, or the address itself; nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from evidentia import platforms
from evidentia.capture.asking import Asked, answer, ask_all
from evidentia.capture.client import Client
from evidentia.capture.exchange import Exchange
from evidentia.capture.options import PageOptions, is_browsed
from evidentia.platforms.page import CapturedPage, CapturedResponse
from evidentia.platforms.questions import Ask
from evidentia.record.moment import now

_GRAIN = timedelta(seconds=1)
"""What Last-Modified resolves. A document that was served in the second of its change may change again in it, unseen:
the date tells versions apart only where Date is at least this much later (RFC 9110, 8.8.2.2)."""


@dataclass(frozen=True)
class Known:
    """What an earlier look got with a document: the server then only says whether it has changed (RFC 9110, 13.1)."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        """Whether there is anything to ask by."""
        return bool(self.etag or self.last_modified)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The request's fields; no cache on the way may answer them without asking the host (RFC 9111, 5.2.1.4)."""
        named = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        fields = tuple((name, value) for name, value in named if value)
        return (*fields, ("Cache-Control", "no-cache")) if fields else ()


def known_of(response: CapturedResponse) -> Known:
    """What a document's response gives to ask by the next time; nothing where it could not tell versions apart."""
    fields = {name.lower(): value for name, value in reversed(response.headers)}
    modified = fields.get("last-modified", "")
    return Known(fields.get("etag", ""), modified if _tells_apart(modified, fields.get("date", "")) else "")


def _tells_apart(modified: str, served: str) -> bool:
    try:
        return parsedate_to_datetime(served) - parsedate_to_datetime(modified) >= _GRAIN
    except (ValueError, TypeError):  # no date, or one that states no zone
        return False


@dataclass
class Look:
    """What one look brought, before anything is written."""

    url: str
    started_at: datetime
    asked: Asked = field(default_factory=Asked)
    finished_at: datetime | None = None

    @property
    def document(self) -> Exchange | None:
        """The exchange that says what stands at the address itself, where it was asked for."""
        hops = [one for one in self.asked.exchanges if one.kind == "Document"]
        return hops[-1] if hops else None

    def page(self) -> CapturedPage:
        """What a reader is given."""
        document = self.document
        archived = [one for one in self.asked.exchanges if one.archived]
        return CapturedPage(
            requested_url=self.url,
            final_url=document.url if document and document.archived else None,
            status=document.status if document else None,
            responses=tuple(answer(one) for one in archived),
            failure=self._failure(),
        )

    def _failure(self) -> str | None:
        if any(one.archived for one in self.asked.exchanges):
            return None
        return next((one.failure for one in self.asked.exchanges if one.failure), "nothing was asked")


async def look(url: str, client: Client, options: PageOptions, known: Known | None = None) -> Look:
    """Ask what the reader of the address's platform wants to know; else fetch the address itself."""
    made = Look(url, now())
    questions = None
    if options.ask or not is_browsed(url):  # what no browser opens can only be asked
        questions = platforms.questions(url, options.places)
    if questions is not None:
        await ask_all(questions, client, made.asked, url.partition("#")[0])
    else:
        made.asked.notes.append(f"asked {url} for its document, as it is served to a program without scripts")
        hops = await client.ask(Ask(url=url.partition("#")[0], why="", headers=(known or Known()).headers))
        for hop in hops:
            hop.kind = "Document"
        made.asked.exchanges.extend(hops)
    made.finished_at = now()
    return made
