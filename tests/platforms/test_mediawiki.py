"""The reader of MediaWiki, on what a real wiki (1.39) answered: see fixtures/README.md."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia import platforms
from evidentia.platforms import CapturedPage, CapturedResponse, mediawiki
from evidentia.platforms.keys import post_key
from evidentia.platforms.mediawiki_api import Address, address_of, log_query, page_query
from evidentia.record.post import EntityKind, PageReading, State
from lab.record_wiki import FIRST, PHONE, SECOND, picture

from .pages import post_of, recorded_in, seen

recorded = recorded_in("mediawiki")
FOLDER = Path(__file__).parents[2] / "fixtures" / "platforms" / "mediawiki"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def read(name: str) -> PageReading:
    return platforms.read(recorded(name))


def answered(name: str, change: dict[str, object], part: str = "pages") -> CapturedPage:
    """The recorded capture with ``change`` made to the first thing under ``part`` of the answers that have it."""
    page, responses = recorded(name), []
    for response in page.responses:
        body = response.body
        if "api.php" in response.url:
            made = json.loads(body)
            for thing in made.get("query", {}).get(part, [])[:1]:
                thing.update(change)
            body = json.dumps(made).encode()
        responses.append(msgspec.structs.replace(response, body=body))
    return msgspec.structs.replace(page, responses=tuple(responses))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("page-live", State.LIVE),
        ("page-edited", State.EDITED),
        ("page-edited-then-protected", State.EDITED),
        ("page-with-earlier-text-hidden", State.EDITED),
        ("revision-named", State.LIVE),
        ("revision-by-special-diff", State.LIVE),
        ("revision-text-hidden", State.REMOVED_BY_PLATFORM),
        ("revision-suppressed", State.REMOVED_BY_PLATFORM),
        ("page-deleted", State.REMOVED_BY_PLATFORM),
        ("page-restored", State.LIVE),
        ("page-with-picture", State.LIVE),
        ("page-moved", State.LIVE),
        ("page-moved-without-redirect", State.LIVE),
        ("page-that-never-was", State.UNAVAILABLE),
        ("revision-that-never-was", State.UNAVAILABLE),
        ("private-wiki", State.LOGIN_WALL),
    ],
)
def test_every_recorded_page_has_the_state_it_was_in(name: str, state: State) -> None:
    reading = read(name)
    assert (reading.state, reading.reader) == (state, mediawiki.READER)
    assert (reading.post is not None) == (state in (State.LIVE, State.EDITED))
    assert reading.signals


def test_every_recording_is_tested() -> None:
    assert len(NAMES) == 16


def test_a_page_is_read_with_its_author_and_the_number_of_its_revision() -> None:
    post = post_of(read("page-live"))
    assert post.text == FIRST
    assert (post.author.handle, post.author.name) == ("Pejabat 07", None)
    assert post.author.id is not None
    assert post.title == "Dukungan untuk Paslon A"
    assert post.revision is not None
    assert (post.edit_mark, post.edited_at) == (False, None)
    assert post.created_at is not None


def test_links_and_mentions_stand_where_they_are_in_the_text() -> None:
    for name, kinds in (("page-live", ["mention"]), ("page-edited", ["link", "link"])):
        post = post_of(read(name))
        assert [entity.kind for entity in post.entities] == kinds
    mention = post_of(read("page-live")).entities[0]
    assert (mention.kind, mention.target) == (EntityKind.MENTION, "Warga 12")
    assert FIRST[mention.start : mention.end] == "[[Pengguna:Warga 12|seorang warga]]"
    assert post_of(read("page-edited")).links == ("https://kota.example/berita",)


def test_the_wiki_keeps_every_wording_oldest_first() -> None:
    reading = read("page-edited")
    assert [kept.text for kept in reading.history] == [FIRST, SECOND]
    assert post_of(reading).text == SECOND
    assert reading.history[-1].revision == post_of(reading).revision
    assert all(kept.at is not None and "api.php" in kept.where for kept in reading.history)
    assert [said.partition(" by ")[2] for said in seen(reading, "revision-by")] == [
        "Pejabat 07 (id 3): ralat",
        "Pejabat 07 (id 3): pernyataan",
    ]


def test_a_protection_by_an_administrator_is_no_wording_of_theirs() -> None:
    before, after = post_of(read("page-edited")), post_of(read("page-edited-then-protected"))
    assert (after.author, after.revision, after.edited_at) == (
        before.author,
        before.revision,
        before.edited_at,
    )
    assert len(read("page-edited-then-protected").history) == 3
    assert any(
        "by Pengurus" in said for said in seen(read("page-edited-then-protected"), "log:protect/protect")
    )


def test_every_wording_names_who_saved_it() -> None:
    history = read("page-edited-then-protected").history
    assert [kept.author and kept.author.handle for kept in history] == [
        "Pejabat 07",
        "Pejabat 07",
        "Pengurus",
    ]
    (hidden, *_) = read("revision-suppressed").history
    assert (hidden.text, hidden.author) == (None, None)


def test_a_hidden_wording_is_named_without_its_words() -> None:
    reading = read("page-with-earlier-text-hidden")
    assert [kept.text for kept in reading.history] == [None, SECOND, SECOND]
    assert seen(reading, "texthidden") == [f"revision {reading.history[0].revision}"]
    assert seen(reading, "log:delete/revision")


def test_a_suppressed_revision_names_nobody() -> None:
    reading = read("revision-suppressed")
    assert reading.post is None
    assert {"texthidden", "userhidden", "commenthidden", "suppressed"} <= {s.name for s in reading.signals}
    assert any("by hidden" in said for said in seen(reading, "revision-by"))


def test_a_named_revision_is_a_post_of_its_own() -> None:
    page, old = post_of(read("page-edited")), post_of(read("revision-named"))
    assert old.text == FIRST
    assert old.native_id == f"{page.native_id}@{old.revision}"
    assert post_key(old) != post_key(page)
    assert post_of(read("revision-by-special-diff")).text == SECOND


def test_a_deletion_is_the_platforms_and_says_who_made_it() -> None:
    reading = read("page-deleted")
    assert any("by Pengurus (id 1): data pribadi" in said for said in seen(reading, "log:delete/delete"))
    assert PHONE not in msgspec.json.encode(reading).decode()


def test_a_page_that_came_back_says_so() -> None:
    reading = read("page-restored")
    assert post_of(reading).text == PHONE
    assert "brought back" in reading.reason
    assert seen(reading, "log:delete/delete")
    assert seen(reading, "log:delete/restore")


def test_a_moved_page_is_followed_and_stays_the_same_post() -> None:
    restored, moved, again = (
        post_of(read(n)) for n in ("page-restored", "page-moved", "page-moved-without-redirect")
    )
    assert post_key(restored) == post_key(moved) == post_key(again)
    assert (moved.title, again.title) == ("Nomor warga", "Nomor penduduk")
    assert moved.author.handle == again.author.handle == "Warga 12"
    assert "moved to: Nomor warga" in read("page-moved").reason


def test_a_pages_pictures_are_those_that_the_wiki_holds() -> None:
    page = recorded("page-with-picture")
    reading = platforms.read(page)
    (medium,) = post_of(reading).media  # the page names another, which was never uploaded
    assert (medium.media_type, medium.sha256) == ("image/png", sha256(picture()).hexdigest())
    assert not seen(reading, "media-differ")
    other = (*page.responses[:-1], msgspec.structs.replace(page.responses[-1], body=b"another picture"))
    assert seen(platforms.read(msgspec.structs.replace(page, responses=other)), "media-differ")


def test_an_absence_without_a_log_entry_is_not_called_a_deletion() -> None:
    assert seen(read("page-that-never-was"), "page-missing") == ["missing"]
    assert "does not say that it was deleted" in read("page-that-never-was").reason


def test_a_missing_revision_beside_a_deleted_title_says_no_more_than_that() -> None:
    deleted = recorded("page-deleted")
    base = next(r.url for r in deleted.responses if "/api.php" in r.url).partition("?")[0]
    url = f"{base.removesuffix('api.php')}index.php?title=Nomor&oldid=77"
    bad = json.dumps({"query": {"badrevids": {"77": {"revid": 77, "missing": True}}}}).encode()
    asked = page_query(base, Address("", revision=77))
    responses = (
        msgspec.structs.replace(deleted.responses[0], url=url),
        CapturedResponse(url=asked, status=200, headers=(), body=bad),
        next(r for r in deleted.responses if r.url == log_query(base, "Nomor")),
    )  # fmt: skip
    reading = platforms.read(
        CapturedPage(requested_url=url, final_url=None, status=None, responses=responses)
    )
    assert reading.state is State.UNAVAILABLE
    assert "page beside it in the address was deleted" in reading.reason


def test_words_that_do_not_fit_their_digest_are_a_signal() -> None:
    page = recorded("page-live")
    forged = tuple(
        msgspec.structs.replace(r, body=r.body.replace(b"mendukung", b"menolak")) for r in page.responses
    )
    assert seen(platforms.read(msgspec.structs.replace(page, responses=forged)), "sha1-mismatch")
    assert not seen(read("page-live"), "sha1-mismatch")


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("ratelimited", State.CHALLENGE),
        ("readonly", State.UNREACHABLE),
        ("internal_api_error_DBQueryError", State.UNREACHABLE),
        ("unknown_action", State.UNDETERMINED),
    ],
)
def test_a_refusal_says_nothing_about_the_page(code: str, state: State) -> None:
    page = recorded("private-wiki")
    body = json.dumps({"error": {"code": code, "info": "…"}}).encode()
    responses = (page.responses[0], msgspec.structs.replace(page.responses[1], body=body))
    assert platforms.read(msgspec.structs.replace(page, responses=responses)).state is state


def test_a_page_cannot_send_the_question_to_another_host() -> None:
    page = recorded("page-live")
    served = page.responses[0]
    elsewhere = served.body.replace(b"http://127.0.0.1", b"http://other.example")
    asking = mediawiki.questions(page.requested_url, platforms.Places())
    assert asking is not None
    assert next(asking).url == page.requested_url
    following = asking.send(msgspec.structs.replace(served, body=elsewhere))
    assert following.url.startswith(page.requested_url.split("/wiki/")[0] + "/api.php?")


def test_an_interface_is_not_guessed_where_the_page_is_no_wikis() -> None:
    asking = mediawiki.questions("https://news.example/wiki/Kabar", platforms.Places())
    assert asking is not None
    next(asking)
    served = CapturedResponse(
        url="https://news.example/wiki/Kabar", status=200, headers=(), body=b"<html><p>Kabar</p></html>"
    )
    with pytest.raises(StopIteration):
        asking.send(served)


def test_answers_that_nobody_asked_for_are_not_read() -> None:
    page = recorded("page-live")
    moved = tuple(
        msgspec.structs.replace(r, url=r.url.replace("127.0.0.1", "evil.example"))
        if "api.php" in r.url
        else r
        for r in page.responses
    )
    assert not mediawiki.recognises(msgspec.structs.replace(page, responses=moved))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://w.example/wiki/Kota_Contoh#Sejarah", Address("https://w.example", "Kota Contoh")),
        ("https://w.example/a/index.php?title=Kota&oldid=12", Address("https://w.example/a", "Kota", revision=12)),
        ("https://w.example/w/index.php?title=K&diff=9&oldid=7", Address("https://w.example/w", "K", revision=9)),
        ("https://w.example/w/index.php?title=K&diff=prev&oldid=7", Address("https://w.example/w", "K", revision=7)),
        ("https://w.example/w/index.php?title=K&diff=cur&oldid=7", Address("https://w.example/w", "K")),
        ("https://w.example/index.php?curid=5", Address("https://w.example", page=5)),
        ("https://w.example/wiki/Istimewa:Pranala_permanen/8", Address("https://w.example", revision=8)),
        ("https://w.example/wiki/Special:RecentChanges", None),
        ("https://w.example/wiki/A%7CB", None),
        ("https://w.example/w/index.php?title=K&diff=next&oldid=7", None),
        ("https://w.example/blog/index.php5?title=K", None),
        ("https://w.example/about", None),
        ("ftp://w.example/wiki/K", None),
        ("http://[x/wiki/K", None),
    ],
)  # fmt: skip
def test_addresses_are_read_by_their_structure(url: str, expected: Address | None) -> None:
    assert address_of(url) == expected


@pytest.mark.parametrize(
    "change", [{"pageid": "x"}, {"revisions": {}}, {"revisions": [{}]}, {"missing": "ya"}]
)
def test_an_answer_of_another_shape_is_said_to_be_unreadable(change: dict[str, object]) -> None:
    page = answered("page-live", change)
    assert not mediawiki.recognises(page)
    reading = mediawiki.read(page)
    assert reading.state is State.UNDETERMINED
    assert seen(reading, "answer-unreadable")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_any_answer_gives_a_reading(name: str, data: st.DataObject) -> None:
    page = recorded(name)
    responses = list(page.responses)
    at = data.draw(st.integers(0, len(responses) - 1))
    body = bytearray(responses[at].body)
    start = data.draw(st.integers(0, len(body)))
    noise = data.draw(_JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=20))
    body[start : start + data.draw(st.integers(0, 60))] = noise
    responses[at] = msgspec.structs.replace(responses[at], body=bytes(body))
    changed = msgspec.structs.replace(page, responses=tuple(responses))
    assert isinstance(platforms.read(changed), PageReading)
    assert isinstance(mediawiki.read(changed), PageReading)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        ["pageid", "title", "revisions", "missing", "redirect", "fullurl", "type", "params", "user"]
    ),
    _JSON,
)
def test_any_member_may_be_anything(member: str, value: object) -> None:
    for part in ("pages", "logevents"):
        changed = answered("page-moved", {member: value}, part)
        assert isinstance(mediawiki.read(changed), PageReading)
