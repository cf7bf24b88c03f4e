"""What to ask a server with Mastodon's API about a status, and what was answered. Only its own host is asked."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass
from dataclasses import replace as changed
from urllib.parse import urlencode

from . import answers
from .activitypub_questions import ACCEPT, NOTHING, Described, describe
from .mastodon_address import Address, is_of
from .mastodon_status import Attachment, Edit, Status, instance_in, status_in
from .page import CapturedResponse
from .questions import Ask
from .replay import header, is_json

MAX_PAGES = 5
"""Pages of one list of accounts that are asked for."""

PAGE_ACCOUNTS = 80
"""The most that the API gives on one page."""

MAX_MEDIA = 12
"""Files that are asked for, those of earlier wordings included. A status has four, sixteen on some servers."""

_NEXT = re.compile(r'<(?P<url>[^<>]{1,2000})>\s*;\s*rel="?next"?')

Pages = tuple[CapturedResponse, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was answered, None where it was not asked."""

    status: CapturedResponse
    instance: CapturedResponse | None = None
    object: Described = NOTHING
    history: CapturedResponse | None = None
    source: CapturedResponse | None = None
    context: CapturedResponse | None = None
    likes: Pages = ()
    shares: Pages = ()
    account: CapturedResponse | None = None
    actor: CapturedResponse | None = None


def gather(address: Address) -> Generator[Ask, CapturedResponse, Gathered]:
    """Ask everything about the status."""
    api = f"{address.origin}/api/v1/statuses/{address.status}"
    answer = yield Ask(url=api, why="the status")
    gathered = Gathered(answer)
    if answer.status == 0:
        return gathered
    if not is_json(answer) or (answer.status == 200 and status_in(answer) is None):
        yield Ask(url=address.page, why="the page itself: its host does not speak Mastodon's API")
        return gathered
    instance = yield Ask(url=f"{address.origin}/api/v2/instance", why="what the server says of itself")
    if instance_in(instance) is None:
        instance = yield Ask(url=f"{address.origin}/api/v1/instance", why="the same, as older servers say it")
    gathered = changed(gathered, instance=instance)
    status = status_in(answer)
    if status is None:
        return (yield from _missing(gathered, address))
    return (yield from _present(gathered, address, api, status))


def edits_in(response: CapturedResponse | None) -> list[Edit]:
    """The wordings that the server keeps, oldest first."""
    if response is None or response.status != 200:
        return []
    try:
        return answers.decoded(response.body, list[Edit])
    except answers.UnreadableAnswer:
        return []


def _present(
    gathered: Gathered, address: Address, api: str, status: Status
) -> Generator[Ask, CapturedResponse, Gathered]:
    history = yield Ask(url=f"{api}/history", why="its earlier wordings")
    source = yield Ask(url=f"{api}/source", why="its words as they were typed, where that is public")
    context = yield Ask(url=f"{api}/context", why="what it answers and what answers it")
    likes = yield from _accounts(f"{api}/favourited_by", address.origin, "who likes it")
    shares = yield from _accounts(f"{api}/reblogged_by", address.origin, "who passed it on")
    own = next((url for url in (status.uri, status.url) if is_of(url, address.origin)), None)
    described = NOTHING
    if own is not None:  # what was published elsewhere has its object elsewhere, and only this host is asked
        described = yield from describe(own, "the status as an ActivityPub object")
    for url in _files(
        [*status.media_attachments, *(one for edit in edits_in(history) for one in edit.media_attachments)]
    ):
        if is_of(url, address.origin):
            yield Ask(url=url, why="a file of the status")
    if status.account.avatar and is_of(status.account.avatar, address.origin):
        yield Ask(url=status.account.avatar, why="the author's picture")
    return changed(
        gathered,
        history=history,
        source=source,
        context=context,
        likes=likes,
        shares=shares,
        object=described,
    )


def _missing(gathered: Gathered, address: Address) -> Generator[Ask, CapturedResponse, Gathered]:
    """Why it is not shown: what stands at its address, and whether its account answers."""
    described = yield from describe(address.url, "the status as an ActivityPub object, or what is left of it")
    gathered = changed(gathered, object=described)
    if address.account is None:
        return gathered
    lookup = f"{address.origin}/api/v1/accounts/lookup?{urlencode({'acct': address.account})}"
    account = yield Ask(url=lookup, why="whether its account is there")
    actor = None
    if "@" not in address.account:
        actor = yield Ask(
            url=f"{address.origin}/@{address.account}",
            why="the account as an ActivityPub object, or what is left of it",
            headers=(("Accept", ACCEPT),),
        )
    return changed(gathered, account=account, actor=actor)


def _accounts(url: str, origin: str, why: str) -> Generator[Ask, CapturedResponse, Pages]:
    found: list[CapturedResponse] = []
    following: str | None = f"{url}?limit={PAGE_ACCOUNTS}"
    while following is not None and len(found) < MAX_PAGES:
        answer = yield Ask(url=following, why=why)
        found.append(answer)
        following = next_page(answer, origin)
        if following is not None and not following.startswith(f"{url}?"):
            following = None
    return tuple(found)


def is_whole(pages: Pages) -> bool:
    """Whether a list of accounts was followed to its end: the last page names no further one, and is not full."""
    if not pages or any(page.status != 200 for page in pages):
        return False
    try:
        listed = answers.decoded(pages[-1].body, list[object])
    except answers.UnreadableAnswer:
        return False
    return _NEXT.search(header(pages[-1], "link")) is None and len(listed) < PAGE_ACCOUNTS


def next_page(answer: CapturedResponse, origin: str) -> str | None:
    """The next page of a list (RFC 8288), where it is of the same server."""
    found = _NEXT.search(header(answer, "link"))
    return found["url"] if answer.status == 200 and found and is_of(found["url"], origin) else None


def _files(attachments: list[Attachment]) -> list[str]:
    return list(dict.fromkeys(one.address for one in attachments if one.address))[:MAX_MEDIA]
