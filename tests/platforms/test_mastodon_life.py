"""The life of a status on a **mock** of Mastodon's API: mastodon_mock, which Mastodon.py accepts.

No real Mastodon can be had from a package registry. These tests show that the questions are asked and the answers read
as the mock gives them, and nothing of how a real server behaves.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from evidentia.platforms import read
from evidentia.record.post import State
from lab.asking import capture
from lab.mastodon import CITIZEN, OFFICIAL, MastodonMock, token, with_mastodon_py

_MASTODON_PY = """
import sys
from mastodon import Mastodon, MastodonNotFoundError
client = Mastodon(access_token=sys.argv[2], api_base_url=sys.argv[1])
status = client.status_post("Pilih Paslon A")
assert status.edited_at is None
assert client.status_update(status.id, "Tidak pernah").edited_at is not None
print(*(edit.content for edit in client.status_history(status.id)), sep="\\n")
client.status_delete(status.id)
try:
    client.status(status.id)
except MastodonNotFoundError:
    print("404")
"""


def test_mastodon_py_accepts_the_mock(mastodon: MastodonMock) -> None:
    printed = with_mastodon_py(_MASTODON_PY, mastodon.url, token(OFFICIAL))
    assert printed.split("\n")[:3] == ["<p>Pilih Paslon A</p>", "<p>Tidak pernah</p>", "404"]


def test_a_status_is_edited_liked_and_deleted(mastodon: MastodonMock) -> None:
    status = mastodon.post(OFFICIAL, "Pilih Paslon A #KotaContoh")
    assert read(capture(status["url"])).state is State.LIVE
    mastodon.edit(OFFICIAL, status["id"], "Tidak pernah")
    mastodon.do(CITIZEN, "POST", f"/api/v1/statuses/{status['id']}/favourite")
    reading = read(capture(status["url"]))
    assert reading.state is State.EDITED
    assert [one.text for one in reading.history] == ["Pilih Paslon A #KotaContoh", "Tidak pernah"]
    assert [act.actor.name for act in reading.acts] == ["Warga 12"]
    mastodon.do(CITIZEN, "POST", f"/api/v1/statuses/{status['id']}/unfavourite")
    assert read(capture(status["url"])).acts == ()
    mastodon.delete(OFFICIAL, status["id"])
    assert read(capture(status["url"])).state is State.UNAVAILABLE


@pytest.mark.parametrize(
    ("status", "state"), [(401, State.LOGIN_WALL), (429, State.CHALLENGE), (503, State.UNREACHABLE)]
)
def test_a_refusal_is_no_statement_about_the_status(
    mastodon: MastodonMock, status: int, state: State
) -> None:
    made = mastodon.post(OFFICIAL, "Pilih Paslon A")
    mastodon.fault(f"/api/v1/statuses/{made['id']}", status, {"error": "x"})
    try:
        assert read(capture(made["url"])).state is state
    finally:
        mastodon.mend()
    assert read(capture(made["url"])).state is State.LIVE


def test_the_light_look_asks_the_same_through_the_door(mastodon: MastodonMock, tmp_path: Path) -> None:
    from evidentia.capture.light import look_lightly
    from evidentia.capture.options import PageOptions

    status = mastodon.post(OFFICIAL, "Pilih Paslon A")
    mastodon.edit(OFFICIAL, status["id"], "Tidak pernah")
    looked = look_lightly(status["url"], tmp_path, PageOptions(allow_private_network=True))
    assert looked.reading is not None
    assert looked.reading.state is State.EDITED
    assert looked.reading.post == read(capture(status["url"])).post
    assert looked.presence.present is True
