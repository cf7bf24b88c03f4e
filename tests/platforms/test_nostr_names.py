"""Names of Nostr: the examples that NIP-19 itself gives, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.platforms import nostr_names as names

KEY = "3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d"
PROFILE = (
    "nprofile1qqsrhuxx8l9ex335q7he0f09aej04zpazpl0ne2cgukyawd24mayt8gpp4mhxue69uhhytnc9e3k7mgpz4mhxue69uhkg6nzv9ej"
    "uumpv34kytnrdaksjlyr9p"
)


def test_the_examples_of_nip_19_are_read() -> None:
    npub = "npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6"
    assert names.encode("npub", KEY) == npub
    assert names.decode(npub) == names.Name("npub", author=KEY)
    profile = names.decode(PROFILE)
    assert profile is not None
    assert (profile.author, profile.relays) == (KEY, ("wss://r.x.com/", "wss://djbas.sadkb.com/"))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.integers(0, 65_535))
def test_an_event_keeps_its_name(event: bytes, author: bytes, kind: int) -> None:
    name = names.decode(names.encode_event(event.hex(), author.hex(), kind))
    assert name == names.Name("nevent", event.hex(), author.hex(), kind)


@given(st.text(max_size=60).filter(lambda text: text.isprintable()), st.integers(0, 65_535))
def test_an_addressable_event_keeps_its_coordinate(identifier: str, kind: int) -> None:
    made = names.encode_coordinate(kind, KEY, identifier)
    assert made is not None
    found = names.named_by(f"nostr:{made}")
    assert found is not None
    assert found.coordinate == f"{kind}:{KEY}:{identifier}"


@given(st.integers(0, 57), st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
def test_a_mistyped_name_is_none(place: int, sign: str) -> None:
    name = names.encode("note", KEY)
    at = len("note1") + place
    if name[at] != sign:
        assert names.decode(name[:at] + sign + name[at + 1 :]) is None


@given(st.text(max_size=80) | st.text("023456789acdefghjklmnpqrstuvwxyz", max_size=80).map("nevent1".__add__))
def test_any_text_may_be_asked_about(text: str) -> None:
    names.decode(text)
    names.named_by(f"nostr:{text}")
    names.named_by(f"https://gateway.example/{text}")


@pytest.mark.parametrize(
    "url",
    [
        "nostr:",
        f"nostr:{PROFILE}",
        f"https://gateway.example/{PROFILE}",
        "https://gateway.example/note1",
        f"ftp://gateway.example/{names.encode('note', KEY)}",
        "https://[x/note1",
    ],
)
def test_an_address_that_names_no_event_is_none(url: str) -> None:
    assert names.named_by(url) is None


def test_relays_are_taken_from_addresses_of_relays_alone() -> None:
    name = names.encode("note", KEY)
    hints = "&".join(
        f"relay={hint}"
        for hint in (
            "https://x.example",
            "wss://a:b@c.example",
            "wss://R.example",
            "wss://r.example/",
            "ws://[::1]:8",
        )
    )
    found = names.named_by(f"nostr:{name}?{hints}")
    assert found is not None
    assert found.relays == ("wss://r.example/", "ws://[::1]:8/")
