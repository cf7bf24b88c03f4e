"""What kind of file a picture is, told by its pixels: flat ground, text, noise. What it says of itself only supports.

A picture between the kinds stays undetermined: then only those tests run that are valid for every kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...record.examination import ImageClass
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
    """The class, and by what it was told, one reason a line."""

    image_class: ImageClass
    because: tuple[str, ...]


def stated(image_class: ImageClass) -> Classed:
    """The class as the caller states it: nothing was told from the picture."""
    return Classed(image_class, (f"stated by the caller: {image_class.value}; not told from the picture",))


def classify(picture: Examined) -> Classed:
    """Tell the class of a picture."""
    seen = look(picture)
    image_class, because = _told(seen, picture)
    return Classed(image_class, (*because, *_beside(picture)))


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


def _told(seen: Seen, picture: Examined) -> tuple[ImageClass, tuple[str, ...]]:
    flat = f"{seen.flat:.0%} of the squares of {BLOCK} x {BLOCK} pixels are flat"
    paper = seen.ground >= SCAN_BRIGHT and seen.colour <= SCAN_GREY and seen.paper >= SCAN_PAPER
    if seen.flat >= SCREEN_FLAT and seen.words >= LEAST_WORDS:
        return _askew(seen, picture, flat, paper) if seen.askew >= ASKEW else _screen(seen, picture, flat)
    if paper and seen.words >= LEAST_WORDS:
        return ImageClass.SCAN, (
            f"bright ground (luma {seen.ground:.0f}) that is not flat: {flat}",
            f"{seen.words} groups of letters in lines",
        )
    if seen.level >= LEVEL:
        return _screen_of_pictures(seen, picture, flat)
    if seen.flat <= PHOTO_FLAT and seen.noise >= PHOTO_NOISE and seen.texture >= PHOTO_TEXTURE:
        return _photo(seen, picture, flat)
    return ImageClass.UNDETERMINED, (
        f"between the kinds: {flat}, {seen.words} groups of letters, noise of {seen.texture:.2f} in luma",
    )


def _askew(seen: Seen, picture: Examined, flat: str, paper: bool) -> tuple[ImageClass, tuple[str, ...]]:
    """Flat as a screen's ground, but the letters stand as on paper: a whitened scan, or a picture that was turned."""
    lines = (
        f"{seen.askew:.0%} of the letters stand in lines that run askew, by {abs(seen.degrees):.2f} degrees"
    )
    because = flat, f"{lines}: a screen draws lines along rows of pixels"
    shape = max(picture.width, picture.height) / min(picture.width, picture.height)
    if paper and PAPER_SHAPE[0] <= shape <= PAPER_SHAPE[1]:
        return ImageClass.SCAN, (*because, "bright ground without colour, in the shape of a sheet of paper")
    return ImageClass.UNDETERMINED, because


def _screen(seen: Seen, picture: Examined, flat: str) -> tuple[ImageClass, tuple[str, ...]]:
    text = f"{seen.words} groups of letters in lines on flat ground"
    if picture.is_jpeg or seen.beside_text > EXACT:
        how = "the file is a JPEG" if picture.is_jpeg else "the ground beside letters is not exact"
        return ImageClass.MESSENGER_COPY, (flat, text, f"{how}: it was compressed with loss")
    return ImageClass.SCREENSHOT, (flat, text, "the ground beside letters is exact: no loss by compression")


def _screen_of_pictures(seen: Seen, picture: Examined, flat: str) -> tuple[ImageClass, tuple[str, ...]]:
    """Little of it is flat, but its lines of letters run along rows of pixels, as only what is drawn does.

    Letters over a picture stand on its noise, whatever became of the whole: loss is told by the file, or by a grid.
    """
    drawn = f"{seen.level:.0%} of {seen.letters} letters stand in lines along rows of pixels: drawn, over pictures"
    because = flat, drawn
    if picture.is_jpeg:
        return ImageClass.MESSENGER_COPY, (*because, "the file is a JPEG: it was compressed with loss")
    if whole_grid(picture) is not None:
        return ImageClass.MESSENGER_COPY, (*because, "its pixels lie on the grid of a JPEG")
    if seen.exact >= SOME_EXACT:
        said = f"its pixels lie on no grid of a JPEG, and the ground beside {seen.exact:.0%} of the words is exact"
        return ImageClass.SCREENSHOT, (*because, f"{said}: not compressed with loss as a whole")
    said = f"on no grid of a JPEG, and the ground beside {seen.exact:.0%} of the words alone is exact"
    said = f"{said}: whether it was compressed with loss is not told"
    return ImageClass.UNDETERMINED, (*because, said)


def _photo(seen: Seen, picture: Examined, flat: str) -> tuple[ImageClass, tuple[str, ...]]:
    """A photo; or, with lines of letters over it, a screen that a picture fills: its icons are copies of each other."""
    noise = f"noise or texture nearly everywhere: {seen.texture:.2f} in luma in half of the squares or more"
    if seen.letters >= LEAST_COUNTED:
        written = (
            f"{seen.letters} letters in lines: a photo of something written, or a screen that a photo fills"
        )
        return ImageClass.UNDETERMINED, (flat, noise, written)
    side = max(picture.width, picture.height)
    if side > COPY_SIDE:
        return ImageClass.CAMERA_PHOTO, (flat, noise, f"{side} pixels: larger than messengers' copies")
    return ImageClass.PHOTO_COPY, (flat, noise, f"{side} pixels: no larger than messengers' copies")


def _beside(picture: Examined) -> tuple[str, ...]:
    """What the file says of itself. It decided nothing: anyone can write it."""
    hints = [f"{one.name} {one.seen}: {one.suggests}" for one in picture.file.metadata.indications]
    camera = picture.file.metadata.exif.get("Image Model", "")
    hints += [f"EXIF names a camera, {camera}"] if camera else []
    return tuple(f"an indication, which decided nothing: {hint}" for hint in hints)
