"""Messages as posts, and what was done in a chat as acts: so that timelines and screenshots can be held against them.

A message without a number of its own is called by the digest of its export and its line: two exports of one chat are
two witnesses, and nothing in them says which lines are the same message.
"""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.chat import (
    Attachment,
    AttachmentKind,
    AttachmentState,
    Conversation,
    Message,
    MessageKind,
)
from evidentia.record.post import Account, Act, ActKind, EntityKind, Media, Post

_SCHEME = "urn:evidentia"


def posts(conversation: Conversation, export: str) -> tuple[Post, ...]:
    """Every message that somebody wrote, as a post.

    Notices of the messenger and messages that were removed (which have no wording any more) are none.

    Args:
        conversation: as a reader gave it.
        export: the SHA-256 of the file that it was read from.
    """
    return tuple(
        _post(message, conversation, export)
        for message in conversation.messages
        if message.kind is not MessageKind.NOTICE and message.removed is None
    )


def acts(conversation: Conversation, export: str) -> tuple[Act, ...]:
    """Stickers that were sent, and reactions by those whom the export names."""
    return tuple(act for message in conversation.messages for act in _acts(message, conversation, export))


def _post(message: Message, conversation: Conversation, export: str) -> Post:
    return Post(
        platform=conversation.platform,
        native_id=_native_id(message, conversation, export),
        url=_url(message, conversation, export),
        author=message.author or Account(),
        text=message.text,
        created_at=message.at,
        edited_at=message.edited_at,
        edit_mark=message.edited,
        stated_time=message.stated_time if message.at is None else None,
        in_reply_to=message.reply_to,
        shares=None if message.forwarded_from is None else message.forwarded_from.name,
        entities=message.entities,
        media=tuple(_media(one) for one in message.attachments),
        links=tuple(
            one.target for one in message.entities if one.kind is EntityKind.LINK and one.target is not None
        ),
        visibility=conversation.kind,
        activity={f"reaction {one.what}": one.count for one in message.reactions if one.count is not None},
    )


def _acts(message: Message, conversation: Conversation, export: str) -> Iterator[Act]:
    url = _url(message, conversation, export)
    stickers = [one for one in message.attachments if one.kind is AttachmentKind.STICKER]
    for sticker in stickers:
        yield Act(
            kind=ActKind.STICKER,
            actor=message.author or Account(),
            object=message.reply_to or conversation.title or url,
            where=message.where,
            what=sticker.emoji or sticker.name,
            native_id=_native_id(message, conversation, export),
            url=url,
            at=message.at,
            stated_time=message.stated_time if message.at is None else None,
            media=(_media(sticker),),
        )
    for reaction in message.reactions:
        for actor in reaction.by:
            yield Act(kind=ActKind.LIKE, actor=actor, object=url, where=message.where, what=reaction.what)


def _media(one: Attachment) -> Media:
    said = one.said or (one.name if one.state is AttachmentState.MISSING else None)
    return Media(url=one.name or "", media_type=one.media_type, sha256=one.sha256, description=said)


def _native_id(message: Message, conversation: Conversation, export: str) -> str:
    return f"{conversation.native_id or export}/{message.id}"


def _url(message: Message, conversation: Conversation, export: str) -> str:
    return f"{_SCHEME}:{conversation.platform}:{_native_id(message, conversation, export)}"
