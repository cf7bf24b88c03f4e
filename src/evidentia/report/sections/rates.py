"""How often methods are wrong, in lines; what each rate was measured on is told once below, by its number."""

from __future__ import annotations

from collections.abc import Iterable

from evidentia.record.finding import ErrorRate
from evidentia.record.sentences import phrase
from evidentia.report.document import Points
from evidentia.report.material import Language
from evidentia.report.texts import measured, rate_name

Marks = dict[str, int]
"""What rates were measured on -> its number."""


def marks_of(rates: Iterable[ErrorRate]) -> Marks:
    """Numbers for what rates were measured on, in the order in which it is named first."""
    materials = dict.fromkeys(rate.material for rate in rates if rate.material)
    return {material: number for number, material in enumerate(materials, 1)}


def rate_line(rate: ErrorRate, marks: Marks, language: Language) -> str:
    """One rate: what goes wrong, how often, and the number of what it was measured on."""
    said = f"{rate_name(language, rate)}: {measured(language, rate)}"
    return f"{said} [{marks[rate.material]}]" if rate.material else said


def materials(marks: Marks, language: Language) -> Points:
    """What the numbers stand for."""
    return Points(points=tuple(f"[{mark}] {phrase(material, language)}" for material, mark in marks.items()))
