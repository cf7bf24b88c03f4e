"""Questions asked again of a capture: a reader finds in it which answer belongs to which of its questions.

A reader's questions depend on the answers alone, so that they can be asked of what was captured in place of the
network, years later and with the same outcome.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from .page import CapturedResponse
from .questions import Ask

MAX_REDIRECTS = 10
"""As many as the client follows."""

MAX_QUESTIONS = 200
"""Three times what one capture asks (``capture.limits.QUESTIONS``): no hostile answer leads on for ever."""

_MOVED = frozenset({301, 302, 303, 307, 308})
_T = TypeVar("_T")


def replay(
    asking: Generator[Ask, CapturedResponse, _T], responses: tuple[CapturedResponse, ...]
) -> _T | None:
    """What ``asking`` makes of the captured answers; a question that has none gets status 0.

    Of several answers from one address the first is taken; to a question for JSON, the first that is JSON. None where
    MAX_QUESTIONS were asked and there would have been more.
    """
    by_url: dict[str, list[CapturedResponse]] = {}
    for response in responses:
        by_url.setdefault(response.url.partition("#")[0], []).append(response)
    try:
        ask = next(asking)
        for _ in range(MAX_QUESTIONS):
            ask = asking.send(_answer(ask, by_url))
    except StopIteration as done:
        found: _T = done.value
        return found
    return None


def header(response: CapturedResponse, name: str) -> str:
    """The first value of a header field, by its name in lower case; empty where there is none."""
    return next((value for key, value in response.headers if key.lower() == name), "")


def is_json(response: CapturedResponse) -> bool:
    """Whether the response says that it is JSON of any kind (RFC 8259, RFC 6839)."""
    media_type = header(response, "content-type").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def _answer(ask: Ask, by_url: dict[str, list[CapturedResponse]]) -> CapturedResponse:
    url = ask.url
    wants_json = any(name.lower() == "accept" and "json" in value for name, value in ask.headers)
    for _ in range(MAX_REDIRECTS):
        came = [one for one in by_url.get(url, []) if one.method == ask.method]
        if not came:
            break
        fitting = [one for one in came if is_json(one)] if wants_json else came
        answer = (fitting or came)[0]
        onward = header(answer, "location")
        if answer.status not in _MOVED or onward not in by_url:
            return answer
        url = onward
    return CapturedResponse(url=url, status=0, headers=(), body=b"")
