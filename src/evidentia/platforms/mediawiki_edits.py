"""How often a page was edited, by its revisions and its log: not every revision is an edit.

When a page is protected, MediaWiki saves a revision that repeats the words before it ("null revision"), and puts an
entry into the log. No field of the interface ties the two together (mediawiki.org/wiki/API:Logevents), so they are
paired by their times. A revision that repeats the words because the page was moved counts: the title changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from . import mediawiki_api as api
from .answers import moment

_PROTECTIONS = frozenset({"protect/protect", "protect/modify", "protect/unprotect"})
"""Not ``protect/move_prot``: that a protection followed a page which was moved has no revision of its own."""

LOG_FOLLOWS = timedelta(seconds=5)
"""The entry is written after the revision, in the same request; both times come in whole seconds."""


def edits(newest_first: Sequence[api.Revision], log: Sequence[api.LogEntry]) -> int:
    """How many revisions came after the first, but for those that were made when the page was protected."""
    repeating = [
        moment(made.timestamp)
        for made, before in pairwise(newest_first)
        if made.digest and made.digest == before.digest
    ]
    protections = [moment(entry.timestamp) for entry in log if entry.kind in _PROTECTIONS]
    return len(newest_first) - 1 - _paired(repeating, protections)


def _paired(revisions: list[datetime | None], entries: list[datetime | None]) -> int:
    left = [at for at in revisions if at is not None]
    pairs = 0
    for entry in sorted(at for at in entries if at is not None):
        made = max((at for at in left if timedelta() <= entry - at <= LOG_FOLLOWS), default=None)
        if made is not None:
            left.remove(made)
            pairs += 1
    return pairs
