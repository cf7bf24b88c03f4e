"""The page of the lives of posts, gathered out of a case: each change with the looks and the pictures that show it.

Every picture is compared with the digest that was sealed before it is decoded, in the limited process for hostile
pictures: a case may come from somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import msgspec

from evidentia._version import VERSION
from evidentia.capture.limits import TILE_HEIGHT
from evidentia.capture.snapshot_files import AFTER
from evidentia.detect.marking import Drawn, Sheet, Unplaced, mark, plain
from evidentia.detect.placing import PageWords, Side, sides
from evidentia.detect.state import INFORMATIVE
from evidentia.detect.wording import same_wording
from evidentia.fingerprint import Decoder, DecodingFailed
from evidentia.formats import names
from evidentia.record.custody import Tool
from evidentia.record.errors import CustodyError
from evidentia.record.item import Item, Role, StoredFile
from evidentia.record.life import Change, Timeline, WordMove
from evidentia.record.moment import stated_zone
from evidentia.record.post import Evidence, Observation
from evidentia.report.life_material import LifePage, ShownChange, ShownLife, SidePicture

from .contents import Contents

if TYPE_CHECKING:
    from PIL.Image import Image

    from evidentia.report.material import Language

_PIECE = re.compile(r"page(?:-(\d+))?\.png")


def tell_lives(case: Contents, timelines: Iterable[Timeline], language: Language) -> LifePage:
    """Everything that the page of some lives says, with times in this machine's own zone.

    Raises:
        CustodyError: a picture is missing, or was changed since it was sealed.
    """
    with _Showing(case) as showing:
        lives = tuple(showing.life(timeline) for timeline in timelines)
    return LifePage(
        case=case.id,
        title=case.title,
        zone=stated_zone(),
        tool=Tool(name="evidentia", version=VERSION),
        language=language,
        lives=lives,
    )


class _Bounding:
    """The two looks that bound a change: of those on whose evidence it rests, by the bounds that they gave."""

    def __init__(self, timeline: Timeline) -> None:
        self._looks = timeline.observations
        self._by_evidence: dict[Evidence, list[int]] = {}
        for n, look in enumerate(self._looks):
            for one in look.evidence:
                self._by_evidence.setdefault(one, []).append(n)

    def showing_before(self, change: Change) -> Iterator[Observation]:
        """The last look at the old, then the looks before it, as long as they show the same."""
        named = self._named(change)
        start = next((n for n in named if self._looks[n].during.not_before == change.not_before), None)
        return self._same(start, -1)

    def showing_after(self, change: Change) -> Iterator[Observation]:
        """The first look at the new, then the looks after it, as long as they show the same."""
        named = self._named(change)
        start = next((n for n in named[::-1] if self._looks[n].during.not_after == change.not_after), None)
        return self._same(start, 1)

    def _named(self, change: Change) -> list[int]:
        return [n for one in dict.fromkeys(change.evidence) for n in self._by_evidence.get(one, ())]

    def _same(self, start: int | None, step: int) -> Iterator[Observation]:
        n = start
        while n is not None and 0 <= n < len(self._looks):
            look = self._looks[n]
            if look.state in INFORMATIVE:
                if not _show_the_same(self._looks[start or 0], look):
                    return
                yield look
            n += step


def _show_the_same(one: Observation, other: Observation) -> bool:
    if one.post is None or other.post is None:
        return one.state is other.state
    return same_wording(one.post.text, other.post.text)


@dataclass(frozen=True)
class _Taken:
    """The pictures of one taking of a page, from top to bottom, and its words with their boxes."""

    pieces: tuple[StoredFile, ...]
    boxes: StoredFile | None


class _Showing:
    """Cuts pictures out of the items of a case; one decoding process for all of them."""

    def __init__(self, case: Contents) -> None:
        self._case = case
        self._items = {item.item: item for item in case.items()}
        self._stack = ExitStack()
        self._decoder: Decoder | None = None

    def __enter__(self) -> Self:
        self._decoder = self._stack.enter_context(Decoder())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def life(self, timeline: Timeline) -> ShownLife:
        bounding = _Bounding(timeline)
        return ShownLife(
            timeline=timeline,
            changes=tuple(
                self._change(
                    change, tuple(bounding.showing_before(change)), tuple(bounding.showing_after(change))
                )
                for change in timeline.changes
            ),
        )

    def _change(
        self, change: Change, before: tuple[Observation, ...], after: tuple[Observation, ...]
    ) -> ShownChange:
        gone, come = sides(change.words) if change.words else (None, None)
        return ShownChange(
            change=change,
            before=next(iter(before), None),
            after=next(iter(after), None),
            picture_before=self._picture(before, gone, WordMove.REMOVED),
            picture_after=self._picture(after, come, WordMove.ADDED),
        )

    def _picture(self, looks: tuple[Observation, ...], side: Side | None, move: WordMove) -> SidePicture:
        """The picture of the look that bounds the change; else of the nearest that shows the same."""
        for look in looks:
            item = self._pictured(look)
            if item is not None:
                other = None if look is looks[0] else look
                return msgspec.structs.replace(self._picture_in(item, side, move), other_look=other)
        return SidePicture(why=Unplaced.NO_PICTURE)

    def _picture_in(self, item: Item, side: Side | None, move: WordMove) -> SidePicture:
        takings = _takings(item)
        if side is None:
            return self._plain(item, takings[0], None)
        why = Unplaced.NO_BOXES
        for taken in takings:
            if taken.boxes is None:
                continue
            try:
                drawn = mark(
                    self._words(item, taken.boxes), self._sheet(item, taken), self._element(item), side, move
                )
            except DecodingFailed:
                return _side(item, taken, None, Unplaced.UNREADABLE)
            if isinstance(drawn, Drawn):
                return _side(item, taken, drawn, None)
            why = drawn
        return self._plain(item, takings[0], why)

    def _plain(self, item: Item, taken: _Taken, why: Unplaced | None) -> SidePicture:
        """The post's own picture without marks, or the upper part of its page."""
        own = next((file for file in item.files if file.role is Role.ELEMENT), None)
        shown = taken if own is None else _Taken((own,), None)
        try:
            first = self._image(item, shown.pieces[0])
            sheet = self._sheet(item, shown)
            return _side(item, shown, plain(sheet, first.width, first.height), why)
        except DecodingFailed:
            return _side(item, shown, None, Unplaced.UNREADABLE)

    def _pictured(self, look: Observation) -> Item | None:
        """The item of the look's evidence that pictures the page, if one does."""
        for one in look.evidence:
            item = self._items.get(one.item)
            if item is not None and _takings(item):
                return item
        return None

    def _words(self, item: Item, boxes: StoredFile) -> PageWords:
        path = self._case.intact(item, boxes)
        try:
            return msgspec.json.decode(path.read_bytes(), type=PageWords)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CustodyError(
                f"{boxes.name} of item {item.item} cannot be read: {error}",
                next_step="Run `evidentia verify` on the case.",
            ) from error

    def _sheet(self, item: Item, taken: _Taken) -> Sheet:
        return Sheet(len(taken.pieces), lambda n: self._image(item, taken.pieces[n]))

    def _element(self, item: Item) -> Image | None:
        own = next((file for file in item.files if file.role is Role.ELEMENT), None)
        return None if own is None else self._image(item, own)

    def _image(self, item: Item, file: StoredFile) -> Image:
        from PIL import Image

        assert self._decoder is not None
        pixels = self._decoder.pixels(self._case.intact(item, file))
        return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.data)


def _takings(item: Item) -> tuple[_Taken, ...]:
    """The takings of a page that an item holds: first the one after behaviours, which unfold what was folded."""
    takings = []
    for prefix in (AFTER, ""):
        pieces = {
            int(found[1] or 1): file
            for file in item.files
            if file.role is Role.FULL_PAGE and (found := _PIECE.fullmatch(file.name.removeprefix(prefix)))
            if file.name.startswith(prefix)
        }
        boxes = next(
            (f for f in item.files if f.role is Role.BOXES and f.name == f"{prefix}boxes.json"), None
        )
        if pieces:
            takings.append(_Taken(tuple(pieces[n] for n in sorted(pieces)), boxes))
    return tuple(takings)


def _side(item: Item, taken: _Taken, drawn: Drawn | None, why: Unplaced | None) -> SidePicture:
    """What shows one side, with the sealed picture that it was cut out of."""
    top = 0 if drawn is None else int(drawn.box.y) // TILE_HEIGHT  # of two pieces the one with the upper edge
    piece = taken.pieces[min(top, len(taken.pieces) - 1)]
    path = f"{names.item_folder(item.item)}/{piece.name}"
    return SidePicture(drawn=drawn, why=why, item=item.item, path=path, sha256=piece.sha256)
