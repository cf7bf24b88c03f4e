"""The life of a post as far as it was observed: its versions, its changes, and how it stands now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec.structs import replace

from evidentia.record.life import Change, ChangeKind, Timeline, Version
from evidentia.record.post import OWN_CAPTURE, Evidence, Observation, Signal, State

from .edits import compare_content, compare_state, same_wording, text_source
from .state import INFORMATIVE, PRESENT

ON_THE_WORD_OF = "on-the-word-of"
"""The signal of a change that somebody else's observation bounds: nothing here shows that it is true."""

_EDITS = frozenset({ChangeKind.EDITED, ChangeKind.SILENTLY_EDITED})


def assemble(observations: Iterable[Observation]) -> tuple[Timeline, ...]:
    """One timeline for each post, by key. The order in which observations are given does not matter.

    Observations whose time is not known at all stand last and take part in no version and no change: they cannot
    be put before or after anything.
    """
    by_key: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        by_key[observation.key].append(observation)
    return tuple(_life(key, by_key[key]) for key in sorted(by_key))


def _life(key: str, observations: list[Observation]) -> Timeline:
    placed = sorted((o for o in observations if _is_placed(o)), key=_place)
    unplaced = [o for o in observations if not _is_placed(o)]
    telling = [o for o in placed if o.state in INFORMATIVE]
    changes = _changes(telling)
    ordered = (*placed, *unplaced)
    return Timeline(
        post=key,
        url=ordered[0].url,
        state=_standing((placed or unplaced)[-1].state, changes),
        observations=ordered,
        versions=_versions(telling),
        changes=changes,
    )


def _is_placed(observation: Observation) -> bool:
    return observation.during.not_before is not None or observation.during.not_after is not None


def _place(observation: Observation) -> tuple[datetime, datetime, str, str]:
    """By the start of the look, then its end; the rest only makes the order the same every time."""
    during = observation.during
    start = during.not_before or during.not_after or datetime.min.replace(tzinfo=UTC)
    first = observation.evidence[0] if observation.evidence else Evidence(item=0, path="")
    return start, during.not_after or start, f"{first.item:09d}", first.path


def _standing(last: State, changes: tuple[Change, ...]) -> State:
    """How the post stands: as it was last seen, and edited also where only our own looks show the edit."""
    if last is State.LIVE and any(change.kind in _EDITS for change in changes):
        return State.EDITED
    return last


def _changes(telling: list[Observation]) -> tuple[Change, ...]:
    """Each observation against the last that told anything, and its content against the last that showed any."""
    changes: list[Change] = []
    last: Observation | None = None
    shown: dict[str | None, Observation] = {}
    seen_earlier = False
    for observation in telling:
        if last is not None:
            moved = compare_state(last, observation, seen_earlier=seen_earlier)
            changes += _on_whose_word(moved, last, observation)
        if observation.post is not None:
            source = text_source(observation)
            earlier = shown.get(source)
            if earlier is not None:
                changes += _on_whose_word(compare_content(earlier, observation), earlier, observation)
            shown[source] = observation
        last = observation
        seen_earlier = seen_earlier or observation.state in PRESENT
    return tuple(changes)


def _on_whose_word(changes: Iterable[Change], *looks: Observation) -> list[Change]:
    """The changes, each saying whose word it rests on where a look is not our own: an archive, a handed-over file."""
    others = dict.fromkeys((look.source, look.url) for look in looks if look.source != OWN_CAPTURE)
    signals = tuple(Signal(name=ON_THE_WORD_OF, seen=source, where=url) for source, url in others)
    return [replace(change, signals=(*change.signals, *signals)) for change in changes]


class _Draft:
    """A version while more looks at it are being gathered."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.looks: list[Observation] = []

    def version(self, n: int) -> Version:
        return Version(
            n=n,
            text=self.text,
            not_before=self.looks[0].during.not_before,
            not_after=self.looks[-1].during.not_after,
            evidence=tuple(evidence for look in self.looks for evidence in look.evidence),
        )


def _versions(telling: list[Observation]) -> tuple[Version, ...]:
    """The wordings in the order in which they were seen; an earlier wording that comes back is a new version."""
    drafts: list[_Draft] = []
    current: dict[str | None, _Draft] = {}
    for observation in telling:
        if observation.post is None:
            continue
        text, source = observation.post.text, text_source(observation)
        candidates = (current[source],) if source in current else tuple(current.values())
        draft = next((draft for draft in candidates if same_wording(draft.text, text)), None)
        if draft is None:
            draft = _Draft(text)
            drafts.append(draft)
        draft.looks.append(observation)
        current[source] = draft
    return tuple(draft.version(n) for n, draft in enumerate(drafts, start=1))
