"""How the life of a post is told in words: the same for the page and for the terminal."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from evidentia.detect.absence import Basis, absence_of
from evidentia.detect.edits import MEDIA_MOVES, fates_told
from evidentia.detect.proofs import SIGNED_ABSENCE, SIGNED_AFTER_PRESENCE, SIGNED_BOTH
from evidentia.record.life import Change, ChangeKind, Contradiction, Timeline
from evidentia.record.post import OWN_CAPTURE, Account, Evidence, Signal, State
from evidentia.record.sentences import each_stated, phrase, signal_name, stated

from .material import Language, in_zone
from .texts import phrases, say, word

_NOTED = frozenset(
    {
        "edit-mark",
        "no-edit-mark",
        "looks-overlap",
        "second-vantage",
        SIGNED_ABSENCE,
        SIGNED_AFTER_PRESENCE,
        SIGNED_BOTH,
    }
)
"""Signals that the program itself makes of several looks: what it notes with them are its own words."""


def moment(language: Language, when: datetime | None, zone: str) -> str:
    """A moment in one zone, to the second, with the zone; "not known" for None."""
    if when is None:
        return say(language, "time.unknown")
    local = in_zone(when, zone)
    month = say(language, f"month.{local.month}")
    return say(
        language,
        "life.moment",
        day=local.day,
        month=month,
        year=local.year,
        time=f"{local:%H:%M:%S}",
        zone=zone,
    )


def span(language: Language, first: datetime | None, last: datetime | None, zone: str) -> str:
    """From when until when something was seen."""
    if first is None and last is None:
        return say(language, "time.unknown")
    return say(language, "life.span", first=moment(language, first, zone), last=moment(language, last, zone))


def evidence_text(evidence: tuple[Evidence, ...]) -> str:
    """Where a statement can be checked, one place a line."""
    return "\n".join(f"{one.item:06d} {one.path}" for one in dict.fromkeys(evidence)) or "–"


def signals_text(language: Language, signals: tuple[Signal, ...]) -> str:
    """What was seen and where, one signal a line; what was seen of a post stands as it was recorded."""
    return "\n".join(_signal_text(language, one) for one in signals)


def _signal_text(language: Language, one: Signal) -> str:
    seen, where = one.seen, one.where
    if one.name == "part":
        seen = _part(language, seen)
    elif one.name in _NOTED:
        seen, where = phrase(seen, language), phrase(where, language)
    return f"{signal_name(one.name, language)}: {seen} ({where})"


def _part(language: Language, name: str) -> str:
    """The part of a post that differs; some parts are what a platform shows as a signal."""
    known = phrases().get(f"part.{name}")
    return signal_name(name, language) if known is None else known[language]


def change_signals(language: Language, change: Change) -> tuple[Signal, ...]:
    """What shows a change; what became of its media is told in words where it is what the moves themselves say."""
    recorded = fates_told(change.media, lambda fate: fate.value, lambda move: move.reason)
    told = fates_told(
        change.media,
        lambda fate: word(language, fate),
        lambda move: stated(move.says, move.reason, language),
    )
    return tuple(
        replace(one, seen=told) if one.name == MEDIA_MOVES and one.seen == recorded else one
        for one in change.signals
    )


def source_name(language: Language, source: str) -> str:
    """A source in words; whatever is not our own capture is named as the record has it."""
    return say(language, "life.own_capture") if source == OWN_CAPTURE else source


def author_text(language: Language, author: Account) -> str:
    """Who published, as far as the platform states it, one part a line."""
    parts = (("name", author.name), ("handle", author.handle), ("id", author.id))
    return "\n".join(say(language, f"timeline.author_{key}", value=value) for key, value in parts if value)


def absence_text(language: Language, timeline: Timeline) -> str | None:
    """How strongly the post's absence is shown, with its grounds and their items; None where it is no absence."""
    absence = absence_of(timeline)
    if absence is None:
        return None
    grounds = "; ".join(_ground(language, basis) for basis in absence.bases)
    key = "life.absence" if grounds else "life.absence_bare"
    return say(language, key, strength=word(language, absence.strength), grounds=grounds)


def _ground(language: Language, basis: Basis) -> str:
    items = ", ".join(dict.fromkeys(f"{one.item:06d}" for one in basis.evidence))
    return f"{word(language, basis.ground)} ({items})" if items else word(language, basis.ground)


def explanations_of(language: Language, found: Contradiction) -> tuple[str, ...]:
    """What could be so, as the record states it; in a language in which it does not, what is so of its kind."""
    told = each_stated(found.explanations, found.explanations_say, language)
    if told and (language is Language.ENGLISH or not set(told) & set(found.explanations)):
        return told
    return (say(language, f"explained.{found.kind.value}"),)


def sides_of(language: Language, change: Change) -> tuple[str, str]:
    """What stood before and after, in words where a state is meant."""
    if change.kind in (ChangeKind.STATE_CHANGED, ChangeKind.RESTORED):
        return _state(language, change.before), _state(language, change.after)
    return change.before, change.after


def _state(language: Language, text: str) -> str:
    return word(language, State(text)) if text in set(State) else text


def between(language: Language, change: Change, zone: str) -> str:
    """Between which moments a change happened, as a sentence."""
    first, last = moment(language, change.not_before, zone), moment(language, change.not_after, zone)
    if change.not_before is None and change.not_after is None:
        return say(language, "life.no_bounds")
    if change.not_before is None:
        return say(language, "life.before_only", last=last)
    if change.not_after is None:
        return say(language, "life.after_only", first=first)
    return say(language, "life.between", first=first, last=last)
