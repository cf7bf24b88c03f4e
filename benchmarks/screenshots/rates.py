"""Add up the trials of several runs, print the rates, and write those of the held-out layouts beside the method.

python -m benchmarks.screenshots.rates trials.jsonl [more.jsonl …] [--write]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

import evidentia.detect.reading
from benchmarks.screenshots.pages import FONTS, HELD_OUT
from benchmarks.screenshots.scoring import SECTIONS, is_genuine, rates
from benchmarks.screenshots.trials import Told
from evidentia.detect.screenshot import METHOD
from evidentia.record.item import Program
from evidentia.record.sentences import Term

PATH = Path(evidentia.detect.reading.__path__[0]) / "rates.json"

DIGITS = 6
"""Of the bounds that are written."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """``errors`` of ``trials`` among a class of them, with the one-sided upper 95 % bound of the rate."""

    name: str
    among: str
    errors: int
    trials: int
    upper_95: float


class Seconds(msgspec.Struct, frozen=True, kw_only=True):
    """On the clock, for pictures of 1080 x 2400 and near it: the reader's first reading, and all of it."""

    pictures: int
    first_median: float
    first_p95: float
    median: float
    p95: float
    machine: str


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured for one version of the method, on which material."""

    method: Program
    material: str
    rates: tuple[Rate, ...]
    seconds: Seconds | None


def read(files: Iterable[Path]) -> list[Told]:
    """The trials of all files in the order of set, seed and number, each once: the last one written counts.

    Raises:
        ValueError: a file holds trials of another version of the method than others.
    """
    found: dict[tuple[str, int, int], Told] = {}
    for file in files:
        for line in file.read_bytes().splitlines():
            one = msgspec.json.decode(line, type=Told)
            found[one.trial.set, one.trial.seed, one.trial.n] = one
    versions = sorted({one.method for one in found.values()})
    if len(versions) > 1:
        raise ValueError(f"these are trials of several versions: {', '.join(versions)}")
    return [found[key] for key in sorted(found)]


def material(told: Sequence[Told]) -> str:
    """What was measured on, in a sentence."""
    genuine = sum(map(is_genuine, told))
    layouts = sorted({one.trial.layout for one in told})
    seeds = sorted({one.trial.seed for one in told})
    sets = sorted({one.trial.set for one in told})
    what = Term(
        "{n} screenshots ({n2} genuine, {n3} altered) of {n4} layouts of the set {what} ({what2}), {what3} fonts, "
        "seed {what4}"
    ).format(
        n=len(told),
        n2=genuine,
        n3=len(told) - genuine,
        n4=len(layouts),
        what=" and ".join(sets),
        what2=", ".join(layouts),
        what3=len(FONTS),
        what4=", ".join(map(str, seeds)),
    )
    return f"{Term('synthetic')}: {what}"


def machine() -> str:
    """What measured."""
    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    return f"{os.cpu_count()} processors{f' ({model})' if model else ''}, Python {platform.python_version()}"


def seconds(told: Sequence[Told]) -> Seconds | None:
    """How long it took, of pictures with the pixels of a phone's whole screen; None if there is none."""
    large = [one for one in told if 2_000_000 <= one.size[0] * one.size[1] <= 3_200_000]
    if not large:
        return None
    first, whole = sorted(one.first for one in large), sorted(one.seconds for one in large)
    late = len(large) * 95 // 100
    return Seconds(
        pictures=len(large),
        first_median=round(statistics.median(first), 2),
        first_p95=round(first[late], 2),
        median=round(statistics.median(whole), 2),
        p95=round(whole[late], 2),
        machine=machine(),
    )


def measured(told: Sequence[Told]) -> Rates:
    """All rates of these trials, as they are written.

    Raises:
        ValueError: they are not of this version of the method, or not of the held-out layouts.
    """
    if wrong := {one.method for one in told} - {f"{METHOD.name} {METHOD.version}"}:
        raise ValueError(f"measured with {', '.join(sorted(wrong))}, and the method is {METHOD.version} now")
    if {one.trial.set for one in told} != {"held-out"}:
        raise ValueError("rates are told of the held-out layouts alone")
    if former := {one.trial.layout for one in told} - set(HELD_OUT):
        raise ValueError(f"no longer held out: {', '.join(sorted(former))}")
    return Rates(
        method=METHOD,
        material=material(told),
        rates=tuple(
            Rate(
                name=name,
                among=among,
                errors=rate.events,
                trials=rate.trials,
                upper_95=round(rate.upper_95, DIGITS),
            )
            for name, among, rate in rates(told)
            if rate.trials
        ),
        seconds=seconds(told),
    )


def encoded(rates: Rates) -> bytes:
    """The file's bytes."""
    return msgspec.json.format(msgspec.json.encode(rates), indent=1) + b"\n"


def report(told: Sequence[Told]) -> None:
    """Print every rate by class, and the time."""
    if not told:
        print("No trials.")
        return
    print(f"{material(told)}\n{told[0].method}; one-sided upper 95 % bounds")
    found = {(name, among): rate for name, among, rate in rates(told) if rate.trials}
    for title, (error, left_open, *more) in SECTIONS:
        if (error, "all") not in found:
            continue
        print(f"\n{title:32} " + " | ".join((f"{error:50}", "inconclusive", *more)))
        for among in [among for name, among in found if name == error]:
            cells = [f"{found[error, among]!s:50}", f"{found[left_open, among].share:12.2%}"]
            cells += [str(found[name, among]) for name in more if (name, among) in found]
            print(f"  {among:30} " + " | ".join(cells))
    if timed := seconds(told):
        print(
            f"\nseconds for a whole screen (n = {timed.pictures}): first reading {timed.first_median:.2f}, all "
            f"{timed.median:.2f} (medians); 95th percentiles {timed.first_p95:.2f} and {timed.p95:.2f}; {timed.machine}"
        )


def main() -> None:
    """Read the files, print, and write if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help=f"write {PATH.name} beside the method")
    chosen = parser.parse_args()
    try:
        told = read(chosen.files)
        report(told)
        if chosen.write:
            PATH.write_bytes(encoded(measured(told)))
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
