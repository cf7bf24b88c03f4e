"""The life of a post as far as it was observed, from every source: its versions, its changes, how it stood, and what
contradicts what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import attrgetter

from evidentia.record.life import Change, Timeline
from evidentia.record.post import Observation, State

from .contradictions import contradictions
from .kept_history import histories
from .late_marks import with_late_marks
from .looks import Look, in_order, is_placed, looks_at
from .shown_in_pictures import ReadPicture, latest, support, unknown_versions
from .standings import standings
from .steps import CLAIMED_BETWEEN, EDITS, ON_THE_WORD_OF, walk
from .versions import by_look, drafts_of, versions, with_history

__all__ = ["CLAIMED_BETWEEN", "ON_THE_WORD_OF", "ReadPicture", "assemble"]


def assemble(
    observations: Iterable[Observation], pictures: Iterable[ReadPicture] = ()
) -> tuple[Timeline, ...]:
    """One timeline for each post, by key. The order in which observations are given does not matter.

    Observations whose time is not known at all stand last and take part in nothing: they cannot be put before or after
    anything.

    Args:
        observations: of any posts, from any sources.
        pictures: screenshots that were read against versions of these posts.
    """
    by_key: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        by_key[observation.key].append(observation)
    read: dict[str | None, list[ReadPicture]] = defaultdict(list)
    for picture in latest(pictures):
        read[picture.reading.post].append(picture)
    return tuple(_life(key, by_key[key], read.get(key, [])) for key in sorted(by_key))


def _life(key: str, observations: list[Observation], pictures: Sequence[ReadPicture]) -> Timeline:
    looks = looks_at(observations)
    unplaced = sorted((one for one in observations if not is_placed(one)), key=_first_evidence)
    walked = walk([look for look in looks if look.tells])
    walked = replace(walked, steps=with_late_marks(walked.steps))
    kept = histories(looks)
    drafts = with_history(drafts_of(walked), kept)
    support(pictures, drafts)
    copies = {id(one.copy) for one in walked.stale}
    timely = in_order([look for look in looks if id(look) not in copies]) if copies else in_order(looks)
    telling = [look for look in looks if look.tells and id(look) not in copies]
    changes = tuple(step.change for step in walked.steps)
    found = (*contradictions(telling, walked, drafts, kept), *unknown_versions(pictures, drafts))
    ordered = (*(look.seen for look in looks), *unplaced)
    return Timeline(
        post=key,
        url=ordered[0].url,
        state=_state(looks, unplaced, changes),
        observations=ordered,
        versions=versions(drafts),
        changes=changes,
        standings=standings(timely, by_look(drafts)),
        contradictions=found,
    )


def _first_evidence(seen: Observation) -> tuple[tuple[int, str], ...]:
    return tuple(map(attrgetter("item", "path"), seen.evidence))


def _state(looks: list[Look], unplaced: list[Observation], changes: tuple[Change, ...]) -> State:
    """How the post stands: as we saw it last (where we never looked, as others did), and edited also where only our
    own looks show the edit."""
    own = [look for look in looks if look.is_own]
    last = (own or looks)[-1].seen if looks else unplaced[-1]
    if last.state is State.LIVE and any(_is_edit(change, bool(own)) for change in changes):
        return State.EDITED
    return last.state


def _is_edit(change: Change, by_us: bool) -> bool:
    theirs = any(signal.name == ON_THE_WORD_OF for signal in change.signals)
    return change.kind in EDITS and not (by_us and theirs)
