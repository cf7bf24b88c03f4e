"""Reader for X (Twitter). No answer of X could be recorded here: each kind of answer follows a documented shape.

The reader looks at what came, in this order: the GraphQL answers that X's own page got, answers of the documented
API, what X gives to pages that embed a post. A post is called by the id of its first wording, because every edit
makes a new one; ``Post.revision`` is the id of the wording that was read. An edit takes the earlier ids along, and X
says that deleting one of them deletes all (developer.x.com/en/docs/x-api/edit-tweets).

X's pages hold nothing without their answers, so a page alone says at most what stood in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from evidentia.record.item import Program
from evidentia.record.post import Act, KeptVersion, PageReading, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import refusals, x_api, x_embeds, x_graphql, x_notices
from .page import CapturedPage, CapturedResponse
from .questions import Ask, Places, Questions
from .x_address import ALL_HOSTS, Address, address_of, moment_of
from .x_post import Found, Gone, first_named, post, signals
from .x_text import read as read_text

READER = Program(name="evidentia.platforms.x", version="1")

_NOTHING = sentence("platforms.x.nothing_came")


def questions(url: str, places: Places) -> Questions | None:
    """What X answers without an account: what its embedded posts show, and where that fails its oEmbed."""
    asked = address_of(url)
    return None if asked is None else _ask(asked)


def recognises(page: CapturedPage) -> bool:
    """Whether the address is that of a post on X."""
    return address_of(page.requested_url) is not None


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the post that its address names."""
    asked = address_of(page.requested_url)
    if asked is None:
        return _undetermined(sentence("platforms.x.no_address"))
    graphql = list(x_graphql.answers(page.responses))
    found = list(_found(page, graphql))
    stated = first_named(found, asked.id)
    if stated is not None:
        return _present(page, stated, found, graphql)
    gone = _gone(page, graphql, asked)
    if gone is not None:
        return restated(PageReading(state=gone.state, signals=(gone.signal,), reader=READER), *gone.says)
    return _in_the_way(page)


def _ask(asked: Address) -> Questions:
    embedded = yield Ask(
        url=x_embeds.embedded_address(asked.id), why="the post as X gives it to pages that embed it"
    )
    if next(x_embeds.posts(embedded), None) is None:
        address = x_embeds.oembed_address(asked.id, asked.handle)
        yield Ask(url=address, why="the post as X's oEmbed quotes it")


def _found(page: CapturedPage, graphql: list[tuple[CapturedResponse, object]]) -> Iterator[Found]:
    for response, root in graphql:
        yield from x_graphql.posts(response, root)
    for response in page.responses:
        yield from x_api.posts(response)
    for response in page.responses:
        yield from x_embeds.posts(response)


def _gone(page: CapturedPage, graphql: list[tuple[CapturedResponse, object]], asked: Address) -> Gone | None:
    """What X states in the post's place. A cause that is told counts before one that is not."""
    told: list[Gone | None] = [x_notices.absence(response, root, asked.id) for response, root in graphql]
    told += [x_notices.account_absence(response, root, asked.handle) for response, root in graphql]
    told += [x_api.absence(response, asked.id) for response in page.responses]
    told += [x_embeds.absence(response, asked.id) for response in page.responses]
    gone = [one for one in told if one is not None]
    return next((one for one in gone if one.state is not State.UNAVAILABLE), gone[0] if gone else None)


def _present(
    page: CapturedPage,
    stated: Found,
    found: list[Found],
    graphql: list[tuple[CapturedResponse, object]],
) -> PageReading:
    made = post(stated, page.responses)
    return PageReading(
        state=State.EDITED if made.edit_mark else State.LIVE,
        signals=signals(stated),
        reader=READER,
        post=made,
        history=tuple(_history(stated, found)),
        acts=tuple(islice(_acts(page, stated, graphql), x_graphql.MAX_ACTS)),
        selector=f'article:has(a[href$="/status/{stated.id}"])' if stated.id.isdecimal() else None,
    )


def _history(stated: Found, found: list[Found]) -> Iterator[KeptVersion]:
    """Every wording of an edited post, oldest first; its words where the capture holds them too."""
    if len(stated.chain) < 2:
        return
    held = {one.id: one for one in reversed(found)}
    for identifier in stated.chain:
        wording = held.get(identifier)
        text = None if wording is None else read_text(wording.text, (), escaped=wording.escaped)[0]
        yield KeptVersion(
            text=text,
            at=moment_of(identifier),
            where=stated.where if wording is None else wording.where,
            revision=identifier,
        )


def _acts(page: CapturedPage, stated: Found, graphql: list[tuple[CapturedResponse, object]]) -> Iterator[Act]:
    for response, root in graphql:
        yield from x_graphql.acts(response, root, stated)
    for response in page.responses:
        yield from x_api.acts(response, stated)


def _in_the_way(page: CapturedPage) -> PageReading:
    """What stood between the visitor and the post, where neither the post nor its absence was stated."""
    blocked = refusals.in_the_way(page, refusals.document_of(page), ALL_HOSTS)
    if blocked is None:
        return _undetermined(_NOTHING)
    says = blocked.says or _NOTHING
    return restated(PageReading(state=blocked.state, signals=blocked.signals, reader=READER), *says)


def _undetermined(says: Says) -> PageReading:
    return restated(PageReading(state=State.UNDETERMINED, signals=(), reader=READER), *says)
