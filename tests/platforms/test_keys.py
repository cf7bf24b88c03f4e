"""One key for one post, also when it has vanished."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.platforms.keys import key_for, normalise_url, post_key
from evidentia.record.post import Account, Post

TOPIC = "http://forum.example:8740/topic/5/kabar/"


def post(platform: str = "spirit", url: str = "http://forum.example:8740/comment/9/find/") -> Post:
    return Post(platform=platform, native_id="9", url=url, author=Account(), text="x")


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Kabar.Example:80", "http://kabar.example/"),
        ("https://kabar.example:443/a/./b/../c", "https://kabar.example/a/c"),
        (
            "https://kabar.example/%7ea%2fb/?utm_source=wa&id=4&fbclid=zz",
            "https://kabar.example/~a%2Fb/?id=4",
        ),
        ("https://x.com/a/status/1?s=20&t=Xy", "https://x.com/a/status/1"),
        ("https://www.youtube.com/watch?v=abc&t=61&si=Qx", "https://www.youtube.com/watch?v=abc&t=61"),
        ("https://kabar.example/?s=20&t=61&si=Qx", "https://kabar.example/?s=20&t=61&si=Qx"),
        ("https://kabar.example/p#c4", "https://kabar.example/p#c4"),
        ("https://kabar.example/p#:~:text=halo", "https://kabar.example/p"),
        ("http://[::1]:8080/a//b/", "http://[::1]:8080/a//b/"),
        ("https://kabar.example/berita/pemilu é", "https://kabar.example/berita/pemilu%20%C3%A9"),
        ("bukan alamat", "bukan alamat"),
        ("http://[", "http://["),
    ],
)
def test_one_address_has_one_spelling(url: str, normal: str) -> None:
    assert normalise_url(url) == normal


@given(st.text(max_size=60))
def test_normalising_again_changes_nothing(path: str) -> None:
    once = normalise_url("https://kabar.example/" + path)
    assert normalise_url(once) == once


def test_the_same_number_on_two_forums_is_two_posts() -> None:
    assert post_key(post()) == "spirit:forum.example:8740/9"
    assert post_key(post(url="http://other.example/comment/9/find/")) == "spirit:other.example/9"


def test_a_vanished_post_keeps_its_key() -> None:
    first = key_for(TOPIC, post(), {})
    known = {normalise_url(TOPIC): first}
    assert key_for(TOPIC, None, known) == first
    assert key_for(TOPIC + "?utm_source=wa", None, known) == first
    assert key_for("http://forum.example:8740/topic/6/lain/", None, known).startswith("url:")


def test_a_page_without_a_platform_is_keyed_by_its_address() -> None:
    url = "https://kabar.example/p/1"
    assert (
        key_for(url, post("web", "https://kabar.example/other"), {}) == key_for(url, None, {}) == f"url:{url}"
    )
