"""What a light look says beside the looks before it: that a document is as it was known, or that something moved.

A light look must not tell of a change that is none: words of a bare document are not those of the page that scripts
made of it, and a 304 says only what the host says. Pure: sealed looks and the reading in, a reading or a reason out.
"""

from __future__ import annotations

import hashlib

import msgspec
from msgspec.structs import replace

from evidentia.detect.edits import compare, compare_content, text_source
from evidentia.formats import names
from evidentia.platforms.keys import GENERAL_PAGE
from evidentia.record.life import ChangeKind
from evidentia.record.post import Evidence, Observation, PageReading, Post, Signal
from evidentia.record.sentences import restated, sentence

from .earlier import SHOWN, Earlier, is_full

NOT_MODIFIED = "not-modified"
"""The host said that the document is the one that the look at ``where`` got."""

_STATUS = "http-status"

READS_OTHERWISE = "reads-otherwise"
"""The bare document's words are not those that the browser showed; ``seen`` is a digest of what stands in it."""

_ACTS = frozenset({ChangeKind.ACT_APPEARED, ChangeKind.ACT_GONE, ChangeKind.ACT_EDITED})
"""Comments and likes come all the time; the light look itself keeps what it read of them."""


def as_known(reading: PageReading, known: Observation, by: str) -> PageReading:
    """What a document says that the host calls unchanged (304): what it said when it was got.

    Args:
        by: the tag or date by which the host was asked.
    """
    item = known.evidence[0].item
    said = Signal(name=NOT_MODIFIED, seen=by, where=observation_of(item))
    kept = (signal for signal in known.signals if signal.name != _STATUS)
    return restated(
        replace(
            reading,
            state=known.state,
            post=known.post,
            signals=(said, *kept),
            history=known.history,
            acts=known.acts,
            proofs=known.proofs,
        ),
        *sentence("looks.light.not_modified", item=item),
    )


def observation_of(item: int) -> str:
    """Where the observation of an item lies in the case."""
    return f"{names.item_folder(item)}/observation.json"


def item_known(look: Observation) -> int | None:
    """The item whose document a look was told to be unchanged; None where it was told no such thing."""
    said = any(signal.name == NOT_MODIFIED for signal in look.signals)
    return look.evidence[1].item if said and len(look.evidence) > 1 else None


def told_by(look: Observation) -> str:
    """The tag or date by which the host was asked, as the look says."""
    return next((signal.seen for signal in look.signals if signal.name == NOT_MODIFIED), "")


def rests_on(known: Observation) -> tuple[Evidence, ...]:
    """The evidence of the look that got the document."""
    return known.evidence[:1]


def without_bare_words(reading: PageReading) -> PageReading:
    """The reading without its post, whose words do not compare; a digest of them tells whether they move later."""
    if reading.post is None:
        return reading
    read = Signal(name=READS_OTHERWISE, seen=_digest(reading.post), where="the bare document")
    return restated(
        replace(reading, post=None, signals=(*reading.signals, read)),
        *sentence("looks.light.reads_otherwise"),
    )


def reads_otherwise(seen: Observation, earlier: Earlier) -> bool:
    """Whether a bare document's words differ from what a browser last showed, on a page of no known platform.

    Readers of platforms read what the platform states, which no script changes; what any other page shows may be
    made by its scripts.
    """
    shown = earlier.shown
    if seen.post is None or shown is None or seen.post.platform != GENERAL_PAGE:
        return False
    return is_full(earlier.item_of(shown)) and bool(compare_content(shown, seen))


def moved(seen: Observation, earlier: Earlier) -> str:
    """What a light look shows to have moved since the last look, in words; empty where nothing did."""
    last = earlier.last
    if seen.key != last.key:
        return "the post is now known by its own id"
    if _presence(seen) != _presence(last):
        return f"{last.state.value} before, {seen.state.value} now"
    read = _bare(seen)
    if read is not None:
        same = any(_bare(look) == read for look in earlier.looks)
        return "" if same else "the bare document reads otherwise"
    if seen.post is None:
        return ""
    before = _read_alike(seen, earlier)
    if before is None:
        return "its words are read from another place than before"
    kinds = [change.kind for change in compare(before, seen) if change.kind not in _ACTS]
    if kinds:
        return ", ".join(dict.fromkeys(kind.value for kind in kinds))
    revised = before.post is not None and before.post.revision != seen.post.revision
    return "the platform names another revision" if revised else ""


def _presence(look: Observation) -> str:
    return "present" if look.state in SHOWN else look.state.value


def _read_alike(seen: Observation, earlier: Earlier) -> Observation | None:
    source = text_source(seen)
    return next(
        (
            look
            for look in reversed(earlier.looks)
            if look.post is not None and look.state in SHOWN and text_source(look) == source
        ),
        None,
    )


def _bare(look: Observation) -> str | None:
    return next((signal.seen for signal in look.signals if signal.name == READS_OTHERWISE), None)


def _digest(post: Post) -> str:
    read = (post.text, post.title, post.links, [medium.url for medium in post.media])
    return hashlib.sha256(msgspec.json.encode(read)).hexdigest()
