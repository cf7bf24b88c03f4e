"""What changed between two looks at a post: kinds, bounds, and everything that is no change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.detect.edits import compare, same_wording
from evidentia.detect.state import observe
from evidentia.record.errors import UsageError
from evidentia.record.item import Program
from evidentia.record.life import Change, ChangeKind, MediaFate, WordMove
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Evidence, Media, Observation, PageReading, Post, Signal, State

START = datetime(2026, 11, 20, 3, tzinfo=UTC)
KEY = "spirit:forum.example/1"
AUTHOR = Account(id="7", handle="pejabat07", name="Pejabat 07")
POST = Post(
    platform="spirit",
    native_id="1",
    url="http://forum.example/comment/1/find/",
    author=AUTHOR,
    text="Saya mendukung Paslon A",
    title="Kabar",
    edit_mark=False,
)
SILENT = (State.LOGIN_WALL, State.CHALLENGE, State.UNREACHABLE, State.UNDETERMINED)


def minutes(start: float, end: float) -> Interval:
    return Interval(not_before=START + timedelta(minutes=start), not_after=START + timedelta(minutes=end))


def look(at: float = 0, state: State = State.LIVE, edits: str | None = None, **changes: Any) -> Observation:
    """A look of one minute at the post as ``changes`` make it; at no post where the state is that it is not there."""
    shown = state in (State.LIVE, State.EDITED)
    signals = () if edits is None else (Signal(name="edit-count", seen=edits, where="ul"),)
    return Observation(
        key=KEY,
        url=POST.url,
        state=state,
        during=minutes(at, at + 1),
        source="own capture",
        evidence=(Evidence(item=int(at) + 1, path="post.json"),),
        signals=signals,
        post=replace(POST, **changes) if shown else None,
    )


def kinds(changes: tuple[Change, ...]) -> list[ChangeKind]:
    return [change.kind for change in changes]


def test_an_edit_that_the_platform_marks() -> None:
    after = look(60, State.EDITED, "1", text="Saya netral", edit_mark=True)
    (change,) = compare(look(), after)
    assert change.kind is ChangeKind.EDITED
    assert (change.before, change.after) == ("Saya mendukung Paslon A", "Saya netral")
    assert [w.text for w in change.words if w.move is WordMove.ADDED] == [" netral"]
    assert ("edit-count", "0 → 1") in [(s.name, s.seen) for s in change.signals]
    assert [e.item for e in change.evidence] == [1, 61]


def test_an_edit_without_a_mark_is_silent() -> None:
    (change,) = compare(look(), look(60, text="Saya netral"))
    assert change.kind is ChangeKind.SILENTLY_EDITED
    assert "no-edit-mark" in [s.name for s in change.signals]


def test_a_second_edit_that_does_not_move_the_count_is_silent() -> None:
    before = look(0, State.EDITED, "1", edit_mark=True)
    assert kinds(compare(before, look(9, State.EDITED, "1", edit_mark=True, text="Lain"))) == [
        ChangeKind.SILENTLY_EDITED
    ]
    assert kinds(compare(before, look(9, State.EDITED, "2", edit_mark=True, text="Lain"))) == [
        ChangeKind.EDITED
    ]


def test_a_time_of_editing_that_moved_marks_the_edit_and_does_not_narrow_the_bounds() -> None:
    at = START + timedelta(minutes=30)
    (change,) = compare(look(), look(60, text="Saya netral", edited_at=at, edit_mark=True))
    assert change.kind is ChangeKind.EDITED
    assert ("edited-at", at.isoformat()) in [(s.name, s.seen) for s in change.signals]
    assert (change.not_before, change.not_after) == (START, START + timedelta(minutes=61))


def test_an_edit_and_its_undoing_between_two_looks_is_known_by_the_mark() -> None:
    (change,) = compare(look(), look(60, State.EDITED, "2", edit_mark=True))
    assert change.kind is ChangeKind.EDITED
    assert change.before == change.after
    assert change.words == ()


def test_another_version_by_the_platforms_own_name_is_an_edit_though_nothing_that_is_read_differs() -> None:
    old = look(edit_mark=None, revision="bafy1", media=(picture("a", bits=0),))
    (change,) = compare(old, look(60, edit_mark=None, revision="bafy2", media=(picture("b", bits=4),)))
    assert (change.kind, change.before, change.words) == (ChangeKind.EDITED, change.after, ())
    assert ("revision", "bafy1 → bafy2") in [(signal.name, signal.seen) for signal in change.signals]
    assert [move.fate for move in change.media] == [MediaFate.REENCODED]
    assert compare(old, look(60, edit_mark=None, revision=None, media=(picture("a"),))) == ()


def test_a_title_that_changes_is_an_edit() -> None:
    (change,) = compare(look(), look(60, title="Kabar baru"))
    assert (change.kind, change.before, change.after) == (ChangeKind.SILENTLY_EDITED, "Kabar", "Kabar baru")


def test_a_link_that_leads_elsewhere_under_the_same_words_is_an_edit() -> None:
    old = look(0, links=("https://a.example/?utm_source=x",))
    assert compare(old, look(9, links=("https://a.example/?utm_source=y",))) == ()
    assert kinds(compare(old, look(9, links=("https://b.example/",)))) == [ChangeKind.SILENTLY_EDITED]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("satu dua\n\ntiga", "satu  dua tiga "),
        ("caf\u00e9", "cafe\u0301"),
        ("satu\u00a0dua", "satu dua"),
    ],
)
def test_layout_and_equivalent_spelling_are_no_edit(old: str, new: str) -> None:
    assert same_wording(old, new)
    assert compare(look(text=old), look(5, text=new)) == ()


@pytest.mark.parametrize(
    ("old", "new"), [("Paslon", "Pas\u200blon"), ("Paslon", "P\u0430slon"), ("A", "a"), ("A 👍🏽", "A 👍")]
)
def test_what_a_reader_hardly_sees_is_an_edit(old: str, new: str) -> None:
    assert kinds(compare(look(text=old), look(5, text=new))) == [ChangeKind.SILENTLY_EDITED]


def test_where_the_platform_never_says_an_edit_is_not_called_silent() -> None:
    (change,) = compare(look(edit_mark=None), look(5, text="Lain", edit_mark=None))
    assert change.kind is ChangeKind.EDITED
    told = {signal.name: signal.seen for signal in change.signals}
    assert told["no-edit-mark"].startswith("this look could show none")


def signalled(at: float, *signals: tuple[str, str], **changes: Any) -> Observation:
    told = tuple(Signal(name=name, seen=seen, where="x") for name, seen in signals)
    return replace(look(at, **changes), signals=told)


@pytest.mark.parametrize("name", ["poll", "content-warning", "self-label"])
def test_a_poll_or_a_warning_that_reads_otherwise_is_an_edit(name: str) -> None:
    (change,) = compare(signalled(0, (name, "Paslon A | Paslon B")), signalled(5, (name, "Paslon A")))
    assert (change.kind, change.signals[0].seen) == (ChangeKind.SILENTLY_EDITED, name)
    assert [run.text for run in change.words if run.move is WordMove.REMOVED] == [" | Paslon B"]
    assert kinds(compare(signalled(0), signalled(5, (name, "Paslon A")))) == [ChangeKind.SILENTLY_EDITED]


def test_a_poll_that_another_sources_look_lacks_is_no_edit() -> None:
    archived = replace(signalled(5), source="web.archive.example")
    assert compare(signalled(0, ("poll", "a | b")), archived) == ()


def test_a_flag_that_moderators_can_set_too_is_no_edit_by_the_author() -> None:
    (change,) = compare(signalled(0), signalled(5, ("over-18", "true")))
    assert change.kind is ChangeKind.VISIBILITY_CHANGED


def test_a_warning_that_is_put_before_a_post_is_an_edit_where_the_platform_marks_one() -> None:
    assert compare(look(title=None), look(5, title="Isi sensitif")) == ()
    (change,) = compare(look(title=None), look(5, title="Isi sensitif", edit_mark=True))
    assert (change.kind, change.before, change.after) == (ChangeKind.EDITED, "", "Isi sensitif")


def test_a_translation_by_the_platform_is_no_edit() -> None:
    translated = signalled(5, ("translated", "en"), text="I support Paslon A", title="News")
    assert compare(look(), translated) == ()
    assert compare(translated, look(9)) == ()
    private = signalled(5, ("translated", "en"), text="I support Paslon A", visibility="private")
    assert kinds(compare(look(visibility="public"), private)) == [ChangeKind.VISIBILITY_CHANGED]


TRACKED = (
    ("https://kabar.example/a?id=7", "https://kabar.example/a?id=7&utm_source=wa&utm_medium=x"),
    ("https://kabar.example/a", "https://kabar.example/a?fbclid=IwAR0"),
    ("https://www.instagram.com/p/Cx/", "https://www.instagram.com/p/Cx/?igsh=MzRl"),
    ("https://youtu.be/abc?t=61", "https://youtu.be/abc?t=61&si=Qx1"),
    ("https://x.com/pejabat07/status/1", "https://x.com/pejabat07/status/1?s=20&t=Xy"),
    ("https://www.tiktok.com/@a/video/1", "https://www.tiktok.com/@a/video/1?_r=1&_t=8k"),
)


@pytest.mark.parametrize(("plain", "tracked"), TRACKED)
def test_tracking_in_a_posts_links_is_no_edit(plain: str, tracked: str) -> None:
    assert compare(look(links=(plain,)), look(5, links=(tracked,))) == ()
    assert compare(look(text=f"Baca {plain} ya"), look(5, text=f"Baca {tracked} ya")) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://youtu.be/abc?t=61", "https://youtu.be/abc?t=90"),
        ("https://kabar.example/a?s=makassar", "https://kabar.example/a?s=gowa"),
        ("https://kabar.example/a?si=1", "https://kabar.example/a?si=2"),
        ("https://x.com/a/status/1", "https://x.com/a/status/2"),
    ],
)
def test_what_leads_elsewhere_in_a_link_is_an_edit(old: str, new: str) -> None:
    assert kinds(compare(look(links=(old,)), look(5, links=(new,)))) == [ChangeKind.SILENTLY_EDITED]
    changes = compare(look(text=f"Baca {old} ya"), look(5, text=f"Baca {new} ya"))
    assert kinds(changes) == [ChangeKind.SILENTLY_EDITED]


@pytest.mark.parametrize("signal", ["advertisement", "recommended", "csrf-token", "seen-ago", "page-status"])
def test_what_pages_say_beside_the_post_is_no_edit(signal: str) -> None:
    assert compare(signalled(0, (signal, "2 jam")), signalled(5, (signal, "3 jam"))) == ()


def test_a_relative_time_is_no_edit() -> None:
    assert compare(look(stated_time="2 jam yang lalu"), look(5, stated_time="kemarin")) == ()


def test_counters_are_never_an_edit() -> None:
    assert compare(look(activity={"likes": 1}), look(5, activity={"likes": 900, "views": 4})) == ()


def picture(name: str, *, bits: int | None = None, at: str = "") -> Media:
    """A picture whose PDQ hash has the lowest ``bits`` bits set."""
    hashed = None if bits is None else f"{(1 << bits) - 1:064x}"
    url = at or f"https://cdn.example/{name}"
    return Media(url=url, sha256=name, pdq=hashed, pdq_quality=None if bits is None else 100)


def test_media_change_by_digest_and_by_number_and_not_by_address() -> None:
    old = look(media=(Media(url="https://cdn.example/a?t=1", sha256="aa"),))
    assert compare(old, look(5, media=(Media(url="https://cdn.example/a?t=2", sha256="aa"),))) == ()
    assert compare(old, look(5, media=(Media(url="https://cdn.example/b"),))) == ()
    (change,) = compare(old, look(5, media=(Media(url="https://cdn.example/a?t=1", sha256="bb"),)))
    assert change.kind is ChangeKind.MEDIA_CHANGED
    assert [move.fate for move in change.media] == [MediaFate.UNDETERMINED]
    assert "cannot be told" in change.signals[0].seen
    assert kinds(compare(old, look(5, media=()))) == [ChangeKind.MEDIA_CHANGED]


def test_a_picture_that_the_platform_encoded_anew_is_no_edit() -> None:
    old, new = picture("a", bits=0), picture("b", bits=8)
    assert compare(look(media=(old,)), look(5, media=(new,))) == ()
    assert compare(look(media=(old, picture("c"))), look(5, media=(picture("c"), new))) == ()


def test_another_picture_is_a_change_that_tells_each_fate() -> None:
    kept, old, new = picture("k", bits=0), picture("a", bits=100), picture("b", bits=200)
    (change,) = compare(look(media=(kept, old)), look(5, media=(kept, new)))
    assert change.kind is ChangeKind.MEDIA_CHANGED
    assert [(m.fate, m.distance) for m in change.media] == [
        (MediaFate.UNCHANGED, None),
        (MediaFate.REPLACED, 100),
    ]
    assert change.signals[0].seen == "unchanged 1; replaced 1"


def test_a_mark_that_a_replaced_picture_explains_is_no_second_edit() -> None:
    at = START + timedelta(minutes=2)
    old, new = look(media=(picture("a", bits=0),)), picture("b", bits=200)
    (change,) = compare(old, look(5, media=(new,), edited_at=at, edit_mark=True))
    assert change.kind is ChangeKind.MEDIA_CHANGED
    assert "edited-at" in [signal.name for signal in change.signals]


def test_a_marked_edit_that_shows_nothing_else_carries_what_became_of_the_media() -> None:
    old, new = look(media=(picture("a", bits=0),)), picture("b", bits=4)
    (change,) = compare(old, look(5, media=(new,), edit_mark=True))
    assert change.kind is ChangeKind.EDITED
    assert [move.fate for move in change.media] == [MediaFate.REENCODED]


def test_a_picture_described_in_other_words_is_an_edit_where_the_platform_marks_one() -> None:
    old = look(media=(replace(picture("a"), description="Pejabat 07 di panggung"),))
    later = (replace(picture("a"), description="Seorang pria di panggung"),)
    (change,) = compare(old, look(5, media=later, edit_mark=True))
    assert (change.kind, change.before) == (ChangeKind.EDITED, "Pejabat 07 di panggung")
    assert compare(old, look(5, media=later)) == ()  # the platform's own description may have changed


@pytest.mark.parametrize("field", ["id", "handle", "name"])
def test_the_author_is_compared_where_both_are_known(field: str) -> None:
    changed, unknown = replace(AUTHOR, **{field: "lain"}), replace(AUTHOR, **{field: None})
    assert kinds(compare(look(), look(5, author=changed))) == [ChangeKind.AUTHOR_CHANGED]
    assert compare(look(), look(5, author=unknown)) == ()


def test_the_authors_picture_is_compared_by_its_bytes_and_then_by_what_it_shows() -> None:
    def with_picture(at: float, shown: Media | None) -> Observation:
        return look(at, author=replace(AUTHOR, picture=shown))

    old = with_picture(0, picture("a", bits=0))
    assert compare(old, with_picture(5, picture("a", bits=0, at="https://cdn.example/x?sig=2"))) == ()
    assert compare(old, with_picture(5, picture("b", bits=9))) == ()
    assert compare(old, with_picture(5, None)) == ()
    (change,) = compare(old, with_picture(5, picture("c", bits=200)))
    assert change.kind is ChangeKind.AUTHOR_CHANGED
    assert [move.fate for move in change.media] == [MediaFate.REPLACED]
    assert [(s.name, s.seen) for s in change.signals] == [("part", "picture")]


@pytest.mark.parametrize("field", ["in_reply_to", "quotes", "shares"])
def test_what_it_answers_quotes_or_passes_on(field: str) -> None:
    def pointing(at: float, url: str) -> Observation:
        changes: dict[str, Any] = {field: url}
        return look(at, **changes)

    old = pointing(0, "https://a.example/1?utm_source=x")
    assert compare(old, pointing(5, "https://a.example/1")) == ()
    (change,) = compare(old, pointing(5, "https://a.example/2"))
    assert (change.kind, change.signals[0].seen) == (ChangeKind.THREAD_CHANGED, field)


def test_a_reference_that_one_look_lacks_counts_where_the_platform_names_another_version() -> None:
    old = look(quotes="https://a.example/1", revision="r1")
    assert compare(old, look(5, quotes=None, revision="r1")) == ()
    assert kinds(compare(old, look(5, quotes=None, revision="r2"))) == [ChangeKind.THREAD_CHANGED]


def test_who_may_answer() -> None:
    (change,) = compare(look(reply_setting="everyone"), look(5, reply_setting="followers"))
    assert (change.kind, change.before, change.after) == (
        ChangeKind.REPLY_SETTING_CHANGED,
        "everyone",
        "followers",
    )
    assert compare(look(), look(5, reply_setting="followers")) == ()


def test_visibility() -> None:
    changes = compare(look(visibility="public"), look(5, visibility="private"))
    assert kinds(changes) == [ChangeKind.VISIBILITY_CHANGED]
    assert compare(look(), look(5, visibility="private")) == ()


def test_a_post_that_vanishes_and_one_that_comes_back() -> None:
    gone = look(5, State.UNAVAILABLE)
    (vanished,) = compare(look(), gone)
    assert (vanished.kind, vanished.before, vanished.after) == (
        ChangeKind.STATE_CHANGED,
        "live",
        "unavailable",
    )
    assert kinds(compare(gone, look(9), seen_earlier=True)) == [ChangeKind.RESTORED]
    assert kinds(compare(look(5, State.REMOVED_BY_PLATFORM), look(9))) == [ChangeKind.RESTORED]


def test_what_was_never_seen_does_not_come_back() -> None:
    assert kinds(compare(look(0, State.UNAVAILABLE), look(9))) == [ChangeKind.STATE_CHANGED]


@pytest.mark.parametrize("state", SILENT)
def test_what_proves_nothing_changes_nothing(state: State) -> None:
    silent = replace(look(5, state), post=replace(POST, text="Masuk untuk melanjutkan"))
    assert compare(look(), silent) == ()
    assert compare(silent, look(9, text="Lain")) == ()


def test_texts_read_from_different_places_of_a_page_do_not_compare() -> None:
    def read_from(place: str, at: float, text: str) -> Observation:
        return replace(look(at, text=text), signals=(Signal(name="text-from", seen=place, where="x"),))

    assert compare(read_from("json-ld", 0, "a"), read_from("article", 5, "b")) == ()
    assert len(compare(read_from("article", 0, "a"), read_from("article", 5, "b"))) == 1


def test_looks_that_overlap_say_that_their_order_is_uncertain() -> None:
    (change,) = compare(look(0), look(0.5, text="Lain"))
    assert "looks-overlap" in [s.name for s in change.signals]


def test_a_bound_that_is_not_known_stays_unknown() -> None:
    screenshot = replace(look(), during=Interval(not_after=START))
    (change,) = compare(screenshot, look(5, text="Lain"))
    assert (change.not_before, change.not_after) == (None, START + timedelta(minutes=6))


def test_two_posts_are_not_compared() -> None:
    with pytest.raises(UsageError) as caught:
        compare(look(), replace(look(5), key="spirit:forum.example/2"))
    assert caught.value.next_step


@given(
    served=st.lists(st.floats(0, 1), min_size=2, max_size=2),
    length=st.lists(st.floats(0.1, 30), min_size=2, max_size=2),
    pause=st.floats(0, 60),
    where=st.floats(0, 1),
)
def test_the_bounds_hold_whenever_within_the_looks_the_page_was_served(
    served: list[float], length: list[float], pause: float, where: float
) -> None:
    first, second = (0.0, length[0]), (length[0] + pause, length[0] + pause + length[1])
    old_served = first[0] + served[0] * length[0]
    new_served = second[0] + served[1] * length[1]
    edited = START + timedelta(minutes=old_served + where * (new_served - old_served))
    before = replace(look(), during=minutes(*first))
    (change,) = compare(before, replace(look(text="Lain"), during=minutes(*second)))
    assert change.not_before is not None
    assert change.not_after is not None
    assert change.not_before <= edited <= change.not_after


def reading(post: Post | None, state: State = State.LIVE) -> PageReading:
    return PageReading(state=state, signals=(), reader=Program(name="r", version="1"), post=post)


def test_another_post_at_the_address_is_not_taken_for_the_one_looked_for() -> None:
    other = replace(POST, native_id="2", text="Yang lain")
    seen = observe(reading(other), POST.url, minutes(0, 1), (), KEY)
    assert (seen.state, seen.post) == (State.UNDETERMINED, None)
    assert seen.signals[0].seen == "spirit:forum.example/2"
    assert compare(look(), replace(seen, during=minutes(5, 6))) == ()


def test_a_reading_becomes_an_observation_as_it_is() -> None:
    seen = observe(reading(POST), POST.url, minutes(0, 1), (Evidence(item=1, path="dom.html"),), KEY)
    assert (seen.state, seen.post, seen.key, seen.source) == (State.LIVE, POST, KEY, "own capture")
    gone = observe(reading(None, State.UNAVAILABLE), POST.url, minutes(0, 1), (), KEY)
    assert (gone.state, gone.key) == (State.UNAVAILABLE, KEY)


WORDS = st.lists(
    st.sampled_from(["Saya", "tidak", "netral", "#pilih", "https://a.example/x?id=1", "👍🏽", "@warga"]),
    min_size=1,
)


@given(
    words=WORDS,
    gaps=st.lists(st.sampled_from([" ", "\n", "  ", "\u00a0"]), min_size=1),
    likes=st.integers(0, 10**9),
    stated=st.sampled_from([None, "2 jam", "kemarin"]),
    signature=st.integers(0, 10**9),
    chance=st.randoms(use_true_random=False),
)
def test_what_moves_by_itself_is_never_a_change(
    words: list[str], gaps: list[str], likes: int, stated: str | None, signature: int, chance: Any
) -> None:
    """Layout, counters, relative times, tracking, signed addresses of the same bytes, the order of media."""
    names = ["a", "b", "c"]
    face = picture("face", bits=0)
    first = look(
        text=" ".join(words),
        media=tuple(picture(name) for name in names),
        author=replace(AUTHOR, picture=face),
        links=("https://a.example/x?id=1",),
    )
    chance.shuffle(names)
    laid_out = "".join(word + gaps[n % len(gaps)] for n, word in enumerate(words))
    second = look(
        60,
        text=laid_out.replace("?id=1", f"?id=1&utm_source=s{signature}"),
        media=tuple(picture(name, at=f"https://cdn.example/{name}?oh={signature}") for name in names),
        author=replace(AUTHOR, picture=replace(face, url=f"https://cdn.example/x?ccb={signature}")),
        links=(f"https://a.example/x?fbclid={signature}&id=1",),
        activity={"likes": likes},
        stated_time=stated,
    )
    assert compare(first, second) == ()


@given(WORDS, st.integers(0, 20), st.sampled_from(["bukan", "2", "Paslon"]))
def test_every_other_word_is_an_edit(words: list[str], at: int, word: str) -> None:
    reworded = [*words[:at], word, *words[at:]]
    (change,) = compare(look(text=" ".join(words)), look(60, text=" ".join(reworded)))
    assert change.kind is ChangeKind.SILENTLY_EDITED
    assert [run.text.strip() for run in change.words if run.move is WordMove.ADDED] == [word]
