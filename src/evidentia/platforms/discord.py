"""Reader for Discord: its documented API, version 10 (discord.com/developers/docs/resources/message).

Discord shows nothing to those who are not members, and nothing without a token: what is asked without one is answered
with 401. A token that the caller brings, or the answers that Discord's own page got in the caller's session, are read
all the same. Ids are Snowflakes: the time in one was made by Discord's clock and stays when the message is edited.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

import msgspec

from evidentia.record.item import Program
from evidentia.record.post import Act, ActKind, PageReading, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import refusals
from .answers import UnreadableAnswer, decoded, parameter, path_of
from .discord_message import MAX_ACTS, Message, User, post_of, reaction_acts, signals_of, sticker_acts
from .keys import authority
from .page import CapturedPage, CapturedResponse
from .questions import Ask, Places, Questions
from .signals import WHOLE_LIST

READER = Program(name="evidentia.platforms.discord", version="2")

_SITES = ("discord.com", "discordapp.com")
HOSTS = frozenset(prefix + site for site in _SITES for prefix in ("", "www.", "ptb.", "canary."))

MAX_REACTIONS = 20
"""Kinds of reactions whose accounts are asked for: Discord allows 20 to a message."""

_ADDRESS = re.compile(
    r"^/channels/(?P<guild>@me|[0-9]{15,20})/(?P<channel>[0-9]{15,20})/(?P<id>[0-9]{15,20})/?$", re.ASCII
)
_MESSAGES = re.compile(r"^/api(?:/v[0-9]{1,2})?/channels/(?P<channel>[0-9]{15,20})/messages(?P<rest>/.*)?$")
_ONE = re.compile(r"^/(?P<id>[0-9]{15,20})$", re.ASCII)
_REACTIONS = re.compile(r"^/(?P<id>[0-9]{15,20})/reactions/(?P<emoji>[^/]{1,200})$")

_ERRORS = {
    10003: (State.UNAVAILABLE, sentence("platforms.discord.no_channel")),
    10004: (State.UNAVAILABLE, sentence("platforms.discord.no_server")),
    10008: (State.UNAVAILABLE, sentence("platforms.discord.no_message")),
    40001: (State.LOGIN_WALL, sentence("platforms.discord.token_asked")),
    40002: (State.LOGIN_WALL, sentence("platforms.discord.verification_asked")),
    50001: (State.ACCESS_RESTRICTED, sentence("platforms.discord.no_access")),
    50013: (State.ACCESS_RESTRICTED, sentence("platforms.discord.no_permission")),
}
"""JSON error codes (discord.com/developers/docs/topics/opcodes-and-status-codes)."""


class _Error(msgspec.Struct, frozen=True):
    code: int | None = None
    message: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A message's address: its server (``@me`` for direct messages), its channel, its own id."""

    guild: str
    channel: str
    id: str


def address_of(url: str) -> Address | None:
    """The message that ``url`` names, None where it is no address of a message on Discord."""
    if authority(url) not in HOSTS:
        return None
    found = _ADDRESS.match(urlsplit(url).path)
    return None if found is None else Address(found["guild"], found["channel"], found["id"])


def questions(url: str, places: Places) -> Questions | None:
    """The message, and which accounts reacted to it. Discord answers only with a token, which the caller brings."""
    asked = address_of(url)
    return None if asked is None else _ask(asked)


def recognises(page: CapturedPage) -> bool:
    """Whether the address is that of a message on Discord."""
    return address_of(page.requested_url) is not None


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the message that its address names."""
    asked = address_of(page.requested_url)
    if asked is None:
        return _reading(State.UNDETERMINED, sentence("platforms.discord.no_address"))
    for response, path in _answers(page, asked):
        for message, pointer in _messages(response, path):
            if message.id == asked.id and message.channel_id == asked.channel:
                return _present(page, message, f"{response.url}{pointer}", asked)
    return _absent(page, asked)


def _ask(asked: Address) -> Questions:
    at = f"https://discord.com/api/v10/channels/{asked.channel}/messages/{asked.id}"
    answer = yield Ask(url=at, why="the message, as Discord's interface states it")
    try:
        message = decoded(answer.body, Message) if answer.status == 200 else None
    except UnreadableAnswer:
        message = None
    for reaction in () if message is None else message.reactions[:MAX_REACTIONS]:
        name = quote(reaction.emoji.spelled, safe="")
        yield Ask(url=f"{at}/reactions/{name}?limit=100", why="the accounts that reacted so")


def _answers(page: CapturedPage, asked: Address) -> Iterator[tuple[CapturedResponse, str]]:
    """Answers of the API about messages of the channel, each with the rest of its path."""
    for response in page.responses:
        found = _MESSAGES.match(path_of(response.url)) if authority(response.url) in HOSTS else None
        if found is not None and found["channel"] == asked.channel:
            yield response, found["rest"] or ""


def _messages(response: CapturedResponse, path: str) -> Iterator[tuple[Message, str]]:
    if response.status != 200 or (path and _ONE.match(path) is None):
        return
    try:
        yield decoded(response.body, Message), ""
    except UnreadableAnswer:
        yield from _listed(response)


def _listed(response: CapturedResponse) -> Iterator[tuple[Message, str]]:
    """The messages of a list, each by itself: one that is built otherwise must not hide the others."""
    try:
        held = decoded(response.body, list[msgspec.Raw])
    except UnreadableAnswer:
        return
    for index, one in enumerate(held):
        try:
            yield decoded(bytes(one), Message), f"#/{index}"
        except UnreadableAnswer:
            continue


def _present(page: CapturedPage, message: Message, where: str, asked: Address) -> PageReading:
    url = f"https://discord.com/channels/{asked.guild}/{asked.channel}/{asked.id}"
    post = post_of(message, url, asked.guild, page.responses)
    withheld = not (message.content or message.attachments or message.embeds or message.holds_something_else)
    reactions = _reactions(page, asked, post.url)
    return restated(
        PageReading(
            state=State.EDITED if post.edit_mark else State.LIVE,
            signals=(*signals_of(message, where), *_whole_list(message, reactions, where)),
            reader=READER,
            post=post,
            acts=(*sticker_acts(message, post, where), *reactions),
            selector=f"#chat-messages-{asked.channel}-{asked.id}",
        ),
        *(sentence("platforms.discord.no_words") if withheld else ()),
    )


def _reactions(page: CapturedPage, asked: Address, url: str) -> list[Act]:
    acts: list[Act] = []
    for response, path in _answers(page, asked):
        found = _REACTIONS.match(path)
        if found is None or found["id"] != asked.id or response.status != 200:
            continue
        try:
            users = decoded(response.body, list[User])
        except UnreadableAnswer:
            continue
        acts += reaction_acts(users, unquote(found["emoji"]), url, response.url)
    return acts[:MAX_ACTS]


def _whole_list(message: Message, acts: list[Act], where: str) -> Iterator[Signal]:
    """All reactions are listed where as many accounts were named with each as the message counts."""
    listed = Counter(act.what for act in acts)
    if all(listed[one.emoji.spelled] == one.count for one in message.reactions):
        yield Signal(name=WHOLE_LIST, seen=ActKind.LIKE.value, where=where)


def _absent(page: CapturedPage, asked: Address) -> PageReading:
    for response, path in _answers(page, asked):
        one = _ONE.match(path)
        if one is not None and one["id"] == asked.id:
            return _refusal(response)
        if not path and parameter(response.url, "around") == asked.id and response.status == 200:
            signal = Signal(name="absent-between-others", seen=asked.id, where=response.url)
            says = sentence("platforms.discord.not_among_others")
            return _reading(State.UNAVAILABLE, says, signal)
    refused = next((r for r, _ in _answers(page, asked) if r.status in (401, 403, 404, 429)), None)
    return _in_the_way(page) if refused is None else _refusal(refused)


def _refusal(response: CapturedResponse) -> PageReading:
    """What an answer that is not the message says: Discord's error code where it states one, else the status."""
    status = Signal(name="http-status", seen=str(response.status), where=response.url)
    try:
        error = decoded(response.body, _Error)
    except UnreadableAnswer:
        error = _Error()
    if response.status == 429:
        wait = Signal(name="retry-after", seen=f"{error.retry_after} s", where=response.url)
        signals = (status,) if error.retry_after is None else (status, wait)
        return _reading(State.CHALLENGE, sentence("platforms.discord.limits"), *signals)
    if error.code in _ERRORS:
        state, says = _ERRORS[error.code]
        code = Signal(name="error-code", seen=str(error.code), where=response.url)
        return _reading(state, says, status, code)
    if response.status == 401:
        return _reading(State.LOGIN_WALL, sentence("platforms.discord.token_asked_401"), status)
    if response.status >= 500:
        return _reading(State.UNREACHABLE, sentence("platforms.discord.could_not_answer"), status)
    return _reading(State.UNDETERMINED, sentence("platforms.discord.no_form"), status)


def _in_the_way(page: CapturedPage) -> PageReading:
    blocked = refusals.in_the_way(page, refusals.document_of(page), HOSTS)
    says = sentence("platforms.discord.no_answer")
    if blocked is None:
        return _reading(State.UNDETERMINED, says)
    return _reading(blocked.state, blocked.says or says, *blocked.signals)


def _reading(state: State, says: Says, *signals: Signal) -> PageReading:
    return restated(PageReading(state=state, signals=signals, reader=READER), *says)
