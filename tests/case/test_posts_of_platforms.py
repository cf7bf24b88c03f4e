"""A post's life on real servers, in a case: seen, edited, gone; handed out; and read again by somebody else.

The expert of the other side has the bundle and nothing else: what was signed on the platform is checked again from it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.case.rereading import Reread
from evidentia.record.item import Access
from evidentia.record.post import ChangeKind, Observation, ProofOutcome, State
from lab.bluesky import Bluesky
from lab.pki import Lab

pytestmark = pytest.mark.lab

Absent = Callable[[str], None]


def handed_out(case: Case, lab: Lab, tmp_path: Path) -> dict[int, Reread]:
    """What somebody reads who was given the bundle, once it has passed."""
    case.export(tmp_path / "bundle.zip")
    verdict = ev.verify(tmp_path / "bundle.zip", ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.status == "PASSED", verdict.faults
    with zipfile.ZipFile(tmp_path / "bundle.zip") as packed:
        packed.extractall(tmp_path / "theirs")
    theirs = Case.open(tmp_path / "theirs" / case.id)
    return {item.item: theirs.reread(item) for item in theirs.items()}


def outcomes(seen: Observation) -> list[ProofOutcome]:
    return [proof.outcome for proof in seen.proofs]


def test_a_post_on_bluesky_with_its_proofs(case: Case, lab: Lab, bluesky: Bluesky, tmp_path: Path) -> None:
    options = PageOptions(allow_private_network=True, places=bluesky.places)
    author = bluesky.join("pejabat07")
    post = bluesky.publish(author, "Pilih Paslon A di Kota Contoh")
    first = case.capture(post.uri, access=Access.PUBLIC, options=options)
    assert first.post is not None
    assert first.post.author.id == author.did
    bluesky.edit(author, post, "Saya netral")
    edited = case.recheck(post.uri, options=options)
    bluesky.delete(author, post)
    gone = case.recheck(post.uri, options=options)
    assert [outcomes(seen) for seen in (first.observation, edited, gone)] == [
        [ProofOutcome.PRESENT],
        [ProofOutcome.PRESENT],
        [ProofOutcome.ABSENT],
    ]
    life = case.timeline(post.uri)
    assert [version.text for version in life.versions] == ["Pilih Paslon A di Kota Contoh", "Saya netral"]
    assert len(life.changes) == 2
    theirs = handed_out(case, lab, tmp_path)
    assert [again.differences for again in theirs.values()] == [(), (), ()]
    assert [proof.outcome for again in theirs.values() for proof in again.reading.proofs] == [
        ProofOutcome.PRESENT,
        ProofOutcome.PRESENT,
        ProofOutcome.ABSENT,
    ]
    assert all(len(proof.steps) > 3 for again in theirs.values() for proof in again.reading.proofs)


def test_a_signed_note_on_a_nostr_relay(case: Case, lab: Lab, tmp_path: Path, absent: Absent) -> None:
    from lab.nostr import CITIZEN, OFFICIAL, RELAY_VENV, Relay
    from lab.record_nostr import NOON, by_id

    if not RELAY_VENV.exists():
        absent("a Nostr relay")
    options = PageOptions(allow_private_network=True)
    (tmp_path / "relay").mkdir()
    with Relay(tmp_path / "relay") as relay:
        event = OFFICIAL.sign(1, "Pilih Paslon A.", at=NOON)
        url = by_id(event, relay)
        relay.publish(event, CITIZEN.sign(7, "+", [["e", event["id"]]], at=NOON + 1))
        first = case.capture(url, access=Access.PUBLIC, options=options)
        relay.publish(OFFICIAL.sign(5, "", [["e", event["id"]]], at=NOON + 2))
        gone = case.recheck(url, options=options)
    assert first.state is State.LIVE
    assert [act.actor.id for act in first.observation.acts] == [CITIZEN.pubkey]
    assert outcomes(first.observation)[0] is ProofOutcome.PRESENT
    assert gone.state is State.DELETED_BY_AUTHOR
    assert [change.kind for change in case.timeline(url).changes] == [ChangeKind.STATE_CHANGED]
    theirs = handed_out(case, lab, tmp_path)
    assert [again.differences for again in theirs.values()] == [(), ()]


def test_a_message_in_a_matrix_room_seen_by_a_participant(
    case: Case, lab: Lab, tmp_path: Path, absent: Absent
) -> None:
    from evidentia.capture.storage_state import StorageState
    from evidentia.platforms import Places
    from evidentia.platforms.matrix_address import permalink
    from lab.server import environment
    from lab.synapse import CITIZEN, OFFICIAL, Synapse

    if not environment("synapse").exists():
        absent("a Matrix homeserver")
    with Synapse(tmp_path / "synapse") as server:
        room = server.create_room()
        for who in (OFFICIAL, CITIZEN):
            server.join(who, room)
        secret = server.headers(CITIZEN)
        options = PageOptions(
            allow_private_network=True,
            light=True,
            places=Places(matrix_homeserver=server.url),
            storage_state=StorageState(headers=secret),
        )
        event = server.say(OFFICIAL, room, "Pilih Paslon A")
        url = permalink(room, event)
        case.capture(url, access=Access.PARTICIPANT, options=options)
        server.edit(OFFICIAL, room, event, "Saya netral")
        edited = case.recheck(url, options=options)
        server.redact(OFFICIAL, room, event)
        gone = case.recheck(url, options=options)
    assert edited.state is State.EDITED
    assert [kept.text for kept in edited.history] == ["Pilih Paslon A", "Saya netral"]
    assert gone.state is State.DELETED_BY_AUTHOR
    theirs = handed_out(case, lab, tmp_path)
    assert [again.differences for again in theirs.values()] == [(), (), ()]
    token = next(iter(next(iter(secret.values())).values())).removeprefix("Bearer ").encode()
    kept = [path for path in case.folder.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if token in path.read_bytes()]


def test_a_page_of_a_wiki_with_the_wikis_own_history(
    case: Case, lab: Lab, tmp_path: Path, absent: Absent
) -> None:
    from lab.mediawiki import Wiki, program_folder

    if program_folder() is None:
        absent("MediaWiki")
    options = PageOptions(allow_private_network=True, light=True)
    with Wiki(tmp_path / "wiki") as wiki:
        wiki.write("Kabar Kota", "Dukung Paslon A.")
        url = wiki.page_url("Kabar Kota")
        first = case.capture(url, access=Access.PUBLIC, options=options)
        wiki.write("Kabar Kota", "Netral.")
        edited = case.recheck(url, options=options)
        wiki.delete("Kabar Kota", "uji")
        gone = case.recheck(url, options=options)
    assert (first.state, edited.state, gone.state) == (State.LIVE, State.EDITED, State.REMOVED_BY_PLATFORM)
    assert [kept.text for kept in edited.history] == ["Dukung Paslon A.", "Netral."]
    theirs = handed_out(case, lab, tmp_path)
    assert [again.differences for again in theirs.values()] == [(), (), ()]


def test_a_status_on_a_mock_of_mastodon(case: Case, lab: Lab, tmp_path: Path, absent: Absent) -> None:
    """mastodon_mock is a **mock**: no real Mastodon can be installed here."""
    from lab.mastodon import CITIZEN, OFFICIAL, MastodonMock
    from lab.server import environment

    if not environment("mastodon").exists():
        absent("a mock of Mastodon")
    options = PageOptions(allow_private_network=True, light=True)
    with MastodonMock(tmp_path / "mastodon") as server:
        status = server.post(OFFICIAL, "Pilih Paslon A")
        server.do(CITIZEN, "POST", f"/api/v1/statuses/{status['id']}/favourite")
        first = case.capture(status["url"], access=Access.PUBLIC, options=options)
        server.edit(OFFICIAL, status["id"], "Saya netral")
        edited = case.recheck(status["url"], options=options)
        server.delete(OFFICIAL, status["id"])
        gone = case.recheck(status["url"], options=options)
    assert [act.actor.name for act in first.observation.acts] == ["Warga 12"]
    assert [kept.text for kept in edited.history] == ["Pilih Paslon A", "Saya netral"]
    assert gone.state is State.UNAVAILABLE
    theirs = handed_out(case, lab, tmp_path)
    assert [again.differences for again in theirs.values()] == [(), (), ()]
