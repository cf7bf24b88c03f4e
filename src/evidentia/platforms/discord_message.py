"""A message of Discord as its API states it (discord.com/developers/docs/resources/message), and the post it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from evidentia.record.post import Account, Act, ActKind, Entity, EntityKind, Media, Post, Signal

from .answers import counters, moment, snowflake_moment
from .content import MAX_REFERENCES, media_at, pictured
from .page import CapturedResponse

PLATFORM = "discord"

EPOCH_MS = 1420070400000
"""The first second of 2015 (discord.com/developers/docs/reference#snowflakes)."""

MAX_ACTS = 2_000
"""Reactions that are listed: 20 kinds, 100 accounts to an answer."""

MAX_ATTACHED = 100
"""Files and previews of one message; Discord allows ten of each."""

_ORDINARY = frozenset({0, 19, 20, 23})
"""Message types that hold an account's own words: plain, reply, command, context menu command."""

_FLAGS = {
    0: "crossposted", 1: "is-crosspost", 3: "source-message-deleted", 4: "urgent", 5: "has-thread", 6: "ephemeral",
    7: "loading", 12: "suppress-notifications", 13: "voice-message", 14: "has-snapshot", 15: "components",
}  # fmt: skip
_MARK = re.compile(
    r"<(?:@[!&]?(?P<mention>[0-9]{15,20})|(?P<animated>a?):(?P<emoji>\w{2,32}):(?P<emoji_id>[0-9]{15,20}))>"
    r"|(?P<link>https?://[^\s<>]{1,2000})",
    re.ASCII,
)
_AVATAR = re.compile("(?:a_)?[0-9a-f]{32}")
_STICKER_SUFFIX = {1: "png", 2: "png", 3: "json", 4: "gif"}


class User(msgspec.Struct, frozen=True):
    """An account; ``global_name`` is the name that it shows."""

    id: str
    username: str | None = None
    global_name: str | None = None
    discriminator: str | None = None
    bot: bool = False
    avatar: str | None = None

    @property
    def account(self) -> Account:
        """Stable id, handle (with the number that old ones have) and display name."""
        old = self.discriminator if self.discriminator not in (None, "0", "0000") else None
        handle = self.username if old is None or self.username is None else f"{self.username}#{old}"
        return Account(id=self.id, handle=handle, name=self.global_name or self.username)


def avatar_url(user: User) -> str | None:
    """Where Discord gives out an account's picture (docs "Image Formatting"); None for one that has the default one."""
    if user.avatar is None or _AVATAR.fullmatch(user.avatar) is None or not user.id.isdigit():
        return None
    return f"https://cdn.discordapp.com/avatars/{user.id}/{user.avatar}.png"


class Emoji(msgspec.Struct, frozen=True):
    """A character, or a picture of a server with its name and id."""

    id: str | None = None
    name: str | None = None

    @property
    def spelled(self) -> str:
        """As addresses of the API spell it."""
        return (self.name or "") if self.id is None else f"{self.name or ''}:{self.id}"


class Reaction(msgspec.Struct, frozen=True):
    """How many accounts reacted with an emoji."""

    count: int = 0
    emoji: Emoji = Emoji()


class Attachment(msgspec.Struct, frozen=True):
    """A file; its address is signed anew for every answer."""

    url: str
    proxy_url: str | None = None
    filename: str | None = None
    description: str | None = None
    content_type: str | None = None


class _EmbedMedia(msgspec.Struct, frozen=True):
    url: str | None = None
    proxy_url: str | None = None


class Embed(msgspec.Struct, frozen=True):
    """What Discord or a program shows below the words: a preview of a link, or a box of its own."""

    url: str | None = None
    title: str | None = None
    description: str | None = None
    image: _EmbedMedia | None = None
    thumbnail: _EmbedMedia | None = None
    video: _EmbedMedia | None = None


class Sticker(msgspec.Struct, frozen=True):
    """A sticker that was sent."""

    id: str
    name: str | None = None
    format_type: int = 1


class Reference(msgspec.Struct, frozen=True):
    """The message that this one answers (type 0), or passes on (type 1)."""

    type: int = 0
    message_id: str | None = None
    channel_id: str | None = None
    guild_id: str | None = None


class _Snapshotted(msgspec.Struct, frozen=True):
    content: str = ""


class _Snapshot(msgspec.Struct, frozen=True):
    message: _Snapshotted = _Snapshotted()


class _Thread(msgspec.Struct, frozen=True):
    id: str
    name: str | None = None


class Message(msgspec.Struct, frozen=True):
    """A message, as far as it is read."""

    id: str
    channel_id: str
    author: User
    content: str
    timestamp: str
    edited_timestamp: str | None = None
    type: int = 0
    flags: int = 0
    webhook_id: str | None = None
    mention_everyone: bool = False
    pinned: bool = False
    attachments: list[Attachment] = []
    embeds: list[Embed] = []
    reactions: list[Reaction] = []
    sticker_items: list[Sticker] = []
    message_reference: Reference | None = None
    message_snapshots: list[_Snapshot] = []
    referenced_message: msgspec.Raw = msgspec.Raw()
    thread: _Thread | None = None
    poll: msgspec.Raw = msgspec.Raw()
    components: list[msgspec.Raw] = []

    @property
    def holds_something_else(self) -> bool:
        """Whether it is of something else than words, files and previews."""
        other = self.sticker_items or self.message_snapshots or self.components or bytes(self.poll)
        return bool(other) or self.type not in _ORDINARY


def post_of(message: Message, url: str, guild: str, responses: tuple[CapturedResponse, ...]) -> Post:
    """The post at ``url``."""
    created, edited = moment(message.timestamp), moment(message.edited_timestamp)
    reference = message.message_reference
    entities = tuple(_entities(message.content))
    return Post(
        platform=PLATFORM,
        native_id=message.id,
        url=url,
        author=pictured(_author(message), avatar_url(message.author), responses),
        text=message.content,
        created_at=created,
        edited_at=edited,
        edit_mark=message.edited_timestamp is not None,
        in_reply_to=_address(reference, guild) if message.type == 19 else None,
        shares=_address(reference, guild) if message.type == 0 and reference is not None else None,
        entities=entities,
        media=tuple(_media(message, responses)),
        links=tuple(_links(message, entities)),
        activity=counters(
            **{f"reaction {one.emoji.name or one.emoji.id}": one.count for one in message.reactions[:100]}
        ),
    )


def signals_of(message: Message, where: str) -> Iterator[Signal]:
    """What shows that the message is there, the time in its id, and what Discord says of its kind."""
    yield Signal(name="message-stated", seen=message.id, where=where)
    stated, minted = moment(message.timestamp), snowflake_moment(message.id, EPOCH_MS)
    if minted is not None:
        yield Signal(name="snowflake-time", seen=minted.isoformat(), where="id")
        if stated is not None and abs((stated - minted).total_seconds()) > 1:
            yield Signal(
                name="times-disagree", seen=f"{message.timestamp} and {minted.isoformat()}", where=where
            )
    held = {
        "system-message": None if message.type in _ORDINARY else str(message.type),
        "webhook": message.webhook_id,
        "program": "bot" if message.author.bot else None,
        "thread": None if message.thread is None else message.thread.id,
        "answered-message-gone": "null" if bytes(message.referenced_message) == b"null" else None,
        "mentions-everyone": "mention_everyone" if message.mention_everyone else None,
    }
    flags = [("flag", name) for bit, name in _FLAGS.items() if message.flags >> bit & 1]
    # Discord limits the nesting of passed-on messages, and so their number, to one.
    passed_on = [("forwarded-text", snapshot.message.content) for snapshot in message.message_snapshots[:1]]
    for name, seen in (*held.items(), *flags, *passed_on):
        if seen is not None:
            yield Signal(name=name, seen=seen, where=where)


def sticker_acts(message: Message, post: Post, where: str) -> Iterator[Act]:
    """A sticker is an act of who sent it."""
    for sticker in message.sticker_items[:MAX_ACTS]:
        yield Act(
            kind=ActKind.STICKER,
            actor=post.author,
            object=post.url,
            where=where,
            what=sticker.name,
            native_id=sticker.id,
            url=post.url,
            at=post.created_at,
            media=(Media(url=_sticker_url(sticker)),),
        )


def reaction_acts(users: list[User], emoji: str, url: str, where: str) -> list[Act]:
    """The accounts that Discord lists as having reacted with ``emoji``; it does not say when."""
    return [
        Act(kind=ActKind.LIKE, actor=user.account, object=url, where=f"{where}#/{index}", what=emoji)
        for index, user in enumerate(users[:MAX_ACTS])
    ]


def _author(message: Message) -> Account:
    """The account; for a webhook, which has none, its id and the name that this message was sent under."""
    if message.webhook_id is not None and message.webhook_id == message.author.id:
        return Account(id=message.webhook_id, name=message.author.username)
    return message.author.account


def _address(reference: Reference | None, guild: str) -> str | None:
    if reference is None or reference.message_id is None or reference.channel_id is None:
        return None
    return f"https://discord.com/channels/{reference.guild_id or guild}/{reference.channel_id}/{reference.message_id}"


def _entities(text: str) -> Iterator[Entity]:
    for found, _ in zip(_MARK.finditer(text), range(MAX_REFERENCES), strict=False):
        kind, target = EntityKind.LINK, found["link"]
        if found["mention"]:
            kind, target = EntityKind.MENTION, found["mention"]
        elif found["emoji_id"]:
            suffix = "gif" if found["animated"] else "png"
            kind, target = EntityKind.EMOJI, f"https://cdn.discordapp.com/emojis/{found['emoji_id']}.{suffix}"
        yield Entity(kind=kind, start=found.start(), end=found.end(), target=target)


def _media(message: Message, responses: tuple[CapturedResponse, ...]) -> Iterator[Media]:
    """Files and pictures, with the digests of what came from their addresses, however those were signed."""
    came = {_unsigned(r.url): r.url for r in reversed(responses) if r.status == 200 and r.method == "GET"}
    for attachment in message.attachments[:MAX_ATTACHED]:
        held = media_at(_came(attachment.url, attachment.proxy_url, came), attachment.description, responses)
        yield msgspec.structs.replace(held, media_type=held.media_type or attachment.content_type)
    for embed in message.embeds[:MAX_ATTACHED]:
        for part in (embed.image, embed.thumbnail, embed.video):
            if part is not None and part.url is not None:
                yield media_at(_came(part.url, part.proxy_url, came), None, responses)


def _came(url: str, proxy: str | None, came: dict[str, str]) -> str:
    """The address from which the medium came, else the one that is stated."""
    return came.get(_unsigned(url)) or came.get(_unsigned(proxy or url)) or url


def _unsigned(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc}{parts.path}"


def _links(message: Message, entities: tuple[Entity, ...]) -> Iterator[str]:
    seen = [one.target for one in entities if one.kind is EntityKind.LINK and one.target]
    seen += [embed.url for embed in message.embeds if embed.url]
    yield from dict.fromkeys(seen[:MAX_REFERENCES])


def _sticker_url(sticker: Sticker) -> str:
    host = "media.discordapp.net" if sticker.format_type == 4 else "cdn.discordapp.com"
    return f"https://{host}/stickers/{sticker.id}.{_STICKER_SUFFIX.get(sticker.format_type, 'png')}"
