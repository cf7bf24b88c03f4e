"""JSON that came in a capture: strictly decoded, walked within limits, whatever is in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.platforms.answers import (
    MAX_NODES,
    UnreadableAnswer,
    assigned,
    count,
    counters,
    decoded,
    moment,
    nodes,
    parameter,
    shaped,
    snowflake_moment,
    tree,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("a~/é", max_size=3), inner, max_size=4)
    ),
    max_leaves=30,
)


class Named(msgspec.Struct, frozen=True):
    name: str


@pytest.mark.parametrize(
    "body",
    [b"", b"[" * 100_000, b'{"a":' * 50_000, b"[NaN]", b'{"name":1}', b'"\\ud800"', b"\xff\xfe", b"[1e999]"],
)
def test_what_is_not_readable_is_said_and_never_guessed(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        decoded(body, Named)


def test_an_answer_of_another_shape_says_where() -> None:
    with pytest.raises(UnreadableAnswer, match=r"\$\.name"):
        shaped({"name": []}, Named)
    assert decoded(b'{"name":"a","new":1}', Named) == Named("a")


@given(JSON)
def test_every_object_is_found_at_its_pointer(value: object) -> None:
    for place, node in nodes(value):
        held: object = value
        for step in str(place).split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            held = held[int(name)] if isinstance(held, list) else held[name]  # type: ignore[index]
        assert held is node


def test_objects_come_in_the_order_of_the_text() -> None:
    assert [str(place) for place, _ in nodes([{"a": {"b": {}}}, {}])] == ["/0", "/0/a", "/0/a/b", "/1"]


def test_a_walk_ends() -> None:
    assert sum(1 for _ in nodes([{}] * (MAX_NODES + 10))) < MAX_NODES


def test_a_name_of_a_million_letters_is_not_repeated_for_everything_below_it() -> None:
    places = [place for place, _ in nodes({"a" * 1_000_000: [{}] * 10_000})]
    assert len(places) == 10_001
    assert len(str(places[-1])) < 300


def test_an_assignment_ends_where_its_json_does() -> None:
    script = 'var a = 1; var ytData = {"x": "};{ \\" var b = {", "y": [{}]};var c = {};'
    assert assigned(script, "ytData") == {"x": '};{ " var b = {', "y": [{}]}
    assert assigned(script, "c") == {}
    assert assigned("ytData.push({})", "ytData") is None
    with pytest.raises(UnreadableAnswer):
        assigned("ytData = {" + '"a":{' * 50_000, "ytData")


@pytest.mark.parametrize(
    ("stated", "number"),
    [(7, 7), ("7", 7), (0, 0), (-1, None), (True, None), ("1.2K", None), ("٣", None), ("+5", None), (10**30, None),
     ("9" * 30, None), (1.5, None), (None, None), ([], None)],
)  # fmt: skip
def test_a_counter_is_a_whole_number_that_is_stated(stated: object, number: int | None) -> None:
    assert count(stated) == number
    assert counters(likes=stated) == ({} if number is None else {"likes": number})


def test_a_time_without_its_offset_is_not_placed() -> None:
    assert moment("2024-02-14T10:04:05+07:00") == datetime(2024, 2, 14, 3, 4, 5, tzinfo=UTC)
    assert moment("2024-02-14T10:04:05") is None
    assert moment("kemarin") is None
    assert moment(None) is None


def test_a_snowflake_holds_its_time() -> None:
    """The documentation's example: discord.com/developers/docs/reference#convert-snowflake-to-datetime."""
    assert snowflake_moment("175928847299117063", 1420070400000) == datetime(
        2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC
    )
    for stated in (None, "", "12a", "٣" * 18, "9" * 20, "-1"):
        assert snowflake_moment(stated, 0) is None
    latest = snowflake_moment("9" * 19, 1420070400000)
    assert latest is not None
    assert latest - datetime(1970, 1, 1, tzinfo=UTC) > timedelta(days=1)


@given(st.text(max_size=40))
def test_an_address_that_is_none_has_no_parameters(url: str) -> None:
    assert parameter(f"http://[{url}?v=1", "v") in (None, "1")


def test_any_json_is_a_tree() -> None:
    assert tree(b'[1, {"a": null}]') == [1, {"a": None}]
