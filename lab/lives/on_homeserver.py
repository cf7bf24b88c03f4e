"""Lives on a Matrix homeserver (Synapse). A member of the room asks for the messages.

An edit is an event of its own, so that every wording is kept, until the edit itself is taken back. What is redacted, by
its sender or a moderator, stays so: there is no hiding for a while, and no restoration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from evidentia.record.moment import now
from evidentia.record.post import Observation, State
from lab.synapse import CITIZEN, DOMAIN, MODERATOR, OFFICIAL, Synapse

from .life import Deed, Eyes, Life, Shown


@dataclass
class _Message:
    event: str
    text: str
    edits: list[tuple[str, str, int]] = field(default_factory=list)  # event, wording, its number
    made: int = 0
    is_gone: bool = False

    def shown(self) -> Shown:
        text, mark = (self.edits[-1][1], self.edits[-1][2]) if self.edits else (self.text, 0)
        kept = (self.text, *(wording for _, wording, _ in self.edits)) if self.edits else ()
        state = State.EDITED if self.edits else State.LIVE
        revision = self.edits[-1][0] if self.edits else self.event
        return Shown(state, text, f"@{OFFICIAL}:{DOMAIN}", mark=mark, kept=kept, revision=revision)


class OnHomeserver:
    """The homeserver as a ground for lives."""

    name = "Matrix Synapse"
    deeds = frozenset({Deed.EDIT, Deed.EDIT_BACK, Deed.TAKE_BACK, Deed.DELETE, Deed.REMOVE, Deed.ASIDE})

    def __init__(self, server: Synapse, eyes: Eyes) -> None:
        self._server = server
        self._eyes = eyes
        self._room = server.create_room()
        for who in (OFFICIAL, CITIZEN):
            server.join(who, self._room)
        self._messages: dict[int, _Message] = {}

    def now(self) -> datetime:
        """This machine's clock."""
        return now()

    def publish(self, life: Life, text: str) -> Shown:
        """A message in the room."""
        event = self._server.say(OFFICIAL, self._room, text)
        message = self._messages[life.n] = _Message(event, text)
        life.url = f"{self._server.url}/_matrix/client/v3/rooms/{self._room}/event/{event}"
        return message.shown()

    def possible(self, life: Life) -> tuple[Deed, ...]:
        """Whatever its sender, another member or a moderator can do now; seldom what ends the life."""
        message = self._messages[life.n]
        if message.is_gone:
            return ()
        edits = (Deed.EDIT, Deed.EDIT, Deed.EDIT, Deed.EDIT_BACK) if life.can_be_edited else ()
        back = (Deed.TAKE_BACK, Deed.TAKE_BACK) if message.edits else ()
        return (*edits, *back, Deed.ASIDE, Deed.REMOVE if life.n % 2 else Deed.DELETE)

    def do(self, life: Life, deed: Deed, text: str) -> Shown:
        """Through the client-server API."""
        message = self._messages[life.n]
        match deed:
            case Deed.EDIT | Deed.EDIT_BACK:
                event = self._server.edit(OFFICIAL, self._room, message.event, text)
                message.made += 1
                message.edits.append((event, text, message.made))
            case Deed.TAKE_BACK:
                event, _, _ = message.edits.pop()
                self._server.redact(OFFICIAL, self._room, event)
            case Deed.ASIDE:
                self._server.react(CITIZEN, self._room, message.event, f"ke-{len(life.done)}")
            case Deed.DELETE | Deed.REMOVE:
                message.is_gone = True
                is_own = deed is Deed.DELETE
                self._server.redact(OFFICIAL if is_own else MODERATOR, self._room, message.event)
                return Shown(State.DELETED_BY_AUTHOR if is_own else State.REMOVED_BY_PLATFORM, kept=())
            case _:
                raise ValueError(deed)
        return message.shown()

    def look(self, lives: Sequence[Life]) -> Sequence[Observation]:
        """At the messages, as a member of the room."""
        return self._eyes.look(lives)
