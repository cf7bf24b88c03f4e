"""Looking at one post again: what to ask, the light look, and whether a browser looks too.

Nothing is sealed here: what comes of it is gathered, read beside the looks before it, and handed to ``rechecking``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from evidentia.formats import names
from evidentia.record.errors import CustodyError, EvidentiaError
from evidentia.record.item import ItemKind, LoadState
from evidentia.record.moment import Interval
from evidentia.record.post import Control, ControlKind, Observation, Post
from evidentia.record.sentences import Term

from .acting import Acting
from .contents import Contents
from .earlier import SHOWN, Earlier, Records, started
from .gathering import GatheredPage, attempt, options_as_before, require_logged_in_as_before
from .light_looks import as_known, moved, reads_otherwise, rests_on, without_bare_words
from .media_hashes import with_hashes
from .taking import filled, gather

if TYPE_CHECKING:
    from evidentia.capture.browser_session import BrowserSession
    from evidentia.capture.looking import Known
    from evidentia.capture.options import PageOptions
    from evidentia.capture.storage_state import StorageState
    from evidentia.platforms.questions import Places

FULL_AFTER = timedelta(days=7)
"""A light look sees neither pictures nor layout nor what scripts bring: a browser looks again at least once a week, as
often as the oldest posts are looked at (``schedule.STEPS``)."""

_NO_FULL = Term("no full capture could be made")
"""How an item's problem begins where a browser was to look and could not: the next recheck lets it try again."""

_AFTER = "the full capture that was taken right after this look"


@dataclass(frozen=True)
class Choices:
    """How to look again.

    Attributes:
        options: None is "as one looked before".
        storage_state: what one is logged in with, where one was so before.
        places: where services are asked; None where the earlier look asked.
        full_after: how old the last full capture may be; zero asks for one each time.
        light: whether to leave the browser out in any case.
    """

    options: PageOptions | None = None
    storage_state: StorageState | None = None
    places: Places | None = None
    full_after: timedelta = FULL_AFTER
    light: bool = False


@dataclass(frozen=True)
class Plan:
    """How one post is looked at again.

    Attributes:
        others: other posts that its host showed, to be asked for as controls.
        known: by what the host can say that the bare document has not changed.
        problems: what of the earlier looks could not be used, for the new item.
    """

    earlier: Earlier
    options: PageOptions
    others: tuple[str, ...]
    full_after: timedelta
    known: Known | None = None
    problems: tuple[str, ...] = ()

    @property
    def lightly(self) -> PageOptions:
        """The options of the light look."""
        if self.options.light:
            return self.options
        return replace(self.options, light=True, wire=False, pdf=False)


@dataclass(frozen=True)
class Looked:
    """What looking again brought, not sealed yet: the light look, the full one if there is any, and why."""

    plan: Plan
    light: GatheredPage
    full: GatheredPage | None = None
    why: str = ""
    error: EvidentiaError | None = None


def planned(records: Records, post: Post | str, choices: Choices) -> Plan:
    """How a post is to be looked at again.

    Raises:
        UsageError: the case knows no such post, it cannot be asked for, or a login is missing.
    """
    from evidentia.capture.options import check_url

    earlier = records.earlier(post)
    check_url(earlier.url)
    options = choices.options or options_as_before(earlier.pattern, choices.storage_state)
    if choices.places is not None:
        options = replace(options, places=choices.places)
    if choices.light:
        options = replace(options, light=True)
    require_logged_in_as_before(earlier.pattern, options)
    plan = Plan(earlier, options, records.others(earlier.key, earlier.url), choices.full_after)
    return _with_known(plan, records.contents)


def _with_known(plan: Plan, contents: Contents) -> Plan:
    """The plan with what the bare document can be asked by: what its host gave when it was got."""
    from evidentia.capture.looking import known_of
    from evidentia.platforms.obstacles import main_response

    from .rereading import captured_page

    got = plan.earlier.document
    if got is None or plan.options.storage_state is not None:
        return plan
    item = plan.earlier.item_of(got)
    assert item.circumstances is not None
    try:
        response = main_response(captured_page(contents, item, item.circumstances))
    except CustodyError as error:
        return replace(
            plan, problems=(f"{Term('item {n} cannot be asked by').format(n=item.item)}: {error.happened}",)
        )
    return plan if response is None else replace(plan, known=known_of(response))


def look_again(acting: Acting, plan: Plan, browsers: Browsers, progress: Callable[[str], None]) -> Looked:
    """Look lightly, and in a browser too where that is called for.

    A full capture that fails is an error in what is returned: the light look stands.

    Raises:
        EvidentiaError: the light look itself could not be made.
    """
    light = gather_light(acting, plan, progress)
    try:
        light = _read_beside(plan, light)
        why = _why_full(plan, light)
        if not why:
            return Looked(
                plan, _telling(light, "nothing moved since the look before: no full capture was made")
            )
        before = plan.earlier.pattern
        try:
            session = browsers.session(plan.options)
            full = gather(acting, plan.earlier.url, before.access, plan.options, progress, session)
        except EvidentiaError as error:
            problem = f"{_NO_FULL} ({why}): {error.happened}"
            failed = replace(light, problems=(*light.problems, problem))
            return Looked(plan, failed, None, why, error)
        beside = _beside_browser(_telling(light, f"a full capture was made right after: {why}"), full)
        return Looked(plan, beside, full, why)
    except BaseException:
        light.__exit__()
        raise


def gather_light(acting: Acting, plan: Plan, progress: Callable[[str], None]) -> GatheredPage:
    """A light look into an intake of its own: the exchanges and no more, so that many looks stay small."""
    from evidentia.capture.withholding import check_logged_in

    url, access = plan.earlier.url, plan.earlier.pattern.access
    check_logged_in(plan.lightly, url, access)
    intake = acting.begin(ItemKind.CAPTURE, url, url, access)

    def looked() -> GatheredPage:
        from evidentia.capture.light import look_lightly

        page = look_lightly(url, intake.folder, plan.lightly, progress, known=plan.known, others=plan.others)
        hashed, failed = attempt(
            Term("perceptual hashes of the post's media"),
            lambda: with_hashes(page.reading, page.page.responses),
        )
        reading, unhashed = hashed or (page.reading, ())
        return GatheredPage(
            intake=intake,
            reading=reading,
            files=page.files,
            circumstances=page.circumstances,
            presence=page.presence,
            problems=(*page.problems, *plan.problems, *failed, *unhashed),
            controls=page.controls,
        )

    return filled(intake, looked)


def _read_beside(plan: Plan, page: GatheredPage) -> GatheredPage:
    """The look, read beside what is known of the post."""
    from evidentia.capture.controls import in_light_of

    known = plan.earlier.document
    if plan.known and known is not None and page.circumstances.status == 304:
        by = plan.known.etag or plan.known.last_modified
        return replace(page, reading=as_known(page.reading, known, by), beside=rests_on(known))
    if reads_otherwise(_observed(plan, page), plan.earlier):
        return replace(page, reading=without_bare_words(page.reading))
    return replace(page, reading=in_light_of(page.reading, page.controls))


def _why_full(plan: Plan, light: GatheredPage) -> str:
    """Why a browser looks too; empty where nothing asks for it."""
    from evidentia.capture.options import needs_browser

    url, full = plan.earlier.url, plan.earlier.full
    if not needs_browser(url, plan.options):
        return ""
    if full is None:
        return Term("no browser has looked at it yet")
    if light.circumstances.load_state is LoadState.FAILED:
        return ""  # no answer came at all: a browser would get none either
    if _is_older(full, plan.full_after, light.circumstances.started_at):
        return Term("the last full capture is old")
    if any(problem.startswith(_NO_FULL) for problem in plan.earlier.item_of(plan.earlier.last).problems):
        return Term("the look before was to be followed by a full capture")
    return moved(_observed(plan, light), plan.earlier)


def _is_older(look: Observation, age: timedelta, at: datetime) -> bool:
    return at - started(look) >= age


def _observed(plan: Plan, page: GatheredPage) -> Observation:
    """What the look amounts to, before it has a number."""
    return page.observe(plan.earlier.url, key_seen(plan, page), names.HIGHEST_NUMBER)


def key_seen(plan: Plan, page: GatheredPage) -> str:
    """The key of what was seen: that of the post, or the id that it now shows where it had none."""
    from evidentia.platforms.keys import key_for, normalise_url

    url, key = plan.earlier.url, plan.earlier.key
    return key_for(url, page.reading.post, {normalise_url(url): key})


def _telling(page: GatheredPage, what: str) -> GatheredPage:
    told = page.circumstances
    return replace(page, circumstances=msgspec.structs.replace(told, behaviours=(*told.behaviours, what)))


def _beside_browser(light: GatheredPage, full: GatheredPage) -> GatheredPage:
    """The light look with what the browser showed right after it, where it did not show the post itself."""
    from evidentia.capture.controls import in_light_of

    if light.reading.state in SHOWN:
        return light
    looked, state = full.circumstances, full.reading.state
    control = Control(
        kind=ControlKind.SECOND_VANTAGE,
        url=looked.requested_url,
        answered=state in SHOWN,
        seen=f"{Term('{what} in a browser').format(what=state.value)} ({looked.status or looked.failure})",
        during=Interval(not_before=looked.started_at, not_after=looked.finished_at),
        where=_AFTER,
        state=state,
    )
    controls = (*light.controls, control)
    return replace(light, controls=controls, reading=in_light_of(light.reading, controls))


class Browsers:
    """Browsers that start when the first page needs them: one for each window, language and set of believed keys."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._lock = threading.Lock()
        self._sessions: dict[Any, BrowserSession] = {}

    def session(self, options: PageOptions) -> BrowserSession:
        """The browser for a capture with these options.

        Raises:
            MissingPart: there is none on this machine.
        """
        from evidentia.capture.browser_session import browser_session

        kind = (options.chromium, options.viewport, options.locale, options.accepted_keys, options.wire)
        with self._lock:
            if kind not in self._sessions:
                import evidentia.capture.page  # noqa: F401 - once, before threads ask for it at the same time

                self._sessions[kind] = self._stack.enter_context(browser_session(options))
            return self._sessions[kind]


@contextmanager
def browsers_on_demand() -> Iterator[Browsers]:
    """Browsers for as long as the context lasts."""
    with ExitStack() as stack:
        yield Browsers(stack)
