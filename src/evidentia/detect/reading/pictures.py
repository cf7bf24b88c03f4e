"""Pictures within a screenshot, each cut out and compared on its own with the media that the post is known by.

The screenshot as a whole decides nothing: two posts on one phone are nearer to each other than one post on two phones.
Apps fill a frame and cut off what does not fit (CSS ``object-fit: cover``), and their bars lie over what was scrolled
below them: so a medium is also compared as it would be cut to the shape that is shown. PDQ sees the whole of a picture:
a small change within it can stay below every bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from ...record.finding import Outcome, PictureShown
from ...record.life import Timeline
from ...record.post import Media
from ...record.said import Said
from ...record.sentences import english, said
from ..media_moves import LEAST_QUALITY, SAME_PICTURE, pdq_distance
from .around import Box
from .ocr import Line
from .regions import PictureRegion, fades_into, picture_regions

if TYPE_CHECKING:
    from PIL.Image import Image

ANOTHER_PICTURE = 100
"""PDQ bits beyond which a picture whose edges are told is another one. Of 64 replaced pictures in generated screenshots
none came nearer than 110 (unrelated ones lie at 128 by chance), while captured ones that were cut twice, by their frame
and by what stands below it, lay at 76 to 100. See ``benchmarks/pictures_shown`` for both bounds."""

MAX_PICTURES = 12
"""Pictures of one screenshot that are compared: a phone's screen holds no more that are large enough."""

MAX_KNOWN = 40
"""Captured media of a post that are compared: two carousels of 20. More count as such that could not be compared."""

_OTHER_SHAPE = 0.02
"""Of the ratio of width and height: from so much on a medium is cut to the shape shown before it is compared."""

PixelsOf = Callable[[Media], "Image | None"]
"""The captured medium as a picture (RGB), None where its bytes are not at hand or cannot be decoded."""


class _Nearest(msgspec.Struct, frozen=True):
    distance: int
    medium: Media
    cut: bool


def known_media(timeline: Timeline) -> tuple[Media, ...]:
    """Every picture that the post has had in any observation, each file once; and those of which no file is known."""
    posts = [seen.post for seen in timeline.observations if seen.post is not None]
    media = [one for post in posts for one in post.media]
    media += [one for seen in timeline.observations for kept in seen.history for one in kept.media]
    media += [post.author.picture for post in posts if post.author.picture is not None]
    return tuple({one.sha256 or one.url: one for one in media}.values())


def pictures_shown(
    picture: Image,
    lines: Sequence[Line],
    known: Sequence[Media],
    *,
    body: Box | None = None,
    pixels_of: PixelsOf | None = None,
) -> tuple[PictureShown, ...]:
    """Each picture within a screenshot (RGB, upright), and what comparing it with the ``known`` media says.

    ``body``: the box of the post's text. ``pixels_of`` hands over captured media, so that they can be cut to the shape
    that is shown; without it a far distance proves nothing.
    """
    import numpy as np

    pixels = np.asarray(picture)
    regions = picture_regions(pixels, lines, body)[:MAX_PICTURES]
    return tuple(_compared(picture, region, known, pixels_of) for region in regions)


def _compared(
    picture: Image, region: PictureRegion, known: Sequence[Media], pixels_of: PixelsOf | None
) -> PictureShown:
    from ...fingerprint.pdq import pdq

    x, y, width, height = region.box
    hashed = pdq(picture.crop((x, y, x + width, y + height)))
    if hashed.quality < LEAST_QUALITY:
        return _told(region, Outcome.INCONCLUSIVE, said("reading.picture.too_plain"))
    shown = Media(url="", pdq=hashed.value, pdq_quality=hashed.quality)
    nearest, uncompared = _nearest(shown, width / height, known, pixels_of)
    if nearest is None:
        return _told(region, Outcome.INCONCLUSIVE, said("reading.picture.none_captured"))
    outcome, why = _judged(nearest, region, uncompared)
    if outcome is Outcome.DIFFERS and _may_fade(region, known, pixels_of):
        outcome = Outcome.INCONCLUSIVE
        why = said("reading.picture.may_fade", distance=_distance_said(nearest))
    return PictureShown(
        box=region.box,
        outcome=outcome,
        reason=english(why),
        medium=nearest.medium.url,
        sha256=nearest.medium.sha256 or "",
        distance=nearest.distance,
        says=(why,),
    )


def _nearest(
    shown: Media, shape: float, known: Sequence[Media], pixels_of: PixelsOf | None
) -> tuple[_Nearest | None, int]:
    """The nearest of the known media, and how many could not be compared in the shape that is shown."""
    found: list[_Nearest] = []
    uncompared = 0
    for medium in known[:MAX_KNOWN]:
        if (whole := pdq_distance(shown, medium)) is not None:
            found.append(_Nearest(whole, medium, cut=False))
        cut = _cut_distance(shown, shape, medium, pixels_of)
        if cut is not None:
            found.append(_Nearest(cut, medium, cut=True))
        uncompared += cut is None
    uncompared += len(known[MAX_KNOWN:])
    return min(found, key=lambda one: one.distance, default=None), uncompared


def _cut_distance(shown: Media, shape: float, medium: Media, pixels_of: PixelsOf | None) -> int | None:
    """The least distance to the medium cut to ``shape`` (width by height); None where it is not at hand."""
    from ...fingerprint.pdq import pdq

    whole = pixels_of(medium) if pixels_of is not None else None
    if whole is None:
        return None
    hashed = [pdq(cut) for cut in cuts_to(whole, shape)]
    found = [pdq_distance(shown, Media(url="", pdq=one.value, pdq_quality=one.quality)) for one in hashed]
    return min((distance for distance in found if distance is not None), default=None)


def cuts_to(whole: Image, shape: float) -> tuple[Image, ...]:
    """A picture as large as it can be in the given ratio of width and height: its middle, and where height is cut
    off, also its upper and its lower part."""
    own = whole.width / whole.height
    if abs(own / shape - 1) < _OTHER_SHAPE:
        return (whole,)
    if own > shape:
        width = max(1, round(whole.height * shape))
        left = (whole.width - width) // 2
        return (whole.crop((left, 0, left + width, whole.height)),)
    height = max(1, round(whole.width / shape))
    spare = whole.height - height
    return tuple(whole.crop((0, top, whole.width, top + height)) for top in (spare // 2, 0, spare))


def _judged(nearest: _Nearest, region: PictureRegion, uncompared: int) -> tuple[Outcome, Said]:
    distance = _distance_said(nearest)
    if nearest.distance <= SAME_PICTURE:
        return Outcome.CONSISTENT, said("reading.picture.same", distance=distance)
    if nearest.distance <= ANOTHER_PICTURE:
        return Outcome.INCONCLUSIVE, said("reading.picture.between", distance=distance)
    if uncompared:
        return Outcome.INCONCLUSIVE, said(
            "reading.picture.some_uncompared", distance=distance, uncompared=uncompared
        )
    if not region.edges_told:
        return Outcome.INCONCLUSIVE, said("reading.picture.edges", distance=distance)
    return Outcome.DIFFERS, said("reading.picture.another", distance=distance)


def _distance_said(nearest: _Nearest) -> Said:
    if nearest.cut:
        return said("reading.picture.distance_cut", distance=nearest.distance)
    return said("reading.picture.distance_whole", distance=nearest.distance)


def _may_fade(region: PictureRegion, known: Sequence[Media], pixels_of: PixelsOf | None) -> bool:
    import numpy as np

    held = [pixels_of(medium) for medium in known[:MAX_KNOWN]] if pixels_of is not None else []
    return any(fades_into(np.asarray(whole), region.grounds) for whole in held if whole is not None)


def _told(region: PictureRegion, outcome: Outcome, why: Said) -> PictureShown:
    return PictureShown(box=region.box, outcome=outcome, reason=english(why), says=(why,))
