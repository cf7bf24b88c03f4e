"""Who may add what: the rules of custody as one table, run by the writer and by the verifier (FORMAT, "Who may add").

The state is what the events so far amount to: who holds custody, whether a transfer waits for its answer, whether
the case is closed. Pure: no clock, no files, no keys.

Example: `open` by A makes A the holder; `transfer` by A to B waits; `receive` by B makes B the holder; from then on
an event by A is NOT_CUSTODIAN.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from evidentia.record.custody import Actor, Event, EventType


class RuleBroken(StrEnum):
    """Why an event may not stand where it stands."""

    NOT_CUSTODIAN = "NOT_CUSTODIAN"
    EVENT_OUT_OF_PLACE = "EVENT_OUT_OF_PLACE"
    ACTORS_WRONG = "ACTORS_WRONG"


class Holder(NamedTuple):
    """Someone who holds custody: short name and certificate digest. Both must agree."""

    who: str
    certificate: str


class Custody(NamedTuple):
    """What the events so far amount to. ``waiting`` is the number of a transfer without an answer, or 0."""

    events: int = 0
    holders: frozenset[Holder] = frozenset()
    waiting: int = 0
    receivers: frozenset[Holder] = frozenset()
    closed: bool = False


class Broken(NamedTuple):
    """A rule that an event breaks, in words."""

    rule: RuleBroken
    expected: str
    found: str


def holder(actor: Actor) -> Holder:
    """An actor as a holder of custody."""
    return Holder(actor.who, actor.certificate)


def step(custody: Custody, event: Event) -> tuple[Custody, tuple[Broken, ...]]:
    """The state after an event, and the rules that it breaks. A broken event changes nothing but the count."""
    broken = _broken(custody, event)
    after = custody._replace(events=custody.events + 1)
    return (after, broken) if broken else (_EFFECT.get(event.type, _nothing)(after, event), ())


def _broken(custody: Custody, event: Event) -> tuple[Broken, ...]:
    row = _TABLE[event.type]
    problems = []
    if not row.may_come(custody, event):
        problems.append(
            Broken(RuleBroken.EVENT_OUT_OF_PLACE, row.place, f"{event.type.value} as event {event.event}")
        )
    first = holder(event.actors[0])
    if first not in row.first_actor(custody, event):
        allowed = ", ".join(sorted(h.who for h in row.first_actor(custody, event))) or "nobody"
        problems.append(Broken(RuleBroken.NOT_CUSTODIAN, f"first actor one of: {allowed}", first.who))
    if not row.others(custody, event):
        found = ", ".join(actor.who for actor in event.actors)
        problems.append(Broken(RuleBroken.ACTORS_WRONG, row.others_are, found))
    return tuple(problems)


# What may precede.

_AFTER_CLOSE = frozenset(
    {EventType.EXPORT, EventType.DISCLOSE, EventType.TIMESTAMP, EventType.RENEW, EventType.TRANSFER}
)


def _first(custody: Custody, _: Event) -> bool:
    return custody.events == 0


def _any_time(custody: Custody, event: Event) -> bool:
    open_case = custody.events > 0 and not custody.waiting
    return open_case and (not custody.closed or event.type in _AFTER_CLOSE)


def _even_while_waiting(custody: Custody, _: Event) -> bool:
    return custody.events > 0


def _answers(custody: Custody, event: Event) -> bool:
    return custody.waiting != 0 and event.details["transfer"] == custody.waiting


# Who must be first, and who may stand beside.


def _anyone(_: Custody, event: Event) -> frozenset[Holder]:
    return frozenset({holder(event.actors[0])})


def _a_holder(custody: Custody, _: Event) -> frozenset[Holder]:
    return custody.holders


def _who_answers(custody: Custody, event: Event) -> frozenset[Holder]:
    return custody.receivers if event.details["outcome"] == "accepted" else custody.holders


def _holders_only(custody: Custody, event: Event) -> bool:
    return all(holder(actor) in custody.holders for actor in event.actors)


def _opens(_: Custody, __: Event) -> bool:
    return True


def _answering_side_only(custody: Custody, event: Event) -> bool:
    return all(holder(actor) in _who_answers(custody, event) for actor in event.actors)


def _one_newcomer(custody: Custody, event: Event) -> bool:
    name = event.details["admitted" if event.type is EventType.ADMIT else "by"]
    newcomers = [actor for actor in event.actors if actor.who == name]
    others = [actor for actor in event.actors if actor.who != name]
    replaced = event.details.get("replaced")
    return (
        len(newcomers) == 1
        and bool(others)
        and all(holder(actor) in custody.holders for actor in others)
        and name not in {h.who for h in custody.holders}
        and (replaced is None or replaced in {h.who for h in custody.holders})
    )


def _receivers_are_named(custody: Custody, event: Event) -> bool:
    to = set(event.details["to"])
    senders = [actor for actor in event.actors if actor.who not in to]
    named = to <= {actor.who for actor in event.actors}
    return named and bool(senders) and all(holder(actor) in custody.holders for actor in senders)


class _Row(NamedTuple):
    may_come: Callable[[Custody, Event], bool]
    place: str
    first_actor: Callable[[Custody, Event], frozenset[Holder]]
    others: Callable[[Custody, Event], bool]
    others_are: str


_FIRST = "the first event, and only that"
_OPEN_CASE = "after open; while no transfer waits for its answer; before close, or one of: " + ", ".join(
    sorted(kind.value for kind in _AFTER_CLOSE)
)
_ORDINARY = _Row(_any_time, _OPEN_CASE, _a_holder, _holders_only, "holders of custody only")

_TABLE: dict[EventType, _Row] = {
    EventType.OPEN: _Row(_first, _FIRST, _anyone, _opens, "anyone"),
    EventType.ADMIT: _Row(
        _any_time, _OPEN_CASE, _a_holder, _one_newcomer, "a holder, and the one newcomer named"
    ),
    EventType.REKEY: _Row(
        _any_time, _OPEN_CASE, _a_holder, _one_newcomer, "a holder, and the new key's owner"
    ),
    EventType.ACQUIRE: _ORDINARY,
    EventType.TRANSFER: _Row(
        _any_time, _OPEN_CASE, _a_holder, _receivers_are_named, "holders, and the receivers named"
    ),
    EventType.RECEIVE: _Row(
        _answers,
        "answers the transfer that waits",
        _who_answers,
        _answering_side_only,
        "the side that answers",
    ),
    EventType.EXAMINE: _ORDINARY,
    EventType.DERIVE: _ORDINARY,
    EventType.REPORT: _ORDINARY,
    EventType.NOTE: _ORDINARY,
    EventType.STATUS: _ORDINARY,
    EventType.EXPORT: _Row(
        _even_while_waiting, "after open", _a_holder, _holders_only, "holders of custody only"
    ),
    EventType.DISCLOSE: _ORDINARY,
    EventType.TIMESTAMP: _ORDINARY,
    EventType.RENEW: _ORDINARY,
    EventType.CLOSE: _ORDINARY,
}


# What an event brings about.


def _nothing(custody: Custody, _: Event) -> Custody:
    return custody


def _open(custody: Custody, event: Event) -> Custody:
    return custody._replace(holders=frozenset(map(holder, event.actors)))


def _admit(custody: Custody, event: Event) -> Custody:
    newcomer = frozenset(holder(a) for a in event.actors if a.who == event.details["admitted"])
    return custody._replace(holders=custody.holders | newcomer)


def _rekey(custody: Custody, event: Event) -> Custody:
    stay = frozenset(h for h in custody.holders if h.who != event.details["replaced"])
    return custody._replace(holders=stay | {holder(a) for a in event.actors if a.who == event.details["by"]})


def _transfer(custody: Custody, event: Event) -> Custody:
    to = frozenset(holder(a) for a in event.actors if a.who in event.details["to"])
    return custody._replace(waiting=event.event, receivers=to)


def _receive(custody: Custody, event: Event) -> Custody:
    holders = custody.receivers if event.details["outcome"] == "accepted" else custody.holders
    return custody._replace(holders=holders, waiting=0, receivers=frozenset())


def _close(custody: Custody, _: Event) -> Custody:
    return custody._replace(closed=True)


_EFFECT: dict[EventType, Callable[[Custody, Event], Custody]] = {
    EventType.OPEN: _open,
    EventType.ADMIT: _admit,
    EventType.REKEY: _rekey,
    EventType.TRANSFER: _transfer,
    EventType.RECEIVE: _receive,
    EventType.CLOSE: _close,
}
