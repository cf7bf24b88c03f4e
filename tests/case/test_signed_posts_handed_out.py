"""Signed posts on real servers, in a case: seen, edited, gone; handed out; and read again by somebody else.

The expert of the other side has the bundle and nothing else: what was signed on the platform is checked again from it.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.case.rereading import Reread
from evidentia.record.item import Access
from evidentia.record.life import ChangeKind
from evidentia.record.post import Observation, ProofOutcome, State
from lab.bluesky import Bluesky
from lab.nostr import CITIZEN, OFFICIAL, Relay
from lab.pki import Lab
from lab.record_nostr import NOON, by_id

pytestmark = pytest.mark.lab


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


def test_a_signed_note_on_a_nostr_relay(case: Case, lab: Lab, relay: Relay, tmp_path: Path) -> None:
    options = PageOptions(allow_private_network=True)
    event = OFFICIAL.sign(1, "Pilih Paslon A.", at=NOON)
    url = by_id(event, relay)
    relay.publish(event, CITIZEN.sign(7, "+", [["e", event["id"]]], at=NOON + 1))
    first = case.capture(url, access=Access.PUBLIC, options=options)
    relay.publish(OFFICIAL.sign(5, "", [["e", event["id"]]], at=NOON + 2))
    gone = case.recheck(url, options=options)
    assert first.state is State.LIVE
    assert [act.actor.id for act in first.observation.acts] == [CITIZEN.pubkey]
    assert gone.state is State.DELETED_BY_AUTHOR
    assert [change.kind for change in case.timeline(url).changes] == [ChangeKind.STATE_CHANGED]
    theirs = handed_out(case, lab, tmp_path)
    assert [again.differences for again in theirs.values()] == [(), ()]
    assert {proof.outcome for again in theirs.values() for proof in again.reading.proofs} == {
        ProofOutcome.PRESENT
    }
