"""Reading what the expert wrote: ``expert.toml``, ``questions.toml`` and the Markdown files beside them.

They may come from another agency, so they are read strictly: no field that is not known, nothing longer than can be
printed, no file outside of the folder in which the TOML file lies. A misspelt field is an error that names the file
and the field, never a field that is not there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from evidentia.record.errors import FormatError

from .expertise import (
    Answer,
    Asked,
    Degree,
    Expertise,
    Person,
    Place,
    Proposition,
    Question,
    Scale,
    Wording,
)
from .inert import MAX_LINES
from .markdown import LARGEST_TEXT, read_markdown
from .material import Language

LARGEST_FILE = 256 * 1024
"""Bytes of a TOML file: fifty questions with answers of a page each are half of it."""

MOST_PEOPLE = 20  # who sign one report
MOST_QUESTIONS = 50
MOST_PROPOSITIONS = 9  # H1 to H9
DEFAULT_SCALE = "three-words"

Key = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]
Short = Annotated[str, Meta(min_length=1, max_length=300)]
Long = Annotated[str, Meta(min_length=1, max_length=5000)]
"""Half of what a report shows of one text, so that two of them still stand together."""


class _Short(msgspec.Struct, forbid_unknown_fields=True):
    id: Short | None = None
    en: Short | None = None


class _Long(msgspec.Struct, forbid_unknown_fields=True):
    id: Long | None = None
    en: Long | None = None


_ShortText = Short | _Short
_LongText = Long | _Long


class _Person(msgspec.Struct, forbid_unknown_fields=True):
    name: Short
    role: _ShortText
    organisation: Short
    qualifications: Annotated[tuple[_ShortText, ...], Meta(min_length=1, max_length=30)]
    affiliation: _LongText | None = None


class _Texts(msgspec.Struct, forbid_unknown_fields=True):
    request: _ShortText | None = None
    evidence: _ShortText | None = None
    method: _ShortText | None = None
    results: _ShortText | None = None
    conclusion: _ShortText | None = None
    limitations: _ShortText | None = None
    annex: _ShortText | None = None


class _ExpertFile(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal[1]
    examiner: Annotated[tuple[_Person, ...], Meta(min_length=1, max_length=MOST_PEOPLE)]
    independence: _LongText
    text: _Texts = msgspec.field(default_factory=_Texts)


class _Degree(msgspec.Struct, forbid_unknown_fields=True):
    key: Key
    directed: bool
    name: _ShortText
    sentence: _ShortText
    lr_from: Annotated[float, Meta(ge=1)] | None = None
    lr_to: Annotated[float, Meta(gt=1)] | None = None


class _Scale(msgspec.Struct, forbid_unknown_fields=True):
    key: Key
    name: _ShortText
    source: Short
    degree: Annotated[tuple[_Degree, ...], Meta(min_length=2, max_length=20)]
    note: _LongText | None = None


class _Scales(msgspec.Struct, forbid_unknown_fields=True):
    scale: tuple[_Scale, ...]


class _Proposition(msgspec.Struct, forbid_unknown_fields=True):
    key: Key
    text: _LongText


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    degree: Key
    reason: _LongText
    first: Key | None = None
    second: Key | None = None
    likelihood_ratio: Annotated[float, Meta(gt=0)] | None = None
    calibration: _LongText | None = None


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    key: Key
    text: _LongText
    proposition: Annotated[tuple[_Proposition, ...], Meta(min_length=2, max_length=MOST_PROPOSITIONS)]
    answer: _Answer | None = None
    items: Annotated[tuple[Annotated[int, Meta(ge=1, le=999_999)], ...], Meta(max_length=1000)] = ()
    findings: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=2100)], ...], Meta(max_length=1000)
    ] = ()
    open: _LongText | None = None


class _QuestionsFile(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal[1]
    question: Annotated[tuple[_Question, ...], Meta(min_length=1, max_length=MOST_QUESTIONS)]
    scale: Key | _Scale = DEFAULT_SCALE


_Read = TypeVar("_Read")
_Text = str | _Short | _Long


def read_expert(where: str | Path, languages: Sequence[Language]) -> Expertise:
    """Read ``expert.toml`` and the Markdown files that it names, for a report in these languages.

    Raises:
        FormatError: not TOML, not exactly these fields, a text that a language lacks, a file that may not be read.
    """
    path = Path(where)
    read = _toml(path, _ExpertFile)
    say = _Wordings(path.name, languages)
    texts = {
        place: say.markdown(path, getattr(read.text, place.value), f"text.{place.value}")
        for place in Place
        if getattr(read.text, place.value) is not None
    }
    return Expertise(
        people=tuple(_person(one, say, f"examiner[{n}]") for n, one in enumerate(read.examiner)),
        independence=say(read.independence, "independence"),
        texts=texts,
    )


def read_questions(where: str | Path, languages: Sequence[Language]) -> Asked:
    """Read ``questions.toml`` for a report in these languages.

    Raises:
        FormatError: not TOML, not exactly these fields, a text that a language lacks, an answer that its scale or its
            propositions do not allow.
    """
    path = Path(where)
    read = _toml(path, _QuestionsFile)
    say = _Wordings(path.name, languages)
    scale = _scale_of(read.scale, say, path.name)
    _check_unique((one.key for one in read.question), path.name, "question")
    questions = tuple(_question(one, scale, say, f"question[{n}]") for n, one in enumerate(read.question))
    return Asked(scale=scale, questions=questions)


@cache
def _known_scales() -> dict[str, _Scale]:
    raw = files("evidentia.report").joinpath("scales.toml").read_text("utf-8")
    return {one.key: one for one in msgspec.convert(tomllib.loads(raw), _Scales).scale}


def refused(name: str, why: str) -> FormatError:
    """The error of a file of the expert's that is not what it must be."""
    return FormatError(name, why, next_step="Mend it in that file; docs/report-example shows what one holds.")


def _toml(path: Path, kind: type[_Read]) -> _Read:
    text = _read_text(path, path.name, LARGEST_FILE)
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as error:
        raise refused(path.name, f"not TOML: {error}") from error
    except RecursionError as error:
        raise refused(path.name, "not TOML that can be read: it is nested too deeply") from error
    except msgspec.ValidationError as error:
        raise refused(path.name, str(error).replace("`$.", "`").replace("Object", "Table")) from error


def _read_text(path: Path, name: str, largest: int) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        raise refused(name, f"it cannot be read: {error.strerror}") from error
    if len(data) > largest:
        raise refused(name, f"it is larger than {largest} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refused(name, f"line {line}: not UTF-8") from error


class _Wordings:
    """Makes texts of what a file says, in the languages of the report."""

    def __init__(self, name: str, languages: Sequence[Language]) -> None:
        self._name, self._languages = name, tuple(languages)

    def __call__(self, text: _Text, field: str) -> Wording:
        if isinstance(text, str):
            self._check_lines(text, field)
            return Wording(id=text, en=text, translated=False)
        said = {"id": text.id or "", "en": text.en or ""}
        for language in self._languages:
            if not said[language.value]:
                raise self.wrong(
                    field, f"it has no text for `{language.value}`, in which the report is written"
                )
            self._check_lines(said[language.value], field)
        return Wording(id=said["id"], en=said["en"])

    def wrong(self, field: str, why: str) -> FormatError:
        return refused(self._name, f"{why} - at `{field}`")

    def markdown(self, beside: Path, named: _Text, field: str) -> Wording:
        """The text of a Markdown file, or of one for each language. What cannot be laid out is refused here."""
        paths = self(named, field)
        wanted = {
            language.value: self._inside(beside, paths.text(language), field) for language in self._languages
        }
        found = {}
        for language, path in wanted.items():
            text = _read_text(path, path.name, LARGEST_TEXT)
            read_markdown(text, path.name)
            found[language] = text
        return Wording(id=found.get("id", ""), en=found.get("en", ""), translated=paths.translated)

    def _inside(self, beside: Path, named: str, field: str) -> Path:
        folder = beside.resolve().parent
        plain = PurePosixPath(named)
        if plain.is_absolute() or ".." in plain.parts or "\\" in named or "\0" in named:
            raise self.wrong(field, f"{named!r} leads out of the folder of this file")
        path = (folder / plain).resolve()
        if not path.is_relative_to(folder):
            raise self.wrong(field, f"{named!r} leads out of the folder of this file")
        if not path.is_file():
            raise self.wrong(field, f"{named!r} is not a file in the folder of this file")
        return path

    def _check_lines(self, text: str, field: str) -> None:
        if text.count("\n") >= MAX_LINES // 2:
            raise self.wrong(field, f"it has more than {MAX_LINES // 2} lines")


def _person(one: _Person, say: _Wordings, field: str) -> Person:
    return Person(
        name=one.name,
        role=say(one.role, f"{field}.role"),
        organisation=one.organisation,
        qualifications=tuple(
            say(text, f"{field}.qualifications[{n}]") for n, text in enumerate(one.qualifications)
        ),
        affiliation=None if one.affiliation is None else say(one.affiliation, f"{field}.affiliation"),
    )


def _scale_of(named: str | _Scale, say: _Wordings, name: str) -> Scale:
    if isinstance(named, str):
        known = _known_scales()
        if named not in known:
            raise say.wrong(
                "scale", f"{named!r} is not a scale that is known ({', '.join(known)}); or write your own"
            )
        named = known[named]
    _check_unique((one.key for one in named.degree), name, "scale.degree")
    return Scale(
        key=named.key,
        name=say(named.name, "scale.name"),
        source=named.source,
        note=None if named.note is None else say(named.note, "scale.note"),
        degrees=tuple(
            Degree(
                key=one.key,
                name=say(one.name, f"scale.degree[{n}].name"),
                sentence=say(one.sentence, f"scale.degree[{n}].sentence"),
                directed=one.directed,
                lr_from=one.lr_from,
                lr_to=one.lr_to,
            )
            for n, one in enumerate(named.degree)
        ),
    )


def _question(one: _Question, scale: Scale, say: _Wordings, field: str) -> Question:
    propositions = tuple(
        Proposition(key=p.key, text=say(p.text, f"{field}.proposition[{n}].text"))
        for n, p in enumerate(one.proposition)
    )
    keys = tuple(p.key for p in propositions)
    if len(set(keys)) < len(keys):
        raise say.wrong(f"{field}.proposition", "two propositions have one key")
    if one.answer is None and one.open is None:
        raise say.wrong(field, "it has no `answer`; say in `open` what the material could not answer")
    if one.answer is not None and not (one.items or one.findings):
        raise say.wrong(field, "its answer rests on nothing: name `items` or `findings`")
    return Question(
        key=one.key,
        text=say(one.text, f"{field}.text"),
        propositions=propositions,
        answer=None if one.answer is None else _answer(one.answer, scale, keys, say, f"{field}.answer"),
        items=one.items,
        findings=one.findings,
        open=None if one.open is None else say(one.open, f"{field}.open"),
    )


def _answer(one: _Answer, scale: Scale, keys: tuple[str, ...], say: _Wordings, field: str) -> Answer:
    degree = scale.degree(one.degree)
    if degree is None:
        known = ", ".join(d.key for d in scale.degrees)
        raise say.wrong(f"{field}.degree", f"{one.degree!r} is no word of the scale {scale.key} ({known})")
    named = tuple(key for key in (one.first, one.second) if key is not None)
    if len(named) != (2 if degree.directed else 0) or len(set(named)) < len(named):
        needs = (
            "two different propositions in `first` and `second`"
            if degree.directed
            else "no `first` or `second`"
        )
        raise say.wrong(field, f"the degree {degree.key} needs {needs}")
    for key in named:
        if key not in keys:
            raise say.wrong(field, f"{key!r} is none of the question's propositions ({', '.join(keys)})")
    _check_ratio(one, degree, say, field)
    return Answer(
        degree=degree.key,
        reason=say(one.reason, f"{field}.reason"),
        first=one.first or "",
        second=one.second or "",
        likelihood_ratio=one.likelihood_ratio,
        calibration=None if one.calibration is None else say(one.calibration, f"{field}.calibration"),
    )


def _check_ratio(one: _Answer, degree: Degree, say: _Wordings, field: str) -> None:
    """A likelihood ratio stands only on data, and only under the word that its scale has for it."""
    ratio = one.likelihood_ratio
    if (ratio is None) != (one.calibration is None):
        raise say.wrong(
            field,
            "a `likelihood_ratio` needs `calibration`, which says on which data it rests, and the other way round",
        )
    if ratio is None:
        return
    if degree.lr_from is None:
        raise say.wrong(
            f"{field}.likelihood_ratio", f"the degree {degree.key} of this scale stands for no numbers"
        )
    if ratio < degree.lr_from or (degree.lr_to is not None and ratio >= degree.lr_to):
        to = "" if degree.lr_to is None else f" to {degree.lr_to:g}"
        raise say.wrong(
            f"{field}.likelihood_ratio",
            f"{ratio:g} is not what {degree.key} stands for (from {degree.lr_from:g}{to})",
        )


def _check_unique(keys: Iterable[str], name: str, field: str) -> None:
    seen: set[Any] = set()
    for n, key in enumerate(keys):
        if key in seen:
            raise refused(name, f"{key!r} stands twice - at `{field}[{n}].key`")
        seen.add(key)
