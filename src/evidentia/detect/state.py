"""Which states say something about the post, and how a reading becomes an observation."""

from __future__ import annotations

from collections.abc import Mapping

from evidentia.platforms.keys import key_for, post_key
from evidentia.record.moment import Interval
from evidentia.record.post import OWN_CAPTURE, Evidence, Observation, PageReading, Signal, State
from evidentia.record.sentences import restated, sentence

__all__ = ["INFORMATIVE", "PRESENT", "STATED_GONE", "key_of", "observe"]

PRESENT = frozenset({State.LIVE, State.EDITED})
"""The post is there."""

STATED_GONE = frozenset({State.DELETED_BY_AUTHOR, State.REMOVED_BY_PLATFORM})
"""The post was there once: only what existed can be removed."""

INFORMATIVE = PRESENT | STATED_GONE | {State.ACCOUNT_GONE, State.ACCESS_RESTRICTED, State.UNAVAILABLE}
"""The host said something about the post. In all other states something stood in between, and no change can be
concluded from them: a login wall, a robot check, an outage and a page that could not be judged prove nothing."""


def key_of(reading: PageReading, url: str, known: Mapping[str, str]) -> str:
    """The key for what was read at ``url``: see ``platforms.keys.key_for``."""
    return key_for(url, reading.post, known)


def observe(
    reading: PageReading,
    url: str,
    during: Interval,
    evidence: tuple[Evidence, ...],
    key: str,
    *,
    source: str = OWN_CAPTURE,
) -> Observation:
    """The reading as an observation of the post called ``key``.

    Where another post stands at the address than the one that ``key`` names, nothing has been seen of the one:
    the observation is undetermined and says so.
    """
    found = None if reading.post is None else post_key(reading.post)
    if found is not None and found != key and not key.startswith("url:"):
        other = Signal(name="another-post", seen=found, where=url)
        return restated(
            Observation(
                key=key,
                url=url,
                state=State.UNDETERMINED,
                during=during,
                source=source,
                evidence=evidence,
                signals=(other, *reading.signals),
            ),
            *sentence("looks.another_post"),
        )
    return Observation(
        key=key,
        url=url,
        state=reading.state,
        during=during,
        source=source,
        evidence=evidence,
        signals=reading.signals,
        post=reading.post,
        reason=reading.reason,
        says=reading.says,
        history=reading.history,
        acts=reading.acts,
        proofs=reading.proofs,
    )
