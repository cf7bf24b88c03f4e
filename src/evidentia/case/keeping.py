"""Keeping a case: who holds it, what is stated of it, what was left open, signatures that are made elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evidentia.custody.identity import Acts, Custodian, Party
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.record import reasons
from evidentia.record.custody import Event
from evidentia.record.errors import CustodyError
from evidentia.record.item import Item

from . import custody_acts, open_ends, signing_elsewhere
from .acting import Acting
from .contents import Contents, numbers_of
from .open_ends import Unfinished
from .signing_elsewhere import Taken

if TYPE_CHECKING:
    from evidentia.custody.revocation_evidence import Evidence

    from .renewing import Renewed


class Keeping(Contents):
    """A case with the custodian who acts in it: every act of custody but taking evidence in and handing it out."""

    def __init__(self, ledger: Ledger, custodian: Acts | None) -> None:
        super().__init__(ledger)
        self.custodian = custodian

    @property
    def unfinished(self) -> Unfinished:
        """What is open: shown by every command, closed by ``finish`` and ``timestamp``."""
        return open_ends.unfinished(self._ledger)

    def note(self, text: str, *, reason: str = reasons.NOTE) -> Event:
        """Write a remark into the chain of custody. It cannot be withheld: no addresses, no content of evidence."""
        return custody_acts.note(self._acting(), text, Occasion(reason))

    def status(self, text: str, *, reason: str = reasons.STATUS) -> Event:
        """State how far the matter has come, in at most 200 characters: ``registered``. It cannot be withheld."""
        return custody_acts.status(self._acting(), text, Occasion(reason))

    def close(self, *, reason: str, place: str = "", authority: str = "") -> Event:
        """Close the case: no evidence can come after this. Exporting, disclosing and transferring still work.

        Raises:
            CustodyError: something that was gathered has not been brought in yet.
        """
        return custody_acts.close(self._acting(), Occasion(reason, place, authority))

    def admit(self, newcomer: Acts | Party, *, reason: str, place: str = "", authority: str = "") -> Event:
        """Let somebody else hold custody as well. Both sign: the custodian who acts and the newcomer.

        Raises:
            SignatureAwaited: the newcomer's key, or the custodian's, is elsewhere; the event is prepared.
            CustodyError: a holder has the newcomer's short name already, or the custodian holds nothing.
        """
        return custody_acts.admit(self._acting(), newcomer, Occasion(reason, place, authority))

    def rekey(
        self, replaced: str, by: Acts | Party, *, reason: str, place: str = "", authority: str = ""
    ) -> Event:
        """Put a new key, under a new short name, in the place of a holder's: it was lost, or is about to expire.

        The old key signs, or that of another holder where it is gone. Where the custodian who acts replaces his
        own, this object goes on acting with the new one.

        Args:
            replaced: the short name of the holder whose key no longer counts.

        Raises:
            SignatureAwaited: the new key, or the custodian's, is elsewhere; the event is prepared.
            CustodyError: nobody of that name holds the case, or a holder has the new short name already.
        """
        acting = self._acting()
        event = custody_acts.rekey(acting, replaced, by, Occasion(reason, place, authority))
        if replaced == acting.custodian.who and isinstance(by, Acts):
            self.custodian = by
        return event

    def transfer(self, to: Custodian | Party, *, reason: str, place: str = "", authority: str = "") -> Event:
        """Hand the case over.

        Where the receiver's key is at hand, the receiver checks, countersigns and receives at once, and this
        object goes on acting for the receiver. Otherwise the transfer waits: send the folder, and let the
        receiver call ``receive`` on it.

        Returns:
            The receiver's event, or the transfer that waits.
        """
        event = custody_acts.transfer(self._acting(), to, Occasion(reason, place, authority))
        if not isinstance(to, Custodian):
            return event
        self.custodian = to
        return self.receive(reason=reason, place=place)

    def receive(
        self, *, accept: bool = True, reason: str = reasons.RECEIVED, place: str = "", authority: str = ""
    ) -> Event:
        """Answer the transfer that waits: as the receiver, countersign and take over; or refuse, as the sender.

        Raises:
            CustodyError: no transfer waits, or the custodian is not the one who may answer.
        """
        return custody_acts.receive(self._acting(), accept, Occasion(reason, place, authority))

    def timestamp(self) -> tuple[str, ...]:
        """Complete timestamps that were pending, and bind them with an event.

        Returns:
            What is still pending.
        """
        return open_ends.stamp_pending(self._acting())

    def take_revocation(
        self, files: Iterable[str | Path] = (), *, fetch: bool = False, private_network: bool = False
    ) -> Evidence:
        """Take in CRLs, OCSP answers and issuers' certificates of those who signed and stamped.

        They lie under ``trust/`` until the next event binds them: export right after.

        Args:
            files: files that hold them, DER or PEM.
            fetch: ask the addresses that the certificates name, over plain http.
            private_network: addresses off the public internet may be asked too.

        Returns:
            What was taken in, whom was asked, and whose certificates nothing is said of.

        Raises:
            EvidentiaError: a file that is none of these, or that no issuer of this case's chains signed.
            CustodyError: the certificate of who acts was revoked.
        """
        from . import renewing

        sources = renewing.sources_from(files, fetch, private_network)
        return renewing.take_in(self._acting(), sources)

    def renew(
        self,
        revocation: Iterable[str | Path] = (),
        *,
        fetch: bool = False,
        private_network: bool = False,
        reason: str = reasons.RENEWAL,
        place: str = "",
        authority: str = "",
    ) -> Renewed:
        """Keep the case valid for as long as the next certificates last: fresh evidence, a seal, new timestamps.

        Do it while the certificates of the last authority and of a holder are valid, and export again.

        Args:
            revocation: as ``files`` for ``take_revocation``; ``fetch`` and ``private_network`` as there.

        Raises:
            UsageError: no timestamp authority is named.
            CustodyError: the certificate of who acts has expired or was revoked.
        """
        from . import renewing

        sources = renewing.sources_from(revocation, fetch, private_network)
        return renewing.renew(self._acting(), sources, Occasion(reason, place, authority))

    def finish(self) -> tuple[Item, ...]:
        """Bring in what an interruption left: gathered files become items, marked as interrupted.

        Returns:
            The items that were brought in.
        """
        return open_ends.finish(self._acting())

    def seal_of(self, event: int = 0) -> tuple[Event, bytes]:
        """An event and its seal, to be signed elsewhere: the one that waits, where no number is given.

        Raises:
            UsageError: there is no such event, or none waits.
        """
        return signing_elsewhere.sealed(self._ledger, event)

    def take_signature(self, signed: bytes, *, event: int = 0, tsa: Sequence[str] = ()) -> Taken:
        """Take in a signature over a seal that was made elsewhere; the last one lets its event stand.

        Args:
            signed: a PDF of the seal, signed with PAdES; or a detached CAdES signature in DER.
            event: its number, or 0 for the event that waits.
            tsa: the timestamp authorities to be asked for a token over it.

        Raises:
            SigningError: it does not hold, or is not by somebody who acts in the event.
            CustodyError: its signer has signed already.
        """
        return signing_elsewhere.take_in(self._ledger, signed, tsa, event)

    def withdraw(self) -> str:
        """Drop the event that waits for a signature. It is set aside, and the case is what it was before.

        Returns:
            Where it lies now, from the case's top.

        Raises:
            CustodyError: nothing is prepared.
        """
        return signing_elsewhere.withdraw(self._ledger)

    def disclose(
        self, items: Iterable[Item | int], *, reason: str, place: str = "", authority: str = ""
    ) -> Event:
        """Name items that may be withheld from exports from now on. It withholds nothing yet.

        Args:
            reason: why. It can never be withheld itself: nothing of what the items say.

        Raises:
            UsageError: no item is named, or one that is not here.
        """
        occasion = Occasion(reason, place, authority)
        return custody_acts.disclose(self._acting(), numbers_of(items), occasion)

    def _acting(self) -> Acting:
        if self.custodian is None:
            raise CustodyError(
                "The case was opened for reading: nobody is named who acts.",
                next_step="Name an identity with --identity or EVIDENTIA_IDENTITY.",
            )
        return Acting(self._ledger, self.custodian)
