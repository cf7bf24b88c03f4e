"""What kind of file a picture is, told by its pixels: flat ground, text, noise. What it says of itself only supports.

A picture between the kinds stays undetermined: then only those tests run that are valid for every kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ...record.examination import ImageClass
from ...record.said import Said
from ...record.sentences import english, said
from .askew import LEAST_COUNTED, lean
from .flatness import BLOCK, SCREEN_FLAT, flat_share, squares
from .history import whole_grid
from .typography_lines import Text, find_text

if TYPE_CHECKING:
    from .picture import Examined

PHOTO_FLAT = 0.10
"""Share of flat squares up to which a picture is taken for a photo. Between this and a screen's, only how lines run
tells."""

PHOTO_TEXTURE = 0.5
PHOTO_NOISE = 0.1
"""Noise in luma that a photo has at least in half of its squares, and in four of five: a drawn gradient was measured
at 0.36. Lines of a hundred letters over it, along no rows of pixels, leave open whether it is a screen that a photo
fills: of 14 such screens each had 167 or more, of 137 photographs one had more than 84. Before that rule 115 of them
passed as cameras' files and 104 as messengers' copies; the others, of fog, sky and blurred grounds, stay undetermined,
as do 75 of 96 drawn or rendered wallpapers."""

SCAN_BRIGHT = 185.0
SCAN_GREY = 14.0
SCAN_PAPER = 0.5
"""Paper: at least half of the squares within a few grey values of a bright, hardly coloured ground."""

ASKEW = 0.6
"""Share of the letters, in lines that run askew one way, from which no screen drew them: scanners' software makes paper
as white and as flat as a screen's ground. Of 200 screenshots and their copies by eight channels none had more than
0.28; of 53 whitened scans, simulated at up to one degree, 48 had 0.90 and more, and 5 that lay straighter than 0.04
degrees had at most 0.05: those are still taken for copies of screenshots."""

PAPER_SHAPE = 1.27, 1.67
"""The longer side by the shorter: Letter 1.29, A4 1.41, F4 1.53, Legal 1.65, cut by a hundredth or two. Phones' screens
have 1.77 and more: where one is turned by a degree, its letters run askew, and it is no scan."""

LEVEL = 0.6
"""Share of the letters, in lines that fall by no pixel, from which they were drawn and not photographed. Of 151 pages
over pictures, altered ones among them, each had 0.74 and more; of 24 photographs of a screen none more than 0.28; of 37
simulated scans one had 0.82, which lay straight, and 36 had 0.46 at most: scans are told by their paper, before."""

SOME_EXACT = 0.1
"""Share of the words on exact ground by which a picture on no grid was never a JPEG: its compression would have put
waves beside all of them."""

LEAST_WORDS = 8
EXACT = 0.3
"""Luma, root mean square beside the letters of most words: a screenshot that never was a JPEG has none of it there,
whatever photos it shows; one that was has more, also after it was saved as PNG."""

COPY_SIDE = 2048
"""Pixels of the longer side to which messengers and platforms shrink photos; cameras' own files are larger."""


_Told: TypeAlias = tuple[ImageClass, tuple[Said, ...]]


@dataclass(frozen=True)
class Seen:
    """What the class is told by: shares of squares, luma, words, noise beside letters, and how their lines run.

    ``letters`` is how many stand in lines, ``level`` which share of them in lines along a row of pixels, ``askew`` in
    lines that run one way, ``degrees`` how steeply. ``exact`` is the share of words that stand on ground without noise.
    """

    flat: float
    noise: float
    texture: float
    ground: float
    colour: float
    paper: float
    words: int
    letters: int
    beside_text: float
    exact: float
    askew: float
    level: float
    degrees: float


@dataclass(frozen=True)
class Classed:
    """The class, and by what it was told, one sentence a line."""

    image_class: ImageClass
    says: tuple[Said, ...]

    @property
    def because(self) -> tuple[str, ...]:
        """The sentences in English, as the record has them."""
        return tuple(english(one) for one in self.says)


def stated(image_class: ImageClass) -> Classed:
    """The class as the caller states it: nothing was told from the picture."""
    return Classed(image_class, (said("examining.class_stated", kind=image_class.value),))


def classify(picture: Examined) -> Classed:
    """Tell the class of a picture."""
    seen = look(picture)
    image_class, says = _told(seen, picture)
    return Classed(image_class, (*says, *_beside(picture)))


def look(picture: Examined) -> Seen:
    """Measure what the class is told by."""
    import numpy as np

    each = squares(picture)
    mean = each.mean(axis=(1, 3))
    # Noise, and no gradient: the second difference along each row (J. Immerkær, CVIU 64, 1996, in one direction).
    bends = (each[..., 2:] - 2 * each[..., 1:-1] + each[..., :-2]).std(axis=(1, 3)) / np.sqrt(6)
    colours = picture.pixels[::4, ::4].astype(np.int16)
    colour = np.median(colours.max(axis=2) - colours.min(axis=2))
    ground = float(np.median(mean))
    text = find_text(picture)
    leaning = lean(text)
    beside = _beside_text(picture, text)
    return Seen(
        flat=flat_share(picture),
        noise=float(np.percentile(bends, 20)),
        texture=float(np.median(bends)),
        ground=ground,
        colour=float(colour),
        paper=float((np.abs(mean - ground) < 12).mean()),
        words=text.words,
        letters=leaning.letters,
        beside_text=float(np.median(beside)) if beside else 0.0,
        exact=float((np.array(beside) <= EXACT).mean()) if beside else 0.0,
        askew=leaning.one_way,
        level=leaning.level,
        degrees=leaning.degrees,
    )


def _beside_text(picture: Examined, text: Text) -> list[float]:
    """How far the ground beside each word's letters is from being one value, in luma."""
    import numpy as np

    found = []
    for line in text.lines:
        for word in line.words:
            x, y, width, height = word.box
            part = np.s_[max(0, y - 6) : y + height + 6, max(0, x - 6) : x + width + 6]
            apart = text.apart[part]
            ring = picture.luma[part][(apart >= 4) & (apart < 8)]
            if len(ring):
                found.append(float(np.sqrt((np.clip(ring - np.median(ring), -8, 8) ** 2).mean())))
    return found


def _told(seen: Seen, picture: Examined) -> _Told:
    flat = said("examining.flat_squares", share=seen.flat, side=BLOCK)
    paper = seen.ground >= SCAN_BRIGHT and seen.colour <= SCAN_GREY and seen.paper >= SCAN_PAPER
    if seen.flat >= SCREEN_FLAT and seen.words >= LEAST_WORDS:
        return _askew(seen, picture, flat, paper) if seen.askew >= ASKEW else _screen(seen, picture, flat)
    if paper and seen.words >= LEAST_WORDS:
        return ImageClass.SCAN, (
            said("examining.bright_ground", luma=seen.ground, flat=flat),
            said("examining.letters_in_lines", groups=seen.words),
        )
    if seen.level >= LEVEL:
        return _screen_of_pictures(seen, picture, flat)
    if seen.flat <= PHOTO_FLAT and seen.noise >= PHOTO_NOISE and seen.texture >= PHOTO_TEXTURE:
        return _photo(seen, picture, flat)
    return ImageClass.UNDETERMINED, (
        said("examining.between_kinds", flat=flat, groups=seen.words, noise=seen.texture),
    )


def _askew(seen: Seen, picture: Examined, flat: Said, paper: bool) -> _Told:
    """Flat as a screen's ground, but the letters stand as on paper: a whitened scan, or a picture that was turned."""
    because = flat, said("examining.lines_askew", share=seen.askew, degrees=abs(seen.degrees))
    shape = max(picture.width, picture.height) / min(picture.width, picture.height)
    if paper and PAPER_SHAPE[0] <= shape <= PAPER_SHAPE[1]:
        return ImageClass.SCAN, (*because, said("examining.shape_of_paper"))
    return ImageClass.UNDETERMINED, because


def _screen(seen: Seen, picture: Examined, flat: Said) -> _Told:
    text = said("examining.letters_on_flat_ground", groups=seen.words)
    if picture.is_jpeg:
        return ImageClass.MESSENGER_COPY, (flat, text, said("examining.file_is_a_jpeg"))
    if seen.beside_text > EXACT:
        return ImageClass.MESSENGER_COPY, (flat, text, said("examining.ground_not_exact"))
    return ImageClass.SCREENSHOT, (flat, text, said("examining.ground_exact"))


def _screen_of_pictures(seen: Seen, picture: Examined, flat: Said) -> _Told:
    """Little of it is flat, but its lines of letters run along rows of pixels, as only what is drawn does.

    Letters over a picture stand on its noise, whatever became of the whole: loss is told by the file, or by a grid.
    """
    because = flat, said("examining.drawn_over_pictures", share=seen.level, letters=seen.letters)
    if picture.is_jpeg:
        return ImageClass.MESSENGER_COPY, (*because, said("examining.file_is_a_jpeg"))
    if whole_grid(picture) is not None:
        return ImageClass.MESSENGER_COPY, (*because, said("examining.pixels_on_grid"))
    if seen.exact >= SOME_EXACT:
        return ImageClass.SCREENSHOT, (*because, said("examining.no_loss_as_a_whole", share=seen.exact))
    return ImageClass.UNDETERMINED, (*because, said("examining.loss_not_told", share=seen.exact))


def _photo(seen: Seen, picture: Examined, flat: Said) -> _Told:
    """A photo; or, with lines of letters over it, a screen that a picture fills: its icons are copies of each other."""
    noise = said("examining.noise_everywhere", noise=seen.texture)
    if seen.letters >= LEAST_COUNTED:
        written = said("examining.written_or_screen", letters=seen.letters)
        return ImageClass.UNDETERMINED, (flat, noise, written)
    side = max(picture.width, picture.height)
    if side > COPY_SIDE:
        return ImageClass.CAMERA_PHOTO, (flat, noise, said("examining.larger_than_copies", side=side))
    return ImageClass.PHOTO_COPY, (flat, noise, said("examining.no_larger_than_copies", side=side))


def _beside(picture: Examined) -> tuple[Said, ...]:
    """What the file says of itself. It decided nothing: anyone can write it."""
    hints = [
        said("examining.hint", name=one.name, seen=one.seen, suggests=one.suggests)
        for one in picture.file.metadata.indications
    ]
    camera = picture.file.metadata.exif.get("Image Model", "")
    hints += [said("examining.hint_of_camera", camera=camera)] if camera else []
    return tuple(hints)
