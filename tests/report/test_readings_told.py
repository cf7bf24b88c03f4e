"""What a reading states, in reports of both languages: made by the program, and as somebody's record may have it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import TOOL, sample, texts, timeline

from evidentia.cli.life_lines import life_lines
from evidentia.detect.edits import compare_media
from evidentia.record.finding import Beside, Outcome, Part, Reading
from evidentia.record.life import Change
from evidentia.record.post import Media, Observation, Signal
from evidentia.record.sentences import said
from evidentia.report.document import Section
from evidentia.report.exhibit import exhibit_page
from evidentia.report.life_change import Pictures, change_html
from evidentia.report.life_material import LifePage, ShownChange, SidePicture
from evidentia.report.life_words import change_signals
from evidentia.report.material import Language, Material, ReadItem
from evidentia.report.sections.results import reading_sections, timeline_sections
from tests.detect.readings_made import english_left, readings

MADE = dict(readings())
OPENING = "Bersesuaian dengan versi 1, yang terlihat berlaku dari 2019-02-20T07:00:00Z"


def section(reading: Reading, language: Language, folder: Path) -> Section:
    material = replace(sample(folder, language), readings=(ReadItem(item=4, reading=reading),))
    (made,) = reading_sections(material, language)
    return made


@pytest.mark.parametrize("name", MADE)
def test_an_indonesian_report_states_a_reading_without_english(name: str, tmp_path: Path) -> None:
    told = texts(section(MADE[name], Language.INDONESIAN, tmp_path))

    assert {one: left for one in told if (left := english_left(one))} == {}


@pytest.mark.parametrize("name", MADE)
def test_an_english_report_states_a_reading_in_the_words_of_its_record(name: str, tmp_path: Path) -> None:
    told = texts(section(MADE[name], Language.ENGLISH, tmp_path))
    reading = MADE[name]

    assert {one.reason for one in (reading, *reading.beside, *reading.pictures)} <= set(told)


def test_a_count_is_named_in_the_reports_language(tmp_path: Path) -> None:
    told = texts(section(MADE["counts of icons"], Language.INDONESIAN, tmp_path))

    assert {"Jumlah: angka ke-1 pada barisnya", "Jumlah: suka", "Jumlah: tayangan"} <= set(told)


@pytest.mark.parametrize(("language", "part"), [(Language.INDONESIAN, "1,000"), (Language.ENGLISH, "1.000")])
def test_a_part_of_the_words_has_the_languages_decimal_sign(
    language: Language, part: str, tmp_path: Path
) -> None:
    assert part in texts(section(MADE["as recorded"], language, tmp_path))


def test_a_record_whose_sentences_contradict_its_reason_is_told_by_its_reason(tmp_path: Path) -> None:
    field = Beside(
        part=Part.COUNT,
        name="sorak",
        shown="9",
        recorded=(),
        outcome=Outcome.DIFFERS,
        reason="Not what the sentence says.",
        says=(said("reading.author.same"),),
    )
    reading = replace(MADE["as recorded"], reason="Nothing of the kind.", beside=(field,), pictures=())
    told = texts(section(reading, Language.INDONESIAN, tmp_path))

    assert {"Nothing of the kind.", "Not what the sentence says.", "Jumlah: sorak"} <= set(told)
    assert not any("sebagaimana direkam" in one or "Bersesuaian" in one for one in told)


def test_a_reading_of_before_there_were_sentences_is_told_by_its_reason(tmp_path: Path) -> None:
    reading = replace(MADE["as recorded"], says=())

    assert reading.reason in texts(section(reading, Language.INDONESIAN, tmp_path))


def with_reading(folder: Path) -> Material:
    return replace(sample(folder), readings=(ReadItem(item=4, reading=MADE["as recorded"]),))


def test_the_exhibit_states_a_reading_in_both_languages(tmp_path: Path) -> None:
    page = exhibit_page(with_reading(tmp_path))

    assert OPENING in page
    assert "Consistent with version 1, seen in force from 2019-02-20T07:00:00Z" in page


def change_of_media() -> Change:
    def holding(one: Observation, digest: str) -> Observation:
        assert one.post is not None
        medium = Media(url=f"https://forum.example/{digest}.jpg", sha256=digest)
        return replace(one, post=replace(one.post, media=(medium,)))

    first, second = timeline().observations[:2]
    (change,) = compare_media(holding(first, "0a" * 32), holding(second, "0b" * 32))
    return change


def test_what_became_of_media_is_told_in_the_reports_language(tmp_path: Path) -> None:
    change = change_of_media()
    material = replace(sample(tmp_path), timelines=(replace(timeline(), changes=(change,)),))
    told = {
        one: "\n".join(texts(timeline_sections(material, one)[0]))
        for one in (Language.ENGLISH, Language.INDONESIAN)
    }

    assert "media-moves: undetermined 1; other bytes; no perceptual hash of both" in told[Language.ENGLISH]
    assert (
        "perubahan media: tidak dapat ditentukan 1; bita berbeda; tidak ada sidik"
        in told[Language.INDONESIAN]
    )
    assert "other bytes" not in told[Language.INDONESIAN]


@pytest.mark.parametrize(
    ("language", "told", "other"),
    [
        (Language.INDONESIAN, "bita berbeda; tidak ada sidik perseptual", "other bytes"),
        (Language.ENGLISH, "other bytes; no perceptual hash", "bita berbeda"),
    ],
)
def test_the_terminal_tells_what_became_of_media_in_one_language(
    language: Language, told: str, other: str
) -> None:
    lines = "\n".join(life_lines(replace(timeline(), changes=(change_of_media(),)), language))

    assert lines.count(told) == 2  # the medium's move, and the signal of the change
    assert other not in lines


def test_the_page_of_lives_tells_what_became_of_media_in_both_languages() -> None:
    change = change_of_media()
    first, second = timeline().observations[:2]
    none = SidePicture()
    shown = ShownChange(change=change, before=first, after=second, picture_before=none, picture_after=none)
    page = LifePage(
        case="makassar-15", title="", language=Language.INDONESIAN, zone="+07:00", tool=TOOL, lives=()
    )
    html = change_html(page, "c1", 1, shown, Pictures())

    assert html.count('lang="id"><bdi>bita berbeda; tidak ada sidik perseptual') == 1
    assert html.count('lang="en"><bdi>other bytes; no perceptual hash') == 1
    assert "perubahan media: tidak dapat ditentukan 1; bita berbeda" in html


def test_a_signal_that_says_another_thing_than_the_moves_is_told_as_it_is() -> None:
    signal = Signal(name="media-moves", seen="replaced 7", where="post.media")
    change = replace(change_of_media(), signals=(signal,))

    assert change_signals(Language.INDONESIAN, change) == (signal,)
