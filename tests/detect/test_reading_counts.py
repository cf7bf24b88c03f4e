"""Counts as apps write them: the number that was written is among those that a reader allows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.detect.reading.counts import bare_counts_in, counts_in, ranges_of


def cut(count: int, unit: int, decimals: int) -> str:
    """``count`` in units, cut off after so many decimals, as apps do that never show more than there is."""
    tenths = count * 10**decimals // unit
    whole, rest = divmod(tenths, 10**decimals)
    return f"{whole}.{rest:0{decimals}}" if decimals else str(whole)


def rounded(count: int, unit: int, decimals: int) -> str:
    half = unit // 10**decimals // 2
    return cut(count + half, unit, decimals)


FORMS: dict[str, Callable[[int], str]] = {
    "whole": str,
    "grouped, Indonesian": lambda n: f"{n:,}".replace(",", "."),
    "grouped, English": lambda n: f"{n:,}",
    "1,2 rb": lambda n: f"{cut(n, 1000, 1)} rb".replace(".", ","),
    "1,2 rb, rounded": lambda n: f"{rounded(n, 1000, 1)} rb".replace(".", ","),
    "12 rb": lambda n: f"{cut(n, 1000, 0)} rb",
    "1.2K": lambda n: f"{cut(n, 1000, 1)}K",
    "1.2K, rounded": lambda n: f"{rounded(n, 1000, 1)}K",
    "1,25 jt": lambda n: f"{cut(n, 1_000_000, 2)} jt".replace(".", ","),
    "1.2M": lambda n: f"{cut(n, 1_000_000, 1)}M",
}
LABELS = ("Suka", "suka", "komentar", "kali dibagikan", "Tayangan", "Views", "Reposts", "orang menyukai ini")


@pytest.mark.parametrize("form", FORMS)
@given(count=st.integers(0, 500_000_000), label=st.sampled_from(LABELS))
def test_the_count_is_among_those_that_its_writing_allows(form: str, count: int, label: str) -> None:
    (found,) = counts_in(f"{FORMS[form](count)} {label}")

    assert found.may_be(count, count)
    assert not found.may_be(3 * count + 2_000_000, 4 * count + 3_000_000)


@pytest.mark.parametrize(
    ("number", "suffix", "ranges"),
    [
        ("1.234", "", ((1234, 1234),)),
        ("1,234", "", ((1234, 1234),)),
        ("931", "", ((931, 931),)),
        ("1,2", "rb", ((1150, 1299),)),
        ("1.2", "K", ((1150, 1299),)),
        ("12", "rb", ((11500, 12999),)),
        ("1.234", "rb", ((1233500, 1234999), (1234, 1234))),
        ("1,2", "", ()),
    ],
)
def test_a_mark_that_may_part_thousands_or_decimals_is_read_as_both(
    number: str, suffix: str, ranges: tuple[tuple[int, int], ...]
) -> None:
    assert ranges_of(number, suffix) == ranges


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("2,5 rb Posting ulang 13 Suka", {"shares": 2531, "likes": 13}),
        ("2 3 komentar·2.932 kali dibagikan", {"comments": 3, "shares": 2932}),
        ("Lihat semua 1.472 komentar", {"comments": 1472}),
        ("Suka 931 Balas 12", {"likes": 931}),
        ("22.34·15 Feb 2024·403 Tayangan", {"views": 403}),
        ("12K Views", {"views": 12_345}),
        ("Suka Komentari Bagikan", {}),
        ("Pesan: 252", {}),
        ("Rp2.932 dibagikan", {}),
    ],
)
def test_a_count_is_named_by_the_word_beside_it(line: str, counts: dict[str, int]) -> None:
    found = {count.counter: count for count in counts_in(line)}

    assert found.keys() == counts.keys()
    assert all(found[name].may_be(count, count) for name, count in counts.items())


@given(st.text(max_size=80))
def test_any_line_is_read_without_an_error(line: str) -> None:
    for found in counts_in(line):
        assert line[found.start : found.stop] == found.text


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ("12 45 931", ["12", "45", "931"]),
        ("Q 12 t7 1,2 rb", ["12", "1,2 rb"]),  # an icon that was read with a digit
        ("Q 12 ♡ 1,2 rb O 3.4K", ["12", "1,2 rb", "3.4K"]),
        ("14.05 931", []),
        ("20/02/19", []),
        ("20-02 13", []),
        ("78% 12", []),
        ("18 komentar 12", []),
        ("♡ ⋯", []),
    ],
)
def test_a_row_of_counts_beside_icons_holds_nothing_else(row: str, counts: list[str]) -> None:
    assert [one.text for one in bare_counts_in(row)] == counts
