"""How long it takes until evidentia is there: importing it, and its version on the command line.

python -m benchmarks.start_up [--rounds 15]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path

from benchmarks.capture_against_bare_chromium import timed
from benchmarks.installed import environment

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import evidentia": [sys.executable, "-c", "import evidentia"],
    "evidentia --version": [str(Path(sys.executable).with_name("evidentia")), "--version"],
}


def main() -> None:
    """Measure whole processes in turn, and print medians; the first is what Python itself takes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {what: [] for what in COMMANDS}
    for _ in range(rounds + 1):
        for what, command in COMMANDS.items():
            run = partial(subprocess.run, command, env=environment(), check=True, capture_output=True)
            times[what].append(timed(run))
    for what, column in times.items():
        print(f"{what:20} {statistics.median(column[1:]) * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
