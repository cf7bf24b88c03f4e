"""Recorded captures, damaged: any value of their JSON replaced by a hostile one, any piece of their text lost."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
from hypothesis import strategies as st

from evidentia.platforms import CapturedPage
from evidentia.record.post import PageReading, Post

_SCRIPT = re.compile(r"(<script[^>]*>)(\{.*?\})(</script>)", re.DOTALL)
_DEEP: Any = None
for _ in range(60):
    _DEEP = {"x": [_DEEP]}

HOSTILE: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**17, 10**40, 1e300, "", "0", "-1", "9" * 400, "9" * 5000, "\x00", "\u202e",
    "😀" * 9, "http://[", "//", "javascript:1", [], {}, [[]], [{}], {"": None}, {"text": 1},
    {"edges": [None, {"node": 3}]}, {"text": "x", "ranges": [{"offset": -5, "length": 10**12}]}, _DEEP,
    "2024-13-45T99:99:99", "بسم", "a" * 70_000,
]  # fmt: skip


def damaged(page: CapturedPage) -> st.SearchStrategy[CapturedPage]:
    """The capture with one to four places of it damaged, in the document or in the answers."""
    return st.composite(_damaged)(page)


def check(reading: object) -> None:
    """A reading that can be written down and read again, and whose spans lie in its text."""
    assert isinstance(reading, PageReading)
    again = msgspec.json.decode(msgspec.json.encode(reading), type=PageReading)
    assert again.state is reading.state
    for entity in reading.post.entities if isinstance(reading.post, Post) else ():
        assert reading.post is not None
        assert 0 <= entity.start < entity.end <= len(reading.post.text)


def _damaged(draw: st.DrawFn, page: CapturedPage) -> CapturedPage:
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(-1, len(page.responses) - 1))
        if place < 0:
            page = msgspec.structs.replace(page, dom=_damaged_text(draw, page.dom))
            continue
        response = page.responses[place]
        text = _damaged_text(draw, response.body.decode("utf-8", "replace"))
        changed = msgspec.structs.replace(response, body=text.encode("utf-8", "replace"))
        page = msgspec.structs.replace(
            page, responses=(*page.responses[:place], changed, *page.responses[place + 1 :])
        )
    return page


def _damaged_text(draw: st.DrawFn, text: str) -> str:
    script = _SCRIPT.search(text)
    source = script[2] if script else text
    try:
        value = json.loads(source.removeprefix("for (;;);"))
    except ValueError:
        begin = draw(st.integers(0, max(len(text) - 1, 0)))
        return text[:begin] + draw(st.sampled_from(["", "{", '"', "<", "\\", "]"])) + text[begin + 40 :]
    changed = json.dumps(_replaced(draw, value), ensure_ascii=False)
    return text.replace(source, changed, 1)


def _replaced(draw: st.DrawFn, value: Any) -> Any:
    """A copy in which one value, at a place that is drawn on the way down, is another one or gone."""
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from([*HOSTILE, [value], {"text": value}]))
    if isinstance(value, list):
        place = draw(st.integers(0, len(value) - 1))
        inner = [] if draw(st.integers(0, 19)) == 0 else [_replaced(draw, value[place])]
        return value[:place] + inner * draw(st.integers(1, 2)) + value[place + 1 :]
    name = draw(st.sampled_from(sorted(value)))
    rest = {key: one for key, one in value.items() if key != name}
    return rest if draw(st.integers(0, 9)) == 0 else {**value, name: _replaced(draw, value[name])}
