"""Rechecks of posts on real servers (Mastodon's is a **mock**): a light look tells of no change that is none.

Then the post is edited and removed: the light look tells it, a browser looks too where one did before, and where the
post is absent its host is shown to answer for another post.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidentia.capture import chromium
from evidentia.capture.options import PageOptions
from evidentia.capture.storage_state import StorageState, load
from evidentia.case import Case
from evidentia.case.earlier import SHOWN, is_full
from evidentia.record.errors import MissingPart
from evidentia.record.item import Access
from evidentia.record.life import ChangeKind
from evidentia.record.post import Control, ControlKind, State
from lab.bluesky import Bluesky
from lab.forum import Forum
from lab.mastodon import MastodonMock
from lab.mediawiki import Wiki
from lab.nostr import OFFICIAL, Relay
from lab.record_nostr import NOON, by_id
from lab.synapse import CITIZEN, MODERATOR, Synapse
from lab.synapse import OFFICIAL as SPEAKER

LIGHT = PageOptions(allow_private_network=True, light=True)
BROWSER = PageOptions(allow_private_network=True)
BEFORE, AFTER = "Saya mendukung Paslon A.", "Saya tidak pernah mendukung siapa pun."


@dataclass(frozen=True)
class Subject:
    """A post on a server, another one beside it, and what its author and its host do with it."""

    url: str
    beside: str
    edit: Callable[[], object]
    remove: Callable[[], object]


def follow(
    case: Case,
    subject: Subject,
    options: PageOptions,
    gone: State,
    *,
    access: Access = Access.PUBLIC,
    state: StorageState | None = None,
) -> tuple[Control, ...]:
    """Follow a post to its end; gives the controls of the light look that did not find it any more."""
    first = case.capture(subject.url, access=access, options=options)
    case.capture(subject.beside, access=access, options=options)
    assert first.state in SHOWN
    taken = len(case.items())

    same = case.recheck(subject.url, storage_state=state)
    assert same.key == first.observation.key
    assert case.timeline(subject.url).changes == ()
    assert len(case.items()) == taken + 1, "nothing moved: one light look, no full capture"

    subject.edit()
    case.recheck(subject.url, storage_state=state)
    kinds = [change.kind for change in case.timeline(subject.url).changes]
    assert kinds in ([ChangeKind.EDITED], [ChangeKind.SILENTLY_EDITED])

    subject.remove()
    seen = case.recheck(subject.url, storage_state=state)
    assert seen.state is gone
    life = case.timeline(subject.url)
    assert [change.kind for change in life.changes][1:] == [ChangeKind.STATE_CHANGED]
    full = [look for look in life.observations if is_full(case.item(look.evidence[0].item))]
    assert len(full) == (0 if options.light else 3), "at first, after the edit, after the removal"
    assert all(case.reread(item).differences == () for item in case.items())
    absent = next(look for look in life.observations if look.state is gone)
    return absent.controls


def other_posts(controls: tuple[Control, ...], subject: Subject) -> list[tuple[str, bool]]:
    assert all(control.url in (subject.beside, subject.url) for control in controls)
    return [(one.url, one.answered) for one in controls if one.kind is ControlKind.SAME_HOST]


@pytest.fixture
def browser(absent: Callable[[str], None]) -> PageOptions:
    """The options of a capture by a browser, where there is one."""
    try:
        chromium.find()
    except MissingPart as error:
        absent(error.happened)
    return BROWSER


@pytest.mark.browser
def test_on_a_forum(case: Case, forum: Forum, browser: PageOptions) -> None:
    topic, other = forum.publish("Ajakan", BEFORE), forum.publish("Lain", "Kerja bakti hari Minggu.")
    subject = Subject(
        topic.url,
        other.url,
        lambda: forum.edit(topic.comment_id, AFTER),
        lambda: forum.delete(topic.comment_id),
    )
    controls = follow(case, subject, browser, State.UNAVAILABLE)
    assert other_posts(controls, subject) == [(other.url, True)]
    (second,) = [one for one in controls if one.kind is ControlKind.SECOND_VANTAGE]
    assert (second.state, second.answered) == (State.UNAVAILABLE, False), "a browser was told the same"


@pytest.mark.browser
def test_on_a_wiki(case: Case, wiki: Wiki, browser: PageOptions) -> None:
    wiki.write("Dukungan", BEFORE)
    wiki.write("Kerja bakti", "Hari Minggu.")
    subject = Subject(
        wiki.page_url("Dukungan"),
        wiki.page_url("Kerja bakti"),
        lambda: wiki.write("Dukungan", AFTER),
        lambda: wiki.delete("Dukungan", "uji"),
    )
    controls = follow(case, subject, browser, State.REMOVED_BY_PLATFORM)
    assert other_posts(controls, subject) == [(subject.beside, True)]


def test_on_bluesky(case: Case, bluesky: Bluesky) -> None:
    author = bluesky.join("pejabat08")
    post, other = bluesky.publish(author, BEFORE), bluesky.publish(author, "Kerja bakti.")
    subject = Subject(
        post.uri,
        other.uri,
        lambda: bluesky.edit(author, post, AFTER),
        lambda: bluesky.delete(author, post),
    )
    options = PageOptions(allow_private_network=True, light=True, places=bluesky.places)
    controls = follow(case, subject, options, State.UNAVAILABLE)
    assert other_posts(controls, subject) == [(other.uri, True)]


def test_in_a_room_of_matrix(case: Case, synapse: Synapse, tmp_path: Path) -> None:
    room = synapse.create_room()
    for who in (SPEAKER, CITIZEN):
        synapse.join(who, room)
    event, other = synapse.say(SPEAKER, room, BEFORE), synapse.say(SPEAKER, room, "Kerja bakti.")
    brought = tmp_path / "state.json"
    brought.write_text(
        json.dumps({"cookies": [], "origins": [], "headers": synapse.headers(CITIZEN)}), "utf-8"
    )
    state = load(brought)
    address = f"{synapse.url}/_matrix/client/v3/rooms/{room}/event/"
    subject = Subject(
        address + event,
        address + other,
        lambda: synapse.edit(SPEAKER, room, event, AFTER),
        lambda: synapse.redact(MODERATOR, room, event, "melanggar"),
    )
    options = PageOptions(allow_private_network=True, light=True, storage_state=state)
    controls = follow(
        case, subject, options, State.REMOVED_BY_PLATFORM, access=Access.PARTICIPANT, state=state
    )
    assert other_posts(controls, subject) == [(subject.beside, True)]
    (stranger,) = [one for one in controls if one.kind is ControlKind.SECOND_VANTAGE]
    assert stranger.state not in SHOWN, "without the login nothing is shown at all"


def test_on_a_mock_of_mastodon(case: Case, mastodon: MastodonMock) -> None:
    status, other = mastodon.post(SPEAKER, BEFORE), mastodon.post(SPEAKER, "Kerja bakti.")
    subject = Subject(
        status["url"],
        other["url"],
        lambda: mastodon.edit(SPEAKER, status["id"], AFTER),
        lambda: mastodon.delete(SPEAKER, status["id"]),
    )
    controls = follow(case, subject, LIGHT, State.UNAVAILABLE)
    assert other_posts(controls, subject) == [(subject.beside, True)]


def test_on_a_relay_nothing_is_edited_and_the_signed_deletion_stands(case: Case, relay: Relay) -> None:
    event = OFFICIAL.sign(1, BEFORE, at=NOON + 100)
    other = OFFICIAL.sign(1, "Kerja bakti.", at=NOON + 101)
    relay.publish(event, other)
    url, beside = by_id(event, relay), by_id(other, relay)
    for address in (url, beside):
        case.capture(address, access=Access.PUBLIC, options=LIGHT)
    case.recheck(url)
    assert case.timeline(url).changes == ()
    relay.publish(OFFICIAL.sign(5, "", [["e", event["id"]]], at=NOON + 109))
    gone = case.recheck(url)
    assert gone.state is State.DELETED_BY_AUTHOR
    assert [(one.url, one.answered) for one in gone.controls] == [(beside, True)]
    assert [change.kind for change in case.timeline(url).changes] == [ChangeKind.STATE_CHANGED]
    assert all(case.reread(item).differences == () for item in case.items())
