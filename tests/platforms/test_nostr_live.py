"""A note's life at a real relay, seen by evidentia's own client through its door."""

from __future__ import annotations

from pathlib import Path

from evidentia import platforms
from evidentia.capture.light import look_lightly
from evidentia.capture.options import PageOptions
from evidentia.record.item import Role
from evidentia.record.post import ActKind, ProofOutcome, State
from lab.nostr import CITIZEN, OFFICIAL, Relay
from lab.record_nostr import NOON, by_id, capture


def test_a_note_from_its_publication_to_its_deletion(relay: Relay) -> None:
    event = OFFICIAL.sign(1, "Netral.", at=NOON)
    url = by_id(event, relay)
    assert platforms.read(capture(url)).state is State.UNAVAILABLE
    relay.publish(event, CITIZEN.sign(7, "+", [["e", event["id"]]], at=NOON + 1))
    live = platforms.read(capture(url))
    assert live.state is State.LIVE
    assert [(act.kind, act.actor.id) for act in live.acts] == [(ActKind.LIKE, CITIZEN.pubkey)]
    relay.publish(OFFICIAL.sign(5, "", [["e", event["id"]]], at=NOON + 2))
    deleted = platforms.read(capture(url))
    assert deleted.state is State.DELETED_BY_AUTHOR
    assert [proof.outcome for proof in deleted.proofs] == [ProofOutcome.PRESENT]


def test_a_light_look_at_a_note_keeps_the_conversation(relay: Relay, tmp_path: Path) -> None:
    event = OFFICIAL.sign(1, "Kabar kota", at=NOON)
    relay.publish(event)
    made = look_lightly(by_id(event, relay), tmp_path, PageOptions(allow_private_network=True))
    assert made.reading.post is not None
    assert made.reading.post.text == "Kabar kota"
    assert made.presence.present
    assert [file.role for file in made.files] == [Role.ARCHIVE]
