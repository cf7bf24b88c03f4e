"""One trial after the other: a picture whose truth is known, and what an examination says of it."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.examinations import material, photo_copies, scans
from benchmarks.examinations.samples import Box, Made, Sample
from benchmarks.screenshots.forging import studio
from evidentia.detect.examining.classes import classify
from evidentia.detect.examining.examine import run_tests, together
from evidentia.detect.examining.picture import load_examined
from evidentia.detect.examining.rates import WHOLE_VERSION
from evidentia.detect.examining.reference import compare_with_reference
from evidentia.fingerprint.decoding import Decoder
from evidentia.record.examination import Support, TestFinding

MATERIALS = {"screenshots": material, "photographs": photo_copies, "scans": scans}
"""Modules that make genuine and altered pictures by their numbers, and say what they are made from."""

LEAST_IOU = 0.2
REFERENCE_EVERY = 4  # trials of which one is also compared with its original


@dataclass(frozen=True)
class Work:
    """Some trials of one process. ``forgeries``: altered pictures are made, else genuine ones."""

    of: str
    layouts: tuple[str, ...]
    forgeries: bool
    numbers: tuple[int, ...]
    seed: int
    keep: Path | None


def work(given: Work) -> list[dict[str, object]]:
    """The trials of these numbers; an empty one for a number whose alteration does not stand in one line.

    Those that could not be made now, because the browser failed, and those after them are left out.
    """
    with tempfile.TemporaryDirectory() as folder, Decoder() as decoder, ExitStack() as stack:
        browser = stack.enter_context(studio(Path(folder))) if given.of == "screenshots" else None
        make = MATERIALS[given.of].forged if given.forgeries else MATERIALS[given.of].genuine
        told = []
        for n in given.numbers:
            try:
                made = make(browser, given.layouts, n, given.seed)
            except MATERIALS[given.of].FAILURES as why:
                print(f"{given.of} {n} was not made: {str(why).splitlines()[0]}", file=sys.stderr)
                break
            known = {"of": given.of, "n": n, "forged": given.forgeries, "seed": given.seed}
            said = trial(made, given, Path(folder), decoder) if made is not None else {"sample": None}
            told.append(known | {"version": WHOLE_VERSION} | said)
        return told


def trial(made: Made, given: Work, folder: Path, decoder: Decoder) -> dict[str, object]:
    """What an examination says of one picture, with and without its original beside it."""
    sample = made.sample
    kind = "altered" if given.forgeries else "genuine"
    ending = "png" if made.data.startswith(b"\x89PNG") else "jpg"
    path = (given.keep or folder) / f"{given.of}-{kind}-{sample.n:05}.{ending}"
    path.write_bytes(made.data)
    began = time.perf_counter()
    picture = load_examined(path, decoder=decoder)
    classed = classify(picture)
    picture = picture.taken_for(classed.image_class)
    findings = list(
        run_tests(picture)
    )  # before alarms without a measured rate are left out: they are measured here
    outcome, _ = together(findings)
    seconds = time.perf_counter() - began
    if given.of == "screenshots" and sample.n % REFERENCE_EVERY == 0:
        original = folder / f"{kind}-{sample.n:05}-original.png"
        original.write_bytes(made.original)
        findings.append(compare_with_reference(picture, original, original.name, decoder))
    return {
        "sample": asdict(sample),
        "class": classed.image_class.value,
        "outcome": outcome.value,
        "seconds": round(seconds, 2),
        "findings": [_told(one, sample) for one in findings],
        "problems": picture.file.problems,
    }


def _told(finding: TestFinding, sample: Sample) -> dict[str, object]:
    alarm = finding.outcome is Support.ALTERATION
    return {
        "test": finding.test,
        "version": finding.version,
        "outcome": finding.outcome.value,
        "located": alarm
        and any(hits(r.box, place) for r in finding.regions if r.box for place in sample.places),
        "strength": finding.strength,
        "reason": finding.reason if finding.outcome in (Support.ALTERATION, Support.INCONCLUSIVE) else "",
        "boxes": [region.box for region in finding.regions],
    }


def hits(box: Box, place: Box) -> bool:
    """Whether a region names the place: its middle lies in it, or both overlap by ``LEAST_IOU`` (intersection over
    union)."""
    x, y, width, height = place
    middle = box[0] + box[2] / 2, box[1] + box[3] / 2
    if x <= middle[0] <= x + width and y <= middle[1] <= y + height:
        return True
    wide = min(box[0] + box[2], x + width) - max(box[0], x)
    tall = min(box[1] + box[3], y + height) - max(box[1], y)
    shared = max(0, wide) * max(0, tall)
    return shared / (box[2] * box[3] + width * height - shared) >= LEAST_IOU


def done(lines: Iterator[dict[str, object]], seed: int) -> set[tuple[str, bool, int]]:
    """Trials of this seed and version that are written down already: the material, forged or not, and the number."""
    return {
        (str(one["of"]), bool(one["forged"]), int(str(one["n"])))
        for one in lines
        if one["seed"] == seed and one["version"] == WHOLE_VERSION
    }
