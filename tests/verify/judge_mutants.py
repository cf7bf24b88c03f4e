"""Judge thousands of mutants with both verifiers and print what became of them.

python tests/verify/judge_mutants.py [--mutants N] [--shell N] [--seed S]

Exits 1 where a mutant passed that may not, broke a verifier, or was judged differently by verify.sh.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]  # the builders of the tests, and the lab

from mutant_judge import Outcome, ground_of, judge_all  # noqa: E402

from evidentia.verify.codes import MEANINGS  # noqa: E402
from lab.pki import Lab  # noqa: E402

SEED = 20250301
STATUSES = ("FAILED", "INDETERMINATE", "PASSED")


def by_kind(outcomes: Iterable[Outcome]) -> str:
    """A line for each kind of change: how many, and how they were judged without a head."""
    counted = Counter((one.kind, one.status) for one in outcomes)
    counted += Counter(("all", one.status) for one in outcomes)
    rows = [f"{'kind':24}{'mutants':>9}" + "".join(f"{status:>15}" for status in STATUSES)]
    for kind in [*sorted({kind for kind, _ in counted} - {"all"}), "all"]:
        found = [counted[kind, status] for status in STATUSES]
        rows.append(f"{kind:24}{sum(found):>9}" + "".join(f"{number:>15}" for number in found))
    return "\n".join(rows)


def by_code(outcomes: Iterable[Outcome]) -> str:
    """A line for each code: of how many mutants it is the first, and of how many one of several.

    The codes are in the order in which the verifier comes to them: the first is the layer at which a mutant was caught.
    """
    told = list(outcomes)
    first = Counter(one.codes[0] for one in told if one.codes)
    any_ = Counter(code for one in told for code in one.codes)
    rows = [f"{'code':28}{'first':>9}{'at all':>9}"]
    rows += [f"{code:28}{first[code]:>9}{any_[code]:>9}" for code in MEANINGS if any_[code]]
    none = sum(not one.codes for one in told)
    return "\n".join([*rows, f"{'none: passed, see below':28}{none:>9}"])


def tell(line: str) -> None:
    """Say something at once: a run takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Judge, print, and say whether all is as it must be."""
    parser = argparse.ArgumentParser(description="Judge mutants of good bundles with both verifiers.")
    parser.add_argument("--mutants", type=int, default=2000, help="how many `evidentia verify` judges")
    parser.add_argument("--shell", type=int, default=50, help="how many of them verify.sh judges too")
    parser.add_argument("--seed", type=int, default=SEED, help=f"which (default: {SEED})")
    asked = parser.parse_args()
    tell(f"seed {asked.seed}: {asked.mutants} mutants, verify.sh on {asked.shell} of them")
    began = time.monotonic()
    outcomes: list[Outcome] = []
    with TemporaryDirectory() as folder, Lab(Path(folder) / "pki") as lab:
        for one in judge_all(ground_of(lab, Path(folder)), asked.seed, asked.mutants, asked.shell):
            outcomes.append(one)
            if one.problem:
                tell(f"PROBLEM mutant {one.number} of seed {asked.seed}: {one.how}: {one.problem}")
            if len(outcomes) % (asked.mutants // 10 or 1) == 0:
                tell(f"{len(outcomes)} judged, {time.monotonic() - began:.0f} s")
    problems = sum(bool(one.problem) for one in outcomes)
    passed = sum(one.status == "PASSED" and not one.problem for one in outcomes)
    tell(f"\n{by_kind(outcomes)}\n\n{by_code(outcomes)}\n")
    tell(
        f"{passed} passed without a head, as they may: the same evidence in another ZIP or with another token over"
    )
    tell(
        "the last signature, that signature or its token in other bytes, or the history cut off at an export"
    )
    tell(f"{sum(bool(one.shell) for one in outcomes)} judged by verify.sh too; {problems} problems")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
