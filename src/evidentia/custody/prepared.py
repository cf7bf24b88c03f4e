"""An event that is written and sealed, and that somebody who acts in it has yet to sign, elsewhere.

It lies in the case's working folder, shaped as it will lie in the case: so the case is, meanwhile, what it was before.
Only when every signature is there does the event take its place; until then nothing else can be added.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from evidentia.formats import names
from evidentia.formats.event import encode_event, parse_event
from evidentia.formats.seal import write_seal
from evidentia.record.custody import Actor, Event, EventType
from evidentia.record.errors import CustodyError, FormatError, SignatureAwaited

from .identity import Custodian
from .signature import sign_detached
from .store import WORKING, Store, disk_error, sync_folder
from .timestamps import take_tokens

FOLDER = f"{WORKING}/prepared"
_MAKING = f"{WORKING}/preparing"
_WITHDRAWN = f"{WORKING}/withdrawn"


@dataclass(frozen=True)
class Prepared:
    """The event that waits. At most one does, and it is the case's next."""

    store: Store
    event: Event

    @classmethod
    def load(cls, store: Store) -> Prepared | None:
        """The event that waits in a case, or None.

        Raises:
            CustodyError: something is there that is no event.
        """
        if not store.exists(FOLDER):
            return None
        found = [
            one
            for path in store.paths(FOLDER)
            if (one := names.custody_file(path.removeprefix(f"{FOLDER}/"))) is not None
            and one.kind is names.CustodyFileKind.EVENT
        ]
        try:
            (one,) = found
            event = parse_event(one.number, store.read(f"{FOLDER}/{one.path}"))
        except (ValueError, FormatError) as error:
            raise CustodyError(
                "What was prepared for signing cannot be read.",
                safe="The case is what it was before.",
                next_step="Run `evidentia withdraw`, and do the step again.",
            ) from error
        return cls(store, event)

    @classmethod
    def make(
        cls,
        store: Store,
        event: Event,
        listed: Mapping[str, str],
        certificates: Mapping[str, bytes],
        signers: Sequence[Custodian],
        silent: MutableMapping[str, str],
    ) -> Prepared:
        """Write an event and its seal, sign it as far as keys are at hand, and lay it down for the others.

        Args:
            listed: what the seal lists besides the event and the certificates: digests by path.
            certificates: those that come with it, by the paths that they will have in the case.
            silent: as for ``take_tokens``.
        """
        contents = {names.event_path(event.event): encode_event(event), **certificates}
        digests = {path: hashlib.sha256(data).hexdigest() for path, data in contents.items()}
        seal = contents[names.seal_path(event.event)] = write_seal(event, {**listed, **digests})
        signatures = {names.signature_path(event.event, one.who): one for one in signers}
        contents |= {path: sign_detached(seal, one) for path, one in signatures.items()}
        _lay(store, contents)
        prepared = cls(store, event)
        for path, signer in signatures.items():
            prepared.add(path, contents[path], signer.tsa, silent)
        return prepared

    @property
    def seal(self) -> bytes:
        """The seal that is to be signed."""
        return self.read(names.seal_path(self.event.event))

    def awaited_paths(self) -> tuple[str, ...]:
        """Where the missing signatures will lie, without the ending: it may become a .p7s or a .pdf."""
        seal = names.seal_path(self.event.event)
        return tuple(f"{seal}.{actor.who}" for actor in self.awaited())

    def read(self, path: str) -> bytes:
        """A file, by the path that it will have in the case."""
        return self.store.read(f"{FOLDER}/{path}")

    def exists(self, path: str) -> bool:
        """Whether a file is there, by the path that it will have in the case."""
        return self.store.exists(f"{FOLDER}/{path}")

    def awaited(self) -> tuple[Actor, ...]:
        """Who has yet to sign. The receivers of a transfer sign later, when it has been handed over."""
        return tuple(
            actor
            for actor in must_sign(self.event)
            if not self.exists(names.signature_path(self.event.event, actor.who))
            and not self.exists(names.pdf_signature_path(self.event.event, actor.who))
        )

    def add(self, path: str, data: bytes, tsa: Sequence[str], silent: MutableMapping[str, str]) -> bool:
        """Add a signature, and take timestamps over it. Returns whether one is there.

        Raises:
            CustodyError: another signature is there already.
        """
        here = f"{FOLDER}/{path}"
        if not (self.store.exists(here) and self.store.read(here) == data):
            self.store.create_file(here, data)
        return take_tokens(self.store, here, tsa, self.store.create_file, silent)

    def place(self, create: Callable[[str, bytes], None]) -> None:
        """Give everything its place in the case. Called again after an interruption, it goes on where it stopped.

        Args:
            create: writes a new file of the case.

        Raises:
            CustodyError: something else has taken a place.
        """
        contents = {path.removeprefix(f"{FOLDER}/"): path for path in self.store.paths(FOLDER)}
        for path in sorted(contents, key=_order):
            data = self.store.read(contents[path])
            if not (self.store.exists(path) and self.store.read(path) == data):
                create(path, data)
        shutil.rmtree(self.store.folder / FOLDER)

    def refusal(self) -> SignatureAwaited:
        """Why nothing else can be added."""
        return SignatureAwaited(
            self.event.event,
            self.event.type.value,
            tuple(actor.who for actor in self.awaited()),
            safe="It is prepared; the case is what it was before, and nothing else can be added meanwhile.",
            next_step=f"Give its seal out with `evidentia seal-pdf {self.event.event} PDF` (or seal-copy), take it "
            "back signed with `evidentia seal-take`; or drop it: `evidentia withdraw`.",
        )


def must_sign(event: Event) -> tuple[Actor, ...]:
    """Who must have signed an event before it stands: all actors but the receivers of a transfer."""
    later = event.details["to"] if event.type is EventType.TRANSFER else ()
    return tuple(actor for actor in event.actors if actor.who not in later)


def _lay(store: Store, contents: Mapping[str, bytes]) -> None:
    """All of it is there, or nothing: one rename."""
    making = store.folder / _MAKING
    if making.exists():
        shutil.rmtree(making)  # an interruption left it; it never waited for anybody
    for path, data in contents.items():
        store.create_file(f"{_MAKING}/{path}", data)
    try:
        os.rename(making, store.folder / FOLDER)
        sync_folder(store.folder / WORKING)
    except OSError as error:
        raise disk_error(making, error) from error


def set_aside(store: Store) -> str:
    """Set what was prepared aside, signatures too. Call it while the store is locked.

    Returns:
        Where it lies now, from the case's top.

    Raises:
        CustodyError: nothing is prepared.
    """
    if not store.exists(FOLDER):
        raise CustodyError("Nothing is prepared.", next_step="See what is open with `evidentia show`.")
    aside = f"{_WITHDRAWN}/{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    try:
        (store.folder / _WITHDRAWN).mkdir(exist_ok=True)
        os.rename(store.folder / FOLDER, store.folder / aside)
        sync_folder(store.folder / WORKING)
    except OSError as error:
        raise disk_error(store.folder / aside, error) from error
    return aside


def _order(path: str) -> tuple[int, str]:
    """Certificates, the event, the seal, then what stands over it: the order in which an event is always written."""
    found = names.custody_file(path)
    kinds = (names.CustodyFileKind.EVENT, names.CustodyFileKind.SEAL)
    if found is None:
        return 0, path
    return (1 + kinds.index(found.kind) if found.kind in kinds else 3), path
