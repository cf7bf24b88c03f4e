"""The questions that the expert was asked, the propositions that compete, and the answers in words of a scale."""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.report.document import (
    Block,
    Cell,
    Facts,
    Grade,
    Graded,
    Paragraph,
    Points,
    Section,
    Table,
    Tone,
)
from evidentia.report.expertise import Answer, Asked, Degree, Question
from evidentia.report.material import Language, Material
from evidentia.report.texts import say
from evidentia.report.weighing import Support, integrity_broken, weigh

from .weighed import about, why


def question_sections(m: Material, language: Language) -> tuple[Section, ...]:
    """Each question with its propositions, as it was put; no answer."""
    asked = m.asked
    if asked is None:
        return ()
    rows = tuple(
        (
            Cell(text=one.key if n == 0 else ""),
            Cell(text=one.text.text(language) if n == 0 else ""),
            Cell(text=proposition.key),
            Cell(text=proposition.text.text(language)),
        )
        for one in asked.questions
        for n, proposition in enumerate(one.propositions)
    )

    def t(key: str) -> str:
        return say(language, f"asked.{key}")

    table = Table(
        header=(t("number"), t("question"), t("proposition"), t("reads")),
        widths=(2, 6, 2, 7),
        rows=rows,
        caption=t("caption"),
    )
    blocks = (Paragraph(text=t("intro")), table)
    return (Section(key="questions", heading=t("heading"), blocks=blocks),)


def answers_section(m: Material, language: Language) -> Section | None:
    """The expert's answers: opinion, each with what it rests on."""
    if m.asked is None:
        return None
    blocks: list[Block] = [Paragraph(text=_scale_words(m.asked, language), tone=Tone.OPINION)]
    if integrity_broken(m):
        blocks.append(Paragraph(text=say(language, "asked.broken"), tone=Tone.WARNING))
    for question in m.asked.questions:
        blocks += [graded_answer(m.asked, question, language), _basis(question, language)]
    return Section(key="answers", heading=say(language, "asked.answers"), blocks=tuple(blocks))


def graded_answer(asked: Asked, question: Question, language: Language, *, brief: bool = False) -> Graded:
    """One answer: the question, the word of the scale, the sentence and the reason."""
    title = say(language, "asked.title", number=question.key, text=question.text.text(language))
    answer = question.answer
    degree = None if answer is None else asked.scale.degree(answer.degree)
    if answer is None or degree is None:
        reason = question.open.text(language) if question.open else ""
        word = say(language, "asked.not_answered")
        return Graded(grade=Grade.OPEN, word=word, about=title, reason=reason)
    sentence = _sentence(degree, answer, language)
    reason = sentence if brief else "\n".join((sentence, answer.reason.text(language)))
    grade = Grade.NEUTRAL if degree.directed else Grade.OPEN
    return Graded(grade=grade, word=degree.name.text(language), about=title, reason=reason)


def unanswered_section(m: Material, language: Language) -> Section:
    """What this material could not answer: the expert's words, and every inconclusive answer of the fixed rules."""
    points = tuple(_unanswered(m, language))
    blocks: tuple[Block, ...] = (
        (Paragraph(text=say(language, "unanswered.intro")), Points(points=points))
        if points
        else (Paragraph(text=say(language, "unanswered.none")),)
    )
    return Section(key="unanswered", heading=say(language, "unanswered.heading"), blocks=blocks)


def scale_section(m: Material, language: Language) -> Section | None:
    """The scale as it was published: its words, and what they stand for."""
    if m.asked is None:
        return None
    scale = m.asked.scale

    def t(key: str, **values: object) -> str:
        return say(language, f"scale.{key}", **values)

    rows = tuple(
        (
            Cell(text=one.name.text(language)),
            Cell(text=_sentence(one, None, language)),
            Cell(text=_range(one, language)),
        )
        for one in scale.degrees
    )
    table = Table(
        header=(t("word"), t("sentence"), t("ratio")),
        widths=(4, 9, 4),
        rows=rows,
        caption=scale.name.text(language),
    )
    blocks: list[Block] = [Paragraph(text=t("source", source=scale.source))]
    if scale.note is not None:
        blocks.append(Paragraph(text=scale.note.text(language)))
    return Section(key="scale", heading=t("heading"), blocks=(*blocks, table))


def _unanswered(m: Material, language: Language) -> Iterator[str]:
    for question in m.asked.questions if m.asked else ():
        if question.open is not None:
            key, text = question.key, question.open.text(language)
            yield say(language, "unanswered.question", number=key, text=text)
    for answer in weigh(m):
        if answer.support is Support.INCONCLUSIVE:
            reason = why(answer, language)
            yield f"{about(answer, language)}: {reason}"


def _scale_words(asked: Asked, language: Language) -> str:
    name = asked.scale.name.text(language)
    return say(language, "asked.scale", name=name, source=asked.scale.source)


def _basis(question: Question, language: Language) -> Facts:
    def t(key: str, **values: object) -> str:
        return say(language, f"asked.{key}", **values)

    rows = [(f"{p.key}", Cell(text=p.text.text(language))) for p in question.propositions]
    items = ", ".join(f"{n:06d}" for n in question.items)
    if items:
        rows.append((t("items"), Cell(text=items, mono=True)))
    if question.findings:
        rows.append((t("findings"), Cell(text="\n".join(question.findings), mono=True)))
    answer = question.answer
    if answer is not None:
        rows.append((t("basis"), Cell(text=_strength(answer, language))))
    if question.open is not None:
        rows.append((t("open"), Cell(text=question.open.text(language))))
    return Facts(rows=tuple(rows))


def _strength(answer: Answer, language: Language) -> str:
    if answer.likelihood_ratio is None or answer.calibration is None:
        return say(language, "asked.by_judgement")
    data = answer.calibration.text(language)
    return say(language, "asked.by_data", ratio=f"{answer.likelihood_ratio:g}", data=data)


def _sentence(degree: Degree, answer: Answer | None, language: Language) -> str:
    """The degree's sentence with its propositions. They are put in as they are, and never read as templates."""
    first, second = (answer.first, answer.second) if answer else ("H1", "H2")
    parts = degree.sentence.text(language).split("{first}")
    return first.join(part.replace("{second}", second) for part in parts)


def _range(degree: Degree, language: Language) -> str:
    if degree.lr_from is None:
        return "–"
    if degree.lr_to is None:
        return say(language, "scale.from", low=_number(degree.lr_from))
    return say(language, "scale.range", low=_number(degree.lr_from), high=_number(degree.lr_to))


def _number(value: float) -> str:
    """Thousands apart by a space: comma and point mean opposite things in the two languages."""
    return f"{value:,.0f}".replace(",", "\u00a0")
