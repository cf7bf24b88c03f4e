"""Sources that contradict each other. Each is a finding with what could be so; none of them is preferred.

What is *not* called a contradiction: two looks that overlap and show the two sides of one change; a copy whose stated
time lies within the looks that showed its wording; texts that differ in white space or were read from different places
of a page; a platform that does not say whether a post was edited.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

from evidentia.platforms.signals import EDIT_COUNT
from evidentia.record.life import ChangeKind, Contradiction, ContradictionKind
from evidentia.record.moment import Moment, to_utc_text
from evidentia.record.post import (
    ControlKind,
    Evidence,
    KeptVersion,
    Observation,
    Proof,
    ProofKind,
    ProofOutcome,
    Signal,
)
from evidentia.record.said import Said, Says
from evidentia.record.sentences import english, said

from .kept_history import KEEPS_NONE, Histories
from .looks import Look, clusters
from .proofs import WITHHELD
from .state import INFORMATIVE, PRESENT
from .steps import Step, Walked
from .versions import Draft

MOST_SKEW = timedelta(minutes=5)
"""By how much a platform's clock and ours may differ before a date is said not to fit: as much as a signer's clock may
(``verify.clocks``). Hosts that keep time by NTP are within a second."""


def contradictions(
    looks: Sequence[Look], walked: Walked, drafts: Sequence[Draft], histories: Histories
) -> Iterator[Contradiction]:
    """What does not fit together in one post's observations, but for screenshots.

    Args:
        looks: all looks that tell something, sorted by their place, without copies that are out of time.
        walked: the changes along them.
        drafts: the versions.
        histories: what the platform states of earlier wordings.
    """
    yield from _unmarked(walked.steps)
    yield from _stale(walked)
    yield from _histories_differ(histories)
    yield from _not_in_history(drafts, histories)
    yield from _dated_too_late(drafts)
    yield from _at_one_time(looks)
    yield from _vantages(walked.own)
    yield from _proofs(looks, walked.own)


def finding(
    kind: ContradictionKind,
    statement: Said,
    looks: Iterable[Look],
    signals: Iterable[Signal] = (),
    explanations: Says = (),
    evidence: Iterable[Evidence] = (),
) -> Contradiction:
    """A contradiction between looks, bounded by the first and the last of them, with what each side showed."""
    sides = list({id(look): look for look in looks}.values())
    starts = min(sides, key=lambda look: look.start, default=None)
    ends = max(sides, key=lambda look: look.end, default=None)
    shown = (Signal(name="shown", seen=_shown(look), where=_where(look.seen)) for look in sides)
    rests_on = (*(one for look in sides for one in look.seen.evidence), *evidence)
    return Contradiction(
        kind=kind,
        statement=english(statement),
        says=(statement,),
        not_before=None if starts is None else starts.seen.during.not_before,
        not_after=None if ends is None else ends.seen.during.not_after,
        signals=(*shown, *signals),
        evidence=tuple(dict.fromkeys(rests_on)),
        explanations=tuple(english(one) for one in explanations),
        explanations_say=explanations,
    )


def _shown(look: Look) -> str:
    if look.is_present and look.seen.post is not None:
        return look.seen.post.text
    return look.seen.state.value


def _where(seen: Observation) -> str:
    during = seen.during
    return f"{seen.source}, {time(during.not_before)} – {time(during.not_after)}: {seen.url}"


def time(moment: Moment | None) -> str:
    """A moment beside what was seen."""
    return "a time that is not known" if moment is None else to_utc_text(moment)


def _when(moment: Moment | None) -> str | Said:
    """A moment for a statement."""
    return said("looks.contradiction.unknown_time") if moment is None else to_utc_text(moment)


def _unmarked(steps: Iterable[Step]) -> Iterator[Contradiction]:
    for step in steps:
        change, post = step.change, step.after.seen.post
        words = step.before.wording != step.after.wording and ("text" in _parts(step))
        if (
            change.kind is not ChangeKind.SILENTLY_EDITED
            or post is None
            or not words
            or not step.after.is_own
        ):
            continue
        if post.edit_mark is False:
            says = said("looks.contradiction.never_edited")
        elif any(signal.name == EDIT_COUNT for signal in step.after.seen.signals):
            says = said("looks.contradiction.count_unmoved")
        else:
            says = said("looks.contradiction.not_edited_since")
        yield finding(
            ContradictionKind.UNMARKED_EDIT,
            says,
            (step.before, step.after),
            explanations=(
                said("looks.explanation.unmarked"),
                said("looks.explanation.shown_otherwise"),
                said("looks.explanation.mark_not_captured"),
            ),
        )


def _parts(step: Step) -> set[str]:
    return {signal.seen for signal in step.change.signals if signal.name == "part"}


def _stale(walked: Walked) -> Iterator[Contradiction]:
    for one in walked.stale:
        copy = one.copy.seen
        yield finding(
            ContradictionKind.STALE_COPY,
            said(
                "looks.contradiction.stale_copy",
                source=copy.source,
                dated=_when(copy.during.not_before),
                replaced=_when(one.replaced_by.seen.during.not_after),
            ),
            (one.first, one.replaced_by, one.copy),
            explanations=(
                said("looks.explanation.cached_copy"),
                said("looks.explanation.wrong_date"),
                said("looks.explanation.put_back_unseen"),
            ),
        )


_HISTORY_EXPLANATIONS = (
    said("looks.explanation.history_rewritten"),
    said("looks.explanation.history_shortened"),
    said("looks.explanation.not_what_is_kept"),
)


def _histories_differ(histories: Histories) -> Iterator[Contradiction]:
    for misfit in histories.misfits:
        now = misfit.changed_to
        lacks, reworded = "looks.contradiction.history_lacks_entry", "looks.contradiction.history_reworded"
        entries = [("stated-earlier", misfit.entry), *([] if now is None else [("stated-later", now)])]
        yield finding(
            ContradictionKind.HISTORY_DIFFERS,
            said(lacks if now is None else reworded),
            (misfit.earlier, misfit.later),
            [_stated(name, entry) for name, entry in entries],
            _HISTORY_EXPLANATIONS,
        )


def _stated(name: str, entry: KeptVersion) -> Signal:
    return Signal(name=name, seen=entry.text or "", where=entry.where)


def _not_in_history(drafts: Sequence[Draft], histories: Histories) -> Iterator[Contradiction]:
    """Wordings that were seen before the last look at a history that reaches back beyond them, and are not in it."""
    last = histories.last
    if last is None or last.source is None or last.source[0] in KEEPS_NONE:
        return
    wordings = {kept.wording for kept in histories.kept}
    if last.wording not in wordings or any(one.text is None for one in last.seen.history):
        return  # the history is told in another form than the post, or some of it is hidden
    oldest = histories.kept[0]
    reaches_back = False
    for draft in drafts:
        seen = [look for look in draft.looks if look.is_own and look.source == last.source]
        if not seen:
            continue
        dated_before = oldest.at is not None and oldest.at < seen[0].start
        if draft.wording not in wordings and seen[0].end < last.start and (reaches_back or dated_before):
            yield finding(
                ContradictionKind.HISTORY_DIFFERS,
                said("looks.contradiction.history_lacks_wording"),
                (seen[0], last),
                explanations=_HISTORY_EXPLANATIONS,
            )
        reaches_back = reaches_back or draft.kept is not None


def _dated_too_late(drafts: Sequence[Draft]) -> Iterator[Contradiction]:
    for draft in drafts:
        own = [look for look in draft.looks if look.is_own]
        if not own or draft.stated_at is None or draft.kept is None:
            continue
        first = min(own, key=lambda look: look.end)
        if first.seen.during.not_after is None or draft.stated_at <= first.end + MOST_SKEW:
            continue
        yield finding(
            ContradictionKind.HISTORY_DIFFERS,
            said(
                "looks.contradiction.history_dated_late",
                dated=_when(draft.stated_at),
                seen=_when(first.seen.during.not_after),
            ),
            (first, draft.kept.first),
            explanations=(
                said("looks.explanation.wrong_clock"),
                said("looks.explanation.put_back_later"),
                said("looks.explanation.history_wrong_time"),
            ),
        )


_AT_ONE_TIME = (
    said("looks.explanation.changed_and_back"),
    said("looks.explanation.different_things"),
    said("looks.explanation.source_wrong"),
)


def _at_one_time(looks: Sequence[Look]) -> Iterator[Contradiction]:
    """Looks that overlap, and of which one shows something else than was shown before, meanwhile and after.

    Looks that overlap and show what stood before and what stood after are explained by one change, and are none.
    """
    yield from _at_one_instant(looks)
    before: Look | None = None
    found = list(clusters(list(looks)))
    for n, cluster in enumerate(found):
        after = found[n + 1][0] if n + 1 < len(found) else None
        if len(cluster) > 1 and before is not None and after is not None and before.face == after.face:
            yield from _odd_ones(cluster, before)
        before = max(cluster, key=lambda look: look.end)


def _odd_ones(cluster: list[Look], steady: Look) -> Iterator[Contradiction]:
    same = [look for look in cluster if look.face == steady.face]
    starts = [look.start for look in same]
    lasting = list(accumulate(same, _lasting_longer))
    for look in cluster:
        if look.face == steady.face:
            continue
        at = bisect_left(starts, look.end)
        if at and lasting[at - 1].end > look.start:
            yield from _differ(lasting[at - 1], look)


def _lasting_longer(one: Look, other: Look) -> Look:
    return one if one.end >= other.end else other


def _at_one_instant(looks: Sequence[Look]) -> Iterator[Contradiction]:
    """Sources that state one and the same moment, and show different things."""
    at: dict[datetime, list[Look]] = defaultdict(list)
    for look in looks:
        if look.start == look.end:
            at[look.start].append(look)
    for together in at.values():
        for look in together[1:]:
            if look.face != together[0].face:
                yield from _differ(together[0], look)


def _differ(one: Look, other: Look) -> Iterator[Contradiction]:
    if one.presence != other.presence:
        kind, says = ContradictionKind.STATES_DIFFER, said("looks.contradiction.states")
    elif one.source == other.source and one.wording is not None and other.wording is not None:
        kind, says = ContradictionKind.TEXTS_DIFFER, said("looks.contradiction.wordings")
    else:
        return
    yield finding(kind, says, (one, other), explanations=_AT_ONE_TIME)


def _vantages(own: Sequence[Look]) -> Iterator[Contradiction]:
    """Looks at the post by two ways at once, of which one shows it and the other says that it is not there."""
    for n, look in enumerate(own):
        following = own[n + 1] if n + 1 < len(own) else None
        for control in look.seen.controls:
            state = control.state
            if control.kind is not ControlKind.SECOND_VANTAGE or state is None or state not in INFORMATIVE:
                continue
            there = state in PRESENT
            if there == look.is_present or (look.is_present and _vanishes(following)):
                continue
            seen = Signal(name="second-vantage", seen=f"{state.value}: {control.seen}", where=control.where)
            yield finding(
                ContradictionKind.STATES_DIFFER,
                said("looks.contradiction.two_ways"),
                (look,),
                (seen,),
                _AT_ONE_TIME,
            )


def _vanishes(following: Look | None) -> bool:
    """Whether the next look does not show the post: then it may have gone while this one was made."""
    return following is not None and not following.is_present


_PROOF_EXPLANATIONS = (
    said("looks.explanation.changed_between_questions"),
    said("looks.explanation.older_state"),
    said("looks.explanation.not_what_was_signed"),
)


def _proofs(looks: Sequence[Look], own: Sequence[Look]) -> Iterator[Contradiction]:
    proved = [look for look in looks if look.seen.proofs]
    after = {id(one): other for one, other in pairwise(own)} if proved else {}
    for look in proved:
        for proof in look.seen.proofs:
            says = _proof_against(look, proof, after.get(id(look)))
            if says is not None:
                signal = Signal(
                    name=f"proof-{proof.outcome.value}",
                    seen=proof.reason or proof.outcome.value,
                    where=proof.where[-1] if proof.where else proof.subject,
                )
                yield finding(ContradictionKind.PROOF_DIFFERS, says, (look,), (signal,), _explained(proof))


def _proof_against(look: Look, proof: Proof, following: Look | None) -> Said | None:
    if proof.outcome is ProofOutcome.BROKEN:
        return said("looks.contradiction.proof_broken", subject=proof.subject)
    if proof.outcome is ProofOutcome.ABSENT and look.is_present and not _vanishes(following):
        return said("looks.contradiction.proof_absent", subject=proof.subject)
    if (
        proof.outcome is ProofOutcome.PRESENT
        and proof.kind is ProofKind.REPOSITORY
        and look.seen.state in WITHHELD
    ):
        return said("looks.contradiction.proof_present", subject=proof.subject)
    return None


def _explained(proof: Proof) -> Says:
    if proof.outcome is ProofOutcome.BROKEN:
        return (
            said("looks.explanation.bytes_changed"),
            said("looks.explanation.signing_software"),
            said("looks.explanation.made_up"),
        )
    return _PROOF_EXPLANATIONS
