"""What stands around a text, laid beside the captures.

The lines are records as an engine gives them, laid out as on the large platforms' pages; no engine reads here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.detect.reading.beside import beside
from evidentia.detect.reading.deciding import decided, remarks
from evidentia.detect.reading.names import letters_apart, unjoined
from evidentia.detect.reading.ocr import Line, Word
from evidentia.record.finding import Beside, Outcome, Part, PictureShown, Reading
from evidentia.record.life import Timeline, Version
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Observation, Post, State
from evidentia.record.sentences import english
from tests.detect.reading_records import reading as plain_reading

AT = datetime(2019, 2, 20, 6, 5, 41, tzinfo=UTC)  # 13.05 in Jakarta, 14.05 in Makassar, 15.05 in Jayapura
TEXT = (
    "Mari kita dukung Paslon A pada hari Rabu, datang ke TPS 12 dan ajak 25 tetangga bersama @staf44 kemarin"
)
ROWS = (
    "Mari kita dukung Paslon A pada hari Rabu,",
    "datang ke TPS 12 dan ajak 25 tetangga bersama",
    "@staf44 kemarin",
)
HEIGHT, PITCH = 46, 56
Row = tuple[int, int, str]


def line(x: int, y: int, text: str, score: float = 0.99) -> Line:
    """A line of letters 20 pixels wide."""
    words, at = [], x
    for word in text.split():
        words.append(Word(text=word, box=(at, y, 20 * len(word), HEIGHT)))
        at += 20 * (len(word) + 1)
    return Line(words=tuple(words), box=(x, y, at - 20 - x, HEIGHT), score=score)


def text_at(y: int, x: int = 40) -> list[Row]:
    return [(x, y + n * PITCH, row) for n, row in enumerate(ROWS)]


def page(
    author: str = "@pejabat07_a", name: str = "Pejabat 07", time: str = "14.05 · 20 Feb 2019"
) -> list[Row]:
    """A post's own page: bar, name, handle, text, time, counts."""
    return [
        (30, 10, "18.29 4G 78%"), (30, 90, "← Postingan"), (160, 190, name), (160, 240, author), *text_at(320),
        (40, 540, f"{time} · 403 Tayangan"), (40, 640, "2,5 rb Posting ulang 13 Suka"),
        (40, 760, "Iklan · Toko Umpama: diskon 25%"),
    ]  # fmt: skip


def feed(line_above: str) -> list[Row]:
    return [(30, 10, "18.29 4G 78%"), (160, 190, line_above), *text_at(250), (40, 480, "12 45 931")]


def post(**changes: object) -> Post:
    made = Post(
        platform="sosial",
        native_id="1",
        url="https://sosial.example/p/1",
        author=Account(handle="pejabat07_a", name="Pejabat 07"),
        text=TEXT,
        created_at=AT,
        activity={"likes": 13, "shares": 2531},
    )
    return replace(made, **changes)


def timeline(*posts: Post) -> Timeline:
    seen = tuple(
        Observation(
            key="1",
            url=one.url,
            state=State.LIVE,
            during=Interval(),
            source="own capture",
            evidence=(),
            post=one,
        )
        for one in posts or (post(),)
    )
    return Timeline(
        post="1", url=seen[0].url, state=State.LIVE, observations=seen, versions=(VERSION,), changes=()
    )


VERSION = Version(n=1, text=TEXT, not_before=None, not_after=None, evidence=())


def body_of(rows: list[Row]) -> tuple[int, int, int, int]:
    """The box around the words of the text."""
    own = [line(*row) for row in rows if any(row[2].endswith(part) for part in ROWS)]
    left = min(one.box[0] for one in own)
    return (
        left,
        own[0].box[1],
        max(one.box[0] + one.box[2] for one in own) - left,
        own[-1].box[1] + HEIGHT - own[0].box[1],
    )


def fields(rows: list[Row], *posts: Post, score: float = 0.99, **options: object) -> dict[str, Beside]:
    lines = [line(*row, score=score) for row in rows]
    found = beside(lines, body_of(rows), timeline(*posts), VERSION, **options)  # type: ignore[arg-type]
    assert len({field.name for field in found}) == len(found)
    return {field.name: field for field in found}


def said(rows: list[Row], *posts: Post, score: float = 0.99, **options: object) -> dict[str, Outcome | None]:
    return {name: field.outcome for name, field in fields(rows, *posts, score=score, **options).items()}


def test_a_genuine_page_is_as_recorded_in_all_its_fields() -> None:
    found = fields(page())

    assert {name: field.outcome for name, field in found.items()} == {
        "handle": Outcome.CONSISTENT,
        "name": Outcome.CONSISTENT,
        "time": Outcome.CONSISTENT,
        "likes": Outcome.CONSISTENT,
        "shares": Outcome.CONSISTENT,
        "views": None,
    }
    assert found["time"].shown == "14.05 · 20 Feb 2019"
    assert "WITA" in found["time"].reason
    assert found["handle"].box == (160, 240, 20 * len("@pejabat07_a"), HEIGHT)


@pytest.mark.parametrize("handle", ["@pejabat07_b", "@pejabat17_a", "@pejabat0_a"])
def test_a_handle_beside_the_recorded_one_differs(handle: str) -> None:
    field = fields(page(handle))["handle"]

    assert (field.outcome, field.shown, field.recorded) == (Outcome.DIFFERS, handle[1:], ("pejabat07_a",))


@pytest.mark.parametrize(
    "handle", ["@pejabat07a", "@pejabatO7_a", "@PEJABAT07.a", "@pejabat0…", "@pejabat07_"]
)
def test_letters_that_look_alike_or_are_cut_leave_it_open(handle: str) -> None:
    assert said(page(handle))["handle"] is Outcome.INCONCLUSIVE


def test_a_line_that_is_read_badly_proves_no_difference() -> None:
    assert said(page("@pejabat07_b"), score=0.8)["handle"] is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("pejabat07.sosial.example", "@pejabat07.sosial.example"),
        ("pejabat07@sosial.example", "@pejabat07"),
        ("pejabat07@sosial.example", "@pejabat07@sosial.example"),
        ("pejabat07", "@pejabat07@sosial.example"),
        ("pejabat07", "@pejabat07.sosial.example"),
        ("@pejabat07", "pejabat07"),
    ],
)
def test_a_handle_is_known_with_its_host_and_without(recorded: str, shown: str) -> None:
    account = Account(handle=recorded, name="Pejabat 07")

    assert said(page(shown), post(author=account))["handle"] is Outcome.CONSISTENT


def test_every_handle_that_the_author_had_counts() -> None:
    before = post(author=Account(handle="camat33", name="Camat 33"))

    assert said(page("@camat33", "Camat 33"), before, post())["handle"] is Outcome.CONSISTENT


@pytest.mark.parametrize(
    "line_above", ["Membalas @staf44", "Replying to @pejabat07_b", "Camat 5 memposting ulang"]
)
def test_who_is_answered_is_not_the_author(line_above: str) -> None:
    rows = [(40, 20, "Pejabat 07 @pejabat07_a · 2 jam"), (40, 80, line_above), *text_at(140)]

    assert said(rows)["handle"] is Outcome.CONSISTENT


def test_a_mention_within_the_text_and_commenters_are_not_the_author() -> None:
    rows = [*text_at(140), (40, 400, "Suka Balas"), (40, 460, "@pejabat07_b Setuju sekali")]
    above = [(40, 60, "@pejabat07_a · 2 jam"), *rows]

    assert said(above)["handle"] is Outcome.CONSISTENT
    assert said(rows[:-1])["handle"] is None


def test_a_quoted_account_below_the_text_is_not_the_author() -> None:
    rows = [
        (40, 60, "Pejabat 07"),
        *text_at(140),
        (60, 320, "Staf Umum @stafumum · 2 jam"),
        (60, 380, "Rapat"),
    ]

    assert said(rows)["handle"] is None


def test_an_author_may_be_named_right_below_the_text() -> None:
    rows = [*text_at(140), (40, 310, "— Pejabat 07 @pejabat07_a")]

    assert (said(rows)["handle"], said(rows)["name"]) == (Outcome.CONSISTENT, Outcome.CONSISTENT)


def test_another_account_in_the_authors_place_is_said_and_is_another_matter_than_a_changed_letter() -> None:
    rows = feed("Camat 33 @camat33 · 2 jam")

    field = fields(rows)["handle"]

    assert field.outcome is Outcome.DIFFERS
    assert field.reason.startswith("another account")


def test_a_handle_before_the_text_on_its_line_is_the_authors() -> None:
    rows = text_at(600)
    named = [(rows[0][0], rows[0][1], f"pejabat07_a {rows[0][2]}"), *rows[1:], (40, 800, "20 Feb 2019")]
    altered = [(rows[0][0], rows[0][1], f"pejabat08_a {rows[0][2]}"), *named[1:]]

    assert said(named)["handle"] is Outcome.CONSISTENT
    assert said(altered)["handle"] is Outcome.DIFFERS


@pytest.mark.parametrize("handle", ["pejabat07_a", "pejabat07_b"])
def test_a_handle_is_not_taken_for_the_name_that_it_resembles(handle: str) -> None:
    rows = text_at(600)
    shown = [(40, 100, handle), (rows[0][0], rows[0][1], f"{handle} {rows[0][2]}"), *rows[1:]]

    assert said(shown)["name"] is None


def test_a_name_that_begins_with_the_handle_is_read() -> None:
    account = post(author=Account(handle="budi", name="Budi Contoh"))

    assert said(page("@budi", "Budi Contoh"), account)["name"] is Outcome.CONSISTENT


def test_a_forums_author_stands_at_the_left_of_the_text() -> None:
    rows = [(5, 20, "20-02-2019, 14:05"), (5, 100, "pejabat07_a"), (5, 150, "Anggota"), *text_at(100, x=300)]

    assert said(rows)["handle"] is Outcome.CONSISTENT
    assert said(rows)["time"] is Outcome.CONSISTENT


def test_another_name_beside_the_right_handle_is_said() -> None:
    assert said(page(name="Bapak Teladan"))["name"] is Outcome.DIFFERS
    assert said(page(name="Pejabat 08"))["name"] is Outcome.DIFFERS


@pytest.mark.parametrize(
    ("time", "outcome"),
    [
        ("14.05 · 20 Feb 2019", Outcome.CONSISTENT),
        ("13.05 · 20 Feb 2019", Outcome.CONSISTENT),
        ("12.05 · 20 Feb 2019", Outcome.INCONCLUSIVE),  # a phone in UTC+06:00
        ("14.06 · 20 Feb 2019", Outcome.DIFFERS),
        ("14.05 · 21 Feb 2019", Outcome.DIFFERS),  # no zone is a day ahead of Makassar
        ("14.05 · 25 Feb 2019", Outcome.DIFFERS),
        ("20 Feb", Outcome.CONSISTENT),
        ("20/02/18", Outcome.DIFFERS),
        ("Rabu", Outcome.CONSISTENT),
        ("Senin", Outcome.DIFFERS),
        ("Minggu", None),  # a week whose number was not read, as well
        ("3 minggu", Outcome.CONSISTENT),
        ("2 jam", Outcome.CONSISTENT),
        ("Feb 20, 2019 at 2:05 PM", Outcome.CONSISTENT),
        ("Feb 20, 2019 at 2:05", Outcome.INCONCLUSIVE),
        ("Feb 20, 2019 at 2:06", Outcome.DIFFERS),
    ],
)
def test_a_time_is_explained_by_a_zone_or_by_none(time: str, outcome: Outcome | None) -> None:
    assert said(page(time=time))["time"] is outcome


def test_the_bars_clock_and_times_in_the_text_are_not_the_posts() -> None:
    rows = [(30, 10, "18.29 4G 78%"), (160, 100, "Pejabat 07"), *text_at(160)]

    assert said(rows)["time"] is None


def test_the_first_of_four_pictures_is_no_date_and_hides_none() -> None:
    rows = [(160, 190, "Pejabat 07"), (160, 240, "@pejabat07_a · 20 Feb"), (600, 290, "1/4"), *text_at(330)]
    other = [(160, 190, "Pejabat 07"), (160, 240, "@pejabat07_a"), (600, 290, "1/4"), *text_at(330)]
    dated = [(160, 190, "Pejabat 07"), (160, 240, "@pejabat07_a · 21/2"), *text_at(330)]

    assert said(rows)["time"] is Outcome.CONSISTENT
    assert said(other)["time"] is None
    assert said(dated)["time"] is Outcome.DIFFERS


def test_a_clock_that_ends_a_quoted_text_is_not_the_posts() -> None:
    above = [(160, 190, "Pejabat 07"), (160, 240, "@pejabat07_a"), *text_at(330)]
    below = 330 + 4 * PITCH

    assert said([*above, (160, below, "pukul 13.15.")])["time"] is Outcome.INCONCLUSIVE
    assert said([*above, (160, below, "pukul 13.15")])["time"] is Outcome.DIFFERS


def test_a_messages_clock_stands_in_the_texts_corner() -> None:
    rows = [(30, 10, "18.29 4G"), (40, 100, "Pejabat 07"), *text_at(160), (760, 160 + 2 * PITCH, "14.05 √√")]
    altered = [*rows[:-1], (760, 160 + 2 * PITCH, "14.17 √√")]

    assert said(rows)["time"] is Outcome.CONSISTENT
    assert said(altered)["time"] is Outcome.DIFFERS


def test_a_comments_time_far_below_leaves_the_posts_open() -> None:
    rows = [(40, 100, "@pejabat07_a"), *text_at(160), (40, 900, "21-03 Balas")]

    assert said(rows)["time"] is Outcome.INCONCLUSIVE


def test_a_comments_whole_time_far_below_leaves_the_posts_open_and_the_posts_own_does_not() -> None:
    rows = [(40, 100, "@pejabat07_a"), *text_at(160)]

    assert said([*rows, (40, 900, "Warga 708 · Jul 11, 2019 at 4:07 PM")])["time"] is Outcome.INCONCLUSIVE
    assert said([*rows, (40, 900, "Jul 11, 2019 at 4:07 PM")])["time"] is Outcome.DIFFERS


def test_the_posts_time_stands_beside_its_author_above_what_it_quotes() -> None:
    quoted = [
        (60, 150 + n * PITCH, text) for n, text in enumerate(("@staf44 wrote:", *["Hujan dari pagi"] * 5))
    ]
    rows = [(40, 60, "Posted by pejabat07_a · Feb 20, 2019 at 2:05 PM"), *quoted, *text_at(600)]

    assert fields(rows)["time"].shown == "Feb 20, 2019 at 2:05 PM"


def test_a_name_that_was_read_as_one_word_with_what_follows_is_the_authors() -> None:
    assert said(feed("Pejabat 07·ke-2"))["name"] is Outcome.CONSISTENT


def test_a_quoted_posts_time_is_not_the_posts() -> None:
    rows = page()
    rows[7:7] = [(60, 480, "Staf Umum @stafumum · 21 Mar")]

    assert fields(rows)["time"].shown == "14.05 · 20 Feb 2019"


def test_a_time_of_editing_that_no_capture_knows_proves_nothing() -> None:
    rows = [(40, 20, "@pejabat07_a"), (40, 80, "Diedit 25 Feb 2019"), *text_at(140)]

    assert said(rows)["time"] is Outcome.INCONCLUSIVE
    edited = post(edited_at=datetime(2019, 2, 25, 3, tzinfo=UTC))
    assert said(rows, edited)["time"] is Outcome.CONSISTENT


def test_a_time_ago_bounds_the_screenshot_and_is_held_against_when_it_existed() -> None:
    rows = feed("Pejabat 07 @pejabat07_a · 3 mgg")

    field = fields(rows, existed_by=AT + timedelta(days=60))["time"]

    assert field.outcome is Outcome.CONSISTENT
    assert "between 2019-03-09T" in field.reason
    assert said(rows, existed_by=AT + timedelta(days=2))["time"] is Outcome.DIFFERS


def test_without_a_recorded_time_nothing_is_said_of_it() -> None:
    assert said(page(), post(created_at=None))["time"] is None
    stated = post(created_at=None, stated_time="20 Februari 2019 pukul 14.05")
    assert said(page(), stated)["time"] is Outcome.CONSISTENT
    assert said(page(time="14.06 · 21 Feb 2019"), stated)["time"] is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_that_no_post_can_have_is_not_compared(year: int) -> None:
    impossible = post(created_at=datetime(year, 12, 31, 23, 59, tzinfo=UTC))

    assert said(page(time="2 tahun"), impossible)["time"] is None


def test_a_count_is_held_against_all_that_the_captures_bound() -> None:
    earlier, later = post(activity={"likes": 10}), post(activity={"likes": 20})
    outside = post(activity={"likes": 14})

    assert said(page(), earlier, later)["likes"] is Outcome.CONSISTENT
    field = fields(page(), outside)["likes"]
    assert (field.outcome, field.recorded) == (Outcome.DIFFERS, ("14",))
    assert "counts move with time" in field.reason


def test_a_count_that_one_side_lacks_has_no_outcome() -> None:
    found = fields(page(), post(activity={"comments": 3}))

    assert (found["likes"].outcome, found["comments"].outcome) == (None, None)
    assert "captures hold no such count" in found["likes"].reason
    assert "was read in the picture" in found["comments"].reason


READING = plain_reading()


def concluded(rows: list[Row], outcome: Outcome = Outcome.CONSISTENT, second: str | None = None) -> Reading:
    lines = [line(*row) for row in rows]
    found = beside(lines, body_of(rows), timeline(), VERSION)
    return decided(
        replace(READING, outcome=outcome), found, lines, lambda one: one.text if second is None else second
    )


def test_fields_that_are_as_recorded_leave_the_words_conclusion() -> None:
    reading = concluded(page())

    assert (reading.outcome, reading.reason, reading.differences) == (READING.outcome, READING.reason, ())
    assert len(reading.beside) == 6


@pytest.mark.parametrize(
    ("rows", "part"),
    [(page("@pejabat08_a"), Part.HANDLE), (page(time="14.06 · 20 Feb 2019"), Part.TIME)],
    ids=["handle", "time"],
)
def test_an_altered_handle_or_time_makes_the_picture_differ(rows: list[Row], part: Part) -> None:
    reading = concluded(rows)

    assert reading.outcome is Outcome.DIFFERS
    (difference,) = reading.differences
    assert difference.part is part
    assert difference.box is not None
    assert difference.opinions
    assert reading.reason.endswith(READING.reason)


def test_what_a_second_look_reads_otherwise_decides_nothing() -> None:
    reading = concluded(page("@pejabat08_a"), second="@pejabat07_a")

    assert (reading.outcome, reading.differences) == (Outcome.CONSISTENT, ())
    assert reading.beside[0].outcome is Outcome.INCONCLUSIVE


def test_a_second_look_that_loses_the_low_line_of_a_handle_reads_its_letters_and_digits() -> None:
    reading = concluded(page("@pejabat08_a"), second="Pejabat 07 @pejabat08 a")

    assert reading.outcome is Outcome.DIFFERS
    assert [one.shown for one in reading.differences] == ["pejabat08_a"]


@pytest.mark.parametrize("shown", ["@pejabat07__a", "@pejabat07a"])
def test_another_low_line_in_a_handle_alone_stays_in_doubt(shown: str) -> None:
    reading = concluded(page(shown), second="@pejabat07 a")

    assert (reading.outcome, reading.differences) == (Outcome.CONSISTENT, ())
    assert reading.beside[0].outcome is Outcome.INCONCLUSIVE


def test_a_time_that_a_second_look_reads_with_other_signs_decides_nothing() -> None:
    reading = concluded(page(time="16.45 · 20 Feb 2019"), second="1645 20 Feb 2019 403 Tayangan")

    assert (reading.outcome, reading.differences) == (Outcome.CONSISTENT, ())


@pytest.mark.parametrize(
    "rows",
    [feed("Camat 33 @camat33 · 2 jam"), [(40, 100, "Pejabat 17"), *text_at(160)]],
    ids=["another account", "another name alone"],
)
def test_another_authors_post_of_the_same_words_is_not_called_consistent(rows: list[Row]) -> None:
    reading = concluded(rows)

    assert (reading.outcome, reading.differences) == (Outcome.INCONCLUSIVE, ())
    assert "another's post of the same words" in reading.reason


def test_a_time_beside_another_account_is_that_accounts_and_decides_nothing() -> None:
    reading = concluded(page("@camat33", name="Camat 33", time="14.06 · 20 Feb 2019"))

    assert (reading.outcome, reading.differences) == (Outcome.INCONCLUSIVE, ())
    assert "another's post of the same words" in reading.reason


def test_another_name_beside_the_right_handle_and_any_count_decide_nothing() -> None:
    rows = page(name="Bapak Teladan")
    rows[8] = (40, 640, "2,5 rb Posting ulang 99 rb Suka")

    assert concluded(rows).outcome is Outcome.CONSISTENT


@given(st.text("abc01", max_size=12), st.text("abc01", max_size=12))
def test_letters_apart_are_counted_as_levenshtein_does(one: str, other: str) -> None:
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, start=1):
        rows.append([i])
        for j, b in enumerate(other, start=1):
            rows[i].append(min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b)))

    assert letters_apart(one, other, 2) == min(3, rows[-1][-1])


def test_counts_beside_icons_are_each_held_against_a_counter_of_its_own() -> None:
    recorded = post(activity={"likes": 931, "shares": 45, "comments": 12})
    rows = feed("Pejabat 07 @pejabat07_a")

    assert {said(rows, recorded)[name] for name in ("likes", "shares", "comments")} == {Outcome.CONSISTENT}


def test_a_count_beside_an_icon_that_no_capture_holds_differs_and_alters_nothing() -> None:
    recorded = post(activity={"likes": 93, "shares": 45, "comments": 12})

    found = fields(feed("Pejabat 07 @pejabat07_a"), recorded)

    assert (found["shares"].outcome, found["comments"].outcome) == (Outcome.CONSISTENT,) * 2
    assert (found["count 3 of a row"].shown, found["count 3 of a row"].outcome) == ("931", Outcome.DIFFERS)
    assert "shows no alteration" in found["count 3 of a row"].reason
    assert found["likes"].outcome is None


def test_two_equal_counts_need_two_counters() -> None:
    rows = [*feed("Pejabat 07 @pejabat07_a")[:-1], (40, 480, "12 12")]

    found = fields(rows, post(activity={"likes": 12, "shares": 45}))

    assert sorted(field.outcome or "" for field in found.values() if field.shown == "12") == [
        Outcome.CONSISTENT,
        Outcome.DIFFERS,
    ]


def test_what_decides_nothing_is_said_with_the_answer() -> None:
    doubtful = fields(page("@pejabat0l_a"), post(author=Account(handle="pejabat01_a", name="Pejabat 07")))
    other = PictureShown(box=(0, 0, 9, 9), outcome=Outcome.DIFFERS, reason="")

    in_doubt, another = map(english, remarks(tuple(doubtful.values()), [other]))

    assert "the handle was read as “pejabat0l_a”" in in_doubt
    assert another.startswith("1 of the pictures within is none that was captured")
    assert remarks(tuple(fields(page()).values()), ()) == ()


def test_who_is_mentioned_in_a_quoted_sentence_is_no_author() -> None:
    rows = [*page()[:2], (160, 190, "Pejabat 07"), (60, 250, "Bersama kami dan @staf55"), *text_at(320)]

    assert fields(rows)["handle"].outcome is None


@pytest.mark.parametrize(
    "joined",
    [
        "Pejabat 07pejabat07_a",
        "Pejabat07pejabat07_a",
        "Pejabat 07@pejabat07_a",
        "Pejabat07@pejabat07_a",
        "Pejabat 07@pejabat07_a · 2 jam",
    ],
)
def test_a_name_and_the_handle_behind_it_that_were_read_as_one_word_are_both_told(joined: str) -> None:
    rows = [*page()[:2], (160, 250, joined), *text_at(320)]

    found = fields(rows)

    assert [found[part].outcome for part in ("handle", "name")] == [Outcome.CONSISTENT, Outcome.CONSISTENT]
    assert (found["handle"].shown, found["handle"].recorded) == ("pejabat07_a", ("pejabat07_a",))
    handle, name = found["handle"].box, found["name"].box
    assert handle is not None
    assert name is not None
    assert name[0] + name[2] <= handle[0]


def test_another_name_and_another_handle_that_were_read_as_one_word_are_both_told_of() -> None:
    rows = [*page()[:2], (160, 250, "Staf 55@staf55_b"), *text_at(320)]

    found = fields(rows)

    assert [found[part].outcome for part in ("handle", "name")] == [Outcome.DIFFERS, Outcome.DIFFERS]
    assert [found[part].shown for part in ("handle", "name")] == ["staf55_b", "Staf 55"]


@pytest.mark.parametrize(
    ("read", "parted"),
    [
        ("07@pejabat07_a", ["07", "@pejabat07_a"]),
        ("07pejabat07_a", ["07", "pejabat07_a"]),
        ("55@staf55_b", ["55", "@staf55_b"]),
        ("07@camat@contoh.example", ["07", "@camat@contoh.example"]),
        ("camat@contoh.example", ["camat@contoh.example"]),
        ("@camat@contoh.example", ["@camat@contoh.example"]),
        ("(@staf55_b)", ["(@staf55_b)"]),
        ("xpejabat07_a", ["xpejabat07_a"]),
        ("pejabat07_a", ["pejabat07_a"]),
    ],
)
def test_a_handle_is_parted_from_what_was_read_before_it(read: str, parted: list[str]) -> None:
    word = Word(text=read, box=(100, 20, 10 * len(read), 40))

    found = unjoined([word], ["pejabat07_a", "camat@contoh.example"], ["Pejabat 07"])

    assert [one.text for one in found] == parted
    assert [one.box for one in found] == [
        (100 + 10 * read.index(text), 20, 10 * len(text), 40) for text in parted
    ]


def test_a_handle_behind_what_ends_no_name_is_another_word() -> None:
    rows = [*page()[:2], (160, 250, "Pejabat 07 xpejabat07_a"), *text_at(320)]

    assert fields(rows)["handle"].outcome is not Outcome.CONSISTENT


def test_a_name_that_lacks_its_end_may_have_lost_it_in_reading() -> None:
    found = fields(page(name="Pejabat", author="@staf55"))["name"]

    assert found.outcome is Outcome.INCONCLUSIVE
    assert "only letters at its end are missing" in found.reason


def test_a_date_read_into_the_handle_leaves_the_handle_in_doubt() -> None:
    found = fields(page(author="@pejabat07_a2019-02-20"))["handle"]

    assert found.outcome is Outcome.INCONCLUSIVE
    assert "what stands behind it was read into it" in found.reason


def test_a_messengers_mark_before_the_name_of_a_stranger_is_not_part_of_it() -> None:
    assert said(page(name="~ Pejabat 07"))["name"] is Outcome.CONSISTENT
    assert said(page(name="~Pejabat 07"))["name"] is Outcome.CONSISTENT


def test_a_date_beside_money_is_a_sentence_and_not_the_posts_time() -> None:
    rows = [*page()[:4], (60, 280, "Rp752.000.000 on 16 September"), *text_at(330)]

    assert fields(rows)["time"].outcome is None


def test_the_name_of_a_day_far_below_the_text_is_a_word_of_somebody_elses() -> None:
    near = [*page()[:7], (40, 540, "Rabu")]
    far = [*page()[:7], (40, 540, "12 suka"), (40, 900, "Senin?")]

    assert fields(near)["time"].outcome is Outcome.CONSISTENT
    assert fields(far)["time"].outcome is None


def test_who_is_answered_in_a_line_of_text_is_no_author() -> None:
    quoted = [
        *page()[:2],
        (160, 190, "Pejabat 07"),
        (60, 250, "@Staf Umum Mari kita semua hadir di kelurahan"),
        *text_at(320),
    ]
    other = [*page()[:2], (160, 190, "@warga21 · 20 Feb 2019 pukul 14.05 WITA"), *text_at(320)]

    assert fields(quoted)["handle"].outcome is None
    assert fields(other)["handle"].outcome is Outcome.DIFFERS
