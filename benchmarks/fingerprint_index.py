"""Exact search among perceptual hashes, against faiss in the same run: python -m benchmarks.fingerprint_index.

The hashes are random, with a few near the queries. ``--count`` takes ten million where there are 2 GB to spare.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from evidentia.fingerprint.index import HashIndex

WITHIN = 31


def measured(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The medians on the clock and of processor time, in milliseconds."""
    clock, processor = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return statistics.median(clock) * 1e3, statistics.median(processor) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=20)
    options = parser.parse_args()
    rows = np.random.default_rng(1).integers(0, 256, (options.count, 32), dtype=np.uint8)
    queries = rows[: options.queries].copy()
    queries[:, 0] ^= 3  # two bits from what is there
    keys = [str(at) for at in range(options.count)]

    start, used = time.perf_counter(), time.process_time()
    index = HashIndex()
    index.add_packed(keys, rows.tobytes())
    index.prepare()
    built, used = time.perf_counter() - start, time.process_time() - used
    wanted = [query.tobytes().hex() for query in queries]
    ours = measured(lambda: [index.near(value, within=WITHIN) for value in wanted], 5)
    print(f"{options.count:,} hashes of 256 bits: built in {built:.3f} s, {used:.3f} s of processor time")
    print(f"a query: {said(ours, len(wanted))}")

    try:
        import faiss
    except ImportError:
        print("faiss is not installed: nothing to compare with")
        return
    start = time.perf_counter()
    flat = faiss.IndexBinaryFlat(256)
    flat.add(rows)
    theirs_built = time.perf_counter() - start
    each = [queries[at : at + 1] for at in range(len(queries))]
    nearest = measured(lambda: [flat.search(query, 10) for query in each], 5)
    around = measured(lambda: [flat.range_search(query, WITHIN + 1) for query in each], 5)
    print(f"faiss BinaryFlat: built in {theirs_built:.3f} s; ten nearest {said(nearest, len(wanted))}")
    print(f"faiss BinaryFlat: all within the same distance {said(around, len(wanted))}")
    for name, theirs in (("all within a distance", around), ("ten nearest", nearest)):
        print(
            f"ratio to {name}: {ours[0] / theirs[0]:.2f} on the clock, {ours[1] / theirs[1]:.2f} of processor time"
        )


def said(taken: tuple[float, float], queries: int) -> str:
    return f"{taken[0] / queries:.2f} ms on the clock, {taken[1] / queries:.2f} ms of processor time"


if __name__ == "__main__":
    main()
