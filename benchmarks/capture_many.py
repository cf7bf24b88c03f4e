"""Many pages in one browser, and the memory of a capture: both against a bare headless Chromium, in one run.

Seconds a page: ``capture_page`` of the same local page, N at once, in one browser that stays. Memory: the highest
sum of proportional set sizes (PSS, /proc/PID/smaps_rollup), sampled as fast as /proc is read, of a process that
captures with all that it starts; and of Chromium's own screenshot, without the Python that starts it.

    python -m benchmarks.capture_many [--pages 20] [--at-once 2] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from pathlib import Path

from benchmarks.capture_against_bare_chromium import WINDOW, Handler, bare, timed, whole
from evidentia.capture import chromium
from evidentia.capture.browser_session import BrowserSession, browser_session
from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page


def many(url: str, pages: int, at_once: int) -> float:
    """Seconds for each of so many captures, the browser's start and end included."""
    options = PageOptions(allow_private_network=True, viewport=WINDOW)
    with tempfile.TemporaryDirectory() as folder:
        session: BrowserSession | None = None

        def one(number: int) -> None:
            into = Path(folder, str(number))
            into.mkdir()
            captured = capture_page(url, into, session=session)
            assert captured.circumstances.status == 200, captured.problems
            assert len(captured.files) == 7, captured.problems

        def all_of_them() -> None:
            nonlocal session
            with browser_session(options, at_once=at_once) as session, ThreadPoolExecutor(at_once) as threads:
                list(threads.map(one, range(pages)))

        return timed(all_of_them) / pages


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue  # it ended meanwhile
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def pss(pid: int) -> int:
    """Kilobytes of memory that a process has for itself, and its share of what it has in common with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it ended meanwhile
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def peak(role: str, url: str) -> int:
    """The highest megabytes of a process that does one thing, with all that it starts."""
    worker = subprocess.Popen([sys.executable, "-m", "benchmarks.capture_many", "--role", role, "--url", url])
    highest = 0
    while worker.poll() is None:
        counted = tree(worker.pid)[1:] if role == "bare" else tree(worker.pid)
        highest = max(highest, sum(map(pss, counted)))
    assert worker.returncode == 0
    return highest >> 10


def main() -> None:
    """Measure, print, and never fail for being slow."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--role", choices=["bare", "capture"], help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    found = chromium.find()
    if chosen.role:
        bare(found, chosen.url) if chosen.role == "bare" else whole(chosen.url)
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    bare(found, url)
    seconds = min(timed(lambda: bare(found, url)) for _ in range(chosen.rounds))
    each = min(many(url, chosen.pages, chosen.at_once) for _ in range(chosen.rounds))
    memory = {role: min(peak(role, url) for _ in range(chosen.rounds)) for role in ("bare", "capture")}
    server.shutdown()
    result = {
        "browser": chromium.version(found),
        "load_before": round(os.getloadavg()[0], 1),
        "pages": chosen.pages,
        "at_once": chosen.at_once,
        "bare_seconds": round(seconds, 3),
        "seconds_a_page": round(each, 3),
        "ratio": round(each / seconds, 2),
        "bare_peak_mib": memory["bare"],
        "capture_peak_mib": memory["capture"],
    }
    print(
        json.dumps(result)
        if chosen.json
        else "\n".join(f"{name:18} {value}" for name, value in result.items())
    )


if __name__ == "__main__":
    main()
