"""The annotated copy: what is marked, and where."""

from __future__ import annotations

from msgspec.structs import replace
from PIL import Image

from evidentia.detect.reading.annotate import OUTCOMES, PARTS, _captions, drawn, marks
from evidentia.record.finding import Difference, Outcome, Part, PictureShown
from evidentia.record.sentences import english, said
from tests.detect.reading_records import field, reading

READING = reading(
    outcome=Outcome.DIFFERS,
    reason="2 places shown otherwise.",
    differences=(
        Difference(shown="19", recorded="17", box=(100, 50, 40, 30)),
        Difference(shown="16.47", recorded="13.47", box=(10, 0, 80, 20), part=Part.TIME),
    ),
    beside=(
        field(Part.TIME, Outcome.DIFFERS, shown="16.47", recorded=("13.47",), box=(10, 0, 80, 20)),
        field(Part.COUNT, Outcome.DIFFERS, shown="9", recorded=("8",), box=(200, 200, 20, 20)),
        field(Part.HANDLE, Outcome.CONSISTENT, shown="@pejabat07"),
    ),
    pictures=(PictureShown(box=(50, 100, 60, 60), outcome=Outcome.INCONCLUSIVE, reason=""),),
)


def test_differences_are_numbered_and_what_stays_open_is_lettered_once() -> None:
    found = marks(READING)

    assert [(mark.label, mark.certain) for mark in found] == [
        ("1", True),
        ("2", True),
        ("a", False),
        ("b", False),
    ]
    assert found[0].said == "kata / words: tampak / shown “19”, tercatat / recorded “17”"


def test_boxes_stand_at_their_places_and_the_explanation_below_the_picture() -> None:
    sheet = drawn(Image.new("RGB", (300, 300), "white"), READING)

    assert sheet.getpixel((98, 60)) == (200, 0, 0)
    assert sheet.getpixel((198, 210)) == (190, 120, 0)
    assert sheet.getpixel((105, 60)) == (255, 255, 255)
    assert sheet.height > 300
    assert sheet.getpixel((299, 299 + 2)) == (225, 225, 225)


def test_the_statement_stands_below_in_both_languages_and_in_one_where_it_has_no_sentences() -> None:
    told = replace(
        READING, reason=english(said("reading.none.no_text")), says=(said("reading.none.no_text"),)
    )
    unsaid = replace(told, says=())

    both, alone = ([text for text, _ in _captions(one, (), 80)][-2:] for one in (told, unsaid))

    assert both == ["Tidak ada teks yang terbaca pada gambar.", "No text was read in the picture."]
    assert alone[1] == "No text was read in the picture."
    assert "Tidak ada teks" not in alone[0]


def test_every_outcome_and_every_part_has_words_in_both_languages() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(PARTS) == set(Part)
    assert all(" / " in text for text in (*OUTCOMES.values(), *PARTS.values()))
