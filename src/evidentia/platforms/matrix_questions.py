"""What to ask a homeserver about an event, and what was answered (Matrix client-server API, v1.15).

Most rooms answer only with the access token of a member: the caller brings it, as header fields for the homeserver's
origin. The homeserver is the caller's own where it is known, else the one to which the room's server points.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from dataclasses import replace as changed
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from .answers import UnreadableAnswer, decoded
from .matrix_address import Address, hostname
from .matrix_event import event_in, media_references
from .page import CapturedResponse
from .questions import Ask, Places

MAX_PAGES = 5
"""Pages of one kind of relation that are asked for."""

PAGE_EVENTS = 100
"""Relations on one page; Synapse gives no more."""

CONTEXT_EVENTS = 40
"""Events around the one that is asked for: replies that state no relation are found among them."""

MAX_MEDIA = 10
"""Files of one event that are asked for, those of its edits included."""

RELATIONS = ("m.replace", "m.annotation", "m.thread")

Asking = Generator[Ask, CapturedResponse, Any]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was answered, None where it was not asked."""

    base: str = ""
    room: str | None = None
    event: CapturedResponse | None = None
    context: CapturedResponse | None = None
    directory: CapturedResponse | None = None
    history_visibility: CapturedResponse | None = None
    join_rules: CapturedResponse | None = None
    profile: CapturedResponse | None = None
    relations: dict[str, tuple[CapturedResponse, ...]] = field(default_factory=dict)
    media: dict[str, CapturedResponse] = field(default_factory=dict)


class _Homeserver(msgspec.Struct, frozen=True):
    base_url: str


class _WellKnown(msgspec.Struct, frozen=True):
    homeserver: _Homeserver = msgspec.field(name="m.homeserver")


class _Alias(msgspec.Struct, frozen=True):
    room_id: str


class Chunk(msgspec.Struct, frozen=True):
    """A page of relations."""

    chunk: list[Any]
    next_batch: str | None = None


def gather(address: Address, places: Places) -> Generator[Ask, CapturedResponse, Gathered]:
    """Ask everything about the event."""
    base = address.base or places.matrix_homeserver.rstrip("/") or (yield from _discovered(address))
    gathered = Gathered(base=base)
    if not base:
        return gathered
    room = address.room
    if room.startswith("#"):
        directory = yield Ask(
            url=f"{base}/_matrix/client/v3/directory/room/{_path(room)}", why="which room the alias means"
        )
        gathered = changed(gathered, directory=directory)
        room = _room_in(directory)
    if not room:
        return gathered
    rooms = f"{base}/_matrix/client/v3/rooms/{_path(room)}"
    event = yield Ask(url=f"{rooms}/event/{_path(address.event)}", why="the event")
    context = yield Ask(
        url=f"{rooms}/context/{_path(address.event)}?limit={CONTEXT_EVENTS}",
        why="what stands around the event, and whether it is withheld",
    )
    gathered = changed(gathered, room=room, event=event, context=context)
    if event.status != 200:
        return gathered
    return (yield from _more(gathered, room, address.event))


def pages(responses: tuple[CapturedResponse, ...]) -> list[tuple[str, Chunk]]:
    """The pages of a kind of relation that can be read, each with its address."""
    found = []
    for response in responses:
        try:
            found.append((response.url, decoded(response.body, Chunk)))
        except UnreadableAnswer:
            continue  # the event's own answer decides what is said of it
    return found


def is_whole(responses: tuple[CapturedResponse, ...]) -> bool:
    """Whether a kind of relation was followed to its last page, and each page can be read."""
    read = pages(responses)
    return bool(read) and len(read) == len(responses) and not read[-1][1].next_batch


def media_url(base: str, mxc: str) -> str | None:
    """Where a homeserver gives out a file (since v1.11, to its own users); None where ``mxc`` is no such address."""
    parts = mxc.removeprefix("mxc://").split("/")
    if not mxc.startswith("mxc://") or len(parts) != 2 or not all(parts):
        return None
    return f"{base}/_matrix/client/v1/media/download/{_path(parts[0])}/{_path(parts[1])}"


def _discovered(address: Address) -> Generator[Ask, CapturedResponse, str]:
    """The homeserver of the first server that may know the room."""
    if not address.servers:
        return ""
    host = hostname(address.servers[0])
    told = yield Ask(
        url=f"https://{host}/.well-known/matrix/client", why="which homeserver speaks for the room's server"
    )
    try:
        base = decoded(told.body, _WellKnown).homeserver.base_url if told.status == 200 else ""
        parts = urlsplit(base)
    except (
        ValueError
    ):  # an UnreadableAnswer too: no such file, which says that the host itself is the homeserver
        return f"https://{host}"
    is_address = parts.scheme in ("http", "https") and parts.netloc and not parts.query and not parts.fragment
    return base.rstrip("/") if is_address else f"https://{host}"


def _more(gathered: Gathered, room: str, event: str) -> Generator[Ask, CapturedResponse, Gathered]:
    base = gathered.base
    relations = {}
    for kind in RELATIONS:
        relations[kind] = yield from _related(base, room, event, kind)
    state = f"{base}/_matrix/client/v3/rooms/{_path(room)}/state"
    visibility = yield Ask(url=f"{state}/m.room.history_visibility", why="who may read the room's history")
    join_rules = yield Ask(url=f"{state}/m.room.join_rules", why="who may come into the room")
    original = event_in(gathered.event)
    profile = None
    if original is not None:
        sender = f"{base}/_matrix/client/v3/profile/{_path(original.sender)}"
        profile = yield Ask(url=sender, why="the sender's display name")
    gathered = changed(
        gathered, relations=relations, history_visibility=visibility, join_rules=join_rules, profile=profile
    )
    media = {}
    for mxc in _files(gathered):
        url = media_url(base, mxc)
        if url is not None:
            media[mxc] = yield Ask(url=url, why="a file of the event")
    return changed(gathered, media=media)


def _related(
    base: str, room: str, event: str, kind: str
) -> Generator[Ask, CapturedResponse, tuple[CapturedResponse, ...]]:
    at = f"{base}/_matrix/client/v1/rooms/{_path(room)}/relations/{_path(event)}/{kind}"
    found: list[CapturedResponse] = []
    following: str | None = None
    for _ in range(MAX_PAGES):
        parameters = {"limit": str(PAGE_EVENTS)} | ({"from": following} if following else {})
        found.append((yield Ask(url=f"{at}?{urlencode(parameters)}", why=f"relations of the kind {kind}")))
        read = pages((found[-1],))
        following = read[0][1].next_batch if read else None
        if not following:
            break
    return tuple(found)


def _files(gathered: Gathered) -> list[str]:
    contents = []
    original = event_in(gathered.event)
    if original is not None:
        contents.append(original.content)
    for _, page in pages(gathered.relations.get("m.replace", ())):
        contents += [_new_content(entry) for entry in page.chunk]
    found = dict.fromkeys(mxc for content in contents for mxc, _ in media_references(content))
    return list(found)[:MAX_MEDIA]


def _new_content(entry: object) -> dict[str, Any]:
    content = entry.get("content") if isinstance(entry, dict) else None
    new = content.get("m.new_content") if isinstance(content, dict) else None
    return new if isinstance(new, dict) else {}


def _room_in(directory: CapturedResponse) -> str:
    try:
        room = decoded(directory.body, _Alias).room_id if directory.status == 200 else ""
    except UnreadableAnswer:
        return ""
    return room if room.startswith("!") else ""


def _path(text: str) -> str:
    return quote(text, safe="")
