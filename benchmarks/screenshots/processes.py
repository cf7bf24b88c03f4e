"""Trials on several processors. A module of its own: what is started by ``-m`` cannot be loaded by its children."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing.util import Finalize

from benchmarks.screenshots.trials import Bench, Run, Told

_bench: Bench | None = None
"""Of a process of the pool: opened once for all of its trials."""


def made(run: Run, numbers: Sequence[int], processes: int) -> Iterator[tuple[int, Told | None]]:
    """The trials of these numbers, each as soon as it is there."""
    if processes == 1:
        bench = Bench(run)
        try:
            for n in numbers:
                yield n, bench.told(n)
        finally:
            bench.close()
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=_open, initargs=(run,)) as pool:
        waiting = {pool.submit(_told, n): n for n in numbers}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


def _open(run: Run) -> None:
    global _bench  # noqa: PLW0603 - what a process of the pool keeps between its trials
    _bench = Bench(run)
    Finalize(_bench, _bench.close, exitpriority=10)


def _told(n: int) -> Told | None:
    assert _bench is not None
    return _bench.told(n)
