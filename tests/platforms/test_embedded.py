"""JSON inside pages and answers: found wherever it stands, decoded strictly, and never trusted for its shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.platforms import CapturedResponse
from evidentia.platforms.answers import (
    at,
    counters_at,
    id_at,
    moment_at,
    number_at,
    objects,
    outermost,
    tree_or_none,
)
from evidentia.platforms.captions import from_utf16, signed
from evidentia.platforms.embedded import in_answers, in_document, on_host
from evidentia.platforms.markup import parse
from evidentia.record.post import EntityKind

SCRIPTS = """<script type="application/json" id="a">{"x": 1}</script>
<script>var y = 1; requireLazy(["J"], function(c) {
c.handleWithCustomApplyEach(ScheduledApplyEach,{"b": "}\\"{", "c": [{}]}); });
window._sharedData = {"d": 2};</script>
<script>if (a) { b({"not": "after a known call"}); }</script>
<script type="application/json">{"broken": </script>"""


def test_json_is_found_in_scripts_of_json_and_after_known_calls() -> None:
    found = list(in_document(parse(f"<body>{SCRIPTS}</body>")))
    assert [one.value for one in found] == [{"x": 1}, {"b": '}"{', "c": [{}]}, {"d": 2}]
    assert found[0].where == "script#a"


def test_answers_are_read_of_their_own_hosts_only_and_line_by_line() -> None:
    bodies = {
        "https://www.contoh.example/a": b'for (;;);{"a": 1}',
        "https://contoh.example/b": b'{"b": 1}\n{"b": 2}\nnonsense\n',
        "https://lain.example/c": b'{"c": 1}',
        "https://xcontoh.example/d": b'{"d": 1}',
        "https://www.contoh.example/e": b"<html>",
    }
    responses = [CapturedResponse(url=u, status=200, headers=(), body=b) for u, b in bodies.items()]
    found = list(in_answers(responses, "contoh.example"))
    assert [one.value for one in found] == [{"a": 1}, {"b": 1}, {"b": 2}]
    assert all(one.answer for one in found)


@pytest.mark.parametrize(
    "text", ["{", "NaN", '{"a": NaN}', "[" * 100_000, "\ud800", "", '{"a": 1}x', '"' * 3]
)
def test_what_is_no_json_is_nothing(text: str) -> None:
    assert tree_or_none(text) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        ("-5", -5),
        (True, None),
        (5.0, None),
        ("5 ", None),
        ("٥", None),
        ("9" * 19, None),
        (10**30, None),
    ],
)
def test_numbers_are_whole_and_of_a_size(value: object, number: int | None) -> None:
    assert number_at({"n": value}, "n") == number


def test_paths_lead_nowhere_where_anything_is_of_another_kind() -> None:
    value = {"a": [{"b": "x"}]}
    assert at(value, "a", 0, "b") == "x"
    assert at(value, "a", -1, "b") == "x"
    for path in (("a", "b"), ("a", 1), ("a", -2), ("c", 0), ("a", 0, "b", "c"), (0,)):
        assert at(value, *path) is None


def test_identifiers_moments_and_counters_have_bounds() -> None:
    assert [id_at({"i": i}, "i") for i in ("7", 7, "0", 0, "", True, None)] == [
        "7",
        "7",
        None,
        None,
        None,
        None,
        None,
    ]
    assert moment_at({"t": "1732233600"}, "t") is not None
    assert [moment_at({"t": t}, "t") for t in (0, -1, 10**12, "x", 1.5)] == [None] * 5
    assert counters_at({"a": -1, "b": "7", "c": 8}, {"a": "x", "b": "y", "c": "y"}) == {"y": 7}


def test_objects_come_in_the_order_of_the_text_and_inner_ones_after_outer_ones() -> None:
    value = {"n": 1, "x": [{"n": 2, "x": {"n": 3}}, {"n": 4}], "skip": {"n": 5}}
    assert [one["n"] for one in objects(value, skip=frozenset({"skip"}))] == [1, 2, 3, 4]
    assert [one["n"] for one in outermost(value, lambda one: one.get("n") in (2, 3, 5))] == [2, 5]


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://a.example/", True),
        ("https://b.a.example:8443/x", True),
        ("https://xa.example", False),
        ("http://[", False),
    ],
)
def test_a_host_is_the_domains_or_below_it(url: str, own: bool) -> None:
    assert on_host(url, "a.example") is own


@given(st.text(max_size=40), st.integers(-3, 90), st.integers(-3, 90))
def test_spans_in_utf16_are_those_that_a_script_counts(text: str, start: int, end: int) -> None:
    units = text.encode("utf-16-le", "surrogatepass")
    (span,) = from_utf16(text, [(start, end)])
    if span is None:
        assert not 0 <= start < end <= len(units) // 2
        return
    counted = len(text[: span[0]].encode("utf-16-le", "surrogatepass")) // 2
    assert counted in (start, start + 1)  # a span that begins inside a character begins after it


def test_hashtags_and_mentions_are_found_by_their_signs() -> None:
    text = "Halo @pejabat.07. #PaslonA #2024 a@b.example #tag_2! 😀#emoji &#39; @_"
    found = [(e.kind, text[e.start : e.end], e.target) for e in signed(text)]
    assert found == [
        (EntityKind.MENTION, "@pejabat.07", "pejabat.07"),
        (EntityKind.HASHTAG, "#PaslonA", "PaslonA"),
        (EntityKind.HASHTAG, "#tag_2", "tag_2"),
        (EntityKind.HASHTAG, "#emoji", "emoji"),
        (EntityKind.MENTION, "@_", "_"),
    ]
