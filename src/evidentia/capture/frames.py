"""What the frames show that are embedded in a page, with each word where the page shows it.

Frames of the page's own site live in its process and its session; those of other sites in their own (CDP targets of
type ``iframe``, whose id is the frame's). Where a frame stands comes from the browser's layout (DOM.getBoxModel), which
the page's scripts cannot touch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from evidentia.capture import facts
from evidentia.capture.cdp import CallFailed
from evidentia.capture.facts import FrameFacts, Word
from evidentia.capture.limits import FRAMES
from evidentia.capture.visit import Visit
from evidentia.record.sentences import Term


@dataclass
class Frames:
    """What was read of a page's frames, in the order of the document, and what could not be.

    ``known`` are the ids of all of them, also of those that are not shown.
    """

    read: list[FrameFacts] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


async def read_frames(visit: Visit) -> Frames:
    """Read every frame that is shown, FRAMES at most.

    Raises:
        BrowserGone: the browser ended.
    """
    found = Frames(known=set(visit.frame_sessions))
    try:
        metrics = await visit.connection.call("Page.getLayoutMetrics", visit.session)
        seen = metrics["cssVisualViewport"]
        await _read_session(visit, visit.session, (float(seen["pageX"]), float(seen["pageY"])), found)
    except (CallFailed, msgspec.ValidationError) as error:
        found.problems.append(f"{Term('embedded frames could not be read')}: {error}")
    return found


async def _read_session(visit: Visit, session: str, corner: tuple[float, float], found: Frames) -> None:
    """The frames below a session's own root; ``corner`` is where that root's window stands in the whole page."""
    call = visit.connection.call
    await call("DOM.enable", session)
    await call("DOM.getDocument", session, depth=0)
    tree = (await call("Page.getFrameTree", session))["frameTree"]
    inside = [str(frame["id"]) for frame in _below(tree)]
    found.known.update(inside)
    for frame in (*inside, *visit.frame_sessions):
        if len(found.read) + len(found.problems) >= FRAMES:
            return
        of = session if frame in inside else visit.frame_sessions[frame]
        at = await _place(visit, session, frame, corner)
        if at is None or (of == session and frame not in inside):
            continue
        try:
            found.read.append(await _read(visit, of, frame, at))
            if of != session:
                await _read_session(visit, of, at, found)
        except (CallFailed, msgspec.ValidationError) as error:
            found.problems.append(f"{Term('an embedded frame could not be read')}: {error}")


async def _place(
    visit: Visit, session: str, frame: str, corner: tuple[float, float]
) -> tuple[float, float] | None:
    """Where a frame's window begins in the whole page; None where it is not embedded here, or not shown."""
    try:
        owner = await visit.connection.call("DOM.getFrameOwner", session, frameId=frame)
        box = await visit.connection.call("DOM.getBoxModel", session, backendNodeId=owner["backendNodeId"])
    except CallFailed:
        return None
    left, top = box["model"]["content"][:2]
    return corner[0] + float(left), corner[1] + float(top)


async def _read(visit: Visit, session: str, frame: str, at: tuple[float, float]) -> FrameFacts:
    seen = facts.parse(await visit.evaluate(facts.READ_FRAME, frame=(session, frame)), FrameFacts)
    words = tuple(Word(word.text, word.x + at[0], word.y + at[1], word.w, word.h) for word in seen.words)
    return FrameFacts(seen.url, seen.text, words)


def _below(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in tree.get("childFrames", ()):
        yield child["frame"]
        yield from _below(child)
