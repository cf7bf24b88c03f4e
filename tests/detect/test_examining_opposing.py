"""An alarm that honest processing of the same content brings about as well is explained, and says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from evidentia.detect.examining import typography_ground
from evidentia.detect.examining.opposing import weigh, wiped_of_history
from evidentia.detect.examining.picture import Examined
from evidentia.detect.examining.profiles import TESTS
from evidentia.record.examination import Region, Support, TestFinding
from tests.detect.drawn_pages import as_png, examined, page, repainted, through_jpeg

GROUND = next(test for test in TESTS if test.function == "examine_ground")


def test_quiet_ground_of_a_painted_word_is_explained_by_nothing_honest() -> None:
    sheet, boxes = page()
    picture = examined(as_png(repainted(through_jpeg(sheet, 60), boxes[10], "warga")))
    weighed = weigh(picture, GROUND, typography_ground.examine_ground(picture))
    assert weighed.outcome is Support.ALTERATION, weighed.opposing
    assert len(weighed.opposing) == 7
    assert not any(one.explains for one in weighed.opposing)


def test_what_the_content_brings_about_is_inconclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    def always(
        picture: Examined,
    ) -> TestFinding:  # a mock: alarms in one place whatever the picture's history
        box = round(0.2 * picture.width), round(0.2 * picture.height), 80, 40
        return TestFinding(
            test=GROUND.name,
            outcome=Support.ALTERATION,
            reason="there",
            method="m",
            version="1",
            source="s",
            error_rates=(),
            regions=(Region(box=box),),
        )

    monkeypatch.setattr(typography_ground, "examine_ground", always)
    picture = examined(as_png(page()[0]))
    weighed = weigh(picture, GROUND, always(picture))
    assert weighed.outcome is Support.INCONCLUSIVE
    assert "An honest explanation suffices" in weighed.reason
    assert any(one.explains for one in weighed.opposing)


def test_no_alarm_is_left_as_it_is() -> None:
    picture = examined(as_png(page()[0]))
    found = typography_ground.examine_ground(picture)
    assert weigh(picture, GROUND, found) is found


def test_wiping_takes_the_traces_and_leaves_the_letters() -> None:
    sheet, _ = page()
    picture = examined(as_png(through_jpeg(sheet, 60)))
    wiped = wiped_of_history(picture).astype(np.float64)
    whole = np.asarray(sheet, dtype=np.float64)
    before = np.abs(picture.pixels.astype(np.float64) - whole)
    ground = (whole > 250).all(axis=2)
    far = ground & (np.abs(wiped - whole).max(axis=2) < 40)
    assert np.abs(wiped - whole)[far].mean() < 0.8 * before[far].mean()
    assert np.corrcoef(wiped.ravel(), whole.ravel())[0, 1] > 0.97
