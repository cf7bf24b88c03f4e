from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from report_sample import FIRST, SECOND, sample

from evidentia.record.life import Contradiction, ContradictionKind, Standing
from evidentia.record.post import State
from evidentia.report.disclosure import disclosed
from evidentia.report.exhibit import exhibit_page
from evidentia.report.findings import findings_json


def test_with_nothing_withheld_nothing_changes(tmp_path: Path) -> None:
    material = sample(tmp_path)
    assert disclosed(material) is material


def test_a_withheld_item_leaves_only_its_number(tmp_path: Path) -> None:
    material = disclosed(replace(sample(tmp_path), withheld=(2,)))
    (line,) = material.timelines
    assert [version.text for version in line.versions] == [FIRST]
    assert [look.state for look in line.observations] == [State.LIVE, State.UNAVAILABLE]
    assert [change.after for change in line.changes] == ["unavailable"]
    assert (material.items[1].title, material.items[1].files) == ("", ())
    assert not any(picture.item == 2 for picture in material.pictures)


def test_the_last_state_is_that_of_the_last_look_that_is_present(tmp_path: Path) -> None:
    material = disclosed(replace(sample(tmp_path), withheld=(3,)))
    assert material.timelines[0].state is State.EDITED


def test_standings_and_contradictions_go_with_any_item_on_which_they_rest(tmp_path: Path) -> None:
    material = sample(tmp_path)
    (line,) = material.timelines
    first, second = (look.evidence for look in line.observations[:2])
    standings = tuple(
        Standing(state=State.LIVE, not_before=None, not_after=None, looks=1, evidence=evidence)
        for evidence in (first, second)
    )
    found = Contradiction(
        kind=ContradictionKind.UNMARKED_EDIT,
        statement=SECOND,
        not_before=None,
        not_after=None,
        signals=(),
        evidence=(*first, *second),
    )
    line = replace(line, standings=standings, contradictions=(found,))
    (told,) = disclosed(replace(material, timelines=(line,), withheld=(2,))).timelines
    assert told.standings == standings[:1]
    assert told.contradictions == ()


def test_a_reading_goes_with_the_screenshot_or_with_what_it_was_compared_with(tmp_path: Path) -> None:
    for number in (1, 4):
        assert disclosed(replace(sample(tmp_path / str(number)), withheld=(number,))).readings == ()


def test_a_post_of_which_nothing_is_present_is_not_named(tmp_path: Path) -> None:
    material = replace(sample(tmp_path), withheld=(1, 2, 3))
    page = exhibit_page(material)
    for secret in ("Gunakan hak pilih", "forum.example", "pejabat07"):
        assert secret not in page
        assert secret not in findings_json(disclosed(material)).decode()


def test_the_page_tells_nothing_of_a_withheld_wording(tmp_path: Path) -> None:
    page = exhibit_page(replace(sample(tmp_path), withheld=(2,)))
    assert SECOND.split("\n")[0] not in page
    assert "data/000002/" not in page
    assert FIRST.split("\n")[0] in page
