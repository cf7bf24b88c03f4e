"""Looking at posts again: first lightly, then in a browser where something moved or the last full capture is old.

Every look is an item with an observation, also where nothing has changed. Posts are looked at side by side, a few of
one host at a time, and sealed one after the other; one that cannot be looked at stops no other.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

from evidentia.custody.ledger import Occasion
from evidentia.record.errors import EvidentiaError
from evidentia.record.post import Observation, Post

from .acting import Acting
from .contents import Contents
from .earlier import Records, in_turn
from .gathering import Capture
from .looking_again import (
    FULL_AFTER,
    Choices,
    Looked,
    Plan,
    browsers_on_demand,
    key_seen,
    look_again,
    planned,
)
from .taking import seal

__all__ = ["AT_ONCE", "FULL_AFTER", "PER_HOST", "Choices", "Rechecked", "recheck", "recheck_many"]

AT_ONCE = 8
"""Light looks at a time: they wait for hosts, and use no core meanwhile."""

PER_HOST = 2
"""Looks at one host at a time: what a browser opens for one page alone is three times as much."""


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


Told = Callable[[Rechecked], None]
"""Told of each post as soon as it is sealed."""

Steps = Callable[[str, str], None]
"""Told post and step, in a few words, of what is being done now; from several threads."""


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

    plans: dict[str, Plan] = {}
    named: dict[str, str] = {}
    for post in records.keys() if posts is None else posts:
        name = post if isinstance(post, str) else post.url
        try:
            plan = planned(records, post, choices)
        except EvidentiaError as error:
            tell(Rechecked(name, error=error))
            continue
        plans.setdefault(plan.earlier.key, plan)
        named.setdefault(plan.earlier.key, name)
    for looked in _looked_at(acting, plans, named, at_once or AT_ONCE, steps):
        tell(_sealed(acting, looked, named, occasion, steps))
    return tuple(done)


def _looked_at(
    acting: Acting, plans: dict[str, Plan], named: dict[str, str], at_once: int, steps: Steps
) -> Iterator[Looked | tuple[str, EvidentiaError]]:
    """Look at each, side by side; in the order in which they are done."""
    import evidentia.capture.light  # noqa: F401 - once, before threads ask for it at the same time

    if not plans:
        return
    with ExitStack() as stack:
        browsers = stack.enter_context(browsers_on_demand())
        workers = stack.enter_context(ThreadPoolExecutor(max(1, min(at_once, len(plans)))))
        stack.callback(workers.shutdown, wait=False, cancel_futures=True)
        turns: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(PER_HOST))
        hosts = {key: turns[urlsplit(plan.earlier.url).netloc] for key, plan in plans.items()}

        def looking(key: str) -> Looked:
            with hosts[key]:
                return look_again(acting, plans[key], browsers, lambda step: steps(named[key], step))

        order = in_turn([plan.earlier for plan in plans.values()])
        waiting: dict[Future[Looked], str] = {workers.submit(looking, one.key): one.key for one in order}
        for future in as_completed(waiting):
            try:
                yield future.result()
            except EvidentiaError as error:
                yield waiting[future], error


def _sealed(
    acting: Acting,
    looked: Looked | tuple[str, EvidentiaError],
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
                made.append(seal(acting, plan.earlier.url, page, key_seen(plan, page), occasion))
        except EvidentiaError as error:
            return Rechecked(name, tuple(made), looked.why, error)
    return Rechecked(name, tuple(made), looked.why, _said(looked.error, made))


def _said(error: EvidentiaError | None, made: list[Capture]) -> EvidentiaError | None:
    """The error of a full capture, saying that the light look is on record."""
    if error is not None:
        error.safe = f"The light look is on record as item {made[0].item.item}. {error.safe}"
    return error
