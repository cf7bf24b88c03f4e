"""A snapshot as files: pictures, MHTML, document, text, and where each word stands."""

from __future__ import annotations

import msgspec

from evidentia.capture.facts import Word
from evidentia.capture.snapshot import Snapshot
from evidentia.capture.staging import Staging
from evidentia.record.item import Role

AFTER = "after-"
"""What the names of files begin with that show the page after behaviours were at work."""


def store(taken: Snapshot, staging: Staging, prefix: str = "") -> None:
    """Write and hash everything that was taken."""
    for n, picture in enumerate(taken.tiles, 1):
        name = "page.png" if len(taken.tiles) == 1 else f"page-{n}.png"
        staging.add(prefix + name, Role.FULL_PAGE, "image/png", picture)
    if taken.mhtml is not None:
        staging.add(f"{prefix}page.mhtml", Role.MHTML, "multipart/related", taken.mhtml)
    facts = taken.facts
    if facts is not None:
        dom = facts.dom.encode("utf-8", "replace")
        text = "\n\n".join([facts.text, *(frame.text for frame in taken.frames)]).encode("utf-8", "replace")
        staging.add(f"{prefix}dom.html", Role.DOM, "text/html; charset=utf-8", dom)
        staging.add(f"{prefix}text.txt", Role.TEXT, "text/plain; charset=utf-8", text)
        boxes = {"width": facts.width, "height": facts.height, "words": _words(taken)}
        staging.add(f"{prefix}boxes.json", Role.BOXES, "application/json", msgspec.json.encode(boxes))


def texts(taken: Snapshot, prefix: str = "") -> dict[str, tuple[str, ...]]:
    """The texts in which a post is looked for again, by file."""
    from evidentia.capture import presence

    found: dict[str, tuple[str, ...]] = {}
    if taken.facts is not None:
        found[f"{prefix}text.txt"] = (taken.facts.text, *(frame.text for frame in taken.frames))
        found[f"{prefix}dom.html"] = (presence.markup_text(taken.facts.dom),)
        found[f"{prefix}boxes.json"] = ("".join(word.text for word in _words(taken)),)
    if taken.mhtml is not None:
        found[f"{prefix}page.mhtml"] = tuple(presence.mhtml_texts(taken.mhtml))
    return found


def _words(taken: Snapshot) -> tuple[Word, ...]:
    """Every visible word: the page's own, then those of its frames, each where the whole picture shows it."""
    assert taken.facts is not None
    return taken.facts.words + tuple(word for frame in taken.frames for word in frame.words)
