"""Recorded captures with something wrong in them, for tests that a reader answers whatever comes."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.platforms import CapturedPage, CapturedResponse

_STATUSES = (0, 200, 204, 302, 400, 401, 403, 404, 410, 418, 429, 451, 500, 503)
_ODD: tuple[Any, ...] = (
    None, True, -1, 1.5, 10**30, 2**63, "", "\x00", "\ufdd0\ufdd1", "<p>" * 2000, "9999-99-99T00:00:00Z", "@" * 5000,
    [], {}, [[]] * 50, {"id": {"id": []}}, ["a", 1, None], {"": ""},
)  # fmt: skip
_BODIES = (
    b"",
    b"{}",
    b"[]",
    b"null",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"\xff\xfe",
    b'{"id":1e999}',
    b'"\\ud800"',
)


@st.composite
def mutated(draw: st.DrawFn, page: CapturedPage) -> CapturedPage:
    """``page`` with some of its answers changed: a value of another kind, a member lost or doubled, other bytes."""
    responses = list(page.responses)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(responses) - 1))
        responses[place] = draw(_changed(responses[place]))
    if draw(st.booleans()):
        responses.pop(draw(st.integers(0, len(responses) - 1)))
    return replace(page, responses=tuple(responses))


@st.composite
def _changed(draw: st.DrawFn, response: CapturedResponse) -> CapturedResponse:
    if draw(st.integers(0, 9)) == 0:
        return replace(response, status=draw(st.sampled_from(_STATUSES)))
    if draw(st.integers(0, 9)) == 0:
        return replace(response, body=draw(st.sampled_from(_BODIES) | st.binary(max_size=64)))
    try:
        value = json.loads(response.body)
    except (ValueError, RecursionError):
        return replace(response, body=response.body + b"x")
    return replace(response, body=json.dumps(draw(_altered(value))).encode())


@st.composite
def _altered(draw: st.DrawFn, value: Any) -> Any:
    """Go down at random and change what is found there."""
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        key = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 7)) == 0:
            return {name: held for name, held in value.items() if name != key}
        return value | {key: draw(_altered(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 5)):
        place = draw(st.integers(0, len(value) - 1))
        if draw(st.integers(0, 7)) == 0:
            return [*value, value[place]]
        return [*value[:place], draw(_altered(value[place])), *value[place + 1 :]]
    return draw(st.sampled_from(_ODD))
