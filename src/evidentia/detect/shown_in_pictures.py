"""Screenshots that were read, held against the versions of a post: evidence for one of them, or for none.

A reading names its version by the number that it had on that day. Versions that came to the case later may have moved
the numbers, so that the version is found again by what it rested on and by the words that were read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from evidentia.record.finding import Outcome, Part, Reading
from evidentia.record.life import Contradiction, ContradictionKind
from evidentia.record.post import Evidence, Signal
from evidentia.record.sentences import said

from .contradictions import finding
from .versions import Draft


class ReadPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was read against the captures: the reading, and where it and the picture stand."""

    reading: Reading
    picture: Evidence
    record: Evidence

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The picture, and the record of its reading."""
        return self.picture, self.record


def latest(pictures: Iterable[ReadPicture]) -> list[ReadPicture]:
    """Of each picture, the last reading: an earlier one may have known fewer versions."""
    last: dict[int, ReadPicture] = {}
    for one in sorted(pictures, key=lambda one: one.record.item):
        last[one.picture.item] = one
    return [last[item] for item in sorted(last)]


def support(pictures: Sequence[ReadPicture], drafts: Sequence[Draft]) -> None:
    """Add each picture that is consistent with a version to what shows that version."""
    for one in pictures:
        if one.reading.outcome is not Outcome.CONSISTENT:
            continue
        draft = _meant(one, drafts)
        if draft is not None:
            draft.shown_in += one.evidence


def unknown_versions(pictures: Sequence[ReadPicture], drafts: Sequence[Draft]) -> Iterator[Contradiction]:
    """Pictures that show words of the post that no version has."""
    for one in pictures:
        reading = one.reading
        otherwise = [place for place in reading.differences if place.part is Part.WORDS]
        # Another handle or time is a difference, and no wording.
        if reading.outcome is not Outcome.DIFFERS or not otherwise:
            continue
        signals = [
            Signal(
                name="shown-otherwise",
                seen=f"{place.shown or '–'} ≠ {place.recorded or '–'}",
                where=str(place.box),
            )
            for place in otherwise
        ]
        newer = any(
            evidence.item > one.record.item
            for draft in drafts
            for look in draft.looks[:1]
            for evidence in look.seen.evidence
        )
        yield finding(
            ContradictionKind.UNKNOWN_VERSION,
            said("looks.contradiction.unknown_version", item=one.picture.item),
            (),
            signals,
            (
                *((said("looks.explanation.versions_came_later"),) if newer else ()),
                said("looks.explanation.uncaptured_wording"),
                said("looks.explanation.picture_altered"),
                said("looks.explanation.misread"),
            ),
            (*one.evidence, *reading.evidence),
        )


def _meant(one: ReadPicture, drafts: Sequence[Draft]) -> Draft | None:
    """The version that the reading meant: of those whose evidence it names, the one whose words were read."""
    named = frozenset(one.reading.evidence) - set(one.evidence)
    read = set(one.reading.shown_text.casefold().split())
    ranked: list[tuple[float, float, Draft]] = []
    for draft in drafts:
        rests_on = {evidence for evidence in _rests_on(draft) if evidence.item < one.record.item}
        common = len(named & rests_on)
        if common:
            words = set(draft.text.casefold().split())
            known = len(words & read) / len(words) if words else 0.0
            ranked.append((known, common / len(named | rests_on), draft))
    if not ranked:
        return None
    best = max(rank[:2] for rank in ranked)
    same = [draft for *rank, draft in ranked if tuple(rank) == best]
    return same[0] if len(same) == 1 else None


def _rests_on(draft: Draft) -> Iterator[Evidence]:
    for look in (*draft.looks, *draft.copies):
        yield from look.seen.evidence
    if draft.kept is not None:
        yield from draft.kept.first.seen.evidence
        yield from draft.kept.last.seen.evidence
