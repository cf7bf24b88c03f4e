"""Mutants: a good bundle, changed at random.

The same seed and number make the same mutant of the same bundle. The lab's keys are new in every session, so that from
one session to the next a seed repeats kinds and places, not bytes.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from bundles import Draft, Files, lines, rederived, sha256

from lab.pki import Lab

EPOCH = (1980, 1, 1, 0, 0, 0)
LAST = "custody/000006"


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


class Mutant(NamedTuple):
    """What became of the bundle: its files, and for a mutated archive the bytes of the ZIP; ``how`` tells it."""

    how: str
    files: Files
    archive: bytes | None = None


Step = Callable[[random.Random, Files], str]


def mutant(seed: int, number: int, good: Files) -> Mutant:
    """Mutant ``number`` of a seed. Every fourth is a mutated ZIP, the others are folders."""
    chance = random.Random(f"{seed}/{number}")
    return _archive(chance, good) if number % 4 == 0 else _folder(chance, good)


def _folder(chance: random.Random, good: Files) -> Mutant:
    files = dict(good)
    told = [chance.choice(STEPS)(chance, files) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    disguise = chance.choice((None, _derived_again, _derived_again, _resealed))
    if disguise is not None:
        files = disguise(files)
        told.append(disguise.__name__.strip("_"))
    return Mutant("; ".join(told), files)


# Steps: each changes the files and tells what it did.


def _some(chance: random.Random, files: Files) -> str:
    """A path; evidence, custody and the end of the history come up more often than their number of files."""
    pools = [
        [p for p in files if p.startswith("data/")],
        [p for p in files if p.startswith("custody/")],
        [p for p in files if p.startswith(LAST)],
        list(files),
    ]
    return chance.choice(sorted(chance.choice([pool for pool in pools if pool])))


def flip_bit(chance: random.Random, files: Files) -> str:
    """One bit of one file."""
    path = _some(chance, files)
    data = bytearray(files[path] or b"\0")
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    data[at] ^= 1 << bit
    files[path] = bytes(data)
    return f"bit {bit} of byte {at} of {path} flipped"


def _on_bytes(chance: random.Random, data: bytes) -> tuple[str, bytes]:
    """Some bytes dropped, duplicated, swapped with others, or replaced."""
    a, b, c = sorted(chance.randrange(len(data) + 1) for _ in range(3))
    if chance.random() < 0.5:  # a few bytes are as likely as many
        b, c = min(a + chance.randrange(1, 5), len(data)), min(a + chance.randrange(5, 9), len(data))
    kind = chance.choice(("dropped", "duplicated", "swapped", "replaced", "cut off"))
    made = {
        "dropped": data[:a] + data[b:],
        "duplicated": data[:b] + data[a:],
        "swapped": data[:a] + data[b:c] + data[a:b] + data[c:],
        "replaced": data[:a] + chance.randbytes(b - a) + data[b:],
        "cut off": data[:a],
    }
    return f"bytes {a}..{b}..{c} {kind}", made[kind]


def change_bytes(chance: random.Random, files: Files) -> str:
    """Bytes of one file dropped, duplicated, swapped, replaced or cut off."""
    path = _some(chance, files)
    how, files[path] = _on_bytes(chance, files[path])
    return f"{how} in {path}"


def change_lines(chance: random.Random, files: Files) -> str:
    """A line of a text dropped, duplicated or swapped with another."""
    path = chance.choice(sorted(p for p in files if p.endswith((".sha256", ".txt"))) or sorted(files))
    rows = files[path].splitlines(keepends=True) or [b"\n"]
    a, b = chance.randrange(len(rows)), chance.randrange(len(rows))
    kind = chance.choice(("dropped", "duplicated", "swapped"))
    if kind == "dropped":
        del rows[a]
    elif kind == "duplicated":
        rows.insert(b, rows[a])
    else:
        rows[a], rows[b] = rows[b], rows[a]
    files[path] = b"".join(rows)
    return f"line {a} {kind} ({b}) in {path}"


def drop_file(chance: random.Random, files: Files) -> str:
    """A file gone."""
    path = _some(chance, files)
    del files[path]
    return f"{path} dropped"


def swap_files(chance: random.Random, files: Files) -> str:
    """Two files with each other's content."""
    a, b = _some(chance, files), _some(chance, files)
    files[a], files[b] = files[b], files[a]
    return f"{a} and {b} swapped"


def copy_over(chance: random.Random, files: Files) -> str:
    """A file with the content of another."""
    a, b = _some(chance, files), _some(chance, files)
    files[a] = files[b]
    return f"{b} copied over {a}"


def duplicate_file(chance: random.Random, files: Files) -> str:
    """A file once more, under a name that the format may know."""
    path = _some(chance, files)
    options = (
        f"{path}.tsr",
        f"{path}.2.tsr",
        path.removesuffix(".tsr") + ".2.tsr",
        path.replace("00000", "00001"),
        path.replace("000002", "000003"),
        path.replace("penyidik-a", "pengawas-b"),
        path.replace(".p7s", ".pdf"),
        f"trust/{sha256(files[path])}.{chance.choice(('cer', 'crl', 'ocsp'))}",
        f"data/00000{chance.randrange(1, 4)}/{path.rsplit('/', 1)[-1]}",
    )
    target = chance.choice(options)
    files[target] = files[path]
    return f"{path} duplicated as {target}"


def cut_history(chance: random.Random, files: Files) -> str:
    """The last events gone, with everything that only their seals list."""
    kept = chance.randrange(1, 6)
    for path in later_than(kept, files):
        del files[path]
    return f"events after {kept} cut off"


def later_than(kept: int, files: Files) -> set[str]:
    """The files of the events after ``kept``, and the certificates and records that only those list."""
    later = tuple(f"custody/{n:06d}." for n in range(kept + 1, 7))
    brought = tuple(f"{kind}/" for kind in ("trust", "custody/items"))
    seals = [data for path, data in files.items() if path.startswith(later) and path.endswith(".sha256")]
    listed = {row[66:].decode("utf-8", "replace") for data in seals for row in data.splitlines()}
    return {p for p in files if p.startswith(later) or (p in listed and p.startswith(brought))}


def drop_item(chance: random.Random, files: Files) -> str:
    """An item gone with its record and its tokens."""
    item = chance.choice(("000001", "000002"))
    for path in [p for p in files if p.startswith((f"data/{item}/", f"custody/items/{item}."))]:
        del files[path]
    return f"item {item} dropped"


STEPS: tuple[Step, ...] = (
    *(flip_bit,) * 6,
    *(change_bytes,) * 4,
    *(change_lines,) * 3,
    drop_file,
    swap_files,
    copy_over,
    *(duplicate_file,) * 2,
    cut_history,
    drop_item,
)

# Disguises: what a forger without keys can do besides.


def _derived_again(files: Files) -> Files:
    """BagIt's files made to agree; where the events can no longer be read, the bundle stays as it is."""
    try:
        return rederived(files)
    except (ValueError, KeyError, TypeError):
        return files


def _resealed(files: Files) -> Files:
    """Every checksum in records and seals made to agree, in their order: all but what takes a key."""
    files = dict(files)
    order = [p for p in sorted(files) if p.endswith(".sha256")]
    for path in sorted(order, key=lambda p: not p.startswith("custody/items/")):
        try:
            rows = files[path].decode().splitlines(keepends=True)
        except UnicodeDecodeError:
            continue
        listed = [row[66:].rstrip("\n") for row in rows if not row.startswith("#")]
        header = "".join(row for row in rows if row.startswith("#"))
        files[path] = header.encode() + lines({name: sha256(files[name]) for name in listed if name in files})
    return _derived_again(files)


# Archives.


def packed(files: Files, order: list[str], method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP of files in an order, in one top folder."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for path in order:
            info = zipfile.ZipInfo("kasus-07/" + path, EPOCH)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, files[path], method)
    return target.getvalue()


def _archive(chance: random.Random, good: Files) -> Mutant:
    order = sorted(good)
    kind = chance.choice(("bytes", "bytes", "bits", "entries", "content"))
    if kind == "content":
        made = _folder(chance, good)
        return Mutant(f"{made.how}; as ZIP", made.files, packed(made.files, sorted(made.files)))
    if kind == "entries":
        path = chance.choice(order)
        what = chance.choice(("dropped", "first", "last", "deflated"))
        order.remove(path)
        order = {"first": [path, *order], "last": [*order, path]}.get(what, order)
        method = zipfile.ZIP_DEFLATED if what == "deflated" else zipfile.ZIP_STORED
        return Mutant(f"entry {path} {what}", good, packed(good, order, method))
    data = packed(good, order)
    if kind == "bits":
        changed = bytearray(data)
        at = chance.randrange(len(data))
        changed[at] ^= 1 << chance.randrange(8)
        return Mutant(f"a bit of byte {at} of the ZIP flipped", good, bytes(changed))
    how, made_bytes = _on_bytes(chance, data)
    return Mutant(f"{how} of the ZIP", good, made_bytes)
