"""Addresses of Matrix events, and which homeserver is asked about them."""

from __future__ import annotations

import json

import pytest

from evidentia.platforms import CapturedResponse, Places, matrix, questions
from evidentia.platforms.matrix_address import address_of, permalink


@pytest.mark.parametrize(
    ("url", "room", "identifier", "servers"),
    [
        (
            "https://matrix.to/#/!r:a.example/$e?via=b.example",
            "!r:a.example",
            "$e",
            ("b.example", "a.example"),
        ),
        ("https://matrix.to/#/%21r%3Aa.example/%24e%2Ff", "!r:a.example", "$e/f", ("a.example",)),
        ("https://matrix.to/#/#alun:a.example:8448/$e", "#alun:a.example:8448", "$e", ("a.example:8448",)),
        ("https://matrix.to/#/!v12room/$e", "!v12room", "$e", ()),
        ("matrix:roomid/r:a.example/e/e?via=b.example", "!r:a.example", "$e", ("b.example", "a.example")),
        ("matrix:r/alun:a.example/e/e", "#alun:a.example", "$e", ("a.example",)),
        (
            "https://hs.example/_matrix/client/v3/rooms/!r:a.example/event/$e",
            "!r:a.example",
            "$e",
            ("a.example",),
        ),
    ],
)
def test_addresses_of_events(url: str, room: str, identifier: str, servers: tuple[str, ...]) -> None:
    address = address_of(url)
    assert address is not None
    assert (address.room, address.event, address.servers) == (room, identifier, servers)


@pytest.mark.parametrize(
    "url",
    [
        "https://matrix.to/#/@pejabat07:kota.example",
        "https://matrix.to/#/!r:a.example",
        "https://matrix.to/",
        "https://matrix.to.example/#/!r:a.example/$e",
        "matrix:u/pejabat07:kota.example",
        "matrix://a.example/r/x/e/y",
        "https://hs.example/_matrix/client/v3/rooms/!r:a.example/messages",
        "https://[broken/#/!r:a/$e",
        "https://matrix.to/#/!r:a.example/$" + "e" * 300,
        "https://matrix.to/#/!r:a.example/$e" + "x" * 5000,
    ],
)
def test_addresses_of_no_event(url: str) -> None:
    assert address_of(url) is None
    assert matrix.questions(url, Places()) is None


def asked(url: str, *bodies: tuple[int, object]) -> list[str]:
    """Which addresses are asked when these answers come."""
    asking = questions(url)
    assert asking is not None
    found = [next(asking).url]
    for status, body in bodies:
        came = CapturedResponse(url=found[-1], status=status, headers=(), body=json.dumps(body).encode())
        try:
            found.append(asking.send(came).url)
        except StopIteration:
            break
    return found


@pytest.mark.parametrize(
    ("status", "body", "homeserver"),
    [
        (200, {"m.homeserver": {"base_url": "https://hs.example/"}}, "https://hs.example"),
        (404, {}, "https://a.example"),
        (200, {"m.homeserver": {"base_url": "javascript:alert(1)"}}, "https://a.example"),
        (200, {"m.homeserver": {"base_url": "https://[x"}}, "https://a.example"),
        (200, {"m.homeserver": 1}, "https://a.example"),
    ],
)
def test_the_homeserver_is_found_as_clients_find_it(status: int, body: object, homeserver: str) -> None:
    wellknown, event_url = asked("https://matrix.to/#/!r:a.example:8448/$e", (status, body))[:2]
    assert wellknown == "https://a.example/.well-known/matrix/client"
    assert event_url == f"{homeserver}/_matrix/client/v3/rooms/%21r%3Aa.example%3A8448/event/%24e"


def test_an_address_that_names_no_server_asks_nobody_without_a_homeserver_of_the_callers() -> None:
    asking = matrix.questions("https://matrix.to/#/!v12room/$e", Places())
    assert asking is not None
    with pytest.raises(StopIteration):
        next(asking)


def test_permalinks_come_back_as_addresses() -> None:
    address = address_of(permalink("!r/x:a.example", "$e/+f"))
    assert address is not None
    assert (address.room, address.event) == ("!r/x:a.example", "$e/+f")
