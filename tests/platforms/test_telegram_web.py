"""Telegram's public pages: what is read from its widget and from a channel's preview.

The captures are constructed ("documented shape"), because no page of Telegram can be had where the tests run. Telegram
documents the widget at core.telegram.org/widgets/post and addresses at core.telegram.org/api/links; how the pages are
built follows what others recorded: github.com/RSS-Bridge/rss-bridge (bridges/TelegramBridge.php) and
github.com/PythonicCafe/tchan (test_tchan.py), and what github.com/DIYgod/RSSHub (lib/routes/telegram/channel.ts)
expects.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia import platforms
from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.platforms.keys import post_key
from evidentia.platforms.questions import Places
from evidentia.platforms.telegram_web import READER, Address, address_of, questions, read
from evidentia.record.post import ActKind, EntityKind, PageReading, State

from .mutations import check, damaged
from .pages import documented_in, seen

recorded = documented_in("telegram")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "telegram"
NAMES = sorted(path.stem.removeprefix("documented-shape-") for path in FOLDER.glob("documented-shape-*.json"))
URL = "https://t.me/kota_contoh/123"


def preview(identifier: int, query: str = "") -> PageReading:
    return read(replace(recorded("preview"), requested_url=f"https://t.me/s/kota_contoh/{identifier}{query}"))


def changed(name: str, old: str, new: str) -> CapturedPage:
    page = recorded(name)
    body = page.responses[0].body.decode("utf-8")
    assert old in body
    first = replace(page.responses[0], body=body.replace(old, new).encode("utf-8"))
    return replace(page, dom=page.dom.replace(old, new), responses=(first, *page.responses[1:]))


@pytest.mark.parametrize(
    "url",
    [URL, "https://t.me/s/kota_contoh/123", "http://telegram.me/kota_contoh/123?single", "https://www.t.me/kota_contoh/123",
     "https://telegram.dog/kota_contoh/123/", "https://kota_contoh.t.me/123", "https://t.me/kota_contoh/5/123",
     URL + "?embed=1&mode=tme"],
)  # fmt: skip
def test_the_forms_of_address_name_one_post(url: str) -> None:
    assert address_of(url) == Address("kota_contoh", "123")


def test_a_comment_and_a_private_post_have_addresses_of_their_own() -> None:
    assert address_of(URL + "?comment=77") == Address("kota_contoh", "123", "77")
    assert address_of("https://t.me/c/1700000007/123") == Address(None, "123")


@pytest.mark.parametrize(
    "url",
    [
        "https://t.me/kota_contoh",
        "https://t.me/addstickers/123",
        "https://t.me.example/kota_contoh/1",
        "http://[",
        "",
    ],
)
def test_other_addresses_are_not_posts(url: str) -> None:
    assert address_of(url) is None
    assert questions(url, Places()) is None


def test_the_post_is_read_whole_from_the_widget() -> None:
    page = recorded("widget-post")
    reading = platforms.read(page)
    post = reading.post
    assert (reading.state, reading.reader) == (State.LIVE, READER)
    assert post is not None
    assert (
        post.text
        == "Dukung Paslon A 🎉\n\nKata @warga12:\nNetral  itu wajib & adil\n#KotaContoh selengkapnya"
    )
    assert [(e.kind, post.text[e.start : e.end], e.target) for e in post.entities] == [
        (EntityKind.EMOJI, "🎉", "tg://emoji?id=5368324170671202286"),
        (EntityKind.MENTION, "@warga12", "warga12"),
        (EntityKind.HASHTAG, "#KotaContoh", "KotaContoh"),
        (EntityKind.LINK, "selengkapnya", "https://kota.example/kabar"),
    ]
    assert (post.author.id, post.author.handle, post.author.name) == (
        "1700000007",
        "kota_contoh",
        "Kabar Kota Contoh",
    )
    assert post.created_at == datetime(2024, 2, 14, 3, 4, 5, tzinfo=UTC)
    assert post.edit_mark is False
    assert post.in_reply_to == "https://t.me/kota_contoh/120"
    assert post.shares == "https://t.me/kanal_asal/77"
    assert post.activity == {"views": 979, "reaction ❤": 34}
    assert post.links == ("https://t.me/warga12", "https://kota.example/kabar")
    assert seen(reading, "signature") == ["Admin 3"]
    assert seen(reading, "forwarded-from") == ["Kanal Asal"]


@pytest.mark.parametrize("word", ["edited", "diedit", "изменено"])
def test_a_word_before_the_time_is_the_edit_mark_in_any_language(word: str) -> None:
    reading = read(changed("widget-edited", "diedit", word))
    assert reading.state is State.EDITED
    assert reading.post is not None
    assert reading.post.edit_mark is True
    assert seen(reading, "edited-mark") == [word]


def test_a_rounded_counter_is_kept_as_it_is_shown_and_is_no_number() -> None:
    reading = read(recorded("widget-edited"))
    assert reading.post is not None
    assert reading.post.activity == {}
    assert seen(reading, "views") == ["4.85K"]


def test_a_post_that_speaks_of_its_absence_is_there() -> None:
    reading = read(changed("widget-edited", "Saya netral.", "Post not found. Pesan ini dihapus."))
    assert reading.post is not None


def test_the_widget_s_error_says_that_nothing_is_there_whatever_its_words() -> None:
    reading = read(changed("widget-error", "Post not found", "Kanal tidak ditemukan"))
    assert (reading.state, reading.post) == (State.UNAVAILABLE, None)
    assert seen(reading, "widget-error") == ["Kanal tidak ditemukan"]


def test_an_error_about_another_post_says_nothing_of_this_one() -> None:
    page = recorded("widget-error")
    other = replace(page.responses[0], url="https://t.me/kota_contoh/999?embed=1&mode=tme")
    assert read(replace(page, responses=(other,))).state is State.UNDETERMINED


def test_a_message_whose_content_is_not_shown_is_not_an_empty_post() -> None:
    reading = read(recorded("widget-not-shown"))
    assert (reading.state, reading.post) == (State.ACCESS_RESTRICTED, None)
    assert seen(reading, "content-not-shown") == ["kota_contoh/123"]


def test_a_preview_holds_the_post_among_others() -> None:
    reading = preview(123)
    widget = read(recorded("widget-post")).post
    assert reading.post is not None
    assert widget is not None
    assert (reading.post.text, post_key(reading.post)) == (widget.text, post_key(widget))
    assert reading.selector == '.tgme_widget_message[data-post="kota_contoh/123"]'


def test_one_picture_of_a_group_leads_to_the_group() -> None:
    reading = preview(125, "?single")
    assert reading.post is not None
    assert (reading.post.native_id, reading.post.text) == ("kota_contoh/124", "Album kampanye")
    assert [m.url.rpartition("/")[2] for m in reading.post.media] == [
        "album124.jpg",
        "album125.jpg",
        "album126.jpg",
    ]
    assert seen(reading, "grouped-with") == ["kota_contoh/125"]


def test_a_service_message_says_so() -> None:
    reading = preview(1)
    assert reading.post is not None
    assert (reading.post.text, seen(reading, "service-message")) == ("Channel created", ["service_message"])


def test_a_post_missing_between_others_is_unavailable_and_one_beyond_them_is_not_judged() -> None:
    assert preview(127).state is State.UNAVAILABLE
    assert preview(200).state is State.UNDETERMINED


def test_a_group_s_author_is_who_wrote_and_not_who_is_answered() -> None:
    link = '<a class="tgme_widget_message_{}" href="https://t.me/{}"><span dir="auto">{}'
    owner = link.format("owner_name", "kota_contoh", "Kabar Kota Contoh")
    member = link.format("author_name", "warga12", "Warga 12")
    post = read(changed("widget-post", owner, member)).post
    assert post is not None
    assert (post.author.id, post.author.handle, post.author.name) == (None, "warga12", "Warga 12")


def test_comments_below_a_post_are_acts_of_those_who_wrote_them() -> None:
    reading = read(recorded("widget-with-discussion"))
    assert reading.post is not None
    assert reading.post.text == "Dukung Paslon A"
    assert [(act.kind, act.actor.handle, act.actor.name, act.what, act.object) for act in reading.acts] == [
        (ActKind.COMMENT, "warga12", "Warga 12", "Bukankah pejabat harus netral?", URL),
        (ActKind.COMMENT, None, "Warga 13", "Setuju", URL),
    ]
    assert reading.acts[0].at == datetime(2024, 2, 14, 4, 0, 7, tzinfo=UTC)


def test_a_comment_has_a_name_below_its_post() -> None:
    page = recorded("widget-with-discussion")
    reading = read(replace(page, requested_url=URL + "?comment=77"))
    post = reading.post
    assert reading.state is State.EDITED
    assert post is not None
    assert (post.native_id, post.in_reply_to, post.author.handle) == (
        "kota_contoh/123?comment=77",
        URL,
        "warga12",
    )
    assert reading.selector is None
    missing = read(replace(page, requested_url=URL + "?comment=99"))
    assert (missing.state, missing.post) == (State.UNDETERMINED, None)


def test_a_comment_is_asked_for_in_the_discussion() -> None:
    asking = questions(URL + "?comment=77", Places())
    assert asking is not None
    assert next(asking).url == URL + "?embed=1&discussion=1&comments_limit=100&comment=77"


def test_a_discussion_that_is_not_shown_says_nothing_of_the_post() -> None:
    page = changed("widget-error", "Post not found", "Tanpa diskusi")
    other = replace(page.responses[0], url=URL + "?embed=1&discussion=1&comments_limit=100")
    assert read(replace(page, responses=(other,))).state is State.UNDETERMINED


@pytest.mark.parametrize("view", ["", "!!!", "eyJjIjoieCJ9", "W10", "e30"])
def test_a_number_that_cannot_be_read_is_taken_from_the_other_place_or_none(view: str) -> None:
    page = recorded("widget-post")
    body = page.responses[0].body.decode()
    start = body.index('data-view="') + len('data-view="')
    spoiled = body[:start] + view + body[body.index('"', start) :]
    for text, expected in ((spoiled, "1700000007"), (spoiled.replace("data-peer", "data-x"), None)):
        first = replace(page.responses[0], body=text.encode())
        post = read(replace(page, responses=(first,))).post
        assert post is not None
        assert post.author.id == expected


def test_a_private_post_is_for_members() -> None:
    page = CapturedPage(requested_url="https://t.me/c/1700000007/123", final_url=None, status=None)
    assert read(page).state is State.LOGIN_WALL
    assert questions(page.requested_url, Places()) is None


def test_a_page_of_somebody_else_is_not_read_as_telegram_s() -> None:
    page = recorded("widget-post")
    forged = replace(page.responses[0], url="https://iklan.example/kota_contoh/123?embed=1")
    assert read(replace(page, responses=(forged,))).post is None


def test_the_preview_is_asked_for_where_the_widget_shows_no_post() -> None:
    asking = questions(URL, Places())
    assert asking is not None
    first = next(asking)
    assert first.url == URL + "?embed=1&mode=tme"
    error = recorded("widget-error").responses[0]
    assert asking.send(error).url == "https://t.me/s/kota_contoh/123"
    again = questions(URL, Places())
    assert again is not None
    next(again)
    discussion = again.send(recorded("widget-post").responses[0])
    assert discussion.url == URL + "?embed=1&discussion=1&comments_limit=100"
    with pytest.raises(StopIteration):
        again.send(CapturedResponse(url=discussion.url, status=200, headers=(), body=b""))


@pytest.mark.parametrize(
    ("status", "state"),
    [(502, State.UNREACHABLE), (429, State.CHALLENGE), (403, State.UNDETERMINED), (404, State.UNDETERMINED)],
)
def test_a_refusal_is_not_a_deletion(status: int, state: State) -> None:
    refused = CapturedResponse(url=URL + "?embed=1&mode=tme", status=status, headers=(), body=b"")
    page = CapturedPage(requested_url=URL, final_url=None, status=None, responses=(refused,))
    reading = read(page)
    assert reading.state is state
    assert seen(reading, "http-status") == [str(status)]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_capture_is_read_without_an_exception(data: st.DataObject) -> None:
    page = recorded(data.draw(st.sampled_from(NAMES)))
    check(platforms.read(data.draw(damaged(page))))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 6000), st.text(max_size=60), st.integers(0, 400))
def test_markup_that_is_cut_or_filled_with_noise_never_raises(start: int, noise: str, cut: int) -> None:
    page = recorded("preview")
    check(read(replace(page, dom=page.dom[:start] + noise + page.dom[start + cut :], responses=())))
