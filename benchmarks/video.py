"""Honest copies and altered twins of generated videos, examined beside the earliest: false alarms, found, where, time.

``--events N`` takes so many events, ``--seconds S`` of so many seconds each (the case's own has 87); ``--write`` keeps
the rates with the version, after every event: a run that is stopped has its own figures. Events are of every kind that
``lab.videos.events.kind_of`` knows: of twenty in a row each way of filming meets each sound once. Tolerances are set on
events of seeds from 5001 on, and never on those that are written: these are counted from ``--first``, 1 by default.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import msgspec

from evidentia.detect.examining.video.against import ORDER, PICTURES, SOUND, VERSION
from evidentia.detect.examining.video.examine import examine_surveyed
from evidentia.detect.examining.video.rates import DENIED, FALSE_ALARM, MISPLACED, MISSED, PATH, Measured
from evidentia.detect.state_rates import upper_95
from evidentia.fingerprint.video_decoding import Surveyed, survey
from evidentia.record.examination import Examination, Support, TestFinding
from evidentia.record.finding import ErrorRate
from evidentia.record.sentences import Term
from lab.videos.coding import coded
from lab.videos.copies import AGAIN, CHANGED, CONTAINERS, MARKED, ORIGINAL, QUALITIES, SIZES, honest
from lab.videos.events import kind_of, varied
from lab.videos.twins import TWINS, Twin, overlap

Trial = tuple[str, str, bool]
"""A test, a kind of error, and whether it was made."""

TESTS = tuple(one.test for one in (ORDER, PICTURES, SOUND))
WITHIN = 0.5
"""Seconds by which a place may be told too early or too late, and be where it is."""

COVERED = 0.4
"""Intersection over union of the true box and one that is told, from which it is where it is: a block has 16 x 15
pixels of these pictures."""


class Tally:
    """Errors and trials by test and kind of error."""

    def __init__(self) -> None:
        self.errors: dict[tuple[str, str], int] = {}
        self.trials: dict[tuple[str, str], int] = {}

    def add(self, test: str, name: str, *, wrong: bool) -> None:
        """Count one trial."""
        self.trials[test, name] = self.trials.get((test, name), 0) + 1
        self.errors[test, name] = self.errors.get((test, name), 0) + wrong


def main() -> None:
    """Measure, print, and keep the rates where asked to."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=1)
    asked.add_argument("--first", type=int, default=1, help="seed of the first event")
    asked.add_argument("--seconds", type=float, default=30.0)
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--write", action="store_true")
    chosen = asked.parse_args()
    tally = Tally()
    seen = used = 0.0
    seeds = range(chosen.first, chosen.first + chosen.events)
    with ProcessPoolExecutor(chosen.processes, get_context("spawn")) as pool:
        events = pool.map(partial(_event, seconds=chosen.seconds), seeds)
        for done, (made, minutes, seconds) in enumerate(events, start=1):
            for test, name, wrong in made:
                tally.add(test, name, wrong=wrong)
            seen, used = seen + minutes, used + seconds
            if chosen.write:
                rates = _rates(tally, _material(done, chosen.first, chosen.seconds))
                PATH.write_bytes(msgspec.json.format(msgspec.json.encode(rates), indent=1) + b"\n")
    for (test, name), trials in sorted(tally.trials.items()):
        errors = tally.errors[test, name]
        print(f"{test:32} {name:36} {errors} of {trials}, upper 95 % {upper_95(errors, trials):.4f}")
    print(f"processor seconds for a minute of video, decoding and examining: {used / seen:.1f}")


def _material(events: int, first: int, seconds: float) -> str:
    kinds = [kind_of(seed, seconds) for seed in range(first, first + events)]
    sizes, cameras, sounds = (
        sorted(set(said))
        for said in zip(
            *(("x".join(map(str, one.setting.size)), one.setting.camera, one.sound) for one in kinds),
            strict=True,
        )
    )
    made = Term("{n} generated events of {n2} s (lab/videos, seeds {n3} to {n4}), {what}").format(
        n=events, n2=f"{seconds:g}", n3=first, n4=first + events - 1, what=" and ".join(sizes)
    )
    return (
        f"{made}; {Term('camera')}: {'; '.join(cameras)}; {Term('sound')}: {', '.join(sounds)}; "
        f"{Term('no tolerance was set on them')}; {Term('no video of a real camera is among them')}"
    )


def _rates(tally: Tally, material: str) -> list[Measured]:
    return [
        Measured(
            test=test,
            version=VERSION,
            rate=ErrorRate(
                name=name,
                measured=True,
                errors=tally.errors[test, name],
                trials=trials,
                upper_95=round(upper_95(tally.errors[test, name], trials), 4),
                material=material,
            ),
        )
        for (test, name), trials in sorted(tally.trials.items())
        if test in TESTS
    ]


def _event(seed: int, *, seconds: float) -> tuple[list[Trial], float, float]:
    """The trials of one event, minutes of video that were examined, and processor seconds that it took."""
    trials: list[Trial] = []
    film, other = varied(seed, seconds)
    said = f"event {seed}, {kind_of(seed, seconds)}"
    seen = used = 0.0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        earliest = _surveyed(folder, coded(film, ORIGINAL))
        for name in (*QUALITIES, *CONTAINERS, *SIZES, *CHANGED):
            found, took = _examined(folder, honest(film, (name,))[name], earliest)
            seen, used = seen + seconds / 60, used + took
            trials += [(one.test, FALSE_ALARM, one.outcome is Support.ALTERATION) for one in found.findings]
            if found.outcome is not Support.NONE_FOUND:
                why = "; ".join((found.reason, *found.problems))
                print(f"{said}, {name}: {found.outcome.value}: {why}", flush=True)
        for name, change in MARKED.items():
            found, _ = _examined(folder, coded(change(film), AGAIN), earliest)
            trials.append((f"({name})", "said to be an alteration", found.outcome is Support.ALTERATION))
        for name, alter in TWINS.items():
            twin = alter(film, other)
            found, took = _examined(folder, coded(twin.film, AGAIN), earliest)
            seen, used = seen + twin.film.seconds / 60, used + took
            told = next((one for one in found.findings if one.test == twin.test), None)
            trials += _of_twin(told, twin)
            if told is None or told.outcome is not Support.ALTERATION or not _located(told, twin):
                outcome, reason = (told.outcome, told.reason) if told else (found.outcome, found.reason)
                print(f"{said}, {name}: {outcome.value}: {reason}; true: {twin.during}", flush=True)
    return trials, seen, used


def _of_twin(told: TestFinding | None, twin: Twin) -> list[Trial]:
    """What a twin is counted for, by the finding of the test that has to find it; None where it said nothing."""
    missed = told is None or told.outcome is not Support.ALTERATION
    denied = told is not None and told.outcome is Support.NONE_FOUND
    counted = [(twin.test, MISSED, missed), (twin.test, DENIED, denied)]
    if told is not None and not missed:
        counted.append((twin.test, MISPLACED, not _located(told, twin)))
    return counted


def _located(told: TestFinding, twin: Twin) -> bool:
    """Whether a place that is told begins, and one ends, where the twin's does; and one has its box, if it has one."""
    places = [region.during for region in told.regions if region.during is not None]
    if not all(any(abs(place[end] - twin.during[end]) <= WITHIN for place in places) for end in (0, 1)):
        return False
    boxes = [region.box for region in told.regions if region.box is not None]
    return twin.box is None or any(overlap(box, twin.box) >= COVERED for box in boxes)


def _examined(folder: Path, data: bytes, earliest: Surveyed) -> tuple[Examination, float]:
    before = os.times()
    found = examine_surveyed(_surveyed(folder, data), [("earliest", earliest)])
    after = os.times()
    # Both processes: the one that decodes and this one.
    return found, sum(after[:4]) - sum(before[:4])


def _surveyed(folder: Path, data: bytes) -> Surveyed:
    path = folder / "video"
    path.write_bytes(data)
    return survey(path)


if __name__ == "__main__":
    main()
