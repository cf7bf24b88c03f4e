"""A case that is referred to an expert, and the answer that comes back.

The questions are filed as an item, so that the bundle which goes out holds them, sealed and signed by who asks. The
answer names the head that was referred, and is refused where that is no state of this case with the questions in it: an
answer about something else would look like one about this.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from evidentia.custody.intake import Intake
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.formats.head import parse_head
from evidentia.record.custody import EventType, Head
from evidentia.record.errors import CustodyError, FormatError, UsageError
from evidentia.record.exchange import ExpertAnswer, Proposition, QuestionAnswered, Referral, ReferredQuestion
from evidentia.record.item import Access, Item, ItemKind, Role, StoredFile, Times
from evidentia.record.moment import now
from evidentia.record.sentences import Term
from evidentia.report.inert import well_formed
from evidentia.report.judging_pdf import judged_pdf
from evidentia.verify import Trust

from .acting import Acting
from .contents import Contents
from .gathering import Describe, Progress, describe_item
from .given import Prose, Texts, read_given, said, unread

MOST_QUESTIONS = 50  # as many as a report answers (report.expert_files)
PDF = "application/pdf"

_Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}\Z")]
_Numbers = Annotated[tuple[Annotated[int, Meta(ge=1, le=999_999)], ...], Meta(max_length=1000)]


class _Proposition(msgspec.Struct):
    key: _Key
    text: Prose | Texts


class _Answer(msgspec.Struct):
    degree: _Key
    reason: Prose | Texts


class _Question(msgspec.Struct):
    """The fields of a question that a referral and its answer need; those of a report's own stay in the file."""

    key: _Key
    text: Prose | Texts
    proposition: Annotated[tuple[_Proposition, ...], Meta(max_length=9)] = ()
    items: _Numbers = ()
    answer: _Answer | None = None
    open: Prose | Texts | None = None


class _QuestionsFile(msgspec.Struct):
    format: Literal[1]
    question: Annotated[tuple[_Question, ...], Meta(min_length=1, max_length=MOST_QUESTIONS)]


def refer(
    acting: Acting, questions: Path, to: str, request: str, occasion: Occasion, progress: Progress
) -> Item:
    """File the questions to an expert as an item: see ``Case.refer``."""
    acting.require_adding()
    read = _read(questions)
    answered = [one.key for one in read.question if one.answer is not None]
    if answered:
        raise UsageError(
            f"{questions.name} answers {', '.join(answered)}: a referral asks, and answers nothing.",
            next_step="Take the answers out of the file; the expert writes them.",
        )
    referral = Referral(
        to=to,
        request=request,
        questions=tuple(_referred(one) for one in read.question),
    )
    about = tuple(sorted({number for one in read.question for number in one.items}))
    _check_items(Contents(acting.ledger), about)
    title = Term("Questions to {what}").format(what=to)
    with acting.begin(ItemKind.REFERRAL, title, acting.custodian.name, Access.OWN_ACCOUNT) as intake:
        try:
            file = _take(intake, questions, "questions", Role.ORIGINAL)
        except UsageError:
            intake.abandon()
            raise
        files = (file, intake.write("referral.json", Role.REFERRAL, referral))
        progress("sealing")
        describe = _described(intake, files, about)
        return acting.admit(intake, describe, EventType.REPORT, occasion)


def answer(
    acting: Acting,
    report: Path,
    answers: Path,
    referral: int,
    head: Head | str,
    expert: str,
    trust: Trust | None,
    occasion: Occasion,
    progress: Progress,
) -> Item:
    """Take in an expert's report with the answers: see ``Case.answer``."""
    acting.require_adding()
    case = Contents(acting.ledger)
    asked = case.referral(case.item(referral))
    named = check_head(acting.ledger, head, referral)
    found = _answered(_read(answers), asked, answers.name)
    _check_items(case, {number for one in found for number in one.items})
    title = Term("Answer of {what} to item {n}").format(what=expert, n=referral)
    with acting.begin(ItemKind.ANSWER, title, expert, Access.FORWARDED, original_name=report.name) as intake:
        try:
            pdf = _take(intake, report, "report", Role.ORIGINAL)
            if pdf.media_type != PDF:
                raise UsageError(
                    f"{report.name} is no PDF.",
                    next_step="Name the expert's report; other files are added with `evidentia add`.",
                )
            kept = _take(intake, answers, "answers", Role.ORIGINAL)
        except UsageError:
            intake.abandon()
            raise
        progress("judging the report's signatures")
        signatures = judged_pdf(intake.folder / pdf.name, trust)  # the copy, whose digest is taken already
        note = ExpertAnswer(
            referral=referral,
            head=named,
            expert=expert,
            answers=found,
            report_sha256=pdf.sha256,
            signatures=signatures,
        )
        files = (pdf, kept, intake.write("answer.json", Role.ANSWER, note))
        progress("sealing")
        problems = tuple(map(well_formed, signatures.problems))
        describe = _described(intake, files, (referral,), problems)
        return acting.admit(intake, describe, EventType.ACQUIRE, occasion)


def check_head(ledger: Ledger, head: Head | str, referral: int) -> Head:
    """The head of this case that an expert names: its own, whole.

    Raises:
        UsageError: it cannot be read.
        CustodyError: it is no state of this case, or one from before the questions were filed.
    """
    try:
        wanted = parse_head(head) if isinstance(head, str) else head
    except FormatError as error:
        raise UsageError(
            f"The head cannot be read: {error.happened}.", next_step="Give it as the report prints it."
        ) from error
    own = ledger.head(wanted.events) if wanted.events <= len(ledger.events) else None
    signed = {one.who: one.signature for one in own.signatures} if own is not None else {}
    if (
        own is None
        or (own.case, own.seal) != (wanted.case, wanted.seal)
        or any(signed.get(one.who) != one.signature for one in wanted.signatures)
    ):
        raise CustodyError(
            "The head that the expert names is no state of this case: the report is about something else.",
            next_step="Compare it with the head that `exchange refer` printed; ask the expert what was examined.",
        )
    if ledger.item_events()[referral] > wanted.events:
        raise CustodyError(
            f"The head that the expert names is from before item {referral}, the questions, was filed.",
            next_step="Name the referral that was answered, or ask the expert which bundle was examined.",
        )
    return own


def _answered(read: _QuestionsFile, asked: Referral, name: str) -> tuple[QuestionAnswered, ...]:
    """Every question with its answer, or with why there is none.

    Raises:
        UsageError: a question that was not asked, one that is left out, one without either, or altered words.
    """
    wanted = {one.key: one for one in asked.questions}
    given = {one.key: one for one in read.question}
    if len(given) != len(read.question) or given.keys() != wanted.keys():
        odd = sorted((given.keys() ^ wanted.keys()) or given.keys())
        raise UsageError(
            f"{name} does not answer the questions that were put, each once: {', '.join(odd)}.",
            next_step="Let the expert write the answers into the file of questions that was referred.",
        )
    for key, one in given.items():
        if said(one.text) != wanted[key].text:
            raise UsageError(
                f"{name}: the words of question {key} are not those that were put.",
                next_step="Let the expert answer the question as it stands, or refer another one.",
            )
        if (one.answer is None) == (one.open is None):
            raise UsageError(
                f"{name}: question {key} needs either an answer or `open`: why the material could not answer.",
                next_step="Ask the expert for one of them.",
            )
    return tuple(
        QuestionAnswered(
            question=key,
            degree=None if one.answer is None else one.answer.degree,
            reason={} if one.answer is None else said(one.answer.reason),
            open={} if one.open is None else said(one.open),
            items=one.items,
        )
        for key, one in given.items()
    )


def _referred(one: _Question) -> ReferredQuestion:
    return ReferredQuestion(
        key=one.key,
        text=said(one.text),
        propositions=tuple(Proposition(key=p.key, text=said(p.text)) for p in one.proposition),
        items=one.items,
    )


def _read(path: Path) -> _QuestionsFile:
    """A file of questions.

    Raises:
        UsageError: it cannot be read, is too large, is not TOML, or lacks what is needed.
    """
    what, next_step = "questions", "See docs/how-to/refer-to-an-expert.md for what it holds."
    found = read_given(path, _QuestionsFile, what, next_step)
    keys = [one.key for one in found.question]
    if len(set(keys)) != len(keys):
        raise unread(path, what, "two questions have one key", next_step)
    if any(not said(one.text) for one in found.question):
        raise unread(path, what, "a question has no words", next_step)
    return found


def _take(intake: Intake, source: Path, stem: str, role: Role) -> StoredFile:
    from evidentia.capture.files import take_file

    taken = take_file(source, intake.folder, stem=stem)
    return msgspec.structs.replace(taken.file, role=role)


def _check_items(case: Contents, numbers: Iterable[int]) -> None:
    for number in numbers:
        case.item(number)


def _described(
    intake: Intake, files: tuple[StoredFile, ...], about: tuple[int, ...], problems: tuple[str, ...] = ()
) -> Describe:
    def describe(number: int) -> Item:
        times = Times(received_at=now())
        return describe_item(intake.intent, number, files=files, about=about, times=times, problems=problems)

    return describe
