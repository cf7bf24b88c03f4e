"""Processes that limit themselves, in which bytes of foreign origin are read: one that harms its reader ends alone."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from typing import BinaryIO, NamedTuple

_START = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).serve()"
)
"""``-I`` leaves out the environment and the working directory; the import path is handed over as it is here."""


def start_process(module: str) -> subprocess.Popen[bytes]:
    """Start a process that runs ``serve`` of a module of ours, which limits itself; pipes lead to it and from it."""
    return subprocess.Popen(  # noqa: S603 - this interpreter and our own module
        [sys.executable, "-I", "-B", "-c", _START, json.dumps([p for p in sys.path if p]), module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # One thread of linear algebra: more would only reserve address space that counts as used.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )


class Answer(NamedTuple):
    """What a process answered before it ended, whether it was stopped because it took too long, and its exit code."""

    data: bytes
    late: bool
    code: int


def ask(module: str, question: bytes, seconds: float) -> Answer:
    """Put one question to a process of its own, which is stopped after so many seconds of the clock.

    Raises:
        OSError: no process could be started.
    """
    late = threading.Event()
    with start_process(module) as process:

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            data, _ = process.communicate(question)
        finally:
            timer.cancel()
            with contextlib.suppress(OSError):
                process.kill()
    return Answer(data, late.is_set(), process.returncode)


def limit(kind: str, soft: int) -> None:
    """Lower one resource limit of this process, where the system has it (POSIX; Windows has none of these)."""
    if sys.platform == "win32":
        return
    import resource

    which = getattr(resource, kind)
    _, hard = resource.getrlimit(which)
    ceiling = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(which, (ceiling, hard))


def limited(memory: int) -> BinaryIO:
    """Limit this process to so many bytes of address space, and to writing no file; return where its answers go."""
    # Whatever a library prints must not be taken for an answer.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit("RLIMIT_AS", memory)
    limit("RLIMIT_CORE", 0)
    limit("RLIMIT_FSIZE", 0)
    return out


def allow(seconds: int) -> None:
    """Let this process take so many processor seconds from now on."""
    used = os.times()
    limit("RLIMIT_CPU", int(used.user + used.system) + seconds)
