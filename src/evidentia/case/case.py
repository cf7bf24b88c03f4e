"""A case: the object that callers hold. It joins the rooms below, which do not know each other.

What each method does is written where it is known: reading in ``contents``, taking evidence in ``taking``, acts of
custody in ``custody_acts``, what an interruption left in ``open_ends``, bundles in ``handing_out``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evidentia.custody.identity import Acts, Custodian, Party
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.store import Store
from evidentia.formats.names import is_case_id
from evidentia.record.custody import Event, EventType, Head
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.finding import Reading
from evidentia.record.item import Access, Item
from evidentia.record.post import Observation, Post
from evidentia.record.redaction import Region

from . import comparing, custody_acts, handing_out, open_ends, signing_elsewhere, taking
from .acting import Acting
from .comparing import Compared
from .contents import Contents, number_of, numbers_of
from .gathering import Capture, Progress
from .open_ends import Unfinished
from .signing_elsewhere import Taken

if TYPE_CHECKING:
    from evidentia.capture.options import PageOptions
    from evidentia.custody.revocation_evidence import Evidence
    from evidentia.report.material import Examiner, Language
    from evidentia.verify import Trust

    from .renewing import Renewed


def _silent(_: str) -> None:
    return None


class Case(Contents):
    """A case folder with the custodian who acts in it.

    Open one with ``Case.open`` or make one with ``Case.create``. Every method that adds to the case holds it
    alone while it writes; what is sealed is never touched again. All of them raise ``CustodyError`` where the
    rules of custody do not allow it, or where nobody is named who acts; then nothing was written.
    """

    def __init__(self, ledger: Ledger, custodian: Acts | None) -> None:
        super().__init__(ledger)
        self.custodian = custodian

    @classmethod
    def create(
        cls,
        folder: str | Path,
        *,
        title: str,
        custodian: Acts,
        reason: str = "case opened",
        place: str = "",
        authority: str = "",
    ) -> Case:
        """Make a case in a new folder, whose name is the case's id.

        Raises:
            UsageError: the folder exists, or its name cannot be a case id; or the custodian's key is elsewhere.
        """
        where = Path(folder)
        if not isinstance(custodian, Custodian):
            raise UsageError(
                "A case is opened by somebody whose key is at hand.",
                next_step=f"Let a colleague open it and admit {custodian.who}, or transfer it to them.",
            )
        if not is_case_id(where.name):
            raise UsageError(
                f"{where.name!r} cannot be a case id.",
                next_step="Use at most 64 of a-z, 0-9 and '-', for example makassar-15.",
            )
        with Store.opening(where) as store:
            ledger = Ledger(store, where.name)
            occasion = Occasion(reason, place, authority)
            ledger.append(EventType.OPEN, custodian, occasion, details={"title": title})
        return cls(ledger, custodian)

    @classmethod
    def open(cls, folder: str | Path, custodian: Acts | None = None) -> Case:
        """Open a case; without a custodian it can be read, and not added to.

        Args:
            custodian: who acts. For one whose key is elsewhere every step raises ``SignatureAwaited``: it is
                prepared, and stands once ``take_signature`` has taken the signature in.

        Raises:
            CustodyError: there is no case there, or its events cannot be read.
        """
        return cls(Ledger.load(Store(Path(folder))), custodian)

    @property
    def unfinished(self) -> Unfinished:
        """What is open: shown by every command, closed by ``finish`` and ``timestamp``."""
        return open_ends.unfinished(self._ledger)

    # Evidence

    def capture(
        self,
        url: str,
        *,
        access: Access,
        options: PageOptions | None = None,
        reason: str = "capture of a post",
        place: str = "",
        authority: str = "",
        progress: Progress = _silent,
    ) -> Capture:
        """Archive what stands at a URL now, and read the post in it.

        The bytes are stored and hashed first; only then are they read. Whatever goes wrong after that is written
        into the item and loses nothing.

        Raises:
            UsageError: not a URL that can be captured.
            MissingPart: there is no browser on this machine.
            CustodyError: the custodian does not hold the case.
        """
        occasion = Occasion(reason, place, authority)
        return taking.capture(self._acting(), url, access, options, occasion, progress)

    def recheck(
        self,
        post: Post | str,
        *,
        options: PageOptions | None = None,
        reason: str = "recheck of a post",
        progress: Progress = _silent,
    ) -> Observation:
        """Look at a post again. The observation is put on record also where nothing has changed.

        Args:
            post: the post, its key or its URL.
            options: as for ``capture``; the access basis is that of the capture before.

        Raises:
            UsageError: the case knows no such post.
        """
        return taking.recheck(self._acting(), post, options, Occasion(reason), progress)

    def add(
        self,
        path: str | Path,
        *,
        access: Access,
        source: str = "",
        title: str = "",
        known_at: datetime | None = None,
        reason: str = "file handed over",
        place: str = "",
        authority: str = "",
        progress: Progress = _silent,
    ) -> Item:
        """Take in a file as it is: a screenshot, photograph, video, document.

        Args:
            source: who handed it over, or where it was found.
            known_at: when the case's agency came to know of it, if that was earlier.

        Raises:
            UsageError: there is no such file, or it is not an ordinary one.
        """
        occasion = Occasion(reason, place, authority)
        return taking.add(self._acting(), Path(path), access, source, title, known_at, occasion, progress)

    def match(
        self,
        shot: Item | int,
        *,
        reason: str = "screenshot read against the captures",
        progress: Progress = _silent,
    ) -> Reading:
        """Read a screenshot against every archived version of every post of the case, and file the reading.

        Raises:
            UsageError: the item holds no picture.
            MissingPart: the text recognition is not installed.
        """
        return taking.match(self._acting(), number_of(shot), Occasion(reason), progress)

    def derive(
        self,
        item: Item | int,
        *,
        regions: Sequence[Region] = (),
        words: Sequence[str] = (),
        reason: str,
        file: str = "",
        place: str = "",
        authority: str = "",
        progress: Progress = _silent,
    ) -> Item:
        """Make a redacted copy of a file: an item of its own, linked to the sealed original, which stays as it is.

        Args:
            regions: rectangles of a picture to be painted over; the copy is a PNG without metadata. In a JPEG they
                are grown to the blocks that are coded as one, which hold traces of what stood in them.
            words: words of a text (UTF-8) to be replaced by a mark. Give regions or words.
            reason: why. It can never be withheld: nothing of what is hidden.
            file: which file of the item; if none, what was handed over, or the page's picture or text.

        Raises:
            UsageError: nothing or both to redact; no such file; a region outside the picture; a word that is not
                in the text.
        """
        occasion = Occasion(reason, place, authority)
        return taking.derive(self._acting(), number_of(item), regions, words, file, occasion, progress)

    def compare_copy(self, copy: Item | int) -> Compared:
        """Compare a redacted copy with its original: nothing of what was hidden is left, and the rest is as it was.

        Raises:
            UsageError: the item is no redacted copy.
            CustodyError: a file of either is missing or was changed.
        """
        return comparing.compare_copy(self, number_of(copy))

    # Custody

    def note(self, text: str, *, reason: str = "note") -> Event:
        """Write a remark into the chain of custody. It cannot be withheld: no addresses, no content of evidence."""
        return custody_acts.note(self._acting(), text, Occasion(reason))

    def status(self, text: str, *, reason: str = "status") -> Event:
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
        self, *, accept: bool = True, reason: str = "received", place: str = "", authority: str = ""
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
        reason: str = "renewal",
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

    def export(
        self,
        target: str | Path | None = None,
        *,
        withhold: Iterable[Item | int] = (),
        reason: str = "export",
        progress: Progress = _silent,
    ) -> Head:
        """Write the bundle: the exhibit and BagIt's files in the folder, and a ZIP at ``target`` if one is named.

        Exporting again with nothing new gives the same bytes.

        Args:
            withhold: items that are left out of the ZIP, each named by ``disclose`` before. The folder keeps
                them, and gets an export of its own after the one that withholds.

        Returns:
            The head of what was written, to be kept elsewhere.

        Raises:
            UsageError: there is another bundle at ``target``, or no target to withhold anything from.
            CustodyError: an item to be withheld was not disclosed, or a transfer waits.
        """
        where = None if target is None else Path(target)
        append = self._acting().appending(Occasion(reason))
        with self._store.locked():
            self._ledger.refresh()
            return handing_out.hand_out(self, self._ledger, append, where, numbers_of(withhold), progress)

    def telling_of(self, withheld: Iterable[Item | int]) -> tuple[int, ...]:
        """Items that would stay in a bundle and tell of the withheld ones: readings of them, and all reports."""
        return handing_out.telling_of(self.items(), numbers_of(withheld))

    def report(
        self,
        *,
        language: Language,
        examiner: Examiner | None = None,
        purpose: str = "",
        number: str = "",
        requested_by: str = "",
        limitations: Sequence[str] = (),
        trust: Trust | None = None,
        reason: str = "report",
        progress: Progress = _silent,
    ) -> Item:
        """Write the expert's report, sign it (PAdES, with a timestamp), and file it as an item.

        Args:
            trust: anchors; with them the report states the verdict on the folder as it stands.

        Raises:
            MissingPart: the extra ``[report]`` is not installed.
        """
        from .reporting import file_report

        return file_report(
            self._acting(),
            language=language,
            examiner=examiner,
            purpose=purpose,
            number=number,
            requested_by=requested_by,
            limitations=tuple(limitations),
            trust=trust,
            reason=reason,
            progress=progress,
        )

    def _acting(self) -> Acting:
        if self.custodian is None:
            raise CustodyError(
                "The case was opened for reading: nobody is named who acts.",
                next_step="Name an identity with --identity or EVIDENTIA_IDENTITY.",
            )
        return Acting(self._ledger, self.custodian)
