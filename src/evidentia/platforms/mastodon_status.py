"""The entities of Mastodon's API, as far as a reader needs them, and a status as a post.

Source: docs.joinmastodon.org/entities (Status, StatusEdit, Account, MediaAttachment, Poll, V1::Instance, Instance), the
shape of 4.6. Members that carry what was said are decoded strictly, counters and extras as they come: servers with the
same API differ in those.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec

from evidentia.record.post import Account, KeptVersion, Media, Post

from . import answers
from .content import media_of, pictured
from .fediverse_text import Named, shown
from .page import CapturedResponse

PLATFORM = "mastodon"

MAX_POLICY = 20
"""Those named in one rule of who may answer or quote; the documented rules name five kinds of accounts."""


class Author(msgspec.Struct, frozen=True):
    """An ``Account``."""

    id: str
    acct: str
    username: str = ""
    display_name: str = ""
    url: str | None = None
    suspended: bool | None = None
    avatar: str | None = None


class Attachment(msgspec.Struct, frozen=True):
    """A ``MediaAttachment``. ``url`` is None while the server works on it."""

    url: str | None = None
    remote_url: str | None = None
    description: str | None = None

    @property
    def address(self) -> str | None:
        """Where the file is: on the server itself, else on its author's."""
        return self.url or self.remote_url


class Mention(msgspec.Struct, frozen=True):
    """A ``Status::Mention``."""

    id: str
    url: str = ""


class Tag(msgspec.Struct, frozen=True):
    """A ``Status::Tag``."""

    name: str
    url: str = ""


class Emoji(msgspec.Struct, frozen=True):
    """A ``CustomEmoji``."""

    shortcode: str
    url: str = ""


class Edit(msgspec.Struct, frozen=True):
    """A ``StatusEdit``: one wording."""

    content: str
    created_at: str | None = None
    spoiler_text: str = ""
    media_attachments: list[Attachment] = []
    emojis: list[Emoji] = []
    poll: Any = None


class Status(msgspec.Struct, frozen=True):
    """A ``Status``."""

    id: str
    account: Author
    content: str
    created_at: str
    uri: str = ""
    url: str | None = None
    edited_at: str | msgspec.UnsetType | None = msgspec.UNSET
    spoiler_text: str = ""
    visibility: str | None = None
    sensitive: Any = None
    quote_approval: Any = None
    interaction_policy: Any = None
    in_reply_to_id: str | None = None
    media_attachments: list[Attachment] = []
    mentions: list[Mention] = []
    tags: list[Tag] = []
    emojis: list[Emoji] = []
    reblog: Any = None
    quote: Any = None
    poll: Any = None
    replies_count: Any = None
    reblogs_count: Any = None
    favourites_count: Any = None
    quotes_count: Any = None

    @property
    def named(self) -> Named:
        """What is listed beside the text."""
        return Named(
            {one.url: one.id for one in self.mentions if one.url},
            {one.url: one.name for one in self.tags if one.url},
            {one.shortcode: one.url for one in self.emojis},
        )

    @property
    def address(self) -> str:
        """The status's own address, wherever it was published; its id where it states none."""
        return self.uri or self.url or self.id


class Context(msgspec.Struct, frozen=True):
    """What stands before and after a status."""

    ancestors: list[Any] = []
    descendants: list[Any] = []


class Instance(msgspec.Struct, frozen=True):
    """An ``Instance`` of the API's first (``uri``) or second version (``domain``)."""

    version: str
    uri: str = ""
    domain: str = ""

    @property
    def name(self) -> str:
        """The domain in the names of the server's accounts; empty where it is not stated."""
        stated = self.domain or self.uri
        try:
            return (urlsplit(stated).netloc if "://" in stated else stated).strip("/")
        except ValueError:
            return ""


def status_in(response: CapturedResponse | None) -> Status | None:
    """The status that was answered; None where the answer is none."""
    if response is None or response.status != 200:
        return None
    try:
        return answers.decoded(response.body, Status)
    except answers.UnreadableAnswer:
        return None


def instance_in(response: CapturedResponse | None) -> Instance | None:
    """What the server says of itself; None where it does not speak this API."""
    if response is None or response.status != 200:
        return None
    try:
        found = answers.decoded(response.body, Instance)
    except answers.UnreadableAnswer:
        return None
    return found if found.name else None


def account_of(author: Author, domain: str) -> Account:
    """An account; its handle always with its domain."""
    handle = author.acct if "@" in author.acct else f"{author.acct}@{domain}"
    return Account(id=author.id, handle=handle, name=author.display_name or None, url=author.url)


def post_of(
    status: Status, url: str, domain: str, parent: str | None, responses: tuple[CapturedResponse, ...]
) -> Post:
    """The status as a post. One that only passes another on has no words of its own.

    Args:
        status: as the API states it.
        url: its address on the server that was asked.
        domain: of the server's accounts.
        parent: the address of what it answers, where that is known.
        responses: the capture, for the bytes of its media.
    """
    said = shown("" if status.reblog else status.content, url, status.named)
    edited = status.edited_at
    return Post(
        platform=PLATFORM,
        native_id=status.id,
        url=url,
        author=pictured(account_of(status.account, domain), status.account.avatar, responses),
        text=said.text,
        title=status.spoiler_text or None,
        created_at=answers.moment(status.created_at),
        edited_at=answers.moment(edited) if isinstance(edited, str) else None,
        edit_mark=None if edited is msgspec.UNSET else edited is not None,
        in_reply_to=parent or status.in_reply_to_id,
        quotes=_quoted(status.quote),
        shares=_addressed(status.reblog),
        entities=said.entities,
        media=() if status.reblog else media(status.media_attachments, responses),
        links=said.links,
        visibility=status.visibility,
        reply_setting=reply_setting(status),
        activity=answers.counters(
            replies=status.replies_count,
            shares=status.reblogs_count,
            likes=status.favourites_count,
            quotes=status.quotes_count,
            votes=answers.member(status.poll, "votes_count"),
        ),
    )


def reply_setting(status: Status) -> str | None:
    """Who may answer and who may quote, in the server's words: GoToSocial's ``interaction_policy``, and Mastodon's
    ``quote_approval`` (docs.joinmastodon.org/entities/QuoteApproval). None where the server states neither."""
    stated = (
        ("reply", answers.member(status.interaction_policy, "can_reply"), ("always", "with_approval")),
        (
            "reply",
            answers.member(status.interaction_policy, "can_reply"),
            ("automatic_approval", "manual_approval"),
        ),
        ("quote", status.quote_approval, ("automatic", "manual")),
    )
    told = [
        f"{what} {way}: {', '.join(sorted(map(str, allowed[:MAX_POLICY]))) or 'nobody'}"
        for what, policy, ways in stated
        for way in ways
        if isinstance(allowed := answers.member(policy, way), list)
    ]
    return "; ".join(told) or None


def kept(edit: Edit, where: str, base_url: str, responses: tuple[CapturedResponse, ...]) -> KeptVersion:
    """A wording of the server's history."""
    return KeptVersion(
        text=shown(edit.content, base_url).text,
        at=answers.moment(edit.created_at),
        where=where,
        title=edit.spoiler_text or None,
        media=media(edit.media_attachments, responses),
    )


def media(attachments: list[Attachment], responses: tuple[CapturedResponse, ...]) -> tuple[Media, ...]:
    """The files, with the digests of the bytes that came."""
    return media_of([(one.address, one.description) for one in attachments if one.address], responses)


def poll_options(poll: Any) -> str | None:
    """The options of a poll, None where there is none."""
    options = answers.member(poll, "options")
    titles = (
        [answers.text(answers.member(one, "title")) or "" for one in options]
        if isinstance(options, list)
        else []
    )
    return " | ".join(titles[:50]) or None


def _addressed(other: Any) -> str | None:
    stated = (answers.text(answers.member(other, name)) for name in ("uri", "url", "id"))
    return next((one for one in stated if one is not None), None)


def _quoted(quote: Any) -> str | None:
    """What is quoted: in a ``Quote`` (4.4), one that names an id alone, or a status as some relatives have it."""
    inner = answers.member(quote, "quoted_status")
    return _addressed(inner) or answers.text(answers.member(quote, "quoted_status_id")) or _addressed(quote)
