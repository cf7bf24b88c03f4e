"""Fingerprints against imagehash, pdqhash, exiftool and faiss, in one run: python -m benchmarks.peers.

The sizes are those that aims are set for: a folder of 2,000 screenshots (2 GB of temporary space), an index of one
million and of ten million hashes (2 GB of memory). ``--small`` takes a fiftieth.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

PARTS = (
    ("benchmarks.fingerprints", "--folder", 2_000),
    ("benchmarks.fingerprint_index", "--count", 1_000_000),
    ("benchmarks.fingerprint_index", "--count", 10_000_000),
    ("benchmarks.metadata", "--count", 50),
    ("benchmarks.hostile_pictures", "--rounds", 6),
)


def main() -> None:
    """Run each in a process of its own, so that none warms up another, and say how busy the machine is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    for name, option, size in PARTS:
        taken = max(1, size // 50) if options.small else size
        print(
            f"\n== {name} {option} {taken}; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        subprocess.run([sys.executable, "-m", name, option, str(taken)], check=True)


if __name__ == "__main__":
    main()
