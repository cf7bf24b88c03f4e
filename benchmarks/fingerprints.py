"""All fingerprints of one picture against its decode, imagehash and pdqhash: python -m benchmarks.fingerprints.

A synthetic phone screenshot of 1080 x 2400 with text, cards and a photo, as PNG and as JPEG, decoded by Pillow, one
thread; then a folder of such PNGs through ``evidentia.fingerprint.fingerprint_files``, with one decoding process and
with as many as there are processors. The programs take turns; processor time, medians, and ratios from this run.
"""

# ruff: noqa: E402 - the threads of linear algebra are limited before NumPy is loaded
from __future__ import annotations

import argparse
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import imagehash
import numpy as np
import pdqhash
from PIL import Image, ImageDraw, ImageFont

from evidentia.fingerprint.file import fingerprint_files
from evidentia.fingerprint.perceptual import perceptual_of_pixels

IMAGEHASH = {
    "average": imagehash.average_hash,
    "difference": imagehash.dhash,
    "difference, vertical": imagehash.dhash_vertical,
    "perceptual": imagehash.phash,
    "wavelet": imagehash.whash,
    "colour": imagehash.colorhash,
    "crop-resistant": imagehash.crop_resistant_hash,
}


def screenshot(seed: int) -> Image.Image:
    """Cards with text and round portraits on paper, and one photo."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (1080, 2400), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(34)
    draw.rectangle((0, 0, 1080, 160), fill=(30, 60, 120))
    for top in range(200, 2300, 460):
        draw.rectangle((40, top, 1040, top + 420), fill=(245, 246, 250))
        draw.ellipse((60, top + 20, 140, top + 100), fill=tuple(rng.integers(0, 256, 3).tolist()))
        for line in range(7):
            words = f"Rapat {rng.integers(1000)} di Kelurahan Melati pukul {line} pagi besok"
            draw.text((160, top + 30 + line * 50), words, fill=(20, 20, 20), font=font)
    photo = Image.fromarray(rng.integers(0, 256, (30, 50, 3), dtype=np.uint8)).resize((1000, 380))
    image.paste(photo, (40, 1140))
    return image


def by_pdqhash(image: Image.Image) -> object:
    small = image.convert("RGB")
    small.thumbnail((512, 512))
    return pdqhash.compute_dihedral(np.asarray(small))


def taking_turns(programs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Milliseconds of processor time of each, the median of the rounds."""
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            start = time.process_time()
            program()
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(times) * 1e3 for name, times in taken.items()}


def one_picture(kind: str, rounds: int) -> None:
    made = io.BytesIO()
    screenshot(1).save(made, kind, **({"quality": 85} if kind == "JPEG" else {}))
    decoded = Image.open(made).convert("RGB")
    programs: dict[str, Callable[[], object]] = {
        "decode": lambda: Image.open(io.BytesIO(made.getvalue())).load(),
        "ours": lambda: perceptual_of_pixels(decoded),
        "pdqhash": lambda: by_pdqhash(decoded),
    }
    for name, method in IMAGEHASH.items():
        programs[f"imagehash, {name}"] = lambda method=method: method(decoded)  # type: ignore[misc]
    taken = taking_turns(programs, rounds)
    theirs = sum(taken[f"imagehash, {name}"] for name in IMAGEHASH)
    without = theirs - taken["imagehash, crop-resistant"]
    print(f"{kind}, 1080 x 2400, {len(made.getvalue()) >> 10} KiB; processor time in ms")
    for name, value in taken.items():
        print(f"  {name:32} {value:8.1f}")
    whole, hashes = taken["decode"] + taken["ours"], taken["ours"]
    print(f"  all our hashes / decode: {hashes / taken['decode']:.2f}")
    print(f"  imagehash's sum and pdqhash / all our hashes: {(theirs + taken['pdqhash']) / hashes:.1f}")
    print(
        f"  the same with the decode on both sides: {(taken['decode'] + theirs + taken['pdqhash']) / whole:.1f}"
    )
    print(
        f"  the same, its crop-resistant hash left out: {(taken['decode'] + without + taken['pdqhash']) / whole:.1f}"
    )


def folder(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name, f"layar-{at}.png") for at in range(count)]
        for at, path in enumerate(paths):
            screenshot(at).save(path, compress_level=1)
        taken = {}
        for processes in (1, os.cpu_count() or 1):
            start = time.perf_counter()
            read = sum(1 for _ in fingerprint_files(paths, processes=processes))
            taken[processes] = time.perf_counter() - start
            print(f"{read} PNGs, {processes} processes: {taken[processes]:.1f} s on the clock")
        first, *rest = taken.values()
        if rest:
            print(f"  faster by {first / rest[0]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=int, default=40, help="pictures in the folder")
    options = parser.parse_args()
    for kind in ("PNG", "JPEG"):
        one_picture(kind, options.rounds)
    folder(options.folder)


if __name__ == "__main__":
    main()
