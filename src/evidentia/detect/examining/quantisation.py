"""Test: places that were not compressed with the rest: put there after a JPEG compression of the picture.

Where the picture shows the lattice of an earlier compression, blocks of 8 x 8 that do not lie on it are counted, and
places are told of where they stand together more closely than they do in the rest of the picture. On screens, runs of
letters are looked at besides: the few blocks of a digit are no rare place, but letters whose blocks lie far off are.
There a file that was saved twice is read by how likely its coefficients are under both tables (``resaved``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ...record.examination import ImageClass, Opposing, Region, Support, TestFinding
from ...record.said import Said
from ...record.sentences import Term, said
from .binomial import Found, number_of_tests, rarest
from .blocks import unrepeated
from .cut_off import NEAR_END
from .history import earlier_compression, evidence_against
from .method import Method, opposes
from .resaved import Resaved
from .runs import apart, runs_reaching
from .surroundings import within_picture
from .turning import upright_box
from .typography_lines import around

if TYPE_CHECKING:
    from .blocks import Blocks, Floats, Mask
    from .picture import Examined
    from .runs import Run
    from .typography_lines import Box

_SOURCE = (
    "lattice of an earlier quantisation: Z. Fan and R. L. de Queiroz, IEEE Trans. Image Processing 12 (2003) 230-235; "
    "H. Farid, IEEE Trans. Information Forensics and Security 4 (2009) 154-160; T. Bianchi and A. Piva, ibid. 7 (2012) "
    "1003-1017; number of false alarms: A. Desolneux, L. Moisan and J.-M. Morel, From Gestalt Theory to Image Analysis "
    "(2008); runs of letters: own limits, measured on generated pages"
)
METHOD = Method(
    test=Term("quantisation consistency"),
    name="evidentia.detect.examining.quantisation",
    version="7",
    source=_SOURCE,
)

LOG10_BOUND = -4.0
"""log10 of the expected number of false alarms in a picture."""

LEAST_CHANCE = 0.03
TOGETHER = 2.0
"""A genuine picture's blocks that lie off its lattice stand together, at icons and coloured words. So a place may by
chance have twice the share that the rest of the picture has, and this share at least."""

MOST_CHANCE = 0.5
"""Where more of the blocks would lie off by chance, places cannot be told apart."""

FEWEST_COEFFICIENTS = 3
"""That tell anything, in a block that is counted."""

LEAST_CONTRAST = 12.0
"""Grey levels between the darkest and the brightest pixel of a block that is counted. Of smooth places in pictures that
are shown, rounding alone takes some blocks off the lattice, and those stand together; letters stand out by 40."""

MOST_CUT_OFF = 7 / 8
"""Share of a block's pixels that may be cut off at black or white: with more, what was cut off cannot be restored."""

THRESHOLDS = (0.0, 3.0, 8.0)
"""Natural logarithms of how much likelier a block is off the lattice, from which it is counted. All are tried, and are
among the number of tests: what was painted in pure black or white lies less far off than what shows ringing."""


class Rarity(NamedTuple):
    """How rare a genuine run's mean score is: with at most ``blocks`` blocks, one in 10 to the power of ``there`` is
    above ``start``, and one in ten times as many for each further ``decade``."""

    blocks: float
    there: float
    start: float
    decade: float


OFF_LATTICE = (Rarity(3, 2.5, 0, 10), Rarity(math.inf, 4, 0, 3))
"""Of 106,500 genuine runs with four blocks and more, in 120 generated pictures with a lattice, 2142 had one above -5,
130 above -2, 7 above 0, one above 2 and none above 5: a step of 2.3. Of 4,800 with three, 76 were above -2, 13 above 0,
5 above 2, and none above 5. Beyond, the steps are drawn on."""

UNLIKELY = (
    Rarity(3, 3, 5, 5),
    Rarity(5, 4, 3.5, 2.5),
    Rarity(9, 4, 3, 2),
    Rarity(19, 4, 1, 1.5),
    Rarity(math.inf, 4, 0.5, 1.2),
)
"""The same for files saved twice, by 196,036 genuine runs in 193 generated pictures, 87 of them of the kind that is the
hardest to tell: qualities of 60 to 70, and 10 to 20 finer then. One run in a thousand was above 0.9 (three blocks), 0.4
(up to five), -0.5 (up to nine), -1.2 (up to nineteen) and -1.8; the highest of all were 4.0, 1.3, 2.5, 0.0 and -0.1.
The limits are wider than that."""

MOST_ON, MOST_ON_RESAVED = 1 / 4, 1 / 2
"""Share of a run's blocks that may lie on the lattice, as what was painted ends within them; and in files saved twice.
Of 259 genuine runs there of which between a quarter and a half did, one was above 1.5: at 4.0, with three blocks."""

_CONTENT = 0.98
"""Of the blocks on the lattice, in the middle of the picture's rows: beyond lies what was around it."""


@dataclass(frozen=True, eq=False)
class Counted:
    """Maps of blocks: which can tell anything, and which of them lie off the lattice; the places that stand out.

    ``chance`` is the share that a place may have by chance, by the rest of the picture.
    """

    tells: Mask
    off: Mask
    chance: float
    places: list[Found]


@dataclass(frozen=True)
class Place:
    """What stands out: its box in the picture as shown, what lies off in words, the rows of blocks that it covers."""

    box: Box
    log10_nfa: float
    rows: tuple[int, int]
    says: Said


def examine_quantisation(picture: Examined) -> TestFinding:
    """Look for places that lie off the lattice of the picture's earlier compression."""
    earlier = earlier_compression(picture)
    here, lattice = earlier.here, earlier.lattice
    if lattice is None:
        none = said("examining.one_compression") if earlier.own is not None else said("examining.no_lattice")
        return METHOD.finds(Support.NOT_APPLICABLE, none)
    scores, coefficients = evidence_against(earlier)
    telling = (coefficients >= FEWEST_COEFFICIENTS) & _clear(here.samples)
    readable = telling & ~here.unreadable
    counted = _counted(here, scores, readable)
    measures = {
        "quality of the earlier compression (IJG)": float(lattice.quality),
        "log10 NFA of the lattice": lattice.log10_nfa,
        "blocks that tell anything": float(counted.tells.sum()),
        "share off the lattice by chance": counted.chance,
        "rectangles tested": float(len(THRESHOLDS) * number_of_tests(counted.tells.shape)),
    }
    before = said("examining.compressed_before", quality=lattice.quality)
    if counted.chance > MOST_CHANCE:
        says = said("examining.too_many_off", before=before, chance=counted.chance)
        return METHOD.finds(Support.INCONCLUSIVE, says, measures)
    resaved = isinstance(lattice, Resaved)
    runs = _runs(picture, here, telling if resaved else readable)
    measures["runs of letters tested"] = float(len(runs))
    letters = sorted(_letters_off(runs, here, scores, resaved), key=lambda one: one.log10_nfa)
    longest = [_longest(one, letters) for one in _disjoint(letters)]
    # Letters within a place of the map are told by it.
    places = _disjoint([*_on_map(picture, here, counted), *longest])
    if not places:
        return METHOD.finds(Support.NONE_FOUND, said("examining.none_off_lattice", before=before), measures)
    return _alteration(picture, places, counted, before, measures)


def _counted(here: Blocks, scores: Floats, readable: Mask) -> Counted:
    """Which blocks lie off the lattice, by the threshold at which a place stands out most."""
    import numpy as np

    once = np.zeros_like(readable)
    once[unrepeated(here.samples)] = True
    tells = here.mapped(readable & once)
    by_threshold = [_places(tells, here.mapped(readable & once & (scores > bound))) for bound in THRESHOLDS]
    return min(by_threshold, key=_rarity)


def _on_map(picture: Examined, here: Blocks, counted: Counted) -> Iterator[Place]:
    """The places that stand out on the map of all blocks."""
    stored = picture.luma.shape[::-1] if picture.orientation < 5 else picture.luma.shape
    for found in counted.places:
        box = upright_box(here.box(found.cells), picture.orientation, (stored[0], stored[1]))
        _, y, _, height = found.cells
        says = said("examining.blocks_off", off=found.hits, blocks=found.trials, chance=counted.chance)
        yield Place(box, found.log10_nfa, (y, y + height - 1), says)


def _runs(picture: Examined, here: Blocks, readable: Mask) -> tuple[Run, ...]:
    """The runs of letters of a screen; elsewhere letters lie on no row of pixels, and none are looked at."""
    if picture.turned or picture.image_class not in (ImageClass.SCREENSHOT, ImageClass.MESSENGER_COPY):
        return ()
    return tuple(runs_reaching(picture, here, readable))


def _letters_off(runs: tuple[Run, ...], here: Blocks, scores: Floats, resaved: bool) -> Iterator[Place]:
    """Runs of letters whose blocks lie so far off that it is rare."""
    columns = here.shape[1]
    code = "examining.letters_unlikely" if resaved else "examining.letters_off"
    rarities, most_on = (UNLIKELY, MOST_ON_RESAVED) if resaved else (OFF_LATTICE, MOST_ON)
    for run in runs:
        blocks = list(run.blocks)
        off, score = int((scores[blocks] > 0).sum()), float(scores[blocks].mean())
        log10_nfa = math.log10(len(runs)) + _log10_chance(len(blocks), score, rarities)
        if log10_nfa <= LOG10_BOUND and len(blocks) - off <= most_on * len(blocks):
            rows = here.at[blocks] // columns
            says = said(code, off=off, blocks=len(blocks), score=score)
            yield Place(run.box, log10_nfa, (int(rows.min()), int(rows.max())), says)


def _disjoint(places: Sequence[Place]) -> list[Place]:
    """The places that share nothing with one before them."""
    return [places[n] for n in apart([one.box for one in places])]


def _longest(place: Place, places: Sequence[Place]) -> Place:
    """The longest run around this one that stands out itself: of a painted word one letter may be the rarest."""
    return max((one for one in places if around([one.box, place.box]) == one.box), key=lambda one: one.box[2])


def _log10_chance(blocks: int, score: float, rarities: tuple[Rarity, ...]) -> float:
    """How rarely a genuine run of that many blocks has a mean score like this one; 0 for what is not rare."""
    one = next(rarity for rarity in rarities if blocks <= rarity.blocks)
    return -(one.there + (score - one.start) / one.decade) if score > one.start else 0.0


def _clear(samples: Floats) -> Mask:
    """Blocks with enough in them, and not too much of that cut off."""
    import numpy as np

    contrast = samples.max(axis=1) - samples.min(axis=1)
    cut_off = (np.abs(samples) >= NEAR_END).mean(axis=1)
    return np.asarray((contrast >= LEAST_CONTRAST) & (cut_off <= MOST_CUT_OFF))


def _rarity(counted: Counted) -> tuple[float, float]:
    """The rarest place first; among maps without any, the one that has the fewest blocks off."""
    return min((place.log10_nfa for place in counted.places), default=0.0), counted.chance


def _places(tells: Mask, off: Mask) -> Counted:
    """Places off the lattice, and the share of blocks that lie off it in the rest of the picture."""
    chance = _chance(off, tells)
    places: list[Found] = []
    for _ in range(2):
        if chance > MOST_CHANCE:
            return Counted(tells, off, chance, [])
        places = rarest(off, tells, chance, maps=len(THRESHOLDS), bound=LOG10_BOUND)
        rest = tells.copy()
        for place in places:
            x, y, width, height = place.cells
            rest[y : y + height, x : x + width] = False
        chance = _chance(off, rest)
    return Counted(tells, off, chance, places)


def _chance(off: Mask, tells: Mask) -> float:
    share = float((off & tells).sum()) / max(1, int(tells.sum()))
    return max(TOGETHER * share, LEAST_CHANCE)


def _alteration(
    picture: Examined, places: list[Place], counted: Counted, before: Said, measures: dict[str, float]
) -> TestFinding:
    """The finding on places within what was compressed; those beyond it have an honest explanation, and so have those
    within a picture that is shown: saturated colours, cut off in one channel, leave the lattice."""
    around = [one for one in places if not _inside(one, counted)]
    shown = [one for one in places if one not in around and within_picture(picture, one.box)]
    told = [one for one in places if one not in around and one not in shown] or places
    rarest_one = min(told, key=lambda one: one.log10_nfa)
    return METHOD.finds(
        Support.ALTERATION,
        said("examining.not_compressed_with_the_rest", before=before, place=rarest_one.says),
        measures,
        strength=rarest_one.log10_nfa,
        regions=tuple(Region(box=one.box) for one in told),
        opposing=_honest(len(places), len(around), len(shown)),
    )


def _honest(places: int, around: int, shown: int) -> tuple[Opposing, ...]:
    """What honestly leaves a place off the lattice, and whether it accounts for all of them."""
    controls = opposes(
        Term("a JPEG that is shown at its own size among controls that were never compressed"),
        around == places,
        said("examining.beyond_compressed") if around == places else said("examining.within_compressed"),
    )
    if not shown:
        return (controls,)
    picture = opposes(
        Term("a picture that is shown inside of the screenshot, in saturated colours"),
        around + shown == places,
        said("examining.within_saturated", within=shown, places=places),
    )
    return controls, picture


def _inside(place: Place, counted: Counted) -> bool:
    """Whether blocks on the lattice lie beyond the place above and below it."""
    import numpy as np

    rows = np.nonzero(counted.tells & ~counted.off)[0]
    if not len(rows):
        return False
    first, last = np.quantile(rows, ((1 - _CONTENT) / 2, (1 + _CONTENT) / 2))
    return bool(first <= place.rows[0] and place.rows[1] <= last)
