"""What a caller asks of a bundle beyond the format: who may act, how many timestamps, how soon, what of revocation.

A policy is TOML (docs/reference.md), read strictly: a misspelt rule must not be a rule that is not there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cryptography import x509
from msgspec import Meta

from evidentia.formats import names
from evidentia.formats.event import event_time
from evidentia.formats.names import CustodyFileKind
from evidentia.record.custody import Actor, Event, EventType
from evidentia.record.errors import FormatError
from evidentia.record.moment import to_utc_text
from evidentia.record.verdict import Fault

from .certificates import fingerprint
from .chain import Chain
from .codes import Code, NoteCode, fault
from .signatures import Proven
from .trust_files import certificates_of

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
_STAMPED = (CustodyFileKind.RECORD, CustodyFileKind.SIGNATURE, CustodyFileKind.PDF_SIGNATURE)
MOST_AUTHORITIES = 99  # FORMAT, "Names": a file has at most 99 tokens


class May(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may act as what. A person is meant by certificate or by the organisation that the certificate names.

    Attributes:
        certificates: SHA-256 digests of certificates.
        organisations: organisation names (O) in certificates' subjects; what an event says is not believed.
        events: the event types; empty for all.
        roles: the roles that the event may state; empty for any.
    """

    certificates: tuple[Digest, ...] = ()
    organisations: tuple[str, ...] = ()
    events: tuple[EventType, ...] = ()
    roles: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A caller's policy.

    Attributes:
        format: 1.
        authorities: how many different authorities must have stamped each record and each signature, at least.
        longest_delay: seconds from an event's claimed time to its first timestamp, at most.
        revocation: ``required`` where it must be known of every certificate that it was not revoked.
        may: who may act; empty for whoever your anchors lead to.
    """

    format: Literal[1]
    authorities: Annotated[int, Meta(ge=1, le=MOST_AUTHORITIES)] = 1
    longest_delay: Annotated[int, Meta(ge=0, le=10**9)] | None = None
    revocation: Literal["required", "noted"] = "noted"
    may: tuple[May, ...] = ()


def read_policy(where: Path) -> Policy:
    """Read a policy file.

    Raises:
        FormatError: not TOML, or not exactly the fields of a policy.
    """
    try:
        policy = msgspec.convert(tomllib.loads(where.read_text("utf-8")), Policy)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise FormatError(where.name, f"not a policy: {error}") from error
    for rule in policy.may:
        if not rule.certificates and not rule.organisations:
            raise FormatError(where.name, "a rule of `may` names neither certificates nor organisations")
    return policy


def check_policy(policy: Policy, chain: Chain, proven: Proven) -> Iterator[Fault]:
    """Every point in which a bundle does not do what the policy asks."""
    if policy.may:
        yield from _check_actors(policy, chain)
    yield from _check_authorities(policy.authorities, chain, proven)
    if policy.longest_delay is not None:
        yield from _check_delay(timedelta(seconds=policy.longest_delay), chain, proven)
    if policy.revocation == "required":
        yield from _check_revocation(proven)


def _check_actors(policy: Policy, chain: Chain) -> Iterator[Fault]:
    certificates = certificates_of(chain.contents)
    for event in chain.events:
        for actor in event.actors:
            certificate = certificates.get(actor.certificate)
            if not any(_allows(rule, event, actor, certificate) for rule in policy.may):
                found = f"{actor.who} ({actor.certificate}) as {actor.role!r} in {event.type.value}"
                path = names.event_path(event.event)
                yield fault(Code.POLICY_ACTOR, path, "only those whom the policy names", found)


def _allows(rule: May, event: Event, actor: Actor, certificate: x509.Certificate | None) -> bool:
    if (rule.events and event.type not in rule.events) or (rule.roles and actor.role not in rule.roles):
        return False
    if actor.certificate in rule.certificates:
        return True
    if certificate is None:
        return False
    named = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    return any(one.value in rule.organisations for one in named)


def _check_authorities(least: int, chain: Chain, proven: Proven) -> Iterator[Fault]:
    """Each record and signature has tokens of that many authorities; their certificates tell them apart."""
    over: dict[str, set[str]] = {}
    for path, token in proven.tokens.items():
        found = names.custody_file(path)
        assert found is not None
        over.setdefault(found.over, set()).add(fingerprint(token.certificate))
    for path in sorted(chain.contents):
        found = names.custody_file(path)
        if found is None or found.kind not in _STAMPED:
            continue
        if (count := len(over.get(path, ()))) < least:
            yield fault(Code.POLICY_TIMESTAMPS, path, f"trusted tokens of {least} authorities", str(count))


def _check_delay(longest: timedelta, chain: Chain, proven: Proven) -> Iterator[Fault]:
    for event in chain.events:
        last = proven.events[event.event].not_after
        if last is None or last - event_time(event) > longest:
            found = "no timestamp" if last is None else f"claimed {event.time}, stamped {to_utc_text(last)}"
            yield fault(Code.POLICY_DELAY, names.event_path(event.event), f"at most {longest}", found)


def _check_revocation(proven: Proven) -> Iterator[Fault]:
    unknown = (NoteCode.REVOCATION_UNKNOWN, NoteCode.NOT_CERTIFIED)
    for path in sorted({note.path for note in proven.notes if note.code in unknown}):
        yield fault(
            Code.POLICY_REVOCATION, path, "known not to have been revoked when it counted", "not known"
        )
