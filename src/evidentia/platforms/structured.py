"""What a page states about its post in schema.org's words: JSON-LD and microdata, as one kind of mapping.

A page states this to machines; a person does not see it. So it is a statement, not what was shown, and the
reader says whether the text was visible as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias

from evidentia.record.post import Account

from .content import absolute
from .keys import normalise_url
from .markup import Element, attribute, elements, text_of

Thing: TypeAlias = dict[str, Any]
"""A schema.org object: ``@type`` and its properties."""

MAX_JSON_CHARACTERS = 4 * 1024 * 1024
MAX_THINGS = 20_000
"""Far above any page of posts with its comments; what comes after is not looked at."""

MAX_ITEMS = 10
"""Posts that are read from microdata, outermost first; each costs a walk through its part of the page."""

_OF_A_PERSON = frozenset({"name", "url", "identifier", "alternateName", "sameAs"})
_OF_A_POST = _OF_A_PERSON | {
    "articleBody", "text", "headline", "author", "creator", "datePublished", "dateCreated", "dateModified",
    "mainEntityOfPage",
}  # fmt: skip

POST_TYPES = frozenset(
    {"SocialMediaPosting", "DiscussionForumPosting", "BlogPosting", "LiveBlogPosting", "Article", "NewsArticle",
     "ReportageNewsArticle", "OpinionNewsArticle", "VideoObject", "Comment"}
)  # fmt: skip
_TEXTS = ("articleBody", "text")
_COUNTERS = {
    "LikeAction": "likes",
    "CommentAction": "comments",
    "ShareAction": "shares",
    "WatchAction": "views",
    "ViewAction": "views",
}


def json_ld(root: Element) -> tuple[list[Thing], list[str]]:
    """The things that the page's JSON-LD states, outermost first, and what of it could not be read."""
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
            things += _things(json.loads(source))
        except (ValueError, RecursionError) as error:  # not JSON, or nested to exhaust the parser
            problems.append(f"{type(error).__name__}: {error}")
    return things[:MAX_THINGS], problems


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


def microdata(root: Element) -> list[Thing]:
    """The posts that the page's microdata states (HTML standard, section "Microdata"), outermost first."""
    scopes = (element for element in elements(root) if element.get("itemscope") is not None)
    return [_item(scope) for scope in islice((s for s in scopes if types(_bare(s)) & POST_TYPES), MAX_ITEMS)]


def _bare(scope: Element) -> Thing:
    return {"@type": attribute(scope, "itemtype").rstrip("/").rpartition("/")[2]}


def _item(scope: Element) -> Thing:
    thing = _bare(scope)
    if scope.get("itemid"):
        thing["@id"] = attribute(scope, "itemid")
    stack = list(reversed(scope))
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        nested = element.get("itemscope") is not None
        for name in _wanted(element, thing, _OF_A_POST):
            thing[name] = _person(element) if nested else _value(element)
        if not nested:
            stack.extend(reversed(element))
    return thing


def _person(scope: Element) -> Thing:
    thing = _bare(scope)
    for element in elements(scope):
        for name in _wanted(element, thing, _OF_A_PERSON) if element is not scope else ():
            thing[name] = _value(element)
    return thing


def _wanted(element: Element, thing: Thing, properties: frozenset[str]) -> list[str]:
    named = attribute(element, "itemprop").split()
    return [name for name in named if name in properties and name not in thing]


def _value(element: Element) -> str:
    for name in ("content", "datetime", "href", "src"):
        if element.get(name) is not None:
            return attribute(element, name)
    return text_of(element)


def the_post(things: list[Thing], urls: tuple[str, ...]) -> Thing | None:
    """The thing that is the page's post: the one whose address is the page's, else the only one that is no comment.

    None where the page names several posts and none of them by its address: a list has no post of its own.
    """
    posts = [thing for thing in things if types(thing) & POST_TYPES and text(thing) is not None]
    asked = {normalise_url(url) for url in urls}
    for thing in posts:
        if any(normalise_url(absolute(url, urls[0])) in asked for url in _addresses(thing)):
            return thing
    own = [thing for thing in posts if "Comment" not in types(thing)]
    return own[0] if len(own) == 1 else None


def types(thing: Thing) -> frozenset[str]:
    """The names of the thing's types, without the vocabulary's address."""
    value = thing.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(name.rpartition("/")[2] for name in names if isinstance(name, str))


def text(thing: Thing) -> str | None:
    """The whole text that is stated; a description or a headline is not the text."""
    for name in _TEXTS:
        value = thing.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return None


def string(thing: Thing, *names: str) -> str | None:
    """The first of the properties that is a string with something in it."""
    for name in names:
        value = thing.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def author(thing: Thing) -> Account:
    """The first author that is stated."""
    value = thing.get("author", thing.get("creator"))
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str):
        return Account(name=value.strip() or None)
    if not isinstance(value, dict):
        return Account()
    return Account(
        id=string(value, "identifier", "@id"),
        handle=string(value, "alternateName"),
        name=string(value, "name"),
        url=string(value, "url", "sameAs"),
    )


def moment(thing: Thing, name: str) -> datetime | None:
    """A time that is stated with its offset. One without is not placed in time: it would be a guess."""
    stated = string(thing, name)
    try:
        at = datetime.fromisoformat(stated) if stated else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def activity(thing: Thing) -> dict[str, int]:
    """Counters that are stated: they move by themselves."""
    counters: dict[str, int] = {}
    value = thing.get("interactionStatistic")
    for counter in value if isinstance(value, list) else [value]:
        if not isinstance(counter, dict):
            continue
        kind = counter.get("interactionType")
        kind = kind.get("@type") if isinstance(kind, dict) else kind
        name = _COUNTERS.get(str(kind).rpartition("/")[2])
        count = counter.get("userInteractionCount")
        if name and isinstance(count, int | str) and str(count).isascii() and str(count)[:12].isdigit():
            counters[name] = int(str(count)[:12])
    return counters


def _addresses(thing: Thing) -> Iterator[str]:
    main = thing.get("mainEntityOfPage")
    candidates = [thing.get("url"), thing.get("@id"), main.get("@id") if isinstance(main, dict) else main]
    return (value for value in candidates if isinstance(value, str) and value.strip())
