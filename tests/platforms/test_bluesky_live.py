"""A post's life at a real Bluesky host, and what the protocol's own library says of the same proofs."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from evidentia.capture.light import look_lightly
from evidentia.capture.options import PageOptions
from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.platforms.atproto.proof import check
from evidentia.platforms.bluesky import read
from evidentia.record.item import Role
from evidentia.record.post import ProofOutcome, State
from lab.bluesky import POSTS, Bluesky, is_installed
from lab.bluesky_verifier import Claim, verified
from lab.record_bluesky import FIRST, SECOND, address, images, picture
from tests.platforms.atproto_forge import COLLECTION, Forge, cbor, cid, key, post, serve, spelled
from tests.platforms.bluesky_recorded import gathered, recorded

pytestmark = pytest.mark.lab

PRESENT, ABSENT = ProofOutcome.PRESENT, ProofOutcome.ABSENT
A_WHILE = timedelta(minutes=5)  # between the host's clock and this test's, which is the same machine


def claim_of(page: CapturedPage) -> Claim:
    """What our reader makes of a capture, as a claim for the library."""
    found = gathered(page)
    assert found.subject is not None
    assert found.answers.car is not None
    checked = check(found.subject, found.answers)
    assert checked.proof.key is not None
    return Claim(
        car=found.answers.car.body,
        did=found.subject.did,
        key=checked.proof.key,
        collection=POSTS,
        rkey=found.subject.rkey,
        cid=None if checked.cid is None else str(checked.cid),
    )


def test_a_post_is_published_edited_and_removed_and_each_is_proven(bluesky: Bluesky) -> None:
    member = bluesky.join("pejabat07", "Pejabat 07")
    published = bluesky.publish(member, FIRST)
    for number in range(30):
        bluesky.publish(member, f"Kabar nomor {number}.")
    url = address(member, published)

    first = read(bluesky.look(url))
    edited = bluesky.edit(member, published, SECOND)
    second_page = bluesky.look(url)
    second = read(second_page)
    bluesky.delete(member, published)
    third_page = bluesky.look(url)
    third = read(third_page)

    assert first.post is not None
    assert second.post is not None
    assert (first.post.text, first.post.revision) == (FIRST, published.cid)
    assert (second.post.text, second.post.revision) == (SECOND, edited.cid)
    assert (third.state, third.post) == (State.UNAVAILABLE, None)
    proofs = [reading.proofs[0] for reading in (first, second, third)]
    assert [proof.outcome for proof in proofs] == [PRESENT, PRESENT, ABSENT]
    assert {proof.key for proof in proofs} == {proofs[0].key}
    moments = [proof.at for proof in proofs if proof.at is not None]
    assert moments == sorted(moments)
    assert abs(datetime.now(UTC) - moments[-1]) < A_WHILE
    assert verified([claim_of(second_page), claim_of(third_page)]) == [True, True]


def test_an_account_in_many_states_is_proven_throughout(bluesky: Bluesky) -> None:
    member = bluesky.join("warga12")
    posts = [bluesky.publish(member, f"Kiriman {number}.") for number in range(12)]
    for number, each in enumerate(posts):
        if number % 3 == 0:
            bluesky.delete(member, each)
    pages = [bluesky.look(each.uri) for each in posts]
    outcomes = [read(page).proofs[0].outcome for page in pages]
    assert outcomes == [ABSENT if number % 3 == 0 else PRESENT for number in range(12)]
    assert verified([claim_of(page) for page in pages]) == [True] * 12


def test_the_library_and_we_agree_on_what_does_not_hold(absent: Callable[[str], None]) -> None:
    if not is_installed():
        absent("no Bluesky host is installed: run scripts/install")
    live, edited, removed = (claim_of(recorded(f"post-{name}")) for name in ("live", "edited", "removed"))
    forge = Forge(signing=key(), records={f"{COLLECTION}/{n:03}": post(str(n)) for n in range(50)})
    forged = serve(forge, "007")
    ours = Claim(forged.car, forged.did, forge.signing.did, COLLECTION, "007", None)
    ours = replace(ours, cid=spelled(cid(cbor(post("7")))))
    wrong = [
        replace(live, cid=edited.cid),
        replace(live, cid=None),
        replace(removed, cid=live.cid),
        replace(live, key=key().did),
        replace(live, did=forged.did),
        replace(live, rkey=live.rkey[:-1] + "2"),
        replace(live, car=live.car.replace(b"Paslon A", b"Paslon B")),
        replace(ours, cid=None),
        replace(ours, rkey="008"),
    ]
    right = [live, edited, removed, ours, replace(ours, rkey="999", cid=None)]
    assert verified(right) == [True] * len(right)
    assert verified(wrong) == [False] * len(wrong)
    assert check(forged.subject, forged.answers).proof.outcome is PRESENT


def archived(wacz: Path) -> tuple[CapturedResponse, ...]:
    """The responses in a WACZ, by warcio."""
    with zipfile.ZipFile(wacz) as packed:
        name = next(name for name in packed.namelist() if name.endswith((".warc", ".warc.gz")))
        records = ArchiveIterator(io.BytesIO(packed.read(name)))
    return tuple(
        CapturedResponse(
            url=record.rec_headers.get_header("WARC-Target-URI"),
            status=int(record.http_headers.get_statuscode()),
            headers=tuple(record.http_headers.headers),
            body=record.content_stream().read(),
        )
        for record in records
        if record.rec_type == "response"
    )


def test_who_may_answer_and_the_authors_picture_come_from_the_host(bluesky: Bluesky) -> None:
    member = bluesky.join("pejabat-bergambar")
    post = bluesky.publish(member, FIRST)
    url = address(member, post)
    open_to_all = read(bluesky.look(url)).post

    rules = [{"$type": "app.bsky.feed.threadgate#followerRule"}]
    written = {"post": post.uri, "allow": rules, "createdAt": "2026-11-21T10:00:00.000Z"}
    bluesky.put(member, "app.bsky.feed.threadgate", post.rkey, written)
    face = bluesky.upload(member, picture())
    bluesky.put(member, "app.bsky.actor.profile", "self", {"displayName": "Pejabat", "avatar": face})
    closed = read(bluesky.look(url)).post

    assert open_to_all is not None
    assert closed is not None
    assert (open_to_all.reply_setting, closed.reply_setting) == ("anybody", "followerRule")
    assert open_to_all.author.picture is None
    assert closed.author.picture is not None
    assert closed.author.picture.sha256 == hashlib.sha256(picture()).hexdigest()
    assert face["ref"]["$link"] in closed.author.picture.url


def test_a_proof_is_verified_again_from_the_archive_alone(bluesky: Bluesky, tmp_path: Path) -> None:
    member = bluesky.join("warga99", "Warga 99")
    blob = bluesky.upload(member, picture())
    published = bluesky.publish(member, FIRST, embed=images(blob, "Foto apel"))
    options = PageOptions(allow_private_network=True, places=bluesky.places)
    made = look_lightly(published.uri, tmp_path, options)
    assert [file.role for file in made.files] == [Role.ARCHIVE]
    assert made.presence.present

    bluesky.stop()  # nothing can be asked any more
    page = CapturedPage(
        requested_url=published.uri,
        final_url=None,
        status=None,
        responses=archived(tmp_path / made.files[0].name),
    )
    again = read(page)
    assert again == made.reading
    assert (again.state, again.proofs[0].outcome) == (State.LIVE, PRESENT)
    assert again.post is not None
    assert again.post.revision == published.cid
    assert again.post.media[0].sha256 is not None
