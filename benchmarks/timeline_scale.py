"""Timelines of many posts: putting 100,000 observations of 1,000 posts together, against decoding them from JSON.

The observations are of one made-up year: most looks find a post as it was, some find it edited, gone, back, or behind
an obstacle; counters move at every look, a tenth of the posts have a history that their platform keeps, and every
twentieth look is an archive's. Nine edits of ten exchange one to four of 60 words, the tenth all of them. Each
measurement is a process of its own. Decoding is what reading the same observations out of a case costs at the least,
so that the ratio says what the timelines add to it.

    python -m benchmarks.timeline_scale [--posts 1000] [--looks 100] [--rounds 5]
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
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from benchmarks.installed import environment
from evidentia.record.moment import Interval
from evidentia.record.post import (
    OWN_CAPTURE,
    Account,
    Evidence,
    KeptVersion,
    Observation,
    Post,
    Signal,
    State,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
ARCHIVE = "Wayback Machine (https://web.archive.org)"
WORDS = ("Saya", "mendukung", "Paslon", "A", "dalam", "pemilihan", "di", "Kota", "Contoh", "bersama", "keluarga", "dan",
         "warga", "yang", "hadir", "hari", "ini")  # fmt: skip
OBSTACLES = (State.LOGIN_WALL, State.CHALLENGE, State.UNREACHABLE)
MEASURE = """
import json, resource, sys, time
import msgspec
from evidentia.detect.timeline import assemble
from evidentia.record.post import Observation
lines = open(sys.argv[1], "rb").read().splitlines()
decoder = msgspec.json.Decoder(Observation)

def taken(work):
    clock, processor = time.perf_counter(), time.process_time()
    made = work()
    return time.perf_counter() - clock, time.process_time() - processor, made

*decoding, observations = taken(lambda: [decoder.decode(line) for line in lines])
del lines
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
*assembling, timelines = taken(lambda: assemble(observations))
print(json.dumps({
    "decode": decoding, "assemble": assembling, "timelines": len(timelines), "observations": len(observations),
    "changes": sum(len(one.changes) for one in timelines), "versions": sum(len(one.versions) for one in timelines),
    "contradictions": sum(len(one.contradictions) for one in timelines),
    "before": before, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}))
"""


def life(post: int, looks: int, chance: random.Random) -> Iterator[Observation]:
    """The observations of one post, as a case that is rechecked gathers them."""
    text, kept, gone, item = _wording(chance), [], False, post * looks
    keeps_history = post % 10 == 0
    kept.append(KeptVersion(text=text, at=START, where="https://social.example/history#/0"))
    for n in range(looks):
        at = START + timedelta(hours=80 * n) + timedelta(seconds=post)
        if chance.random() < 0.04:
            text = _reworded(text, chance)
            where = f"https://social.example/history#/{len(kept)}"
            kept.append(KeptVersion(text=text, at=at - timedelta(hours=7), where=where))
        if chance.random() < 0.01:
            gone = not gone
        blocked = chance.random() < 0.05
        state = chance.choice(OBSTACLES) if blocked else State.UNAVAILABLE if gone else State.LIVE
        seen = (
            None if state is not State.LIVE else _post(post, text, kept[-1].at if len(kept) > 1 else None, n)
        )
        yield Observation(
            key=f"mastodon:social.example/{post}",
            url=f"https://social.example/@pejabat07/{post}",
            state=State.EDITED if seen is not None and len(kept) > 1 else state,
            during=Interval(not_before=at, not_after=at + timedelta(seconds=20)),
            source=ARCHIVE if n % 20 == 19 else OWN_CAPTURE,
            evidence=(Evidence(item=item + n + 1, path=f"data/{item + n + 1:06d}/capture.wacz"),),
            signals=(Signal(name="http-status", seen="200", where=f"https://social.example/{post}"),),
            post=seen,
            history=tuple(kept) if keeps_history and seen is not None and len(kept) > 1 else (),
        )


def _wording(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=60)).capitalize() + "."


def _reworded(text: str, chance: random.Random) -> str:
    """Some words exchanged; every tenth time all of them."""
    if chance.random() < 0.1:
        return _wording(chance)
    words = text.split()
    for _ in range(chance.randrange(1, 5)):
        words[chance.randrange(len(words))] = chance.choice(WORDS)
    return " ".join(words)


def _post(post: int, text: str, edited_at: datetime | None, n: int) -> Post:
    return Post(
        platform="mastodon",
        native_id=str(post),
        url=f"https://social.example/@pejabat07/{post}",
        author=Account(id="7", handle="pejabat07", name="Pejabat 07"),
        text=text,
        created_at=START,
        edited_at=edited_at,
        edit_mark=edited_at is not None,
        activity={"favourites": n, "reblogs": n // 3},
    )


def measure(path: Path, rounds: int) -> None:
    """Print medians of the rounds: clock, processor, memory, and the ratio to decoding."""
    command = [sys.executable, "-c", MEASURE, str(path)]
    runs = [
        json.loads(subprocess.run(command, env=environment(), check=True, capture_output=True).stdout)
        for _ in range(rounds)
    ]
    one = runs[0]
    print(
        f"{one['observations']:,} observations of {one['timelines']:,} posts: {one['versions']:,} versions, "
        f"{one['changes']:,} changes, {one['contradictions']:,} contradictions; "
        f"{path.stat().st_size / 1e6:.0f} MB of JSON"
    )
    for name in ("decode", "assemble"):
        clock, processor = (statistics.median(run[name][part] for run in runs) for part in (0, 1))
        print(f"    {name:10}{clock:8.2f} s {processor:8.2f} s cpu")
    ratio = statistics.median(run["assemble"][1] / run["decode"][1] for run in runs)
    before, peak = (statistics.median(run[name] for run in runs) / 1024 for name in ("before", "peak"))
    print(f"    assembling takes {ratio:.1f} times the processor time of decoding")
    print(f"    peak of the process {peak:.0f} MiB, of which {before:.0f} MiB before the timelines")


def main() -> None:
    """Write the observations, then measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=1_000)
    parser.add_argument("--looks", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} processors; medians of {chosen.rounds}; load {load:.1f} at the start")
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "observations.jsonl"
        with path.open("wb") as stream:
            for post in range(chosen.posts):
                for one in life(post, chosen.looks, chance):
                    stream.write(msgspec.json.encode(one) + b"\n")
        measure(path, chosen.rounds)


if __name__ == "__main__":
    main()
