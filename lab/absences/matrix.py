"""How often the states that are read are wrong, on the labelled corpus: ``python -m lab.absences.matrix [--write]``.

Prints the confusion matrix; ``--write`` keeps it with the method, as the reports print it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

import msgspec

from evidentia.detect.state_rates import METHOD, PATH, Cell, StateRates, upper_95
from evidentia.record.post import State

from .labelled import STOOD_BETWEEN, Labelled, Made, corpus, observed

DELETION = frozenset({State.DELETED_BY_AUTHOR, State.REMOVED_BY_PLATFORM, State.ACCOUNT_GONE})


def judged() -> list[tuple[Labelled, State]]:
    """Every labelled answer with the state that was read of it."""
    return [(one, observed(one).state) for one in corpus()]


def false_deletions(told: Iterable[tuple[Labelled, State]]) -> list[Labelled]:
    """Those that were called a deletion, and are none or another one."""
    return [one for one, said in told if said in DELETION and said is not one.label]


def false_absences(told: Iterable[tuple[Labelled, State]]) -> list[Labelled]:
    """Those where something stood in between, or the post was there, and that were called absent all the same."""
    absent = DELETION | {State.UNAVAILABLE}
    return [one for one, said in told if said in absent and not _is_absent(one)]


def measure(told: list[tuple[Labelled, State]]) -> StateRates:
    """The confusion matrix and the rates."""
    cells = Counter((one.label, said) for one, said in told)
    no_deletion = [one for one, _ in told if one.label not in DELETION]
    not_absent = [one for one, _ in told if not _is_absent(one)]
    deletions, absences = len(false_deletions(told)), len(false_absences(told))
    return StateRates(
        method=METHOD,
        answers=len(told),
        constructed=sum(one.made is Made.CONSTRUCTED for one, _ in told),
        recorded=sum(one.made is Made.RECORDED for one, _ in told),
        from_mocks=sum(one.made is Made.MOCK for one, _ in told),
        cells=tuple(Cell(label=label, said=said, count=cells[label, said]) for label, said in sorted(cells)),
        false_deletions=deletions,
        no_deletions=len(no_deletion),
        false_deletions_upper_95=round(upper_95(deletions, len(no_deletion)), 6),
        false_absences=absences,
        not_absent=len(not_absent),
        false_absences_upper_95=round(upper_95(absences, len(not_absent)), 6),
    )


def table(rates: StateRates) -> str:
    """The matrix in columns: a row for each label, a column for each state that was read."""
    states = [state for state in State if any(state in (cell.label, cell.said) for cell in rates.cells)]
    counts = {(cell.label, cell.said): cell.count for cell in rates.cells}
    width = max(map(len, states))
    lines = [" " * width + "".join(f"{n:>5}" for n in range(1, len(states) + 1))]
    for n, label in enumerate(states, 1):
        row = "".join(f"{counts.get((label, said), 0) or '·':>5}" for said in states)
        lines.append(f"{label.value:<{width}}{row}   {n}")
    return "\n".join(lines)


def _is_absent(one: Labelled) -> bool:
    """Whether the answer says of the post itself that it is not there, for whatever cause."""
    return one.kind not in STOOD_BETWEEN and one.label in DELETION | {State.UNAVAILABLE}


def main() -> None:
    """Print the matrix, and keep it where that is asked for."""
    told = judged()
    rates = measure(told)
    print(
        f"{METHOD.name} {METHOD.version}: {rates.answers} answers, {rates.recorded} recorded from real servers, ",
        end="",
    )
    print(f"{rates.from_mocks} from mocks, {rates.constructed} constructed\n")
    print(table(rates))
    print(f"\nfalse deletions: {rates.false_deletions} of {rates.no_deletions}", end="")
    print(f" (upper 95 % bound {rates.false_deletions_upper_95:.4f})")
    print(f"false absences: {rates.false_absences} of {rates.not_absent}", end="")
    print(f" (upper 95 % bound {rates.false_absences_upper_95:.4f})\n")
    for one, said in told:
        if said is not one.label and said is not State.UNDETERMINED:
            print(f"{'honest' if said in one.honest else 'WRONG '} {one.name}: {one.label} read as {said}")
    if "--write" in sys.argv[1:]:
        PATH.write_bytes(msgspec.json.format(msgspec.json.encode(rates), indent=1) + b"\n")


if __name__ == "__main__":
    main()
