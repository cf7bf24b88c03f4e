"""Mutants: good bundles, changed at random, with what a forger without keys can put right again.

The same seed and number make the same mutant of the same bundle. The lab's keys are new in every session, so that from
one session to the next a seed repeats kinds and places, not bytes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from bundles import BETWEEN, INDEX, START, Draft, Files, canonical, header, lines, rederived, sha256
from mutant_fields import change_element, change_field
from mutant_steps import (
    change_bytes,
    change_lines,
    copy_over,
    cut_history,
    cut_off,
    drop_file,
    drop_item,
    duplicate_file,
    flip_bit,
    swap_bytes_between,
    swap_files,
    swap_lines_between,
)
from mutant_zips import change_zip
from mutant_zips import packed as packed

from lab.pki import Lab

# Good bundles, which between them hold every kind of file but a PDF: what is signed in a PDF does not pass everywhere.


def good_draft(lab: Lab) -> Draft:
    """open, acquire of two items, export; a transfer to a second custodian, who receives and exports."""
    draft = Draft(lab)
    draft.items[1] = {"item.json": b'{"title":"x"}', "post.txt": b"Pilih Paslon A!\n" * 20}
    draft.items[2] = {"item.json": b'{"title":"y"}', "balasan.txt": b"Jangan!\n" * 9, "kosong.txt": b""}
    draft.add("open", details={"title": "Uji"})
    draft.add("acquire", items=[1, 2])
    draft.add("export")
    draft.add("transfer", "penyidik-a", "pengawas-b", details={"to": ["pengawas-b"]})
    draft.add("receive", "pengawas-b", details={"transfer": 4, "outcome": "accepted"})
    draft.add("export", "pengawas-b")
    return draft


def withholding(lab: Lab) -> Files:
    """Two items, of which an export leaves one out; a second authority's token, a CRL and an OCSP answer."""
    draft = Draft(lab)
    draft.items[1] = {"item.json": b'{"title":"x"}', "post.txt": b"Pilih Paslon A!\n" * 20}
    draft.items[2] = {"item.json": b'{"title":"y"}', "saksi.txt": b"Nama saksi\n"}
    draft.add("open", details={"title": "Uji"})
    draft.add("acquire", items=[1, 2])
    left_out = [{"item": 2, "record": sha256(draft.record(2))}]
    draft.add("disclose", details={"may_withhold": left_out})
    draft.add("export", details={"index": sha256(INDEX), "withheld": left_out})
    first = "custody/000001.sha256.penyidik-a.p7s"
    at = START + BETWEEN + timedelta(minutes=1)
    answers = {"crl": lab.crl("issuing", at), "ocsp": lab.ocsp("penyidik-a", at)}
    draft.late[3] = {f"trust/{sha256(data)}.{kind}": data for kind, data in answers.items()}
    opened = Draft(lab)
    opened.add("open", details={"title": "Uji"})
    draft.late[2] = {f"{first}.2.tsr": lab.stamp(opened.build()[first], at, "tsa2")}
    gone = ("data/000002/", "custody/items/000002.")
    return rederived({path: data for path, data in draft.build().items() if not path.startswith(gone)})


class Mutant(NamedTuple):
    """What became of the bundle: its files, and for a mutated archive the bytes of the ZIP.

    ``how`` tells it in full, ``kind`` is the first change's, and ``disguise`` what was put right again.
    """

    how: str
    files: Files
    archive: bytes | None = None
    kind: str = ""
    disguise: str = ""


def mutant(seed: int, number: int, good: Files) -> Mutant:
    """Mutant ``number`` of a seed. Every fourth is a ZIP, mostly a mutated one; the others are folders."""
    chance = random.Random(f"{seed}/{number}")
    if number % 4:
        return _folder(chance, good)
    if chance.random() < 0.2:
        made = _folder(chance, good)
        archive = packed(made.files, sorted(made.files))
        return made._replace(how=f"{made.how}; as ZIP", archive=archive)
    zipped = change_zip(chance, good)
    return Mutant(zipped.how, good, zipped.data, zipped.kind)


def _folder(chance: random.Random, good: Files) -> Mutant:
    files = dict(good)
    steps = [chance.choice(STEPS) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    told = [step(chance, files) for step in steps]
    disguise = chance.choice(DISGUISES)
    if disguise is not None:
        files = dict(disguise(files))
    if files == good:  # put right again altogether
        told.append(flip_bit(chance, files))
    name = "" if disguise is None else disguise.__name__
    kind = steps[0].__name__ if len(steps) == 1 else "two or three changes"
    return Mutant("; ".join([*told, name]), files, None, kind.replace("_", " "), name)


STEPS: tuple[Callable[[random.Random, Files], str], ...] = (
    *(flip_bit,) * 5,
    *(change_bytes,) * 3,
    *(change_lines,) * 3,
    *(change_field,) * 5,
    *(change_element,) * 4,
    *(duplicate_file,) * 2,
    cut_off,
    swap_bytes_between,
    swap_lines_between,
    drop_file,
    swap_files,
    copy_over,
    cut_history,
    drop_item,
)

# Disguises: what a forger without keys can do besides.


def derived_again(files: Files) -> Files:
    """BagIt's files made to agree; where the events can no longer be read, the bundle stays as it is."""
    try:
        return rederived(files)
    except (ValueError, KeyError, TypeError):
        return files


def resealed(files: Files) -> Files:
    """Every checksum in records and seals made to agree, in their order: all but what takes a key."""
    files = dict(files)
    order = [p for p in sorted(files) if p.endswith(".sha256")]
    for path in sorted(order, key=lambda p: not p.startswith("custody/items/")):
        _relist(files, path)
    return derived_again(files)


def reforged(files: Files) -> Files:
    """Records, the events that name them, the headers of seals and all checksums made to agree."""
    files = dict(files)
    for path in sorted(p for p in files if p.startswith("custody/items/") and p.endswith(".sha256")):
        _relist(files, path)
    for path in sorted(p for p in files if p.startswith("custody/0") and p.endswith(".json")):
        seal = path.removesuffix(".json") + ".sha256"
        try:
            event = json.loads(files[path])
            for ref in [*event["items"], *event["details"].get("withheld", [])]:
                record = files.get(f"custody/items/{ref['item']:06d}.sha256")
                ref["record"] = ref["record"] if record is None else sha256(record)
            if event["type"] == "export":
                event["details"]["index"] = sha256(files["index.html"])
            files[path], head = canonical(event), header(event)
        except (ValueError, KeyError, TypeError, AttributeError):
            head = None  # nothing that can be put right
        if seal in files:
            _relist(files, seal, head)
    return derived_again(files)


def _relist(files: Files, path: str, head: bytes | None = None) -> None:
    """The lines of a record or a seal with the digests of what is there now, under another header if one is given."""
    try:
        rows = files[path].decode().splitlines(keepends=True)
    except UnicodeDecodeError:
        return
    listed = {row[66:].rstrip("\n"): row[:64] for row in rows if not row.startswith("#")}
    own = "".join(row for row in rows if row.startswith("#")).encode()
    digests = {name: sha256(files[name]) if name in files else old for name, old in listed.items()}
    files[path] = (own if head is None else head) + lines(digests)


DISGUISES = (None, derived_again, resealed, reforged)
