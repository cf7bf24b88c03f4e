"""Places of services: named on a command line, told in a record, found there again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.capture.places import before, named, told
from evidentia.platforms.questions import Places
from evidentia.record.errors import UsageError

hosts = st.from_regex(r"[a-z][a-z0-9-]{0,20}\.example(:[1-9][0-9]{1,3})?", fullmatch=True)


def test_each_service_has_its_place() -> None:
    found = named(
        [
            "matrix=https://matrix.example/",
            "nostr=wss://relay.example/a",
            "nostr=ws://127.0.0.1:7000",
            "bluesky=http://127.0.0.1:2584",
            "plc=https://plc.example",
        ]
    )
    assert found == Places(
        plc_directory="https://plc.example",
        bluesky_api="http://127.0.0.1:2584",
        nostr_relays=("wss://relay.example/a", "ws://127.0.0.1:7000"),
        matrix_homeserver="https://matrix.example",
    )


def test_what_was_not_named_is_where_it_always_is_and_not_told() -> None:
    assert named([]) is None
    assert told(None) is None
    assert told(Places()) is None
    assert before(["a light look", "asked https://social.example/ for the post"]) is None
    found = named(["matrix=https://matrix.example"])
    assert found is not None
    assert found.nostr_relays == Places().nostr_relays


@given(st.lists(hosts, max_size=3, unique=True), hosts, st.booleans())
def test_a_record_gives_back_what_was_named(relays: list[str], host: str, plc: bool) -> None:
    pairs = [f"nostr=wss://{relay}" for relay in relays] + [f"matrix=https://{host}"]
    pairs += [f"plc=https://{host}"] if plc else []
    places = named(pairs)
    line = told(places)
    assert line is not None
    assert before(["first", line, "last"]) == places


@pytest.mark.parametrize(
    "pair",
    [
        "mastodon=https://social.example",
        "matrix",
        "matrix=",
        "matrix=matrix.example",
        "matrix=ftp://matrix.example",
        "matrix=https://",
        "matrix=https://orang:rahasia@matrix.example",
        "matrix=https://matrix.example/?token=rahasia",
        "matrix=https://matrix.example/ a",
        "nostr=https://relay.example",
        "nostr=wss://relay.example:99999",
    ],
)
def test_what_is_no_place_is_refused(pair: str) -> None:
    with pytest.raises(UsageError):
        named([pair])


def test_one_service_at_two_places_and_too_many_relays_are_refused() -> None:
    with pytest.raises(UsageError, match="Too many"):
        named(["matrix=https://a.example", "matrix=https://b.example"])
    with pytest.raises(UsageError, match="Too many"):
        named([f"nostr=wss://relay-{n}.example" for n in range(5)])
