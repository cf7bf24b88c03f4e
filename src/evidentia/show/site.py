"""What the addresses of a shown bundle answer with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from importlib.resources import files
from pathlib import PurePosixPath
from threading import Lock
from typing import Self

from evidentia._version import VERSION
from evidentia.case.telling import tell
from evidentia.case.telling_lives import tell_lives
from evidentia.formats import names
from evidentia.record.custody import Tool
from evidentia.record.errors import CustodyError, EvidentiaError, MissingPart
from evidentia.record.item import Item, Role, StoredFile
from evidentia.record.moment import stated_zone
from evidentia.record.verdict import Verdict
from evidentia.report import served_pages
from evidentia.report.life_page import life_page
from evidentia.report.material import RASTER_TYPES, Language, Material
from evidentia.report.page_frame import Served, content_security_policy, styles
from evidentia.report.served_pages import FIND, FRONT, LIVES, Found, Now, Replay, Site

from .loopback import Answer, Loopback, Page, refusal
from .opened import Opened, Place
from .replayer import Replayer
from .replaying import replaying

LARGEST_PICTURE = 64 * 1024 * 1024
"""Bytes of a picture that is shown: as large as one may be that a report shows."""

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FRAMES = "; frame-ancestors 'none'"
_FROM_ITSELF = "'self'"


class Showing:
    """A bundle on loopback. Use it in a ``with`` statement; it is served as long as that lasts.

    Args:
        verdict: what was said of the bundle, and when; None where it was not judged.
        replayer: the viewer for captures, or why there is none.

    Raises:
        EvidentiaError: the port cannot be had.
    """

    def __init__(
        self,
        opened: Opened,
        *,
        verdict: Verdict | None = None,
        judged_at: datetime | None = None,
        language: Language = Language.INDONESIAN,
        replayer: Replayer | MissingPart | None = None,
        port: int = 0,
    ) -> None:
        self._opened, self._verdict = opened, verdict
        self._replayer = replayer if isinstance(replayer, Replayer) else None
        self._captures = dict(_captures(opened))
        self._stack, self._once, self._replays = ExitStack(), Lock(), dict[tuple[int, bool], Loopback]()
        self._kept: dict[str, Answer] = {}
        self._material, why = _told(opened, language, verdict)
        try:
            self.server = Loopback({}, port=port)
        except OSError as error:
            raise EvidentiaError(
                f"Port {port} cannot be had: {error.strerror or error}.",
                next_step="Name another with --port.",
            ) from error
        self._site = _site(
            opened, language, judged_at, self.server, replayer, [item for item, _ in self._captures.values()]
        )
        self._lay(why)

    def __enter__(self) -> Self:
        self._stack.enter_context(self.server)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def address(self) -> str:
        """Where it is shown."""
        return self.server.address + FRONT

    @property
    def replays(self) -> bool:
        """Whether captures can be replayed."""
        return self._replayer is not None and bool(self._captures)

    @property
    def no_replayer(self) -> str:
        """Why captures cannot be replayed, and what to do; empty where they can, or where there are none."""
        return " ".join(self._site.no_replayer).strip() if self._captures else ""

    def _lay(self, why: str) -> None:
        """Every address that is answered. None is made from what a request names."""
        script = files(__package__).joinpath("show.js").read_bytes()
        pages: dict[str, Page] = self.server.pages
        pages["show.js"] = lambda _: Answer(body=script, media_type="text/javascript; charset=utf-8")
        pages[FIND] = self._find
        material = self._material
        if material is None:
            pages[FRONT] = self._keeping(
                FRONT, lambda: served_pages.unread_page(self._site, why, self._verdict)
            )
        else:
            pages[FRONT] = self._keeping(FRONT, lambda: served_pages.front_page(self._site, material))
            pages[LIVES] = lambda _: self._lives(material)
            for picture in material.pictures:
                pages[picture.path] = partial(self._picture, picture.path)
        pages[""] = pages[FRONT]
        if self._replayer is None:
            return
        for item in self._captures:
            for scripts in (False, True):
                name = served_pages.replay_name(item, scripts=scripts)
                pages[name] = partial(self._replay, item, self._replayer, scripts)

    def _keeping(self, name: str, make: Callable[[], str]) -> Page:
        """A page that is made when it is first asked for, once."""

        def page(_: Mapping[str, str]) -> Answer:
            with self._once:
                if name not in self._kept:
                    self._kept[name] = self._answer(make())
                return self._kept[name]

        return page

    def _answer(self, page: str, frames: str = "") -> Answer:
        served = Served(script=self._site.script, frames=frames)
        policy = content_security_policy(served_pages.style(), _FROM_ITSELF, served) + _FRAMES
        return Answer(body=page.encode("utf-8", "replace"), policy=policy)

    def _find(self, query: Mapping[str, str]) -> Answer:
        asked = query.get("sha256", "").strip().lower()
        found = None
        if _SHA256.fullmatch(asked):
            found = tuple(self._found(place, asked) for place in self._opened.places(asked))
        return self._answer(served_pages.find_page(self._site, asked, found))

    def _found(self, place: Place, asked: str) -> Found:
        try:
            now = Now.SAME if self._opened.digest_of(place.path) == asked else Now.DIFFERS
        except (OSError, KeyError):
            now = Now.UNREAD
        return Found(path=place.path, item=place.item, stated_by=place.stated_by, now=now)

    def _lives(self, material: Material) -> Answer:
        """The page that `timeline --html` writes: it has no script, and its pictures are in it."""
        case = self._opened.case
        assert case is not None
        with self._once:
            if LIVES not in self._kept:
                try:
                    told = tell_lives(case, material.timelines, self._site.language)
                except (CustodyError, OSError) as error:
                    page = served_pages.unread_page(self._site, str(error), None)
                    return self._answer(page)
                policy = content_security_policy(styles("exhibit.css", "life.css"), "data:") + _FRAMES
                self._kept[LIVES] = Answer(body=life_page(told).encode("utf-8", "replace"), policy=policy)
            return self._kept[LIVES]

    def _picture(self, path: str, _: Mapping[str, str]) -> Answer:
        """A picture whose bytes are those that were sealed; any other is not shown."""
        size = self._opened.files.get(path)
        if size is None or size > LARGEST_PICTURE:
            return refusal(404)
        item = int(PurePosixPath(path).parts[1])
        stated = {p.stated_by for p in self._opened.places(self._sealed(path)) if p.path == path}
        try:
            if names.record_path(item) not in stated or self._opened.digest_shown(path) != self._sealed(path):
                return refusal(409)
            body = self._opened.read(path, 0, size)
        except OSError:
            return refusal(409)
        return Answer(body=body, media_type=_media_type(body), headers={"Content-Disposition": "inline"})

    def _sealed(self, path: str) -> str:
        """The digest that an item states of its file."""
        assert self._material is not None
        number, name = int(PurePosixPath(path).parts[1]), PurePosixPath(path).name
        item = next(one for one in self._material.items if one.item == number)
        return next((file.sha256 for file in item.files if file.name == name), "")

    def _replay(self, item: int, replayer: Replayer, scripts: bool, _: Mapping[str, str]) -> Answer:
        told, file = self._captures[item]
        path = f"{names.item_folder(item)}/{file.name}"
        replay = _replay_of(told)
        with self._once:
            if (item, scripts) not in self._replays:
                try:
                    intact = self._opened.digest_shown(path) == file.sha256
                except OSError:
                    intact = False
                if not intact:
                    return self._answer(served_pages.refused_page(self._site, replay))
                made = replaying(
                    self._opened,
                    path,
                    replay.url,
                    replayer,
                    scripts=scripts,
                    framed_by=self.server.origin,
                )
                self._replays[item, scripts] = self._stack.enter_context(made)
            running = self._replays[item, scripts]
        page = served_pages.replay_page(self._site, replay, running.address, scripts=scripts)
        return self._answer(page, frames=running.origin)


def _told(opened: Opened, language: Language, verdict: Verdict | None) -> tuple[Material | None, str]:
    """What the case tells; or why it tells nothing: damaged records are a verdict's matter and no reason to end."""
    case = opened.case
    if case is None:
        return None, opened.unread
    try:
        return (
            tell(
                case,
                case.events,
                language=language,
                head=case.head,
                verdict=verdict,
                withheld=case.withheld,
            ),
            "",
        )
    except EvidentiaError as error:
        return None, error.happened


def _captures(opened: Opened) -> list[tuple[int, tuple[Item, StoredFile]]]:
    """The items that hold a WACZ of a page, each with the file."""
    try:
        items = () if opened.case is None else opened.case.items()
    except EvidentiaError:
        return []
    found = []
    for item in items:
        archive = next((file for file in item.files if file.role is Role.ARCHIVE), None)
        if archive is not None and f"{names.item_folder(item.item)}/{archive.name}" in opened.files:
            found.append((item.item, (item, archive)))
    return found


def _replay_of(item: Item) -> Replay:
    seen = item.circumstances
    return Replay(
        item=item.item, title=item.title, url=(seen.final_url or seen.requested_url) if seen else item.source
    )


def _site(
    opened: Opened,
    language: Language,
    judged_at: datetime | None,
    server: Loopback,
    replayer: Replayer | MissingPart | None,
    captures: Sequence[Item],
) -> Site:
    case = opened.case
    lacking = (replayer.happened, replayer.next_step) if isinstance(replayer, MissingPart) else ("", "")
    return Site(
        case=opened.where.name if case is None else case.id,
        title=opened.where.name if case is None else case.title,
        language=language,
        tool=Tool(name="evidentia", version=VERSION),
        zone=stated_zone(),
        script=f"{server.address}show.js",
        judged_at=judged_at,
        replays=tuple(_replay_of(item) for item in captures),
        replayer=replayer.version if isinstance(replayer, Replayer) else "",
        no_replayer=lacking,
        lives=case is not None,
    )


def _media_type(data: bytes) -> str:
    """By its first bytes, of the kinds that a page shows: what a record calls it is not asked."""
    kinds = {
        b"\x89PNG\r\n\x1a\n": "image/png",
        b"\xff\xd8\xff": "image/jpeg",
        b"GIF8": "image/gif",
        b"RIFF": "image/webp",
    }
    found = next((kind for start, kind in kinds.items() if data.startswith(start)), "")
    return found if found in RASTER_TYPES else "application/octet-stream"
