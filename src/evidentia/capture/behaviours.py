"""What a capture does with a page beyond loading it, so that what a visitor could see is in the capture too.

The page has been taken untouched before. Each behaviour has a name, a limit, and a line in the record that says what it
did. None submits a form, and none leaves the page: while they are at work every request for another document in the
page's main frame is refused and noted. All of it runs in our isolated world.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import msgspec

from evidentia.capture import facts
from evidentia.capture.behaviour_scripts import call
from evidentia.capture.cdp import CallFailed
from evidentia.capture.limits import (
    BEHAVIOUR_CLICKS,
    BEHAVIOUR_SECONDS,
    PAGE_NAMED,
    SCROLL_ROUNDS,
    SCROLL_STEPS,
)
from evidentia.capture.options import Behaviour
from evidentia.capture.visit import Visit

_POST = "article, main, [role=article], [role=main]"


class Survey(msgspec.Struct, frozen=True):
    """What there is to do: pixels below the window, a known consent manager, closed details, buttons that show more."""

    below: int
    consent: str
    details: int
    more: int

    def asks_for(self, behaviour: Behaviour) -> bool:
        """Whether a behaviour has something to do."""
        return {
            Behaviour.CONSENT: bool(self.consent),
            Behaviour.SCROLL: self.below > 0,
            Behaviour.DETAILS: self.details > 0,
            Behaviour.MORE: self.more > 0,
        }[behaviour]


@dataclass
class Behaved:
    """What was done, in the record's words, and whether the page may look different for it.

    ``left`` is True where the page has gone on to another document all the same: what it shows now is something else.
    """

    told: list[str] = field(default_factory=list)
    touched: bool = False
    left: bool = False


async def perform(visit: Visit, wanted: tuple[Behaviour, ...]) -> Behaved:
    """Do what is wanted and has something to do, BEHAVIOUR_SECONDS at most. The page is left at its top.

    Raises:
        BrowserGone: the browser ended.
    """
    behaved = Behaved()
    deadline = time.monotonic() + BEHAVIOUR_SECONDS
    try:
        found = msgspec.convert(await visit.evaluate(call("survey", _POST)), Survey)
        at_work = [behaviour for behaviour in wanted if found.asks_for(behaviour)]
        if at_work:
            await _work(visit, at_work, deadline, behaved)
    except (CallFailed, msgspec.ValidationError) as error:
        behaved.told.append(f"behaviours broke off: {error}")
        behaved.touched = True
    if time.monotonic() > deadline:
        behaved.told.append(f"behaviours: ended after {BEHAVIOUR_SECONDS:g} s")
    return behaved


async def _work(visit: Visit, at_work: list[Behaviour], deadline: float, behaved: Behaved) -> None:
    requests = visit.recorder.begun
    async with visit.staying():
        for (
            behaviour
        ) in Behaviour:  # in their own order: a banner first, as it may stand in the way of the rest
            if behaviour in at_work:
                behaved.told += [f"{behaviour}: {text}" for text in await _DO[behaviour](visit, deadline)]
        await visit.evaluate(call("top"), promise=True)
    behaved.touched = requests != visit.recorder.begun or not await visit.evaluate(facts.UNCHANGED)


async def _consent(visit: Visit, deadline: float) -> list[str]:
    manager, pressed = msgspec.convert(await visit.evaluate(call("refuse")), tuple[str, str])
    if not pressed:
        return [f"{manager} shows no way to refuse; it was left as it is"]
    await visit.settled(deadline)
    return [f"refused in the banner of {manager}: pressed {pressed!r}"]


async def _scroll(visit: Visit, deadline: float) -> list[str]:
    """To the end, window by window; on while anything new comes."""
    steps, below = 0, 1
    for _ in range(SCROLL_ROUNDS):
        requests = visit.recorder.begun
        made, below = msgspec.convert(
            await visit.evaluate(
                call("scroll", SCROLL_STEPS - steps), promise=True, seconds=deadline - time.monotonic()
            ),
            tuple[int, int],
        )
        steps += made
        if requests != visit.recorder.begun:
            await visit.settled(deadline)
        elif below == 0 or made == 0:
            break
        if steps >= SCROLL_STEPS or time.monotonic() > deadline:
            break
    if below:
        return [f"{steps} windows down, and ended there: {below} pixels lie below"]
    return [f"to the end, {steps} windows down"]


async def _details(visit: Visit, deadline: float) -> list[str]:
    opened = await visit.evaluate(call("openDetails", BEHAVIOUR_CLICKS))
    await visit.settled(deadline)
    return [f"opened {opened} closed details elements"]


async def _more(visit: Visit, deadline: float) -> list[str]:
    """What a button unfolds may hold another one: on until there is none, each is pressed once."""
    pressed: list[str] = []
    while len(pressed) < BEHAVIOUR_CLICKS and time.monotonic() < deadline:
        some = msgspec.convert(
            await visit.evaluate(call("pressMore", _POST, BEHAVIOUR_CLICKS - len(pressed))), list[str]
        )
        if not some:
            break
        pressed += some
        await visit.settled(deadline)
    return [f"pressed {text!r} in the post" for text in pressed[:PAGE_NAMED]]


_DO = {
    Behaviour.CONSENT: _consent,
    Behaviour.SCROLL: _scroll,
    Behaviour.DETAILS: _details,
    Behaviour.MORE: _more,
}
