"""How often pictures within a screenshot are found, and told from others, on drawn pages whose truth is known.

Every trial follows from the seed and its number. No text is read: the lines are left out, so that nothing keeps a block
of text from being taken for a picture.

    python -m benchmarks.pictures_shown [--trials 120] [--first 0] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import base64
import io
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image

from benchmarks.pictures_shown.scenes import scene
from benchmarks.screenshots.bounds import Rate
from benchmarks.screenshots.channels import CHANNELS
from benchmarks.screenshots.forging import PHONES
from benchmarks.screenshots.pages import FONTS, THEMES
from benchmarks.screenshots.stories import stories
from evidentia.detect.reading.pictures import pictures_shown
from evidentia.fingerprint.pdq import pdq
from evidentia.record.finding import Outcome
from evidentia.record.post import Media
from lab.browser import launched

RATIOS = ("16 / 9", "1 / 1", "4 / 5", "3 / 2", "auto")
"""Frames of feeds: ``auto`` shows the picture as it is."""

_PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; font: 16px {font}, sans-serif; color: {ink}; background: {ground} }}
.post {{ padding: 14px }} .row {{ display: flex; gap: 10px; align-items: center }}
img.shown {{ display: block; width: 100%; margin: 10px 0 }}
img.shown {{ aspect-ratio: {ratio}; object-fit: cover; border-radius: {radius}px }}
</style><div style="padding: 6px 14px; font-size: 13px"><b>{bar}</b> 4G 78%</div>
<div class="post"><div class="row"><img src="{avatar}" style="width: 40px; height: 40px; border-radius: 50%">
<div><b>{name}</b><div>@{handle}</div></div></div><p>{text}</p><img class="shown" src="{picture}">
<div>931 Suka &nbsp; 12 komentar</div></div>"""


@dataclass(frozen=True)
class Trial:
    """What was shown, and what was said of the largest picture found."""

    shown: str  # "captured", "another", "none"
    channel: str
    ratio: str
    white_sky: bool
    found: int
    overlap: float
    outcome: str
    distance: int | None


def main() -> None:
    """Make the trials, print the rates and the distances."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--trials", type=int, default=120)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, launched(Path(folder)) as browser:
        pool = stories(1, 200)
        told = []
        for n in range(chosen.first, chosen.first + chosen.trials):
            random = Random(f"pictures/{n}")
            phone = random.choice(PHONES)
            window = browser.new_page(
                viewport={"width": phone.width, "height": phone.height}, device_scale_factor=phone.scale
            )
            told.append(_trial(window, n, random, random.choice(pool), chosen.keep))
            window.close()
    report(told)


def _trial(window: object, n: int, random: Random, story: object, keep: Path | None) -> Trial:
    shown = ("captured", "captured", "another", "none")[n % 4]
    white_sky = random.random() < 0.15
    medium, other = scene(2 * n, white_sky=white_sky), scene(2 * n + 1)
    theme, ratio = random.choice(THEMES), random.choice(RATIOS)
    page = _PAGE.format(
        font=random.choice(FONTS),
        ink=theme.ink,
        ground=theme.ground,
        ratio=ratio,
        radius=random.choice((0, 8, 16)),
        bar="18.29",
        avatar=_address(other.resize((80, 80))),
        name=story.name,  # type: ignore[attr-defined]
        handle=story.handle,  # type: ignore[attr-defined]
        text=story.wordings[0],  # type: ignore[attr-defined]
        picture="" if shown == "none" else _address(medium if shown == "captured" else other),
    )
    if shown == "none":
        page = page.replace('<img class="shown" src="">', "")
    window.set_content(page)  # type: ignore[attr-defined]
    place = None
    if shown != "none":
        place = window.evaluate(  # type: ignore[attr-defined]
            """async () => { const shown = document.querySelector('.shown'); await shown.decode();
            const b = shown.getBoundingClientRect(), s = devicePixelRatio, bottom = Math.min(b.bottom, innerHeight);
            return [b.x * s, b.y * s, b.width * s, (bottom - b.y) * s, b.bottom > innerHeight] }"""
        )
    channel = random.choice(tuple(CHANNELS))
    data = CHANNELS[channel](Image.open(io.BytesIO(window.screenshot())).convert("RGB"), random)  # type: ignore[attr-defined]
    if keep:
        (keep / f"{n:04}.{'png' if channel == 'png' else 'jpg'}").write_bytes(data)
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    hashed = pdq(medium)
    known = Media(url="medium", sha256="0" * 64, pdq=hashed.value, pdq_quality=hashed.quality)
    found = pictures_shown(picture, (), (known,), pixels_of=lambda _: medium)
    largest = max(found, key=lambda one: one.box[2] * one.box[3], default=None)
    return Trial(
        shown=shown if place is None or not place[4] else f"{shown}, cut by the screen",
        channel=channel,
        ratio=ratio,
        white_sky=white_sky and shown == "captured",
        found=len(found),
        overlap=0.0 if largest is None or place is None else _overlap(largest.box, place),
        outcome="" if largest is None else largest.outcome.value,
        distance=None if largest is None else largest.distance,
    )


def report(told: list[Trial]) -> None:
    """Print the rates by what was shown."""
    print(f"{len(told)} drawn pages; one-sided upper 95 % bounds")
    for shown in sorted({one.shown for one in told}):
        some = [one for one in told if one.shown == shown]
        print(f"\n{shown}: {len(some)}")
        print(f"  pictures found: {dict(Counter(one.found for one in some))}")
        print(f"  outcomes: {dict(Counter(one.outcome for one in some))}")
        wrong = Outcome.DIFFERS if shown.startswith("captured") else Outcome.CONSISTENT
        print(
            f"  said to be {wrong.value}: {Rate(sum(one.outcome == wrong.value for one in some), len(some))}"
        )
        distances = sorted(one.distance for one in some if one.distance is not None)
        if distances:
            print(
                f"  PDQ bits: least {distances[0]}, median {distances[len(distances) // 2]}, most {distances[-1]}"
            )
        for name in ("channel", "ratio", "white_sky"):
            for value in sorted({str(getattr(one, name)) for one in some}):
                part = [one for one in some if str(getattr(one, name)) == value]
                bits = sorted(one.distance for one in part if one.distance is not None)
                print(f"    {name} {value}: {dict(Counter(one.outcome for one in part))} bits {bits[-6:]}")


def _address(picture: Image.Image) -> str:
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(held.getvalue()).decode()


def _overlap(box: tuple[int, int, int, int], place: list[float]) -> float:
    """Intersection over union, where the channel kept the size."""
    x, y, w, h = place[:4]
    across = max(0.0, min(box[0] + box[2], x + w) - max(box[0], x))
    down = max(0.0, min(box[1] + box[3], y + h) - max(box[1], y))
    return across * down / (box[2] * box[3] + w * h - across * down)


if __name__ == "__main__":
    main()
