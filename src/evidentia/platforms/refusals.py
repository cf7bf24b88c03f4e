"""What stood in the way where neither a post nor its absence was stated: of the page, else of answers."""

from __future__ import annotations

from collections.abc import Container

from evidentia.record.post import Signal, State
from evidentia.record.sentences import sentence

from .http_states import Obstacle, obstacle
from .keys import authority
from .markup import Element, UnreadableMarkup, document
from .page import CapturedPage

MAX_SIGNALS = 20
"""Answers that are listed as refused; a page may have asked hundreds of times."""


def document_of(page: CapturedPage) -> Element | None:
    """The captured document, None where there is none that can be parsed."""
    try:
        return document(page)
    except UnreadableMarkup:
        return None


def in_the_way(page: CapturedPage, root: Element | None, hosts: Container[str]) -> Obstacle | None:
    """What stood between the visitor and the post; None where nothing that came tells.

    Args:
        page: the capture.
        root: its document, None where there is none.
        hosts: whose answers count, as ``keys.authority`` spells them.
    """
    if page.status is not None or page.failure is not None:
        blocked = obstacle(page, root)
        if blocked is not None:
            return blocked
    return _of_answers(page, hosts)


def _of_answers(page: CapturedPage, hosts: Container[str]) -> Obstacle | None:
    """A limit of requests, or a host that answered no question at all; other refusals may be about anything."""
    asked = [response for response in page.responses if authority(response.url) in hosts]
    signals = tuple(
        Signal(name="http-status", seen=str(response.status), where=response.url)
        for response in asked
        if not 200 <= response.status < 400
    )[:MAX_SIGNALS]
    if any(response.status == 429 for response in asked):
        return Obstacle(State.CHALLENGE, signals, sentence("looks.host.limits_rfc"))
    if asked and all(response.status == 0 or response.status >= 500 for response in asked):
        return Obstacle(State.UNREACHABLE, signals, sentence("looks.host.no_question_answered"))
    return Obstacle(State.UNDETERMINED, signals) if signals else None
