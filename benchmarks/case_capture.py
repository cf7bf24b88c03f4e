"""Everything that ``Case.capture`` does against a bare headless-Chromium screenshot of the same page, in one run.

Everything: WACZ, pictures, MHTML, DOM, text, post, fingerprints, observation, record, timestamps, event, seal and
signature. Bare: the same browser with ``--screenshot``, as a process. The capture runs in this process, warm, with
a fresh browser every time; with ``--process`` also as the command ``evidentia capture`` from start to end.

    python -m benchmarks.case_capture [--rounds 15] [--process]
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import evidentia as ev
from benchmarks.capture_against_bare_chromium import Handler, bare, timed
from benchmarks.installed import environment
from evidentia.capture import chromium
from lab.pki import Lab

PERSON = "penyidik-a"


def serve(folder: str, pipe: Connection) -> None:
    """The page and the timestamp authority, in a process of their own so that they take nothing from what is timed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Lab(Path(folder)) as lab:
        who = lab.people[PERSON]
        pipe.send((f"http://127.0.0.1:{server.server_port}/", str(who.p12), who.passphrase, lab.tsa_url))
        pipe.recv()


def measure(rounds: int, as_process: bool) -> None:
    """Time both in turn, and print medians and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, theirs = multiprocessing.Pipe()
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(str(folder / "pki"), theirs)
        )
        server.start()
        url, p12, passphrase, tsa = ours.recv()
        custodian = ev.Custodian.from_pkcs12(p12, passphrase, tsa=tsa, who=PERSON)
        case = ev.Case.create(folder / "case", title="benchmark", custodian=custodian)
        options = ev.PageOptions(allow_private_network=True)
        found = chromium.find()

        def whole() -> None:
            captured = case.capture(url, access=ev.Access.PUBLIC, options=options)
            assert not captured.item.problems, captured.item.problems

        def command() -> None:
            identity = {"EVIDENTIA_IDENTITY": p12, "EVIDENTIA_PASSPHRASE": passphrase, "EVIDENTIA_TSA": tsa}
            arguments = [
                "capture",
                url,
                "--case",
                str(case.folder),
                "--access",
                "public",
                "--allow-private-network",
            ]
            program = [sys.executable, "-m", "evidentia", *arguments, "--who", PERSON, "--json"]
            subprocess.run(program, env=environment() | identity, check=True, capture_output=True)

        works: dict[str, Callable[[], None]] = {
            "bare screenshot": lambda: bare(found, url),
            "Case.capture": whole,
        }
        if as_process:
            works["evidentia capture"] = command
        for work in works.values():
            work()
        times = {what: [0.0] * rounds for what in works}
        for turn in range(rounds):
            for what, work in works.items():
                times[what][turn] = timed(work)
        assert not case.unfinished.pending
        ours.send("done")
        server.join()
    base = times["bare screenshot"]
    print(f"{chromium.version(found)}, {rounds} rounds, medians")
    for what, column in times.items():
        ratio = statistics.median(b / a for a, b in zip(base, column, strict=True))
        print(f"{what:20} {statistics.median(column):.3f} s   {ratio:.2f} x bare")


def main() -> None:
    """Measure, print, and never fail for being slow."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--process", action="store_true", help="also the command as a process of its own")
    chosen = parser.parse_args()
    measure(chosen.rounds, chosen.process)


if __name__ == "__main__":
    main()
