"""Looks at posts through a case: each is sealed as an item before it is an observation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from evidentia.record.item import Access
from evidentia.record.post import Observation

from .life import Life

if TYPE_CHECKING:
    from evidentia.capture.options import PageOptions
    from evidentia.capture.wayback import Archive
    from evidentia.case import Case
    from evidentia.record.memento import Memento


class SealingEyes:
    """Captures and rechecks of a case.

    Args:
        case: held by somebody who may add to it.
        options: of every look; those that are not light, with a browser, are every third one, the first among them.
        access: on which ground the posts are seen.
    """

    def __init__(self, case: Case, options: PageOptions, access: Access = Access.PUBLIC) -> None:
        self._case = case
        self._options = options
        self._access = access

    def look(self, lives: Sequence[Life]) -> list[Observation]:
        """Capture what was never seen, and recheck what was."""
        return [self._look(life) for life in lives]

    def look_back(self, life: Life, memento: Memento, archive: Archive) -> Observation:
        """Take a version of an archive into the case."""
        return self._case.take_past(memento, options=self._options, archive=archive).observation

    def _look(self, life: Life) -> Observation:
        number = len(life.looks)
        options = self._options if number % 3 == 0 else replace(self._options, light=True)
        if number == 0:
            return self._case.capture(life.url, access=self._access, options=options).observation
        return self._case.recheck(life.url, options=options)
