"""Changes of a mutant inside of a structure that stays well-formed: fields of events, elements of DER.

Bytes that are flipped at random mostly break the grammar of a file. These reach what is checked behind it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from bundles import Files, canonical
from mutant_steps import flip_bit

# Fields of events, in canonical bytes again.

Place = tuple[Any, Any]  # a dict or a list, and a key or an index in it


def change_field(chance: random.Random, files: Files) -> str:
    """A field of an event dropped, added, doubled, swapped with another or taken from another event."""
    paths = sorted(p for p in files if p.endswith(".json") and p.startswith("custody/"))
    path = chance.choice(paths) if paths else ""
    event, other = _event(files, path), _event(files, chance.choice(paths) if paths else "")
    if event is None or other is None:
        return flip_bit(chance, files)  # an earlier change left nothing that can be read
    kind = chance.choice((_drop, _add, _double, _swap, _swap, _take, _take, _edit, _edit, _edit))
    how = kind(chance, event, other)
    files[path] = canonical(event)
    return f"{how} in {path}"


def _event(files: Files, path: str) -> dict[str, Any] | None:
    try:
        found = json.loads(files.get(path, b""))
    except ValueError:
        return None
    return found if isinstance(found, dict) and found else None


def _places(value: Any) -> Iterator[Place]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _some(chance: random.Random, value: Any, kind: type = object) -> Place:
    found = [(where, key) for where, key in _places(value) if isinstance(where[key], kind)]
    return chance.choice(found)


def _drop(chance: random.Random, event: Any, _: Any) -> str:
    where, key = _some(chance, event)
    del where[key]
    return f"{key} dropped"


def _add(chance: random.Random, event: Any, other: Any) -> str:
    where = chance.choice([event, *(w[k] for w, k in _places(event) if isinstance(w[k], dict))])
    source, key = _some(chance, other)
    name = key if isinstance(key, str) and chance.random() < 0.5 else "catatan"
    where[name] = source[key]
    return f"{name} added"


def _double(chance: random.Random, event: Any, other: Any) -> str:
    lists = [(w, k) for w, k in _places(event) if isinstance(w[k], list) and w[k]]
    if not lists:
        return _edit(chance, event, other)
    where, key = chance.choice(lists)
    where[key].append(json.loads(json.dumps(chance.choice(where[key]))))
    return f"an element of {key} doubled"


def _swap(chance: random.Random, event: Any, _: Any) -> str:
    (one, a), (two, b) = _some(chance, event, str), _some(chance, event, str)
    one[a], two[b] = two[b], one[a]
    return f"{a} and {b} swapped"


def _take(chance: random.Random, event: Any, other: Any) -> str:
    key = chance.choice(sorted(event.keys() & other.keys()) or [next(iter(other))])
    event[key] = other[key]
    return f"{key} taken from another event"


def _edit(chance: random.Random, event: Any, _: Any) -> str:
    where, key = _some(chance, event, str | int)  # type: ignore[arg-type]
    value = where[key]
    if isinstance(value, int):
        where[key] = value + chance.choice((-1, 1, 10))
    else:
        at = chance.randrange(len(value) + 1)
        where[key] = value[:at] + chance.choice("0a9-zé \n") + value[at + chance.randrange(2) :]
    return f"{key} edited"


# Elements of DER, in whatever stands around them with lengths that fit again.


class Element(NamedTuple):
    """Where an element begins, where its content does, and where it ends; ``inside`` are the elements around it."""

    start: int
    body: int
    end: int
    inside: tuple[Element, ...]


def change_element(chance: random.Random, files: Files) -> str:
    """An element of a signature, token or certificate dropped, doubled, swapped, edited or taken from another file."""
    paths = sorted(p for p in files if p.endswith((".p7s", ".tsr", ".cer", ".crl", ".ocsp")))
    found = [(path, tree) for path in paths if (tree := elements(files[path]))]
    if not found:
        return flip_bit(chance, files)
    last = [one for one in found if one[0].startswith("custody/0")][
        -3:
    ]  # what no seal lists comes up more often
    path, tree = chance.choice(chance.choice((found, last or found)))
    data, place = files[path], chance.choice(tree)
    own = data[place.start : place.end]
    kind = chance.choice(("dropped", "doubled", "edited", "tagged", "taken"))
    if kind == "taken":
        other, theirs = chance.choice(found)
        same = [e for e in theirs if files[other][e.start] == own[0]]
        taken = chance.choice(same or theirs)
        new = files[other][taken.start : taken.end]
    else:
        content = bytearray(data[place.body : place.end] or b"\0")
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        new = {
            "dropped": b"",
            "doubled": own + own,
            "edited": encoded(own[0], bytes(content)),
            "tagged": bytes([own[0] ^ (1 << chance.randrange(8))]) + own[1:],
        }[kind]
    files[path] = with_element(data, place, new)
    return f"the element at {place.start} {kind} in {path}"


def elements(data: bytes) -> list[Element]:
    """All elements of a DER value, outermost first; empty where it is none."""
    found: list[Element] = []
    return found if _read(data, 0, len(data), (), found) else []


def _read(data: bytes, at: int, end: int, inside: tuple[Element, ...], found: list[Element]) -> bool:
    while at < end:
        if at + 2 > end:
            return False
        size, body = data[at + 1], at + 2
        if size > 0x80:
            count = size & 0x7F
            size, body = int.from_bytes(data[body : body + count], "big"), body + count
        if body + size > end or data[at + 1] == 0x80:
            return False
        element = Element(at, body, body + size, inside)
        found.append(element)
        if data[at] & 0x20 and not _read(data, body, body + size, (*inside, element), found):
            return False
        at = body + size
    return True


def with_element(data: bytes, place: Element, new: bytes) -> bytes:
    """DER with other bytes in the place of one element, and lengths around it that fit."""
    start, end = place.start, place.end
    for outer in reversed(place.inside):
        new = encoded(data[outer.start], data[outer.body : start] + new + data[end : outer.end])
        start, end = outer.start, outer.end
    return data[:start] + new + data[end:]


def encoded(tag: int, content: bytes) -> bytes:
    """An element of DER."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
