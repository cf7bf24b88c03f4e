"""What the fields around a text do to what was said of its words.

A handle that is a letter or two beside the recorded one, and a time that no zone makes the recorded one, show an
alteration as a word does, where a second look reads the same. Another account or name altogether may be another's post
of the same words: nothing can be said then. A count never decides, nor does a name beside the right handle, nor does a
picture: what else stands on a screen, such as an advertisement or the next post, has pictures of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ...record.finding import Beside, Difference, Outcome, Part, PictureShown, Reading
from ...record.life import Timeline, Version
from ...record.said import Said
from ...record.sentences import restated, said
from .around import Box
from .beside import beside, is_other_account
from .compare import Laid
from .letters import readable
from .ocr import Line
from .pictures import PixelsOf, known_media, pictures_shown

if TYPE_CHECKING:
    from PIL.Image import Image

SecondLook = Callable[[Line], str]
"""Reads a line of the picture again in another way."""

_BY_TWO_LOOKS = "two looks agree"


class Placed(msgspec.Struct, frozen=True):
    """A version that the picture may show, laid against what was read."""

    timeline: Timeline
    version: Version
    laid: Laid


class _Weighed(msgspec.Struct, frozen=True):
    fields: tuple[Beside, ...]
    differences: tuple[Difference, ...]
    doubts: tuple[Said, ...]


def with_surroundings(
    reading: Reading,
    picture: Image,
    lines: Sequence[Line],
    placed: Sequence[Placed],
    look_again: SecondLook,
    *,
    captured: PixelsOf | None = None,
    existed_by: datetime | None = None,
) -> Reading:
    """The reading with what stands around the text of the post that it names, and what follows from that.

    Args:
        reading: what was said of the words.
        picture: the screenshot (RGB, upright), with its ``lines`` as they were read.
        placed: every version that was found in it.
        look_again: reads a line in another way.
        captured: hands over captured media, to compare the pictures within.
        existed_by: a moment at which the picture is known to have existed.
    """
    named = _named(reading, placed)
    if named is None:
        return reading
    laid, timeline = named.laid, named.timeline
    body = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)
    fields = of_this_post(beside(lines, body, timeline, named.version, existed_by=existed_by), body)
    shown = pictures_shown(picture, lines, known_media(timeline), body=body, pixels_of=captured)
    reading = decided(reading, fields, lines, look_again)
    return restated(replace(reading, pictures=shown), *reading.says, *remarks(reading.beside, shown))


def remarks(fields: Sequence[Beside], pictures: Sequence[PictureShown]) -> tuple[Said, ...]:
    """What decides nothing and yet has to be read with the answer: fields read in doubt, pictures nobody captured."""
    doubtful = tuple(
        said("reading.beside.doubt", what=_named_part(field.part), shown=field.shown, why=field.says)
        for field in fields
        if field.outcome is Outcome.INCONCLUSIVE and field.part is not Part.COUNT
    )
    others = sum(one.outcome is Outcome.DIFFERS for one in pictures)
    told = [said("reading.beside.doubts", doubts=doubtful)] if doubtful else []
    if others > 1:
        told.append(said("reading.pictures.others", others=others))
    elif others:
        told.append(said("reading.pictures.other", others=others))
    return tuple(told)


def decided(
    reading: Reading, fields: Sequence[Beside], lines: Sequence[Line], look_again: SecondLook
) -> Reading:
    """The reading with these fields, each that would decide looked at again, and with the outcome that follows."""
    weighed = _weighed([_confirmed(field, lines, look_again) for field in fields])
    reading = replace(reading, beside=weighed.fields)
    if weighed.differences:
        places = tuple(
            said(
                "reading.beside.difference",
                what=_named_part(one.part),
                shown=one.shown,
                recorded=one.recorded,
            )
            for one in weighed.differences
        )
        differing = replace(
            reading,
            outcome=Outcome.DIFFERS,
            differences=(*reading.differences, *weighed.differences),
        )
        return restated(differing, said("reading.beside.differs", places=places, words=reading.says))
    if weighed.doubts and reading.outcome is Outcome.CONSISTENT:
        return restated(
            replace(reading, outcome=Outcome.INCONCLUSIVE),
            said("reading.beside.words_fit", doubts=weighed.doubts, words=reading.says),
        )
    return reading


def of_this_post(fields: Sequence[Beside], body: Box) -> tuple[Beside, ...]:
    """Another account's handle below the text is that of a quoted post, where the recorded name stands above it."""
    name_above = any(
        field.part is Part.NAME
        and field.outcome is Outcome.CONSISTENT
        and field.box is not None
        and field.box[1] < body[1]
        for field in fields
    )

    def told(field: Beside) -> Beside:
        below = field.box is not None and field.box[1] >= body[1] + body[3]
        if not (name_above and below and field.part is Part.HANDLE and _decides(field)):
            return field
        return restated(replace(field, outcome=None), said("reading.author.other_posts_handle"))

    return tuple(told(field) for field in fields)


def _named(reading: Reading, placed: Sequence[Placed]) -> Placed | None:
    """The version that the reading names; where it names a post alone, the one of which the most is found."""
    of_post = [one for one in placed if one.timeline.post == reading.post and one.laid.count]
    named = [one for one in of_post if one.version.n == reading.version]
    return max(named or of_post, key=lambda one: one.laid.count, default=None)


def _decides(field: Beside) -> bool:
    return field.outcome is Outcome.DIFFERS and field.part is not Part.COUNT


def _confirmed(field: Beside, lines: Sequence[Line], look_again: SecondLook) -> Beside:
    """A field that would decide only where a second look at its place reads the same."""
    if not _decides(field) or field.box is None:
        return field
    second = look_again(_line_of(field.box, lines))
    if _reads_so_too(field, readable(second).casefold()):
        return field
    return restated(
        replace(field, outcome=Outcome.INCONCLUSIVE),
        said("reading.beside.looks_differ", shown=field.shown, second=second),
    )


def _reads_so_too(field: Beside, second: str) -> bool:
    """Whether a second look shows the same; of a handle, whose low line is often lost, the same letters and digits."""
    shown = readable(field.shown).casefold()
    return shown in second or (field.part is Part.HANDLE and _letters(shown) in _letters(second))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _named_part(part: Part) -> Said:
    """What is called so in a sentence: the author's handle or name, or else the time."""
    if part is Part.HANDLE:
        return said("reading.part.handle")
    return said("reading.part.name") if part is Part.NAME else said("reading.part.time")


def _line_of(box: Box, lines: Sequence[Line]) -> Line:
    """The line that holds the most of a box which was read in one of them."""

    def common(line: Line) -> int:
        x, y, width, height = line.box
        across = min(x + width, box[0] + box[2]) - max(x, box[0])
        down = min(y + height, box[1] + box[3]) - max(y, box[1])
        return max(0, across) * max(0, down)

    return max(lines, key=common)


def _weighed(fields: Sequence[Beside]) -> _Weighed:
    differing = {field.part: field for field in fields if _decides(field)}
    # Where another account stands in the author's place, the time there is that of its post.
    others = any(is_other_account(field) for field in fields if field.part is Part.HANDLE)
    same_handle = any(field.part is Part.HANDLE and field.outcome is Outcome.CONSISTENT for field in fields)
    differences, doubts = [], []
    for part, field in differing.items():
        if part in (Part.TIME, Part.HANDLE) and not others:
            differences.append(
                Difference(
                    shown=field.shown,
                    recorded=" / ".join(field.recorded),
                    box=field.box,
                    part=part,
                    opinions=(f"{field.reason}; {_BY_TWO_LOOKS}",),
                )
            )
        elif part is Part.HANDLE or not same_handle:
            doubts.append(
                said("reading.beside.shown", what=_named_part(part), shown=field.shown, why=field.says)
            )
    return _Weighed(tuple(fields), tuple(differences), tuple(doubts))
