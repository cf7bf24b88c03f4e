"""Putting items together: what the rooms below give is laid into a folder, described, and ready to be admitted.

Bytes come first and are hashed as they come; what interprets them comes after, and its failure is written into the
item instead of losing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from msgspec.structs import replace

from evidentia.custody.intake import Intake, Intent
from evidentia.formats import names
from evidentia.record.errors import EvidentiaError, UsageError
from evidentia.record.finding import Reading
from evidentia.record.item import Circumstances, Item, Presence, Role, StoredFile, Times
from evidentia.record.moment import Interval, now
from evidentia.record.post import OWN_CAPTURE, Control, Evidence, Observation, PageReading, Post, State
from evidentia.record.sentences import Term

from .media_hashes import with_hashes

if TYPE_CHECKING:
    from evidentia.capture.browser_session import BrowserSession
    from evidentia.capture.captured import PageCapture
    from evidentia.capture.options import PageOptions
    from evidentia.capture.storage_state import StorageState

Progress = Callable[[str], None]
"""Told in a few words what is being done now."""

Describe = Callable[[int], Item]
"""Gives the description of an item once its number is known."""

_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Capture:
    """What ``Case.capture`` gives back: the item, what was read in it, and the observation that it amounts to."""

    item: Item
    reading: PageReading
    observation: Observation

    @property
    def post(self) -> Post | None:
        """The post, if it was there."""
        return self.reading.post

    @property
    def state(self) -> State:
        """The post's state, as far as this capture can say."""
        return self.observation.state

    @property
    def content_present(self) -> Presence | None:
        """The capture's check of itself."""
        return self.item.content_present


@dataclass(frozen=True)
class GatheredPage:
    """A page that was captured and read, and is not yet an item."""

    intake: Intake
    reading: PageReading
    files: tuple[StoredFile, ...]
    circumstances: Circumstances
    presence: Presence
    problems: tuple[str, ...]
    stood: Interval | None = None
    source: str = OWN_CAPTURE
    controls: tuple[Control, ...] = ()
    beside: tuple[Evidence, ...] = ()
    """What else the reading rests on: an earlier look, where the host only said that nothing has changed since."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.intake.__exit__()

    def observe(self, url: str, key: str, number: int) -> Observation:
        """The observation that the page amounts to, once the item's number is known."""
        from evidentia.detect.state import observe

        looked = self.circumstances
        during = self.stood or Interval(not_before=looked.started_at, not_after=looked.finished_at)
        folder = names.item_folder(number)
        evidence = (Evidence(item=number, path=f"{folder}/{_first(self.files, Role.ARCHIVE)}"), *self.beside)
        seen = observe(self.reading, url, during, evidence, key, source=self.source)
        return replace(seen, controls=tuple(_placed(one, folder, self.files) for one in self.controls))

    def describe(self, number: int, observation: StoredFile) -> Item:
        """The item's description."""
        return describe_item(
            self.intake.intent,
            number,
            files=(*self.files, observation),
            times=Times(captured_at=self.circumstances.started_at),
            circumstances=self.circumstances,
            content_present=self.presence,
            problems=self.problems,
        )


def _placed(control: Control, folder: str, files: Iterable[StoredFile]) -> Control:
    """The control with its archive's place in the case."""
    here = any(file.name == control.where for file in files)
    return replace(control, where=f"{folder}/{control.where}") if here else control


def gather_page(
    intake: Intake,
    url: str,
    options: PageOptions,
    progress: Progress,
    session: BrowserSession | None = None,
) -> GatheredPage:
    """Capture a page into an intake's folder, then read and fingerprint what was captured.

    Args:
        session: a browser that stays; None starts one for this page, where it needs one.

    Raises:
        EvidentiaError: nothing could be captured at all; the intake's folder is then as it was left.
    """
    from evidentia.capture.options import needs_browser

    take: Callable[..., PageCapture]
    if needs_browser(url, options):
        from evidentia.capture.page import capture_page

        take = partial(capture_page, session=session)
    else:
        from evidentia.capture.light import look_lightly as take
    return gather_from(intake, partial(take, url, options=options), progress)


def gather_from(intake: Intake, take: Callable[..., PageCapture], progress: Progress) -> GatheredPage:
    """Let ``take`` fill an intake's folder, read what it took, and fingerprint each file as it comes.

    Raises:
        EvidentiaError: nothing could be captured at all; the intake's folder is then as it was left.
    """
    from evidentia.custody import signature
    from evidentia.fingerprint import prepare

    with ThreadPoolExecutor(max_workers=2) as beside:  # fingerprints are computed while the capture goes on
        warmed = beside.submit(prepare)
        beside.submit(signature.prepare)
        rows: list[Future[dict[str, object]]] = []

        def fingerprint(file: StoredFile) -> None:
            rows.append(beside.submit(_own_row, intake.folder, file))

        page = take(into=intake.folder, progress=progress, stored=fingerprint)
        progress("fingerprinting")
        found, problems = attempt(
            Term("fingerprints"), lambda: [warmed.result(), *(row.result() for row in rows)][1:]
        )
    hashed, failed = attempt(
        Term("perceptual hashes of the post's media"), lambda: with_hashes(page.reading, page.page.responses)
    )
    reading, unhashed = hashed or (page.reading, ())
    files = list(page.files)
    if found is not None:
        files.append(intake.write("fingerprints.json", Role.FINGERPRINTS, found))
    if reading.post is not None:
        files.append(intake.write("post.json", Role.POST, reading.post))
    if page.withheld is not None:
        from evidentia.capture.sweep import sweep

        sweep(intake.folder, [file.name for file in files], page.withheld)
    return GatheredPage(
        intake=intake,
        reading=reading,
        files=tuple(files),
        circumstances=page.circumstances,
        presence=page.presence,
        problems=(*page.problems, *problems, *failed, *unhashed),
        stood=page.stood,
        source=page.source,
    )


def options_as_before(item: Item, storage_state: StorageState | None = None) -> PageOptions:
    """Look again as one looked before: the same window, language, behaviours, questions and addresses.

    ``storage_state`` is used where that look was logged in, and nowhere else.
    """
    from evidentia.capture import places
    from evidentia.capture.options import NOT_ASKED, PageOptions, wanted_before

    before = item.circumstances
    if before is None:
        return PageOptions()
    return PageOptions(
        allow_private_network=before.private_network_allowed,
        viewport=before.viewport or PageOptions().viewport,
        locale=before.locale,
        behaviours=wanted_before(before.behaviours),
        light=before.browser is None and before.viewport is None,
        ask=NOT_ASKED not in before.behaviours,
        storage_state=storage_state if before.logged_in else None,
        places=places.before(before.behaviours),
    )


def require_logged_in_as_before(item: Item, options: PageOptions) -> None:
    """Whoever was logged in has to be so again: what a stranger is not shown has not vanished.

    Raises:
        UsageError: the look before was logged in, and this one would not be.
    """
    before = item.circumstances
    if before is not None and before.logged_in and options.storage_state is None:
        raise UsageError(
            "The look before was logged in. A stranger would not be shown the same, which says nothing of the post.",
            next_step="Give the storage state again: --storage-state FILE.",
        )


def gather_reading(intake: Intake, about: Item, file: Path, stored: StoredFile, reading: Reading) -> Describe:
    """Lay a reading down, with an annotated copy of the picture as an illustration."""
    from .reading_shown import draw_reading

    files = [intake.write("reading.json", Role.READING, reading)]
    drawn = intake.folder / "annotated.png"
    _, problems = attempt(Term("annotated picture"), lambda: draw_reading(file, stored, reading, drawn))
    if drawn.exists():
        files.append(intake.describe(drawn.name, Role.ANNOTATED))

    def describe(number: int) -> Item:
        times = Times(captured_at=intake.intent.started_at)
        return describe_item(
            intake.intent, number, files=tuple(files), times=times, about=(about.item,), problems=problems
        )

    return describe


def describe_interrupted(intake: Intake) -> Describe:
    """Describe what an interruption left: the files as they are, and that nobody finished describing them."""
    found = sorted(path.name for path in intake.folder.iterdir() if path.is_file())
    files = tuple(intake.describe(name, Role.ORIGINAL) for name in found)

    def describe(number: int) -> Item:
        return describe_item(
            intake.intent,
            number,
            files=files,
            times=Times(captured_at=intake.intent.started_at, received_at=now()),
            problems=(
                f"{Term('interrupted before it was described')}: "
                + Term("these are the files that had been written"),
                *intake.problems,
            ),
        )

    return describe


def attempt(what: Term, make: Callable[[], _Made]) -> tuple[_Made | None, tuple[str, ...]]:
    """Make something out of evidence that is already safe. A failure becomes a line of the item's problems."""
    try:
        return make(), ()
    except (EvidentiaError, OSError, ValueError, ArithmeticError, LookupError, TypeError) as error:
        return None, (f"{what}: {type(error).__name__}: {error}",)


def _own_row(folder: Path, file: StoredFile) -> dict[str, object]:
    """The fingerprints of a file that evidentia itself has just made."""
    from evidentia.fingerprint import fingerprint_own_png, to_json_row

    if file.media_type == "image/png":
        return to_json_row(fingerprint_own_png((folder / file.name).read_bytes(), file.name))
    return {"path": file.name, "sha256": file.sha256}


def describe_item(
    intent: Intent,
    number: int,
    *,
    files: tuple[StoredFile, ...],
    times: Times,
    circumstances: Circumstances | None = None,
    content_present: Presence | None = None,
    about: tuple[int, ...] = (),
    problems: tuple[str, ...] = (),
) -> Item:
    """The description of an item: what was intended, and what came of it."""
    return Item(
        item=number,
        kind=intent.kind,
        title=intent.title,
        source=intent.source,
        access=intent.access,
        collector=intent.collector,
        times=times,
        original_name=intent.original_name,
        circumstances=circumstances,
        content_present=content_present,
        files=files,
        about=about,
        problems=problems,
    )


def _first(files: Iterable[StoredFile], role: Role) -> str:
    return next((file.name for file in files if file.role is role), "item.json")
