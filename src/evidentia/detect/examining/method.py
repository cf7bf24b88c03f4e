"""What a test is called, who published its method, its findings, and how what it says is put into a record."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from ...record.examination import Fact, Opposing, Region, Support, TestFinding
from ...record.said import Said
from ...record.sentences import Term, english, said

Name: TypeAlias = str | Said
"""What findings call another file: its name, or a sentence of ours."""


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """A test's name, the method and version behind it, and its published source."""

    test: Term
    name: str
    version: str
    source: str

    def finds(
        self,
        outcome: Support,
        says: Said,
        measures: dict[str, float] | None = None,
        *,
        regions: tuple[Region, ...] = (),
        strength: float | None = None,
        opposing: tuple[Opposing, ...] = (),
    ) -> TestFinding:
        """A finding of this test, its error rates yet to be looked up: the fields are those of ``TestFinding``."""
        return TestFinding(
            test=self.test,
            outcome=outcome,
            reason=english(says),
            method=self.name,
            version=self.version,
            source=self.source,
            error_rates=(),
            regions=regions,
            strength=strength,
            measures=measures or {},
            opposing=opposing,
            says=(says,),
        )


def left_open(finding: TestFinding, says: Said) -> TestFinding:
    """The finding without its alarm, and what it says then."""
    return msgspec.structs.replace(finding, outcome=Support.INCONCLUSIVE, reason=english(says), says=(says,))


def opposes(hypothesis: Term, explains: bool | None, says: Said) -> Opposing:
    """An honest explanation that was tried, as the record holds it."""
    return Opposing(hypothesis=hypothesis, explains=explains, reason=english(says), says=(says,))


def fact(name: Term | Said, value: str | Said) -> Fact:
    """A fact as the record holds it; what is no sentence of ours stands in the file's own words."""
    return Fact(
        name=english(name) if isinstance(name, Said) else name,
        value=english(value) if isinstance(value, Said) else value,
        name_says=(name,) if isinstance(name, Said) else (),
        says=(value,) if isinstance(value, Said) else (),
    )


def verbatim(text: str) -> Said:
    """What a decoder, a file or somebody else says, in its own words."""
    return said("examining.verbatim", text=text)


def verbatims(texts: tuple[str, ...]) -> Said:
    """Several such, one after the other."""
    return said("examining.several", texts=tuple(verbatim(one) for one in texts))


def item(number: int, name: str | None) -> Said:
    """A file of a case as findings call it: by its item, and by its name where it has one."""
    if not name:
        return said("examining.item", number=number)
    return said("examining.item_called", number=number, name=name)


def called(name: Name) -> str:
    """The same as a record has it."""
    return english(name) if isinstance(name, Said) else name


def told(one: TestFinding | Opposing) -> tuple[Said, ...]:
    """What was said, to be told within another sentence."""
    return one.says or (verbatim(one.reason),)


def named(*terms: str) -> tuple[Said, ...]:
    """Short terms, such as names of tests, to be listed within a sentence."""
    return tuple(said("examining.named", term=one) for one in terms)
