"""The main job through the library, on a real forum, with a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

import evidentia as ev
from evidentia.capture import chromium
from evidentia.detect.reading.rates import NAMES
from evidentia.record.errors import MissingPart, UsageError
from lab.browser import photograph
from lab.forum import Forum
from lab.pki import Lab

BEFORE = "Mari dukung Paslon A, coblos nomor 1!"
AFTER = "Mari dukung acara warga, bawa payung!"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _browser(absent: object) -> None:
    try:
        chromium.find()
    except MissingPart as error:
        absent(error.happened)  # type: ignore[operator]


def test_the_main_job_in_fifteen_lines(lab: Lab, forum: Forum, tmp_path: Path) -> None:
    topic = forum.publish("Ajakan", BEFORE)
    complaint = photograph(topic.url, tmp_path / "IMG-20261121-WA0001.png")
    sender, receiver = (
        ev.Custodian.from_pkcs12(lab.people[who].p12, lab.people[who].passphrase, tsa=lab.tsa_url, who=who)
        for who in ("penyidik-a", "pengawas-b")
    )
    local = ev.PageOptions(allow_private_network=True)

    case = ev.Case.create(tmp_path / "makassar-15", title="Ajakan memilih", custodian=sender)
    first = case.capture(topic.url, access=ev.Access.PUBLIC, options=local)
    forum.edit(topic.comment_id, AFTER)
    second = case.recheck(first.post or "")
    forum.delete(topic.comment_id)
    third = case.recheck(first.post or "")
    shot = case.add(complaint, access=ev.Access.FORWARDED, source="pelapor")
    match = case.match(shot)
    case.transfer(to=receiver, reason="klarifikasi")
    head = case.export(tmp_path / "makassar-15.zip")
    verdict = ev.verify(
        tmp_path / "makassar-15.zip", trust=ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    )

    assert first.state is ev.State.LIVE
    assert first.post is not None
    assert first.post.text == BEFORE
    assert first.content_present is not None
    assert first.content_present.present is True
    assert second.state is ev.State.EDITED
    assert third.state is ev.State.UNAVAILABLE
    life = case.timeline(first.post)
    assert [version.text for version in life.versions] == [BEFORE, AFTER]
    assert [change.kind for change in life.changes] == [ev.ChangeKind.EDITED, ev.ChangeKind.STATE_CHANGED]
    assert (match.outcome, match.version) == (ev.Outcome.CONSISTENT, 1)
    assert {rate.name for rate in match.error_rates} >= set(NAMES)
    assert (verdict.status, verdict.head) == (ev.Status.PASSED, head)


def test_every_change_is_bounded_by_looks_that_the_servers_own_clock_confirms(
    lab: Lab, forum: Forum, tmp_path: Path
) -> None:
    who = lab.people["penyidik-a"]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    case = ev.Case.create(tmp_path / "batas", title="Batas", custodian=custodian)
    topic = forum.publish("Batas", BEFORE)
    first = case.capture(
        topic.url, access=ev.Access.PUBLIC, options=ev.PageOptions(allow_private_network=True)
    )
    edited_at = forum.edit(topic.comment_id, AFTER)  # the server's clock, in whole seconds
    case.recheck(first.post or "")
    (change,) = case.timeline(first.post or "").changes
    assert change.not_before is not None
    assert change.not_after is not None
    assert change.not_before.replace(microsecond=0) <= edited_at <= change.not_after


def test_a_page_that_cannot_be_reached_is_on_record_and_says_nothing_about_the_post(
    lab: Lab, tmp_path: Path
) -> None:
    who = lab.people["penyidik-a"]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    case = ev.Case.create(tmp_path / "mati", title="Mati", custodian=custodian)
    seen = case.capture(
        "http://127.0.0.1:9/topic/1/",
        access=ev.Access.PUBLIC,
        options=ev.PageOptions(allow_private_network=True),
    )
    assert seen.state is ev.State.UNREACHABLE
    assert seen.item.circumstances is not None
    assert seen.item.circumstances.failure
    assert case.events[-1].items[0].item == seen.item.item


def test_a_private_address_is_refused_unless_it_is_allowed(lab: Lab, forum: Forum, tmp_path: Path) -> None:
    who = lab.people["penyidik-a"]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    case = ev.Case.create(tmp_path / "tolak", title="Tolak", custodian=custodian)
    seen = case.capture(forum.publish("Tolak", BEFORE).url, access=ev.Access.PUBLIC)
    assert seen.state is ev.State.UNREACHABLE
    assert seen.post is None
    assert seen.item.circumstances is not None
    assert any("loopback" in line for line in seen.item.circumstances.not_captured)


def test_a_post_that_the_case_does_not_know_cannot_be_rechecked(lab: Lab, tmp_path: Path) -> None:
    who = lab.people["penyidik-a"]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    case = ev.Case.create(tmp_path / "kosong", title="Kosong", custodian=custodian)
    with pytest.raises(UsageError, match="knows no post"):
        case.recheck("https://social.example/p/1")
