"""How often reading a screenshot goes wrong, by class, on synthetic screenshots whose truth is known.

Half are genuine, half altered in one thing. Layouts of the tuning set may have shaped the method; its rates are told of
the held-out ones. Every trial follows from the set, the seed and its number. With ``--out`` each is written as it
comes, and a run that was stopped goes on where it was.

    python -m benchmarks.screenshots [--set held-out] [--trials 200] [--first 0] [--seed 1] [--processes 2]
        [--genuine] [--keep FOLDER] [--out trials.jsonl]
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import msgspec

from benchmarks.screenshots.pages import HELD_OUT, TUNING
from benchmarks.screenshots.processes import made
from benchmarks.screenshots.rates import read, report
from benchmarks.screenshots.trials import Run, Told, is_altered

SETS = {"tuning": TUNING, "held-out": HELD_OUT}


def already(out: Path, run: Run) -> set[int]:
    """The numbers of this run's trials that the file holds, on its layouts. A line that was cut off by the end of a run
    is removed.
    """
    if not out.exists():
        return set()
    data = out.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        out.write_bytes(whole)
    trials = [one.trial for one in read([out])]
    return {
        one.n for one in trials if (one.set, one.seed) == (run.name, run.seed) and one.layout in run.layouts
    }


def main() -> None:
    """Make the trials, write each down as it comes, print the rates of all that the file holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", choices=SETS, default="held-out")
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the number of the first trial")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--genuine", action="store_true", help="the genuine ones alone")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, help="every trial as a line of JSON, added to what is there")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the pictures")
    chosen = parser.parse_args()
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
    run = Run(chosen.set, SETS[chosen.set], chosen.seed, chosen.keep)
    there = already(chosen.out, run) if chosen.out else set()
    wanted = range(chosen.first, chosen.first + chosen.trials)
    numbers = [n for n in wanted if n not in there and not (chosen.genuine and is_altered(n))]
    told: list[Told] = []
    for count, (n, one) in enumerate(made(run, numbers, chosen.processes), start=1):
        if one is None:
            print(f"trial {n}: what it was to alter is not in one line of its picture", file=sys.stderr)
            continue
        told.append(one)
        if chosen.out:
            with chosen.out.open("ab") as file:
                file.write(msgspec.json.encode(one) + b"\n")
        print(
            f"{count} of {len(numbers)}: trial {n}, {one.trial.kind or 'genuine'}: {one.outcome}",
            file=sys.stderr,
        )
    report(read([chosen.out]) if chosen.out and chosen.out.exists() else told)


if __name__ == "__main__":
    main()
