"""How often examinations of pictures are wrong: false alarms on genuine ones, alterations found and located.

Screenshots and scans are synthetic; photographs are real ones from Debian packages, handled and altered by our code.
Trials follow from the material, the seed and their number, each is written down as it comes, and a run that was
interrupted goes on where it stopped. Layouts of the tuning set shaped limits; rates of screenshots are told of the
others.

    nice -n 5 python -m benchmarks.examinations --genuine 1000 --altered 300 --write
    nice -n 5 python -m benchmarks.examinations --of photographs --genuine 1096 --altered 274 --write
    nice -n 5 python -m benchmarks.examinations --of scans --genuine 300 --altered 100 --write
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks.examinations.scoring import (
    KINDS,
    REFERENCE,
    Told,
    alarms,
    kinds_told,
    measured,
    missed,
    tests_of,
)
from benchmarks.examinations.trials import MATERIALS, Work, done, work
from benchmarks.screenshots.bounds import Rate
from benchmarks.screenshots.pages import EXAMINED, HELD_OUT, LAYOUTS
from evidentia.detect.examining import rates
from evidentia.record.examination import ImageClass, Support

SETS = {
    "tuning": tuple(name for name in LAYOUTS if name not in (*EXAMINED, *HELD_OUT)),
    "held-out": EXAMINED,
}
AT_ONCE = 4  # trials that a process hands back together
BY = {
    "screenshots": ("channel", "layout", "theme"),
    "photographs": ("channel", "package"),
    "scans": ("channel",),
}


def main() -> None:
    """Make the trials that are missing, print the rates, and write them beside the method where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--of", choices=MATERIALS, default="screenshots", help="what pictures")
    parser.add_argument("--genuine", type=int, default=200)
    parser.add_argument("--altered", type=int, default=100)
    parser.add_argument("--set", choices=SETS, default="held-out", help="layouts of the screenshots")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--out", type=Path, default=Path("examinations.jsonl"), help="every trial as a line of JSON"
    )
    parser.add_argument("--keep", type=Path, help="a folder that keeps the pictures")
    parser.add_argument("--write", action="store_true", help="write the rates beside the method")
    chosen = parser.parse_args()
    if chosen.write and chosen.of == "screenshots" and chosen.set == "tuning":
        parser.error("rates of the layouts that shaped the limits are not written down")
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
    while (missing := _missing(chosen)) and _made(missing, chosen):
        pass  # trials that failed by chance are made in the next round; a round that makes none ends it
    if missing:
        print(f"{sum(len(one.numbers) for one in missing)} trials were not made: give the command again")
    told = [
        one
        for one in _lines(chosen.out)
        if (one["of"], one["seed"], one["version"]) == (chosen.of, chosen.seed, rates.WHOLE_VERSION)
        and one["sample"] is not None
    ]
    report(told, chosen.of)
    if chosen.write:
        print(f"{_write(told, chosen.of)} rates written")


def _missing(chosen: argparse.Namespace) -> list[Work]:
    """The trials that are not written down yet."""
    finished = done(_lines(chosen.out), chosen.seed)
    pieces = []
    for forgeries, count in ((False, chosen.genuine), (True, chosen.altered)):
        missing = [n for n in range(count) if (chosen.of, forgeries, n) not in finished]
        for first in range(0, len(missing), AT_ONCE):
            numbers = tuple(missing[first : first + AT_ONCE])
            pieces.append(Work(chosen.of, SETS[chosen.set], forgeries, numbers, chosen.seed, chosen.keep))
    return pieces


def _made(pieces: list[Work], chosen: argparse.Namespace) -> int:
    """Make the trials and write each down as it comes: how many were made."""
    MATERIALS[chosen.of].material()  # what must be fetched is fetched once, before several processes want it
    made = 0
    with multiprocessing.get_context("spawn").Pool(chosen.processes) as pool:
        for piece in pool.imap_unordered(work, pieces):
            with chosen.out.open("a", encoding="utf-8") as out:
                out.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in piece)
            made += len(piece)
    return made


def _lines(path: Path) -> Iterator[Told]:
    """Trials written down; those of a time when there were screenshots alone did not say of what they are."""
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from (one for line in lines if "of" in (one := json.loads(line)))


def _write(told: list[Told], of: str) -> int:
    """Put the rates of this material's kinds in the place of those that stood there; others stay."""
    others = [one for one in rates.measured() if one.image_class not in KINDS[of]]
    cells = list(measured(told, of))
    rates.PATH.write_bytes(msgspec.json.format(msgspec.json.encode(others + cells), indent=1) + b"\n")
    return len(cells)


def report(told: list[Told], of: str) -> None:
    """Print the rates: by test and kind told, by channel, by way."""
    genuine = [one for one in told if not one["forged"]]
    altered = [one for one in told if one["forged"]]
    print(f"{len(genuine)} genuine, {len(altered)} altered; one-sided upper 95 % bounds")
    print(f"material: {MATERIALS[of].material()}")
    for kind in (None, *KINDS[of], ImageClass.UNDETERMINED):
        some = [one for one in genuine if kind in (None, one["class"])]
        changed = [one for one in altered if kind in (None, one["class"])]
        print(f"\ntold as {kind or 'any kind':26} alarms on genuine | altered, not located")
        for test in tests_of(some + changed):
            print(f"{test:32} {alarms(some, test)} | {missed(changed, test)}")
    print("\nwhole examination, by kind of picture")
    for title, some in _classes(genuine, BY[of]):
        inconclusive = Rate(sum(one["outcome"] == Support.INCONCLUSIVE for one in some), len(some))
        print(f"genuine {title:40} {alarms(some, rates.WHOLE)} | inconclusive {inconclusive.share:6.1%}")
    for title, some in _classes(altered, ("way", "channel", "before", "after")):
        print(f"altered {title:40} not located {missed(some, rates.WHOLE)}")
    for way in sorted({one["sample"]["way"] for one in altered}):
        some = [one for one in altered if one["sample"]["way"] == way]
        found = {test: missed(some, test) for test in tests_of(some) if test not in (rates.WHOLE, REFERENCE)}
        said = ", ".join(f"{test} {rate.trials - rate.events}" for test, rate in found.items())
        print(f"located, of {len(some)} {way}: {said}")
    _false_alarms(genuine)
    _matrix(genuine)
    seconds = sorted(one["seconds"] for one in told)
    if seconds:
        late = seconds[len(seconds) * 95 // 100]
        print(f"seconds for one: median {statistics.median(seconds):.2f}, 95th percentile {late:.2f}")


def _false_alarms(genuine: list[Told]) -> None:
    for one in genuine:
        said = [f"{f['test']}: {f['reason']}" for f in one["findings"] if f["outcome"] == Support.ALTERATION]
        if one["outcome"] == Support.ALTERATION:
            sample = one["sample"]
            print(f"false alarm: {one['n']} {sample['channel']} {sample['told']}: {said}")


def _matrix(genuine: list[Told]) -> None:
    kinds = [kind.value for kind in ImageClass if kind is not ImageClass.VIDEO]
    print("\ntruth, told as:   " + " | ".join(kinds))
    for truth, told in sorted(kinds_told(genuine).items()):
        print(f"{truth:17} " + " | ".join(f"{told[kind]:{len(kind)}}" for kind in kinds))


def _classes(told: list[Told], by: tuple[str, ...]) -> Iterator[tuple[str, list[Told]]]:
    for name in by:
        for value in sorted({_value(one, name) for one in told}):
            yield f"{name} {value}", [one for one in told if _value(one, name) == value]


def _value(one: Told, name: str) -> str:
    sample = one["sample"]
    return str(sample[name] if name in sample else sample["told"].get(name, ""))


if __name__ == "__main__":
    main()
