"""Changes of a mutant that know nothing of what a file means: bytes, lines and files dropped, doubled, swapped."""

from __future__ import annotations

import random

from bundles import Files, sha256


def some_path(chance: random.Random, files: Files) -> str:
    """A path; evidence, custody and the end of the history come up more often than their number of files."""
    last = f"custody/{last_event(files):06d}"
    pools = [
        [p for p in files if p.startswith("data/")],
        [p for p in files if p.startswith("custody/")],
        [p for p in files if p.startswith(last)],
        list(files),
    ]
    return chance.choice(sorted(chance.choice([pool for pool in pools if pool])))


def last_event(files: Files) -> int:
    """The highest number of an event."""
    numbers = [p[8:14] for p in files if p.startswith("custody/0") and p.endswith(".json")]
    return max((int(n) for n in numbers if n.isdigit()), default=0)


# Bytes.


def flip_bit(chance: random.Random, files: Files) -> str:
    """One bit of one file."""
    path = some_path(chance, files)
    data = bytearray(files[path] or b"\0")
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    data[at] ^= 1 << bit
    files[path] = bytes(data)
    return f"bit {bit} of byte {at} of {path} flipped"


def on_bytes(chance: random.Random, data: bytes) -> tuple[str, bytes]:
    """Some bytes dropped, duplicated, swapped with others, or replaced."""
    a, b, c = sorted(chance.randrange(len(data) + 1) for _ in range(3))
    if chance.random() < 0.5:  # a few bytes are as likely as many
        b, c = min(a + chance.randrange(1, 5), len(data)), min(a + chance.randrange(5, 9), len(data))
    kind = chance.choice(("dropped", "duplicated", "swapped", "replaced"))
    made = {
        "dropped": data[:a] + data[b:],
        "duplicated": data[:b] + data[a:],
        "swapped": data[:a] + data[b:c] + data[a:b] + data[c:],
        "replaced": data[:a] + chance.randbytes(b - a) + data[b:],
    }
    return f"bytes {a}..{b}..{c} {kind}", made[kind]


def change_bytes(chance: random.Random, files: Files) -> str:
    """Bytes of one file dropped, duplicated, swapped or replaced."""
    path = some_path(chance, files)
    how, files[path] = on_bytes(chance, files[path])
    return f"{how} in {path}"


def swap_bytes_between(chance: random.Random, files: Files) -> str:
    """Bytes of two files in each other's place."""
    one, two = some_path(chance, files), some_path(chance, files)
    first, second = files[one], files[two]
    size = chance.randrange(1, 65)
    a, b = chance.randrange(len(first) + 1), chance.randrange(len(second) + 1)
    files[one] = first[:a] + second[b : b + size] + first[a + size :]
    if one != two:
        files[two] = second[:b] + first[a : a + size] + second[b + size :]
    return f"{size} bytes at {a} of {one} swapped with those at {b} of {two}"


def cut_off(chance: random.Random, files: Files) -> str:
    """A file's end gone."""
    path = some_path(chance, files)
    at = chance.randrange(len(files[path]) + 1)
    files[path] = files[path][:at]
    return f"{path} cut off at {at}"


# Lines.


def _some_lines(chance: random.Random, files: Files) -> tuple[str, list[bytes]]:
    path = chance.choice(sorted(p for p in files if p.endswith((".sha256", ".txt"))) or sorted(files))
    return path, files[path].splitlines(keepends=True) or [b"\n"]


def change_lines(chance: random.Random, files: Files) -> str:
    """A line of a text dropped, duplicated or swapped with another."""
    path, rows = _some_lines(chance, files)
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


def swap_lines_between(chance: random.Random, files: Files) -> str:
    """Lines of two texts in each other's place, sorted again as a forger would."""
    (one, mine), (two, theirs) = _some_lines(chance, files), _some_lines(chance, files)
    a, b = chance.randrange(len(mine)), chance.randrange(len(theirs))
    mine[a], theirs[b] = theirs[b], mine[a]
    for path, rows in ((one, mine), (two, theirs)):
        head = [row for row in rows if row.startswith(b"#")]
        files[path] = b"".join(head + sorted((r for r in rows if r not in head), key=lambda row: row[66:]))
    return f"line {a} of {one} swapped with line {b} of {two}"


# Files.


def drop_file(chance: random.Random, files: Files) -> str:
    """A file gone."""
    path = some_path(chance, files)
    del files[path]
    return f"{path} dropped"


def swap_files(chance: random.Random, files: Files) -> str:
    """Two files with each other's content."""
    a, b = some_path(chance, files), some_path(chance, files)
    files[a], files[b] = files[b], files[a]
    return f"{a} and {b} swapped"


def copy_over(chance: random.Random, files: Files) -> str:
    """A file with the content of another."""
    a, b = some_path(chance, files), some_path(chance, files)
    files[a] = files[b]
    return f"{b} copied over {a}"


def duplicate_file(chance: random.Random, files: Files) -> str:
    """A file once more, under a name that the format may know."""
    path = some_path(chance, files)
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
    kept = chance.randrange(1, max(2, last_event(files)))
    for path in later_than(kept, files):
        del files[path]
    return f"events after {kept} cut off"


def later_than(kept: int, files: Files) -> set[str]:
    """The files of the events after ``kept``, and the certificates and records that only those list."""
    later = tuple(f"custody/{n:06d}." for n in range(kept + 1, last_event(files) + 1))
    brought = tuple(f"{kind}/" for kind in ("trust", "custody/items"))
    if not later:
        return set()
    seals = [data for path, data in files.items() if path.startswith(later) and path.endswith(".sha256")]
    listed = {row[66:].decode("utf-8", "replace") for data in seals for row in data.splitlines()}
    return {p for p in files if p.startswith(later) or (p in listed and p.startswith(brought))}


def drop_item(chance: random.Random, files: Files) -> str:
    """An item gone with its record and its tokens."""
    item = chance.choice(("000001", "000002"))
    for path in [p for p in files if p.startswith((f"data/{item}/", f"custody/items/{item}."))]:
        del files[path]
    return f"item {item} dropped"
