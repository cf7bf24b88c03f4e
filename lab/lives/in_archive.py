"""Lives of pages of which an archive (pywb behind the Wayback Machine's addresses) kept copies at stated moments.

The site is a script: what it served at which moment is laid into the archive as a crawler would have got it, and the
archive's word, in whole seconds, is all that an observation rests on. So these lives have a clock of their own. Every
other page states when it was changed; a page for members only answers 401, and of what a crawler was refused nothing
follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from evidentia.capture.options import PageOptions
from evidentia.capture.wayback import Archive
from evidentia.capture.wayback_index import mementos
from evidentia.record.post import Observation, State
from lab.wayback import Kept, Wayback

from .life import Deed, Eyes, Life, Shown

_BEGIN = datetime(2026, 7, 1, 1, 0, 0, tzinfo=UTC)
_UNSTATED = 0.3  # the share of the edits that a page does not state which states others
_OPTIONS = PageOptions(allow_private_network=True)
_PAGE = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Sikap saya</title>{stated}</head>
<body><nav>Dilihat {views} kali</nav><article><p>{text}</p></article></body></html>
"""


@dataclass
class _Served:
    published: datetime
    changed: datetime
    states_it: bool
    status: str = "200 OK"


class InArchive:
    """The archive as a ground for lives."""

    name = "pywb (Wayback)"
    deeds = frozenset(
        {Deed.EDIT, Deed.EDIT_BACK, Deed.HIDE, Deed.SHOW, Deed.DELETE, Deed.RESTORE, Deed.ASIDE}
    )

    def __init__(self, archive: Wayback, eyes: Eyes) -> None:
        self._archive = archive
        self._eyes = eyes
        self._clock = _BEGIN
        self._pages: dict[int, _Served] = {}

    def now(self) -> datetime:
        """The script's clock: each act and each copy has seconds of its own."""
        self._clock += timedelta(seconds=2)
        return self._clock

    def publish(self, life: Life, text: str) -> Shown:
        """A page with an article."""
        at = self.now()
        self._pages[life.n] = _Served(at, at, life.n % 2 == 0)
        life.url = f"https://kota.example/sikap/{life.n}"
        return Shown(State.LIVE, text)

    def possible(self, life: Life) -> tuple[Deed, ...]:
        """What the owner of a site can do now."""
        if life.shown.text is None:
            return (Deed.SHOW,) if life.last_deed is Deed.HIDE else (Deed.RESTORE,)
        edits = (Deed.EDIT, Deed.EDIT, Deed.EDIT_BACK) if life.can_be_edited else ()
        return (*edits, Deed.HIDE, Deed.DELETE, Deed.ASIDE)

    def do(self, life: Life, deed: Deed, text: str) -> Shown:
        """From now on the site serves something else."""
        page, at = self._pages[life.n], self.now()
        match deed:
            case Deed.EDIT | Deed.EDIT_BACK:
                if not page.states_it or life.chance.random() < _UNSTATED:
                    return Shown(State.LIVE, text, mark=life.shown.mark)
                page.changed = at
                return Shown(State.LIVE, text, mark=life.next_mark)
            case Deed.HIDE:
                page.status = "401 Unauthorized"
                return Shown(State.LOGIN_WALL)
            case Deed.DELETE:
                page.status = life.chance.choice(("404 Not Found", "410 Gone"))
                return Shown(State.UNAVAILABLE)
            case Deed.SHOW | Deed.RESTORE:
                page.status = "200 OK"
                return life.last_shown
            case Deed.ASIDE:
                return life.shown  # the page's counter moves with every copy anyway
            case _:
                raise ValueError(deed)

    def look(self, lives: Sequence[Life]) -> Sequence[Observation]:
        """The crawler takes copies; then each is found in the archive's index and fetched from it."""
        copies = [self._copy(life) for life in lives]
        if copies:
            self._archive.keep_all(copies)
        return list(self._fetched(lives, copies))

    def _copy(self, life: Life) -> Kept:
        page, text = self._pages[life.n], life.shown.text
        at = self.now()
        stated = ""
        if page.states_it:
            for name, when in (("published", page.published), ("modified", page.changed)):
                stated += f'<meta property="article:{name}_time" content="{when.isoformat()}">'
        body = "Masuk dahulu." if text is None else escape(text)
        if text is not None:
            body = _PAGE.format(stated=stated, text=body, views=at.second)
        return Kept(life.url, at, body.encode(), page.status)

    def _fetched(self, lives: Sequence[Life], copies: Sequence[Kept]) -> Iterator[Observation]:
        where = Archive.at(self._archive.base)
        for life, copy in zip(lives, copies, strict=True):
            (found,) = mementos(life.url, _OPTIONS, since=copy.at, archive=where)
            yield self._eyes.look_back(life, found, where)
