"""Sentences of findings: in two languages from one code, and never another thing than the record's own words."""

from __future__ import annotations

import msgspec
import pytest

from evidentia.record import sentences
from evidentia.record.said import Said
from evidentia.record.sentences import agreeing, english, said, stated, words

PROBE = {
    "probe.place": {"en": "at {box}", "id": "di {box}"},
    "probe.many": {
        "en": "{count} places differ by {by:.1f}: {places:; }.",
        "id": "{count} tempat berbeda {by:.1f}: {places:; }.",
    },
}


@pytest.fixture(autouse=True)
def probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "catalogue", lambda: PROBE)


def many(by: float = 2.5) -> Said:
    return said(
        "probe.many",
        count=2,
        by=by,
        places=(said("probe.place", box="{count}"), said("probe.place", box="b")),
    )


def test_one_code_speaks_both_languages_and_values_are_no_templates() -> None:
    assert english(many()) == "2 places differ by 2.5: at {count}; at b."
    assert words((many(),), "id") == "2 tempat berbeda 2,5: di {count}; di b."


def test_what_is_said_survives_the_record() -> None:
    again = msgspec.json.decode(msgspec.json.encode(many()), type=Said)
    assert again == many()
    assert english(again) == english(many())


def test_a_records_own_words_stand_where_its_sentences_say_another_thing() -> None:
    says = (many(),)
    assert stated(says, english(*says), "id") == words(says, "id")
    assert stated(says, english(*says), "en") == english(*says)
    assert stated(says, "3 places differ.", "id") == "3 places differ."
    assert stated((), "3 places differ.", "id") == "3 places differ."


@pytest.mark.parametrize(
    "foreign",
    [
        Said(code="probe.unknown"),
        Said(code="probe.many", values={"count": 2}),
        Said(code="probe.many", values={"count": 2, "by": "no number", "places": ()}),
        Said(code="probe.many", values={"count": 2, "by": 10**400, "places": ()}),
    ],
)
def test_sentences_that_somebody_else_wrote_wrongly_leave_the_recorded_words(foreign: Said) -> None:
    assert stated((foreign,), "as recorded", "id") == "as recorded"
    assert agreeing((foreign,), "as recorded") == ()


def test_sentences_nested_without_end_leave_the_recorded_words() -> None:
    deep = said("probe.place", box="x")
    for _ in range(50):
        deep = said("probe.place", box=deep)
    assert stated((deep,), "as recorded", "id") == "as recorded"


def test_a_number_beyond_all_leaves_the_recorded_words() -> None:
    foreign = Said(code="probe.many", values={"count": 2, "by": 10**400, "places": ()})
    assert stated((foreign,), "as recorded", "id") == "as recorded"


def test_somebody_elses_sentences_are_kept_where_they_say_the_reason_and_hold_nothing_else() -> None:
    place = said("probe.place", box="x")
    more = Said(code="probe.place", values={"box": "x", "beside": (many(),)})
    assert agreeing((place,), "at x") == (place,)
    assert agreeing((more,), "at x") == ()
    assert agreeing((place,), "at y") == ()
    assert agreeing((Said(code="probe.unknown"),), "at x") == ()


def test_a_sentence_that_is_not_in_the_catalogue_is_not_said() -> None:
    with pytest.raises(KeyError):
        said("probe.unknown")
