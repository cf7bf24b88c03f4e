"""A case: the object that callers hold. It joins the rooms below, which do not know each other.

It is three things, one upon the other: what a case holds (``contents``), how custody of it is kept (``keeping``), and
here how evidence comes in and goes out. What each method does is written where it is known: taking evidence in
``taking``, ``rechecking`` and ``adding``, acts of custody in ``custody_acts``, what an interruption left in
``open_ends``, bundles in ``handing_out``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from evidentia.custody.identity import Acts, Custodian
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.store import Store
from evidentia.formats.names import is_case_id
from evidentia.record import reasons
from evidentia.record.custody import EventType, Head
from evidentia.record.errors import UsageError
from evidentia.record.examination import Examination, ImageClass
from evidentia.record.finding import Reading
from evidentia.record.item import Access, Item
from evidentia.record.memento import Memento
from evidentia.record.moment import now
from evidentia.record.post import Observation, Post
from evidentia.record.redaction import Region

from . import adding, comparing, handing_out, rechecking, schedule, taking
from .comparing import Compared
from .contents import number_of, numbers_of
from .gathering import Capture, Progress
from .keeping import Keeping
from .rechecking import Rechecked
from .schedule import Due
from .taking_many import Taken, capture_many

if TYPE_CHECKING:
    from evidentia.capture.options import PageOptions
    from evidentia.capture.storage_state import StorageState
    from evidentia.capture.wayback import Archive
    from evidentia.docket.data_sets import DataSets
    from evidentia.platforms.questions import Places
    from evidentia.record.comparison import Comparison
    from evidentia.record.docket import Docket, DocketGiven
    from evidentia.record.verdict import Verdict
    from evidentia.report.material import Examiner, Language
    from evidentia.verify import Trust

    from .reports_out import TakenReport
    from .rereading import Reread
    from .tables import Table


def _silent(_: str) -> None:
    return None


def _or(given: timedelta | None, usual: timedelta) -> timedelta:
    return usual if given is None else given


class Case(Keeping):
    """A case folder with the custodian who acts in it.

    Open one with ``Case.open`` or make one with ``Case.create``. Every method that adds to the case holds it
    alone while it writes; what is sealed is never touched again. All of them raise ``CustodyError`` where the
    rules of custody do not allow it, or where nobody is named who acts; then nothing was written.
    """

    @classmethod
    def create(
        cls,
        folder: str | Path,
        *,
        title: str,
        custodian: Acts,
        reason: str = reasons.CASE_OPENED,
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

    # Evidence

    def capture(
        self,
        url: str,
        *,
        access: Access,
        options: PageOptions | None = None,
        reason: str = reasons.CAPTURE,
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

    def capture_many(
        self,
        urls: Sequence[str],
        *,
        access: Access,
        options: PageOptions | None = None,
        at_once: int | None = None,
        reason: str = reasons.CAPTURES,
        place: str = "",
        authority: str = "",
        told: Callable[[Taken], None] = lambda taken: None,
        progress: Callable[[str, str], None] = lambda url, step: None,
    ) -> tuple[Taken, ...]:
        """Archive what stands at each URL, each as an item of its own, in one browser; as ``capture`` otherwise.

        Of a page that hangs, crashes or cannot be reached, what was had of it is kept; the others are captured. A
        URL that is named twice is captured once.

        Args:
            at_once: how many pages are captured at a time; None is two, or the number of cores if that is more.
            told: called with each URL's result as soon as it is sealed.
            progress: called with URL and step of what is being done, from several threads.

        Returns:
            What became of each URL, in the order in which they were done.

        Raises:
            UsageError: one is not a URL that can be captured; then none was.
            MissingPart: there is no browser on this machine.
            CustodyError: the custodian does not hold the case.
        """
        occasion = Occasion(reason, place, authority)
        return capture_many(self._acting(), urls, access, options, at_once, occasion, told, progress)

    def recheck(
        self,
        post: Post | str,
        *,
        options: PageOptions | None = None,
        storage_state: StorageState | None = None,
        full_after: timedelta | None = None,
        reason: str = reasons.RECHECK,
        progress: Progress = _silent,
    ) -> Observation:
        """Look at a post again: lightly, then in a browser where something moved or the last full capture is old.

        Each look is an item with an observation, also where nothing has changed. Where the post is not shown, other
        posts of its host that were there, or its front page, are asked for as controls, and the post by another way.

        Args:
            post: the post, its key or its URL.
            options: as for ``capture``; None is as one looked before. The access basis is that of the capture before.
            storage_state: where no options are given, what one is logged in with if one was so before.
            full_after: how old the last full capture may be; None is a week, zero asks for one each time.

        Raises:
            UsageError: the case knows no such post, or one was logged in before and would not be now.
            EvidentiaError: no full capture could be made where one was due; the light look is on record.
        """
        choices = rechecking.Choices(
            options, storage_state, full_after=_or(full_after, rechecking.FULL_AFTER)
        )
        return rechecking.recheck(self._acting(), post, choices, Occasion(reason), progress)

    def recheck_many(
        self,
        posts: Sequence[Post | str] | None = None,
        *,
        options: PageOptions | None = None,
        storage_state: StorageState | None = None,
        places: Places | None = None,
        full_after: timedelta | None = None,
        light: bool = False,
        at_once: int | None = None,
        reason: str = reasons.RECHECKS,
        told: Callable[[Rechecked], None] = lambda done: None,
        progress: Callable[[str, str], None] = lambda post, step: None,
    ) -> tuple[Rechecked, ...]:
        """Look at posts again, side by side, two of a host at a time; as ``recheck`` otherwise.

        One that cannot be looked at stops no other: its error is in its result.

        Args:
            posts: which; None is every post of the case that was looked at before.
            places: where services of platforms are asked; None is where they were before.
            light: whether to leave the browser out in any case.
            at_once: how many are looked at at a time; None is eight.
            told: called with each post's result as soon as it is sealed.
            progress: called with post and step of what is being done, from several threads.

        Returns:
            What became of each post, in the order in which they were done.
        """
        after = _or(full_after, rechecking.FULL_AFTER)
        choices = rechecking.Choices(options, storage_state, places, after, light)
        return rechecking.recheck_many(
            self._acting(), posts, choices, at_once, Occasion(reason), told, progress
        )

    def schedule(self, *, every: timedelta | None = None, at: datetime | None = None) -> tuple[Due, ...]:
        """When each post that was looked at is to be looked at again, the longest due first; from the record alone.

        Args:
            every: an interval for all, instead of the steps of ``case.schedule``.
            at: the moment that counts as now.
        """
        return schedule.schedule(self.timelines(), at or now(), every)

    def add(
        self,
        path: str | Path,
        *,
        access: Access,
        source: str = "",
        title: str = "",
        known_at: datetime | None = None,
        reason: str = reasons.HANDED_OVER,
        place: str = "",
        authority: str = "",
        progress: Progress = _silent,
    ) -> Item:
        """Take in a file or a folder as it is: pictures, videos, documents, mail, saved pages, exported chats.

        What can be read in it is laid beside it; what cannot is among the item's ``problems``, with its place.

        Args:
            source: who handed it over, or where it was found.
            known_at: when the case's agency came to know of it, if that was earlier.

        Raises:
            UsageError: there is no such file, or it is not an ordinary one.
        """
        occasion = Occasion(reason, place, authority)
        return adding.add(self._acting(), Path(path), access, source, title, known_at, occasion, progress)

    def take_past(
        self,
        memento: Memento,
        *,
        options: PageOptions | None = None,
        archive: Archive | None = None,
        reason: str = reasons.OUTSIDE_ARCHIVE,
        progress: Progress = _silent,
    ) -> Capture:
        """Take in a version that an outside archive keeps, as ``capture.wayback.mementos`` lists it.

        The observation is of the moment that the archive states, on the archive's word.

        Args:
            archive: the Wayback Machine where it is None.
        """
        from .past import take_past

        return take_past(self._acting(), memento, options, archive, Occasion(reason), progress)

    def reread(self, item: Item | int) -> Reread:
        """Read a capture again, from its sealed files alone; nothing is fetched, and nothing is written.

        Raises:
            UsageError: the item is no capture of a page.
            CustodyError: a file is missing or was changed.
        """
        from .rereading import reread

        return reread(self, number_of(item))

    def match(
        self,
        shot: Item | int,
        *,
        reason: str = reasons.SCREENSHOT_READ,
        progress: Progress = _silent,
    ) -> Reading:
        """Read a screenshot against every archived version of every post of the case, and file the reading.

        Raises:
            UsageError: the item holds no picture.
            MissingPart: the text recognition is not installed.
        """
        return taking.match(self._acting(), number_of(shot), Occasion(reason), progress)

    def examine(
        self,
        item: Item | int,
        *,
        references: Sequence[Item | int] = (),
        stated_class: ImageClass | None = None,
        reason: str = reasons.EXAMINED,
        progress: Progress = _silent,
    ) -> Examination:
        """Run the tests that are valid for a picture or a video of the case, and file what they say.

        Args:
            references: items that are said to be the original or earlier copies.
            stated_class: the kind of file as the caller knows it; the record says who said so.

        Raises:
            UsageError: an item is not one file that was handed over, or the class does not fit it.
            CustodyError: a file is missing or was changed.
        """
        from .examining import examine

        beside = [number_of(one) for one in references]
        return examine(self._acting(), number_of(item), beside, stated_class, Occasion(reason), progress)

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

    def compare(self, one: Item | int, other: Item | int) -> Comparison:
        """Lay two items beside each other: circumstances, state, author, words, media and files.

        Raises:
            UsageError: one of them is not in the case.
            CustodyError: a file that is examined is missing or was changed.
        """
        from .comparing_items import compare_items

        return compare_items(self, number_of(one), number_of(other))

    def file_docket(
        self,
        given: DocketGiven,
        *,
        data: DataSets | None = None,
        reason: str = "",
        place: str = "",
        authority: str = "",
        progress: Progress = _silent,
    ) -> Item:
        """File a docket entry as an item; it supersedes the one before, which stays as it is.

        Args:
            data: the data sets that have its codes; None is those that come with evidentia.

        Raises:
            UsageError: a code is not in the data or does not hold, or an item that it names is not in the case.
        """
        from evidentia.docket.data_sets import docket_data

        from .docketing import file_entry

        occasion = Occasion(reason, place, authority)
        return file_entry(self._acting(), given, data or docket_data(), occasion, progress)

    def docket(
        self, *, data: DataSets | None = None, as_of: date | None = None, verdict: Verdict | None = None
    ) -> Docket:
        """The newest docket entry, with the violation forms and deadlines that follow, and whether one is withheld.

        Args:
            as_of: the day for which deadlines are told; None is today, in UTC.
            verdict: how this folder was judged, to be told with it.
        """
        from evidentia.docket.data_sets import docket_data

        from .docketing import docket_of

        return docket_of(self._ledger, data or docket_data(), as_of=as_of, verdict=verdict)

    def table(self, name: str) -> Table:
        """The lives of all posts as a flat table for a notebook, such as ``changes``: see ``case.tables``.

        Raises:
            UsageError: there is no such table.
        """
        from .tables import table

        return table(self.timelines(), name)

    # Other agencies

    def take_bundle(
        self,
        path: str | Path,
        trust: Trust,
        *,
        head: Head | None = None,
        continues: Item | int | None = None,
        source: str = "",
        despite_failed: bool = False,
        reason: str = reasons.IMPORTED,
        place: str = "",
        authority: str = "",
        progress: Progress = _silent,
    ) -> tuple[Item, Verdict]:
        """Take in another agency's bundle, sealed as it came, with the verdict on it; ``bundles`` tells what is in it.

        Args:
            trust: the caller's anchors, never the bundle's.
            head: a head from elsewhere that the bundle must continue.
            continues: the item with an earlier bundle, to which this one may only have appended.
            source: who handed it over.
            despite_failed: take it in also where it is judged FAILED: as proof of what came, and marked so.

        Raises:
            UsageError: no ZIP, or this very bundle is an item already.
            CustodyError: it is judged FAILED, or nothing in it can be read as a bundle.
        """
        from .importing import take_bundle

        before = None if continues is None else number_of(continues)
        occasion = Occasion(reason, place, authority)
        return take_bundle(
            self._acting(), Path(path), trust, head, before, source, despite_failed, occasion, progress
        )

    def refer(
        self,
        questions: str | Path,
        *,
        to: str,
        request: str = "",
        reason: str = reasons.REFERRAL,
        place: str = "",
        authority: str = "",
        progress: Progress = _silent,
    ) -> Item:
        """File the questions to an expert as an item; ``export`` then writes the bundle that goes out with them.

        Args:
            questions: a TOML file (docs/how-to/refer-to-an-expert.md).
            to: who is asked; ``request``: the letter by which.

        Raises:
            UsageError: a file that cannot be read as questions, or one about an item that is not here.
        """
        from .referring import refer

        occasion = Occasion(reason, place, authority)
        return refer(self._acting(), Path(questions), to, request, occasion, progress)

    def answer(
        self,
        report: str | Path,
        answers: str | Path,
        *,
        referral: Item | int,
        head: Head | str,
        expert: str,
        trust: Trust | None = None,
        reason: str = reasons.ANSWER,
        place: str = "",
        authority: str = "",
        progress: Progress = _silent,
    ) -> Item:
        """Take in an expert's report (PDF) and answers, bound to the head that the expert examined.

        Args:
            answers: the file of questions with the expert's answers written into it.
            referral: the item with the questions.
            head: the head that the expert's report names.
            trust: the caller's anchors, by which the PDF's signers are judged; whether its signatures hold is judged in
                any case. One that does not is taken in all the same, and is a problem of the item.

        Raises:
            UsageError: other questions than were put, or altered ones; one without an answer; no PDF.
            CustodyError: the head is no state of this case, or one from before the questions.
        """
        from .referring import answer

        occasion = Occasion(reason, place, authority)
        return answer(
            self._acting(),
            Path(report),
            Path(answers),
            number_of(referral),
            head,
            expert,
            trust,
            occasion,
            progress,
        )

    # Handing out

    def export(
        self,
        target: str | Path | None = None,
        *,
        withhold: Iterable[Item | int] = (),
        data: DataSets | None = None,
        reason: str = reasons.EXPORT,
        progress: Progress = _silent,
    ) -> Head:
        """Write the bundle: the exhibit and BagIt's files in the folder, and a ZIP at ``target`` if one is named.

        Exporting again with nothing new gives the same bytes.

        Args:
            withhold: items that are left out of the ZIP, each named by ``disclose`` before. The folder keeps
                them, and gets an export of its own after the one that withholds.
            data: the data sets by which the exhibit tells the docket; None is those that come with evidentia.

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
            return handing_out.hand_out(
                self, self._ledger, append, where, numbers_of(withhold), progress, data
            )

    def telling_of(self, withheld: Iterable[Item | int]) -> tuple[int, ...]:
        """Items that would stay in a bundle and tell of the withheld ones: readings of them, and all reports."""
        return handing_out.telling_of(self.items(), numbers_of(withheld))

    def report(
        self,
        *,
        language: Language | Sequence[Language],
        examiner: Examiner | None = None,
        purpose: str = "",
        number: str = "",
        requested_by: str = "",
        limitations: Sequence[str] = (),
        expert: str | Path | None = None,
        questions: str | Path | None = None,
        trust: Trust | None = None,
        data: DataSets | None = None,
        long_term: bool = False,
        reason: str = reasons.REPORT,
        progress: Progress = _silent,
    ) -> Item:
        """Write the expert's report, sign it (PAdES, with a timestamp), and file it as an item.

        Args:
            language: one, or both in their order: then all of it stands there twice.
            expert: ``expert.toml``: the examiners, their independence, their own text.
            questions: ``questions.toml``: what was asked, the propositions, the answers.
            trust: anchors; with them the report states the verdict on the folder as it stands.
            data: the data sets by which it tells the docket; None is those that come with evidentia.
            long_term: make the signature last (PAdES-B-LTA), with the revocation evidence that the case holds; needs
                ``trust``.

        Raises:
            MissingPart: the extra ``[report]`` is not installed.
            FormatError: a file of the expert's is not what it must be.
            SigningError: the key does not sign, or the evidence does not do to make the signature last.
        """
        from .reporting import brief_of, file_report

        brief = brief_of(
            language, examiner, purpose, number, requested_by, limitations, expert, questions, trust, data
        )
        return file_report(self._acting(), brief, long_term=long_term, reason=reason, progress=progress)

    def unsigned_report(
        self,
        *,
        language: Language | Sequence[Language],
        examiner: Examiner | None = None,
        purpose: str = "",
        number: str = "",
        requested_by: str = "",
        limitations: Sequence[str] = (),
        expert: str | Path | None = None,
        questions: str | Path | None = None,
        trust: Trust | None = None,
        data: DataSets | None = None,
        written_at: datetime | None = None,
        progress: Progress = _silent,
    ) -> Path:
        """Write the same report without a signature, for those who sign in an application of their own.

        It is kept in the case's working folder, and is no evidence until ``take_report`` files it. The same case, files
        and ``written_at`` give the same bytes.

        Returns:
            The PDF. Copy it; sign the copy.

        Raises: as ``report``, but for keys: none is needed.
        """
        from .reporting import brief_of, unsigned_report

        brief = brief_of(
            language, examiner, purpose, number, requested_by, limitations, expert, questions, trust, data
        )
        return unsigned_report(self, brief, written_at, progress)

    def take_report(self, signed: bytes, *, reason: str = reasons.REPORT_SIGNED_ELSEWHERE) -> TakenReport:
        """File a report that was signed elsewhere, by one or by several.

        It must begin with the very bytes of a report that ``unsigned_report`` wrote here, or that is filed here; what
        was added may only be signatures (PAdES) and what long-term validation adds.

        Raises:
            SigningError: any of that does not hold.
        """
        from .reports_out import take_report

        return take_report(self._acting(), signed, reason)
