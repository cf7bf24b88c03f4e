"""What a video says beside a reference: one finding on the order, one on the pictures, one on the sound."""

from __future__ import annotations

from typing import Any

from ....fingerprint.video_decoding import Surveyed
from ....record.examination import Copy, Opposing, Region, Support, TestFinding
from ....record.said import Said
from ....record.sentences import Term, said
from ..method import Method, Name, called, opposes
from . import order
from .align import STEP, Aligned, align
from .hearing import SHIFT, Heard, hear
from .regions import MEANINGFUL, Group, groups
from .residual import residual

VERSION = "2"

ORDER = Method(
    test=Term("order against the reference"),
    name="pictures aligned by dynamic programming",
    version=VERSION,
    source="A. J. Viterbi, IEEE Trans. Information Theory 13 (1967)",
)
PICTURES = Method(
    test=Term("pictures against the reference"),
    name="difference from the aligned picture, block by block, a contrario",
    version=VERSION,
    source="Desolneux, Moisan, Morel: From Gestalt Theory to Image Analysis (2008)",
)
SOUND = Method(
    test=Term("sound against the reference"),
    name="bits of band energies along the aligned pictures",
    version=VERSION,
    source="Haitsma, Kalker, ISMIR 2002",
)

SHARED = 0.1
"""Share of the pictures that have to be the reference's, for it to be one."""

_SECOND = 12
"""Small pictures that are a second."""

_WHOLE = 0.9
"""Share of the aligned time from which a group is there all the time."""

_STILL = 4.0
"""Grey levels by which what was laid over may change within a second, and stand still."""


def lay_beside(video: Surveyed, reference: Surveyed) -> Aligned | None:
    """Both videos aligned; None where one has no pictures, or too few of them show the same."""
    import numpy as np

    if not len(video.small) or not len(reference.small):
        return None
    here, there = np.array(video.facts.small_times), np.array(reference.facts.small_times)
    found = align(video.small, here, reference.small, there)
    return found if found.share >= SHARED and found.stretches else None


def as_copy(aligned: Aligned, reference: Surveyed, name: Name) -> Copy:
    """The alignment for the record."""
    return Copy(
        reference=called(name),
        reference_sha256=reference.facts.sha256,
        stretches=tuple(
            (round(one.start, 2), round(one.end, 2), round(one.start_there, 2), round(one.end_there, 2))
            for one in aligned.stretches
        ),
        share=round(aligned.share, 4),
        says=(name,) if isinstance(name, Said) else (),
    )


def against(
    video: Surveyed, reference: Surveyed, aligned: Aligned, name: Name, size: tuple[int, int]
) -> tuple[TestFinding, ...]:
    """The three findings. ``size``: width and height of the video's pictures, for the boxes."""
    import numpy as np

    here, there = np.array(video.facts.small_times), np.array(reference.facts.small_times)
    pairs = _pairs(here, there, aligned)
    told = order.events(aligned, float(here[-1]) + STEP, float(there[-1]) + STEP)
    still_there = order.standing(video.small, here, aligned.laid, _throughout(here, there, aligned))
    told = order.with_standing(told, still_there)
    still = [(event.start, event.end) for event in told if event.kind == "frozen"]
    moving = [pair for pair in pairs if not any(start <= here[pair[0]] <= end for start, end in still)]
    found = residual(video.small, here, aligned.laid, aligned.valid, moving, _SECOND)
    marked = groups(found, aligned.step) if found is not None else ()
    heard = (
        hear(video.sound, reference.sound, aligned.stretches)
        if len(video.sound) and len(reference.sound)
        else None
    )
    return (
        _order(told, name, aligned),
        _pictures(marked, name, size, len(moving) * aligned.step)
        if found is not None
        else PICTURES.finds(Support.NOT_APPLICABLE, said("video.too_few_aligned")),
        _sound(heard, name)
        if heard is not None
        else SOUND.finds(Support.NOT_APPLICABLE, said("video.no_sound")),
    )


def _pairs(here: Any, there: Any, aligned: Aligned) -> list[tuple[int, int]]:
    """Indices of small pictures here and there that lie beside each other."""
    import numpy as np

    matched = aligned.match >= 0
    one = np.searchsorted(here, aligned.times[matched] - 1e-6)
    other = np.searchsorted(there, aligned.times_there[aligned.match[matched]] - 1e-6)
    return list(zip(one.tolist(), other.tolist(), strict=True))


def _throughout(here: Any, there: Any, aligned: Aligned) -> list[tuple[int, int]]:
    """The same, and for pictures in a gap those that would follow there: a picture that stands is like none."""
    import numpy as np

    matched = np.flatnonzero(aligned.match >= 0)
    within = np.arange(matched[0], matched[-1] + 1)
    expected = np.interp(within, matched, aligned.times_there[aligned.match[matched]])
    one = np.searchsorted(here, aligned.times[within] - 1e-6)
    other = np.minimum(np.searchsorted(there, expected - 1e-6), len(there) - 1)
    return list(zip(one.tolist(), other.tolist(), strict=True))


def _order(told: tuple[order.Event, ...], name: Name, aligned: Aligned) -> TestFinding:
    altered = [event for event in told if not event.honest]
    measures = {"share of pictures aligned": round(aligned.share, 4), "departures": float(len(told))}
    if not told:
        return ORDER.finds(
            Support.NONE_FOUND, said("video.in_its_order", share=aligned.share, name=name), measures=measures
        )
    departures = tuple(said("video.at", at=event.start, what=event.says) for event in told[:_TOLD])
    outcome = Support.ALTERATION if altered else Support.INCONCLUSIVE
    opposing = [opposes(one.honest, True, one.says) for one in told if one.honest]
    if altered:
        opposing.append(
            opposes(
                Term("trimming, another rate of pictures, pictures lost in transmission"),
                False,
                said("video.none_departs_so_long", seconds=order.LOST),
            )
        )
        opposing.append(opposes(Term("the reference is the altered one"), None, said("video.callers_word")))
    regions = tuple(Region(during=(round(one.start, 2), round(one.end, 2))) for one in (altered or told))
    says = said("video.departs", share=aligned.share, name=name, departures=departures)
    return ORDER.finds(outcome, says, regions=regions, opposing=tuple(opposing), measures=measures)


_TOLD = 12
"""Departures that the reason names; all of them are among the regions."""


def _pictures(marked: tuple[Group, ...], name: Name, size: tuple[int, int], seconds: float) -> TestFinding:
    if not marked:
        says = said("video.pictures_do_not_differ", name=name)
        return PICTURES.finds(Support.NONE_FOUND, says, measures={"seconds compared": round(seconds, 2)})
    opposing = tuple(_overlay(group, seconds) for group in marked)
    altered = any(one.explains is not True for one in opposing)
    places = tuple(
        said("video.blocks_differ", start=one.start, end=one.end, blocks=one.blocks, grey=one.grey)
        for one in marked[:_TOLD]
    )
    recompressed = opposes(
        Term("honest recompression, scaling, cropping or bars"), False, said("video.taken_off_before")
    )
    return PICTURES.finds(
        Support.ALTERATION if altered else Support.INCONCLUSIVE,
        said("video.parts_differ", name=name, places=places),
        regions=tuple(_region(group, size) for group in marked),
        strength=round(marked[0].strength, 1),
        opposing=(recompressed, *opposing),
        measures={"seconds compared": round(seconds, 2), "limit of the strength": MEANINGFUL},
    )


def _overlay(group: Group, seconds: float) -> Opposing:
    hypothesis = Term("a platform's mark, a logo or a caption laid over the picture")
    if group.change > _STILL:
        return opposes(hypothesis, False, said("video.overlay_moves", grey=group.change))
    if group.end - group.start >= _WHOLE * seconds:
        return opposes(hypothesis, True, said("video.overlay_all_the_time"))
    return opposes(hypothesis, None, said("video.overlay_part_of_the_time"))


def _region(group: Group, size: tuple[int, int]) -> Region:
    x, y, wide, tall = group.box
    box = (round(x * size[0]), round(y * size[1]), round(wide * size[0]), round(tall * size[1]))
    return Region(box=box, during=(round(group.start, 2), round(group.end, 2)))


def _sound(heard: Heard, name: Name) -> TestFinding:
    measures = {
        "seconds compared": round(heard.compared, 2),
        "seconds that fit": round(heard.fitted, 2),
        "largest share of differing bits where it fits": round(heard.worst, 3),
    }
    if heard.unfit:
        places = tuple(
            said("video.during", start=one.start, end=one.end, what=one.how) for one in heard.unfit[:_TOLD]
        )
        opposing = (
            opposes(
                Term("the sound was recompressed, or lies a little beside the pictures"),
                False,
                said("video.bits_differ", delay=SHIFT),
            ),
            opposes(
                Term("music or speech laid under the whole video by a platform"),
                False if heard.fitted > heard.compared / 2 else None,
                said("video.seconds_fit", fitted=heard.fitted, compared=heard.compared),
            ),
        )
        regions = tuple(Region(during=(round(one.start, 2), round(one.end, 2))) for one in heard.unfit)
        return SOUND.finds(
            Support.ALTERATION,
            said("video.sound_differs", name=name, places=places),
            regions=regions,
            opposing=opposing,
            measures=measures,
        )
    if heard.compared < _LEAST_HEARD:
        says = said("video.too_little_sound_compared", seconds=heard.compared)
        return SOUND.finds(Support.INCONCLUSIVE, says, measures=measures)
    return SOUND.finds(
        Support.NONE_FOUND, said("video.sound_is_the_references", name=name), measures=measures
    )


_LEAST_HEARD = 3.0
"""Seconds of comparable sound, below which nothing is said."""
