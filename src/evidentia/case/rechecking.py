"""Looking at posts again: first lightly, then in a browser where something moved or the last full capture is old.

Every look is an item with an observation, also where nothing has changed. Posts are looked at side by side, a few of
one host at a time, and sealed one after the other; one that cannot be looked at stops no other.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from evidentia.custody.ledger import Occasion
from evidentia.formats import names
from evidentia.record.errors import CustodyError, EvidentiaError
from evidentia.record.item import ItemKind, LoadState
from evidentia.record.moment import Interval
from evidentia.record.post import Control, ControlKind, Observation, Post

from .acting import Acting
from .contents import Contents
from .earlier import SHOWN, Earlier, Records, in_turn, started
from .gathering import (
    Capture,
    GatheredPage,
    attempt,
    options_as_before,
    require_logged_in_as_before,
)
from .light_looks import (
    as_known,
    moved,
    reads_otherwise,
    rests_on,
    without_bare_words,
)
from .media_hashes import with_hashes
from .taking import filled, gather, seal

if TYPE_CHECKING:
    from evidentia.capture.browser_session import BrowserSession
    from evidentia.capture.looking import Known
    from evidentia.capture.options import PageOptions
    from evidentia.capture.storage_state import StorageState
    from evidentia.platforms.questions import Places

FULL_AFTER = timedelta(days=7)
"""A light look sees neither pictures nor layout nor what scripts bring: a browser looks again at least once a week, as
often as the oldest posts are looked at (``schedule.STEPS``)."""

AT_ONCE = 8
"""Light looks at a time: they wait for hosts, and use no core meanwhile."""

PER_HOST = 2
"""Looks at one host at a time: what a browser opens for one page alone is three times as much."""

_NO_FULL = "no full capture could be made"
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
class Rechecked:
    """What became of looking at a post again.

    Attributes:
        post: as it was named.
        captures: the looks that are on record now: the light one, and the full one if there is any.
        why: why a full capture was made, or was tried; empty where nothing asked for one.
        error: why there is no look, or no full one, or why one is not sealed.
    """

    post: str
    captures: tuple[Capture, ...] = ()
    why: str = ""
    error: EvidentiaError | None = None

    @property
    def seen(self) -> Observation | None:
        """What was seen: by the last look that could say something of the post, else by the last."""
        from evidentia.detect.state import INFORMATIVE

        looks = [capture.observation for capture in self.captures]
        return next(
            (look for look in reversed(looks) if look.state in INFORMATIVE), looks[-1] if looks else None
        )


@dataclass(frozen=True)
class _Plan:
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
class _Looked:
    plan: _Plan
    light: GatheredPage
    full: GatheredPage | None = None
    why: str = ""
    error: EvidentiaError | None = None


Told = Callable[[Rechecked], None]
Steps = Callable[[str, str], None]


def recheck(
    acting: Acting, post: Post | str, choices: Choices, occasion: Occasion, progress: Callable[[str], None]
) -> Observation:
    """Look at one post again: see ``Case.recheck``."""
    (done,) = recheck_many(
        acting, [post], choices, 1, occasion, lambda done: None, lambda post, step: progress(step)
    )
    if done.error is not None:
        raise done.error
    assert done.seen is not None
    return done.seen


def recheck_many(
    acting: Acting,
    posts: Sequence[Post | str] | None,
    choices: Choices,
    at_once: int | None,
    occasion: Occasion,
    told: Told,
    steps: Steps,
) -> tuple[Rechecked, ...]:
    """Look at posts again: see ``Case.recheck_many``."""
    acting.require_adding()
    contents = Contents(acting.ledger)
    records = Records(contents)
    done: list[Rechecked] = []

    def tell(one: Rechecked) -> None:
        done.append(one)
        told(one)

    plans: dict[str, _Plan] = {}
    named: dict[str, str] = {}
    for post in records.keys() if posts is None else posts:
        name = post if isinstance(post, str) else post.url
        try:
            plan = _planned(records, post, choices)
        except EvidentiaError as error:
            tell(Rechecked(name, error=error))
            continue
        plans.setdefault(plan.earlier.key, plan)
        named.setdefault(plan.earlier.key, name)
    for looked in _looked_at(acting, plans, named, at_once or AT_ONCE, steps):
        tell(_sealed(acting, looked, named, occasion, steps))
    return tuple(done)


def _planned(records: Records, post: Post | str, choices: Choices) -> _Plan:
    from evidentia.capture.options import check_url

    earlier = records.earlier(post)
    check_url(earlier.url)
    options = choices.options or options_as_before(earlier.pattern, choices.storage_state)
    if choices.places is not None:
        options = replace(options, places=choices.places)
    if choices.light:
        options = replace(options, light=True)
    require_logged_in_as_before(earlier.pattern, options)
    plan = _Plan(earlier, options, records.others(earlier.key, earlier.url), choices.full_after)
    return _with_known(plan, records.contents)


def _with_known(plan: _Plan, contents: Contents) -> _Plan:
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
        return replace(plan, problems=(f"item {item.item} cannot be asked by: {error.happened}",))
    return plan if response is None else replace(plan, known=known_of(response))


def _looked_at(
    acting: Acting, plans: dict[str, _Plan], named: dict[str, str], at_once: int, steps: Steps
) -> Iterator[_Looked | tuple[str, EvidentiaError]]:
    """Look at each, side by side; in the order in which they are done."""
    import evidentia.capture.light  # noqa: F401 - once, before threads ask for it at the same time

    if not plans:
        return
    with ExitStack() as stack:
        browsers = stack.enter_context(_browsers())
        workers = stack.enter_context(ThreadPoolExecutor(max(1, min(at_once, len(plans)))))
        stack.callback(workers.shutdown, wait=False, cancel_futures=True)
        turns: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(PER_HOST))
        hosts = {key: turns[urlsplit(plan.earlier.url).netloc] for key, plan in plans.items()}

        def looking(key: str) -> _Looked:
            with hosts[key]:
                return _look(acting, plans[key], browsers, lambda step: steps(named[key], step))

        order = in_turn([plan.earlier for plan in plans.values()])
        waiting: dict[Future[_Looked], str] = {workers.submit(looking, one.key): one.key for one in order}
        for future in as_completed(waiting):
            try:
                yield future.result()
            except EvidentiaError as error:
                yield waiting[future], error


def _look(acting: Acting, plan: _Plan, browsers: _Browsers, progress: Callable[[str], None]) -> _Looked:
    light = _gather_light(acting, plan, progress)
    try:
        light = _read_beside(plan, light)
        why = _why_full(plan, light)
        if not why:
            return _Looked(
                plan, _telling(light, "nothing moved since the look before: no full capture was made")
            )
        before = plan.earlier.pattern
        try:
            session = browsers.session(plan.options)
            full = gather(acting, plan.earlier.url, before.access, plan.options, progress, session)
        except EvidentiaError as error:
            problem = f"{_NO_FULL} ({why}): {error.happened}"
            failed = replace(light, problems=(*light.problems, problem))
            return _Looked(plan, failed, None, why, error)
        beside = _beside_browser(_telling(light, f"a full capture was made right after: {why}"), full)
        return _Looked(plan, beside, full, why)
    except BaseException:
        light.__exit__()
        raise


def _gather_light(acting: Acting, plan: _Plan, progress: Callable[[str], None]) -> GatheredPage:
    """A light look into an intake of its own: the exchanges and no more, so that many looks stay small."""
    from evidentia.capture.withholding import check_logged_in

    url, access = plan.earlier.url, plan.earlier.pattern.access
    check_logged_in(plan.lightly, url, access)
    intake = acting.begin(ItemKind.CAPTURE, url, url, access)

    def looked() -> GatheredPage:
        from evidentia.capture.light import look_lightly

        page = look_lightly(url, intake.folder, plan.lightly, progress, known=plan.known, others=plan.others)
        hashed, failed = attempt(
            "perceptual hashes of the post's media", lambda: with_hashes(page.reading, page.page.responses)
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


def _read_beside(plan: _Plan, page: GatheredPage) -> GatheredPage:
    """The look, read beside what is known of the post."""
    from evidentia.capture.controls import in_light_of

    known = plan.earlier.document
    if plan.known and known is not None and page.circumstances.status == 304:
        by = plan.known.etag or plan.known.last_modified
        return replace(page, reading=as_known(page.reading, known, by), beside=rests_on(known))
    if reads_otherwise(_observed(plan, page), plan.earlier):
        return replace(page, reading=without_bare_words(page.reading))
    return replace(page, reading=in_light_of(page.reading, page.controls))


def _why_full(plan: _Plan, light: GatheredPage) -> str:
    """Why a browser looks too; empty where nothing asks for it."""
    from evidentia.capture.options import needs_browser

    url, full = plan.earlier.url, plan.earlier.full
    if not needs_browser(url, plan.options):
        return ""
    if full is None:
        return "no browser has looked at it yet"
    if light.circumstances.load_state is LoadState.FAILED:
        return ""  # no answer came at all: a browser would get none either
    if _is_older(full, plan.full_after, light.circumstances.started_at):
        return "the last full capture is old"
    if any(problem.startswith(_NO_FULL) for problem in plan.earlier.item_of(plan.earlier.last).problems):
        return "the look before was to be followed by a full capture"
    return moved(_observed(plan, light), plan.earlier)


def _is_older(look: Observation, age: timedelta, at: datetime) -> bool:
    return at - started(look) >= age


def _observed(plan: _Plan, page: GatheredPage) -> Observation:
    """What the look amounts to, before it has a number."""
    return page.observe(plan.earlier.url, _key(plan, page), names.HIGHEST_NUMBER)


def _key(plan: _Plan, page: GatheredPage) -> str:
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
        seen=f"{state.value} in a browser ({looked.status or looked.failure})",
        during=Interval(not_before=looked.started_at, not_after=looked.finished_at),
        where=_AFTER,
        state=state,
    )
    controls = (*light.controls, control)
    return replace(light, controls=controls, reading=in_light_of(light.reading, controls))


def _sealed(
    acting: Acting,
    looked: _Looked | tuple[str, EvidentiaError],
    named: dict[str, str],
    occasion: Occasion,
    steps: Steps,
) -> Rechecked:
    if isinstance(looked, tuple):
        key, error = looked
        return Rechecked(named[key], error=error)
    plan, made = looked.plan, list[Capture]()
    name = named[plan.earlier.key]
    steps(name, "sealing")
    with ExitStack() as held:
        pages = [held.enter_context(page) for page in (looked.light, looked.full) if page is not None]
        try:
            for page in pages:
                made.append(seal(acting, plan.earlier.url, page, _key(plan, page), occasion))
        except EvidentiaError as error:
            return Rechecked(name, tuple(made), looked.why, error)
    return Rechecked(name, tuple(made), looked.why, _said(looked.error, made))


def _said(error: EvidentiaError | None, made: list[Capture]) -> EvidentiaError | None:
    """The error of a full capture, saying that the light look is on record."""
    if error is not None:
        error.safe = f"The light look is on record as item {made[0].item.item}. {error.safe}"
    return error


class _Browsers:
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
def _browsers() -> Iterator[_Browsers]:
    with ExitStack() as stack:
        yield _Browsers(stack)
