"""Times as apps write them: what is written is read back, and nothing more than is written is compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.detect.reading.relative_times import times_ago
from evidentia.detect.reading.times import (
    EARTH_ZONES,
    INDONESIAN_ZONES,
    Written,
    explained,
    stated_as,
    written_times,
)

SHORT_ID = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
LONG_ID = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
SHORT_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS_ID = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FIRST, LAST = datetime(2006, 1, 1, tzinfo=UTC), datetime(2035, 12, 31, tzinfo=UTC)


def twelve(at: datetime) -> str:
    return f"{(at.hour - 1) % 12 + 1}:{at.minute:02} {'PM' if at.hour > 11 else 'AM'}"


FULL: dict[str, Callable[[datetime], str]] = {
    "20 Feb 2019 14.05": lambda at: f"{at.day} {SHORT_ID[at.month - 1]} {at.year} {at:%H.%M}",
    "20 Februari 2019 pukul 14.05 WITA": lambda at: (
        f"{at.day} {LONG_ID[at.month - 1]} {at.year} pukul {at:%H.%M} WITA"
    ),
    "14.05 · 20 Feb 2019": lambda at: f"{at:%H.%M} · {at.day} {SHORT_ID[at.month - 1]} {at.year}",
    "14.05·20 Feb 2019·": lambda at: f"{at:%H.%M}·{at.day} {SHORT_ID[at.month - 1]} {at.year}·403 Tayangan",
    "2:05 PM · Feb 20, 2019": lambda at: f"{twelve(at)} · {SHORT_EN[at.month - 1]} {at.day}, {at.year}",
    "February 20, 2019 at 2:05 PM": lambda at: f"{LONG_EN[at.month - 1]} {at.day}, {at.year} at {twelve(at)}",
    "Rabu, 20 Februari 2019 14.05": lambda at: (
        f"{DAYS_ID[at.weekday()]}, {at.day} {LONG_ID[at.month - 1]} {at.year} {at:%H.%M}"
    ),
    "Wednesday, February 20, 2019 at 14:05": lambda at: (
        f"{DAYS_EN[at.weekday()]}, {LONG_EN[at.month - 1]} {at.day}, {at.year} at {at:%H:%M}"
    ),
    "20/02/2019 14.05": lambda at: f"{at:%d/%m/%Y %H.%M}",
    "20/02/19 14.05": lambda at: f"{at:%d/%m/%y %H.%M}",
    "20-02-2019, 14:05": lambda at: f"{at:%d-%m-%Y, %H:%M}",
    "2019-02-20 14:05:33": lambda at: f"{at:%Y-%m-%d %H:%M}:33",
    "20.02.2019 14:05": lambda at: f"{at:%d.%m.%Y %H:%M}",
}
DAY_AND_MONTH: dict[str, Callable[[datetime], str]] = {
    "20 Feb": lambda at: f"{at.day} {SHORT_ID[at.month - 1]}",
    "Feb 20": lambda at: f"{SHORT_EN[at.month - 1]} {at.day}",
    "20-02": lambda at: f"{at:%d-%m}",
    "2-20": lambda at: f"{at.month}-{at.day}",
    "20 Februari pukul 14.05": lambda at: f"{at.day} {LONG_ID[at.month - 1]} pukul {at:%H.%M}",
}
MOMENTS = st.integers(0, int((LAST - FIRST).total_seconds()) // 60).map(
    lambda minutes: FIRST + timedelta(minutes=minutes)
)
WITA = INDONESIAN_ZONES[1]


def only(text: str) -> Written:
    (found,) = written_times(text)
    return found


@pytest.mark.parametrize("form", FULL)
@given(at=MOMENTS)
def test_a_whole_time_is_read_back_to_the_minute(form: str, at: datetime) -> None:
    shown = only(FULL[form](at.astimezone(WITA)))

    assert explained(shown, at, [WITA]) is not None
    assert explained(shown, at + timedelta(minutes=1), EARTH_ZONES) is None
    assert explained(shown, at + timedelta(days=3), EARTH_ZONES) is None or len(shown.dates) == 2


@pytest.mark.parametrize("form", DAY_AND_MONTH)
@given(at=MOMENTS)
def test_a_day_without_its_year_is_read_back(form: str, at: datetime) -> None:
    shown = only(DAY_AND_MONTH[form](at.astimezone(WITA)))

    assert explained(shown, at, [WITA]) is not None
    assert all(year is None for year, _, _ in shown.dates)


@given(at=MOMENTS, zone=st.sampled_from(EARTH_ZONES))
def test_a_time_that_differs_by_a_zone_is_explained_by_that_zone_alone(at: datetime, zone: timezone) -> None:
    shown = only(FULL["20 Feb 2019 14.05"](at.astimezone(zone)))

    found = explained(shown, at, EARTH_ZONES)

    assert found is not None
    assert found.utcoffset(None) == zone.utcoffset(None)


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("2:05 PM", datetime(2019, 2, 20, 14, 5, tzinfo=UTC), datetime(2019, 2, 20, 2, 5, tzinfo=UTC)),
        ("12:05 AM", datetime(2019, 2, 20, 0, 5, tzinfo=UTC), datetime(2019, 2, 20, 12, 5, tzinfo=UTC)),
        ("Rabu", datetime(2019, 2, 20, tzinfo=UTC), datetime(2019, 2, 21, tzinfo=UTC)),
        ("kemarin pukul 14.05", datetime(2019, 2, 20, 14, 5, tzinfo=UTC), datetime(2019, 2, 20, 15, 5, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_what_is_written_alone_is_compared_alone(text: str, same: datetime, other: datetime) -> None:
    assert explained(only(text), same, [UTC]) is UTC
    assert explained(only(text), other, [UTC]) is None


def test_two_numbers_that_both_can_be_months_mean_either_day() -> None:
    assert {(month, day) for _, month, day in only("03/04/19").dates} == {(3, 4), (4, 3)}
    assert {(month, day) for _, month, day in only("20/02/19").dates} == {(2, 20)}


def test_a_written_zone_is_the_only_one_that_counts() -> None:
    at = datetime(2019, 2, 20, 6, 5, tzinfo=UTC)

    assert explained(only("20 Feb 2019 14.05 WITA"), at, INDONESIAN_ZONES) is not None
    assert explained(only("20 Feb 2019 14.05 WIB"), at, EARTH_ZONES) is None
    assert explained(only("20 Feb 2019 14.05 GMT+8"), at, [UTC]) is not None


@pytest.mark.parametrize(
    "text",
    ["1.234", "7,5 rb", "12.30 rb Tayangan", "Rp12.500", "5,8 persen", "25.61", "31/31", "30 Feb 2019", "99/99/2019",
     "192.168.10.1", "v2.10.3", "Min", "Sel", "08123456789", ""],
)  # fmt: skip
def test_other_numbers_are_no_times(text: str) -> None:
    assert written_times(text) == ()


@pytest.mark.parametrize("text", ["Pukul 7.30", "jam 07:30", "7.30 AM"])
def test_a_clock_says_no_date(text: str) -> None:
    assert only(text).is_bare_clock


def test_a_time_that_the_page_stated_without_a_zone_is_compared_as_it_stands() -> None:
    assert stated_as(only("20 Feb 2019 14.05"), "20 Februari 2019 pukul 14.05") is True
    assert stated_as(only("20 Feb 2019 14.05"), "20 Februari 2019") is True
    assert stated_as(only("21 Feb"), "20 Februari 2019 pukul 14.05") is False
    assert stated_as(only("21 Feb"), "minggu lalu") is None


UNITS = {
    "2 jam": ("jam", 3600), "2h": ("h", 3600), "2 j": ("j", 3600), "2 mnt": ("mnt", 60), "2m": ("m", 60),
    "2 hari": ("hari", 86_400), "2d": ("d", 86_400), "3 mgg": ("mgg", 604_800), "2w": ("w", 604_800),
    "2 bulan lalu": ("bulan lalu", 30 * 86_400), "2y": ("y", 365 * 86_400), "2 hours ago": ("hours ago", 3600),
}  # fmt: skip


@pytest.mark.parametrize("form", UNITS)
@given(at=MOMENTS, count=st.integers(1, 50), within=st.floats(0, 0.99))
def test_a_time_ago_bounds_when_it_was_looked_at(form: str, at: datetime, count: int, within: float) -> None:
    unit, seconds = UNITS[form]
    looked = at + timedelta(seconds=seconds * (count + within))

    (ago,) = times_ago(f"{count}{unit}" if form[1] != " " else f"{count} {unit}")

    first, last = ago.seen_between(at)
    assert first <= looked <= last


@pytest.mark.parametrize("text", ["baru saja", "Just now", "sejam yang lalu", "an hour ago", "1 jam"])
def test_words_say_how_long_ago_too(text: str) -> None:
    assert len(times_ago(text)) == 1


@pytest.mark.parametrize(
    "text", ["2 orang", "#2h", "@2d", "Rp2 jt", "12.5 m", "ini jam tangan", "2 komentar"]
)
def test_other_words_are_no_times_ago(text: str) -> None:
    assert times_ago(text) == ()


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for written in written_times(text):
        assert text[written.start : written.stop] == written.text
    for ago in times_ago(text):
        assert text[ago.start : ago.stop] == ago.text
