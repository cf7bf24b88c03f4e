"""What passes between agencies: a bundle that was taken in, a case that was referred to an expert, the expert's answer.

What another agency observed stays its own: it is told with the bundle that it stands in, that bundle's head and the
verdict on it, and is never among what this case observed.
"""

from __future__ import annotations

import msgspec

from .custody import Head
from .moment import Interval, Moment
from .pdf_signature import JudgedPdf
from .said import Said
from .verdict import JudgedEvent, Status


class TakenBundle(msgspec.Struct, frozen=True, kw_only=True):
    """``import.json``: somebody else's bundle as it was judged when it was taken in; the verdict itself lies beside it.

    Attributes:
        case: the id that the bundle has for its case; another agency may use one that is ours too.
        head: the bundle's end, by which a later bundle of the same case can be checked.
        sha256: of the ZIP as it came, which is sealed as it is.
        compared_with: a head from elsewhere, in its printed form, that the bundle was found to continue; or None.
        continues: the item with an earlier bundle to which this one only appended; or None.
        signers: SHA-256 of the caller's anchors for persons; ``authorities`` those for timestamp authorities.
    """

    format: int = 1
    case: str
    title: str
    head: Head
    status: Status
    codes: tuple[str, ...]
    sha256: str
    judged_at: Moment
    compared_with: str | None
    continues: int | None
    signers: tuple[str, ...]
    authorities: tuple[str, ...]


class ForeignPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post as a bundle of another agency tells of it. ``mark`` says whose word that is; nobody here saw it.

    ``item`` and ``path`` are those inside of the bundle; ``during`` is when it was looked at there, as it claims.
    """

    mark: str
    item: int
    path: str
    key: str
    url: str
    state: str
    during: Interval
    source: str
    platform: str | None
    author: str | None
    text: str | None
    observed_here: bool = False


class ForeignFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle of another agency says that an examination or a reading found. Nobody here repeated it.

    ``says`` are the sentences of ``reason`` by their codes, where they say that and nothing else.
    """

    mark: str
    item: int
    kind: str
    outcome: str
    reason: str
    method: str
    repeated_here: bool = False
    says: tuple[Said, ...] = ()


class HeldBundle(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that was taken in, with what stands in it.

    ``taken`` is None where an interruption left the item without its verdict. ``custody`` is the bundle's own chain as
    the verdict tells it. ``problems``: what in it could not be read, or is not as it was sealed there.
    """

    item: int
    mark: str
    taken: TakenBundle | None
    custody: tuple[JudgedEvent, ...] = ()
    posts: tuple[ForeignPost, ...] = ()
    findings: tuple[ForeignFinding, ...] = ()
    problems: tuple[str, ...] = ()


class Proposition(msgspec.Struct, frozen=True, kw_only=True):
    """One of the propositions that compete for a question, in the languages in which it was put (BCP 47)."""

    key: str
    text: dict[str, str]


class ReferredQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question for the expert, in the languages in which it was put, and the items that it is about."""

    key: str
    text: dict[str, str]
    propositions: tuple[Proposition, ...] = ()
    items: tuple[int, ...] = ()


class Referral(msgspec.Struct, frozen=True, kw_only=True):
    """``referral.json``: what is asked of whom. Its event is signed by who asks; the bundle's head binds it."""

    format: int = 1
    to: str
    request: str
    questions: tuple[ReferredQuestion, ...]


class QuestionAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """The expert's answer to one question: a degree with its reason, or in ``open`` why the material gave none."""

    question: str
    degree: str | None
    reason: dict[str, str]
    open: dict[str, str]
    items: tuple[int, ...] = ()


class ExpertAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``answer.json``: an expert's report and answers, bound to the state of the case that was referred.

    ``referral`` is the item with the questions; ``head`` the state that the expert names, which is one of this case,
    at or after the referral. The answers are the expert's statements; that nobody here checked them is ``checked``.
    ``signatures`` is how the report's own were judged when it was taken in; None where it was before that was done.
    """

    format: int = 1
    referral: int
    head: Head
    expert: str
    answers: tuple[QuestionAnswered, ...]
    report_sha256: str
    signatures: JudgedPdf | None = None
    checked: bool = False
