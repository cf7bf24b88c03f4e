"""Honest explanations of an alarm, tried out: the same content, processed honestly, and the same test once more.

What processing left in the pixels is wiped off: small differences are smoothed away, while edges stay. Then the whole
picture is processed as honest people and platforms do it. Where the test alarms in the same place again, the content of
that place brings the alarm about, and not another history: it is explained, and says nothing.

What this cannot try is a history of several honest steps that we did not think of; the measured rates cover more.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ...record.examination import ImageClass, Opposing, Region, Support, TestFinding
from ...record.sentences import Term, said
from .method import left_open, named, opposes, told
from .picture import Examined, NotExamined, load_data

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from .profiles import Test

DARK = 96.0
"""Luma of the middle pixel below which a picture is taken for one in dark mode."""

_PLATFORM = 85
_DEFAULT = 75
"""Qualities of IJG's encoder: one as platforms write, and the encoder's own default."""

_CUT = (5, 3)
"""Columns and rows that are cut off: any that are no multiples of 8 move the grid."""


_DARK = Term("dark mode")


class _Try(NamedTuple):
    hypothesis: Term
    process: Callable[[Image, int], bytes]


def weigh(picture: Examined, test: Test, finding: TestFinding) -> TestFinding:
    """The finding with honest explanations tried; inconclusive where one of them explains it."""
    if finding.outcome is not Support.ALTERATION:
        return finding
    tried = _tried(picture, test, finding) if test.history and finding.regions else ()
    opposing = (*finding.opposing, *tried)
    explained = [one for one in opposing if one.explains]
    if not explained:
        return msgspec.structs.replace(finding, opposing=opposing)
    honest = named(*(one.hypothesis for one in explained))
    return left_open(
        msgspec.structs.replace(finding, opposing=opposing),
        said("examining.honest_suffices", finding=told(finding), honest=honest),
    )


def _tried(picture: Examined, test: Test, finding: TestFinding) -> tuple[Opposing, ...]:
    from PIL import Image

    wiped = Image.fromarray(wiped_of_history(picture))
    stated = next((table.nearest for table in picture.quantisation if table.nearest is not None), None)
    quality = _DEFAULT if stated is None else stated.quality
    found = [_one(attempt, wiped, quality, picture, test, finding) for attempt in _TRIES]
    return (*found, _dark(picture, found[0]))


def _one(
    attempt: _Try, wiped: Image, quality: int, picture: Examined, test: Test, finding: TestFinding
) -> Opposing:
    try:
        honest = load_data(attempt.process(wiped, quality), picture.image_class)
    except NotExamined as why:
        return opposes(attempt.hypothesis, None, said("examining.not_tried", why=why.says))
    again = test.run(honest)
    ratio = round(honest.width / picture.width, 1)  # a crop of a few columns is no other scale
    same = [r for r in again.regions if any(_overlap(r, own, ratio) for own in finding.regions)]
    if again.outcome in (Support.NOT_APPLICABLE, Support.INCONCLUSIVE):
        return opposes(attempt.hypothesis, None, said("examining.tried_without_answer", finding=told(again)))
    if same and again.outcome is Support.ALTERATION:
        return opposes(attempt.hypothesis, True, said("examining.tried_alarms_there"))
    if again.outcome is Support.ALTERATION:
        return opposes(attempt.hypothesis, False, said("examining.tried_alarms_elsewhere"))
    return opposes(attempt.hypothesis, False, said("examining.tried_no_alarm"))


def _dark(picture: Examined, recompressed: Opposing) -> Opposing:
    """In dark mode, what was tried was tried on dark ground; else there is nothing to try."""
    import numpy as np

    if float(np.median(picture.luma)) >= DARK:
        return opposes(_DARK, False, said("examining.light_ground"))
    return opposes(
        _DARK, recompressed.explains, said("examining.dark_ground", recompressed=told(recompressed))
    )


def _overlap(again: Region, own: Region, ratio: float) -> bool:
    """Whether the place found again covers a quarter of the smaller of both, sizes brought to one scale."""
    if again.box is None or own.box is None:
        return False
    ax, ay, aw, ah = (value / ratio for value in again.box)
    bx, by, bw, bh = own.box
    wide, tall = min(ax + aw, bx + bw) - max(ax, bx), min(ay + ah, by + bh) - max(ay, by)
    return wide > 0 and tall > 0 and wide * tall >= 0.25 * min(aw * ah, bw * bh)


def wiped_of_history(picture: Examined) -> NDArray[np.uint8]:
    """The content without small differences: smoothed where neighbours are alike, and edges kept.

    The bilateral filter is that of C. Tomasi and R. Manduchi (ICCV 1998). On a screen's picture, what lies within
    JPEG's ringing of the ground is set to the ground.
    """
    import cv2
    import numpy as np

    smooth = cv2.bilateralFilter(np.ascontiguousarray(picture.pixels), 7, 40, 4)
    smooth = cv2.bilateralFilter(smooth, 5, 25, 3)
    if picture.image_class not in (ImageClass.SCREENSHOT, ImageClass.MESSENGER_COPY):
        return np.asarray(smooth, dtype=np.uint8)
    ground = np.dstack([cv2.medianBlur(np.ascontiguousarray(smooth[:, :, c]), 31) for c in range(3)])
    near = np.abs(smooth.astype(np.int16) - ground).max(axis=2) < 28
    return np.where(near[:, :, None], ground, smooth).astype(np.uint8)


def _jpeg(image: Image, quality: int) -> bytes:
    made = io.BytesIO()
    image.save(made, "JPEG", quality=quality, subsampling=2)
    return made.getvalue()


def _decoded(data: bytes) -> Image:
    from PIL import Image

    return Image.open(io.BytesIO(data), formats=("JPEG",)).convert("RGB")  # our own, made a moment ago


def _recompressed(image: Image, quality: int) -> bytes:
    return _jpeg(image, quality)


def _by_platform(image: Image, quality: int) -> bytes:
    return _jpeg(_decoded(_jpeg(image, _DEFAULT)), max(quality, _PLATFORM))


def _cropped(image: Image, quality: int) -> bytes:
    """Compressed, cut, so that the grid moves, and compressed again. Places move by less than a letter."""
    first = _decoded(_jpeg(image, _DEFAULT))
    return _jpeg(first.crop((*_CUT, image.width, image.height)), quality)


def _resized(image: Image, quality: int) -> bytes:
    from PIL import Image

    size = round(image.width * 0.8), round(image.height * 0.8)
    return _jpeg(image.resize(size, Image.Resampling.BILINEAR), quality)


_TRIES: tuple[_Try, ...] = (
    _Try(Term("honest recompression of the whole picture"), _recompressed),
    _Try(Term("a platform that encodes a messenger's copy again"), _by_platform),
    _Try(Term("a crop between two compressions"), _cropped),
    _Try(Term("resizing before compression"), _resized),
)


def rare_enough(findings: Iterable[TestFinding], tests: int, expected: float) -> tuple[TestFinding, ...]:
    """Alarms that are rare enough among so many tests, and the others turned inconclusive.

    The bound on the expected number of false alarms of an examination is shared by its tests (Bonferroni).
    """
    import math

    bound = math.log10(expected / max(1, tests))
    return tuple(_judged(finding, bound) for finding in findings)


def _judged(finding: TestFinding, bound: float) -> TestFinding:
    rare = finding.strength is None or finding.strength <= bound
    if finding.outcome is not Support.ALTERATION or rare:
        return finding
    return left_open(finding, said("examining.not_rare_enough", finding=told(finding)))
