"""The chain of custody, event by event: who, when, where, why, by what authority, with which tool, what was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from evidentia.formats import names
from evidentia.formats.event import withheld_items
from evidentia.record import reasons
from evidentia.record.custody import Actor, Event, EventType
from evidentia.record.errors import UsageError
from evidentia.record.sentences import term
from evidentia.record.verdict import JudgedEvent
from evidentia.report.document import Link
from evidentia.report.material import Language, Material
from evidentia.report.texts import bounds, compact, retold, say, word

Facts = tuple[tuple[str, str], ...]
"""Names (keys of the texts) and what is stated under each; what is empty is not shown."""


def links(m: Material, language: Language) -> tuple[Link, ...]:
    """Every event, in order."""
    return tuple(_link(m, event, language) for event in m.events)


def office_of(actor: Actor, language: Language) -> str:
    """In what role and for whom somebody acts, as far as it is stated."""
    return ", ".join(part for part in (term(actor.role, language), actor.organisation) if part)


def _link(m: Material, event: Event, language: Language) -> Link:
    judged = _judged(m, event.event)
    proven = ""
    if judged is not None:
        span = bounds(language, judged.proven.not_before, judged.proven.not_after, m.zone)
        proven = say(language, "custody.proven", span=span)
    facts = (*_details(event, language), *_occasion(event, language))
    return Link(
        number=event.event,
        type=word(language, event.type),
        time=_claimed(event, language),
        proven=proven,
        facts=tuple((say(language, f"custody.{key}"), text) for key, text in facts if text),
        signers=tuple(_signer(m, event, actor, judged, language) for actor in event.actors),
        open=tuple(_open(m, event, language)),
    )


def _occasion(event: Event, language: Language) -> Facts:
    """What every event states, whatever its type."""
    changes = (
        say(language, "custody.change", what=_altered(one.what, language), why=one.why)
        for one in event.changes
    )
    return (
        ("items", _listed(ref.item for ref in event.items)),
        ("reason", _reason(event, language)),
        ("place", event.place),
        ("authority", event.authority),
        ("changes", "\n".join(changes)),
        ("tool", f"{event.tool.name} {event.tool.version}"),
    )


def _reason(event: Event, language: Language) -> str:
    """The stated reason; the program's own in words, and what somebody said besides as it was said."""
    entry = f"{reasons.DOCKET_ENTRY}: "
    if event.reason.startswith(entry):
        return f"{term(reasons.DOCKET_ENTRY, language)}: {event.reason.removeprefix(entry)}"
    return term(event.reason, language)


def _altered(what: str, language: Language) -> str:
    """What was done to a copy, in words where it is what the program itself does."""
    for key in ("custody.region_hidden", "custody.place_hidden"):
        what = retold(language, key, what)
    return what


def _details(event: Event, language: Language) -> Facts:
    """What an event of this type states besides."""
    return _DETAILS.get(event.type, _nothing)(event, language)


def _nothing(_event: Event, _language: Language) -> Facts:
    return ()


def _rekeyed(event: Event, _language: Language) -> Facts:
    return ("replaced", event.details["replaced"]), ("by", _named(event, (event.details["by"],)))


def _answered(event: Event, language: Language) -> Facts:
    answer = say(language, f"custody.{event.details['outcome']}", event=event.details["transfer"])
    return (("answer", answer),)


_DETAILS: dict[EventType, Callable[[Event, Language], Facts]] = {
    EventType.OPEN: lambda event, _: (("title", event.details["title"]),),
    EventType.ADMIT: lambda event, _: (("admitted", _named(event, (event.details["admitted"],))),),
    EventType.REKEY: _rekeyed,
    EventType.TRANSFER: lambda event, _: (("to", _named(event, event.details["to"])),),
    EventType.RECEIVE: _answered,
    EventType.EXAMINE: lambda event, _: (("examined", _listed(event.details["examined"])),),
    EventType.DERIVE: lambda event, _: (("original", _listed((event.details["original"],))),),
    EventType.NOTE: lambda event, _: (("note", event.details["text"]),),
    EventType.STATUS: lambda event, _: (("status", event.details["status"]),),
    EventType.DISCLOSE: lambda event, _: (("may_withhold", _listed(n for n, _ in withheld_items(event))),),
    EventType.EXPORT: lambda event, _: (("withheld", _listed(n for n, _ in withheld_items(event))),),
    EventType.TIMESTAMP: lambda _, language: (("effect", say(language, "custody.bound")),),
    EventType.RENEW: lambda _, language: (("effect", say(language, "custody.renewed")),),
}
"""FORMAT, "Event": a schema per type. What the bare name of a type leaves open is said here;
the types that are not here state nothing besides."""


def _signer(m: Material, event: Event, actor: Actor, judged: JudgedEvent | None, language: Language) -> str:
    """One who must sign, and what is known of the signature."""
    office = office_of(actor, language)
    person = f"{actor.name} ({office})" if office else actor.name
    found = next((s for s in judged.signatures if s.who == actor.who), None) if judged else None
    if names.signature_path(event.event, actor.who) in m.unsigned:
        status = "signature_awaited"
    elif found is not None:
        status = "certified" if found.certified else "uncertified"
    elif m.verdict is not None:
        status = "signature_not_found"
    elif actor.certificate in m.self_issued:
        status = "self_issued_not_checked"
    else:
        status = "signature_not_checked"
    return f"{person}: {say(language, f'custody.{status}')}"


def _open(m: Material, event: Event, language: Language) -> Iterator[str]:
    """Timestamps of this event that have not come yet."""
    for actor in event.actors:
        paths = (
            names.signature_path(event.event, actor.who),
            names.pdf_signature_path(event.event, actor.who),
        )
        if set(paths) & set(m.pending):
            yield say(language, "custody.signature_pending", name=actor.name)
    for ref in event.items:
        if names.record_path(ref.item) in m.pending:
            yield say(language, "custody.record_pending", item=f"{ref.item:06d}")


def _claimed(event: Event, language: Language) -> str:
    """The stated time in the event's own zone; as it stands there where it cannot be read as a time."""
    try:
        time = compact(language, datetime.fromisoformat(event.time), event.zone)
    except (ValueError, UsageError):
        time = f"{event.time} ({event.zone})"
    return say(language, "custody.claimed", time=time)


def _named(event: Event, whos: Iterable[str]) -> str:
    people = {actor.who: actor.name for actor in event.actors}
    return ", ".join(f"{people[who]} ({who})" if who in people else who for who in whos)


def _listed(items: Iterable[int]) -> str:
    return ", ".join(f"{item:06d}" for item in items)


def _judged(m: Material, number: int) -> JudgedEvent | None:
    if m.verdict is None:
        return None
    return next((event for event in m.verdict.events if event.event == number), None)
