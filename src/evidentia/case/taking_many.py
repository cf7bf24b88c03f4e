"""Taking many pages at once: they are gathered side by side in one browser, and sealed one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from evidentia.custody.ledger import Occasion
from evidentia.record.errors import EvidentiaError
from evidentia.record.item import Access
from evidentia.record.post import Post

from .acting import Acting
from .contents import Contents, addresses
from .gathering import Capture, GatheredPage
from .taking import gather, seal

if TYPE_CHECKING:
    from evidentia.capture.options import PageOptions


@dataclass(frozen=True)
class Taken:
    """What became of one URL: a capture, or the error for which there is none.

    An error while sealing loses nothing: what was gathered stays with the case, and ``Case.finish`` takes it in.
    """

    url: str
    capture: Capture | None = None
    error: EvidentiaError | None = None


Told = Callable[[Taken], None]
"""Told of each URL as soon as it is done."""

Steps = Callable[[str, str], None]
"""Told URL and step, in a few words, of what is being done now; from several threads."""


def capture_many(
    acting: Acting,
    urls: Sequence[str],
    access: Access,
    options: PageOptions | None,
    at_once: int | None,
    occasion: Occasion,
    told: Told,
    steps: Steps,
) -> tuple[Taken, ...]:
    """Archive what stands at each URL: see ``Case.capture_many``."""
    import evidentia.capture.page  # noqa: F401 - once, before threads ask for it at the same time
    from evidentia.capture.browser_session import browser_session
    from evidentia.capture.options import PageOptions, check_url, needs_browser
    from evidentia.capture.shared_browser import AT_ONCE
    from evidentia.platforms.keys import key_for, normalise_url

    acting.require_adding()
    for url in urls:
        check_url(url)
    chosen, places = options or PageOptions(), AT_ONCE if at_once is None else at_once
    known = addresses(Contents(acting.ledger).observations())
    done: list[Taken] = []
    with ExitStack() as stack:
        workers = stack.enter_context(ThreadPoolExecutor(max(places, 1)))
        shown = any(needs_browser(url, chosen) for url in urls)
        session = stack.enter_context(browser_session(chosen, at_once=places)) if shown else None
        stack.callback(workers.shutdown, wait=False, cancel_futures=True)

        def gathering(url: str) -> GatheredPage:
            return gather(acting, url, access, chosen, lambda step: steps(url, step), session)

        waiting = {workers.submit(gathering, url): url for url in dict.fromkeys(urls)}
        for gathered in as_completed(waiting):
            url = waiting[gathered]
            steps(url, "sealing")
            taken = _seal(acting, url, gathered, partial(key_for, url, known=known), occasion)
            if taken.capture is not None:
                known.setdefault(normalise_url(url), taken.capture.observation.key)
            done.append(taken)
            told(taken)
    return tuple(done)


def _seal(
    acting: Acting,
    url: str,
    gathered: Future[GatheredPage],
    key: Callable[[Post | None], str],
    occasion: Occasion,
) -> Taken:
    try:
        with gathered.result() as page:
            return Taken(url, capture=seal(acting, url, page, key(page.reading.post), occasion))
    except EvidentiaError as error:
        return Taken(url, error=error)
