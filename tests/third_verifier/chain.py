"""Checksum files, events, custody and items, from docs/format.md."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from .container import DERIVED, Say, is_path_text, name_of

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
LARGEST_EVENT = 1 << 20
AFTER_CLOSE = ("export", "disclose", "timestamp", "renew", "transfer")


def _pattern(_: Any, wanted: str, found: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(found, str) and not re.search(re.sub(r"\$$", r"\\Z", wanted), found):
        yield ValidationError("another pattern")


# docs/format/json.md: patterns are ECMA-262's, where "$" is the end alone.
Validator = extend(Draft202012Validator, {"pattern": _pattern})
EVENT = Validator(json.loads((SCHEMAS / "event.json").read_text("utf-8")))

Event = dict[str, Any]
Holder = tuple[str, str]


def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def parse_time(text: str) -> datetime:
    """A claimed time."""
    return datetime.strptime(f"{text}+0000", "%Y-%m-%dT%H:%M:%SZ%z").astimezone(UTC)


# Section 2


class Sums(NamedTuple):
    """A checksum file: its header lines, and path -> digest."""

    header: list[str]
    digests: dict[str, str]


def parse_sums(data: bytes, header: str) -> Sums | None:
    """Read a record or a seal; ``header`` is the grammar of its first lines. None: it is neither."""
    fits = re.fullmatch(rb"((?:%s\n)+)((?:[0-9a-f]{64}  [A-Za-z0-9_./-]+\n)+)" % header.encode(), data)
    if fits is None or len(data) > 64 << 20:
        return None
    lines = [(line[66:], line[:64]) for line in fits[2].decode("ascii").splitlines()]
    paths = [path for path, _ in lines]
    if paths != sorted(set(paths)) or not all(map(is_path_text, paths)):
        return None
    return Sums(fits[1].decode("ascii").splitlines(), dict(lines))


def header_of(event: Event) -> list[str]:
    """What the header of an event's seal must be."""
    signers = sorted(f"# signer {a['who']} {a['certificate']}" for a in event["actors"])
    left_out = event["details"]["withheld"] if event["type"] == "export" else []
    withheld = sorted(f"# withheld {one['item']:06d} {one['record']}" for one in left_out)
    first = f"# evidentia seal 1 case={event['case']} event={event['event']} type={event['type']}"
    return [first, *signers, *withheld]


# Section 3


def parse_event(number: int, data: bytes) -> Event | None:
    """Read an event: the schema, and the six rules that it cannot say."""
    try:
        event: Event = json.loads(data)
        canonical = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if canonical != data or len(data) > LARGEST_EVENT or not EVENT.is_valid(event):
        return None
    details = event["details"]
    lists = [event["items"], details.get("withheld", []), details.get("may_withhold", [])]
    rising = [[one["item"] for one in found] for found in lists] + [details.get("examined", [])]
    single = [[actor[name] for actor in event["actors"]] for name in ("who", "certificate")]
    try:
        parse_time(event["time"])
    except ValueError:
        return None
    fits = (
        event["event"] == number
        and all(numbers == sorted(set(numbers)) for numbers in rising)
        and all(len(set(values)) == len(values) for values in single)
    )
    return event if fits else None


class Chain(NamedTuple):
    """Events 1 to N, the custody files, which seal lists a path, what an item's event says, what is withheld."""

    events: list[Event]
    files: dict[str, bytes]
    sealed_by: dict[str, int]
    items: dict[int, str]
    withheld: dict[int, str]
    waiting: int


def read_chain(bundle: dict[str, bytes], say: Say) -> Chain:
    """Sections 2 to 4, and what is withheld."""
    files = {p: d for p, d in bundle.items() if p.startswith(("custody/", "trust/"))}
    events = _read_events(files, say)
    withheld = _withheld(events, say)
    items: dict[int, str] = {}
    for event in events:
        for one in event["items"]:
            if one["item"] in items:
                say("ITEM_TWICE", str(one["item"]))
            items.setdefault(one["item"], one["record"])
    for number in set(range(1, max(items, default=0) + 1)) - set(items):
        say("ITEM_MISSING", str(number))
    sealed_by = _read_seals(files, events, withheld, say)
    return Chain(events, files, sealed_by, items, withheld, _custody(events, say))


def _read_events(files: dict[str, bytes], say: Say) -> list[Event]:
    counted = [
        name.number
        for path in files
        if (name := name_of(path)) and (name.kind in ("event", "seal", "p7s", "pdf") or name.who)
    ]
    if not counted:
        say("NO_EVENTS", "")
        return []
    events: list[Event] = []
    for number in range(1, max(counted) + 1):
        path = f"custody/{number:06d}.json"
        event = parse_event(number, files[path]) if path in files else None
        if event is None:
            say("EVENT_MALFORMED" if path in files else "EVENT_MISSING", path)
            break
        events.append(event)
        if event["case"] != events[0]["case"]:
            say("EVENT_OF_OTHER_CASE", path)
    return events


def _withheld(events: list[Event], say: Say) -> dict[int, str]:
    disclosed: set[tuple[int, str]] = set()
    latest: dict[int, str] = {}
    for event in events:
        if event["type"] == "disclose":
            disclosed |= {(one["item"], one["record"]) for one in event["details"]["may_withhold"]}
        elif event["type"] == "export":
            latest = {one["item"]: one["record"] for one in event["details"]["withheld"]}
            if set(latest.items()) - disclosed:
                say("WITHHELD_NOT_ALLOWED", f"custody/{event['event']:06d}.json")
    return latest


def _read_seals(
    files: dict[str, bytes], events: list[Event], withheld: dict[int, str], say: Say
) -> dict[str, int]:
    sealed_by: dict[str, int] = {}
    for event in events:
        path = f"custody/{event['event']:06d}.sha256"
        for listed, digest in _read_seal(path, files, event, say).items():
            if listed in sealed_by:
                say("SEALED_TWICE", listed)
                continue
            sealed_by[listed] = event["event"]
            if not _may_list(listed, event):
                say("SEAL_MALFORMED", path)
            if listed not in files:
                if not _is_of_withheld(listed, withheld):
                    say("SEALED_FILE_MISSING", listed)
            elif sha256(files[listed]) != digest:
                say("SEALED_FILE_CHANGED", listed)
    for path in files.keys() - sealed_by.keys():
        name = name_of(path)
        over_last = name is not None and name.number == len(events) and (name.who or name.kind == "seal")
        if not over_last:
            say("UNSEALED_FILE", path)
    return sealed_by


def _read_seal(path: str, files: dict[str, bytes], event: Event, say: Say) -> dict[str, str]:
    """What a seal lists."""
    if path not in files:
        say("SEAL_MISSING", path)
        return {}
    seal = parse_sums(files[path], r"# [^\n\r\x80-\xff]*")
    if seal is None or any(not listed.startswith(("custody/", "trust/")) for listed in seal.digests):
        say("SEAL_MALFORMED", path)
        return {}
    if seal.header != header_of(event):
        say("SEAL_HEADER_DIFFERS", path)
    if _must_list(event) - set(seal.digests):
        say("SEAL_INCOMPLETE", path)
    return seal.digests


def _must_list(event: Event) -> set[str]:
    number = event["event"]
    before = {f"custody/{number - 1:06d}.sha256"} if number > 1 else set()
    records = {f"custody/items/{one['item']:06d}.sha256" for one in event["items"]}
    return {f"custody/{number:06d}.json"} | records | before


def _may_list(path: str, event: Event) -> bool:
    name = name_of(path)
    if name is None or path in _must_list(event) or name.kind == "trust":
        return name is not None
    over_record = name.kind == "token" and not name.who
    return over_record or (bool(name.who) and name.number < event["event"])


def _is_of_withheld(path: str, withheld: dict[int, str]) -> bool:
    name = name_of(path)
    return path.startswith("custody/items/") and name is not None and name.number in withheld


# Section 4


class State(NamedTuple):
    """What the events so far amount to."""

    holders: frozenset[Holder] = frozenset()
    receivers: frozenset[Holder] = frozenset()
    waiting: int = 0
    closed: bool = False


def _custody(events: list[Event], say: Say) -> int:
    """Run the table of custody; the number of the transfer that waits at the end, or 0."""
    state = State()
    for event in events:
        broken = [code for code, holds in _rules(state, event).items() if not holds]
        for code in broken:
            say(code, f"custody/{event['event']:06d}.json")
        if not broken:
            state = _after(state, event)
    return state.waiting


def _actors(event: Event) -> list[Holder]:
    return [(actor["who"], actor["certificate"]) for actor in event["actors"]]


def _rules(state: State, event: Event) -> dict[str, bool]:
    """The row of the table for an event: the fault of each rule, and whether the rule holds."""
    kind, details, actors = event["type"], event["details"], _actors(event)
    others = event["event"] > 1 and not state.waiting and (not state.closed or kind in AFTER_CLOSE)
    place, first, fits = others, state.holders, set(actors) <= state.holders
    if kind == "open":
        place, first, fits = event["event"] == 1, frozenset(actors[:1]), True
    elif kind in ("admit", "rekey"):
        fits = _one_newcomer(details, actors, state.holders)
    elif kind == "transfer":
        senders = {a for a in actors if a[0] not in details["to"]}
        named = set(details["to"]) <= {who for who, _ in actors}
        fits = named and bool(senders) and senders <= state.holders
    elif kind == "receive":
        place = bool(state.waiting) and details["transfer"] == state.waiting
        first = state.receivers if details["outcome"] == "accepted" else state.holders
        fits = set(actors) <= first
    elif kind == "export":
        place = event["event"] > 1
    return {"EVENT_OUT_OF_PLACE": place, "NOT_CUSTODIAN": actors[0] in first, "ACTORS_WRONG": fits}


def _after(state: State, event: Event) -> State:
    """The table's last column."""
    kind, details, actors = event["type"], event["details"], frozenset(_actors(event))
    if kind == "open":
        return state._replace(holders=actors)
    if kind in ("admit", "rekey"):
        stay = {holder for holder in state.holders if holder[0] != details.get("replaced")}
        newcomer = details.get("admitted", details.get("by"))
        return state._replace(holders=frozenset(stay | {a for a in actors if a[0] == newcomer}))
    if kind == "transfer":
        receivers = frozenset(a for a in actors if a[0] in details["to"])
        return state._replace(waiting=event["event"], receivers=receivers)
    if kind == "receive":
        holders = state.receivers if details["outcome"] == "accepted" else state.holders
        return state._replace(holders=holders, receivers=frozenset(), waiting=0)
    return state._replace(closed=state.closed or kind == "close")


def _one_newcomer(details: dict[str, str], actors: list[Holder], holders: frozenset[Holder]) -> bool:
    name = details.get("admitted", details.get("by"))
    newcomers = [a for a in actors if a[0] == name]
    others = [a for a in actors if a[0] != name]
    held = {who for who, _ in holders}
    replaced = details.get("replaced")
    names_fit = name not in held and (replaced is None or replaced in held)
    return len(newcomers) == 1 and bool(others) and set(others) <= holders and names_fit


# Sections 5 to 7


def check_items(bundle: dict[str, bytes], chain: Chain, say: Say) -> dict[str, str]:
    """Sections 5 and 6; the lines of all records that were read."""
    found: dict[int, set[str]] = {}
    recorded = set()
    for path in bundle:
        name = name_of(path)
        if name and name.kind == "evidence":
            found.setdefault(name.number, set()).add(path)
        if name and name.kind == "record":
            recorded.add(name.number)
    lines: dict[str, str] = {}
    for item in sorted(found.keys() | chain.items.keys() | chain.withheld.keys() | recorded):
        record = f"custody/items/{item:06d}.sha256"
        there = found.get(item, set())
        if item not in chain.items:
            say("ITEM_UNKNOWN", record)
        elif item in chain.withheld:
            if chain.withheld[item] != chain.items[item]:
                say("RECORD_DIFFERS", record)
            if there or any(path.startswith(record) for path in bundle):
                say("WITHHELD_PRESENT", record)
        elif record not in bundle:
            say("RECORD_MISSING" if there else "ITEM_MISSING", record)
        else:
            lines |= _check_item(item, bundle, chain.items[item], there, say)
    return lines


def _check_item(
    item: int, bundle: dict[str, bytes], stated: str, there: set[str], say: Say
) -> dict[str, str]:
    path, folder = f"custody/items/{item:06d}.sha256", f"data/{item:06d}/"
    if sha256(bundle[path]) != stated:
        say("RECORD_DIFFERS", path)
    record = parse_sums(bundle[path], "# salt [0-9a-f]{32}")
    if record is None or len(record.header) != 1 or any(not p.startswith(folder) for p in record.digests):
        say("RECORD_MALFORMED", path)
        return {}
    for missing in record.digests.keys() - there:
        say("ITEM_FILE_MISSING", missing)
    for extra in there - record.digests.keys():
        say("ITEM_FILE_UNLISTED", extra)
    for both in there & record.digests.keys():
        if sha256(bundle[both]) != record.digests[both]:
            say("ITEM_FILE_CHANGED", both)
    return record.digests


def check_derived(bundle: dict[str, bytes], chain: Chain, lines: dict[str, str], say: Say) -> None:
    """Section 7."""
    if not chain.events:
        return
    last = chain.events[-1]
    if last["type"] != "export":
        say("NOT_EXPORTED", f"custody/{last['event']:06d}.json")
        return
    payload = [data for path, data in bundle.items() if path.startswith("data/")]
    oxum = f"{sum(map(len, payload))}.{len(payload)}"
    tags = {
        p: sha256(d) for p, d in bundle.items() if not p.startswith("data/") and p != "tagmanifest-sha256.txt"
    }
    info = f"Bagging-Date: {last['time'][:10]}\nExternal-Identifier: {last['case']}\nPayload-Oxum: {oxum}\n"
    expected = {
        "bagit.txt": sha256(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
        "bag-info.txt": sha256(info.encode()),
        "manifest-sha256.txt": sha256(_lines(lines)),
        "tagmanifest-sha256.txt": sha256(_lines(tags)),
        "index.html": last["details"]["index"],
    }
    for path in DERIVED:
        if path not in bundle:
            say("DERIVED_MISSING", path)
        elif sha256(bundle[path]) != expected[path]:
            say("DERIVED_DIFFERS", path)


def _lines(digests: dict[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()
