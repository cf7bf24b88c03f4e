"""A report says on whose word a version rests, and tells contradictions without taking a side."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from report_sample import sample

from evidentia.detect.kept_history import PLATFORM_HISTORY
from evidentia.record.life import Contradiction, ContradictionKind, Timeline
from evidentia.record.post import OWN_CAPTURE, Signal
from evidentia.report.material import Language
from evidentia.report.sections.results import timeline_sections


def told(tmp_path: Path, timeline: Timeline, language: Language) -> str:
    material = replace(sample(tmp_path), timelines=(timeline,))
    return msgspec.json.encode(timeline_sections(material, language)).decode()


@pytest.mark.parametrize(
    ("language", "stated", "made"),
    [
        (Language.INDONESIAN, "hanya menurut riwayat platform", "Dibuat menurut platform"),
        (Language.ENGLISH, "only by the platform's history", "Made, as the platform states"),
    ],
)
def test_a_version_that_nobody_saw_is_not_said_to_have_been_seen(
    tmp_path: Path, language: Language, stated: str, made: str
) -> None:
    (line,) = sample(tmp_path / "sample").timelines
    first, *others = line.versions
    seen = replace(first, sources=(OWN_CAPTURE,))
    kept = replace(first, sources=(PLATFORM_HISTORY,), stated_at=line.observations[0].during.not_before)
    assert stated not in told(tmp_path / "a", replace(line, versions=(seen, *others)), language)
    text = told(tmp_path / "b", replace(line, versions=(kept, *others)), language)
    assert stated in text
    assert made in text
    assert PLATFORM_HISTORY in text


@pytest.mark.parametrize(
    ("language", "intro"),
    [(Language.INDONESIAN, "Tidak satu pun diutamakan"), (Language.ENGLISH, "None of them is preferred")],
)
def test_contradictions_are_told_with_what_each_side_showed(
    tmp_path: Path, language: Language, intro: str
) -> None:
    (line,) = sample(tmp_path / "sample").timelines
    assert intro not in told(tmp_path / "none", line, language)
    for kind in ContradictionKind:
        found = Contradiction(
            kind=kind,
            statement="",
            not_before=None,
            not_after=None,
            signals=(Signal(name="shown", seen="Dukung Paslon B", where="data/000001"),),
            evidence=line.observations[0].evidence,
        )
        text = told(tmp_path / kind.value, replace(line, contradictions=(found,)), language)
        assert intro in text
        assert "Dukung Paslon B" in text
