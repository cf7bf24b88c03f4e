"""Mutants of a bundle's ZIP: its bytes, its entries and the fields of its headers."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile
from typing import NamedTuple

from bundles import Files
from mutant_steps import on_bytes

EPOCH = (1980, 1, 1, 0, 0, 0)
FIELDS = {  # of the headers in a ZIP (APPNOTE, 4.3.7, 4.3.12, 4.3.16): offset and format
    b"PK\x03\x04": "4H 6H 8H 14I 18I 22I 26H 28H",
    b"PK\x01\x02": "6H 8H 10H 16I 20I 24I 28H 30H 32H 34H 38I 42I",
    b"PK\x05\x06": "4H 8H 10H 12I 16I 20H",
}


class Packed(NamedTuple):
    """A mutated ZIP: what kind of change, what exactly, and its bytes."""

    kind: str
    how: str
    data: bytes


def packed(files: Files, order: list[str], method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP of files in an order, in one top folder; a path may stand twice."""
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", method) as archive:
        warnings.simplefilter("ignore", UserWarning)  # "Duplicate name": just so
        for path in order:
            info = zipfile.ZipInfo("kasus-07/" + path, EPOCH)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, files[path], method)
    return target.getvalue()


def change_zip(chance: random.Random, good: Files) -> Packed:
    """The good files in a ZIP that was changed."""
    return chance.choice((_bytes, _bytes, _bit, _field, _entry, _around))(chance, good)


def _bytes(chance: random.Random, good: Files) -> Packed:
    how, data = on_bytes(chance, packed(good, sorted(good)))
    return Packed("zip: bytes", f"{how} of the ZIP", data)


def _bit(chance: random.Random, good: Files) -> Packed:
    data = bytearray(packed(good, sorted(good)))
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    return Packed("zip: bit", f"a bit of byte {at} of the ZIP flipped", bytes(data))


def _field(chance: random.Random, good: Files) -> Packed:
    data = bytearray(packed(good, sorted(good)))
    signature = chance.choice(list(FIELDS))
    field = chance.choice(FIELDS[signature].split())
    offset, form = int(field[:-1]), field[-1]
    places = [at for at in range(len(data)) if data.startswith(signature, at)]
    at = chance.choice(places) + offset
    highest = (1 << (8 * struct.calcsize(form))) - 1
    (value,) = struct.unpack_from("<" + form, data, at)
    other = chance.choice((0, 1, highest, value + 1, value - 1, chance.randrange(highest))) & highest
    struct.pack_into("<" + form, data, at, other)
    return Packed("zip: header field", f"{value} at {at} of the ZIP became {other}", bytes(data))


def _entry(chance: random.Random, good: Files) -> Packed:
    order = sorted(good)
    path = chance.choice(order)
    what = chance.choice(("dropped", "first", "last", "twice", "deflated"))
    files = dict(good)
    if what == "twice":
        order.append(path)
    elif what != "deflated":
        order.remove(path)
        order = {"first": [path, *order], "last": [*order, path]}.get(what, order)
    method = zipfile.ZIP_DEFLATED if what == "deflated" else zipfile.ZIP_STORED
    return Packed("zip: entries", f"entry {path} {what}", packed(files, order, method))


def _around(chance: random.Random, good: Files) -> Packed:
    data, some = packed(good, sorted(good)), chance.randbytes(chance.randrange(1, 40))
    where = chance.choice(("before", "after", "truncated", "comment"))
    if where == "comment":
        data = data[:-2] + struct.pack("<H", len(some)) + some
    made = {"before": some + data, "after": data + some, "truncated": data[: chance.randrange(len(data))]}
    return Packed("zip: around", f"{where} the ZIP: {len(some)} bytes", made.get(where, data))
