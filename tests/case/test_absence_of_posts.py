"""How strong the absence of a post is on real servers: rechecks bring the controls, ``absence_of`` weighs them."""

from __future__ import annotations

from datetime import timedelta

from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.detect.absence import Absence, Ground, Strength, absence_of
from evidentia.record.item import Access
from evidentia.record.post import State
from lab.bluesky import Bluesky
from lab.forum import Forum

LIGHT = PageOptions(allow_private_network=True, light=True)
WORDS = "Saya mendukung Paslon A."


def weighed(case: Case, url: str, apart: timedelta = timedelta(hours=24)) -> Absence:
    found = absence_of(case.timeline(url), least_interval=apart)
    assert found is not None
    return found


def grounds(absence: Absence) -> set[Ground]:
    return {basis.ground for basis in absence.bases}


def test_on_a_forum_the_host_s_other_post_and_a_second_time_speak_for_it(case: Case, forum: Forum) -> None:
    topic, beside = forum.publish("Dukungan", WORDS), forum.publish("Lain", "Tetap di sini.")
    for url in (topic.url, beside.url):
        case.capture(url, access=Access.PUBLIC, options=LIGHT)
    assert absence_of(case.timeline(topic.url)) is None
    forum.delete_topic(topic.id)
    case.recheck(topic.url)
    once = weighed(case, topic.url)
    assert (once.state, once.strength) == (State.UNAVAILABLE, Strength.SUPPORTED)
    assert grounds(once) == {Ground.SEEN_BEFORE, Ground.SAME_HOST_ANSWERED}
    case.recheck(topic.url)
    assert weighed(case, topic.url).strength is Strength.SUPPORTED, "a moment later is no second time"
    twice = weighed(case, topic.url, apart=timedelta(0))
    assert (twice.state, twice.strength, twice.looks) == (State.UNAVAILABLE, Strength.CONFIRMED, 2)
    forum.restore_topic(topic.id)
    case.recheck(topic.url)
    assert absence_of(case.timeline(topic.url)) is None


def test_on_bluesky_it_is_proven_by_signatures(case: Case, bluesky: Bluesky) -> None:
    author = bluesky.join("pejabat09")
    post = bluesky.publish(author, WORDS)
    options = PageOptions(allow_private_network=True, light=True, places=bluesky.places)
    case.capture(post.uri, access=Access.PUBLIC, options=options)
    bluesky.delete(author, post)
    case.recheck(post.uri)
    absence = weighed(case, post.uri)
    assert (absence.state, absence.strength) == (State.UNAVAILABLE, Strength.PROVEN)
    first = absence.bases[0]
    assert first.ground is Ground.SIGNED_AFTER_PRESENCE
    assert {one.item for one in first.evidence} == {1, 2}
