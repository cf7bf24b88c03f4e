"""Addresses of statuses, as servers with Mastodon's API give them."""

from __future__ import annotations

import pytest

from evidentia.platforms import Places, mastodon
from evidentia.platforms.mastodon_address import address_of

ORIGIN = "https://sosial.example"


@pytest.mark.parametrize(
    ("path", "status", "account"),
    [
        ("/@pejabat07/123", "123", "pejabat07"),
        ("/@pejabat07@lain.example/123?x=1#y", "123", "pejabat07@lain.example"),
        ("/web/@pejabat07/123/", "123", "pejabat07"),
        ("/users/pejabat07/statuses/123", "123", "pejabat07"),
        ("/web/statuses/123", "123", None),
        ("/notice/AbCdEf0123456789xy", "AbCdEf0123456789xy", None),
        ("/@pejabat07/statuses/01HX0000000000000000000000", "01HX0000000000000000000000", "pejabat07"),
        ("/@pejabat07/posts/AbCdEf0123", "AbCdEf0123", "pejabat07"),
        ("/p/pejabat07/123", "123", "pejabat07"),
    ],
)
def test_addresses_of_statuses(path: str, status: str, account: str | None) -> None:
    address = address_of(ORIGIN + path)
    assert address is not None
    assert (address.origin, address.status, address.account) == (ORIGIN, status, account)


@pytest.mark.parametrize(
    "url",
    [
        f"{ORIGIN}/@pejabat07",
        f"{ORIGIN}/@pejabat07/judul-tulisan-abc123",
        f"{ORIGIN}/@pejabat07/video/123",
        f"{ORIGIN}/p/Cabc123/",
        f"{ORIGIN}/@pejabat07/" + "1" * 30,
        "https://nama:sandi@sosial.example/@pejabat07/123",
        "ftp://sosial.example/@pejabat07/123",
        "https://[x/@pejabat07/123",
        f"{ORIGIN}/@pejabat07/123?" + "x" * 3000,
    ],
)
def test_addresses_of_no_status(url: str) -> None:
    assert address_of(url) is None
    assert mastodon.questions(url, Places()) is None
