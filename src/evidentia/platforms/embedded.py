"""Where JSON comes with a page: inside its scripts, and as answers beside it.

Large sites ship what they show as JSON, in shapes that change from month to month. So nothing is expected at a fixed
place: every object is looked at (``answers``), and a reader takes those that are built as a post of its platform is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from .answers import MAX_JSON_BYTES, tree_or_none
from .markup import Element, attribute, elements
from .page import CapturedPage, CapturedResponse

MAX_DOCUMENTS = 2_000
"""Scripts and answers that are decoded; a page of the large platforms has a few hundred."""

_GUARD = b"for (;;);"  # Facebook puts it before answers, so that they cannot be run as scripts
_CALL = re.compile(
    r"ScheduledApplyEach,|s\.handle\(|__additionalDataLoaded\(|_sharedData|SIGI_STATE|REHYDRATION__"
)
"""After these, scripts of Facebook, Instagram and TikTok have held what the page shows."""

_TO_ITS_VALUE = 64
"""Characters between such a name and its value: an assignment, or an argument before it."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """A JSON value, and where it stands: a script's id or number, or (``answer``) an answer's address."""

    value: object
    where: str
    answer: bool = False


def in_document(root: Element | None) -> Iterator[Found]:
    """What the document's scripts hold: whole ones of type JSON, and the literals handed to known calls in others."""
    scripts = () if root is None else elements(root, "script")
    for number, script in zip(range(MAX_DOCUMENTS), scripts, strict=False):
        text = script.text or ""
        where = f"script#{attribute(script, 'id')}" if script.get("id") else f"script[{number}]"
        if "json" in attribute(script, "type").lower() or text.lstrip()[:1] == "{":
            yield from (Found(value, where) for value in (tree_or_none(text),) if value is not None)
        else:
            yield from (Found(value, where) for value in _literals(text))


def in_answers(responses: Iterable[CapturedResponse], *domains: str) -> Iterator[Found]:
    """What the answers of these domains hold, in their order; also line by line, as GraphQL streams them."""
    taken = 0
    for response in responses:
        body = response.body.lstrip().removeprefix(_GUARD).lstrip()
        if body[:1] not in (b"{", b"[") or not on_host(response.url, *domains):
            continue
        taken += 1
        if taken > MAX_DOCUMENTS:
            return
        whole = tree_or_none(body)
        values = (tree_or_none(line) for line in body.splitlines()) if whole is None else (whole,)
        yield from (Found(value, response.url, True) for value in values if value is not None)


def in_capture(page: CapturedPage, root: Element | None, *domains: str) -> Iterator[Found]:
    """The document's, where it came from one of these domains, then the answers'."""
    if on_host(page.final_url or page.requested_url, *domains):
        yield from in_document(root)
    yield from in_answers(page.responses, *domains)


def on_host(url: str, *domains: str) -> bool:
    """Whether the address is on one of the domains, or on a host below one."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _literals(script: str) -> Iterator[object]:
    """The JSON that stands after one of _CALLS; each character is passed over once."""
    position = 0
    while len(script) <= MAX_JSON_BYTES and (call := _CALL.search(script, position)):
        opening = script.find("{", call.end(), call.end() + _TO_ITS_VALUE)
        position = call.end() if opening < 0 else _after(script, opening)
        value = None if opening < 0 else tree_or_none(script[opening:position])
        if value is not None:
            yield value


def _after(script: str, opening: int) -> int:
    """The place behind the bracket that closes the one at ``opening``; the end where none does."""
    depth = 0
    for token in _TOKEN.finditer(script, opening):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token.group()[0], 0)
        if depth == 0:
            return token.end()
    return len(script)
