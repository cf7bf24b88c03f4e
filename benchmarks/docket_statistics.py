"""Numbers and open deadlines over many docket summaries: reading, counting with zones, listing what is due.

The summaries are of a made-up year: one act in each case, or two or three; one to fifteen persons; every province; most
with a recommendation, half of those with a follow-up. They stand one to a line in one file, and a process of its own
reads it.

    python -m benchmarks.docket_statistics [--cases 10000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from benchmarks.installed import environment
from evidentia.docket.data_sets import DataSets, docket_data
from evidentia.record.docket import (
    CountedAct,
    Dated,
    DatedRecommendation,
    DocketSummary,
    FormOutcome,
    Reporter,
    Standing,
)
from evidentia.record.verdict import Status

MEASURE = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
began, used = time.perf_counter(), time.process_time()
from evidentia.docket.data_sets import docket_data
from evidentia.docket.open_deadlines import open_deadlines
from evidentia.docket.statistics import Question, docket_statistics, read_summaries
data = docket_data()
path = Path(sys.argv[1])
summaries = read_summaries(path.name, path.read_bytes())
read, read_used = time.perf_counter(), time.process_time()
counted = docket_statistics(summaries, data, Question(date(2025, 12, 31)), zones="KASN-2020-08-PROVINCE")
counted_at, counted_used = time.perf_counter(), time.process_time()
due = open_deadlines(summaries, data, date(2024, 10, 7))
print(json.dumps({
    "read": [read - began, read_used - used],
    "count": [counted_at - read, counted_used - read_used],
    "deadlines": [time.perf_counter() - counted_at, time.process_time() - counted_used], "open": len(due.open),
    "cases": counted.cases, "persons": counted.persons, "violations": counted.violations,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}))
"""


def summary(number: int, data: DataSets, chance: random.Random) -> DocketSummary:
    """One made-up case."""
    received = date(2024, 1, 1) + timedelta(days=chance.randrange(366))
    acts = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        form = chance.choice(("E4", "D6", ""))
        acts.append(
            CountedAct(
                act=chance.choice(list(data.acts)),
                persons=1,
                platform=chance.choice(("facebook", "instagram", "tiktok", "")),
                outcome=FormOutcome.LISTED if form else FormOutcome.UNDETERMINED,
                forms=(form,) if form else ("E4", "D6"),
                kind={"E4": "ethics", "D6": "discipline"}.get(form),
                contest="PILKADA-2024",
                first_day=received - timedelta(days=9),
                last_day=received - timedelta(days=8),
            )
        )
    recommended = chance.random() < 0.6
    return DocketSummary(
        case=f"kasus-{number}",
        events=chance.randrange(3, 40),
        seal=f"{number:064x}",
        standing=Standing.CURRENT,
        status=Status.PASSED,
        made_at=datetime(2025, 1, 1, tzinfo=UTC),
        region=chance.choice(list(data.regions)),
        reporters=(Reporter(kind="PUBLIC"),),
        offices=tuple(chance.choices(list(data.offices), k=chance.randrange(1, 16))),
        acts=tuple(acts),
        known_on=received - timedelta(days=2),
        received_on=received,
        history=tuple(Dated(code=code, on=received) for code in ("diregistrasi", "klarifikasi", "kajian")),
        recommendations=(
            DatedRecommendation(
                code="MORAL", on=received, agency="BAWASLU", received_on=received + timedelta(days=1)
            ),
        )
        if recommended
        else (),
        follow_ups=(Dated(code="DONE", on=received + timedelta(days=9)),)
        if recommended and chance.random() < 0.5
        else (),
        data={one.name: one.sha256 for one in data.used},
    )


def main() -> None:
    """Write the summaries, then measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    print(
        f"{os.cpu_count()} processors; medians of {chosen.rounds}; load {os.getloadavg()[0]:.1f} at the start"
    )
    chance, data = random.Random(7), docket_data()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "summaries.jsonl"
        with path.open("wb") as stream:
            for number in range(chosen.cases):
                stream.write(msgspec.json.encode(summary(number, data, chance)) + b"\n")
        command = [sys.executable, "-c", MEASURE, str(path)]
        runs = [
            json.loads(subprocess.run(command, env=environment(), check=True, capture_output=True).stdout)
            for _ in range(chosen.rounds)
        ]
        one, size = runs[0], path.stat().st_size / 1e6
    print(
        f"{one['cases']:,} cases, {one['violations']:,} alleged violations, {one['persons']:,} persons; "
        f"{one['open']:,} open deadlines; {size:.0f} MB"
    )
    for part in ("read", "count", "deadlines"):
        clock, processor = (statistics.median(run[part][at] for run in runs) for at in (0, 1))
        print(f"    {part:10}{clock:8.2f} s {processor:8.2f} s cpu")
    both = statistics.median(sum(run[part][1] for part in ("read", "count", "deadlines")) for run in runs)
    peak = statistics.median(run["peak"] for run in runs) / 1024
    print(f"    together  {both:8.2f} s cpu; peak of the process {peak:.0f} MiB")


if __name__ == "__main__":
    main()
