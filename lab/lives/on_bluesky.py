"""Lives on a Bluesky host (PDS). Its records, and the proofs under its accounts' keys, are asked.

The protocol has no mark of an edit, so that every one is a silent one there. A record that its author removed is proved
to be absent, and not by whom it was removed; one that moderators withhold is still in the signed repository. Every
fifth post stands in an account of its own, which can be switched off and taken down; the others share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from evidentia.record.moment import now
from evidentia.record.post import Observation, State
from lab.bluesky import Bluesky, Member, Published

from .life import Deed, Eyes, Life, Shown

OWN_ACCOUNT_EVERY = 5
_WAYS = ("record", "taken down", "switched off")


@dataclass
class _Place:
    member: Member
    published: Published
    has_account: bool
    hidden_by: str = ""


class OnBluesky:
    """The host as a ground for lives."""

    name = "Bluesky PDS"
    deeds = frozenset(
        {Deed.EDIT, Deed.EDIT_BACK, Deed.HIDE, Deed.SHOW, Deed.DELETE, Deed.RESTORE, Deed.ASIDE}
    )

    def __init__(self, host: Bluesky, eyes: Eyes) -> None:
        self._host = host
        self._eyes = eyes
        self._shared: Member | None = None
        self._places: dict[int, _Place] = {}

    def now(self) -> datetime:
        """This machine's clock."""
        return now()

    def publish(self, life: Life, text: str) -> Shown:
        """A record in its author's repository."""
        is_alone = life.n % OWN_ACCOUNT_EVERY == 0
        member = self._shared
        if is_alone or member is None:
            member = self._host.join(f"pejabat{life.n}")
            self._shared = self._shared if is_alone else member
        published = self._host.publish(member, text)
        self._places[life.n] = _Place(member, published, is_alone)
        life.url = published.uri
        return Shown(State.LIVE, text, member.handle)

    def possible(self, life: Life) -> tuple[Deed, ...]:
        """Whatever the author or the host's moderators can do now."""
        if self._places[life.n].hidden_by:
            return (Deed.SHOW,)
        if life.shown.text is None:
            return (Deed.RESTORE,)
        edits = (Deed.EDIT, Deed.EDIT, Deed.EDIT_BACK) if life.can_be_edited else ()
        return (*edits, Deed.HIDE, Deed.DELETE, Deed.ASIDE)

    def do(self, life: Life, deed: Deed, text: str) -> Shown:
        """Through the protocol's own procedures."""
        place = self._places[life.n]
        match deed:
            case Deed.EDIT | Deed.EDIT_BACK:
                return self._put(place, text)
            case Deed.DELETE:
                self._host.delete(place.member, place.published)
                return Shown(State.UNAVAILABLE)
            case Deed.RESTORE:
                return self._put(place, life.last_shown.text or "")
            case Deed.HIDE:
                place.hidden_by = life.chance.choice(_WAYS if place.has_account else _WAYS[:1])
                return self._hide(place, life.shown)
            case Deed.SHOW:
                self._show(place)
                return replace(life.last_shown, state=State.LIVE)
            case Deed.ASIDE:
                self._host.publish(place.member, "Kabar lain.")
                return life.shown
            case _:
                raise ValueError(deed)

    def look(self, lives: Sequence[Life]) -> Sequence[Observation]:
        """At the records."""
        return self._eyes.look(lives)

    def _put(self, place: _Place, text: str) -> Shown:
        place.published = self._host.edit(place.member, place.published, text)
        return Shown(State.LIVE, text, place.member.handle)

    def _hide(self, place: _Place, shown: Shown) -> Shown:
        if place.hidden_by == "record":
            self._host.take_down(place.published)
            return replace(
                shown, state=State.REMOVED_BY_PLATFORM
            )  # the words still stand in the signed repository
        if place.hidden_by == "taken down":
            self._host.take_down(place.member)
        else:
            self._host.deactivate(place.member)
        return Shown(State.ACCOUNT_GONE)

    def _show(self, place: _Place) -> None:
        if place.hidden_by == "record":
            self._host.take_down(place.published, applied=False)
        elif place.hidden_by == "taken down":
            self._host.take_down(place.member, applied=False)
        else:
            self._host.reactivate(place.member)
        place.hidden_by = ""
