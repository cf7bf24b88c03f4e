"""A case: the object that callers hold. It joins the rooms below, which do not know each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from evidentia.custody.identity import Custodian, Party
from evidentia.custody.intake import ITEM_FILE, Intake, Intent
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.store import Store
from evidentia.formats import names
from evidentia.formats.bag import DERIVED
from evidentia.formats.names import is_case_id
from evidentia.record.custody import Actor, Event, EventType, Head
from evidentia.record.errors import CustodyError, EvidentiaError, UsageError
from evidentia.record.finding import Reading
from evidentia.record.item import Access, Item, ItemKind, Role
from evidentia.record.moment import now
from evidentia.record.post import Observation, PageReading, Post, Timeline
from evidentia.record.verdict import Status

from .gathering import (
    Capture,
    Progress,
    describe_interrupted,
    gather_file,
    gather_page,
    gather_reading,
    options_as_before,
    read_screenshot,
)
from .handing_out import (
    check_present,
    complete_folder,
    hand_out,
    left_without_own_export,
    refs_of,
    telling_of,
)
from .redacting import (
    Redaction,
    Region,
    Sealed,
    alteration,
    chosen_file,
    gather_redaction,
    read_text,
    redact_picture,
    redact_words,
)

if TYPE_CHECKING:
    from evidentia.capture.options import PageOptions
    from evidentia.report.material import Examiner, Language
    from evidentia.verify import Trust

_INTERRUPTED = "brought in after an interruption"
_AFTER_INTERRUPTION = "export of the whole folder, after an interruption"


def _silent(_: str) -> None:
    return None


@dataclass(frozen=True)
class Unfinished:
    """What an interruption or a silent authority left open.

    ``gathered`` are folders with files that never became items, ``unsealed`` items that no event has brought in,
    ``unsigned`` signatures that an interruption prevented, ``pending`` the records and signatures that have no
    timestamp. ``unexported``: the last export withholds items that the folder holds, and its own is missing.
    """

    gathered: tuple[str, ...]
    unsealed: tuple[int, ...]
    unsigned: tuple[str, ...]
    pending: tuple[str, ...]
    unexported: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open."""
        return not (self.gathered or self.unsealed or self.unsigned or self.pending or self.unexported)


class Case:
    """A case folder with the custodian who acts in it.

    Open one with ``Case.open`` or make one with ``Case.create``. Every method that adds to the case holds it
    alone while it writes; what is sealed is never touched again.
    """

    def __init__(self, ledger: Ledger, custodian: Custodian | None) -> None:
        self._ledger = ledger
        self._store = ledger.store
        self.custodian = custodian

    @classmethod
    def create(
        cls,
        folder: str | Path,
        *,
        title: str,
        custodian: Custodian,
        reason: str = "case opened",
        place: str = "",
        authority: str = "",
    ) -> Case:
        """Make a case in a new folder, whose name is the case's id.

        Raises:
            UsageError: the folder exists, or its name cannot be a case id.
        """
        where = Path(folder)
        if not is_case_id(where.name):
            raise UsageError(
                f"{where.name!r} cannot be a case id.",
                next_step="Use at most 64 of a-z, 0-9 and '-', for example makassar-15.",
            )
        store = Store.create(where)
        ledger = Ledger(store, where.name)
        with store.locked():
            occasion = Occasion(reason=reason, place=place, authority=authority)
            ledger.append(EventType.OPEN, custodian, occasion, details={"title": title})
        return cls(ledger, custodian)

    @classmethod
    def open(cls, folder: str | Path, custodian: Custodian | None = None) -> Case:
        """Open a case; without a custodian it can be read, and not added to.

        Raises:
            CustodyError: there is no case there, or its events cannot be read.
        """
        return cls(Ledger.load(Store(Path(folder))), custodian)

    # Reading

    @property
    def id(self) -> str:
        """The case's id."""
        return self._ledger.case

    @property
    def folder(self) -> Path:
        """Where the case is."""
        return self._store.folder

    @property
    def title(self) -> str:
        """The case's title, as its first event states it."""
        return str(self._ledger.events[0].details["title"])

    @property
    def events(self) -> tuple[Event, ...]:
        """All custody events, in order."""
        return tuple(self._ledger.events)

    @property
    def holders(self) -> tuple[str, ...]:
        """The short names of those who hold custody now."""
        return tuple(sorted(holder.who for holder in self._ledger.custody.holders))

    @property
    def head(self) -> Head:
        """The end of the chain: write it down elsewhere, so that nobody can cut later events off unseen."""
        return self._ledger.head()

    @property
    def unfinished(self) -> Unfinished:
        """What is open: shown by every command, closed by ``finish`` and ``timestamp``."""
        gathered = tuple(str(intake.folder) for intake in Intake.left_behind(self._store))
        ledger = self._ledger
        return Unfinished(
            gathered,
            tuple(ledger.unrecorded()),
            tuple(ledger.unsigned()),
            tuple(ledger.pending()),
            left_without_own_export(ledger),
        )

    def has_signed(self, event: Event, actor: Actor) -> bool:
        """Whether an actor's signature over an event's seal is there. Whether it holds is for ``verify`` to say."""
        paths = (
            names.signature_path(event.event, actor.who),
            names.pdf_signature_path(event.event, actor.who),
        )
        return any(map(self._store.exists, paths))

    def items(self) -> tuple[Item, ...]:
        """The items whose data is here, in order."""
        return tuple(
            self.item(n) for n in sorted(self._ledger.item_events()) if self._store.exists(_item_path(n))
        )

    def item(self, number: int) -> Item:
        """One item.

        Raises:
            UsageError: there is no such item here.
        """
        if not self._store.exists(_item_path(number)):
            raise UsageError(
                f"Item {number} is not in this case.", next_step="List the items with `evidentia show`."
            )
        return msgspec.json.decode(self._store.read(_item_path(number)), type=Item)

    def path_of(self, item: Item, role: Role) -> Path | None:
        """Where the first file of a role is, or None."""
        found = next((file for file in item.files if file.role is role), None)
        return None if found is None else self.folder / names.item_folder(item.item) / found.name

    def observations(self) -> tuple[Observation, ...]:
        """Every observation of every post."""
        paths = (self.path_of(item, Role.OBSERVATION) for item in self.items())
        return tuple(msgspec.json.decode(p.read_bytes(), type=Observation) for p in paths if p is not None)

    def timelines(self) -> tuple[Timeline, ...]:
        """The life of every post of the case."""
        from evidentia.detect.timeline import assemble

        return assemble(self.observations())

    def timeline(self, post: Post | str) -> Timeline:
        """The life of one post, named by itself, its key or its URL.

        Raises:
            UsageError: the case knows no such post.
        """
        key = self._key(post)
        return next(timeline for timeline in self.timelines() if timeline.post == key)

    def readings(self) -> tuple[tuple[Item, Reading], ...]:
        """Every screenshot that was read, with what reading it gave."""
        found = []
        for item in self.items():
            if item.kind is ItemKind.READING:
                path = self.path_of(item, Role.READING)
                assert path is not None
                found.append((self.item(item.about[0]), msgspec.json.decode(path.read_bytes(), type=Reading)))
        return tuple(found)

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
        from evidentia.platforms.keys import key_for

        occasion = Occasion(reason=reason, place=place, authority=authority)
        known = self._known()
        return self._capture(url, access, options, occasion, progress, lambda r: key_for(url, r.post, known))

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
        from evidentia.platforms.keys import key_for, normalise_url

        key = self._key(post)
        last = [observation for observation in self.observations() if observation.key == key][-1]
        before = self.item(last.evidence[0].item)
        options = options or options_as_before(before)
        occasion = Occasion(reason=reason)
        known = {normalise_url(last.url): key}
        seen = self._capture(
            last.url, before.access, options, occasion, progress, lambda r: key_for(last.url, r.post, known)
        )
        return seen.observation

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
        self._acting()
        name = Path(path).name
        intent = self._intent(ItemKind.FILE, title or name, source, access, original_name=name)
        intake = Intake.begin(self._store, intent)
        try:
            describe = gather_file(intake, Path(path), known_at, progress)
        except UsageError:
            intake.abandon()
            raise
        progress("sealing")
        occasion = Occasion(reason=reason, place=place, authority=authority)
        return self._admit(intake, describe, EventType.ACQUIRE, occasion)

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
        self._acting()
        about = self.item(shot if isinstance(shot, int) else shot.item)
        picture = self.path_of(about, Role.ORIGINAL)
        if picture is None:
            raise UsageError(
                f"Item {about.item} is not a file that was handed over.", next_step="Name a screenshot."
            )
        progress("reading the screenshot")
        reading = read_screenshot(picture, about, self.timelines())
        intent = self._intent(ItemKind.READING, f"Reading of item {about.item}", "examination", about.access)
        intake = Intake.begin(self._store, intent)
        describe = gather_reading(intake, about, picture, reading)
        progress("sealing")
        details = {"examined": [about.item]}
        self._admit(intake, describe, EventType.EXAMINE, Occasion(reason=reason), details)
        return reading

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
            regions: rectangles of a picture to be painted over; the copy is a PNG without metadata.
            words: words of a text (UTF-8) to be replaced by a mark. Give regions or words.
            reason: why. It can never be withheld: nothing of what is hidden.
            file: which file of the item; if none, what was handed over, or the page's picture or text.

        Raises:
            UsageError: nothing or both to redact; no such file; a region outside the picture; a word that is not
                in the text.
        """
        if bool(regions) == bool(words):
            raise UsageError("Regions of a picture, or words of a text: one of them is needed.")
        custodian = self._acting()
        original = self.item(item if isinstance(item, int) else item.item)
        stored = chosen_file(original, file, picture=bool(regions))
        path = f"{names.item_folder(original.item)}/{stored.name}"
        progress("redacting")
        marks: tuple[int, ...] = ()
        if regions:
            copy = redact_picture(self.folder / path, stored, regions)
        else:
            text, marks = redact_words(read_text(self.folder / path, stored), words)
            copy = text.encode()
        record = self._ledger.item_refs()[original.item].record
        title = f"Redacted copy of item {original.item}"
        intake = Intake.begin(self._store, self._intent(ItemKind.FILE, title, "redaction", original.access))
        note = Redaction(
            original=Sealed(item=original.item, path=path, record=record),
            by=custodian.actor,
            at=intake.intent.started_at,
            reason=reason,
            regions=tuple(regions),
            marks=marks,
        )
        describe = gather_redaction(intake, copy, "redacted.png" if regions else "redacted.txt", note)
        progress("sealing")
        occasion = Occasion(reason=reason, place=place, authority=authority, changes=(alteration(note),))
        return self._admit(intake, describe, EventType.DERIVE, occasion, {"original": original.item})

    # Custody

    def note(self, text: str, *, reason: str = "note") -> Event:
        """Write a remark into the chain of custody. It cannot be withheld: no addresses, no content of evidence."""
        with self._store.locked():
            return self._append(EventType.NOTE, Occasion(reason=reason), details={"text": text})

    def status(self, text: str, *, reason: str = "status") -> Event:
        """State how far the matter has come, in at most 200 characters: ``registered``. It cannot be withheld."""
        with self._store.locked():
            return self._append(EventType.STATUS, Occasion(reason=reason), details={"status": text})

    def close(self, *, reason: str, place: str = "", authority: str = "") -> Event:
        """Close the case: no evidence can come after this. Exporting, disclosing and transferring still work.

        Raises:
            CustodyError: something that was gathered has not been brought in yet.
        """
        with self._store.locked():
            self._ledger.refresh()
            if self.unfinished.gathered or self.unfinished.unsealed:
                raise CustodyError(
                    "Evidence that was gathered has not been brought in yet, and could not come after closing.",
                    next_step="Run `evidentia finish`, then close.",
                )
            return self._append(EventType.CLOSE, Occasion(reason=reason, place=place, authority=authority))

    def admit(self, newcomer: Custodian, *, reason: str, place: str = "", authority: str = "") -> Event:
        """Let somebody else hold custody as well. Both sign: the custodian who acts and the newcomer.

        Raises:
            CustodyError: a holder has the newcomer's short name already, or the custodian holds nothing.
        """
        with self._store.locked():
            occasion = Occasion(reason=reason, place=place, authority=authority)
            details = {"admitted": newcomer.who}
            return self._append(EventType.ADMIT, occasion, others=(newcomer,), details=details)

    def rekey(
        self, replaced: str, by: Custodian, *, reason: str, place: str = "", authority: str = ""
    ) -> Event:
        """Put a new key, under a new short name, in the place of a holder's: it was lost, or is about to expire.

        The old key signs, or that of another holder where it is gone. Where the custodian who acts replaces his
        own, this object goes on acting with the new one.

        Args:
            replaced: the short name of the holder whose key no longer counts.

        Raises:
            CustodyError: nobody of that name holds the case, or a holder has the new short name already.
        """
        with self._store.locked():
            occasion = Occasion(reason=reason, place=place, authority=authority)
            details = {"replaced": replaced, "by": by.who}
            event = self._append(EventType.REKEY, occasion, others=(by,), details=details)
        if replaced == self._custodian().who:
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
        with self._store.locked():
            occasion = Occasion(reason=reason, place=place, authority=authority)
            party = Party(to.who, to.name, to.role, to.organisation, to.certificate)
            event = self._append(EventType.TRANSFER, occasion, others=(party,), details={"to": [to.who]})
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
        custodian = self._custodian()
        with self._store.locked():
            self._ledger.refresh()
            waiting = self._ledger.custody.waiting
            if not waiting:
                raise CustodyError(
                    "No transfer waits for an answer.", next_step="Ask the sender to transfer the case."
                )
            if accept:
                self._check_intact()
                signature = names.signature_path(waiting, custodian.who)
                if not self._store.exists(signature):
                    self._ledger.sign(waiting, custodian)
            details = {"transfer": waiting, "outcome": "accepted" if accept else "refused"}
            occasion = Occasion(reason=reason, place=place, authority=authority)
            return self._append(EventType.RECEIVE, occasion, details=details)

    def timestamp(self) -> tuple[str, ...]:
        """Complete timestamps that were pending, and bind them with an event.

        Returns:
            What is still pending.
        """
        custodian = self._custodian()
        with self._store.locked():
            self._ledger.refresh()
            came = [path for path in self._ledger.pending() if self._ledger.stamp(path, custodian.tsa)]
            last = names.seal_path(len(self._ledger.events))
            if any(not path.startswith(last) for path in came):
                self._append(EventType.TIMESTAMP, Occasion(reason="timestamps that came late"))
        return tuple(self._ledger.pending())

    def finish(self) -> tuple[Item, ...]:
        """Bring in what an interruption left: gathered files become items, marked as interrupted.

        Returns:
            The items that were brought in.
        """
        with self._store.locked():
            self._ledger.complete(self._custodian())
        done = []
        for intake in Intake.left_behind(self._store):
            done.append(self._admit_left(intake))
        with self._store.locked():
            self._ledger.refresh()
            for number in self._ledger.unrecorded():
                self._bring_in(number, EventType.ACQUIRE, Occasion(reason=_INTERRUPTED), {})
                done.append(self.item(number))
        with self._store.locked():
            if left_without_own_export(self._ledger):
                complete_folder(self, self._ledger, self._appending(_AFTER_INTERRUPTION), _silent)
        return tuple(done)

    def disclose(
        self, items: Iterable[Item | int], *, reason: str, place: str = "", authority: str = ""
    ) -> Event:
        """Name items that may be withheld from exports from now on. It withholds nothing yet.

        Args:
            reason: why. It can never be withheld itself: nothing of what the items say.

        Raises:
            UsageError: no item is named, or one that is not here.
        """
        numbers = _numbers(items)
        if not numbers:
            raise UsageError("No item is named.", next_step="Name the items that may be withheld.")
        with self._store.locked():
            self._ledger.refresh()
            check_present(self._ledger, numbers)
            details = {"may_withhold": refs_of(self._ledger, numbers)}
            occasion = Occasion(reason=reason, place=place, authority=authority)
            return self._append(EventType.DISCLOSE, occasion, details=details)

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
        with self._store.locked():
            self._ledger.refresh()
            where = None if target is None else Path(target)
            return hand_out(self, self._ledger, self._appending(reason), where, _numbers(withhold), progress)

    def telling_of(self, withheld: Iterable[Item | int]) -> tuple[int, ...]:
        """Items that would stay in a bundle and tell of the withheld ones: readings of them, and all reports."""
        return telling_of(self.items(), _numbers(withheld))

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
        from evidentia.verify import verify

        from .reporting import examiner_from, gather_report
        from .telling import tell

        custodian = self._acting()
        written_at = now().replace(microsecond=0)  # PDF dates hold whole seconds
        progress("verifying")
        verdict = None if trust is None else verify(self.folder, trust)
        told = tell(
            self, self.events, language=language, head=self.head, verdict=verdict, written_at=written_at
        )
        material = msgspec.structs.replace(
            told,
            examiner=examiner or examiner_from(custodian),
            purpose=purpose,
            number=number,
            requested_by=requested_by,
            limitations=tuple(limitations),
        )
        intent = self._intent(
            ItemKind.REPORT, f"Report on case {self.id}", custodian.name, Access.OWN_ACCOUNT
        )
        intake = Intake.begin(self._store, intent)
        describe = gather_report(intake, material, custodian, progress)
        progress("sealing")
        return self._admit(intake, describe, EventType.REPORT, Occasion(reason=reason))

    # Parts

    def _custodian(self) -> Custodian:
        if self.custodian is None:
            raise CustodyError(
                "The case was opened for reading: nobody is named who acts.",
                next_step="Name an identity with --identity or EVIDENTIA_IDENTITY.",
            )
        return self.custodian

    def _acting(self) -> Custodian:
        """The custodian, if the case allows to add evidence now; asked before anything is captured."""
        custodian = self._custodian()
        self._ledger.refresh()
        if not self._ledger.holds(custodian):
            holders = ", ".join(sorted(h.who for h in self._ledger.custody.holders))
            raise CustodyError(
                f"{custodian.name} does not hold this case.",
                next_step=f"It is held by: {holders}. Ask for a transfer.",
            )
        if self._ledger.custody.waiting:
            raise CustodyError(
                "The case is frozen: a transfer waits for its answer.",
                next_step="Let the receiver run `evidentia receive`, or take it back: `evidentia receive --refuse`.",
            )
        if self._ledger.custody.closed:
            raise CustodyError(
                "The case is closed: no evidence can be added.",
                next_step="Open a new case for what has come since.",
            )
        return custodian

    def _capture(
        self,
        url: str,
        access: Access,
        options: PageOptions | None,
        occasion: Occasion,
        progress: Progress,
        key_of: Callable[[PageReading], str],
    ) -> Capture:
        from evidentia.capture.options import PageOptions, check_url

        self._acting()
        check_url(url)
        intake = Intake.begin(self._store, self._intent(ItemKind.CAPTURE, url, url, access))
        try:
            page = gather_page(intake, url, options or PageOptions(), progress)
        except EvidentiaError:
            if not any(intake.folder.iterdir()):
                intake.abandon()
            raise
        observed: list[Observation] = []

        def describe(number: int) -> Item:
            observation = page.observe(url, key_of(page.reading), number)
            observed.append(observation)
            return page.describe(number, intake.write("observation.json", Role.OBSERVATION, observation))

        progress("sealing")
        item = self._admit(intake, describe, EventType.ACQUIRE, occasion)
        return Capture(item, page.reading, observed[0])

    def _check_intact(self) -> None:
        """What a receiver must know before countersigning: nothing of the case has been touched."""
        from evidentia.verify import Trust, verify

        verdict = verify(self.folder, Trust((), ()))
        broken = [
            fault for fault in verdict.faults if fault.status is Status.FAILED and fault.path not in DERIVED
        ]
        if broken:
            first = broken[0]
            raise CustodyError(
                f"The case is not intact: {first.code} at {first.path}; {len(broken)} faults in all.",
                safe="Nothing was signed.",
                next_step="Run `evidentia verify` on the folder, and refuse the transfer.",
            )

    def _appending(self, reason: str) -> Callable[[EventType, dict[str, Any]], Event]:
        return lambda kind, details: self._append(kind, Occasion(reason=reason), details=details)

    def _append(
        self,
        kind: EventType,
        occasion: Occasion,
        *,
        items: Sequence[Any] = (),
        others: Sequence[Custodian | Party] = (),
        details: dict[str, Any] | None = None,
    ) -> Event:
        return self._ledger.append(
            kind, self._custodian(), occasion, items=items, others=others, details=details
        )

    def _admit(
        self,
        intake: Intake,
        describe: Callable[[int], Item],
        kind: EventType,
        occasion: Occasion,
        details: dict[str, Any] | None = None,
    ) -> Item:
        with self._store.locked():
            self._ledger.refresh()
            number = self._ledger.next_item()
            item = describe(number)
            intake.write(ITEM_FILE, Role.ORIGINAL, item)
            intake.admit(number)
            self._bring_in(number, kind, occasion, details or {})
        return item

    def _admit_left(self, intake: Intake) -> Item:
        """An item that was described in full keeps its description; otherwise the interruption is part of it."""
        with self._store.locked():
            self._ledger.refresh()
            number = self._ledger.next_item()
            item = intake.described_as(number)
            if item is None:
                item = describe_interrupted(intake)(number)
                intake.write(ITEM_FILE, Role.ORIGINAL, item)
            intake.admit(number)
            self._bring_in(number, EventType.ACQUIRE, Occasion(reason=_INTERRUPTED), {})
        return item

    def _bring_in(self, number: int, kind: EventType, occasion: Occasion, details: dict[str, Any]) -> None:
        ref = self._ledger.record_item(number, self._custodian().tsa)
        self._append(kind, occasion, items=[ref], details=details)

    def _intent(
        self, kind: ItemKind, title: str, source: str, access: Access, original_name: str | None = None
    ) -> Intent:
        return Intent(
            kind=kind,
            title=title,
            source=source,
            access=access,
            collector=self._custodian().who,
            started_at=now(),
            original_name=original_name,
        )

    def _known(self) -> dict[str, str]:
        """Every address of every post of the case, with the post's key."""
        from evidentia.platforms.keys import normalise_url

        known: dict[str, str] = {}
        for observation in self.observations():
            posts_own = () if observation.post is None else (observation.post.url,)
            for url in map(normalise_url, (observation.url, *posts_own)):
                if known.get(url, "url:").startswith("url:"):  # a post's own id replaces a bare address
                    known[url] = observation.key
        return known

    def _key(self, post: Post | str) -> str:
        from evidentia.platforms.keys import normalise_url, post_key

        known = self._known()
        wanted = post_key(post) if isinstance(post, Post) else post
        key = wanted if wanted in known.values() else known.get(normalise_url(wanted), "")
        if not key:
            raise UsageError(
                f"The case knows no post {wanted}.", next_step="Capture it first, or list `timeline`."
            )
        return key


def _numbers(items: Iterable[Item | int]) -> tuple[int, ...]:
    return tuple(sorted({item if isinstance(item, int) else item.item for item in items}))


def _item_path(number: int) -> str:
    return f"{names.item_folder(number)}/{ITEM_FILE}"
