"""A reader's questions, asked on loopback by plain ``requests``: a capture as the light look makes one.

For tests of readers alone; evidentia itself asks through its own client and door.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from evidentia.platforms import CapturedPage, CapturedResponse, Places, questions
from evidentia.platforms.questions import Ask
from lab.server import ANSWER_LIMIT_S, session

Credentials = Mapping[str, Mapping[str, str]]
"""Header fields for an origin (``http://127.0.0.1:8008``). They are sent, and not kept in the capture."""


def capture(url: str, places: Places | None = None, credentials: Credentials | None = None) -> CapturedPage:
    """Everything that was answered about ``url``.

    Raises:
        LookupError: no reader has questions about the address.
    """
    asked = questions(url, places)
    if asked is None:
        raise LookupError(f"no reader has questions about {url}")
    responses: list[CapturedResponse] = []
    try:
        question = next(asked)
        while True:
            responses.append(_answer(question, credentials or {}))
            question = asked.send(responses[-1])
    except StopIteration:
        pass
    return CapturedPage(requested_url=url, final_url=None, status=None, responses=tuple(responses))


def _answer(question: Ask, credentials: Credentials) -> CapturedResponse:
    parts = urlsplit(question.url)
    headers = {**dict(question.headers), **credentials.get(f"{parts.scheme}://{parts.netloc}", {})}
    with session() as client:
        came = client.request(
            question.method, question.url, headers=headers, data=question.body, timeout=ANSWER_LIMIT_S
        )
    return CapturedResponse(
        url=came.url,
        status=came.status_code,
        headers=tuple(came.headers.items()),
        body=came.content,
        method=question.method,
    )
