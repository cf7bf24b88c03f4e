"""Scripted lives of posts on real servers: every change found, none invented, every interval and every state true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.case import Case
from evidentia.custody.identity import Custodian
from evidentia.detect.timeline import assemble
from evidentia.record.item import Access, ItemKind
from lab.lives.grounds import IN_BROWSER, Server, ground_on, has_pages, options_for
from lab.lives.judging import Score, judge
from lab.lives.life import Deed
from lab.lives.living import live
from lab.lives.looking import BareEyes
from lab.lives.sealing import SealingEyes
from lab.pki import Lab
from lab.synapse import Synapse

pytestmark = [pytest.mark.lab, pytest.mark.browser]

ENOUGH = 50
"""Posts on each server, with which the plan brings about all that can be done there."""

IN_A_CASE = 2_005
"""The number of the post that lives in a case: the others of the server have smaller ones."""


def check(score: Score) -> None:
    """Everything that is claimed of the lives; each thing that was wrong is named where it fails."""
    assert score.faults == []
    assert score.states_right == score.looks
    assert score.found == score.changes
    assert score.invented == 0
    assert score.intervals_true == score.intervals == score.changes + score.further
    assert score.versions_right == score.posts


@pytest.mark.slow
def test_every_change_of_many_lives_is_found_and_none_is_invented(
    server: Server, tmp_path: Path, seed: int, posts: int, told: Callable[[Score], None]
) -> None:
    in_browser = frozenset(range(IN_BROWSER)) if has_pages(server) else frozenset()
    with BareEyes(options_for(server, tmp_path), in_browser) as eyes:
        ground = ground_on(server, eyes)
        lives = live(ground, posts=posts, seed=seed)
    score = judge(ground.name, lives, assemble(look for life in lives for look in life.looks))
    told(score)
    check(score)
    assert score.posts == posts
    if posts >= ENOUGH:
        assert score.deeds.keys() == ground.deeds | {Deed.PUBLISH}
        assert score.changes > posts


def test_a_whole_life_is_lived_in_a_case(
    server: Server, tmp_path: Path, seed: int, lab: Lab, told: Callable[[Score], None]
) -> None:
    who = lab.people["penyidik-a"]
    custodian = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who=who.id)
    case = Case.create(tmp_path / "kasus", title="Kehidupan sebuah kiriman", custodian=custodian)
    access = Access.PARTICIPANT if isinstance(server, Synapse) else Access.PUBLIC
    eyes = SealingEyes(case, options_for(server, tmp_path), access)
    ground = ground_on(server, eyes)
    lives = live(ground, posts=1, seed=seed, first=IN_A_CASE)
    timelines = case.timelines()
    for life in lives:  # a recheck that sees something move looks twice: lightly, and then with a browser
        life.looks = [look for one in timelines for look in one.observations if one.post == life.looks[0].key]
    score = judge(f"{ground.name}, in a case", lives, timelines)
    told(score)
    check(score)
    items = case.items()
    assert [item.kind for item in items] == [ItemKind.CAPTURE] * score.looks
    in_browser = [item for item in items if item.circumstances and item.circumstances.browser is not None]
    assert bool(in_browser) == has_pages(server)
    assert [case.reread(item).differences for item in items] == [()] * len(items)
    bundle = tmp_path / "kasus.zip"
    case.export(bundle)
    assert ev.verify(bundle, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))).status is ev.Status.PASSED
