"""Lives on a Spirit forum. Its pages are looked at; a moderator removes comments and topics and brings them back.

The forum marks an edit with a count, shows no earlier wording to visitors, and does not say who removed a comment; a
removed topic is a plain 404 to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from evidentia.record.moment import now
from evidentia.record.post import Observation, State
from lab.forum import OFFICIAL, Forum, Topic

from .life import Deed, Eyes, Life, Shown


class OnForum:
    """The forum as a ground for lives."""

    name = "Spirit forum"
    deeds = frozenset(
        {Deed.EDIT, Deed.EDIT_BACK, Deed.HIDE, Deed.SHOW, Deed.DELETE, Deed.RESTORE, Deed.ASIDE}
    )

    def __init__(self, forum: Forum, eyes: Eyes) -> None:
        self._forum = forum
        self._eyes = eyes
        self._topics: dict[int, Topic] = {}

    def now(self) -> datetime:
        """This machine's clock."""
        return now()

    def publish(self, life: Life, text: str) -> Shown:
        """A topic whose first comment is the post."""
        topic = self._topics[life.n] = self._forum.publish(f"Kabar {life.n}", text)
        life.url = topic.url
        return _shown(text, 0)

    def possible(self, life: Life) -> tuple[Deed, ...]:
        """Whatever its author, a neighbour or a moderator can do now."""
        if life.shown.text is None:
            return (Deed.SHOW,) if life.last_deed is Deed.HIDE else (Deed.RESTORE,)
        edits = (Deed.EDIT, Deed.EDIT, Deed.EDIT_BACK) if life.can_be_edited else ()
        return (*edits, Deed.HIDE, Deed.DELETE, Deed.ASIDE)

    def do(self, life: Life, deed: Deed, text: str) -> Shown:
        """Through the forum's own forms."""
        topic, before = self._topics[life.n], life.shown
        match deed:
            case Deed.EDIT | Deed.EDIT_BACK:
                self._forum.edit(topic.comment_id, text)
                return _shown(text, life.next_mark)
            case Deed.HIDE:
                self._forum.delete_topic(topic.id)
                return Shown(State.UNAVAILABLE)
            case Deed.DELETE:
                self._forum.delete(topic.comment_id)
                return Shown(State.UNAVAILABLE)
            case Deed.SHOW:
                self._forum.restore_topic(topic.id)
                return life.last_shown
            case Deed.RESTORE:
                self._forum.restore(topic.comment_id)
                return life.last_shown
            case Deed.ASIDE:
                self._forum.reply(topic, "Bukankah pejabat harus netral?")
                return before
            case _:
                raise ValueError(deed)

    def look(self, lives: Sequence[Life]) -> Sequence[Observation]:
        """At the topics' pages."""
        return self._eyes.look(lives)


def _shown(text: str, edits: int) -> Shown:
    return Shown(State.EDITED if edits else State.LIVE, text, OFFICIAL.username, mark=edits)
