"""Verify and export of large bundles against the plainest programs that touch the same bytes, in one run.

Verify: against ``hashlib.file_digest`` in threads on all cores, ``bagit.py --validate --processes 2`` and
``sha256sum -c``. Export: against ``cp -r`` of the same folder; once with what was written on the disk (the ZIP by its
fsync, the copies by ``sync`` of each), once without (fsync does nothing then, in this measurement alone). The export
has nothing new to sign: it reads the case, writes the exhibit and the manifests, and packs while it checks every byte;
cp checks nothing.

Each is a process of its own, with the start of Python and all imports in it; what these take alone is shown as well.
The programs take turns; medians are printed, and how often evidentia's time and processor time is that of each other
program. All files are in the page cache: every program has run once before. Peak memory is ``ru_maxrss`` of the
largest of its processes; what is below some 10 MiB is the launcher's.

    python -m benchmarks.bundle_scale [--full | --sets 100x1M 1000x10K] [--rounds 3]

``--full``: 1,000 x 1 MiB and 10,000 x 10 KiB (about 4 GB of temporary space); otherwise a tenth of the files.
"""

from __future__ import annotations

import argparse
import os
import re
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
from benchmarks.installed import environment
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.store import Store
from evidentia.record.custody import EventType
from lab.pki import Credentials, Lab

PERSON = "penyidik-a"
FILES = 100  # to an item, as a page's capture or a folder that was handed over may have
UNITS = {"": 1, "K": 1024, "M": 1024 * 1024}
FULL, TENTH = ("1000x1M", "10000x10K"), ("100x1M", "1000x10K")
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
import os, sys
import evidentia as ev
if sys.argv[5:]:
    os.fsync = os.fdatasync = lambda descriptor: None
custodian = ev.Custodian.from_pkcs12(sys.argv[3], sys.argv[4], who="penyidik-a")
ev.Case.open(sys.argv[1], custodian=custodian).export(sys.argv[2])
"""
COPY_TO_DISK = 'cp -r "$0" "$1" && find "$1" -type f -print0 | xargs -0 sync'
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
    done = subprocess.run(given, cwd=cwd, env=environment(), stdout=subprocess.PIPE, text=True, check=False)
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


def show(title: str, measured: dict[str, Ran], of: str) -> None:
    """A line for each program, with the time of one of them as a multiple of each other's."""
    mine = measured[of]
    print(f"  {title}")
    for name, ran in measured.items():
        ratio = (
            f"{mine.seconds / ran.seconds:5.2f} x its time, {mine.processor / ran.processor:5.2f} x its cpu"
        )
        print(
            f"    {name:34}{ran.seconds:8.2f} s {ran.processor:8.2f} s cpu {ran.mebibytes:6.0f} MiB  "
            + (f"{of} takes {ratio}" if name != of else "")
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


def export_programs(folder: Path, who: Credentials) -> dict[str, Callable[[], Ran]]:
    """Export and copy, each into a place of its own that is cleared before, outside of what is measured."""
    case, bundle, copy = folder / "case", folder / "case.zip", folder / "copy"

    def export(*unsynced: str) -> Ran:
        bundle.unlink(missing_ok=True)
        return run(sys.executable, "-c", EXPORT, case, bundle, who.p12, who.passphrase, *unsynced)

    def copied(*command: object) -> Ran:
        shutil.rmtree(copy, ignore_errors=True)
        ran = run(*command, case, copy)
        shutil.rmtree(copy)
        return ran

    return {
        "export": export,
        "cp -r, sync of each": lambda: copied("sh", "-c", COPY_TO_DISK),
        "export without fsync": lambda: export("unsynced"),
        "cp -r": lambda: copied("cp", "-r"),
        "python, imports of export": lambda: run(
            sys.executable, "-c", "import evidentia as ev; ev.Case, ev.Custodian"
        ),
    }


def verify_programs(folder: Path, lab: Lab) -> dict[str, Callable[[], Ran]]:
    """Verify a folder and a ZIP, and what others do with the same files."""
    case, python, anchors = folder / "case", sys.executable, (lab.roots, lab.tsa_roots)
    bagit = ("-m", "bagit", "--validate", "--quiet", "--processes", 2)
    return {
        "verify, folder": lambda: run(python, "-c", VERIFY, case, *anchors),
        "verify, ZIP": lambda: run(python, "-c", VERIFY, folder / "case.zip", *anchors),
        "hashlib.file_digest in threads": lambda: run(python, "-c", HASH, case),
        "bagit.py --validate --processes 2": lambda: run(python, *bagit, case),
        "sha256sum -c": lambda: run(
            "sha256sum", "--quiet", "--strict", "-c", "manifest-sha256.txt", cwd=case
        ),
        "python, imports of verify": lambda: run(python, "-c", "import evidentia.verify"),
    }


def measure(lab: Lab, folder: Path, count: int, size: int, rounds: int) -> None:
    """Build one case of ``count`` files of ``size`` bytes, and measure all programs on it."""
    who = lab.people[PERSON]
    case = folder / "case"
    build(case, ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who=PERSON), count, size)
    print(f"\n{count:,} files of {size:,} bytes, {FILES} to an item; load {os.getloadavg()[0]:.1f}")
    exported = alternate(export_programs(folder, who), rounds)
    imports = exported.pop("python, imports of export")
    with_sync, without = list(exported.items())[:2], list(exported.items())[2:]
    show("export to a ZIP, on the disk", dict(with_sync), "export")
    show("export to a ZIP, in the cache", dict(without), "export without fsync")
    print(f"    of which python and imports: {imports.seconds:.2f} s {imports.processor:.2f} s cpu")
    verified = alternate(verify_programs(folder, lab), rounds)
    show("verify", verified, "verify, folder")
    show("verify, the ZIP", {name: verified[name] for name in list(verified)[1:5]}, "verify, ZIP")
    tokens = sum(1 for path in (case / "custody").rglob("*") if path.suffix in (".tsr", ".p7s"))
    others = ("hashlib.file_digest in threads", "python, imports of verify")
    beyond = verified["verify, folder"].processor - sum(verified[name].processor for name in others)
    each = beyond / tokens * 1000
    print(
        f"    beyond hashing and imports: {beyond:.2f} s cpu for {tokens} signatures and tokens, {each:.2f} ms each"
    )


def measure_small(lab: Lab, folder: Path, rounds: int) -> None:
    """The whole command on a small bundle: three events and a file of 1 MB."""
    who = lab.people[PERSON]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who=PERSON)
    case = ev.Case.create(folder / "kasus", title="benchmark", custodian=custodian)
    (folder / "video.bin").write_bytes(os.urandom(1_000_000))
    case.add(folder / "video.bin", access=ev.Access.PUBLIC)
    case.export(folder / "kasus.zip")
    evidentia, anchors = (
        Path(sys.executable).with_name("evidentia"),
        (lab.roots, "--tsa-trust", lab.tsa_roots),
    )
    program = {"command": lambda: run(evidentia, "verify", folder / "kasus.zip", "--trust", *anchors)}
    ran = alternate(program, max(rounds, 5))["command"]
    print(f"\n{len(case.events)} events, 1 MB: `evidentia verify` as a process")
    print(f"    {ran.seconds:.2f} s {ran.processor:.2f} s cpu {ran.mebibytes:.0f} MiB")


def counted(text: str) -> tuple[int, int]:
    """``1000x1M`` -> (1000, 1048576)."""
    match = re.fullmatch(r"([0-9]+)x([0-9]+)([KM]?)", text)
    if match is None or int(match[1]) % FILES:
        raise argparse.ArgumentTypeError(f"{text!r}: hundreds of files x size, for example 1000x1M")
    return int(match[1]), int(match[2]) * UNITS[match[3]]


def main() -> None:
    """Measure the small bundle as a command, then each set of files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="1,000 x 1 MiB and 10,000 x 10 KiB")
    parser.add_argument("--sets", type=counted, nargs="+", metavar="COUNTxSIZE")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    sets = chosen.sets or list(map(counted, FULL if chosen.full else TENTH))
    print(f"{os.cpu_count()} processors; medians of {chosen.rounds}; files in the page cache")
    with tempfile.TemporaryDirectory() as name, Lab(Path(name) / "pki") as lab:
        measure_small(lab, Path(name), chosen.rounds)
    for count, size in sets:
        with tempfile.TemporaryDirectory() as name, Lab(Path(name) / "pki") as lab:
            measure(lab, Path(name), count, size, chosen.rounds)


if __name__ == "__main__":
    main()
