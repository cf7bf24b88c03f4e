"""Figures of the shape that agencies publish, reproduced from fixture bundles, and a test for each number.

Eleven real cases are opened, filled and sealed with keys of the lab, exported, verified and summed up: one of each kind
of case. A generator then repeats their summaries under other case ids as often as each kind occurs, to 227 cases, and
changes nothing else in them. The slow test makes each of the 227 a real bundle of its own. People and places are
invented; the shape (112, 81 and 34 cases by act; 369 persons, of whom 33 % are high leadership; zones) is that of what
was published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from evidentia.case import Case
from evidentia.case.docketing import docket_of, reading
from evidentia.custody.identity import Custodian
from evidentia.docket.data_sets import DataSets, docket_data
from evidentia.docket.statistics import Question, docket_statistics
from evidentia.docket.summary import docket_summary
from evidentia.record.docket import (
    Act,
    DocketGiven,
    DocketStatistics,
    DocketSummary,
    FollowUp,
    Person,
    Recommendation,
    Reporter,
)
from evidentia.record.moment import Interval
from evidentia.verify import Trust, verify
from lab.pki import Lab

pytestmark = pytest.mark.lab

REGIONS = 'format = 1\nedition = "uji"\nsource = "invented"\n' + "".join(
    f"""
[[entry]]
code = "P{n:02d}"
id = "Provinsi Contoh {n:02d}"
en = "Example Province {n:02d}"
level = "province"
zone = "Asia/Makassar"
source = "invented"
verified = true
"""
    for n in range(1, 13)
)


class Sort(NamedTuple):
    """Cases of one kind: how often they occur, and what is in each of them."""

    number: int
    act: str
    offices: tuple[str, ...]
    region: str
    days: tuple[int, int]  # of 2024, by month * 100 + day
    recommended: bool = False
    followed_up: bool = False


BEFORE, AFTER, ACROSS = (801, 802), (1001, 1002), (915, 930)
SORTS = (
    Sort(80, "CAMPAIGN_ONLINE", ("JPT", "ADM"), "P01", BEFORE, recommended=True, followed_up=True),
    Sort(32, "CAMPAIGN_ONLINE", ("JPT", "FUNG"), "P02", BEFORE, recommended=True),
    Sort(10, "OFFLINE", ("JPT", "FUNG"), "P03", AFTER),
    Sort(3, "OFFLINE", ("PEL", "PEL"), "P04", AFTER),
    Sort(17, "OFFLINE", ("PEL", "PEL"), "P05", AFTER),
    Sort(5, "OFFLINE", ("FUNG",), "P06", AFTER),
    Sort(13, "OFFLINE", ("FUNG",), "P07", AFTER),
    Sort(21, "OFFLINE", ("PEL",), "P08", AFTER),
    Sort(9, "OFFLINE", ("PEL",), "P09", AFTER),
    Sort(3, "OFFLINE", ("WIL",), "P10", ACROSS),
    Sort(34, "PHOTO_TOGETHER", ("WIL",), "P11", AFTER),
)


def given(sort: Sort) -> DocketGiven:
    first, last = (datetime(2024, *divmod(day, 100), 3, tzinfo=UTC) for day in sort.days)
    at = datetime(2024, 10, 20, 3, tzinfo=UTC)
    return DocketGiven(
        reporters=(Reporter(kind="PUBLIC"),),
        persons=tuple(
            Person(pseudonym=f"Pejabat {n:02d}", office=office) for n, office in enumerate(sort.offices, 1)
        ),
        acts=(
            Act(
                act=sort.act,
                contest="PILKADA-2024",
                acted=Interval(not_before=first, not_after=last),
                platform="" if sort.act == "OFFLINE" else "facebook",
            ),
        ),
        region=sort.region,
        received_at=datetime(2024, 10, 5, 3, tzinfo=UTC),
        recommendations=(Recommendation(recommendation="MORAL", at=at, agency="BAWASLU"),)
        if sort.recommended
        else (),
        follow_ups=(FollowUp(follow_up="DONE", at=at),) if sort.followed_up else (),
    )


class Maker(NamedTuple):
    """Makes real bundles and sums them up, verified with the lab's anchors."""

    folder: Path
    who: Custodian
    data: DataSets
    trust: Trust

    def summary(self, name: str, sort: Sort) -> DocketSummary:
        case = Case.create(self.folder / name, title="Uji", custodian=self.who)
        case.file_docket(given(sort), data=self.data)
        bundle = self.folder / f"{name}.zip"
        case.export(bundle)
        with reading(bundle) as ledger:
            told = docket_of(ledger, self.data, verdict=verify(bundle, self.trust))
        return docket_summary(told, self.data, datetime(2025, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def maker(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Maker:
    folder = tmp_path_factory.mktemp("angka")
    (folder / "data").mkdir()
    (folder / "data" / "regions.toml").write_text(REGIONS)
    one = lab.people["penyidik-a"]
    who = Custodian.from_pkcs12(one.p12, one.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    trust = Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    return Maker(folder, who, docket_data(folder / "data"), trust)


def repeated(maker: Maker) -> Iterator[DocketSummary]:
    """The generator: each real summary as often as its kind of case occurs."""
    for kind, sort in enumerate(SORTS, 1):
        real = maker.summary(f"jenis-{kind:02d}", sort)
        for n in range(sort.number):
            yield replace(real, case=f"{real.case}-{n:03d}")


def all_real(maker: Maker) -> Iterator[DocketSummary]:
    for kind, sort in enumerate(SORTS, 1):
        for n in range(sort.number):
            yield maker.summary(f"nyata-{kind:02d}-{n:03d}", sort)


def count(maker: Maker, summaries: Callable[[Maker], Iterator[DocketSummary]]) -> DocketStatistics:
    question = Question(date(2024, 12, 31), date(2024, 1, 1), date(2024, 12, 31))
    return docket_statistics(list(summaries(maker)), maker.data, question, zones="KASN-2020-08-PROVINCE")


@pytest.fixture(scope="module")
def counted(maker: Maker) -> DocketStatistics:
    return count(maker, repeated)


def rows(counted: DocketStatistics, name: str) -> dict[str, int]:
    return {row.code: row.count for one in counted.tables if one.name == name for row in one.rows}


def test_227_cases_are_counted_and_every_one_is_of_a_verified_bundle(counted: DocketStatistics) -> None:
    assert (counted.given, counted.cases, counted.not_counted, counted.not_verified) == (227, 227, {}, 0)


def test_112_cases_are_campaigns_online(counted: DocketStatistics) -> None:
    assert rows(counted, "cases_by_act")["CAMPAIGN_ONLINE"] == 112


def test_81_cases_are_acts_offline(counted: DocketStatistics) -> None:
    assert rows(counted, "cases_by_act")["OFFLINE"] == 81


def test_34_cases_are_photos_together(counted: DocketStatistics) -> None:
    assert rows(counted, "cases_by_act")["PHOTO_TOGETHER"] == 34


def test_the_acts_are_told_the_commonest_first(counted: DocketStatistics) -> None:
    assert list(rows(counted, "cases_by_act").values()) == [112, 81, 34]


def test_369_persons_are_concerned(counted: DocketStatistics) -> None:
    assert counted.persons == 369


def test_33_percent_of_them_are_high_leadership(counted: DocketStatistics) -> None:
    table = next(one for one in counted.tables if one.name == "persons_by_office")
    first = table.rows[0]
    assert (first.code, first.en, first.count, table.of) == ("JPT", "High leadership", 122, 369)
    assert first.share is not None
    assert f"{first.share:.0%}" == "33%"


def test_the_other_offices(counted: DocketStatistics) -> None:
    assert rows(counted, "persons_by_office") == {"JPT": 122, "ADM": 80, "PEL": 70, "FUNG": 60, "WIL": 37}


def test_five_regions_are_red(counted: DocketStatistics) -> None:
    assert zoned(counted, "red") == {"P01": 160, "P02": 64, "P05": 34, "P11": 34, "P08": 21}


def test_four_regions_are_yellow(counted: DocketStatistics) -> None:
    assert zoned(counted, "yellow") == {"P03": 20, "P07": 13, "P09": 9, "P04": 6}


def test_three_regions_are_green_one_of_them_without_a_case(counted: DocketStatistics) -> None:
    assert zoned(counted, "green") == {"P06": 5, "P10": 3, "P12": 0}


def test_no_region_is_without_a_zone(counted: DocketStatistics) -> None:
    assert counted.zoning is not None
    assert counted.zoning.zones == {"green": 3, "yellow": 4, "red": 5}
    assert (counted.zoning.undetermined, counted.zoning.outside) == (0, 0)


def test_112_recommendations_and_80_cases_that_were_followed_up(counted: DocketStatistics) -> None:
    assert (counted.recommendations, counted.followed_up) == (112, 80)


def test_three_cases_whose_time_straddles_the_determination_are_undetermined(
    counted: DocketStatistics,
) -> None:
    assert rows(counted, "violations_by_kind") == {"ethics": 112, "discipline": 112, "undetermined": 3}


def test_forms_that_the_rules_name_and_those_that_wait_for_a_person(counted: DocketStatistics) -> None:
    assert rows(counted, "violations_by_form") == {"E2": 112, "D7": 34, "undetermined": 81}


def test_violations_are_as_many_as_acts(counted: DocketStatistics) -> None:
    assert counted.violations == 227


@pytest.mark.slow
def test_227_real_bundles_give_the_same_numbers(maker: Maker, counted: DocketStatistics) -> None:
    assert count(maker, all_real) == counted


def zoned(counted: DocketStatistics, zone: str) -> dict[str, int]:
    assert counted.zoning is not None
    return {one.region: one.count for one in counted.zoning.regions if one.zone == zone}
