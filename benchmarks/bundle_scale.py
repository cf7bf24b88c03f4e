"""Verify and export of large bundles against the plainest programs that touch the same bytes, in one run.

Verify: against ``hashlib.file_digest`` in threads on all cores, ``bagit.py --validate --processes 2`` and
``sha256sum -c``. Export: against ``cp`` of the same folder. Peak memory is the
largest of its processes (``ru_maxrss``); what is below some 10 MiB is the launcher's.
Each is a process of its own; rounds alternate; medians and their ratios are printed.

    python -m benchmarks.bundle_scale [--full] [--rounds 3]

``--full``: 1,000 x 1 MiB and 10,000 x 10 KiB (about 3 GB of temporary space); otherwise a tenth of the files.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

import evidentia as ev
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.store import Store
from evidentia.record.custody import EventType
from lab.pki import Lab

PERSON = "penyidik-a"
FILES = 100  # to an item, as a page's capture or a folder that was handed over may have
VERIFY = """
import sys
from evidentia.verify import Trust, verify
verdict = verify(sys.argv[1], Trust.from_pem(sys.argv[2], sys.argv[3]))
assert verdict.status == "PASSED", verdict.faults
"""
HASH = """
import hashlib, os, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
def digest(path):
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
with ThreadPoolExecutor(os.cpu_count()) as pool:
    assert all(pool.map(digest, [p for p in Path(sys.argv[1]).rglob("*") if p.is_file()]))
"""
EXPORT = """
import sys
import evidentia as ev
custodian = ev.Custodian.from_pkcs12(sys.argv[3], sys.argv[4], tsa=sys.argv[5], who=sys.argv[6])
ev.Case.open(sys.argv[1], custodian=custodian).export(sys.argv[2])
"""
LAUNCH = """
import os, sys, time
began = time.perf_counter()
silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, used = os.wait4(pid, 0)
print(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


class Ran(NamedTuple):
    """One run of a program: seconds on the clock, seconds of processor time, and peak memory in MiB."""

    seconds: float
    processor: float
    mebibytes: float


def run(*command: object, cwd: Path | None = None) -> Ran:
    """Run a program to its end and measure it with its children.

    A small process starts it: on Linux ``ru_maxrss`` counts the memory of whoever called exec, and this one is large.
    """
    given = [sys.executable, "-I", "-S", "-c", LAUNCH, *(str(part) for part in command)]
    done = subprocess.run(given, cwd=cwd, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{command} ended with {done.returncode}")
    seconds, processor, kibibytes = map(float, done.stdout.split())
    return Ran(seconds, processor, kibibytes / 1024)


def alternate(programs: dict[str, Callable[[], Ran]], rounds: int) -> dict[str, Ran]:
    """The medians of programs that take turns, after one round to warm the file cache."""
    results: dict[str, list[Ran]] = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name, program in programs.items():
            result = program()
            if number:
                results[name].append(result)
    return {name: Ran(*map(statistics.median, zip(*runs, strict=True))) for name, runs in results.items()}


def show(title: str, measured: dict[str, Ran]) -> None:
    """A line for each program, with its time as a multiple of the others'."""
    first = next(iter(measured.values()))
    print(f"  {title}")
    for name, ran in measured.items():
        ratio = f"evidentia takes {first.seconds / ran.seconds:.2f} of it" if ran is not first else ""
        print(
            f"    {name:34}{ran.seconds:8.2f} s {ran.processor:8.2f} s cpu {ran.mebibytes:8.0f} MiB  {ratio}"
        )


def build(folder: Path, custodian: ev.Custodian, count: int, size: int) -> None:
    """A case whose items hold 100 random files each, sealed one after the other, and exported once."""
    case = ev.Case.create(folder, title="benchmark", custodian=custodian)
    small = folder.with_name("small.txt")
    small.write_text("benchmark")
    first = case.add(small, access=ev.Access.PUBLIC)
    ledger = Ledger.load(Store(folder))
    for item in range(2, 2 + count // FILES):
        staged = ledger.store.stage()
        (staged / "item.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(first, item=item)))
        for number in range(FILES):
            (staged / f"f{number:02d}.bin").write_bytes(os.urandom(size))
        ledger.store.admit(staged, item)
        ref = ledger.record_item(item, custodian.tsa)
        ledger.append(EventType.ACQUIRE, custodian, Occasion(reason="benchmark"), items=[ref])
    ev.Case.open(folder, custodian=custodian).export()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def measure(lab: Lab, folder: Path, count: int, size: int, rounds: int) -> None:
    """Build one case of ``count`` files of ``size`` bytes, and measure all programs on it."""
    who = lab.people[PERSON]
    case = folder / "case"
    build(case, ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who=PERSON), count, size)
    copy, bundle = folder / "copy", folder / "case.zip"

    def export() -> Ran:
        bundle.unlink(missing_ok=True)
        return run(sys.executable, "-c", EXPORT, case, bundle, who.p12, who.passphrase, lab.tsa_url, PERSON)

    def plain_copy() -> Ran:
        if copy.exists():
            shutil.rmtree(copy)
        return run("cp", "-r", case, copy)

    python, anchors = sys.executable, (lab.roots, lab.tsa_roots)
    print(f"\n{count:,} files of {size // 1024:,} KiB, {FILES} to an item")
    show("export to a ZIP", alternate({"evidentia export": export, "cp -r": plain_copy}, rounds))
    shutil.rmtree(copy)
    programs = {
        "evidentia verify, folder": lambda: run(python, "-c", VERIFY, case, *anchors),
        "evidentia verify, ZIP": lambda: run(python, "-c", VERIFY, bundle, *anchors),
        "hashlib.file_digest in threads": lambda: run(python, "-c", HASH, case),
        "bagit.py --validate --processes 2": lambda: run(
            python, "-m", "bagit", "--validate", "--quiet", "--processes", 2, case
        ),
        "sha256sum -c": lambda: run(
            "sha256sum", "--quiet", "--strict", "-c", "manifest-sha256.txt", cwd=case
        ),
    }
    show("verify", alternate(programs, rounds))


def main() -> None:
    """Measure the large files, then the many."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="1,000 x 1 MiB and 10,000 x 10 KiB")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    part = 1 if chosen.full else 10
    print(
        f"{os.cpu_count()} processors; medians of {chosen.rounds}; load {os.getloadavg()[0]:.1f} at the start"
    )
    for count, size in ((1_000 // part, 1024 * 1024), (10_000 // part, 10 * 1024)):
        with tempfile.TemporaryDirectory() as name, Lab(Path(name) / "pki") as lab:
            measure(lab, Path(name), count, size, chosen.rounds)


if __name__ == "__main__":
    main()
