from __future__ import annotations

import re
import string
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest

from evidentia.detect.examining import rates as examining_rates
from evidentia.detect.examining.video import rates as video_rates
from evidentia.detect.marking import Unplaced
from evidentia.detect.reading import rates as reading_rates
from evidentia.detect.screenshot import METHOD
from evidentia.record.comparison import Agreement
from evidentia.record.custody import EventType
from evidentia.record.docket import (
    Because,
    DatedBy,
    DeadlineBecause,
    DueState,
    FormOutcome,
    Met,
    NotCounted,
    Unit,
)
from evidentia.record.finding import ErrorRate, Outcome
from evidentia.record.hand_over import EvidenceForm, Origin
from evidentia.record.item import Access, ItemKind, LoadState, Role
from evidentia.record.life import ChangeKind, ContradictionKind, MediaFate
from evidentia.record.post import State
from evidentia.record.verdict import Requirement, Status
from evidentia.report.material import Language
from evidentia.report.texts import bounds, compact, measured, moment, phrases, rate_name, say, word
from evidentia.report.weighing import About, Support

ENUMERATIONS: tuple[type[StrEnum], ...] = (
    Access,
    Agreement,
    Because,
    DatedBy,
    EvidenceForm,
    DeadlineBecause,
    DueState,
    FormOutcome,
    Met,
    NotCounted,
    Origin,
    Unit,
    ChangeKind,
    ContradictionKind,
    EventType,
    ItemKind,
    Language,
    LoadState,
    MediaFate,
    Outcome,
    Requirement,
    Role,
    State,
    Status,
    Support,
    Unplaced,
)


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_sentence_is_there_in_both_languages_with_the_same_places() -> None:
    for key, by_language in phrases().items():
        assert set(by_language) == set(Language), key
        assert places(by_language[Language.INDONESIAN]) == places(by_language[Language.ENGLISH]), key
        assert all(text.strip() for text in by_language.values()), key


@pytest.mark.parametrize("enumeration", ENUMERATIONS)
@pytest.mark.parametrize("language", Language)
def test_every_member_of_every_enumeration_has_a_word(enumeration: type[StrEnum], language: Language) -> None:
    assert all(word(language, member) for member in enumeration)


def test_every_contradiction_is_explained() -> None:
    assert all(f"explained.{kind}" in phrases() for kind in ContradictionKind)


def test_every_question_has_its_name_and_two_propositions() -> None:
    for about in About:
        for key in (f"about.{about}", f"proposition.{about}.1", f"proposition.{about}.2"):
            assert key in phrases()


def test_nothing_is_ever_called_certain() -> None:
    for key, by_language in phrases().items():
        assert not re.search(r"pasti|tentu saja|tak terbantahkan", by_language[Language.INDONESIAN], re.I), (
            key
        )
        assert not re.search(
            r"\bcertain(ly|ty)?\b|beyond doubt|proves", by_language[Language.ENGLISH], re.I
        ), key


def test_a_moment_is_stated_in_the_zone_and_in_utc() -> None:
    when = datetime(2019, 2, 19, 20, 3, 2, tzinfo=UTC)
    assert (
        moment(Language.INDONESIAN, when, "+07:00")
        == "20 Februari 2019 pukul 03.03.02 (UTC+07:00) = 2019-02-19T20:03:02Z"
    )
    assert moment(Language.ENGLISH, when, "-03:30").startswith("19 February 2019, 16:33:02 (UTC-03:30)")
    elsewhere = when.astimezone(timezone(timedelta(hours=9)))
    assert compact(Language.ENGLISH, when, "+07:00") == compact(Language.ENGLISH, elsewhere, "+07:00")


def test_an_unknown_bound_is_left_out_and_two_are_said_to_be_unknown() -> None:
    when = datetime(2019, 2, 19, tzinfo=UTC)
    assert "not after" not in bounds(Language.ENGLISH, when, None, "+00:00")
    assert bounds(Language.ENGLISH, None, None, "+00:00") == "not known"


def test_a_value_is_never_read_as_a_template() -> None:
    assert "{utc.__class__}" in say(Language.ENGLISH, "custody.claimed", time="{utc.__class__}")


@pytest.mark.parametrize("language", Language)
def test_a_time_that_is_stated_in_utc_stands_there_once(language: Language) -> None:
    when = datetime(2026, 11, 20, 7, 3, 5, tzinfo=UTC)
    assert compact(language, when, "+00:00").replace("\u00a0", " ") == "2026-11-20 07:03:05 UTC"
    assert moment(language, when, "+00:00").endswith("(UTC)")
    assert compact(language, when, "+07:00").endswith("2026-11-20T07:03:05Z")
    assert moment(language, when, "+07:00").endswith("2026-11-20T07:03:05Z")


def test_every_rate_that_findings_state_has_a_name_in_indonesian() -> None:
    stated = {
        one.name
        for among in (reading_rates.ALL, "channel messenger")
        for one in reading_rates.error_rates(METHOD, among)
    }
    stated |= {*reading_rates.NAMES, *video_rates.NAMES, examining_rates.FALSE_ALARM, examining_rates.MISSED}

    for name in stated:
        rate = ErrorRate(name=name, measured=False)
        said = rate_name(Language.INDONESIAN, rate)
        assert not {*said.split()} & {
            "alteration",
            "altered",
            "genuine",
            "wrong",
            "channel",
            "not",
            "inconclusive",
        }
        assert rate_name(Language.ENGLISH, rate)


def test_a_rate_without_words_keeps_the_name_that_the_record_has() -> None:
    rate = ErrorRate(name="altered stamp not found, channel other", measured=False)

    assert rate_name(Language.INDONESIAN, rate) == rate.name


def test_figures_have_the_decimal_sign_of_their_language() -> None:
    rate = ErrorRate(name="alarm", measured=True, errors=1, trials=640, upper_95=0.0074, material="synthetic")
    assert "0,0074" in measured(Language.INDONESIAN, rate)
    assert "0.0074" in measured(Language.ENGLISH, rate)
