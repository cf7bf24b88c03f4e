"""All fingerprints of one picture against its decode, imagehash and pdqhash: python -m benchmarks.fingerprints.

A synthetic phone screenshot of 1080 x 2400 with text, cards and a smooth picture, as PNG and as JPEG, decoded by Pillow
for all programs, with one thread (and two, which a lone picture gets). Before that our hashes alone against the decode
for each kind of page: flat, with the picture, and with a photograph that has a camera's grain; ``--pages`` adds PNGs of
one's own. What one thread takes is processor time; what two take, on the clock, says something on an idle machine
only. Our hashes: average, difference (both ways), perceptual, wavelet, colour, crop-resistant, PDQ with its
quality and its turned forms; no digests, no metadata. Then a folder of distinct PNGs through
``evidentia.fingerprint.fingerprint_files``, a tenth of it with one decoding process and all with as many as there are
processors. The programs take turns; medians, and ratios from this run. ``--folder 2000`` takes
2 GB of temporary space; ``--folder 0`` leaves the folder out.
"""

# ruff: noqa: E402 - the threads of linear algebra are limited before NumPy is loaded
from __future__ import annotations

import argparse
import io
import os
import resource
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


def screenshot(seed: int, kind: str = "picture") -> Image.Image:
    """Cards with text and round portraits on paper: and no more (flat), one smooth picture, or a grainy photograph."""
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
    if kind == "picture":
        image.paste(smooth(rng, (1000, 380)), (40, 1140))
    elif kind == "photograph":
        grain = rng.normal(0, 4, (1350, 1080, 3))
        grainy = np.clip(np.asarray(smooth(rng, (1080, 1350))) + grain, 0, 255)
        image.paste(Image.fromarray(grainy.astype(np.uint8)), (0, 600))
    return image


def smooth(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(rng.integers(0, 256, (30, 50, 3), dtype=np.uint8)).resize(size)


def by_pdqhash(image: Image.Image) -> object:
    small = image.convert("RGB")
    small.thumbnail((512, 512))
    return pdqhash.compute_dihedral(np.asarray(small))


def taking_turns(programs: dict[str, Callable[[], object]], rounds: int) -> tuple[dict[str, float], ...]:
    """Milliseconds of processor time and on the clock of each, the median of the rounds."""
    used: dict[str, list[float]] = {name: [] for name in programs}
    clock: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            start, began = time.process_time(), time.perf_counter()
            program()
            used[name].append(time.process_time() - start)
            clock[name].append(time.perf_counter() - began)
    return tuple(
        {name: statistics.median(all_of[name]) * 1e3 for name in programs} for all_of in (used, clock)
    )


def one_picture(kind: str, rounds: int) -> None:
    made = io.BytesIO()
    screenshot(1).save(made, kind, **({"quality": 85} if kind == "JPEG" else {}))
    decoded = Image.open(made).convert("RGB")
    programs: dict[str, Callable[[], object]] = {
        "decode": lambda: Image.open(io.BytesIO(made.getvalue())).load(),
        "ours": lambda: perceptual_of_pixels(decoded),
        "ours, two threads": lambda: perceptual_of_pixels(decoded, threads=2),
        "pdqhash": lambda: by_pdqhash(decoded),
    }
    for name, method in IMAGEHASH.items():
        programs[f"imagehash, {name}"] = lambda method=method: method(decoded)  # type: ignore[misc]
    taken, clock = taking_turns(programs, rounds)
    theirs = sum(taken[f"imagehash, {name}"] for name in IMAGEHASH)
    without = theirs - taken["imagehash, crop-resistant"]
    print(f"{kind}, 1080 x 2400, {len(made.getvalue()) >> 10} KiB; ms of processor time, and on the clock")
    for name, value in taken.items():
        print(f"  {name:32} {value:8.1f} {clock[name]:8.1f}")
    hashes, whole = taken["ours"], taken["decode"] + taken["ours"]
    for label, times, ours in (
        ("of processor time, one thread", taken, "ours"),
        ("on the clock, one thread", clock, "ours"),
        ("on the clock, two threads", clock, "ours, two threads"),
    ):
        alone = times[ours] / times["decode"]
        print(f"  all our hashes alone / decode: {alone:.2f} {label}")
        print(f"  decode and all our hashes / decode: {1 + alone:.2f} {label}")
    print(f"  imagehash's sum and pdqhash / all our hashes: {(theirs + taken['pdqhash']) / hashes:.1f}")
    print(
        f"  the same with the decode on both sides: {(taken['decode'] + theirs + taken['pdqhash']) / whole:.1f}"
    )
    print(
        f"  the same, its crop-resistant hash left out: {(taken['decode'] + without + taken['pdqhash']) / whole:.1f}"
    )


def by_kind_of_page(pages: list[Path], rounds: int) -> None:
    """Our hashes alone against Pillow's decode of the same PNG."""
    print(f"all our hashes alone / decode, by kind of page; load {os.getloadavg()[0]:.0f}")
    for kind in ("flat", "picture", "photograph"):
        made = io.BytesIO()
        screenshot(1, kind).save(made, "PNG")
        ratio(f"synthetic, {kind}", made.getvalue(), rounds)
    for page in pages:
        ratio(page.name, page.read_bytes(), rounds)


def ratio(name: str, data: bytes, rounds: int) -> None:
    decoded = Image.open(io.BytesIO(data)).convert("RGB")
    taken, clock = taking_turns(
        {
            "decode": lambda: Image.open(io.BytesIO(data)).load(),
            "ours": lambda: perceptual_of_pixels(decoded),
            "ours, two threads": lambda: perceptual_of_pixels(decoded, threads=2),
        },
        rounds,
    )
    print(f"  {name}, {decoded.width} x {decoded.height}, {len(data) >> 10} KiB")
    for label, times, ours in (
        ("processor time, one thread", taken, "ours"),
        ("on the clock, two threads", clock, "ours, two threads"),
    ):
        print(
            f"    {label:28} {times[ours]:6.1f} ms / {times['decode']:6.1f} ms = {times[ours] / times['decode']:.2f}"
        )


def folder(count: int) -> None:
    """A folder of distinct screenshots, by one decoding process and by all: clock, processors used, memory."""
    processors = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        paths = distinct(Path(name), count)
        rates = []
        for processes, part in ((1, paths[: max(1, count // 10)]), (processors, paths)):
            start, before = time.perf_counter(), processor_seconds()
            memory, digests = [], set()
            for at, found in enumerate(fingerprint_files(part, processes=processes), start=1):
                digests.add(found.sha256)
                if at in (len(part) // 10, len(part) // 2, len(part)):
                    memory.append(resident())
            clock, used = time.perf_counter() - start, processor_seconds() - before
            rates.append(len(part) / clock)
            print(
                f"{len(digests)} PNGs of 1080 x 2400, {processes} decoding processes, load {os.getloadavg()[0]:.0f}: "
                f"{clock:.1f} s on the clock, {used:.1f} s of processor time: {used / clock:.2f} of {processors}"
            )
            print(f"  resident memory after a tenth, half, all: {[f'{size >> 20} MiB' for size in memory]}")
        print(f"  pictures a second: {rates[0]:.1f} and {rates[1]:.1f}, faster by {rates[1] / rates[0]:.2f}")


def distinct(folder: Path, count: int) -> list[Path]:
    """So many screenshots, each with another card of its own."""
    page, rng = screenshot(1), np.random.default_rng(2)
    paths = [folder / f"layar-{at:04d}.png" for at in range(count)]
    for path in paths:
        card = Image.fromarray(rng.integers(0, 256, (6, 20, 3), dtype=np.uint8)).resize((1000, 300))
        page.paste(card, (40, 1600))
        page.save(path, compress_level=1)
    return paths


def processor_seconds() -> float:
    """Of this process and of its decoding processes that have ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def resident() -> int:
    """Bytes that this process and its decoding processes hold (Linux)."""
    children = " ".join(path.read_text() for path in Path("/proc/self/task").glob("*/children")).split()
    status = [Path(f"/proc/{process}/status").read_text() for process in ("self", *children)]
    return sum(
        int(line.split()[1]) << 10 for text in status for line in text.splitlines() if line[:6] == "VmRSS:"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=int, default=40, help="pictures in the folder; 0: none")
    parser.add_argument("--pages", type=Path, nargs="*", default=[], help="PNGs to measure besides")
    options = parser.parse_args()
    by_kind_of_page(options.pages, options.rounds)
    for kind in ("PNG", "JPEG"):
        one_picture(kind, options.rounds)
    if options.folder:
        folder(options.folder)


if __name__ == "__main__":
    main()
