"""Posts on a real Matrix homeserver and on a **mock** of Mastodon's API in a case: seen, edited, gone, read again."""

from __future__ import annotations

import json
from pathlib import Path

from evidentia.capture.options import PageOptions
from evidentia.capture.storage_state import load
from evidentia.case import Case
from evidentia.record.item import Access
from evidentia.record.life import ChangeKind
from evidentia.record.post import State
from lab.mastodon import MastodonMock
from lab.synapse import CITIZEN, MODERATOR, OFFICIAL, Synapse


def test_a_message_is_followed_by_a_member_until_it_is_removed(
    case: Case, synapse: Synapse, tmp_path: Path
) -> None:
    room = synapse.create_room()
    for who in (OFFICIAL, CITIZEN):
        synapse.join(who, room)
    event = synapse.say(OFFICIAL, room, "Pilih Paslon A")
    brought = tmp_path / "state.json"
    brought.write_text(
        json.dumps({"cookies": [], "origins": [], "headers": synapse.headers(CITIZEN)}), "utf-8"
    )
    options = PageOptions(allow_private_network=True, light=True, storage_state=load(brought))
    url = f"{synapse.url}/_matrix/client/v3/rooms/{room}/event/{event}"
    first = case.capture(url, access=Access.PARTICIPANT, options=options)
    assert first.state is State.LIVE
    synapse.edit(OFFICIAL, room, event, "Tidak pernah")
    edited = case.recheck(url, options=options)
    assert [one.text for one in edited.history] == ["Pilih Paslon A", "Tidak pernah"]
    synapse.redact(MODERATOR, room, event, "melanggar")
    gone = case.recheck(url, options=options)
    assert (gone.state, gone.key) == (State.REMOVED_BY_PLATFORM, first.observation.key)
    kinds = [change.kind for change in case.timeline(url).changes]
    assert kinds == [ChangeKind.EDITED, ChangeKind.STATE_CHANGED]
    assert all(case.reread(item).differences == () for item in case.items())


def test_a_status_is_followed_until_it_is_not_there(case: Case, mastodon: MastodonMock) -> None:
    options = PageOptions(allow_private_network=True, light=True)
    status = mastodon.post(OFFICIAL, "Pilih Paslon A")
    first = case.capture(status["url"], access=Access.PUBLIC, options=options)
    mastodon.do(CITIZEN, "POST", f"/api/v1/statuses/{status['id']}/favourite")
    liked = case.recheck(status["url"], options=options)
    assert [act.actor.name for act in liked.acts] == ["Warga 12"]
    mastodon.edit(OFFICIAL, status["id"], "Tidak pernah")
    case.recheck(status["url"], options=options)
    mastodon.delete(OFFICIAL, status["id"])
    gone = case.recheck(status["url"], options=options)
    assert (gone.state, gone.key) == (State.UNAVAILABLE, first.observation.key)
    kinds = [change.kind for change in case.timeline(status["url"]).changes]
    assert kinds == [ChangeKind.ACT_APPEARED, ChangeKind.EDITED, ChangeKind.STATE_CHANGED]
    assert all(case.reread(item).differences == () for item in case.items())
