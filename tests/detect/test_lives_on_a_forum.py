"""Scripted lives of posts on a real forum: every change found, none invented, and bounds true to its clock."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evidentia.detect.state import key_of, observe
from evidentia.detect.timeline import assemble
from evidentia.platforms import CapturedPage, read
from evidentia.platforms.keys import normalise_url
from evidentia.record.life import ChangeKind, Timeline
from evidentia.record.moment import Interval, now
from evidentia.record.post import Evidence, Observation, State

if TYPE_CHECKING:
    from lab.forum import Forum, Topic

POSTS = 8
STEPS = 6
WORDINGS = [f"Saya {verb} Paslon {name}" for verb in ("mendukung", "menolak") for name in "AB"]
DATE_HEADER = timedelta(seconds=1)
"""The server's own times come in whole seconds."""


@dataclass
class Life:
    """A post, what was really done to it and when by the server's clock, and the looks at it."""

    topic: Topic
    text: str
    removed: bool = False
    deeds: list[tuple[str, datetime]] = field(default_factory=list)
    looks: list[Observation] = field(default_factory=list)
    expected: list[tuple[ChangeKind, datetime]] = field(default_factory=list)


def look_at(forum: Forum, life: Life, known: dict[str, str], number: int) -> None:
    start = now()
    answer = forum.read(life.topic.url)
    during = Interval(not_before=start, not_after=now())
    page = CapturedPage(
        requested_url=life.topic.url, final_url=answer.url, status=answer.status_code, dom=answer.text
    )
    reading = read(page)
    key = known.setdefault(normalise_url(life.topic.url), key_of(reading, life.topic.url, known))
    life.looks.append(
        observe(reading, life.topic.url, during, (Evidence(item=number, path="dom.html"),), key)
    )
    edits = [at for kind, at in life.deeds if kind == "edited"]
    if edits and not life.removed:
        life.expected.append((ChangeKind.EDITED, edits[-1]))
    if life.deeds and life.deeds[-1][0] == "removed":
        life.expected.append((ChangeKind.STATE_CHANGED, life.deeds[-1][1]))
    life.deeds.clear()


def live(forum: Forum, life: Life, known: dict[str, str], chance: random.Random) -> None:
    look_at(forum, life, known, 1)
    for step in range(2, STEPS + 2):
        deed = chance.choice(["edit", "edit twice", "nothing", "remove"])
        if deed.startswith("edit") and not life.removed:
            for _ in range(2 if deed == "edit twice" else 1):
                life.text = chance.choice([wording for wording in WORDINGS if wording != life.text])
                life.deeds.append(("edited", forum.edit(life.topic.comment_id, life.text)))
        if deed == "remove" and not life.removed:
            remove_topic = chance.random() < 0.5
            done = forum.delete_topic(life.topic.id) if remove_topic else forum.delete(life.topic.comment_id)
            life.removed = True
            life.deeds.append(("removed", done))
        look_at(forum, life, known, step)


def test_every_change_is_found_none_invented_and_the_bounds_are_true(forum: Forum) -> None:
    chance = random.Random(20261120)
    known: dict[str, str] = {}
    lives = []
    for n in range(POSTS):
        text = chance.choice(WORDINGS)
        life = Life(forum.publish(f"Kabar {n}", text), text)
        live(forum, life, known, chance)
        lives.append(life)
    timelines = {timeline.url: timeline for timeline in assemble(o for life in lives for o in life.looks)}
    assert len(timelines) == POSTS
    for life in lives:
        check(life, timelines[life.topic.url])
    kinds = {kind for life in lives for kind, _ in life.expected}
    assert kinds == {ChangeKind.EDITED, ChangeKind.STATE_CHANGED}  # the script did bring both about


def check(life: Life, timeline: Timeline) -> None:
    assert [change.kind for change in timeline.changes] == [kind for kind, _ in life.expected]
    for change, (_, at) in zip(timeline.changes, life.expected, strict=True):
        assert change.not_before is not None
        assert change.not_after is not None
        assert change.not_before - DATE_HEADER < at <= change.not_after
    if life.removed:
        assert timeline.state is State.UNAVAILABLE
    else:
        assert timeline.versions[-1].text == life.text
