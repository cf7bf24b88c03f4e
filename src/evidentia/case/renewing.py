"""Long-term validity: what shows that nobody was revoked is taken in, sealed over everything, and stamped anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evidentia.custody.issuer_services import Network
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.revocation_evidence import Brought, Evidence, gather_evidence
from evidentia.record.custody import Event, EventType
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.moment import now
from evidentia.verify.certificates import fingerprint
from evidentia.verify.chain import LARGEST_CUSTODY_FILE

from .acting import Acting


@dataclass(frozen=True)
class Renewed:
    """The event that renews, and what was taken in with it."""

    event: Event
    evidence: Evidence


@dataclass(frozen=True)
class Sources:
    """Where evidence comes from: files that somebody brings, and the issuers, where they may be asked."""

    brought: tuple[Brought, ...]
    network: Network | None


def sources_from(files: Iterable[str | Path], fetch: bool, private_network: bool) -> Sources:
    """The files, read, and the way to the issuers.

    Raises:
        UsageError: one of them is not there, cannot be read, or is too large for a bundle.
    """
    brought = tuple(_brought(Path(file)) for file in files)
    return Sources(brought, Network(private=private_network) if fetch else None)


def take_in(acting: Acting, sources: Sources) -> Evidence:
    """Take revocation evidence into ``trust/``: see ``Case.take_revocation``.

    Whether an event can bind it is asked first, here and in ``renew``: nothing must be left that none can seal.
    """
    with acting.ledger.store.locked():
        acting.ledger.next_event(EventType.TIMESTAMP, (acting.custodian,), Occasion(""))
        return _take_in(acting, sources)


def renew(acting: Acting, sources: Sources, occasion: Occasion) -> Renewed:
    """Seal everything that is there with fresh evidence, and take new timestamps: see ``Case.renew``."""
    if not acting.custodian.tsa:
        raise UsageError(
            "No timestamp authority is named: a renewal is its new timestamp.",
            next_step="Name one with --tsa or EVIDENTIA_TSA.",
        )
    ledger = acting.ledger
    with ledger.store.locked():
        ledger.next_event(EventType.RENEW, (acting.custodian,), occasion)
        evidence = _take_in(acting, sources)
        for path in ledger.pending():
            ledger.stamp(path, acting.custodian.tsa)
        return Renewed(acting.append(EventType.RENEW, occasion), evidence)


def _take_in(acting: Acting, sources: Sources) -> Evidence:
    ledger = acting.ledger
    signers = {actor.certificate for event in ledger.events for actor in event.actors}
    evidence = gather_evidence(
        _contents(ledger), signers, acting.custodian, sources.brought, sources.network, now()
    )
    if fingerprint(acting.custodian.certificate) in evidence.revoked:
        raise CustodyError(
            f"The certificate of {acting.custodian.name}, who acts, was revoked: a signature with it proves nothing.",
            next_step="Let another holder act, or put a new key in its place: `evidentia rekey`.",
        )
    for path, der in evidence.files.items():
        ledger.store.create_file(path, der)
    return evidence


def _contents(ledger: Ledger) -> dict[str, bytes]:
    """What brings certificates or lists along: signatures, tokens, and the files under ``trust/``."""
    paths = [path for path in ledger.store.paths("custody") if path.endswith((".p7s", ".tsr"))]
    return {path: ledger.store.read(path) for path in (*paths, *ledger.store.paths("trust"))}


def _brought(path: Path) -> Brought:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_CUSTODY_FILE + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.", next_step="Name a file that can be read.") from error
    if len(data) > LARGEST_CUSTODY_FILE:
        raise UsageError(
            f"{path} is larger than {LARGEST_CUSTODY_FILE} bytes, more than a bundle may hold.",
            next_step="Bring a list of a part of the certificates, or an OCSP answer.",
        )
    return Brought(path.name, data)
