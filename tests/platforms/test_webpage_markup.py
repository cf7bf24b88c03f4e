"""What a general page marks up: schema.org, Open Graph, microformats; and who answers in place of it.

The pages are constructed ("documented shape") after schema.org, ogp.me, microformats.org/wiki/h-entry, and for those in
place of a page after github.com/ooni/blocking-fingerprints, WISPr and the documentation of MikroTik and Next.js.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import CapturedPage
from evidentia.platforms.signals import TEXT_FROM
from evidentia.platforms.webpage import read
from evidentia.record.post import ActKind, EntityKind, State

from .mutations import check, damaged
from .pages import documented_in, seen

recorded = documented_in("web")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "web"
NAMES = sorted(path.stem.removeprefix("documented-shape-") for path in FOLDER.glob("documented-shape-*.json"))


STATES = {
    "news-article-json-ld": State.LIVE,
    "question-json-ld": State.LIVE,
    "forum-microdata": State.LIVE,
    "h-entry": State.LIVE,
    "h-entry-like": State.LIVE,
    "h-entry-repost-and-reply": State.LIVE,
    "article-open-graph": State.LIVE,
    "open-graph-alone": State.UNDETERMINED,
    "internet-positif-redirect": State.UNREACHABLE,
    "internet-positif-framed": State.UNREACHABLE,
    "provider-refresh": State.UNREACHABLE,
    "hotspot-mikrotik": State.UNREACHABLE,
    "hotspot-wispr": State.UNREACHABLE,
    "next-404": State.UNAVAILABLE,
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_says_no_more_than_its_signal(name: str) -> None:
    reading = read(recorded(name))
    assert reading.state is STATES[name]
    assert reading.signals
    assert reading.reason or reading.state is State.LIVE


def test_every_capture_is_judged_above() -> None:
    assert set(NAMES) == set(STATES)


def test_an_article_names_authors_by_reference_pictures_and_counters() -> None:
    reading = read(recorded("news-article-json-ld"))
    post = reading.post
    assert post is not None
    assert (post.author.id, post.author.handle, post.author.name) == ("3", "wartawan03", "Wartawan 03")
    assert seen(reading, "author-same-as") == ["https://sosial.example/@wartawan03"]
    assert seen(reading, "co-author") == ["Wartawan 04 · https://kabar.example/#redaksi-4"]
    assert post.created_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert post.edited_at == datetime(2026, 11, 21, 1, tzinfo=UTC)
    assert [(m.url, m.description, m.sha256 is not None) for m in post.media] == [
        ("https://kabar.example/foto/7.jpg", "Panggung", True)
    ]
    assert post.activity == {"shares": 12, "comments": 2}


def test_comments_under_an_article_are_acts_with_what_they_answer() -> None:
    reading = read(recorded("news-article-json-ld"))
    url = "https://kabar.example/berita/kampanye-7"
    assert [(act.kind, act.actor.name, act.what, act.object) for act in reading.acts] == [
        (ActKind.COMMENT, "Warga 12", "Setuju", url),
        (ActKind.COMMENT, "Warga 14", "Komentar terpisah", url),
        (ActKind.COMMENT, "Warga 13", "Saya juga", "c1"),
    ]
    assert reading.acts[2].at is None
    assert reading.acts[2].stated_time == "2026-11-20T19:00:00"


def test_a_question_is_a_post_and_its_answers_are_acts() -> None:
    reading = read(recorded("question-json-ld"))
    post = reading.post
    assert post is not None
    assert (post.text, post.title) == ("Siapa yang hadir?", "Siapa?")
    assert (post.created_at, post.stated_time) == (None, "2026-11-20T17:00")
    assert post.activity == {"answers": 1, "upvotes": 3}
    assert [(act.actor.name, act.what) for act in reading.acts] == [("Warga 21", "Pejabat 07")]


def test_microdata_is_read_with_its_comments() -> None:
    reading = read(recorded("forum-microdata"))
    post = reading.post
    assert post is not None
    assert post.text == "Pilih Paslon A"
    assert (post.author.name, post.author.url) == ("Pejabat 07", "https://forum.example/u/7")
    assert [(act.actor.name, act.what) for act in reading.acts] == [("Warga 12", "Siap")]


def test_an_h_entry_has_its_author_times_marked_words_and_what_others_did() -> None:
    reading = read(recorded("h-entry"))
    post = reading.post
    assert post is not None
    assert seen(reading, TEXT_FROM) == ["h-entry"]
    assert (post.author.name, post.author.handle, post.author.url) == (
        "Pejabat 07", "pejabat07", "https://situs.example/",
    )  # fmt: skip
    assert post.created_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert post.edited_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert [(e.kind, post.text[e.start : e.end], e.target) for e in post.entities] == [
        (EntityKind.HASHTAG, "#PaslonA", "PaslonA"),
        (EntityKind.MENTION, "@tim", "https://sosial.example/@tim"),
        (EntityKind.LINK, "di sini", "https://situs.example/lain"),
    ]
    assert [(act.kind, act.actor.name, act.what) for act in reading.acts] == [
        (ActKind.COMMENT, "Warga 12", "Siap"), (ActKind.LIKE, "Pejabat 14", None),
    ]  # fmt: skip


def test_an_entry_that_likes_shares_or_answers_names_what() -> None:
    like = read(recorded("h-entry-like"))
    assert [(act.kind, act.actor.name, act.object, act.stated_time) for act in like.acts] == [
        (ActKind.LIKE, "Pejabat 07", "https://kabar.example/p/1", "2026-11-20T17:00")
    ]
    shared = read(recorded("h-entry-repost-and-reply"))
    assert shared.post is not None
    assert shared.post.shares == "https://kabar.example/p/2"
    assert shared.post.in_reply_to == "https://kabar.example/p/3"
    assert [act.kind for act in shared.acts] == [ActKind.SHARE]


def test_open_graph_tells_when_and_who_and_never_that_a_post_is_there() -> None:
    post = read(recorded("article-open-graph")).post
    assert post is not None
    assert (post.author.name, post.author.url) == ("Wartawan 03", "https://kabar.example/penulis/3")
    assert post.created_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    alone = read(recorded("open-graph-alone"))
    assert alone.post is not None
    assert alone.post.text == "Halaman lain"


def stated(thing: dict[str, object], body: str) -> CapturedPage:
    url = "https://kabar.example/v/1"
    source = f'<script type="application/ld+json">{json.dumps(thing)}</script>'
    return CapturedPage(requested_url=url, final_url=url, status=200, dom=f"<body>{source}{body}</body>")


def test_a_video_is_the_post_only_where_nothing_else_is_and_its_description_is_shown() -> None:
    video = {"@type": "VideoObject", "name": "Kampanye", "description": "Pidato", "contentUrl": "/v.mp4",
             "uploadDate": "2026-11-20T17:00:00+07:00"}  # fmt: skip
    post = read(stated(video, "<p>Pidato</p>")).post
    assert post is not None
    assert (post.text, post.media[0].url) == ("Pidato", "https://kabar.example/v.mp4")
    assert post.created_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert read(stated(video, "<p>Lain</p>")).state is State.UNDETERMINED
    both = {"@graph": [video, {"@type": "NewsArticle", "articleBody": "Berita"}]}
    article = read(stated(both, "<p>Berita</p><p>Pidato</p>")).post
    assert article is not None
    assert article.text == "Berita"


def test_what_a_post_passes_on_and_what_a_comment_answers_are_named() -> None:
    shared = {
        "@type": "SocialMediaPosting",
        "text": "Lihat",
        "sharedContent": {"@type": "WebPage", "url": "/asal"},
    }
    post = read(stated(shared, "<p>Lihat</p>")).post
    assert post is not None
    assert post.shares == "https://kabar.example/asal"
    comment = {
        "@type": "Comment",
        "url": "https://kabar.example/v/1",
        "text": "Ya",
        "parentItem": {"@id": "/p/9"},
    }
    answer = read(stated(comment, "<p>Ya</p>")).post
    assert answer is not None
    assert answer.in_reply_to == "https://kabar.example/p/9"


@pytest.mark.parametrize("count", [-1, True, 1.5, "1e9", "٣", 10**40, [3], None])
def test_a_counter_that_is_no_count_is_left_out(count: object) -> None:
    counter = {"interactionType": "https://schema.org/LikeAction", "userInteractionCount": count}
    thing = {"@type": "Article", "text": "x", "interactionStatistic": [counter, 5], "commentCount": count}
    post = read(stated(thing, "<p>x</p>")).post
    assert post is not None
    assert post.activity == {}


def test_mentions_in_a_circle_end() -> None:
    things = {"@graph": [
        {"@type": "Article", "@id": "#a", "url": "https://kabar.example/v/1", "text": "x", "comment": {"@id": "#b"}},
        {"@type": "Comment", "@id": "#b", "text": "y", "author": "Warga 1", "comment": {"@id": "#b"}},
    ]}  # fmt: skip
    assert [act.what for act in read(stated(things, "<p>x</p>")).acts] == ["y"]


def test_heights_in_class_names_are_no_microformats() -> None:
    dom = "<div class='h-entry'><div class='h-full h-10 p-4'><div class='e-content'>Halo</div></div></div>"
    url = "https://situs.example/1"
    reading = read(CapturedPage(requested_url=url, final_url=url, status=200, dom=dom))
    assert reading.post is not None
    assert reading.post.text == "Halo"
    assert seen(reading, TEXT_FROM) == ["h-entry"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_makes_the_reader_raise(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    check(read(data.draw(damaged(recorded(name)))))
