"""Facebook: what is read from its stories, the Graph API and embeds, and what its page's root says.

The captures are constructed ("documented shape"), because no page of Facebook can be had here. They follow
github.com/apankowski/garcon (docs/facebook/post-extraction-strategy-v2.md) and github.com/mikf/gallery-dl
(extractor/facebook.py) for stories and the page's root, developers.facebook.com/docs/graph-api/reference/post for the
Graph API, github.com/shamu4life/mbedfx (src/platforms/facebook) for the embed and the age gate, and
github.com/kevinzg/facebook-scraper for mobile pages.
"""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia import platforms
from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.platforms.facebook import READER, questions, read, recognises
from evidentia.platforms.facebook_address import address_of
from evidentia.platforms.questions import Places
from evidentia.platforms.signals import EDIT_COUNT, TEXT_FROM
from evidentia.record.post import ActKind, EntityKind, State

from .mutations import check, damaged
from .pages import documented_in, seen

recorded = documented_in("facebook")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "facebook"
NAMES = sorted(path.stem.removeprefix("documented-shape-") for path in FOLDER.glob("documented-shape-*.json"))
ID = "122000000000000007"
TOKEN = "pfbid0ContohContohContohContoh7"
URL = f"https://www.facebook.com/pejabat.07/posts/{TOKEN}"


@pytest.mark.parametrize(
    ("url", "identifier"),
    [
        (URL, TOKEN),
        (f"https://m.facebook.com/story.php?story_fbid={ID}&id=100", ID),
        (f"https://mbasic.facebook.com/story.php?id=100&story_fbid={TOKEN}", TOKEN),
        (f"https://web.facebook.com/permalink.php?story_fbid={ID}&id=100", ID),
        (f"https://id-id.facebook.com/pejabat.07/posts/judul-kiriman/{ID}/", ID),
        (f"https://www.facebook.com/groups/kota.contoh/permalink/{ID}/", ID),
        (f"https://www.facebook.com/groups/123456/posts/{ID}/?comment_id=9", ID),
        (f"https://www.facebook.com/photo/?fbid={ID}&set=a.1", ID),
        (f"https://www.facebook.com/photo.php?fbid={ID}", ID),
        (f"https://www.facebook.com/pejabat.07/photos/a.1.2/{ID}/?type=3", ID),
        (f"https://www.facebook.com/pejabat.07/videos/judul/{ID}/", ID),
        (f"https://www.facebook.com/watch/?v={ID}", ID),
        (f"https://www.facebook.com/reel/{ID}", ID),
        (f"https://www.facebook.com/100000000000007_{ID}", ID),
        (f"https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Freel%2F{ID}", ID),
        ("https://www.facebook.com/share/p/1AbCdEfGhI/", None),
        ("https://www.facebook.com/share/1AbCdEfGhI/", None),
        ("https://fb.watch/aBcDeF12_-/", None),
    ],
)
def test_the_forms_of_address_name_a_post_or_a_link_to_follow(url: str, identifier: str | None) -> None:
    asked = address_of(url)
    assert asked is not None
    assert asked.id == identifier
    assert asked.number == (ID if identifier == ID else None)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/pejabat.07", "https://www.facebook.com/", "https://facebook.com.example/reel/" + ID,
        "https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fplugins%2Fpost.php%3Fhref%3D"
        "https%253A%252F%252Fwww.facebook.com%252Freel%252F122000000000000007",
        "http://[", "", "https://www.facebook.com/photo/?" + "&".join(f"a{n}=1" for n in range(300)),
    ],
)  # fmt: skip
def test_other_addresses_are_not_posts(url: str) -> None:
    assert address_of(url) is None
    assert not recognises(CapturedPage(requested_url=url, final_url=None, status=None))


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ({"code": 4}, State.CHALLENGE),
        ({"code": 190, "error_subcode": 463}, State.LOGIN_WALL),
        ({"code": 2, "is_transient": True}, State.UNREACHABLE),
        ({"code": 100, "error_subcode": 33}, State.UNDETERMINED),
        ({"code": True}, State.UNDETERMINED),
        ({}, State.UNDETERMINED),
    ],
)
def test_an_error_of_the_graph_api_says_at_most_what_stood_in_between(
    error: dict[str, object], state: State
) -> None:
    body = json.dumps({"error": {"message": "_", **error}}).encode()
    answer = CapturedResponse(url=f"https://graph.facebook.com/v21.0/{ID}", status=400, headers=(), body=body)
    asked = f"https://www.facebook.com/reel/{ID}"
    page = CapturedPage(requested_url=asked, final_url=None, status=None, responses=(answer,))
    assert read(page).state is state


def test_only_facebooks_own_embed_is_asked() -> None:
    asked = questions(f"https://m.facebook.com/story.php?story_fbid={ID}&id=100", Places())
    assert asked is not None
    assert [ask.url for ask in asked] == [
        "https://www.facebook.com/plugins/post.php?href="
        f"https%3A%2F%2Fwww.facebook.com%2Fstory.php%3Fstory_fbid%3D{ID}%26id%3D100"
    ]
    assert questions("https://fb.watch/aBcDeF12/", Places()) is None


def test_a_story_is_read_with_ids_entities_media_audience_and_counters() -> None:
    reading = read(recorded("story"))
    post = reading.post
    assert post is not None
    assert reading.state is State.LIVE
    assert (post.platform, post.native_id) == ("facebook", ID)
    assert (post.author.id, post.author.handle, post.author.name) == (
        "100000000000007",
        "pejabat.07",
        "Pejabat 07",
    )
    assert post.created_at == datetime(2024, 11, 22, tzinfo=UTC)
    assert [(e.kind, post.text[e.start : e.end], e.target) for e in post.entities] == [
        (EntityKind.HASHTAG, "#PaslonA", "PaslonA"),
        (EntityKind.MENTION, "Tim Contoh", "100000000000011"),
        (EntityKind.LINK, "https://contoh.example/a", "https://contoh.example/a"),
    ]
    assert [medium.url.rpartition("/")[2] for medium in post.media] == [
        "contoh_1.jpg",
        "contoh_2.mp4",
        "contoh_2.jpg",
    ]
    assert post.media[0].sha256 is not None
    assert post.media[0].description == "Orang di panggung"
    assert post.links == ("https://contoh.example/a",)
    assert post.visibility == "everyone"
    assert post.activity == {"reactions": 33, "shares": 4, "comments": 3}
    assert post.edit_mark is None


def test_comments_stickers_and_named_reactions_are_acts_and_only_on_this_post() -> None:
    acts = read(recorded("story")).acts
    assert [(act.kind, act.actor.name, act.what) for act in acts] == [
        (ActKind.COMMENT, "Warga 12", "Siap komandan"),
        (ActKind.COMMENT, "Pejabat 07", "Terima kasih"),
        (ActKind.STICKER, "Pejabat 13", "Jempol"),
        (ActKind.LIKE, "Pejabat 14", "like"),
        (ActKind.LIKE, "Pejabat 15", "love"),
    ]
    assert acts[1].object == "900000000000001"
    assert acts[3].actor.id == "100000000000014"


def test_a_shared_story_is_named_and_facebooks_count_of_edits_is_kept() -> None:
    reading = read(recorded("shared-and-edited"))
    post = reading.post
    assert post is not None
    assert reading.state is State.EDITED
    assert seen(reading, EDIT_COUNT) == ["2"]
    assert post.text == "Lihat ini"
    assert post.shares == "https://www.facebook.com/halaman.contoh/posts/122000000000000001"
    assert post.visibility == "friends"


def test_the_only_story_is_the_one_that_another_token_asks_for() -> None:
    page = recorded("photo")
    other = f"https://www.facebook.com/pejabat.07/posts/{TOKEN}lain"
    asked = CapturedPage(requested_url=other, final_url=other, status=200, dom=page.dom)
    post = read(asked).post
    assert post is not None
    assert post.native_id == "122000000000000031"
    number = "https://www.facebook.com/pejabat.07/posts/122000000000000077"
    assert read(CapturedPage(requested_url=number, final_url=number, status=200, dom=page.dom)).post is None


def test_two_people_of_one_name_are_two_acts() -> None:
    page = recorded("story")
    body = (
        page.responses[1].body.replace(b"Pejabat 15", b"Pejabat 14").replace(b"100000000000014", b"pfbid0A")
    )
    body = body.replace(b"100000000000015", b"pfbid0B")
    answer = CapturedResponse(url=page.responses[1].url, status=200, headers=(), body=body)
    reading = read(
        CapturedPage(requested_url=URL, final_url=URL, status=200, dom=page.dom, responses=(answer,))
    )
    assert [act.actor.name for act in reading.acts if act.kind is ActKind.LIKE] == ["Pejabat 14"] * 2


def test_a_share_without_words_has_none_and_never_those_of_what_it_shares() -> None:
    page = recorded("shared-and-edited")
    dom = page.dom.replace('"message": {"text": "Lihat ini", "ranges": []}, ', "")
    assert dom != page.dom
    post = read(
        CapturedPage(requested_url=page.requested_url, final_url=page.final_url, status=200, dom=dom)
    ).post
    assert post is not None
    assert (post.text, post.author.name) == ("", "Pejabat 07")


def test_a_comment_on_another_post_is_no_act_on_this_one() -> None:
    page = recorded("story")
    ours = b64encode(f"comment:{ID}_900000000000001".encode()).decode()
    others = b64encode(b"comment:122000000000000999_900000000000001").decode()
    dom = page.dom.replace(f'"id": "{ours}", "legacy_fbid"', f'"id": "{others}", "legacy_fbid"')
    assert dom != page.dom
    acts = read(CapturedPage(requested_url=URL, final_url=URL, status=200, dom=dom)).acts
    assert "900000000000001" not in [act.native_id for act in acts]
    assert len(acts) == 2


def test_a_token_in_place_of_an_id_is_no_stable_id() -> None:
    post = read(recorded("photo")).post
    assert post is not None
    assert post.author.id is None
    assert post.author.name == "Pejabat 07"
    assert post.text == "Foto bersama"


def test_the_graph_api_is_read_and_updated_time_is_no_edit() -> None:
    reading = read(recorded("graph-api"))
    post = reading.post
    assert post is not None
    assert reading.state is State.LIVE
    assert post.edit_mark is None
    assert post.edited_at is None
    assert post.created_at == datetime(2024, 11, 22, tzinfo=UTC)
    assert post.shares == "100000000000098_122000000000000001"
    assert [post.text[e.start : e.end] for e in post.entities] == ["#PaslonA", "Tim Contoh"]
    assert [(act.kind, act.what) for act in reading.acts] == [
        (ActKind.LIKE, "love"), (ActKind.LIKE, "like"), (ActKind.COMMENT, "Siap"), (ActKind.COMMENT, "Ya"),
    ]  # fmt: skip


def test_the_embed_is_read_behind_a_login_wall() -> None:
    reading = read(recorded("login-with-embed"))
    post = reading.post
    assert post is not None
    assert reading.state is State.LIVE
    assert post.native_id == ID
    assert post.text == "Dukung 💪 #PaslonA bersama Tim Contoh\n\nParagraf kedua"
    assert (post.author.handle, post.author.name) == ("pejabat.07", "Pejabat 07")
    assert post.created_at == datetime(2024, 11, 22, tzinfo=UTC)
    assert len(post.media) == 1


def test_a_mention_is_not_taken_for_the_author_of_an_embed() -> None:
    page = recorded("login-with-embed")
    embed = page.responses[-1]
    unlinked = embed.body.replace(
        b'<a href="https://www.facebook.com/pejabat.07?ref=embed_post"><span', b"<b><span"
    )
    assert unlinked != embed.body
    reading = read(replace(page, responses=(*page.responses[:-1], replace(embed, body=unlinked))))
    assert reading.post is not None
    assert reading.post.author.name == "Pejabat 07"


def test_a_mobile_page_of_old_is_read() -> None:
    post = read(recorded("mobile-page")).post
    assert post is not None
    assert post.text == "Halo dari ponsel\n\nBaris kedua tautan"
    assert (post.author.id, post.author.name) == ("100000000000007", "Pejabat 07")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("story", "story"),
        ("graph-api", "graph-api"),
        ("login-with-embed", "embed"),
        ("mobile-page", "mobile-page"),
        ("preview-only", "open-graph"),
    ],
)
def test_the_source_of_the_text_is_said(name: str, source: str) -> None:
    assert seen(read(recorded(name)), TEXT_FROM) == [source]


STATES = {
    "not-available": State.UNAVAILABLE,
    "not-available-privacy": State.UNAVAILABLE,
    "error-root-without-cause": State.UNDETERMINED,
    "age-gate": State.ACCESS_RESTRICTED,
    "words-of-an-error-on-a-live-post": State.LIVE,
    "login": State.LOGIN_WALL,
    "login-with-empty-embed": State.LOGIN_WALL,
    "checkpoint": State.CHALLENGE,
    "preview-only": State.UNDETERMINED,
    "share-link-to-front-page": State.UNDETERMINED,
    "photo": State.LIVE,
    "mobile-page": State.LIVE,
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_says_no_more_than_its_signal(name: str) -> None:
    reading = read(recorded(name))
    assert reading.state is STATES[name]
    assert reading.signals
    assert reading.reason or reading.state is State.LIVE


def test_every_capture_is_judged_above() -> None:
    others = {"story", "shared-and-edited", "graph-api", "login-with-embed"}
    assert set(NAMES) == {*STATES, *others}


def test_a_page_that_is_not_available_beside_an_embed_that_is_contradicts_itself() -> None:
    gone, shown = recorded("not-available"), recorded("login-with-embed")
    page = CapturedPage(
        requested_url=URL,
        final_url=URL,
        status=200,
        dom=gone.dom,
        responses=(*gone.responses, shown.responses[-1]),
    )
    reading = read(page)
    assert reading.state is State.UNDETERMINED
    assert reading.post is not None
    assert seen(reading, "page-root") == ["CometErrorRoot.react fourZerofour"]


def test_the_words_of_the_page_that_is_not_available_never_decide() -> None:
    dom = "<h2>Konten Ini Tidak Tersedia Saat Ini</h2><h2>This content isn't available right now</h2>"
    page = CapturedPage(requested_url=URL, final_url=URL, status=200, dom=dom)
    assert read(page).state is State.UNDETERMINED


def test_a_root_that_answers_prefetch_for_other_pages_says_nothing_of_this_one() -> None:
    gone, live = recorded("not-available"), recorded("login")
    body = gone.dom.partition("data-sjs>")[2].partition("</script>")[0].encode()
    answer = CapturedResponse(
        url="https://www.facebook.com/ajax/bulk-route-definitions/", status=200, headers=(), body=body
    )
    page = CapturedPage(requested_url=URL, final_url=URL, status=200, dom="<p>x</p>", responses=(answer,))
    assert read(page).state is State.UNDETERMINED
    assert read(live).state is State.LOGIN_WALL


def test_the_reader_is_chosen_by_the_address() -> None:
    page = recorded("story")
    assert platforms.read(page).reader == READER
    assert platforms.questions(page.requested_url) is not None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_makes_the_reader_raise(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    check(read(data.draw(damaged(recorded(name)))))
