"""Freeze bundles, good and bad, in a folder: python scripts/make_vectors.py FOLDER.

They are built by the attacks of tests/verify, with the lab's keys, which are made for the run and thrown away: a set is
made whole or not at all, and never over another. Both verifiers judge each bundle before it is written.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

TOP = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP), str(TOP / "tests" / "verify")]

import test_attacks_files as files_  # noqa: E402
import test_attacks_log as log  # noqa: E402
import test_attacks_trust as trust_  # noqa: E402
from attacks import BREAKS, Attack, status_of  # noqa: E402
from bundles import (  # noqa: E402
    Files,
    handed,
    judge_in_shell,
    plain,
    rederived,
    sha256,
    write,
)
from mutants import packed  # noqa: E402

from evidentia.formats.head import head_json, printed_head  # noqa: E402
from evidentia.verify import Trust, verify  # noqa: E402
from evidentia.verify.codes import Code  # noqa: E402
from evidentia.verify.judge import head_of  # noqa: E402
from lab.pki import Lab  # noqa: E402

LARGEST = 40 * 1024  # bytes: small enough to read with the eyes
NOW = datetime(2027, 1, 1, tzinfo=UTC)
NO_SHELL = "verify.sh takes an extracted folder"

CHOSEN = {
    "files": [
        "one_byte_flipped",
        "a_file_of_an_item_removed",
        "a_file_slipped_into_an_item",
        "an_item_that_no_event_brings_in",
        "a_record_that_no_event_brings_in",
        "no_page_to_look_at",
        "a_salt_changed",
        "an_item_that_two_events_bring_in",
        "not_an_attack_an_item_withheld_that_a_disclosure_names",
        "an_item_left_out_without_a_word",
        "an_item_withheld_that_the_disclosure_does_not_name",
        "more_left_out_than_the_export_says",
        "a_withheld_item_whose_record_stayed",
        "data_without_its_record",
        "an_item_withheld_that_never_was",
        "an_item_withheld_under_another_record",
        "not_an_attack_every_character_that_a_reason_may_hold",
        "a_file_called_fetch.txt",
        "another_bag-info.txt",
        "another_index.html",
        "a record with a line twice",
        "a record with CRLF",
        "a record with a path that climbs",
        "a seal with a file of the payload",
        "a seal with its own seal",
        "an event with a key twice",
        "an event with NaN",
        "an event with an integer beyond 2^53",
        "an event with fields out of order",
        "an event with an unknown field",
        "an event with a time with an offset",
        "an event with a lone surrogate",
        "an event with a needless escape",
        "an event with deep nesting",
    ],
    "log": sorted(log.attack.keys() - {"something_is_added_while_a_transfer_waits"}),  # larger than LARGEST
    "trust": sorted(trust_.attack),
}
ROOMS = {"files": files_.attack, "log": log.attack, "trust": trust_.attack}


class Vector(NamedTuple):
    """A bundle to be frozen; ``python`` and ``shell`` are the codes, ``shell`` a text where verify.sh is not asked."""

    name: str
    shows: str
    archive: bytes
    python: frozenset[str]
    shell: frozenset[str] | str
    head: str | None = None
    now: datetime = NOW


def slug(name: str) -> str:
    """A file name for a description."""
    kept = "".join(c if c.isalnum() else "-" for c in name.lower())
    return "-".join(part for part in kept.split("-") if part)


def zipped(files: Files) -> bytes:
    """The writer's ZIP of a bundle."""
    return packed(files, sorted(files))


def from_attacks(lab: Lab) -> Iterator[Vector]:
    """The chosen attacks of the tests, with the codes that those assert."""
    for room, name in ((room, name) for room, names in CHOSEN.items() for name in names):
        one: Attack = ROOMS[room][name]
        shows = name.replace("_", " ").removeprefix("not an attack ").removeprefix("not an attack: ")
        yield Vector(slug(shows), shows, zipped(one.build(lab)), one.codes, one.shell)


def good(lab: Lab) -> Iterator[Vector]:
    """Bundles that pass, one of them at a time when its authority has expired."""
    none: frozenset[str] = frozenset()
    short, long = plain(lab).build(), handed(lab).build()
    yield Vector("plain", "open, acquire, export by one custodian", zipped(short), none, none)
    yield Vector("handed-over", "a transfer, received and countersigned", zipped(long), none, none)
    expired = frozenset({Code.TSA_EXPIRED, Code.SIGNER_NOT_TRUSTED})
    yield Vector(
        "plain-in-2055",
        "the same as plain, when the authority has expired and nothing renewed it",
        zipped(short),
        expired,
        "verify.sh has the machine's clock alone",
        now=datetime(2055, 1, 1, tzinfo=UTC),
    )


def heads(lab: Lab) -> Iterator[Vector]:
    """One history, whole and cut, against a head."""
    draft = plain(lab)
    draft.add("note", details={"text": "catatan"})
    last = draft.add("export")
    whole = draft.build()
    cut = log.without(whole, "custody/000004", "custody/000005")
    none, differs = frozenset[str](), frozenset({Code.HEAD_DIFFERS})
    early, late = head_of(whole, 3, "kasus-07"), head_of(whole, last, "kasus-07")
    assert early is not None
    assert late is not None
    yield Vector(
        "continues-a-head",
        "a later bundle and an earlier head",
        zipped(whole),
        none,
        none,
        printed_head(early),
    )
    yield Vector("history-cut", "the last events cut off, and no head to tell", zipped(cut), none, none)
    yield Vector(
        "history-cut-against-a-head",
        "the last events cut off",
        zipped(cut),
        differs,
        differs,
        printed_head(late),
    )
    stripped = rederived(
        {p: d for p, d in whole.items() if p != f"custody/{last:06d}.sha256.penyidik-a.p7s.tsr"}
    )
    codes = frozenset({Code.HEAD_DIFFERS, Code.TIMESTAMP_PENDING})
    text = "verify.sh reads the printed form, which names no signatures"
    yield Vector(
        "last-token-stripped-against-a-head",
        "the last token removed; the head in JSON names it",
        zipped(stripped),
        codes,
        text,
        head_json(late).decode(),
    )


def archives(lab: Lab) -> Iterator[Vector]:
    """Archives that hide something, and one that was merely packed again."""
    files = plain(lab).build()
    data, refused = zipped(files), frozenset({Code.ARCHIVE_ENTRY_REFUSED})
    changes: dict[str, Callable[[bytes], bytes]] = {
        "bytes before the ZIP": lambda d: b"MZ" + d,
        "bytes after the ZIP": lambda d: d + b"\0",
    }
    for shows, change in changes.items():
        yield Vector(slug(shows), shows, change(data), refused, NO_SHELL)
    shows = "entries in another order, without a fault"
    yield Vector("repacked", shows, packed(files, sorted(files, reverse=True)), frozenset(), frozenset())
    climbing = packed(files | {"../x": b"x"}, [*sorted(files), "../x"])
    yield Vector("a-name-that-climbs", "an entry ../x", climbing, refused, NO_SHELL)


def freeze(vector: Vector, lab: Lab, folder: Path, scratch: Path) -> dict[str, Any]:
    """Judge a bundle with both verifiers, write it, and return its line of the index."""
    target = folder / f"{vector.name}.zip"
    with target.open("xb") as stream:
        stream.write(vector.archive)
    trust = Trust.from_pem(lab.roots.read_bytes(), lab.tsa_roots.read_bytes())
    verdict = verify(target, trust, head=vector.head, now=vector.now)
    _compare(vector, "evidentia", verdict.status, {f.code for f in verdict.faults}, vector.python)
    shell: dict[str, Any] = {"not_asked": vector.shell}
    if not isinstance(vector.shell, str):
        said = judge_in_shell(_extracted(target, scratch / vector.name), lab, vector.head)
        _compare(vector, "verify.sh", said.status, said.codes, vector.shell)
        shell = {"status": status_of(vector.shell), "codes": sorted(vector.shell)}
    return {
        "name": vector.name,
        "shows": vector.shows,
        "sha256": sha256(vector.archive),
        "now": vector.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "head": vector.head,
        "consequences": bool(vector.python & BREAKS),
        "evidentia": {"status": status_of(vector.python), "codes": sorted(vector.python)},
        "verify.sh": shell,
    }


def _compare(vector: Vector, who: str, status: str, codes: set[str], wanted: frozenset[str]) -> None:
    more = codes - wanted if wanted & BREAKS else set()
    if (status, codes - more) != (status_of(wanted), set(wanted)):
        raise SystemExit(f"{vector.name}: {who} says {status} {sorted(codes)}, not {sorted(wanted)}")


def _extracted(archive: Path, folder: Path) -> Path:
    from mutant_judge import contents

    return write(contents(archive.read_bytes()), folder)


def main() -> int:
    """Make the set in a folder that does not hold one yet."""
    if len(sys.argv) != 2:
        sys.stderr.write(f"usage: {sys.argv[0]} FOLDER\n")
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.stderr.write(f"{folder} is not empty: frozen bundles are not made over\n")
        return 2
    with tempfile.TemporaryDirectory() as scratch, Lab(Path(scratch) / "pki") as lab:
        (folder / "roots.pem").write_bytes(lab.roots.read_bytes())
        (folder / "tsa-roots.pem").write_bytes(lab.tsa_roots.read_bytes())
        made = [v for source in (good, heads, archives, from_attacks) for v in source(lab)]
        if large := {v.name: len(v.archive) for v in made if len(v.archive) >= LARGEST}:
            raise SystemExit(f"larger than {LARGEST} bytes: {large}")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            rows = list(pool.map(lambda vector: freeze(vector, lab, folder, Path(scratch)), made))
    index = {"format": 1, "roots": "roots.pem", "tsa_roots": "tsa-roots.pem", "vectors": rows}
    (folder / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
