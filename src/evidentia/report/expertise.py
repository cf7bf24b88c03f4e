"""What the expert brings to a report: who examined, what was asked, and the answers, in each language.

These are records; ``expert_files`` reads them from the files that the expert wrote. All of it is the expert's own
word, printed as such, and none of it is markup by the time it is laid out.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """A text in both languages of reports; the same text twice where the expert wrote one only (``translated`` False).

    ``id`` or ``en`` is empty where that language was not asked for.
    """

    id: str
    en: str
    translated: bool = True

    def text(self, language: str) -> str:
        """The text in a language (BCP 47: ``id`` or ``en``)."""
        return self.id if language == "id" else self.en


class Place(StrEnum):
    """Sections of a report into which the expert's own text goes."""

    REQUEST = "request"
    EVIDENCE = "evidence"
    METHOD = "method"
    RESULTS = "results"
    CONCLUSION = "conclusion"
    LIMITATIONS = "limitations"
    ANNEX = "annex"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who examined and answers for the report."""

    name: str
    role: Wording
    organisation: str
    qualifications: tuple[Wording, ...]
    affiliation: Wording | None = None


class Expertise(msgspec.Struct, frozen=True, kw_only=True):
    """The examiners, their statement of independence, and their own text (Markdown) by section."""

    people: tuple[Person, ...]
    independence: Wording
    texts: dict[Place, Wording] = {}


class Degree(msgspec.Struct, frozen=True, kw_only=True):
    """A word of a scale.

    ``sentence`` holds ``{first}`` and ``{second}`` for the propositions. ``lr_from`` and ``lr_to`` bound the
    likelihood ratios that it stands for (from included, to excluded); None where the scale gives none.
    ``directed``: it favours one proposition over another; False for "neither is supported".
    """

    key: str
    name: Wording
    sentence: Wording
    directed: bool
    lr_from: float | None = None
    lr_to: float | None = None


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """A named scale of conclusions with who published it."""

    key: str
    name: Wording
    source: str
    degrees: tuple[Degree, ...]
    note: Wording | None = None

    def degree(self, key: str) -> Degree | None:
        """The degree of that key, if the scale has it."""
        return next((one for one in self.degrees if one.key == key), None)


class Proposition(msgspec.Struct, frozen=True, kw_only=True):
    """One of the propositions that compete: H1, H2, …"""

    key: str
    text: Wording


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The expert's answer in a word of the scale, for one proposition and against another.

    ``first`` and ``second`` are empty for a degree that favours none. ``likelihood_ratio`` is there only with
    ``calibration``, which says on which data it rests.
    """

    degree: str
    reason: Wording
    first: str = ""
    second: str = ""
    likelihood_ratio: float | None = None
    calibration: Wording | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its propositions, and the answer, where one could be given.

    ``items`` and ``findings`` are what the answer rests on: item numbers of the case, and names of findings
    (``integrity``, ``post:KEY``, ``reading:N``, ``examination:N``). ``open`` says what the material could not answer.
    """

    key: str
    text: Wording
    propositions: tuple[Proposition, ...]
    answer: Answer | None = None
    items: tuple[int, ...] = ()
    findings: tuple[str, ...] = ()
    open: Wording | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """All questions, and the scale in whose words they are answered."""

    scale: Scale
    questions: tuple[Question, ...]
