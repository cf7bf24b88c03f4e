"""Words for the answers that fixed rules give."""

from __future__ import annotations

from evidentia.record.sentences import term
from evidentia.report.material import Language
from evidentia.report.texts import say
from evidentia.report.weighing import Weighed


def about(answer: Weighed, language: Language) -> str:
    """What is weighed, in words."""
    return say(language, f"about.{answer.about.value}", **answer.values)


def proposition(answer: Weighed, language: Language, which: str) -> str:
    """One of the two propositions: ``1`` or ``2``."""
    return say(language, f"proposition.{answer.about.value}.{which}", **answer.values)


def why(answer: Weighed, language: Language) -> str:
    """Why it was weighed so."""
    tests = {"tests": ", ".join(term(test, language) for test in answer.tests)} if answer.tests else {}
    return say(language, f"reason.{answer.about.value}.{answer.reason}", **(answer.values | tests))
