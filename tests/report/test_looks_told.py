"""Why a look shows its state, in reports of both languages: as the program made it, and as any record may have it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from report_sample import sample, texts, timeline

from evidentia.capture import presence
from evidentia.cli.life_lines import life_lines
from evidentia.detect.state import observe
from evidentia.detect.timeline import assemble
from evidentia.platforms import CapturedPage, CapturedResponse, read
from evidentia.record.life import Contradiction, Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import Control, ControlKind, Evidence, Observation, State
from evidentia.record.said import Said
from evidentia.record.sentences import english, sentence, stated
from evidentia.report.exhibit import exhibit_page
from evidentia.report.material import Language, Material
from evidentia.report.sections.evidence import circumstances_section
from evidentia.report.sections.results import timeline_sections

URL = "https://kabar.example/tulisan/7"
START = datetime(2019, 2, 20, 7, tzinfo=UTC)
GONE = "The host says that nothing is there (404), and not why."
TIADA = "Host menyatakan bahwa di sana tidak ada apa-apa (404), tanpa menyebutkan sebabnya."


def gone() -> Observation:
    """A look at an address whose host says 404, read as a capture of it is."""
    answer = CapturedResponse(
        url=URL, status=404, headers=(("content-type", "text/html"),), body=b"<html></html>"
    )
    page = CapturedPage(
        requested_url=URL, final_url=URL, status=404, responses=(answer,), dom="<html></html>"
    )
    during = Interval(not_before=START, not_after=START + timedelta(seconds=3))
    return observe(
        read(page), URL, during, (Evidence(item=3, path="data/000003/capture.wacz"),), f"url:{URL}"
    )


def holding(folder: Path, *looks: Observation) -> Material:
    return replace(sample(folder), timelines=(replace(timeline(), observations=looks),))


def section(folder: Path, language: Language, *looks: Observation) -> str:
    return "\n".join(texts(timeline_sections(holding(folder, *looks), language)[0]))


def test_a_report_tells_why_a_post_is_not_there_in_its_language(tmp_path: Path) -> None:
    seen = gone()
    assert (seen.state, seen.reason) == (State.UNAVAILABLE, GONE)
    indonesian, english_one = (
        section(tmp_path, one, seen) for one in (Language.INDONESIAN, Language.ENGLISH)
    )
    assert TIADA in indonesian
    assert GONE not in indonesian
    assert GONE in english_one
    assert TIADA not in english_one


def test_signals_have_their_names_in_the_reports_language_and_what_was_seen_stays(tmp_path: Path) -> None:
    look = gone()
    assert f"status HTTP: 404 ({URL})" in section(tmp_path, Language.INDONESIAN, look)
    assert f"http-status: 404 ({URL})" in section(tmp_path, Language.ENGLISH, look)
    own = replace(look, signals=(replace(look.signals[0], name="RecordNotFound"),))
    assert f"RecordNotFound: 404 ({URL})" in section(tmp_path, Language.INDONESIAN, own)


def test_the_exhibit_tells_it_in_both_languages(tmp_path: Path) -> None:
    page = exhibit_page(holding(tmp_path, gone()))
    assert TIADA in page
    assert GONE in page


LYING = [
    pytest.param(sentence("looks.host.robot_check"), id="another sentence"),
    pytest.param(sentence("looks.host.nothing_there", status=410), id="another value"),
    pytest.param((Said(code="looks.host.unheard"),), id="no such sentence"),
    pytest.param((Said(code="looks.host.nothing_there"),), id="no value"),
    pytest.param(
        (Said(code="looks.control.contradicted", values={"state": 10**400}),), id="a number for a term"
    ),
    pytest.param((), id="none, as before there were any"),
]


@pytest.mark.parametrize("says", LYING)
def test_a_record_that_says_anything_else_is_told_by_its_reason(
    says: tuple[Said, ...], tmp_path: Path
) -> None:
    told = section(tmp_path, Language.INDONESIAN, replace(gone(), says=says))
    assert GONE in told
    assert "Host menyatakan" not in told
    assert "Pemeriksaan robot" not in told
    assert GONE in exhibit_page(holding(tmp_path, replace(gone(), says=says)))


def test_a_look_of_before_there_were_sentences_is_read(tmp_path: Path) -> None:
    plain = msgspec.to_builtins(gone())
    del plain["says"]
    assert section(tmp_path, Language.INDONESIAN, msgspec.convert(plain, Observation)).count(GONE) == 1


def test_a_captures_check_of_itself_is_told_in_the_reports_language(tmp_path: Path) -> None:
    material = sample(tmp_path)
    unseen = replace(material.items[0], content_present=presence.check(None, {}))
    told = {
        one: "\n".join(texts(circumstances_section(replace(material, items=(unseen,)), one)))
        for one in Language
    }
    assert "there is no post with text to look for" in told[Language.ENGLISH]
    assert "tidak ada unggahan berteks yang dapat dicari" in told[Language.INDONESIAN]
    assert "there is no post" not in told[Language.INDONESIAN]


def contradicted() -> Timeline:
    """A life with a look that two ways told different things at one time."""
    look = gone()
    control = Control(
        kind=ControlKind.SECOND_VANTAGE,
        url=URL,
        answered=True,
        seen="live (200)",
        during=look.during,
        where="controls.wacz",
        state=State.LIVE,
    )
    (life,) = assemble([replace(look, controls=(control,))])
    return life


def test_a_contradiction_is_told_in_both_languages(tmp_path: Path) -> None:
    life = contradicted()
    (found,) = life.contradictions
    told = stated(found.says, found.statement, "id")
    assert found.statement == english(*found.says)
    assert found.statement == "Two ways to the post at one time: one shows it, the other does not."
    assert told.startswith("Dua jalan menuju unggahan itu pada waktu yang sama")
    lines = "\n".join(life_lines(life, Language.INDONESIAN))
    assert told in lines
    assert "Platform menampilkan hal yang berbeda pada waktu yang sama" in lines
    assert found.statement not in lines
    assert not any(one in lines for one in found.explanations)


def test_a_contradiction_whose_sentences_say_another_thing_is_told_by_its_statement(tmp_path: Path) -> None:
    life = contradicted()
    (found,) = life.contradictions
    other = sentence("looks.contradiction.wordings")
    lying: Contradiction = replace(found, says=other, explanations_say=found.explanations_say[:1])
    lines = "\n".join(life_lines(replace(life, contradictions=(lying,)), Language.INDONESIAN))
    assert found.statement in lines
    assert "melihat kata-kata yang berbeda" not in lines
    assert "Platform menampilkan hal yang berbeda pada waktu yang sama" not in lines
