"""Lives on a Nostr relay. Long texts that their author replaces (kind 30023) are asked for by their coordinate.

The relay keeps the newest version alone. Every other post states when it was first published, so that a later version
is marked as edited; of the others nothing tells. What the author takes back and publishes again is there again.

Events carry times in whole seconds, by which relays order versions: of two of one second the one with the lower id
stands. So the author of a post waits for the next second of the clock before replacing an event of this one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from evidentia.platforms import nostr_names
from evidentia.record.moment import now
from evidentia.record.post import Observation, State
from lab.nostr import CITIZEN, OFFICIAL, STRANGER, Event, Relay

from .life import Deed, Eyes, Life, Shown

KIND = 30023


@dataclass
class _Text:
    name: str
    published: int
    states_it: bool
    event: Event
    at: int


class OnRelay:
    """The relay as a ground for lives."""

    name = "Nostr relay"
    deeds = frozenset({Deed.EDIT, Deed.EDIT_BACK, Deed.DELETE, Deed.RESTORE, Deed.ASIDE})

    def __init__(self, relay: Relay, eyes: Eyes) -> None:
        self._relay = relay
        self._eyes = eyes
        self._texts: dict[int, _Text] = {}
        self._handle = nostr_names.encode("npub", OFFICIAL.pubkey)

    def now(self) -> datetime:
        """This machine's clock."""
        return now()

    def publish(self, life: Life, text: str) -> Shown:
        """An event under a coordinate of its own."""
        at = int(time.time())
        made = _Text(f"kabar-{life.n}", at, life.n % 2 == 0, {}, at)
        self._texts[life.n] = made
        self._sign(made, text, at)
        coordinate = nostr_names.encode_coordinate(KIND, OFFICIAL.pubkey, made.name)
        life.url = f"nostr:{coordinate}?relay={self._relay.url}"
        return self._shown(made, State.LIVE, text, None)

    def possible(self, life: Life) -> tuple[Deed, ...]:
        """Whatever the author and others can do now."""
        if life.shown.text is None:
            return (Deed.RESTORE,)
        edits = (Deed.EDIT, Deed.EDIT, Deed.EDIT_BACK) if life.can_be_edited else ()
        return (*edits, Deed.DELETE, Deed.ASIDE)

    def do(self, life: Life, deed: Deed, text: str) -> Shown:
        """By signed events."""
        made, before = self._texts[life.n], life.shown
        match deed:
            case Deed.EDIT | Deed.EDIT_BACK | Deed.RESTORE:
                said = text or life.last_shown.text or ""
                self._sign(made, said, _second_after(made.at))
                mark = life.next_mark if made.states_it else None
                state = State.EDITED if mark else State.LIVE
                return self._shown(made, state, said, mark)
            case Deed.DELETE:
                made.at = _second_after(made.at)
                tags = [["e", made.event["id"]], ["a", f"{KIND}:{OFFICIAL.pubkey}:{made.name}"]]
                self._relay.publish(OFFICIAL.sign(5, "salah kirim", tags, at=made.at))
                return Shown(State.DELETED_BY_AUTHOR, kept=())
            case Deed.ASIDE:  # somebody else's wish to delete it binds nobody (NIP-09)
                person, kind = (CITIZEN, 7) if life.n % 2 else (STRANGER, 5)
                about = [["e", made.event["id"]]]
                self._relay.publish(person.sign(kind, f"+{len(life.done)}", about, at=int(time.time())))
                return before
            case _:
                raise ValueError(deed)

    def look(self, lives: Sequence[Life]) -> Sequence[Observation]:
        """At what the relay has."""
        return self._eyes.look(lives)

    def _shown(self, made: _Text, state: State, text: str, mark: int | None) -> Shown:
        return Shown(state, text, self._handle, mark=mark, kept=(text,), revision=made.event["id"])

    def _sign(self, made: _Text, text: str, at: int) -> None:
        tags = [["d", made.name], ["title", "Sikap saya"]]
        if made.states_it:
            tags.append(["published_at", str(made.published)])
        made.event, made.at = OFFICIAL.sign(KIND, text, tags, at=at), at
        self._relay.publish(made.event)


def _second_after(last: int) -> int:
    """A second of the clock that is later than ``last``."""
    while (left := last + 1 - time.time()) > 0:
        threading.Event().wait(left)
    return int(time.time())
