"""Instagram: what is read from its JSON, its embed and its oEmbed, and which gates it names.

The captures are constructed ("documented shape"), because no page of Instagram can be had here. They follow
github.com/instaloader/instaloader (structures.py) for GraphQL, github.com/subzeroid/instagrapi (extractors.py) for the
private API, developers.facebook.com/docs/instagram-platform/reference/instagram-media for the Graph API, and
github.com/shamu4life/mbedfx (src/platforms/instagram) for the embed, the error page and the gates.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia import platforms
from evidentia.platforms import CapturedPage
from evidentia.platforms.instagram import READER, code_of, questions, read, recognises
from evidentia.platforms.questions import Places
from evidentia.platforms.signals import TEXT_FROM
from evidentia.record.post import ActKind, EntityKind, State

from .mutations import check, damaged
from .pages import documented_in, seen

recorded = documented_in("instagram")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "instagram"
NAMES = sorted(path.stem.removeprefix("documented-shape-") for path in FOLDER.glob("documented-shape-*.json"))
URL = "https://www.instagram.com/p/DContoh0007/"


@pytest.mark.parametrize(
    "url",
    [
        URL, "https://instagram.com/p/DContoh0007", "https://www.instagram.com/reel/DContoh0007/?igsh=x",
        "https://www.instagram.com/tv/DContoh0007/", "https://www.instagram.com/pejabat.07/p/DContoh0007/",
        "https://www.instagram.com/reels/DContoh0007/", "https://www.instagram.com/p/DContoh0007/embed/captioned/",
    ],
)  # fmt: skip
def test_the_forms_of_address_name_one_post(url: str) -> None:
    assert code_of(url) == "DContoh0007"


@pytest.mark.parametrize(
    "url",
    ["https://www.instagram.com/pejabat07/", "https://instagram.com.example/p/DContoh0007/", "http://[", ""],
)
def test_other_addresses_are_not_posts(url: str) -> None:
    assert code_of(url) is None
    assert not recognises(CapturedPage(requested_url=url, final_url=None, status=None))


def test_only_instagrams_own_embed_and_oembed_are_asked() -> None:
    asked = questions("https://www.instagram.com/pejabat07/reel/DContoh0007/?igsh=x", Places())
    assert asked is not None
    assert [ask.url for ask in asked] == [
        URL + "embed/captioned/",
        "https://www.instagram.com/api/v1/oembed/?url=https%3A%2F%2Fwww.instagram.com%2Fp%2FDContoh0007%2F",
    ]


def test_a_carousel_is_read_in_its_order_with_ids_entities_and_time() -> None:
    reading = read(recorded("graphql-carousel"))
    post = reading.post
    assert post is not None
    assert reading.state is State.LIVE
    assert (post.native_id, post.url) == ("DContoh0007", URL)
    assert (post.author.id, post.author.handle, post.author.name) == (
        "51000000007",
        "pejabat07",
        "Pejabat 07",
    )
    assert post.created_at == datetime(2024, 11, 22, tzinfo=UTC)
    assert post.edit_mark is False
    assert [(medium.url[-5:], medium.description) for medium in post.media] == [
        ("1.jpg", "Foto 1"), ("2.mp4", "Foto 2"), ("2.jpg", "Foto 2"), ("3.jpg", "Foto 3"),
    ]  # fmt: skip
    assert post.media[0].sha256 is not None
    assert [(e.kind, post.text[e.start : e.end]) for e in post.entities] == [
        (EntityKind.HASHTAG, "#PaslonA"), (EntityKind.HASHTAG, "#Pemilu2024"), (EntityKind.MENTION, "@tim.contoh"),
    ]  # fmt: skip
    assert post.activity == {"likes": 58, "comments": 3}
    assert post.visibility == "public account"
    assert seen(reading, "co-author") == ["@pejabat14 (id 51000000014)"]
    assert seen(reading, "tagged-account") == ["@tim.contoh (id 51000000011)"]


def test_comments_answers_and_named_likers_are_acts() -> None:
    acts = read(recorded("graphql-carousel")).acts
    assert [(act.kind, act.actor.handle, act.what) for act in acts] == [
        (ActKind.LIKE, "pejabat14", "like"),
        (ActKind.COMMENT, "warga12", "Mantap pak"),
        (ActKind.COMMENT, "pejabat07", "@warga12 terima kasih"),
        (ActKind.COMMENT, "warga13", "Netral dong"),
    ]


def test_a_caption_is_spelled_like_a_comment_and_is_none() -> None:
    page = recorded("web-info-edited-reel")
    dom = page.dom.replace('"type": 1, "user_id"', '"user_id"')
    assert dom != page.dom
    acts = read(replace(page, dom=dom)).acts
    assert [act.what for act in acts if act.kind is ActKind.COMMENT] == ["Bagus"]


def test_instagrams_mark_of_an_edited_caption_makes_it_edited() -> None:
    reading = read(recorded("web-info-edited-reel"))
    assert reading.state is State.EDITED
    assert reading.post is not None
    assert reading.post.edit_mark is True
    assert reading.post.visibility == "private account"
    assert {(act.kind, act.actor.handle) for act in reading.acts} == {
        (ActKind.LIKE, "pejabat14"), (ActKind.LIKE, "pejabat16"), (ActKind.COMMENT, "warga15"),
        (ActKind.STICKER, "warga17"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("graphql-carousel", "caption"),
        ("embed-context", "caption"),
        ("graph-api", "caption"),
        ("login-with-embed", "embed"),
        ("oembed", "oembed"),
        ("preview-only", "open-graph"),
    ],
)
def test_the_source_of_the_text_is_said(name: str, source: str) -> None:
    assert seen(read(recorded(name)), TEXT_FROM) == [source]


def test_the_embed_shows_the_caption_without_its_controls() -> None:
    post = read(recorded("login-with-embed")).post
    assert post is not None
    assert post.text == "Terima kasih warga\nKota Contoh #PaslonA"
    assert (post.author.id, post.author.handle) == ("51000000007", "pejabat07")


STATES = {
    "login-with-embed": State.LIVE,
    "embed-context": State.LIVE,
    "oembed": State.LIVE,
    "graph-api": State.LIVE,
    "login": State.LOGIN_WALL,
    "api-login-required": State.LOGIN_WALL,
    "challenge": State.CHALLENGE,
    "error-page": State.UNDETERMINED,
    "age-gate": State.ACCESS_RESTRICTED,
    "oembed-age": State.ACCESS_RESTRICTED,
    "oembed-404": State.UNAVAILABLE,
    "preview-only": State.UNDETERMINED,
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_says_no_more_than_its_signal(name: str) -> None:
    reading = read(recorded(name))
    assert reading.state is STATES[name]
    assert reading.signals
    assert reading.reason or reading.state is State.LIVE


def test_every_capture_is_judged_above() -> None:
    assert set(NAMES) == {*STATES, "graphql-carousel", "web-info-edited-reel"}


def test_words_on_the_page_never_decide() -> None:
    dom = "<h2>Maaf, halaman ini tidak tersedia.</h2><p>Sorry, this page isn't available.</p>"
    page = CapturedPage(requested_url=URL, final_url=URL, status=200, dom=dom)
    assert read(page).state is State.UNDETERMINED


def test_the_reader_is_chosen_by_the_address() -> None:
    page = recorded("graphql-carousel")
    assert platforms.read(page).reader == READER
    assert platforms.questions(page.requested_url) is not None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_makes_the_reader_raise(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    check(read(data.draw(damaged(recorded(name)))))
