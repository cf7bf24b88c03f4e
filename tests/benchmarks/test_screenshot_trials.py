"""Generated screenshots: what a trial says of its picture is so, and each follows from its seed and number."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from PIL import Image

from benchmarks.screenshots.alterations import WORDS, Kind, alter
from benchmarks.screenshots.cases import photo, timeline
from benchmarks.screenshots.forging import PHONES, Studio, studio
from benchmarks.screenshots.moments import Clock, earlier_that_day, moments, newspaper, time_ago
from benchmarks.screenshots.pages import (
    EXAMINED,
    HELD_OUT,
    LAYOUTS,
    THEMES,
    TUNING,
    Page,
    document,
    english_count,
    fonts_here,
    short_count,
    you_and_others,
)
from benchmarks.screenshots.stories import chatter, stories
from benchmarks.screenshots.trials import POOL, SHOWS, Run, make
from evidentia.record.errors import MissingPart

AT = datetime(2024, 2, 14, 22, 30, tzinfo=UTC)

WHOLE = [name for name, layout in LAYOUTS.items() if layout.whole]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]) -> Iterator[Studio]:
    try:
        fonts_here()
        with studio(tmp_path_factory.mktemp("studio")) as one:
            yield one
    except MissingPart as missing:
        absent(missing.happened)


def test_a_moment_is_shown_in_the_zone_of_the_phone() -> None:
    shown = {zone: moments(AT, Clock(zone, AT + timedelta(days=40))) for zone in ("WIB", "WITA", "WIT")}
    assert [one["time"] for one in shown.values()] == ["05.30", "06.30", "07.30"]
    assert shown["WIB"]["long_day_and_time"] == "15 Februari 2024 pukul 05.30"
    assert shown["WIT"]["day_or_ago"] == "15 Feb 2024"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "1 mnt"), (59, "59 mnt"), (150, "2 jam"), (60 * 24 * 3, "3 hr"), (60 * 24 * 16, "2 mgg")],
)
def test_a_time_ago_is_told_in_whole_units(minutes: int, said: str) -> None:
    assert time_ago(AT, AT + timedelta(minutes=minutes)) == said
    assert moments(AT, Clock("WIB", AT + timedelta(minutes=minutes), ago=True))["day_or_ago"] == said


def test_yesterday_is_the_day_before_where_the_phone_is() -> None:
    shown = moments(AT, Clock("WIB", AT + timedelta(hours=20), ago=True))
    assert shown["long_day_and_time"] == "Kemarin pukul 05.30"


def test_the_year_is_left_out_where_it_is_that_of_the_phone() -> None:
    this, next_one = (moments(AT, Clock("WIB", AT + timedelta(days=days))) for days in (40, 340))
    assert (this["day_pill"], next_one["day_pill"]) == ("15 Februari", "15 Februari 2024")
    assert this["short_day_and_time_or_ago"] == "15 Feb pukul 05.30"
    assert next_one["short_day_and_time_or_ago"] == "15 Feb 2024 pukul 05.30"
    assert this["weekday_or_long_ago"] == next_one["weekday_or_long_ago"] == "Kam, 15 Feb 2024"


@pytest.mark.parametrize(
    ("hours", "pill", "short", "long", "english"),
    [
        (1, "Hari ini", "1 jam", "1 jam", "1 hour ago"),
        (20, "Kemarin", "Kemarin pukul 05.30", "20 jam", "20 hours ago"),
        (24 * 15, "15 Februari", "2 mgg", "2 minggu", "2 weeks ago"),
    ],
)
def test_each_app_has_words_of_its_own_for_a_time_ago(
    hours: int, pill: str, short: str, long: str, english: str
) -> None:
    shown = moments(AT, Clock("WIB", AT + timedelta(hours=hours), ago=True))
    assert shown["day_pill"] == pill
    assert shown["short_day_and_time_or_ago"] == short
    assert shown["weekday_or_long_ago"] == shown["long_ago"] == long
    assert shown["english_day_and_time_or_ago"] == english


@pytest.mark.parametrize(
    ("later", "said"),
    [(0, "Feb 15, 2024 at 5:30 AM"), (7, "Feb 15, 2024 at 12:30 PM"), (19, "Feb 16, 2024 at 12:30 AM")],
)
def test_english_times_are_of_the_clock_of_twelve_hours(later: int, said: str) -> None:
    at = AT + timedelta(hours=later)
    assert moments(at, Clock("WIB", at + timedelta(days=9)))["english_day_and_time_or_ago"] == said


@pytest.mark.parametrize(
    ("ago", "newest", "status", "replies"),
    [
        (False, "Kam, 15 Feb 2024 · 05.30", "15 Feb, 05.30", "2024-2-15"),
        (True, "20 jam lalu", "20 jam yang lalu", "20 jam lalu"),
    ],
)
def test_a_date_gives_way_to_a_time_ago_where_the_app_tells_times_so(
    ago: bool, newest: str, status: str, replies: str
) -> None:
    shown = moments(AT, Clock("WIB", AT + timedelta(hours=20), ago=ago))
    assert shown["weekday_and_time_or_long_ago"] == newest
    assert shown["long_ago_or_short_day_and_time"] == status
    assert shown["year_first_or_ago"] == replies


@pytest.mark.parametrize(
    ("hours", "ago", "film", "chat", "page"),
    [
        (20, False, "2-15", "15/02/2024 05.30", "15 February at 05:30"),
        (340 * 24, False, "2024-2-15", "15/02/2024 05.30", "15 February 2024 at 05:30"),
        (1, True, "1 jam lalu", "Hari ini pukul 05.30", "1h"),
        (20, True, "20 jam lalu", "Kemarin pukul 05.30", "Yesterday at 05:30"),
        (24 * 15, True, "2 mgg lalu", "15/02/2024 05.30", "2w"),
    ],
)
def test_a_film_a_chat_and_a_page_tell_a_time_each_in_its_form(
    hours: int, ago: bool, film: str, chat: str, page: str
) -> None:
    shown = moments(AT, Clock("WIB", AT + timedelta(hours=hours), ago=ago))
    assert shown["month_first_or_ago"] == film
    assert shown["stamp"] == chat
    assert shown["british_day_and_time_or_ago"] == page
    assert shown["long_day"] == "15 Februari 2024"


def test_a_newspaper_dates_its_articles_in_its_own_zone() -> None:
    assert newspaper(AT) == "Kamis, 15 Februari 2024 | 05:30 WIB"


def test_an_article_was_written_between_the_post_and_its_readers_comments() -> None:
    story = replace(stories(5, 1)[0], at=AT)
    clock = Clock("WIB", AT + timedelta(hours=24))
    given = page("warta", story=story, clock=clock, below=tuple(chatter(Random(n)) for n in range(5)))
    shown = document(given)
    assert "Kamis, 15 Februari 2024 | 08:30 WIB" in shown
    told = re.findall(r"15 Feb 2024 · (\d\d\.\d\d)", shown)
    assert told == ["05.30", "09.30", "13.30", "17.30", "21.30"]


def test_what_was_said_before_a_message_was_said_on_its_day() -> None:
    clock = Clock("WIB", AT + timedelta(days=3))
    assert earlier_that_day(AT, clock, timedelta(minutes=7)) == "05.23"
    after_midnight = AT - timedelta(hours=5, minutes=25)
    assert earlier_that_day(after_midnight, clock, timedelta(minutes=7)) == "00.00"


def test_what_was_said_before_in_a_chat_is_stamped_with_its_own_clock_of_the_same_day() -> None:
    story = replace(stories(5, 1)[0], at=AT)
    told = [
        re.findall(r'class="quiet">([^<]*\d\d\.\d\d)<', document(page("ruang", story=story, clock=clock)))
        for clock in (Clock("WIB", AT + timedelta(days=3)), Clock("WIB", AT + timedelta(hours=2), ago=True))
    ]
    assert told == [
        ["15/02/2024 05.23", "15/02/2024 05.30"],
        ["Hari ini pukul 05.23", "Hari ini pukul 05.30"],
    ]


def test_a_comment_is_marked_as_edited_where_a_later_wording_is_shown() -> None:
    story = replace(stories(5, 1)[0], wordings=("Kami netral.", "Kami tetap netral."))
    marked = ["(diedit)" in document(page("balasan", story=story, text=text)) for text in story.wordings]
    assert marked == [False, True]


def test_who_likes_a_post_is_counted_without_oneself() -> None:
    assert [you_and_others(n) for n in (1, 2, 1204)] == [
        "Anda",
        "Anda dan 1 lainnya",
        "Anda dan 1.203 lainnya",
    ]


def test_counts_are_cut_as_apps_cut_them() -> None:
    assert [short_count(n) for n in (931, 1000, 1299, 12_990, 1_540_000)] == [
        "931",
        "1 rb",
        "1,2 rb",
        "12 rb",
        "1,5 jt",
    ]
    assert english_count(1299) == "1.2K"


@pytest.mark.parametrize("kind", list(Kind))
def test_an_alteration_gives_what_was_never_published(kind: Kind) -> None:
    made = 0
    for story in stories(5, 60):
        altered = alter(story, story.wordings[0], kind, Random(story.number))
        if altered is None:
            continue
        made += 1
        if kind in WORDS:
            start = altered.start
            assert altered.text not in story.wordings
            assert story.wordings[0][start : start + len(altered.before)] == altered.before
            assert altered.text[start : start + len(altered.after)] == altered.after
        else:
            assert altered.text == story.wordings[0]
            assert kind is Kind.PICTURE or altered.story != story
    assert made >= 10


def test_the_captures_bound_what_the_screenshot_counts_unless_counts_have_moved() -> None:
    story = stories(5, 1)[0]
    for moved, bounded in ((1.0, True), (0.6, False), (1.5, False)):
        posts = [seen.post for seen in timeline(story, moved=moved).observations if seen.post]
        low, high = sorted(post.activity["likes"] for post in posts)
        assert (low <= story.likes <= high) is bounded or story.likes < 3


def page(layout: str, n: int = 0, **other: object) -> Page:
    story = stories(5, n + 1)[n]
    clock = Clock("WIB", story.at + timedelta(hours=30))
    plain = Page(layout, story, story.wordings[0], THEMES[0], "DejaVu Serif", 17, clock)
    return replace(plain, **other)  # type: ignore[arg-type] # by name


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", SHOWS)
def test_a_layout_shows_what_it_says_and_nothing_else(layout: str, kind: Kind) -> None:
    genuine = page(layout)
    altered = alter(genuine.story, genuine.text, kind, Random(1))
    assert altered is not None
    shown = document(replace(genuine, story=altered.story)) != document(genuine)
    assert shown is (SHOWS[kind] in LAYOUTS[layout].shows)


def test_every_layout_is_measured_and_none_that_was_tuned_on() -> None:
    assert sorted((*TUNING, *HELD_OUT)) == sorted(LAYOUTS)
    assert set(EXAMINED) < set(LAYOUTS)


@pytest.mark.parametrize("layout", WHOLE)
def test_what_comes_below_is_not_more_than_is_counted(layout: str) -> None:
    given = page(layout, below=tuple(chatter(Random(n)) for n in range(5)))
    few = document(replace(given, story=replace(given.story, comments=2)))
    shown = sum(few.count(name) for name, _ in given.below)
    assert shown == (2 if LAYOUTS[layout].answers else 5)


def test_answers_were_written_between_the_post_and_the_screenshot() -> None:
    given = page("grup", below=tuple(chatter(Random(n)) for n in range(2)))
    given = replace(given, story=replace(given.story, comments=2))
    assert re.findall(r"<span>(\d+ \w+)</span>", document(given)) == ["20 jam", "10 jam"]


@pytest.mark.parametrize("layout", ["kanal", "pesan", "ruang"])
def test_a_messenger_says_the_day_anew_where_it_is_another(layout: str) -> None:
    story = replace(stories(5, 1)[0], at=AT)
    given = page(layout, story=story, below=tuple(chatter(Random(n)) for n in range(3)))
    pills = [
        re.findall(
            r'class="day" (hidden)?>',
            document(replace(given, clock=Clock("WIB", AT + timedelta(hours=hours)))),
        )
        for hours in (4, 4 * 24)
    ]
    assert pills == [["hidden"] * 3, [""] * 3]


@pytest.mark.browser
@pytest.mark.parametrize("layout", WHOLE)
def test_nothing_is_cut_off_at_the_edge_of_the_narrowest_phone(opened: Studio, layout: str) -> None:
    """But for what an app shortens itself, with an ellipsis, and a map, whose streets go on beyond its frame."""
    phone = min(PHONES, key=lambda one: one.width)
    full = page(layout, quoted="abc " * 40, below=(chatter(Random(1)),))
    window = opened.show(
        replace(full, story=replace(full.story, likes=98_765, comments=3_162, shares=3_162)), phone
    )
    beyond = window.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter((one) => !one.closest('.one, .streets') && one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => one.outerHTML)"""
    )
    assert beyond == []


@pytest.mark.browser
@pytest.mark.parametrize("quoted", ["", "abc " * 40])
@pytest.mark.parametrize("layout", ["sorot", "etalase", "bioskop", "sampul"])
def test_a_caption_is_not_covered_on_the_smallest_phone(opened: Studio, layout: str, quoted: str) -> None:
    phone = min(PHONES, key=lambda one: one.height)
    story = sorted(stories(5, 60), key=lambda one: len(one.wordings[0]))[45]
    given = page(layout, story=story, text=story.wordings[0], quoted=quoted, photo=photo(0))
    window = opened.show(given, phone)
    top, bottom = window.evaluate(
        "(({top, bottom}) => [top, bottom])(document.getElementById('text').getBoundingClientRect())"
    )
    head, foot = (
        window.evaluate(f"document.querySelector('{name}').getBoundingClientRect().{edge}")
        for name, edge in ((".who, .bar", "bottom"), (".foot", "top"))
    )
    assert head <= top < bottom <= foot


@pytest.mark.browser
def test_links_are_coloured_without_cutting_the_text_on_every_page_of_a_window(opened: Studio) -> None:
    for text in (
        "Lihat #PaslonA dan @pejabat01",
        "Tidak ada",
        "Selengkapnya di https://contoh.example/berita/1",
    ):
        window = opened.show(page("kerja", text=text), PHONES[0])
        assert window.evaluate("document.getElementById('text').firstChild.data") == text
        linked = window.evaluate("[...CSS.highlights.get('linked')].map((range) => range.toString())")
        assert linked == re.findall(r"[#@]\w+|https:\S+", text)


@pytest.mark.browser
def test_a_trial_follows_from_its_number_alone(opened: Studio) -> None:
    pool = stories(2, POOL)
    one, other = (make(opened, Run("tuning", TUNING, 2), pool, 5) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one[0] == other[0]
    assert one[1] == other[1]
    assert one[2] == other[2]


@pytest.mark.browser
@pytest.mark.parametrize("layouts", [TUNING, HELD_OUT])
def test_every_kind_can_be_made_and_is_as_its_trial_says(opened: Studio, layouts: tuple[str, ...]) -> None:
    pool = stories(2, POOL)
    kinds = set()
    for n in range(24):
        made = make(opened, Run("tuning", layouts, 2), pool, n)
        if made is None:
            continue
        trial, data, case = made
        assert bool(trial.kind) == bool(n % 2)
        assert trial.layout in layouts
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.format == ("PNG" if trial.channel == "png" else "JPEG")
        right = next(one for one in case if one.post == str(trial.post))
        shown = right.versions[trial.version - 1].text
        assert trial.before in shown
        assert trial.picture or LAYOUTS[trial.layout].photo != "always"
        kinds.add(trial.kind)
    assert len(kinds) >= len(Kind) - 1
