"""Lives on a MediaWiki. Its interface is asked; administrators hide old wordings, move and delete pages, and undo it.

The wiki keeps every revision and shows it with its author, so that each wording between two looks is told. It cannot
hide the present wording, only earlier ones. A page that was moved without a redirect is missing at its address, and the
wiki's log says where it is now. Moving a page and protecting it make a revision that repeats the words. Its own times
come in whole seconds; it orders what falls into one second by its numbers, so that nothing has to wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from evidentia.record.moment import now
from evidentia.record.post import Observation, State
from lab.mediawiki import CITIZEN, OFFICIAL, Member, Wiki

from .life import Deed, Eyes, Life, Shown


@dataclass
class _Page:
    title: str
    first: int  # the number of its first revision
    is_fixed: bool = False  # nobody but administrators may move it

    @property
    def elsewhere(self) -> str:
        return f"{self.title} disimpan"


class OnWiki:
    """The wiki as a ground for lives."""

    name = "MediaWiki"
    deeds = frozenset(
        {
            Deed.EDIT,
            Deed.EDIT_BACK,
            Deed.EDIT_BY_ANOTHER,
            Deed.HIDE_EARLIER,
            Deed.MOVE,
            Deed.MOVE_BACK,
            Deed.DELETE,
            Deed.RESTORE,
            Deed.ASIDE,
        }
    )

    def __init__(self, wiki: Wiki, eyes: Eyes) -> None:
        self._wiki = wiki
        self._eyes = eyes
        self._pages: dict[int, _Page] = {}

    def now(self) -> datetime:
        """This machine's clock."""
        return now()

    def publish(self, life: Life, text: str) -> Shown:
        """A page that its first writer is the author of."""
        title = f"Kabar {life.n}"
        self._pages[life.n] = _Page(title, self._wiki.write(title, text))
        life.url = self._wiki.page_url(title)
        return Shown(State.LIVE, text, OFFICIAL.name, title, 0, (text,))

    def possible(self, life: Life) -> tuple[Deed, ...]:
        """Whatever members and administrators can do now."""
        if life.shown.text is None:
            return (Deed.RESTORE,)
        if life.shown.title != self._pages[life.n].title:
            return (Deed.MOVE_BACK,)
        edits = (Deed.EDIT, Deed.EDIT_BY_ANOTHER, Deed.EDIT_BACK) if life.can_be_edited else ()
        kept = life.shown.kept or ()
        is_another = kept[0] is not None and len({*kept} - {None}) > 1
        hidden = (Deed.HIDE_EARLIER,) if is_another else ()
        return (*edits, *hidden, Deed.MOVE, Deed.DELETE, Deed.ASIDE)

    def do(self, life: Life, deed: Deed, text: str) -> Shown:
        """Through the wiki's action API."""
        page, before = self._pages[life.n], life.shown
        match deed:
            case Deed.EDIT | Deed.EDIT_BACK:
                return self._write(page, life, text, OFFICIAL)
            case Deed.EDIT_BY_ANOTHER:
                return self._write(page, life, text, CITIZEN)
            case Deed.HIDE_EARLIER:
                self._wiki.hide(page.first)
                return _tellable(replace(before, kept=(None, *(before.kept or ())[1:])), life.wordings[0])
            case Deed.MOVE:
                self._wiki.move(page.title, page.elsewhere, redirect=False)
                return replace(_repeated(before), title=page.elsewhere, mark=life.next_mark)
            case Deed.MOVE_BACK:
                self._wiki.move(page.elsewhere, page.title, redirect=False)
                return replace(_repeated(before), title=page.title, mark=life.next_mark)
            case Deed.DELETE:
                self._wiki.delete(page.title, "uji")
                page.is_fixed = False
                return Shown(State.REMOVED_BY_PLATFORM)
            case Deed.RESTORE:
                self._wiki.restore(page.title, "uji")
                return life.last_shown
            case Deed.ASIDE:
                page.is_fixed = not page.is_fixed
                self._wiki.protect(page.title, "move", "sysop" if page.is_fixed else "all")
                return _repeated(before)
            case _:
                raise ValueError(deed)

    def look(self, lives: Sequence[Life]) -> Sequence[Observation]:
        """At the wiki's own words about the pages; a browser's captures ask for them too."""
        return self._eyes.look(lives)

    def _write(self, page: _Page, life: Life, text: str, author: Member) -> Shown:
        self._wiki.write(page.title, text, author)
        kept = (*(life.shown.kept or ()), text)
        shown = Shown(State.EDITED, text, author.name, page.title, life.next_mark, kept)
        return _tellable(shown, life.wordings[0])


def _tellable(shown: Shown, first: str) -> Shown:
    """An edit of which the only other wording is hidden cannot be told from a repetition where both are of one size."""
    kept, text = shown.kept or (), shown.text or ""
    is_told = any(one not in (None, text) for one in kept) or len(first.encode()) != len(text.encode())
    return replace(shown, state=State.EDITED if is_told else State.LIVE)


def _repeated(shown: Shown) -> Shown:
    """With a revision that the wiki made itself, which repeats the words and is no edit."""
    return replace(shown, kept=(*(shown.kept or ()), shown.text))
