"""What a reading says, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ...record.life import Version
from ...record.moment import to_utc_text
from ..kept_history import PLATFORM_HISTORY
from .choose import Author, Judgement

_PLACES = 3
"""Places that a sentence names."""

LIMITS = "Not judged: emoji, punctuation around words, and other text before and after that of the post."


def consistent(found: Judgement) -> str:
    """That a version is shown, and how much of it."""
    version, missing = found.fit.version, found.judged.cut_start + found.judged.cut_end
    shown = f"Consistent with version {version.n}, {when(version)}: every recorded word that can be judged is shown."
    if missing:
        total = len(found.judged.laid.found)
        shown = (
            f"What is shown is consistent with version {version.n}, {when(version)}; {missing} of its {total} words "
            "are not in the picture, which ends before them or says that there is more."
        )
    return " ".join((shown, author(found), LIMITS))


def differs(found: Judgement) -> str:
    """That no version is shown, and where the nearest one differs."""
    version, count = found.fit.version, len(found.judged.differences)
    reason = (
        f"{count} place{'s' if count > 1 else ''} shown otherwise than in version {version.n}, the nearest, "
        f"{when(version)}; several looks agree."
    )
    doubts = "; ".join(doubt.reason for doubt in found.judged.doubts)
    return " ".join(
        filter(None, (reason, f"In doubt besides: {doubts}." if doubts else "", author(found), LIMITS))
    )


def maybe_anothers(found: Judgement) -> str:
    """That the words are near to a version's, and that nothing ties them to its author."""
    places = "; ".join(
        f"“{one.shown}” where “{one.recorded}” is recorded" for one in found.judged.differences[:_PLACES]
    )
    return (
        f"The words are near to those of version {found.fit.version.n}, and differ in "
        f"{found.judged.places} places ({places}); the recorded author does not stand directly above them: "
        "this may be another's post of like words that is not among the captures, or a quoted one."
    )


def more(shown: Judgement, longer: Judgement) -> str:
    """That a version is shown to its end, and more follows that is near to a longer one."""
    return (
        f"Every word of version {shown.fit.version.n} is shown, and behind its end stands more that is near to version "
        f"{longer.fit.version.n} and not as recorded there: which of them it shows cannot be told."
    )


def doubtful(found: Judgement) -> str:
    """That a version may be the one shown, and what stands against it."""
    doubts = "; ".join(doubt.reason for doubt in found.judged.doubts)
    return f"Version {found.fit.version.n} cannot be ruled out: {doubts}. {author(found)}"


def several(found: Sequence[Judgement]) -> str:
    """That the picture shows what versions have in common."""
    numbers = " and ".join(str(one.fit.version.n) for one in found)
    return f"Versions {numbers} both fit: the words in which they differ are not in the picture."


def when(version: Version) -> str:
    """When a version was in force, as far as it is known."""
    if version.not_before is None and version.not_after is None:
        return "for which no time is recorded"
    first = to_utc_text(version.not_before) if version.not_before else "an unknown time"
    last = to_utc_text(version.not_after) if version.not_after else "an unknown time"
    if version.sources == (PLATFORM_HISTORY,):
        return f"which only the platform's own history shows, looked at from {first} to {last}"
    return f"seen in force from {first} to {last}"


def author(found: Judgement) -> str:
    """Whether the recorded author stands above the text."""
    if found.fit.author is Author.NOTHING:
        return "The recorded author was not read above the text: only the text was compared."
    what = "handle" if found.fit.author is Author.HANDLE else "name"
    return f"The recorded author's {what}, {found.fit.named}, or a name that reads like it, stands above it."
