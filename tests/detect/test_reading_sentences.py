"""The sentences of readings and of moves of media: said with what they have places for, and told in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import evidentia
from evidentia.detect.beside import PictureFile, file_pair
from evidentia.detect.media_moves import media_moves
from evidentia.fingerprint.types import Perceptual
from evidentia.record.comparison import FilePair
from evidentia.record.finding import Beside, PictureShown, Reading
from evidentia.record.life import MediaFate, MediaMove
from evidentia.record.post import Media
from evidentia.record.said import Said
from evidentia.record.sentences import agreeing, catalogue, english, said, stated, words
from tests.detect.readings_made import english_left, readings

CODES = sorted(code for code in catalogue() if code.startswith(("reading.", "moves.")))
MADE = dict(readings())
SAME_IN_BOTH = {"reading.several.first", "moves.files.digest"}


def places(template: str) -> dict[str, str]:
    return {name: spec or "" for _, name, spec, _ in Formatter().parse(template) if name}


def uses() -> Iterator[tuple[str, set[str]]]:
    """Every code in the programs, with the names of the values that it is said with there."""
    for path in (Path(evidentia.__file__).parent / "detect").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            one.targets[0].id: one.value.value
            for one in tree.body
            if isinstance(one, ast.Assign)
            and isinstance(one.targets[0], ast.Name)
            and isinstance(one.value, ast.Constant)
        }
        for call in ast.walk(tree):
            if not (
                isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "said"
            ):
                continue
            first = call.args[0] if call.args else None
            code = constants.get(first.id) if isinstance(first, ast.Name) else getattr(first, "value", None)
            if isinstance(code, str):
                yield code, {word.arg or "**" for word in call.keywords}


def test_every_sentence_is_said_with_the_values_that_it_has_places_for() -> None:
    said_in_programs = [one for one in uses() if one[0] in CODES]

    assert {code for code, _ in said_in_programs} == set(CODES)
    for code, names in said_in_programs:
        assert names == places(catalogue()[code]["en"]).keys(), code


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_told_in_both_languages(code: str) -> None:
    joined = (said("reading.part.time"), said("reading.part.name"))
    values = {
        name: joined if spec in ("; ", ", ") else 0.5 if spec else "K7"
        for name, spec in places(catalogue()[code]["en"]).items()
    }
    one = said(code, **values)
    told = {language: words((one,), language) for language in ("en", "id")}

    assert (told["en"] == told["id"]) == (code in SAME_IN_BOTH)
    for text in told.values():
        assert "{" not in text
        assert text.count("K7") == list(values.values()).count("K7")
    if joined in values.values():
        assert "waktu" in told["id"]


@pytest.mark.parametrize("name", MADE)
def test_what_a_reading_states_is_its_sentences_and_none_of_it_stays_english(name: str) -> None:
    reading = MADE[name]
    stating: list[Reading | Beside | PictureShown] = [reading, *reading.beside, *reading.pictures]

    for one in stating:
        assert one.says
        assert english(*one.says) == one.reason
        assert english_left(one.reason)
        assert not english_left(stated(one.says, one.reason, "id"))


def test_the_readings_say_most_of_what_there_is() -> None:
    outcomes = {reading.outcome for reading in MADE.values()}
    codes = {code for reading in MADE.values() for code in codes_of(reading.says)}

    assert len(outcomes) == 3
    assert {"reading.consistent", "reading.differs.place", "reading.doubtful", "reading.several"} <= codes
    assert {"reading.beside.differs", "reading.beside.words_fit", "reading.below_another_name"} <= codes
    assert {"reading.video.at", "reading.video.contradicts", "reading.differs.doubts"} <= codes


def codes_of(says: tuple[Said, ...]) -> Iterator[str]:
    for one in says:
        yield one.code
        for value in one.values.values():
            if isinstance(value, tuple):
                yield from codes_of(value)


def medium(n: int, pdq: int | None = None, quality: int = 100, *, captured: bool = True) -> Media:
    return Media(
        url=f"https://sosial.example/{n}.jpg",
        sha256=f"{n:064x}" if captured else None,
        pdq=None if pdq is None else f"{pdq:064x}",
        pdq_quality=quality,
    )


MOVES = (
    *media_moves([medium(1)], [medium(1)]),
    *media_moves([medium(1, 0)], [medium(2, (1 << 4) - 1)]),
    *media_moves([medium(1, 0)], [medium(2, (1 << 20) - 1)]),
    *media_moves([medium(1, 0)], [medium(2, (1 << 90) - 1)]),
    *media_moves([medium(1, 0, 3)], [medium(2, 0, 3)]),
    *media_moves([medium(1)], [medium(2)]),
    *media_moves([medium(1, captured=False)], [medium(2)]),
    *media_moves([medium(1)], [medium(2, captured=False)]),
    *media_moves([medium(1, captured=False)], [medium(2, captured=False)]),
    *media_moves([medium(1)], []),
)
PAIRS = tuple(
    file_pair(PictureFile("a", "0a", one), PictureFile("b", "0b", other))
    for one, other in (
        (None, None),
        (Perceptual(pdq="0" * 64, pdq_quality=3), Perceptual(pdq="0" * 64, pdq_quality=3)),
        (Perceptual(pdq="0" * 64, pdq_quality=90), Perceptual(pdq="0" * 64, pdq_quality=90)),
        (Perceptual(pdq="0" * 64, pdq_quality=90), Perceptual(pdq="f" * 64, pdq_quality=90)),
    )
)


@pytest.mark.parametrize("one", [*MOVES, *PAIRS])
def test_what_became_of_media_is_told_in_both_languages(one: MediaMove | FilePair) -> None:
    assert english(*one.says) == one.reason
    assert bool(one.reason) == (not isinstance(one, MediaMove) or one.fate is not MediaFate.REMOVED)
    assert not english_left(stated(one.says, one.reason, "id"))


def test_sentences_that_are_the_reason_are_passed_on() -> None:
    for reading in MADE.values():
        assert agreeing(reading.says, reading.reason) == reading.says


@pytest.mark.parametrize(
    "says",
    [
        (said("reading.none.no_post"),),
        (Said(code="reading.unheard"),),
        (Said(code="reading.none.no_text", values={"more": "x" * 1000}),),
        (Said(code="reading.none.undecoded"),),
        (),
    ],
)
def test_sentences_that_say_another_thing_or_hold_more_are_not_passed_on(says: tuple[Said, ...]) -> None:
    assert agreeing(says, english(said("reading.none.no_text"))) == ()


def test_a_value_that_a_nested_sentence_has_no_place_for_is_not_passed_on() -> None:
    deep = said("reading.doubtful", version=1, doubts=())
    for _ in range(40):
        deep = said("reading.doubtful", version=1, doubts=deep)
    inner = Said(code="reading.doubt.emoji", values={"shown": "x", "hidden": (deep,)})
    one = said("reading.doubtful", version=1, doubts=inner)

    assert agreeing((one,), english(one)) == ()
