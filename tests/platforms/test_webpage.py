"""The general reader: what a page names as its post, and that words on a page never make it "gone"."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.platforms.signals import TEXT_FROM, TRANSLATED
from evidentia.platforms.webpage import READER, read
from evidentia.record.post import PageReading, State

URL = "https://kabar.example/p/123"


def page(
    body: str, head: str = "", url: str = URL, final_url: str | None = None, status: int | None = 200
) -> CapturedPage:
    dom = f"<html><head>{head}</head><body>{body}</body></html>"
    return CapturedPage(requested_url=url, final_url=final_url or url, status=status, dom=dom)


def json_ld(**thing: object) -> str:
    stated = {"@context": "https://schema.org", "@type": "SocialMediaPosting", "url": URL, **thing}
    return f'<script type="application/ld+json">{json.dumps(stated)}</script>'


def source(reading: PageReading) -> str:
    return next(signal.seen for signal in reading.signals if signal.name == TEXT_FROM)


GONE_WORDS = [
    "This post has been removed",
    "Pesan ini telah dihapus",
    "Konten Ini Tidak Tersedia Saat Ini",
    "Halaman tidak ditemukan (404). Silakan masuk untuk melanjutkan.",
    "Access denied. Please log in. Verify you are human.",
    "Akun ini telah ditangguhkan",
]


@pytest.mark.parametrize("words", GONE_WORDS)
@pytest.mark.parametrize("shape", ["article", "json-ld", "h-entry", "microdata"])
def test_a_live_post_that_speaks_of_removal_is_live(words: str, shape: str) -> None:
    built = {
        "article": page(f"<article><p>{words}</p></article>"),
        "json-ld": page(f"<p>{words}</p>", json_ld(articleBody=words)),
        "h-entry": page(f'<div class="h-entry"><div class="e-content">{words}</div></div>'),
        "microdata": page(
            f'<div itemscope itemtype="https://schema.org/Article"><p itemprop="articleBody">{words}</p></div>'
        ),
    }[shape]
    reading = read(built)
    assert reading.state is State.LIVE
    assert reading.post is not None
    assert reading.post.text == words
    assert source(reading) == shape


def test_a_thread_with_one_deleted_comment_is_live() -> None:
    comments = "".join(f"<article><p>{t}</p></article>" for t in ("[deleted]", "[dihapus]", "Setuju"))
    reading = read(page(f"<article><h1>Judul</h1><p>Isi</p><section>{comments}</section></article>"))
    assert reading.state is State.LIVE
    assert reading.post is not None
    assert reading.post.text == "Judul\n\nIsi"


def test_a_script_that_says_access_denied_is_not_read() -> None:
    script = '<script>var messages = {denied: "Access denied", removed: "telah dihapus"};</script>'
    reading = read(page(f"<article><p>Halo</p>{script}</article>", script))
    assert reading.state is State.LIVE
    assert reading.post is not None
    assert reading.post.text == "Halo"


@pytest.mark.parametrize("words", [*GONE_WORDS, "Kami sedang dalam pemeliharaan", "Internet Positif"])
def test_a_page_that_names_no_post_is_undetermined_and_kept(words: str) -> None:
    reading = read(page(f"<main><h1>{words}</h1></main>"))
    assert reading.state is State.UNDETERMINED
    assert reading.reason
    assert reading.post is not None
    assert reading.post.text == words


def test_what_is_stated_to_machines_is_read_with_its_author_times_and_counters() -> None:
    head = json_ld(
        articleBody="Pilih Paslon A!",
        headline="Kabar",
        identifier="123",
        author={"@type": "Person", "name": "Pejabat 07", "alternateName": "pejabat07", "identifier": "77"},
        datePublished="2026-11-20T17:00:00+07:00",
        dateModified="2026-11-21T08:00:00+07:00",
        interactionStatistic=[
            {
                "@type": "InteractionCounter",
                "interactionType": "https://schema.org/LikeAction",
                "userInteractionCount": 9,
            }
        ],
    )
    post = read(page("<p>Pilih  Paslon A!</p>", head)).post
    assert post is not None
    assert (post.native_id, post.title, post.text) == ("123", "Kabar", "Pilih Paslon A!")
    assert (post.author.id, post.author.handle, post.author.name) == ("77", "pejabat07", "Pejabat 07")
    assert post.created_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert post.edited_at == datetime(2026, 11, 21, 1, tzinfo=UTC)
    assert post.edit_mark is None
    assert post.activity == {"likes": 9}


def test_a_stated_time_without_an_offset_is_not_placed_in_time() -> None:
    post = read(page("<p>Halo</p>", json_ld(articleBody="Halo", datePublished="2026-11-20T17:00:00"))).post
    assert post is not None
    assert post.created_at is None


def test_a_post_stated_to_machines_but_not_shown_is_undetermined() -> None:
    reading = read(page("<p>Sesuatu yang lain</p>", json_ld(articleBody="Pilih Paslon A!")))
    assert reading.state is State.UNDETERMINED
    assert source(reading) == "json-ld"


def test_of_several_stated_posts_the_one_at_the_address_is_read() -> None:
    other = json_ld(articleBody="Yang lain", url="https://kabar.example/p/9")
    reading = read(page("<p>Yang lain</p><p>Yang ini</p>", other + json_ld(articleBody="Yang ini")))
    assert reading.post is not None
    assert reading.post.text == "Yang ini"


def test_a_list_of_posts_has_no_post_of_its_own() -> None:
    heads = "".join(json_ld(articleBody=f"Kiriman {n}", url=f"https://kabar.example/p/{n}") for n in (7, 8))
    assert read(page("<p>Kiriman 7</p><p>Kiriman 8</p>", heads)).state is State.UNDETERMINED
    assert read(page("<article>a</article><article>b</article>")).state is State.UNDETERMINED


def test_a_feed_has_no_entry_of_its_own_but_the_one_at_the_address() -> None:
    entries = "".join(
        f'<div class="h-entry"><a class="u-url" href="/p/{n}"></a><div class="e-content">Catatan {n}</div></div>'
        for n in (7, 8)
    )
    feed = f'<div class="h-feed">{entries}</div>'
    assert read(page(feed)).state is State.UNDETERMINED
    own = read(page(feed, url="https://kabar.example/p/8"))
    assert own.post is not None
    assert own.post.text == "Catatan 8"


@pytest.mark.parametrize(
    "broken", ["{", "[" * 200_000, '{"@type": NaN', "\x00", '{"@type": 5, "text": {}}', "null"]
)
def test_json_ld_that_cannot_be_read_leaves_the_rest_readable(broken: str) -> None:
    head = f'<script type="application/ld+json">{broken}</script>'
    reading = read(page("<article>Halo</article>", head))
    assert reading.state is State.LIVE


def test_a_picture_of_a_post_has_the_digest_of_the_bytes_that_came_with_the_page() -> None:
    image = CapturedResponse(url="https://kabar.example/a.jpg", status=200, headers=(), body=b"jpeg")
    captured = page('<article>Halo<img src="/a.jpg" alt="poster"><img src="/b.jpg"></article>')
    captured = CapturedPage(
        requested_url=URL, final_url=URL, status=200, dom=captured.dom, responses=(image,)
    )
    post = read(captured).post
    assert post is not None
    assert [medium.sha256 is not None for medium in post.media] == [True, False]


@pytest.mark.parametrize(
    ("stated", "meta", "encoding"),
    [
        ("windows-1252", "", "cp1252"),
        ("iso-8859-1", "", "cp1252"),  # as browsers have it
        ("UTF-8", "windows-1251", "utf-8"),
        ("", "windows-1251", "cp1251"),
        ("punycode", "", "utf-8"),
        ("idna", "hex", "utf-8"),
        ("none-such", "gb18030", "gb18030"),
        ("", "", "utf-8"),
    ],
)
def test_a_page_without_a_dom_is_read_from_the_bytes_the_server_sent(
    stated: str, meta: str, encoding: str
) -> None:
    text = "Saya dukung — ya"
    body = f"<meta charset='{meta}'><article>{text}</article>".encode(encoding)
    headers = (("content-type", f"text/html; charset={stated}"),)
    response = CapturedResponse(url=URL, status=200, headers=headers, body=body)
    post = read(CapturedPage(requested_url=URL, final_url=URL, status=200, responses=(response,))).post
    assert post is not None
    assert post.text == text


@pytest.mark.parametrize(
    "hostile",
    ["<div>" * 5000 + "x", "<b>" * 400_000, "", "\x00" * 50, "<" * 100_000, "a" * (17 * 1024 * 1024)],
    ids=["deep", "many", "empty", "nul", "brackets", "large"],
)
def test_hostile_markup_is_undetermined_and_never_raises(hostile: str) -> None:
    reading = read(CapturedPage(requested_url=URL, final_url=URL, status=200, dom=hostile))
    assert reading.state is State.UNDETERMINED
    assert reading.reader == READER


def test_nested_microdata_does_not_take_time_without_bound() -> None:
    scope = "<div itemscope itemtype=https://schema.org/Comment itemprop=name>"
    hostile = scope * 900 + "<p itemprop=name>x" * 20_000
    assert read(page(hostile)).state is State.UNDETERMINED


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<article>",
                "</article>",
                "<p>",
                "<div class=h-entry>",
                "<div class=e-content>",
                "<div class='u-comment h-cite'>",
                "<a class='p-author h-card' href='http://['>",
                "<a class='u-like-of mention' rel=tag href=x>",
                "<time class=dt-published datetime='2026-13-40'>",
                "<div itemscope itemprop=comment itemtype=https://schema.org/Comment>",
                "<span itemprop='author name text'>",
                "<meta property=article:published_time content=kemarin>",
                "<meta http-equiv=refresh content='0; url=http://['>",
                "<iframe id=main-iframe src='//['>",
                "itemscope",
                "<a href='//['>",
                "<img src='http://[::'>",
                "<div itemscope itemtype=https://schema.org/Article>",
                "<span itemprop=text>",
                "x",
                "<script type=application/ld+json>",
                "</script>",
                '{"@type":"Article","text":"x","url":"http://["}',
                "<link rel=canonical href='http://[a'>",
                "<base href=x>",
                "\ud800",
                "<!--",
                "<svg>",
                "<template>",
                "&#x0;",
            ]
        ),
        max_size=25,
    ),
    st.text(max_size=20),
)
def test_no_markup_makes_the_reader_raise(pieces: list[str], url: str) -> None:
    assert read(page("".join(pieces), "".join(pieces), final_url=url or None)).state in set(State)


def test_a_page_that_a_translating_proxy_served_says_so_and_a_class_of_its_own_says_nothing() -> None:
    def told(url: str) -> list[str]:
        body = '<article class="translated-ltr"><p>Saya mendukung Paslon A.</p></article>'
        return [signal.name for signal in read(page(body, url=url)).signals]

    assert TRANSLATED in told("https://kabar-example.translate.goog/p/123?_x_tr_tl=en")
    assert TRANSLATED not in told(URL)
