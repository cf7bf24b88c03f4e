"""What a reading says, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ...record.life import Version
from ...record.moment import Moment, to_utc_text
from ...record.said import Said
from ...record.sentences import said
from ..kept_history import PLATFORM_HISTORY
from .bylines import Author
from .choose import Judgement

_PLACES = 3
"""Places that a sentence names."""


def consistent(found: Judgement) -> tuple[Said, ...]:
    """That a version is shown, and how much of it."""
    version, missing = found.fit.version, found.judged.cut_start + found.judged.cut_end
    shown = said("reading.consistent", version=version.n, when=when(version))
    if missing:
        total = len(found.judged.laid.found)
        shown = said(
            "reading.consistent.cut", version=version.n, when=when(version), missing=missing, total=total
        )
    return shown, author(found), _limits()


def differs(found: Judgement) -> tuple[Said, ...]:
    """That no version is shown, and where the nearest one differs."""
    version, count = found.fit.version, len(found.judged.differences)
    if count > 1:
        places = said("reading.differs.places", count=count, version=version.n, when=when(version))
    else:
        places = said("reading.differs.place", count=count, version=version.n, when=when(version))
    doubts = _doubts(found)
    besides = (said("reading.differs.doubts", doubts=doubts),) if doubts else ()
    return places, *besides, author(found), _limits()


def maybe_anothers(found: Judgement) -> tuple[Said, ...]:
    """That the words are near to a version's, and that nothing ties them to its author."""
    places = tuple(
        said("reading.maybe_anothers.place", shown=one.shown, recorded=one.recorded)
        for one in found.judged.differences[:_PLACES]
    )
    count = found.judged.places
    return (said("reading.maybe_anothers", version=found.fit.version.n, count=count, places=places),)


def more(shown: Judgement, longer: Judgement) -> tuple[Said, ...]:
    """That a version is shown to its end, and more follows that is near to a longer one."""
    return (said("reading.more", shown=shown.fit.version.n, longer=longer.fit.version.n),)


def doubtful(found: Judgement) -> tuple[Said, ...]:
    """That a version may be the one shown, and what stands against it."""
    return (
        said("reading.doubtful", version=found.fit.version.n, doubts=_doubts(found)),
        author(found),
    )


def several(found: Sequence[Judgement]) -> tuple[Said, ...]:
    """That the picture shows what versions have in common."""
    first, *others = (one.fit.version.n for one in found)
    versions = (
        said("reading.several.first", version=first),
        *(said("reading.several.another", version=n) for n in others),
    )
    return (said("reading.several", versions=versions),)


def when(version: Version) -> Said:
    """When a version was in force, as far as it is known."""
    if version.not_before is None and version.not_after is None:
        return said("reading.when.unrecorded")
    first, last = _at(version.not_before), _at(version.not_after)
    if version.sources == (PLATFORM_HISTORY,):
        return said("reading.when.history", first=first, last=last)
    return said("reading.when.seen", first=first, last=last)


def author(found: Judgement) -> Said:
    """Where the recorded author stands."""
    if found.fit.byline.author is Author.NOTHING:
        return said("reading.author.unread")
    if found.fit.byline.author is Author.BELOW:
        return said("reading.author.below", named=found.fit.byline.named)
    if found.fit.byline.author is Author.HANDLE:
        return said("reading.author.handle", named=found.fit.byline.named)
    return said("reading.author.name", named=found.fit.byline.named)


def _doubts(found: Judgement) -> tuple[Said, ...]:
    return tuple(doubt.why for doubt in found.judged.doubts)


def _limits() -> Said:
    return said("reading.limits")


def _at(moment: Moment | None) -> str | Said:
    return to_utc_text(moment) if moment else said("reading.when.unknown_time")
