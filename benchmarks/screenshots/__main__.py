"""How often reading a screenshot goes wrong, by class, on synthetic screenshots whose truth is known.

Half are genuine, half altered in one thing. Layouts of the tuning set may have shaped the method; its rates are told of
the held-out ones. Every trial follows from the seed and its number.

    python -m benchmarks.screenshots [--set held-out] [--trials 200] [--seed 1] [--keep FOLDER] [--out trials.jsonl]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.screenshots.pages import HELD_OUT, TUNING
from benchmarks.screenshots.rates import Rate
from benchmarks.screenshots.trials import work

SETS = {"tuning": TUNING, "held-out": HELD_OUT, "all": TUNING + HELD_OUT}
Told = dict[str, Any]


def rate(told: Iterable[Told], event: Callable[[Told], bool]) -> Rate:
    """How often ``event`` is true."""
    happened = [event(one) for one in told]
    return Rate(sum(happened), len(happened))


def is_right(one: Told) -> bool:
    """Whether a consistent reading names the post and the version that are shown."""
    trial = one["trial"]
    return bool((one["post"], one["version"]) == (trial["post"], trial["version"]))


def report(told: list[Told]) -> None:
    """Print the rates, whole and by class."""
    genuine = [one for one in told if not one["trial"]["kind"]]
    altered = [one for one in told if one["trial"]["kind"]]
    print(f"{len(genuine)} genuine, {len(altered)} altered; synthetic; one-sided upper 95 % bounds")
    print("\ngenuine                            said to differ | inconclusive | wrong post or version")
    for title, some in _classes(genuine, ("channel", "layout", "theme", "more", "quoted")):
        consistent = [one for one in some if one["outcome"] == "consistent"]
        print(
            f"{title:28} {rate(some, lambda o: o['outcome'] == 'differs')} | "
            f"{rate(some, lambda o: o['outcome'] == 'inconclusive').share:7.2%} | "
            f"{rate(consistent, lambda o: not is_right(o))}"
        )
    print("\naltered                            not found (said to be consistent) | inconclusive")
    for title, some in _classes(altered, ("kind", "way", "channel", "layout")):
        print(
            f"{title:28} {rate(some, lambda o: o['outcome'] == 'consistent')} | "
            f"{rate(some, lambda o: o['outcome'] == 'inconclusive').share:7.2%}"
        )
    seconds = sorted(one["seconds"] for one in told)
    late = seconds[len(seconds) * 95 // 100]
    print(f"\nseconds for one: median {statistics.median(seconds):.2f}, 95th percentile {late:.2f}")


def _classes(told: list[Told], by: tuple[str, ...]) -> Iterable[tuple[str, list[Told]]]:
    yield "all", told
    for name in by:
        for value in sorted({str(one["trial"][name]) for one in told}):
            yield f"  {name} {value}", [one for one in told if str(one["trial"][name]) == value]


def main() -> None:
    """Make the trials on all processors, write them down, print the rates."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", choices=SETS, default="held-out")
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the number of the first trial")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, help="every trial as a line of JSON")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the pictures")
    chosen = parser.parse_args()
    step = -(-chosen.trials // (chosen.processes * 8))
    firsts = range(chosen.first, chosen.first + chosen.trials, step)
    pieces = [range(first, min(first + step, chosen.first + chosen.trials)) for first in firsts]
    given = [(SETS[chosen.set], piece, chosen.seed, chosen.keep) for piece in pieces]
    with multiprocessing.get_context("spawn").Pool(chosen.processes) as pool:
        told = [one for part in pool.imap(work, given) for one in part]
    if chosen.out:
        chosen.out.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told))
    report(told)


if __name__ == "__main__":
    main()
