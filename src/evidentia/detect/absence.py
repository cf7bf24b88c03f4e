"""How strong an absence is, and why: one or several looks that did not find a post, weighed together.

Weighing never turns one state into another: what no look could call a deletion stays ``unavailable``, however often and
from wherever it was seen. A stronger absence only leaves fewer other explanations: that the host was silent
altogether, that it refused this visitor alone, that it was so for a moment only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

import msgspec

from evidentia.record.life import Timeline
from evidentia.record.moment import Interval, Moment
from evidentia.record.post import (
    OWN_CAPTURE,
    ControlKind,
    Evidence,
    Observation,
    Proof,
    ProofKind,
    ProofOutcome,
    Signal,
    State,
)

from .state import INFORMATIVE, PRESENT

__all__ = ["ABSENT", "LEAST_INTERVAL", "Absence", "Basis", "Ground", "Strength", "absence_of"]

ABSENT = frozenset(
    {State.DELETED_BY_AUTHOR, State.REMOVED_BY_PLATFORM, State.ACCOUNT_GONE, State.UNAVAILABLE}
)
"""The post is not shown to anybody, as far as the host says. What is restricted is there for others."""

LEAST_INTERVAL = timedelta(hours=24)
"""Between two looks, so that the later one confirms the earlier. A choice, longer than what makes an absence pass by
itself: caches keep a 404 for minutes (developers.cloudflare.com/cache, "Default cache behavior": 3 minutes), and
maintenance is done in a night. Reports state the interval that was in fact kept."""

CONTROL_SIGNALS = frozenset({"control-address", "absent-between-others"})
"""Signals of readers that are a control: the account answers, the posts before and after this one are shown."""

_STATED = ABSENT - {State.UNAVAILABLE}


class Ground(StrEnum):
    """What speaks for an absence, or against it."""

    SIGNED_AFTER_PRESENCE = (
        "signed_after_presence"  # the account's key signed that it stood there, then that nothing does
    )
    SIGNED = "signed"  # the account's key signed that nothing stands there, and no signed presence is known
    STATED_CAUSE = "stated_cause"  # the host's statement names who removed it, or that the account is gone
    SEEN_BEFORE = "seen_before"  # it was there before
    SAME_HOST_ANSWERED = "same_host_answered"  # another address of the same host was there at the same look
    SECOND_VANTAGE_AGREES = "second_vantage_agrees"  # it was not found by another way either
    SECOND_TIME = "second_time"  # it was not found again, at least LEAST_INTERVAL later
    SAME_HOST_SILENT = "same_host_silent"  # against it: what else was asked of the host was not there either
    SECOND_VANTAGE_SHOWS_IT = "second_vantage_shows_it"  # against it: another way showed the post


class Strength(StrEnum):
    """How much an absence carries, the strongest first."""

    PROVEN = "proven"  # signed absence after signed presence
    STATED = "stated"  # the host's statement names its cause
    CONFIRMED = "confirmed"  # two or more of: signed, a control, a second vantage, a second time
    SUPPORTED = "supported"  # one of these
    BARE = "bare"  # the host's word at one look
    DISPUTED = "disputed"  # another way showed the post


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """One ground: what was seen, and where it can be checked. ``after`` is the time between two looks, in seconds."""

    ground: Ground
    seen: str
    evidence: tuple[Evidence, ...]
    after: int | None = None


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """That a post is not shown any more, as far as the last looks that told anything say.

    ``state`` is the last look's own, never more. ``not_before`` is the start of the last look that showed the post,
    None where none did; ``not_after`` the end of the first that did not. ``looks`` is how many did not find it.
    """

    state: State
    strength: Strength
    bases: tuple[Basis, ...]
    not_before: Moment | None
    not_after: Moment | None
    looks: int


def absence_of(timeline: Timeline, *, least_interval: timedelta = LEAST_INTERVAL) -> Absence | None:
    """What the looks of a timeline say together of the post's absence; None where the last of them that said anything
    showed it, found it restricted, or where none said anything.

    Args:
        timeline: its observations stand in order, as ``timeline.assemble`` gives them.
        least_interval: how far apart two looks must be for the later one to confirm the earlier.
    """
    telling = [o for o in timeline.observations if o.state in INFORMATIVE and _is_placed(o.during)]
    absent = list(_last_run(telling))
    if not absent:
        return None
    earlier = telling[: len(telling) - len(absent)]
    bases = tuple(_bases(earlier, absent, least_interval))
    shown = next((look for look in reversed(earlier) if look.state in PRESENT), None)
    return Absence(
        state=absent[-1].state,
        strength=_strength({basis.ground for basis in bases}),
        bases=bases,
        not_before=shown.during.not_before if shown is not None else None,
        not_after=absent[0].during.not_after,
        looks=len(absent),
    )


def _is_placed(during: Interval) -> bool:
    return during.not_before is not None or during.not_after is not None


def _last_run(telling: list[Observation]) -> Iterator[Observation]:
    start = len(telling)
    while start and telling[start - 1].state in ABSENT:
        start -= 1
    yield from telling[start:]


def _strength(grounds: set[Ground]) -> Strength:
    if Ground.SIGNED_AFTER_PRESENCE in grounds:  # what a key signed stands, whatever is still shown elsewhere
        return Strength.PROVEN
    if Ground.SECOND_VANTAGE_SHOWS_IT in grounds:
        return Strength.DISPUTED
    if Ground.STATED_CAUSE in grounds:
        return Strength.STATED
    if Ground.SAME_HOST_SILENT in grounds:
        return Strength.SUPPORTED if Ground.SIGNED in grounds else Strength.BARE
    confirming = {Ground.SIGNED, Ground.SAME_HOST_ANSWERED, Ground.SECOND_VANTAGE_AGREES, Ground.SECOND_TIME}
    met = len(grounds & confirming)
    return Strength.CONFIRMED if met > 1 else Strength.SUPPORTED if met else Strength.BARE


def _bases(
    earlier: list[Observation], absent: list[Observation], least_interval: timedelta
) -> Iterator[Basis]:
    own = [look for look in absent if look.source == OWN_CAPTURE]
    yield from _signed([*earlier, *absent])
    yield from _stated(absent[-1])
    shown = next((look for look in reversed(earlier) if look.state in PRESENT), None)
    if shown is not None:
        yield Basis(ground=Ground.SEEN_BEFORE, seen=shown.state.value, evidence=shown.evidence)
    yield from _same_host(own)
    yield from _second_vantage(own)
    yield from _second_time(own, least_interval)


def _signed(looks: list[Observation]) -> Iterator[Basis]:
    """The last signed absence, and whether a signed presence of the same record came before it."""
    found = _last_proof(looks, ProofOutcome.ABSENT)
    if found is None:
        return
    n, absence = found
    seen = absence.key or absence.subject
    before = _last_proof(looks[:n], ProofOutcome.PRESENT, absence.subject)
    if before is None or not _in_order(before[1], absence):
        yield Basis(ground=Ground.SIGNED, seen=seen, evidence=looks[n].evidence)
        return
    evidence = (*looks[before[0]].evidence, *looks[n].evidence)
    yield Basis(ground=Ground.SIGNED_AFTER_PRESENCE, seen=seen, evidence=evidence)


def _last_proof(
    looks: list[Observation], outcome: ProofOutcome, subject: str | None = None
) -> tuple[int, Proof] | None:
    for n in range(len(looks) - 1, -1, -1):
        for proof in looks[n].proofs:
            named = subject is None or proof.subject == subject
            if named and proof.kind is ProofKind.REPOSITORY and proof.outcome is outcome:
                return n, proof
    return None


def _in_order(presence: Proof, absence: Proof) -> bool:
    """Whether what was signed agrees with the order of the looks; signed times are claims and may be missing."""
    return presence.at is None or absence.at is None or presence.at <= absence.at


def _stated(last: Observation) -> Iterator[Basis]:
    if last.state in _STATED:
        said: Signal | None = next(iter(last.signals), None)
        seen = last.state.value if said is None else f"{said.name}: {said.seen}"
        yield Basis(ground=Ground.STATED_CAUSE, seen=seen, evidence=last.evidence)


def _same_host(own: list[Observation]) -> Iterator[Basis]:
    """The last look's controls: an answering one counts, a silent one only where none answered."""
    for look in reversed(own):
        controls = [one for one in look.controls if one.kind is ControlKind.SAME_HOST]
        signal = next((one for one in look.signals if one.name in CONTROL_SIGNALS), None)
        answered = next((one for one in controls if one.answered), None)
        if answered is not None:
            seen = f"{answered.url}: {answered.seen}"
            yield Basis(ground=Ground.SAME_HOST_ANSWERED, seen=seen, evidence=look.evidence)
        elif signal is not None:
            seen = f"{signal.name}: {signal.seen} ({signal.where})"
            yield Basis(ground=Ground.SAME_HOST_ANSWERED, seen=seen, evidence=look.evidence)
        elif controls:
            seen = f"{controls[0].url}: {controls[0].seen}"
            yield Basis(ground=Ground.SAME_HOST_SILENT, seen=seen, evidence=look.evidence)
        else:
            continue
        return


def _second_vantage(own: list[Observation]) -> Iterator[Basis]:
    for look in reversed(own):
        told = [one for one in look.controls if one.kind is ControlKind.SECOND_VANTAGE]
        for states, ground in (
            (PRESENT, Ground.SECOND_VANTAGE_SHOWS_IT),
            (ABSENT, Ground.SECOND_VANTAGE_AGREES),
        ):
            control = next((one for one in told if one.state in states), None)
            if control is not None:
                seen = f"{control.url}: {control.seen}"
                yield Basis(ground=ground, seen=seen, evidence=look.evidence)
                return


def _second_time(own: list[Observation], least_interval: timedelta) -> Iterator[Basis]:
    if len(own) < 2:
        return
    first, last = own[0], own[-1]
    end, start = first.during.not_after, last.during.not_before
    if end is not None and start is not None and start - end >= least_interval:
        evidence = (*first.evidence, *last.evidence)
        after = int((start - end).total_seconds())
        yield Basis(ground=Ground.SECOND_TIME, seen=str(start - end), evidence=evidence, after=after)
