"""Controls: what a host shows beside a post that it does not show, so that an absence is told from a silent host.

Asked through the door of the look itself, and kept in an archive of their own beside it, so that a reader of the look's
archive is given what it was given then.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from evidentia.capture.looking import Look, look
from evidentia.capture.options import PageOptions, is_browsed
from evidentia.platforms.keys import normalise_url
from evidentia.platforms.page import CapturedPage
from evidentia.record.moment import Interval
from evidentia.record.post import Control, ControlKind, PageReading, ProofOutcome, State
from evidentia.record.sentences import Term, restated, sentence

if TYPE_CHECKING:
    from evidentia.capture.captured import Read
    from evidentia.capture.client import Client
    from evidentia.capture.exchange import Exchange

ARCHIVE = "controls.wacz"

OTHER_POSTS = 2
"""Posts of the case that are asked for, one after the other until one answers: the first may have vanished with this
one, two more requests are no burden to a host."""

SHOWN = frozenset({State.LIVE, State.EDITED})

_OVERRULED = frozenset(
    {
        State.UNAVAILABLE,
        State.DELETED_BY_AUTHOR,
        State.REMOVED_BY_PLATFORM,
        State.ACCOUNT_GONE,
        State.ACCESS_RESTRICTED,
    }
)
_WEB = {"ws": "http", "wss": "https", "http": "http", "https": "https"}


@dataclass
class Controls:
    """What was asked beside a look, and what it showed."""

    found: list[Control] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def ask_controls(
    made: Look,
    others: tuple[str, ...],
    client: Client,
    stranger: Client | None,
    options: PageOptions,
    read: Read,
) -> Controls:
    """Ask for other posts that the host showed before, else for its front page; and for the post by another way.

    Args:
        made: the look that did not find its post.
        others: addresses of posts that an earlier look saw, the likeliest first.
        client: asks as the look did.
        stranger: asks without the look's login; None where it had none.
    """
    controls = Controls()
    for url in others[:OTHER_POSTS]:
        seen = await _asked(url, client, options, controls, "another post, as a control")
        reading = read(seen.page())
        same = bool(_hosts(seen) & _hosts(made))
        words = f"{reading.state.value}{_status(seen)}" + ("" if same else ", answered by another host")
        controls.found.append(_control(ControlKind.SAME_HOST, seen, same and reading.state in SHOWN, words))
        if controls.found[-1].answered:
            break
    else:
        await _front_page(made, client, options, controls)
    await _second_vantage(made, client, stranger, options, read, controls)
    return controls


async def _front_page(made: Look, client: Client, options: PageOptions, controls: Controls) -> None:
    front = _front(made)
    if front is None or normalise_url(front) == normalise_url(made.url):
        return
    plain = replace(options, ask=False)
    seen = await _asked(front, client, plain, controls, "the host's front page, as a control")
    page = seen.page()
    stood_between = _obstacle(page)
    words = (stood_between or Term("nothing stood in between")) + _status(seen)
    # What leads to another host (a portal, a provider's notice) is no answer of this one.
    same = page.final_url is not None and _host(page.final_url) == _host(front)
    controls.found.append(
        _control(ControlKind.SAME_HOST, seen, same and stood_between is None and page.status == 200, words)
    )


async def _second_vantage(
    made: Look,
    client: Client,
    stranger: Client | None,
    options: PageOptions,
    read: Read,
    controls: Controls,
) -> None:
    if stranger is not None:
        seen = await _asked(made.url, stranger, options, controls, "the same without the login")
    elif made.document is None and is_browsed(made.url):
        plain = replace(options, ask=False)
        seen = await _asked(made.url, client, plain, controls, "the page beside the interface")
    else:
        return
    state = read(seen.page()).state
    words = f"{state.value}{_status(seen)}"
    controls.found.append(_control(ControlKind.SECOND_VANTAGE, seen, state in SHOWN, words, state))


async def _asked(url: str, client: Client, options: PageOptions, controls: Controls, why: str) -> Look:
    seen = await look(url, client, options)
    controls.exchanges += seen.asked.exchanges
    controls.notes.append(f"asked {url}: {why}")
    return seen


def in_light_of(reading: PageReading, controls: tuple[Control, ...]) -> PageReading:
    """The reading, where no second vantage showed the post at the same time; else it cannot be said to be absent.

    What a key signed stands all the same: a page that still shows a post takes nothing from its author's signed
    deletion.
    """
    shown = next(
        (one for one in controls if one.kind is ControlKind.SECOND_VANTAGE and one.state in SHOWN), None
    )
    signed = any(proof.outcome in (ProofOutcome.PRESENT, ProofOutcome.ABSENT) for proof in reading.proofs)
    if shown is None or signed or reading.state not in _OVERRULED:
        return reading
    says = sentence("looks.control.contradicted", state=reading.state.value)
    return restated(msgspec.structs.replace(reading, state=State.UNDETERMINED), *says)


def _control(
    kind: ControlKind, seen: Look, answered: bool, words: str, state: State | None = None
) -> Control:
    during = Interval(not_before=seen.started_at, not_after=seen.finished_at)
    return Control(
        kind=kind, url=seen.url, answered=answered, seen=words, during=during, where=ARCHIVE, state=state
    )


def _status(seen: Look) -> str:
    last = seen.document or next(reversed(seen.asked.exchanges), None)
    if last is None:
        return ""
    return f" ({last.failure})" if last.status is None and last.failure else f" ({last.status})"


def _obstacle(page: CapturedPage) -> str | None:
    from evidentia.platforms import http_states
    from evidentia.platforms.markup import UnreadableMarkup, document

    try:
        root = document(page)
    except UnreadableMarkup:
        root = None
    found = http_states.obstacle(page, root)
    return None if found is None else found.state.value


def _hosts(made: Look) -> set[str]:
    return {urlsplit(one.url).netloc for one in made.asked.exchanges}


def _host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")


def _front(made: Look) -> str | None:
    """The front page of whoever was asked last, wherever that one led to: of the host that is to have the post."""
    asked = [
        one
        for before, one in zip([None, *made.asked.exchanges], made.asked.exchanges, strict=False)
        if before is None or before.redirected_to is None
    ]
    if not asked:
        return None
    parts = urlsplit(asked[-1].url)
    return f"{_WEB[parts.scheme]}://{parts.netloc}/" if parts.scheme in _WEB and parts.netloc else None
