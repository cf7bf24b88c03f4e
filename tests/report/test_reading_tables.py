"""A reading's differences, what stands around the text, and the pictures within, as a report shows them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from report_sample import reading

from evidentia.record.finding import Beside, Difference, Outcome, Part, PictureShown
from evidentia.report.document import Table
from evidentia.report.material import Language
from evidentia.report.sections.reading_tables import reading_tables

FIELDS = (
    Beside(
        part=Part.HANDLE,
        name="handle",
        shown="pejabat08",
        recorded=("pejabat07",),
        outcome=Outcome.DIFFERS,
        reason="by a letter or two",
        box=(1, 2, 3, 4),
    ),
    Beside(part=Part.COUNT, name="likes", shown="", recorded=(), outcome=None, reason="not read"),
)
PICTURE = PictureShown(
    box=(40, 500, 1000, 700),
    outcome=Outcome.CONSISTENT,
    reason="4 bits",
    medium="https://sosial.example/a.jpg",
    sha256="ab" * 32,
    distance=4,
)


@pytest.mark.parametrize(
    ("language", "handle", "unsaid"),
    [(Language.INDONESIAN, "Nama akun", "tidak dinilai"), (Language.ENGLISH, "Handle", "not judged")],
)
def test_every_field_and_every_picture_has_its_row(language: Language, handle: str, unsaid: str) -> None:
    fields, pictures = reading_tables(
        replace(reading().reading, beside=FIELDS, pictures=(PICTURE,)), language
    )

    assert isinstance(fields, Table)
    assert isinstance(pictures, Table)
    first, second = ([cell.text for cell in row] for row in fields.rows)
    assert first[:3] == [handle, "pejabat08", "pejabat07"]
    assert second[3] == unsaid
    (shown,) = ([cell.text for cell in row] for row in pictures.rows)
    assert shown[0] == "40, 500, 1000, 700"
    assert "ab" * 32 in shown[1]
    assert all(
        len(row) == len(table.header) == len(table.widths)
        for table in (fields, pictures)
        for row in table.rows
    )


def test_a_reading_of_words_alone_has_no_such_tables() -> None:
    assert reading_tables(reading().reading, Language.ENGLISH) == []


def test_a_difference_that_is_no_word_says_what_it_is() -> None:
    place = Difference(shown="pejabat08", recorded="pejabat07", box=None, part=Part.HANDLE)
    (table,) = reading_tables(replace(reading().reading, differences=(place,)), Language.ENGLISH)

    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0]] == ["Handle: pejabat08", "pejabat07", "–"]
