"""A Matrix message as a post: its wordings, its files, its author, and what others did with it."""

from __future__ import annotations

from evidentia.record.post import Account, Act, ActKind, KeptVersion, Media, Post, Signal

from .answers import UnreadableAnswer, member, text, tree
from .content import media_at, pictured
from .matrix_address import account_link, permalink
from .matrix_event import (
    MESSAGE,
    Event,
    answered_event,
    event_in,
    event_of,
    events_in,
    media_references,
    new_content,
    relation,
    replacements,
    wording_of,
)
from .matrix_questions import Gathered, is_whole, media_url, pages
from .page import CapturedResponse
from .signals import WHOLE_LIST

PLATFORM = "matrix"

MAX_ACTS = 2_000
"""Acts of one reading: all that the pages which are asked for can hold."""


def post_of(gathered: Gathered, event: Event) -> tuple[Post, tuple[KeptVersion, ...], tuple[Signal, ...]]:
    """The message as it stands now, all its wordings, oldest first, and what is to be said with it."""
    where = gathered.event.url if gathered.event else ""
    room, names = gathered.room or event.room_id or "", _names(gathered)
    listed = [
        (entry, f"{url}#/chunk/{number}")
        for url, page in pages(gathered.relations.get("m.replace", ()))
        for number, entry in enumerate(page.chunk)
    ]
    bundled = member(event.unsigned, "m.relations", "m.replace")
    places = {event.event_id: where}
    for entry, place in [*listed, (bundled, f"{where}#/unsigned/m.relations/m.replace")]:
        identifier = text(member(entry, "event_id"))
        if identifier is not None:
            places.setdefault(identifier, place)
    edits, _ = replacements(event, [*(entry for entry, _ in listed), bundled])
    current = edits[-1] if edits else event
    content = new_content(current)
    wording = wording_of(content)
    answered = answered_event(event.content)
    post = Post(
        platform=PLATFORM,
        native_id=event.event_id,
        url=permalink(room, event.event_id),
        author=pictured(_account(names, event.sender), _picture(gathered, event.sender), ()),
        text=wording.text,
        created_at=event.at,
        edited_at=current.at if edits else None,
        edit_mark=bool(edits),
        revision=current.event_id,
        in_reply_to=None if answered is None else permalink(room, answered),
        entities=wording.entities,
        media=_media(gathered, current),
        links=wording.links,
        visibility=_state(gathered.history_visibility, "history_visibility"),
    )
    history = tuple(_version(gathered, one, places[one.event_id]) for one in (event, *edits))
    ignored = sum(_is_foreign(event, entry) for entry, _ in listed)
    return post, history if edits else (), tuple(_signals(gathered, content, wording.plain, ignored))


def acts_in(gathered: Gathered, event: Event) -> tuple[Act, ...]:
    """Reactions, and answers in threads or by reference, each once."""
    room, names = gathered.room or event.room_id or "", _names(gathered)
    found: dict[str, Act] = {}
    for kind in ("m.annotation", "m.thread"):
        for url, page in pages(gathered.relations.get(kind, ())):
            for number, entry in enumerate(page.chunk):
                other = event_of(entry)
                if other is not None and relation(other) == (kind, event.event_id):
                    act = _act(gathered, names, room, event, other, f"{url}#/chunk/{number}")
                    found.setdefault(other.event_id, act)
    context = gathered.context
    if context is not None and context.status == 200:
        for other in events_in(_tree(context), "events_before", "events_after"):
            if answered_event(other.content) == event.event_id and other.type == MESSAGE:
                found.setdefault(other.event_id, _act(gathered, names, room, event, other, context.url))
    return tuple(found.values())[:MAX_ACTS]


def whole_lists(gathered: Gathered) -> tuple[Signal, ...]:
    """Reactions, where every page of them came. Answers by reference stand in no list of their own."""
    listed = gathered.relations.get("m.annotation", ())
    if not is_whole(listed):
        return ()
    return (Signal(name=WHOLE_LIST, seen=ActKind.LIKE.value, where=listed[-1].url),)


def _act(gathered: Gathered, names: dict[str, str], room: str, event: Event, other: Event, where: str) -> Act:
    is_reaction = relation(other)[0] == "m.annotation"
    key = text(member(other.content, "m.relates_to", "key"))
    return Act(
        kind=ActKind.LIKE if is_reaction else ActKind.COMMENT,
        actor=_account(names, other.sender),
        object=permalink(room, event.event_id),
        where=where,
        what=key if is_reaction else wording_of(other.content).text,
        native_id=other.event_id,
        url=permalink(room, other.event_id),
        at=other.at,
        media=() if is_reaction else _media(gathered, other),
    )


def _version(gathered: Gathered, event: Event, where: str) -> KeptVersion:
    return KeptVersion(
        text=wording_of(new_content(event)).text,
        at=event.at,
        where=where,
        revision=event.event_id,
        media=_media(gathered, event),
    )


def _media(gathered: Gathered, event: Event) -> tuple[Media, ...]:
    """Files under their ``mxc://`` address, which is the same on every homeserver."""
    found = []
    for mxc, description in media_references(new_content(event)):
        url, came = media_url(gathered.base, mxc), gathered.media.get(mxc)
        held = Media(url=mxc) if url is None or came is None else media_at(url, None, (came,))
        found.append(Media(url=mxc, media_type=held.media_type, sha256=held.sha256, description=description))
    return tuple(found)


def _account(names: dict[str, str], user: str) -> Account:
    return Account(id=user, name=names.get(user), url=account_link(user))


def _names(gathered: Gathered) -> dict[str, str]:
    """Display names: those in the room, else the sender's own."""
    found: dict[str, str] = {}
    profile, context = gathered.profile, gathered.context
    sender = event_in(gathered.event)
    if sender is not None and profile is not None and profile.status == 200:
        found[sender.sender] = text(member(_tree(profile), "displayname")) or ""
    if context is not None and context.status == 200:
        for one in events_in(_tree(context), "state"):
            name = text(one.content.get("displayname"))
            if one.type == "m.room.member" and one.state_key is not None and name is not None:
                found[one.state_key] = name
    return {user: name for user, name in found.items() if name}


def _picture(gathered: Gathered, user: str) -> str | None:
    """The sender's picture: that of the membership in the room, else of the profile. An ``mxc://`` address names one
    upload for good; its bytes are not asked for."""
    context, profile = gathered.context, gathered.profile
    if context is not None and context.status == 200:
        for one in events_in(_tree(context), "state"):
            if one.type == "m.room.member" and one.state_key == user:
                return text(one.content.get("avatar_url"))
    if profile is not None and profile.status == 200:
        return text(member(_tree(profile), "avatar_url"))
    return None


def _signals(gathered: Gathered, content: dict[str, object], plain: str | None, ignored: int) -> list[Signal]:
    where = gathered.event.url if gathered.event else ""
    kind = text(content.get("msgtype"))
    signals = [] if kind is None else [Signal(name="msgtype", seen=kind, where=where)]
    if plain is not None:
        signals.append(Signal(name="plain-body", seen=plain, where=where))
    if ignored:
        signals.append(Signal(name="edits-by-others-ignored", seen=str(ignored), where=where))
    for name, responses in gathered.relations.items():
        last = pages(responses[-1:])
        if last and last[0][1].next_batch:
            signals.append(Signal(name="relations-cut-off", seen=name, where=last[0][0]))
    rules = _state(gathered.join_rules, "join_rule")
    if rules is not None and gathered.join_rules is not None:
        signals.append(Signal(name="join-rule", seen=rules, where=gathered.join_rules.url))
    return signals


def _is_foreign(original: Event, entry: object) -> bool:
    """Whether somebody else tried to replace the event."""
    event = event_of(entry)
    return event is not None and event.sender != original.sender


def _state(answer: CapturedResponse | None, name: str) -> str | None:
    return None if answer is None or answer.status != 200 else text(member(_tree(answer), name))


def _tree(answer: CapturedResponse) -> object:
    try:
        return tree(answer.body)
    except UnreadableAnswer:
        return None
