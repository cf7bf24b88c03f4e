"""Posts on a real wiki and a real relay in a case: seen, changed, gone, and read again from the sealed files alone."""

from __future__ import annotations

import pytest

from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.record.item import Access, Role
from evidentia.record.life import ChangeKind
from evidentia.record.post import ProofOutcome, State
from lab.mediawiki import CITIZEN, Wiki
from lab.nostr import OFFICIAL, Relay
from lab.record_nostr import NOON, by_id

LOOPBACK = PageOptions(allow_private_network=True)
LIGHT = PageOptions(allow_private_network=True, light=True)


@pytest.mark.browser
def test_a_wikis_page_is_pictured_read_and_followed(case: Case, wiki: Wiki) -> None:
    wiki.write("Dukungan", "Saya mendukung '''Paslon A'''.")
    url = wiki.page_url("Dukungan")
    first = case.capture(url, access=Access.PUBLIC, options=LOOPBACK)
    assert first.post is not None
    assert Role.ELEMENT in {file.role for file in first.item.files}
    wiki.write("Dukungan", "Saya netral.", CITIZEN)
    case.recheck(url, options=LIGHT)
    wiki.delete("Dukungan", "uji")
    case.recheck(url, options=LIGHT)
    life = case.timeline(url)
    assert [seen.state for seen in life.observations] == [
        State.LIVE,
        State.EDITED,
        State.REMOVED_BY_PLATFORM,
    ]
    assert {ChangeKind.EDITED, ChangeKind.AUTHOR_CHANGED} <= {change.kind for change in life.changes}
    assert all(case.reread(item).differences == () for item in case.items())


def test_a_note_is_proved_until_its_author_takes_it_back(case: Case, relay: Relay) -> None:
    event = OFFICIAL.sign(1, "Saya mendukung Paslon A.", at=NOON)
    relay.publish(event)
    url = by_id(event, relay)
    first = case.capture(url, access=Access.PUBLIC, options=LIGHT)
    assert [proof.outcome for proof in first.observation.proofs] == [ProofOutcome.PRESENT]
    relay.publish(OFFICIAL.sign(5, "", [["e", event["id"]]], at=NOON + 9))
    gone = case.recheck(url, options=LIGHT)
    assert (gone.state, gone.key) == (State.DELETED_BY_AUTHOR, first.observation.key)
    assert [proof.outcome for proof in gone.proofs] == [ProofOutcome.PRESENT]
    assert all(case.reread(item).differences == () for item in case.items())
