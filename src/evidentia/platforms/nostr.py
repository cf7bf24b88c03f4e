"""Reader for Nostr: events that their authors signed, as relays keep them (NIPs as of 2025).

A post is an event that is named by its id, or by its coordinate where later versions replace it (``naddr``). What
counts is what the author's key signed: an event whose id or signature does not fit is evidence of nothing, whoever
served it. Times are the signer's claims. A relay may drop events for reasons of its own, so that an absence is the
relay's alone; a deletion request that the author signed is the author's own statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from msgspec.structs import replace

from evidentia.record.item import Program
from evidentia.record.post import Media, PageReading, Proof, ProofKind, ProofOutcome, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from .nostr_events import Event, Kind, delegation, deletes
from .nostr_names import MAX_RELAYS, Name, named_by
from .nostr_post import (
    acts_upon,
    digests_stated,
    kept,
    media_addresses,
    post,
    profile_of,
    proof,
)
from .nostr_relay import LISTED, Heard, ask_about, ask_event, events_in, hear
from .page import CapturedPage
from .questions import Ask, Places, Questions

READER = Program(name="evidentia.platforms.nostr", version="1")

ASKED_MEDIA = 8
"""Media of one event that are fetched, so that questions stay within one capture's limit."""

MAX_BROKEN = 20
"""Broken events that are reported one by one; a hostile relay can send any number."""

_CLOSED = {
    "auth-required": (State.LOGIN_WALL, sentence("platforms.nostr.account_asked")),
    "restricted": (State.ACCESS_RESTRICTED, sentence("platforms.nostr.members")),
    "rate-limited": (State.CHALLENGE, sentence("platforms.nostr.limits")),
}
"""What the machine-readable prefixes of a refusal mean (NIP-01)."""


def questions(url: str, places: Places) -> Questions | None:
    """The event from each relay that the address names (else from those of ``places``), and what refers to it."""
    name = named_by(url)
    return None if name is None else _asking(name, (name.relays or places.nostr_relays)[:MAX_RELAYS])


def recognises(page: CapturedPage) -> bool:
    """Whether the address names an event, and a relay was asked: a gateway's page alone is a page like any other."""
    if named_by(page.requested_url) is None:
        return False
    is_own = urlsplit(page.requested_url).scheme == "nostr"
    return is_own or any(r.status == 101 and r.url.startswith(("ws://", "wss://")) for r in page.responses)


def read(page: CapturedPage) -> PageReading:
    """What relays say of the event that the address names."""
    name = named_by(page.requested_url)
    if name is None:
        return _reading(State.UNDETERMINED, [], sentence("platforms.nostr.no_address"))
    heard = hear(page)
    versions = sorted(
        (one for one in heard.events.values() if _is_named(one[0], name)),
        key=lambda one: (one[0].created_at, one[0].id),
    )
    signals = [*_relay_signals(heard, name, page), *_broken_signals(heard)]
    broken = tuple(_broken_proofs(heard, name))
    if not versions:
        return _absent(heard, name, signals, broken, page)
    newest = max(versions, key=_rank)
    return _present(heard, name, versions, newest, signals, broken, page)


def _asking(name: Name, relays: tuple[str, ...]) -> Questions:
    author, coordinate = name.author, name.coordinate
    pictures: dict[str, None] = {}
    for relay in relays:
        said = yield ask_event(relay, name)
        for event in events_in(said.body):
            if _is_named(event, name):
                author, coordinate = event.pubkey, event.coordinate
                pictures |= dict.fromkeys(media_addresses(event))
        if said.status == 101:
            yield ask_about(relay, name, author, coordinate)
    for url in list(pictures)[:ASKED_MEDIA]:
        yield Ask(url=url, why="a medium of the event")


def _present(
    heard: Heard,
    name: Name,
    versions: list[tuple[Event, str]],
    newest: tuple[Event, str],
    signals: list[Signal],
    broken: tuple[Proof, ...],
    page: CapturedPage,
) -> PageReading:
    event, where = newest
    profile = _profile(heard, event.pubkey)
    made = post(event, name, profile_of(profile[0] if profile else None), page.responses)
    if len(versions) > 1:
        begun = min(made.created_at or event.at, versions[0][0].at)
        made = replace(made, edit_mark=True, created_at=begun, edited_at=event.at)
    asked = _deletions(heard, event, versions)
    requests = [one for one in asked if deletes(one[0], event)]
    signals = [
        *_event_signals(event, name, where),
        *_profile_signals(profile),
        *_media_signals(event, made.media),
        *signals,
    ]
    acts = tuple(acts_upon(event, heard.events.values()))
    for kind in sorted({act.kind for act in acts}):
        if sum(act.kind is kind for act in acts) >= LISTED:
            signals.append(Signal(name="list-may-be-cut", seen=f"{kind}: {LISTED} or more", where=where))
    state = State.LIVE
    says: Says = ()
    signals += _deletion_signals(asked)
    if requests:
        signals.append(Signal(name="relay-still-serves", seen=event.id, where=where))
        state = State.DELETED_BY_AUTHOR
        says = sentence("platforms.nostr.deleted_still_served")
    elif made.edit_mark:
        state = State.EDITED
    return restated(
        PageReading(
            state=state,
            signals=tuple(signals),
            reader=READER,
            post=made,
            history=tuple(kept(*one) for one in versions) if name.coordinate or len(versions) > 1 else (),
            acts=acts,
            proofs=(*(proof(*one) for one in (*reversed(versions), *asked)), *broken),
        ),
        *says,
    )


def _rank(one: tuple[Event, str]) -> tuple[int, int]:
    """Of events that replace each other the latest counts; of those of one second, that with the lowest id (NIP-01)."""
    return one[0].created_at, -int(one[0].id, 16)


def _profile(heard: Heard, pubkey: str) -> tuple[Event, str] | None:
    own = (one for one in heard.events.values() if one[0].kind == Kind.PROFILE and one[0].pubkey == pubkey)
    return max(own, key=_rank, default=None)


def _deletions(heard: Heard, event: Event, versions: list[tuple[Event, str]]) -> list[tuple[Event, str]]:
    """The author's requests to delete the event, or any version of it: one by coordinate covers the oldest at least."""
    identifiers = {version.id for version, _ in versions}
    return [
        (one, where)
        for one, where in heard.events.values()
        if one.kind == Kind.DELETION
        and one.pubkey == event.pubkey
        and (deletes(one, versions[0][0]) or not identifiers.isdisjoint(tag[1] for tag in one.tagged("e")))
    ]


def _absent(
    heard: Heard, name: Name, signals: list[Signal], broken: tuple[Proof, ...], page: CapturedPage
) -> PageReading:
    requests = [one for one in heard.events.values() if _asks_to_delete(one[0], name)]
    own = [one for one in requests if one[0].pubkey == name.author]
    signals += _deletion_signals(requests)
    proofs = (*(proof(*one) for one in requests), *broken)
    if own:
        says = sentence("platforms.nostr.deleted")
        if heard.ended:
            says += sentence("platforms.nostr.lacking", lacking=_lacking(heard.ended))
        return _reading(State.DELETED_BY_AUTHOR, signals, says, proofs)
    if any(claimed == name.event or name.event is None for claimed, _, _ in heard.broken) and heard.broken:
        says = sentence("platforms.nostr.broken")
        return _reading(State.UNDETERMINED, signals, says, proofs)
    if heard.ended:
        says = sentence("platforms.nostr.absent", lacking=_lacking(heard.ended))
        if requests:
            says += sentence("platforms.nostr.asked_by_somebody")
        return _reading(State.UNAVAILABLE, signals, says, proofs)
    for _, words in heard.closed:
        state, says = _CLOSED.get(
            words.partition(":")[0].strip(), (State.UNDETERMINED, sentence("platforms.nostr.refused"))
        )
        return _reading(state, signals, says, proofs)
    says = sentence("platforms.nostr.silent")
    if page.failure:
        signals.append(Signal(name="network-failure", seen=page.failure, where=page.requested_url))
    return _reading(State.UNREACHABLE, signals, says, proofs)


def _is_named(event: Event, name: Name) -> bool:
    return event.id == name.event if name.event is not None else event.coordinate == name.coordinate


def _asks_to_delete(event: Event, name: Name) -> bool:
    if event.kind != Kind.DELETION:
        return False
    targets = {tag[1] for letter in ("e", "a") for tag in event.tagged(letter)}
    return (name.event or name.coordinate) in targets


def _relay_signals(heard: Heard, name: Name, page: CapturedPage) -> Iterator[Signal]:
    serving = {
        relay
        for event, _ in heard.events.values()
        if _is_named(event, name)
        for relay in heard.served_by[event.id]
    }
    for relay in dict.fromkeys(r.url for r in page.responses if r.url.startswith(("ws://", "wss://"))):
        if relay in serving:
            yield Signal(name="served-by", seen=relay, where=relay)
        elif relay in heard.ended and not any(at.startswith(f"{relay}#") for _, _, at in heard.broken):
            yield Signal(name="not-at-relay", seen=relay, where=relay)
    for relay, words in heard.closed:
        yield Signal(name="relay-refused", seen=words[:200], where=relay)
    if heard.unread:
        yield Signal(name="events-not-checked", seen=str(heard.unread), where=page.requested_url)


def _broken_signals(heard: Heard) -> Iterator[Signal]:
    for claimed, problem, where in heard.broken[:MAX_BROKEN]:
        yield Signal(name="event-broken", seen=f"{claimed or 'no id'}: {problem}"[:500], where=where)


def _broken_proofs(heard: Heard, name: Name) -> Iterator[Proof]:
    """A broken event of the very id that is asked for, or, of those that are asked for by coordinate, any."""
    for claimed, problem, where in heard.broken[:MAX_BROKEN]:
        if claimed and claimed not in heard.events and name.event in (None, claimed):
            yield Proof(
                kind=ProofKind.EVENT,
                outcome=ProofOutcome.BROKEN,
                subject=claimed,
                reason=problem,
                where=(where,),
            )


def _event_signals(event: Event, name: Name, where: str) -> Iterator[Signal]:
    yield Signal(name="event-kind", seen=str(event.kind), where=where)
    if name.author not in (None, event.pubkey):
        yield Signal(name="address-names-another-author", seen=name.author or "", where=where)
    warning = next((tag for tag in event.tags if tag[:1] == ("content-warning",)), None)  # NIP-36
    if warning is not None:
        yield Signal(name="content-warning", seen=" ".join(warning[1:])[:500], where=where)
    delegated = delegation(event)
    if delegated is not None:
        delegator, holds = delegated
        yield Signal(name="delegated-by" if holds else "delegation-broken", seen=delegator[:64], where=where)


def _profile_signals(profile: tuple[Event, str] | None) -> Iterator[Signal]:
    if profile is None:
        return
    event, where = profile
    stated = profile_of(event)
    if stated.display_name or stated.name:
        seen = f"{stated.display_name or stated.name} (stated at {event.at.isoformat()})"
        yield Signal(name="profile-name", seen=seen[:500], where=where)
    if stated.nip05:
        yield Signal(name="nip05-claimed", seen=stated.nip05[:500], where=where)


def _media_signals(event: Event, media: tuple[Media, ...]) -> Iterator[Signal]:
    stated = digests_stated(event)
    for medium in media:
        said = stated.get(medium.url)
        if said is not None and medium.sha256 not in (None, said):
            seen = f"{medium.url}: the event states {said[:64]}, captured was {medium.sha256}"
            yield Signal(name="media-differ", seen=seen[:500], where=medium.url)


def _deletion_signals(requests: list[tuple[Event, str]]) -> list[Signal]:
    return [
        Signal(
            name="deletion-request",
            seen=f"{event.id} by {event.pubkey} at {event.at.isoformat()}: {event.content[:200]}",
            where=where,
        )
        for event, where in requests
    ]


def _lacking(relays: list[str]) -> Says:
    if len(relays) == 1:
        return sentence("platforms.nostr.lacking.one")
    return sentence("platforms.nostr.lacking.several", count=len(relays))


def _reading(state: State, signals: list[Signal], says: Says, proofs: tuple[Proof, ...] = ()) -> PageReading:
    return restated(PageReading(state=state, signals=tuple(signals), reader=READER, proofs=proofs), *says)
