"""What the expert wrote is read strictly; what is wrong is said with its file and field."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import sample

from evidentia.record.errors import FormatError
from evidentia.report.expert_files import MOST_QUESTIONS, read_expert, read_questions
from evidentia.report.expertise import Place
from evidentia.report.findings import require_grounds
from evidentia.report.material import Language

BOTH = tuple(Language)
ID = (Language.INDONESIAN,)

EXPERT = """
format = 1
independence = { id = "Tidak ada hubungan dengan para pihak.", en = "No tie to any party." }
[[examiner]]
name = "Dr. Ahli Satu"
role = { id = "Ahli", en = "Expert" }
organisation = "Laboratorium Contoh"
qualifications = [{ id = "Doktor", en = "Doctor" }]
[text]
method = { id = "metode.md", en = "method.md" }
conclusion = "kesimpulan.md"
"""

QUESTIONS = """
format = 1
scale = "enfsi-2015"
[[question]]
key = "1"
text = { id = "Apakah tayang?", en = "Was it published?" }
items = [1, 2]
findings = ["post:forum:456", "reading:4"]
[[question.proposition]]
key = "H1"
text = { id = "Tayang.", en = "It was." }
[[question.proposition]]
key = "H2"
text = { id = "Tidak pernah tayang.", en = "It never was." }
[question.answer]
degree = "strong"
first = "H1"
second = "H2"
reason = { id = "Dua rekaman.", en = "Two captures." }
"""


@pytest.fixture
def expert(tmp_path: Path) -> Path:
    (tmp_path / "metode.md").write_text("Metode *kami*.")
    (tmp_path / "method.md").write_text("Our *method*.")
    (tmp_path / "kesimpulan.md").write_text("Pendapat.")
    return written(tmp_path, EXPERT, "expert.toml")


def written(folder: Path, text: str, name: str = "questions.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def refused(path: Path, why: str) -> None:
    read = read_expert if path.name == "expert.toml" else read_questions
    with pytest.raises(FormatError, match=why) as caught:
        read(path, BOTH)
    assert path.name in str(caught.value) or ".md" in str(caught.value)
    assert "docs/report-example" in caught.value.next_step


def test_an_experts_file_is_read_with_its_texts_in_both_languages(expert: Path) -> None:
    found = read_expert(expert, BOTH)
    assert found.people[0].role.text("en") == "Expert"
    assert found.texts[Place.METHOD].text("id") == "Metode *kami*."
    assert found.texts[Place.METHOD].text("en") == "Our *method*."
    assert not found.texts[Place.CONCLUSION].translated
    assert found.texts[Place.CONCLUSION].text("en") == "Pendapat."


def test_a_report_in_one_language_needs_the_texts_of_that_language_alone(expert: Path) -> None:
    (expert.parent / "method.md").unlink()
    assert read_expert(expert, ID).texts[Place.METHOD].text("id") == "Metode *kami*."
    refused(expert, r"'method.md' is not a file .* at `text.method`")


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("format = 1", "format = 2", r"format"),
        ("format = 1", "format = 1\nextra = 1", r"unknown field `extra`"),
        ("name =", "nama =", r"unknown field `nama` - at `examiner\[0\]`"),
        ('name = "Dr. Ahli Satu"', "name = 7", r"Expected `str`, got `int` - at `examiner\[0\].name`"),
        ('"Laboratorium Contoh"', f'"{"x" * 301}"', r"length <= 300 - at `examiner\[0\].organisation`"),
        ('[{ id = "Doktor", en = "Doctor" }]', "[]", r"length >= 1 - at `examiner\[0\].qualifications`"),
        (', en = "No tie to any party."', "", r"no text for `en`.* at `independence`"),
        ("format = 1", "format = 1 1", r"not TOML: .*line 2"),
        ("[text]", "[text]\nunknown = 'a.md'", r"unknown field `unknown` - at `text`"),
        ('"kesimpulan.md"', '"../kesimpulan.md"', r"leads out of the folder .* at `text.conclusion`"),
        ('"kesimpulan.md"', '"/etc/passwd"', r"leads out of the folder"),
        ('"kesimpulan.md"', '"."', r"is not a file"),
        ("format = 1", "x = " + "[" * 5000, r"not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(expert: Path, before: str, after: str, why: str) -> None:
    assert before in EXPERT
    refused(written(expert.parent, EXPERT.replace(before, after, 1), "expert.toml"), why)


def test_a_text_that_a_link_leads_to_outside_of_the_folder_is_not_read(expert: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / "rahasia.md"
    outside.write_text("rahasia")
    (expert.parent / "kesimpulan.md").unlink()
    (expert.parent / "kesimpulan.md").symlink_to(outside)
    refused(expert, "leads out of the folder")


def test_bytes_that_are_no_text_and_files_that_are_too_large_are_refused(expert: Path) -> None:
    (expert.parent / "kesimpulan.md").write_bytes(b"a\nb\xff")
    refused(expert, r"kesimpulan\.md: line 2: not UTF-8")
    (expert.parent / "kesimpulan.md").write_bytes(b"a\n\n" * 30_000)
    refused(expert, r"kesimpulan\.md: it is larger")
    refused(expert.parent / "nowhere" / "expert.toml", "cannot be read")


def test_questions_are_read_with_the_scale_and_its_source(tmp_path: Path) -> None:
    asked = read_questions(written(tmp_path, QUESTIONS), BOTH)
    assert asked.scale.source.startswith("ENFSI")
    assert [one.key for one in asked.questions[0].propositions] == ["H1", "H2"]
    answer = asked.questions[0].answer
    assert answer is not None
    assert asked.scale.degree(answer.degree) is not None


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (
            'degree = "strong"',
            'degree = "certain"',
            r"no word of the scale enfsi-2015 .* at `question\[0\].answer.degree`",
        ),
        ('degree = "strong"', 'degree = "none"', r"needs no `first` or `second`"),
        ('second = "H2"', 'second = "H1"', r"two different propositions"),
        ('second = "H2"', 'second = "H3"', r"none of the question's propositions"),
        ('degree = "strong"', 'degree = "strong"\nlikelihood_ratio = 5000.0', r"needs `calibration`"),
        (
            'degree = "strong"',
            'degree = "strong"\nlikelihood_ratio = 50.0\ncalibration = "data"',
            r"50 is not what strong stands for \(from 1000 to 10000\)",
        ),
        ('scale = "enfsi-2015"', 'scale = "own"', r"not a scale that is known \(three-words, enfsi-2015\)"),
        ('key = "H2"', 'key = "H1"', r"two propositions have one key"),
        ('items = [1, 2]\nfindings = ["post:forum:456", "reading:4"]', "", r"rests on nothing"),
        ("items = [1, 2]", "items = [0]", r"Expected `int` >= 1 - at `question\[0\].items\[0\]`"),
        ("items = [1, 2]", 'items = ["1"]', r"Expected `int`, got `str`"),
        ("[question.answer]", "[question.answered]", r"unknown field `answered`"),
    ],
)
def test_answers_that_their_scale_or_propositions_do_not_allow_are_refused(
    tmp_path: Path, before: str, after: str, why: str
) -> None:
    assert before in QUESTIONS
    refused(written(tmp_path, QUESTIONS.replace(before, after, 1)), why)


def test_a_question_without_an_answer_says_what_could_not_be_answered(tmp_path: Path) -> None:
    without = QUESTIONS[: QUESTIONS.index("[question.answer]")]
    refused(written(tmp_path, without), "say in `open`")
    said = without.replace('key = "1"', 'key = "1"\nopen = "Tidak ada data."', 1)
    (question,) = read_questions(written(tmp_path, said), BOTH).questions
    assert question.answer is None
    assert question.open is not None


def test_a_question_asked_twice_and_too_many_questions_are_refused(tmp_path: Path) -> None:
    head, body = QUESTIONS.split("[[question]]", 1)
    refused(
        written(tmp_path, head + ("[[question]]" + body) * 2), r"'1' stands twice - at `question\[1\].key`"
    )
    many = head + "".join(
        "[[question]]" + body.replace('key = "1"', f'key = "{n}"') for n in range(MOST_QUESTIONS + 1)
    )
    refused(written(tmp_path, many), f"length <= {MOST_QUESTIONS}")


def test_an_own_scale_is_taken_with_its_source(tmp_path: Path) -> None:
    own = """[scale]
key = "lab"
name = "Skala laboratorium"
source = "Laboratorium Contoh, 2026"
[[scale.degree]]
key = "strong"
directed = true
name = "kuat"
sentence = "Kuat: {first} terhadap {second}; {first.__class__} {0}"
[[scale.degree]]
key = "none"
directed = false
name = "tidak ada"
sentence = "Tidak ada."
"""
    text = QUESTIONS.replace('scale = "enfsi-2015"\n', "") + own
    assert read_questions(written(tmp_path, text), BOTH).scale.source == "Laboratorium Contoh, 2026"


def test_an_answer_rests_on_what_is_in_the_case(tmp_path: Path) -> None:
    material = sample(tmp_path / "case")
    asked = read_questions(written(tmp_path, QUESTIONS), BOTH)
    require_grounds(replace(material, asked=asked), "questions.toml")
    for before, after, why in (
        ("items = [1, 2]", "items = [1, 77]", r"item 77 is not in the case - at `question\[0\].items`"),
        ("reading:4", "reading:9", r"has no finding 'reading:9' .*reading:4.* at `question\[0\].findings`"),
    ):
        other = read_questions(written(tmp_path, QUESTIONS.replace(before, after)), BOTH)
        with pytest.raises(FormatError, match=why):
            require_grounds(replace(material, asked=other), "questions.toml")
    with pytest.raises(FormatError, match="item 2 is not"):
        require_grounds(replace(material, asked=asked, withheld=(2,)), "questions.toml")
