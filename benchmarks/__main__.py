"""Every benchmark, one after the other: ``python -m benchmarks``."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    ("benchmarks.start_up",),
    ("benchmarks.capture_against_bare_chromium",),
    ("benchmarks.case_capture", "--process"),
    ("benchmarks.light_probe",),
    ("benchmarks.bundle_scale",),
    ("benchmarks.fingerprints", "--folder", "16"),
    ("benchmarks.fingerprint_index",),
    ("benchmarks.timeline_scale", "--rounds", "3"),
    ("benchmarks.docket_statistics",),
    ("benchmarks.case_scale", "--items", "100", "1000"),
)


def main() -> None:
    """Run each in a process of its own, so that none warms up another."""
    for name, *arguments in BENCHMARKS:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", name, *arguments], check=True)


if __name__ == "__main__":
    main()
