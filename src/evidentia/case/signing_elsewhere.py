"""Signatures that are made elsewhere: a seal goes out, comes back signed, and is checked before it is filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidentia.custody.ledger import Ledger
from evidentia.custody.party import Party, check_may_sign
from evidentia.custody.pdf_seal_check import check_signed_pdf
from evidentia.custody.prepared import set_aside
from evidentia.custody.signature import check_detached
from evidentia.formats import names
from evidentia.record.custody import Actor, Event, EventType
from evidentia.record.errors import CustodyError, SignatureAwaited, UsageError
from evidentia.record.moment import now

_PDF = b"%PDF-"


@dataclass(frozen=True)
class Taken:
    """A signature that was taken in.

    ``path`` is where it is filed in the case, or will be. ``stamped``: whether a timestamp over it is there.
    ``awaited`` are the short names of those who have yet to sign before the event stands.
    """

    event: Event
    who: str
    path: str
    stamped: bool
    awaited: tuple[str, ...]


def sealed(ledger: Ledger, number: int = 0) -> tuple[Event, bytes]:
    """An event with its seal: the one that waits for a signature, where no number is given.

    Raises:
        UsageError: there is no such event, or none waits.
    """
    prepared = ledger.prepared()
    number = number or (prepared.event.event if prepared else ledger.custody.waiting)
    if not number:
        raise UsageError(
            "No event waits for a signature.", next_step="Name an event; `evidentia show` lists them."
        )
    if prepared and number == prepared.event.event:
        return prepared.event, prepared.seal
    if not 1 <= number <= len(ledger.events):
        raise UsageError(
            f"The case has no event {number}.", next_step="See its events with `evidentia show`."
        )
    return ledger.events[number - 1], ledger.store.read(names.seal_path(number))


def take_in(ledger: Ledger, signed: bytes, tsa: Sequence[str], number: int = 0) -> Taken:
    """Take in a signature over a seal: a PDF of the seal that was signed (PAdES), or a detached one (CAdES).

    Raises:
        UsageError: there is no such event, or none waits.
        SigningError: it does not hold, or is not by somebody who acts in the event.
        CustodyError: its signer has signed already, or need not sign.
    """
    with ledger.store.locked():
        ledger.refresh()
        event, seal = sealed(ledger, number)
        if signed.startswith(_PDF):
            actor = check_signed_pdf(signed, event, seal)
            path = names.pdf_signature_path(event.event, actor.who)
        else:
            actor = check_detached(signed, event, seal)
            path = names.signature_path(event.event, actor.who)
        if not _is_there(ledger, event, path, signed):
            _check_awaited(ledger, event, actor)
            check_may_sign(_party(ledger, actor), now())
        stamped = ledger.take(path, signed, tsa)
        left = ledger.prepared()
        awaited = left.awaited() if left is not None and left.event.event == event.event else ()
    return Taken(event, actor.who, path, stamped, tuple(one.who for one in awaited))


def withdraw(ledger: Ledger) -> str:
    """Set what was prepared aside: see ``Case.withdraw``."""
    with ledger.store.locked():
        return set_aside(ledger.store)


def countersignature_awaited(event: Event, who: str) -> SignatureAwaited:
    """A receiver whose key is elsewhere has to sign the transfer before it can be received."""
    return SignatureAwaited(
        event.event,
        event.type.value,
        (who,),
        safe="The case is intact and was not changed; the transfer still waits.",
        next_step=f"Give the seal out with `evidentia seal-pdf {event.event} PDF`, take it back signed with "
        "`evidentia seal-take`, and receive again.",
    )


def _is_there(ledger: Ledger, event: Event, path: str, signed: bytes) -> bool:
    prepared = ledger.prepared()
    waits = prepared is not None and prepared.event.event == event.event
    source = prepared if prepared is not None and waits else ledger.store
    return source.exists(path) and source.read(path) == signed


def _check_awaited(ledger: Ledger, event: Event, actor: Actor) -> None:
    """Only a signature that is missing is taken: another beside it, or a late one, would make the case fail."""
    prepared = ledger.prepared()
    if prepared is not None and prepared.event.event == event.event:
        is_awaited = actor in prepared.awaited()
    else:
        own = names.signature_path(event.event, actor.who)
        signed = ledger.store.exists(own) or ledger.store.exists(own.removesuffix("p7s") + "pdf")
        receiver = event.type is EventType.TRANSFER and actor.who in event.details["to"]
        is_awaited = not signed and (not receiver or ledger.custody.waiting == event.event)
    if not is_awaited:
        raise CustodyError(
            f"Event {event.event} waits for no signature by {actor.who}: signed already, or answered.",
            next_step="See who has signed with `evidentia show`.",
        )


def _party(ledger: Ledger, actor: Actor) -> Party:
    path = names.trust_path(actor.certificate, "cer")
    prepared = ledger.prepared()
    source = prepared if prepared is not None and prepared.exists(path) else ledger.store
    return Party.from_certificate(source.read(path), who=actor.who, role=actor.role)
