"""Taking evidence: a page, a file, a reading of a screenshot, a redacted copy become items of the case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from evidentia.custody.ledger import Occasion
from evidentia.formats import names
from evidentia.record.custody import EventType
from evidentia.record.errors import EvidentiaError, UsageError
from evidentia.record.finding import Reading
from evidentia.record.item import Access, Item, ItemKind, Role
from evidentia.record.post import Observation, PageReading
from evidentia.record.redaction import Redaction, Region, Sealed
from evidentia.record.sentences import Term

from .acting import Acting
from .contents import Contents, addresses
from .gathering import (
    Capture,
    GatheredPage,
    Progress,
    gather_page,
    gather_reading,
)
from .reading_shown import read_shown
from .redacting import (
    alteration,
    chosen_file,
    gather_redaction,
    read_text,
    redact_picture,
    redact_words,
)

if TYPE_CHECKING:
    from evidentia.capture.browser_session import BrowserSession
    from evidentia.capture.options import PageOptions
    from evidentia.custody.intake import Intake


def capture(
    acting: Acting,
    url: str,
    access: Access,
    options: PageOptions | None,
    occasion: Occasion,
    progress: Progress,
) -> Capture:
    """Archive what stands at a URL, and read the post in it: see ``Case.capture``."""
    from evidentia.platforms.keys import key_for

    known = addresses(Contents(acting.ledger).observations())
    return _capture(acting, url, access, options, occasion, progress, lambda r: key_for(url, r.post, known))


def _capture(
    acting: Acting,
    url: str,
    access: Access,
    options: PageOptions | None,
    occasion: Occasion,
    progress: Progress,
    key_of: Callable[[PageReading], str],
) -> Capture:
    from evidentia.capture.options import PageOptions, check_url

    acting.require_adding()
    check_url(url)
    with gather(acting, url, access, options or PageOptions(), progress) as page:
        progress("sealing")
        return seal(acting, url, page, key_of(page.reading), occasion)


def gather(
    acting: Acting,
    url: str,
    access: Access,
    options: PageOptions,
    progress: Progress,
    session: BrowserSession | None = None,
) -> GatheredPage:
    """Capture and read a page, and fingerprint its files: all that an item needs but its place in the case.

    Use what is returned as a context: until it ends, the files are held for ``seal``.
    """
    if options.storage_state is not None:
        from evidentia.capture.withholding import check_logged_in

        check_logged_in(options, url, access)
    intake = acting.begin(ItemKind.CAPTURE, url, url, access)
    return filled(intake, lambda: gather_page(intake, url, options, progress, session))


def filled(intake: Intake, gather: Callable[[], GatheredPage]) -> GatheredPage:
    """What was gathered into an intake. Where that fails the intake is let go, and given up if nothing came."""
    try:
        return gather()
    except BaseException as error:
        with intake:
            if isinstance(error, EvidentiaError) and not any(intake.folder.iterdir()):
                intake.abandon()
        raise


def seal(acting: Acting, url: str, page: GatheredPage, key: str, occasion: Occasion) -> Capture:
    """Make an item of a page that was gathered, with the observation that it amounts to."""
    observed: list[Observation] = []

    def describe(number: int) -> Item:
        observation = page.observe(url, key, number)
        observed.append(observation)
        return page.describe(number, page.intake.write("observation.json", Role.OBSERVATION, observation))

    item = acting.admit(page.intake, describe, EventType.ACQUIRE, occasion)
    return Capture(item, page.reading, observed[0])


def match(acting: Acting, number: int, occasion: Occasion, progress: Progress) -> Reading:
    """Read a screenshot against every archived version of every post: see ``Case.match``."""
    acting.require_adding()
    contents = Contents(acting.ledger)
    about = contents.item(number)
    stored = next((file for file in about.files if file.role is Role.ORIGINAL), None)
    if stored is None:
        raise UsageError(f"Item {number} is not a file that was handed over.", next_step="Name a screenshot.")
    picture = contents.intact(about, stored)
    progress("reading the screenshot")
    reading = read_shown(picture, stored, about, contents)
    with acting.begin(
        ItemKind.READING, Term("Reading of item {n}").format(n=number), Term("examination"), about.access
    ) as intake:
        describe = gather_reading(intake, about, picture, stored, reading)
        progress("sealing")
        acting.admit(intake, describe, EventType.EXAMINE, occasion, {"examined": [number]})
    return reading


def derive(
    acting: Acting,
    number: int,
    regions: Sequence[Region],
    words: Sequence[str],
    file: str,
    occasion: Occasion,
    progress: Progress,
) -> Item:
    """Make a redacted copy of a file: see ``Case.derive``."""
    if bool(regions) == bool(words):
        raise UsageError("Regions of a picture, or words of a text: one of them is needed.")
    acting.require_adding()
    ledger = acting.ledger
    contents = Contents(ledger)
    original = contents.item(number)
    stored = chosen_file(original, file, picture=bool(regions))
    path = f"{names.item_folder(number)}/{stored.name}"
    source = contents.intact(original, stored)
    progress("redacting")
    painted: tuple[Region, ...] = ()
    marks: tuple[int, ...] = ()
    if regions:
        copy, painted = redact_picture(source, stored, regions)
    else:
        text, marks = redact_words(read_text(source, stored), words)
        copy = text.encode()
    title = Term("Redacted copy of item {n}").format(n=number)
    with acting.begin(ItemKind.DERIVED, title, Term("redaction"), original.access) as intake:
        note = Redaction(
            original=Sealed(item=number, path=path, record=ledger.item_refs()[number].record),
            by=acting.custodian.actor,
            at=intake.intent.started_at,
            reason=occasion.reason,
            regions=painted,
            marks=marks,
        )
        describe = gather_redaction(intake, copy, "redacted.png" if regions else "redacted.txt", note)
        progress("sealing")
        changed = replace(occasion, changes=(alteration(note),))
        return acting.admit(intake, describe, EventType.DERIVE, changed, {"original": number})
