"""What the calibration counts as an error, and how its runs go on and are added up: on trials that are made up here."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from benchmarks.screenshots import rates as adding_up
from benchmarks.screenshots.__main__ import already
from benchmarks.screenshots.alterations import Kind
from benchmarks.screenshots.bounds import Rate
from benchmarks.screenshots.pages import HELD_OUT
from benchmarks.screenshots.scoring import (
    FALSE_ALARM,
    MISSED,
    NAME_ALARM,
    NAME_OPEN,
    WRONG_POST,
    names_wrong,
    rates,
    said,
)
from benchmarks.screenshots.trials import BesideSaid, PictureSaid, Run, Told, Trial
from evidentia.detect.reading.rates import error_rates
from evidentia.detect.screenshot import METHOD
from evidentia.detect.state_rates import upper_95


def trial(n: int = 0, kind: str = "", **other: object) -> Trial:
    plain = Trial(
        set="held-out", seed=1, n=n, layout=HELD_OUT[0], channel="png", theme="dark", font="Inter",
        phone="360 x 640 at 3", zone="WIB", kind=kind, way="painted over" if kind else "", before="", after="",
        post=7, version=2, more=False, quoted=False, ago=False, moved=False, picture=False,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **other)


def told(n: int = 0, kind: str = "", outcome: str = "consistent", **other: object) -> Told:
    plain = Told(
        method=f"{METHOD.name} {METHOD.version}", trial=trial(n, kind), outcome=outcome, post="7", version=2,
        differences=(), beside=(), pictures=(), reason="", size=(1080, 2400), first=1.0, seconds=2.0, processor=1.5,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **other)


def part(name: str, outcome: str | None) -> BesideSaid:
    return BesideSaid(part=name, name=name, shown="", outcome=outcome, reason="")


def test_a_part_around_the_text_is_scored_by_what_is_said_of_that_part() -> None:
    for kind in ("time", "handle", "count"):
        assert said(told(kind=kind, beside=(part(kind, "differs"),))) == "differs"
        assert said(told(kind=kind, beside=(part(kind, "consistent"),))) == "consistent"
        assert said(told(kind=kind, beside=(part(kind, None),))) == "inconclusive"
        assert said(told(kind=kind)) == "inconclusive"
        assert said(told(kind=kind, outcome="differs")) == "differs"
    assert (
        said(told(kind="count", beside=(part("count", "consistent"), part("count", "differs")))) == "differs"
    )


def test_a_picture_is_scored_by_what_is_said_of_the_pictures() -> None:
    def shown(outcome: str) -> tuple[PictureSaid, ...]:
        return (PictureSaid(outcome=outcome, distance=3, reason=""),)

    for outcome in ("differs", "consistent", "inconclusive"):
        assert said(told(kind="picture", pictures=shown(outcome))) == outcome
    assert said(told(kind="picture")) == "inconclusive"


def test_a_genuine_screenshot_of_which_a_part_is_said_to_differ_is_a_false_alarm_but_moved_counts_are_not() -> (
    None
):
    assert said(told(beside=(part("handle", "differs"),))) == "differs"
    assert said(told(beside=(part("time", "differs"),))) == "differs"
    assert said(told(beside=(part("count", "differs"), part("name", "differs")))) == "consistent"
    assert said(told(pictures=(PictureSaid(outcome="differs", distance=90, reason=""),))) == "differs"


def test_what_is_said_of_the_name_beside_a_genuine_screenshot_has_a_rate_of_its_own() -> None:
    trials = [
        told(n, kind, beside=(part("handle", "consistent"), part("name", outcome)))
        for n, (kind, outcome) in enumerate(
            [("", "differs"), ("", "consistent"), ("", "inconclusive"), ("", None), ("one word", "differs")]
        )
    ]

    found = {name: rate for name, among, rate in rates([*trials, told(9)]) if among == "all"}

    assert (found[NAME_ALARM], found[NAME_OPEN]) == (Rate(1, 3), Rate(1, 3))
    assert found[FALSE_ALARM] == Rate(0, 5)


def test_an_altered_word_is_missed_only_where_the_whole_is_called_consistent() -> None:
    assert [said(told(kind="one digit", outcome=one)) for one in ("differs", "inconclusive", "consistent")] == [
        "differs", "inconclusive", "consistent",
    ]  # fmt: skip


def test_another_post_or_version_is_wrong() -> None:
    assert not names_wrong(told())
    assert names_wrong(told(version=1))
    assert names_wrong(told(post="8"))


def test_rates_are_told_of_each_class_in_one_order() -> None:
    some = [
        told(0),
        told(1, "one digit"),
        told(2, outcome="differs"),
        told(3, "one word", "differs"),
        told(4, version=1),
    ]
    found = {(name, among): rate for name, among, rate in rates(some)}
    assert found[FALSE_ALARM, "all"] == Rate(1, 3)
    assert found[FALSE_ALARM, "channel png"] == Rate(1, 3)
    assert found[WRONG_POST, "all"] == Rate(1, 2)
    assert found[MISSED, "all"] == Rate(1, 2)
    assert found[MISSED, "kind one word"] == Rate(0, 1)
    assert list(rates(some)) == list(rates(some[::-1]))


def test_every_kind_of_alteration_is_scored() -> None:
    for kind in Kind:
        names = {name for name, _, rate in rates([told(kind=kind.value)]) if rate.trials}
        assert len(names) == 2, kind


@pytest.mark.parametrize(("errors", "trials"), [(0, 20), (1, 100), (7, 150)])
def test_the_bound_is_that_of_clopper_and_pearson(errors: int, trials: int) -> None:
    assert Rate(errors, trials).upper_95 == pytest.approx(upper_95(errors, trials), abs=1e-9)


def lines(*some: Told) -> bytes:
    return b"".join(msgspec.json.encode(one) + b"\n" for one in some)


def test_a_run_that_was_stopped_goes_on_after_its_last_whole_line(tmp_path: Path) -> None:
    out = tmp_path / "trials.jsonl"
    assert already(out, Run("held-out", HELD_OUT, 1)) == set()
    out.write_bytes(lines(told(0), told(5)) + lines(told(6))[:40])
    assert already(out, Run("held-out", HELD_OUT, 1)) == {0, 5}
    assert out.read_bytes() == lines(told(0), told(5))
    assert already(out, Run("held-out", HELD_OUT, 2)) == set()


def test_trials_of_layouts_that_were_held_out_formerly_are_made_anew(tmp_path: Path) -> None:
    out = tmp_path / "trials.jsonl"
    out.write_bytes(
        lines(*(told(n, trial=trial(n, layout=one)) for n, one in enumerate(("forum", "warta"))), told(5))
    )
    assert already(out, Run("held-out", HELD_OUT, 1)) == {5}


def test_files_are_added_up_and_a_trial_counts_once(tmp_path: Path) -> None:
    one, two = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    one.write_bytes(lines(told(3), told(0)))
    two.write_bytes(lines(told(3, outcome="differs"), told(9)))
    added = adding_up.read([one, two])
    assert [(one.trial.n, one.outcome) for one in added] == [
        (0, "consistent"),
        (3, "differs"),
        (9, "consistent"),
    ]


def test_trials_of_two_versions_are_not_added_up(tmp_path: Path) -> None:
    file = tmp_path / "1.jsonl"
    file.write_bytes(lines(told(0), told(1, method=f"{METHOD.name} 0")))
    with pytest.raises(ValueError, match="several versions"):
        adding_up.read([file])


def test_what_is_written_names_version_material_and_bounds() -> None:
    made = adding_up.measured([told(n) for n in range(20)])
    assert made.method == METHOD
    assert made.material.startswith("synthetic: 20 screenshots (20 genuine, 0 altered)")
    assert made.rates[0] == adding_up.Rate(
        name=FALSE_ALARM, among="all", errors=0, trials=20, upper_95=0.139108
    )
    assert msgspec.json.decode(adding_up.encoded(made), type=adding_up.Rates) == made


def test_what_is_written_is_told_of_its_own_version_of_the_method_alone(tmp_path: Path) -> None:
    path = tmp_path / "rates.json"
    path.write_bytes(adding_up.encoded(adding_up.measured([told(n) for n in range(20)])))
    genuine = error_rates(METHOD, path=path)[0]
    assert (genuine.measured, genuine.errors, genuine.trials, genuine.upper_95) == (True, 0, 20, 0.139108)
    assert "synthetic" in genuine.material
    other = msgspec.structs.replace(METHOD, version=f"{METHOD.version}x")
    assert not any(rate.measured for rate in error_rates(other, path=path))


def test_the_rates_that_are_kept_are_in_the_form_that_is_written() -> None:
    """Rates of another version of the method than the code's may lie there: they are not told of any reading."""
    if adding_up.PATH.exists():
        kept = msgspec.json.decode(adding_up.PATH.read_bytes(), type=adding_up.Rates)
        assert adding_up.encoded(kept) == adding_up.PATH.read_bytes()
        assert all(rate.measured for rate in error_rates(METHOD)) is (kept.method == METHOD)
    else:
        assert not any(rate.measured for rate in error_rates(METHOD))


@pytest.mark.parametrize(
    "strange", [{"method": "another 1"}, {"trial": trial(set="tuning")}, {"trial": trial(layout="warta")}]
)
def test_only_held_out_trials_of_this_version_are_written(strange: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        adding_up.measured([told(**strange)])


def test_the_times_are_those_of_whole_screens() -> None:
    some = [told(n, seconds=float(n)) for n in range(20)] + [told(20, size=(400, 800), seconds=99.0)]
    timed = adding_up.seconds(some)
    assert timed is not None
    assert (timed.pictures, timed.median, timed.p95) == (20, 9.5, 19.0)
    assert adding_up.seconds([told(size=(400, 800))]) is None
