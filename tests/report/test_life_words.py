"""How the life of a post is told in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from evidentia.cli.life_lines import life_lines
from evidentia.detect.timeline import assemble
from evidentia.record.life import Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import (
    OWN_CAPTURE,
    Account,
    Control,
    ControlKind,
    Evidence,
    Observation,
    Post,
    State,
)
from evidentia.report.life_words import absence_text
from evidentia.report.material import Language

URL = "https://forum.example/topic/1/"
START = datetime(2026, 11, 20, tzinfo=UTC)


def look(n: int, state: State, *controls: Control) -> Observation:
    post = Post(platform="spirit", native_id="1", url=URL, author=Account(id="7"), text="Dukung Paslon A.")
    during = Interval(not_before=START + timedelta(hours=n), not_after=START + timedelta(hours=n, minutes=1))
    return Observation(
        key="spirit:forum.example/1",
        url=URL,
        state=state,
        during=during,
        source=OWN_CAPTURE,
        evidence=(Evidence(item=n, path=f"data/{n:06d}/capture.wacz"),),
        post=post if state is State.LIVE else None,
        controls=controls,
    )


def life(*looks: Observation) -> Timeline:
    (made,) = assemble(looks)
    return made


def answering(n: int) -> Control:
    during = Interval(not_before=START + timedelta(hours=n), not_after=START + timedelta(hours=n, minutes=1))
    return Control(
        kind=ControlKind.SAME_HOST,
        url="https://forum.example/",
        answered=True,
        seen="200",
        during=during,
        where="1",
    )


def test_an_absence_is_told_with_its_strength_and_grounds_in_both_languages() -> None:
    gone = life(look(1, State.LIVE), look(2, State.UNAVAILABLE, answering(2)))
    english, indonesian = (absence_text(one, gone) for one in (Language.ENGLISH, Language.INDONESIAN))
    assert english is not None
    assert indonesian is not None
    assert "supported in one way" in english
    assert "it was seen there before (000001)" in english
    assert "000002" in english
    assert "didukung dengan satu cara" in indonesian
    assert any("supported in one way" in line for line in life_lines(gone, Language.ENGLISH))


def test_of_a_post_that_is_there_or_of_which_nothing_is_known_no_absence_is_told() -> None:
    assert absence_text(Language.ENGLISH, life(look(1, State.LIVE))) is None
    assert absence_text(Language.ENGLISH, life(look(1, State.LIVE), look(2, State.LOGIN_WALL))) is None
