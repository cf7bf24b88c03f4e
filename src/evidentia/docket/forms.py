"""Which violation form the rules in force at the time of an act name for it.

The time is an interval. Wherever it reaches over the determination of candidates or a change of rules, and the answer
is not the same on both sides, it is "undetermined": the same like is ethics before and discipline after.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from evidentia.record.docket import Act, Because, DecidedForm, Form, FormOutcome
from evidentia.record.moment import Interval

from .data_sets import Contest, DataSets, FormData, day_in, start_of

_EVER = Interval(not_before=datetime(1900, 1, 1, tzinfo=UTC), not_after=datetime(9000, 1, 1, tzinfo=UTC))
_BEFORE, _AFTER, _ANY = "before", "after", "any"


class _Stretch(NamedTuple):
    """A stretch of time through which nothing changes: rule sets in force, and on which side of the determination."""

    rules: tuple[str, ...]
    stage: str | None
    forms: tuple[FormData, ...]


def decide(act: Act, data: DataSets) -> DecidedForm:
    """The form that the rules name for an act, or why that is undetermined. It says nothing of whether it was done."""
    if act.acted.not_before is None and act.acted.not_after is None:
        return _undetermined(Because.NO_TIME, act=act, data=data)
    contest = data.contests.on(act.contest, None) if act.contest else None
    stretches = list(_stretches(act, contest, data))
    answers = {(one.rules, one.forms) for one in stretches}
    if len(answers) > 1:
        why = []
        if len({one.rules for one in stretches}) > 1:
            why.append(Because.STRADDLES_RULES)
        if len({one.stage for one in stretches}) > 1 and _stage_matters(stretches):
            why.append(Because.STRADDLES_DETERMINATION)
        return _undetermined(*(why or [Because.STRADDLES_RULES]), act=act, data=data, within=stretches)
    return _of_one(act, contest, stretches, data)


def _stage_matters(stretches: list[_Stretch]) -> bool:
    """Whether the same rules name other forms before than after."""
    by_rules: dict[tuple[str, ...], set[tuple[FormData, ...]]] = {}
    for one in stretches:
        by_rules.setdefault(one.rules, set()).add(one.forms)
    return any(len(forms) > 1 for forms in by_rules.values())


def _of_one(act: Act, contest: Contest | None, stretches: list[_Stretch], data: DataSets) -> DecidedForm:
    """The answer where it is the same through the whole time."""
    here = stretches[0]
    if not here.rules:
        return _undetermined(Because.NO_RULES, act=act, data=data, within=stretches)
    if contest is None and any(form.stage != _ANY for form in here.forms):
        return _undetermined(Because.NO_CONTEST, act=act, data=data, within=stretches)
    if not here.forms:
        because = Because.NOT_OF_THE_RULES if act.form else Because.NO_FORM
        outcome = FormOutcome.UNDETERMINED if act.form else FormOutcome.NOT_LISTED
        return DecidedForm(outcome=outcome, because=(because,), rules=here.rules, stage=_stage(stretches))
    if len(here.forms) > 1:
        return _undetermined(Because.SEVERAL_FORMS, act=act, data=data, within=stretches)
    return DecidedForm(
        outcome=FormOutcome.LISTED,
        forms=tuple(map(_told, here.forms)),
        kind=here.forms[0].kind,
        rules=here.rules,
        stage=_stage(stretches),
        chosen_by_person=bool(act.form),
    )


def _undetermined(
    *because: Because, act: Act, data: DataSets, within: list[_Stretch] | None = None
) -> DecidedForm:
    if within is None:  # at any time at all
        anywhen = Act(act=act.act, acted=_EVER, contest=act.contest, form=act.form)
        within = list(_stretches(anywhen, data.contests.on(act.contest, None), data))
    forms = dict.fromkeys(form for one in within for form in one.forms)
    kinds = {form.kind for form in forms}
    return DecidedForm(
        outcome=FormOutcome.UNDETERMINED,
        because=because,
        forms=tuple(map(_told, forms)),
        kind=kinds.pop() if len(kinds) == 1 and all(one.forms for one in within) else None,
        rules=tuple(dict.fromkeys(rule for one in within for rule in one.rules)),
        stage=_stage(within),
    )


def _stage(stretches: list[_Stretch]) -> str | None:
    stages = {one.stage for one in stretches}
    return stages.pop() if len(stages) == 1 else None


def _stretches(act: Act, contest: Contest | None, data: DataSets) -> Iterator[_Stretch]:
    """The act's time, cut wherever something changes."""
    first = act.acted.not_before or _EVER.not_before
    last = act.acted.not_after or _EVER.not_after
    assert first is not None
    assert last is not None
    cuts = sorted({first, *(cut for cut in _cuts(contest, data) if first < cut <= last)})
    for at in cuts:
        yield from _at(act, contest, data, at)


def _cuts(contest: Contest | None, data: DataSets) -> Iterator[datetime]:
    for same in (*data.rules.values(), *data.forms.values()):
        for one in same:
            for day in (one.valid_from, one.until):
                if day is not None:
                    yield start_of(day, data.rules_zone)
    if contest is not None:
        # That day is on both sides, so its end cuts nothing.
        yield start_of(contest.determined_on, contest.zone)


def _at(act: Act, contest: Contest | None, data: DataSets, at: datetime) -> Iterator[_Stretch]:
    """What holds from a moment on until the next cut; on the day of the determination itself, both sides."""
    day = day_in(at, data.rules_zone)
    rules = tuple(code for code in data.rules if data.rules.on(code, day) is not None)
    for stage in _stages(contest, at):
        forms = tuple(
            form
            for code in data.forms
            if (form := data.forms.on(code, day)) is not None
            and form.rules in rules
            and (act.act in form.acts if not act.form else code == act.form)
            and (stage is None or form.stage in (stage, _ANY))
        )
        yield _Stretch(rules, stage, forms)


def _stages(contest: Contest | None, at: datetime) -> tuple[str | None, ...]:
    if contest is None:
        return (None,)
    day = day_in(at, contest.zone)
    if day == contest.determined_on:
        return (_BEFORE, _AFTER)  # at which hour is not in the data
    return (_BEFORE,) if day < contest.determined_on else (_AFTER,)


def _told(form: FormData) -> Form:
    return Form(
        code=form.code,
        rules=form.rules,
        kind=form.kind,
        stage=form.stage,
        id=form.id,
        en=form.en,
        consequence=form.consequence,
        source=form.source,
        verified=form.verified,
    )
