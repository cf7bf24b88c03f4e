"""A case that grows: opening it, adding an event, reading all items, at 100, 1,000 and 10,000 items.

Ten items to an event. Items, events and timestamps are real ones, so that 10,000 items take minutes to make (the
authority is asked in this process, without a network). Every measurement is made in a process of its own, with the
files in the cache, and says what it took on the clock and of the processor; ``first`` is the first event after
opening, ``later`` the median of the next nine. Those are signed with a P-256 key and not stamped: an authority's answer
takes as long as it takes.

    python -m benchmarks.case_scale [--items 100 1000 10000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

import evidentia as ev
from benchmarks.installed import environment
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.store import Store
from evidentia.formats import names
from evidentia.record.custody import EventType, ItemRef
from lab.pki import Credentials, Lab

PERSON = "penyidik-a"
ITEMS_OF_AN_EVENT = 10
MEASURE = """
import json, sys, time, statistics
import evidentia as ev
custodian = ev.Custodian.from_pkcs12(sys.argv[2], sys.argv[3], who=sys.argv[4])
from evidentia.custody.signature import sign_detached
sign_detached(b"", custodian)  # what signing and opening import is not the case's size
ev.Case

def taken(work):
    clock, processor = time.perf_counter(), time.process_time()
    made = work()
    return time.perf_counter() - clock, time.process_time() - processor, made

*opened, case = taken(lambda: ev.Case.open(sys.argv[1], custodian=custodian))
*read, items = taken(case.items)
*first, _ = taken(lambda: case.note("ukuran"))
later = [taken(lambda: case.note("ukuran"))[:2] for _ in range(9)]
print(json.dumps({
    "open": opened, "first event": first, "later event": [statistics.median(row) for row in zip(*later)],
    "items()": read, "items": len(items), "events": len(case.events),
}))
"""
MEASURED = ("open", "first event", "later event", "items()")


def build(folder: Path, lab: Lab, items: int) -> None:
    """A case of so many items, each a small text with its record and a token over that."""
    who = lab.people[PERSON]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, who=who.id)
    case = ev.Case.create(folder, title="benchmark", custodian=custodian)
    text = folder.with_name("unggahan.txt")
    text.write_text("Pilih Paslon A!")
    described = case.add(text, access=ev.Access.PUBLIC)
    ledger = Ledger.load(Store(folder))
    for start in range(2, items + 1, ITEMS_OF_AN_EVENT):
        refs = [
            _item(ledger, msgspec.structs.replace(described, item=number), lab)
            for number in range(start, min(start + ITEMS_OF_AN_EVENT, items + 1))
        ]
        event = ledger.append(EventType.ACQUIRE, custodian, Occasion(reason="benchmark"), items=refs)
        _stamp(lab, ledger, names.signature_path(event.event, who.id))


def _item(ledger: Ledger, item: ev.Item, lab: Lab) -> ItemRef:
    staged = ledger.store.stage()
    (staged / "item.json").write_bytes(msgspec.json.encode(item))
    (staged / "original.txt").write_text("Pilih Paslon A!")
    ledger.store.admit(staged, item.item)
    ref = ledger.record_item(item.item, ())
    _stamp(lab, ledger, names.record_path(item.item))
    return ref


def _stamp(lab: Lab, ledger: Ledger, path: str) -> None:
    token = lab.stamp(ledger.store.read(path), datetime.now(UTC))
    (ledger.store.folder / names.token_path(path)).write_bytes(token)


def measure(folder: Path, who: Credentials, rounds: int) -> dict[str, tuple[float, float]]:
    """Seconds on the clock and of the processor for each thing that is measured: medians of the rounds."""
    command = [sys.executable, "-c", MEASURE, str(folder), str(who.p12), who.passphrase, who.id]
    runs = [
        json.loads(subprocess.run(command, env=environment(), check=True, capture_output=True).stdout)
        for _ in range(rounds + 1)
    ][1:]
    print(f"\n{runs[0]['items']:,} items, {runs[0]['events'] - 10:,} events")
    found = {}
    for name in MEASURED:
        clock, processor = (statistics.median(run[name][part] for run in runs) for part in (0, 1))
        print(f"    {name:14}{clock * 1000:10.1f} ms {processor * 1000:10.1f} ms cpu")
        found[name] = clock, processor
    return found


def main() -> None:
    """Build and measure each size, then compare each with the smallest."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    print(
        f"{os.cpu_count()} processors; medians of {chosen.rounds}; load {os.getloadavg()[0]:.1f} at the start"
    )
    with tempfile.TemporaryDirectory() as name, Lab(Path(name) / "pki") as lab:
        results = {}
        for items in chosen.items:
            folder = Path(name) / f"kasus-{items}"
            build(folder, lab, items)
            results[items] = measure(folder, lab.people[PERSON], chosen.rounds)
    first, *others = chosen.items
    for items in others:
        ratios = ", ".join(
            f"{name} {results[items][name][1] / results[first][name][1]:.1f}" for name in MEASURED
        )
        print(f"\n{items:,} items take, as a multiple of {first:,} (processor time): {ratios}")


if __name__ == "__main__":
    main()
