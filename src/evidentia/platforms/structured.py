"""What a page states about its post in schema.org's words: JSON-LD and microdata, as one kind of mapping.

A page states this to machines; a person does not see it. So it is a statement, not what was shown, and the
reader says whether the text was visible as well. What the statement means is read by ``schema_org``.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from .items import Allowance, Item
from .items import microdata as marked_up
from .markup import Element, attribute, elements

Thing: TypeAlias = dict[str, Any]
"""A schema.org object: ``@type`` and its properties."""

MAX_JSON_CHARACTERS = 4 * 1024 * 1024
MAX_THINGS = 20_000
"""Far above any page of posts with its comments; what comes after is not looked at."""

MAX_ITEMS = 2_000
"""Items of microdata that are read with their texts, in the order of the page."""

_MAX_NESTING = 16
"""Items inside items; answers to answers are rarely deeper."""


def json_ld(root: Element) -> tuple[list[Thing], list[str]]:
    """The things that the page's JSON-LD states, outermost first, and what of it could not be read.

    A mention of a thing by its ``@id`` alone stands for the thing, as JSON-LD 1.1 has it (section "Node objects").
    """
    things: list[Thing] = []
    problems: list[str] = []
    for script in elements(root, "script"):
        if attribute(script, "type").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        source = script.text or ""
        if len(source) > MAX_JSON_CHARACTERS:
            problems.append(f"longer than {MAX_JSON_CHARACTERS} characters")
            continue
        try:
            things += _things(msgspec.json.decode(source))
        except (
            msgspec.DecodeError,
            RecursionError,
            UnicodeError,
        ) as error:  # no JSON, or nested beyond the decoder
            problems.append(f"{type(error).__name__}: {error}"[:200])
    return _resolved(things[:MAX_THINGS]), problems


def microdata(root: Element) -> list[Thing]:
    """The things that the page's microdata states (HTML standard, section "Microdata"), outermost first."""
    allowance = Allowance()
    return _things([_thing(item, allowance, 0) for item in marked_up(root)[:MAX_ITEMS]])[:MAX_THINGS]


def _things(value: object) -> list[Thing]:
    found: list[Thing] = []
    queue = [value]
    for seen in queue:
        if isinstance(seen, list):
            queue += seen[:MAX_THINGS]
        elif isinstance(seen, dict):
            if "@type" in seen:
                found.append(seen)
            queue += [inner for inner in seen.values() if isinstance(inner, dict | list)]
        if len(queue) > MAX_THINGS:
            break
    return found


def _resolved(things: list[Thing]) -> list[Thing]:
    named = {thing["@id"]: thing for thing in reversed(things) if isinstance(thing.get("@id"), str)}
    for thing in things:
        for name, value in thing.items():
            meant = [_meant(one, named) for one in value] if isinstance(value, list) else _meant(value, named)
            thing[name] = meant
    return things


def _meant(value: object, named: dict[str, Thing]) -> object:
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get("@id"), str):
        return named.get(value["@id"], value)
    return value


def _thing(item: Item, allowance: Allowance, depth: int) -> Thing:
    thing: Thing = {"@type": sorted(item.types)}
    if item.element.get("itemid"):
        thing["@id"] = attribute(item.element, "itemid")
    for name, values in item.properties.items():
        read = [_value(value, allowance, depth) for value in values]
        thing[name] = read[0] if len(read) == 1 else read
    return thing


def _value(value: Element | Item, allowance: Allowance, depth: int) -> object:
    if isinstance(value, Item):
        return _thing(value, allowance, depth + 1) if depth < _MAX_NESTING else {}
    for name in ("content", "datetime", "href", "src"):
        if value.get(name) is not None:
            return attribute(value, name)
    return allowance.text(value)
