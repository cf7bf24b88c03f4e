"""What contradicts what in the life of a post, each kind with what comes near to it and is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from evidentia.detect.timeline import ReadPicture, assemble
from evidentia.platforms.signals import EDIT_COUNT, TEXT_FROM
from evidentia.record.finding import Difference, Outcome, Part, Reading
from evidentia.record.item import Program
from evidentia.record.life import ChangeKind, ContradictionKind, Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import (
    OWN_CAPTURE,
    Account,
    Control,
    ControlKind,
    Evidence,
    KeptVersion,
    Observation,
    Post,
    Proof,
    ProofKind,
    ProofOutcome,
    Signal,
    State,
)

START = datetime(2026, 11, 20, tzinfo=UTC)
ARCHIVE = "Wayback Machine (https://web.archive.org)"
URL = "https://social.example/@pejabat07/1"
SUBJECT = "at://did:plc:pejabat07/app.bsky.feed.post/1"
PRESENT = (State.LIVE, State.EDITED)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def look(
    start: float,
    text: str | None,
    *,
    lasting: float = 1,
    state: State | None = None,
    source: str = OWN_CAPTURE,
    mark: bool | None = None,
    edited_at: datetime | None = None,
    signals: tuple[Signal, ...] = (),
    history: tuple[KeptVersion, ...] = (),
    proofs: tuple[Proof, ...] = (),
    controls: tuple[Control, ...] = (),
    platform: str = "mastodon",
) -> Observation:
    item = int(start * 10) + (1 if source == OWN_CAPTURE else 100_001)
    stands = state or (State.UNAVAILABLE if text is None else State.LIVE)
    post = Post(
        platform=platform, native_id="1", url=URL, author=Account(id="7"), text=text or "",
        edit_mark=mark, edited_at=edited_at,
    )  # fmt: skip
    return Observation(
        key=f"{platform}:social.example/1",
        url=URL,
        state=stands,
        during=Interval(not_before=at(start), not_after=at(start + lasting)),
        source=source,
        evidence=(Evidence(item=item, path=f"data/{item:06d}/capture.wacz"),),
        signals=signals,
        post=post if stands in PRESENT else None,
        history=history,
        proofs=proofs,
        controls=controls,
    )


def one(*observations: Observation, pictures: tuple[ReadPicture, ...] = ()) -> Timeline:
    (timeline,) = assemble(observations, pictures)
    return timeline


def kinds(*observations: Observation) -> list[ContradictionKind]:
    found = one(*observations).contradictions
    for each in found:
        assert each.explanations
        assert each.evidence
    return [each.kind for each in found]


def kept(text: str | None, minute: float, revision: str | None = None) -> KeptVersion:
    return KeptVersion(text=text, at=at(minute), where="/history", revision=revision)


# --- unmarked edits


def test_two_looks_that_differ_contradict_a_platform_that_says_it_was_never_edited() -> None:
    assert kinds(look(0, "Dukung A", mark=False), look(9, "Dukung B", mark=False)) == ["unmarked_edit"]


def test_a_count_or_a_time_of_edits_that_does_not_move_is_contradicted_too() -> None:
    count = (Signal(name=EDIT_COUNT, seen="2", where="post"),)
    assert kinds(look(0, "Dukung A", signals=count), look(9, "Dukung B", signals=count)) == ["unmarked_edit"]
    assert kinds(look(5, "A satu", edited_at=at(1)), look(9, "B dua", edited_at=at(1))) == ["unmarked_edit"]


def marked(minute: float, text: str, count: int) -> Observation:
    signals = (Signal(name=EDIT_COUNT, seen=str(count), where="post"),) if count else ()
    return look(minute, text, mark=count > 0, signals=signals)


def test_an_edit_whose_mark_comes_with_the_next_look_is_not_silent() -> None:
    life = one(marked(0, "Dukung A", 0), marked(5, "Dukung B", 0), marked(9, "Dukung B", 1))
    (change,) = life.changes
    assert change.kind is ChangeKind.EDITED
    assert (change.not_before, change.not_after) == (at(0), at(6))
    assert ("marked-at-a-later-look", f"{EDIT_COUNT}: 0 → 1") in [(s.name, s.seen) for s in change.signals]
    assert [evidence.item for evidence in change.evidence] == [1, 51, 91]
    assert life.contradictions == ()


def test_a_mark_that_cannot_be_that_of_the_silent_edit_leaves_it_silent() -> None:
    two_more = one(marked(0, "Dukung A", 0), marked(5, "Dukung B", 0), marked(9, "Dukung B", 2))
    assert [change.kind for change in two_more.changes] == [ChangeKind.SILENTLY_EDITED, ChangeKind.EDITED]
    later = one(
        look(0, "Dukung A", mark=False),
        look(5, "Dukung B", mark=False),
        look(90, "Dukung B", mark=True, edited_at=at(60)),
    )
    assert [change.kind for change in later.changes] == [ChangeKind.SILENTLY_EDITED, ChangeKind.EDITED]
    assert [each.kind for each in later.contradictions] == [ContradictionKind.UNMARKED_EDIT]


def test_no_contradiction_where_the_platform_says_nothing_or_says_so() -> None:
    assert kinds(look(0, "Dukung A"), look(9, "Dukung B")) == []
    assert kinds(look(0, "Dukung A", mark=False), look(9, "Dukung B", mark=True)) == []


def test_white_space_and_another_place_of_the_page_are_no_edit() -> None:
    assert kinds(look(0, "Dukung A", mark=False), look(9, " Dukung \n A ", mark=False)) == []
    card = (Signal(name=TEXT_FROM, seen="og:description", where="head"),)
    body = (Signal(name=TEXT_FROM, seen="article", where="body"),)
    assert (
        kinds(
            look(0, "Dukung A …", mark=False, signals=card),
            look(9, "Dukung A dan B", mark=False, signals=body),
        )
        == []
    )


# --- stale copies


def test_a_copy_of_what_had_been_seen_replaced_is_stale() -> None:
    own = (look(0, "satu"), look(10, "dua"), look(30, "dua"))
    (found,) = one(*own, look(20, "satu", source=ARCHIVE)).contradictions
    assert found.kind is ContradictionKind.STALE_COPY
    assert [signal.seen for signal in found.signals] == ["satu", "dua", "satu"]
    assert (found.not_before, found.not_after) == (at(0), at(21))


def test_a_copy_of_what_had_been_seen_gone_is_stale() -> None:
    assert kinds(look(0, "satu"), look(10, None), look(20, "satu", source=ARCHIVE)) == ["stale_copy"]


def test_a_copy_within_the_bounds_of_its_wording_is_not_stale() -> None:
    assert kinds(look(0, "satu"), look(30, "dua"), look(20, "satu", source=ARCHIVE)) == []
    assert kinds(look(0, "satu"), look(10, "dua"), look(20, "dua", source=ARCHIVE)) == []


def test_a_copy_made_while_a_look_was_being_made_is_not_stale() -> None:
    """The page may have been changed within the look, after the archive took it."""
    straddled = look(10, "dua", lasting=10)
    assert kinds(look(0, "satu"), straddled, look(15, "satu", lasting=0.1, source=ARCHIVE)) == []


def test_a_copy_of_a_wording_that_we_see_again_after_it_is_not_stale() -> None:
    own = (look(0, "satu"), look(10, "dua"), look(30, "satu"))
    timeline = one(*own, look(20, "satu", source=ARCHIVE))
    assert timeline.contradictions == ()
    back = timeline.changes[1]
    assert (back.not_before, back.not_after) == (at(10), at(31))
    assert any(signal.name == "claimed-between" for signal in back.signals)


def test_a_copy_of_a_wording_that_nobody_else_saw_is_told_on_its_word() -> None:
    timeline = one(look(0, "satu"), look(30, "satu"), look(20, "tiga", source=ARCHIVE))
    assert timeline.contradictions == ()
    assert [(c.before, c.after) for c in timeline.changes] == [("satu", "tiga"), ("tiga", "satu")]
    assert all(any(s.name == "on-the-word-of" for s in c.signals) for c in timeline.changes)
    assert [v.sources for v in timeline.versions] == [(OWN_CAPTURE,), (ARCHIVE,)]


# --- histories


def test_a_wording_that_only_the_history_shows_is_a_version_of_the_platforms_word() -> None:
    history = (kept("satu", 1), kept("dua", 5), kept("tiga", 8))
    timeline = one(look(2, "satu", history=history[:1]), look(10, "tiga", mark=True, history=history))
    assert timeline.contradictions == ()
    assert [(v.text, v.stated_at) for v in timeline.versions] == [
        ("satu", at(1)), ("dua", at(5)), ("tiga", at(8)),
    ]  # fmt: skip
    middle = timeline.versions[1]
    assert middle.sources == ("platform history",)
    assert (middle.not_before, middle.not_after) == (at(10), at(11))
    assert [evidence.item for evidence in middle.evidence] == [101]
    assert timeline.versions[0].sources == (OWN_CAPTURE, "platform history")
    assert (timeline.versions[0].not_before, timeline.versions[0].not_after) == (at(2), at(3))
    assert len(timeline.changes) == 1


def test_a_wording_that_came_back_is_matched_with_the_entry_that_fits_its_time() -> None:
    history = (kept("satu", 0), kept("dua", 20), kept("satu", 30), kept("tiga", 40))
    timeline = one(look(5, "satu"), look(50, "tiga", history=history))
    assert [(v.text, v.stated_at, OWN_CAPTURE in v.sources) for v in timeline.versions] == [
        ("satu", at(0), True), ("dua", at(20), False), ("satu", at(30), False), ("tiga", at(40), True),
    ]  # fmt: skip


def test_entries_in_which_only_something_else_was_edited_are_no_further_versions() -> None:
    timeline = one(look(9, "satu", history=(kept("satu", 1), kept("satu", 5))))
    assert [(v.text, v.stated_at) for v in timeline.versions] == [("satu", at(1))]


def test_words_that_the_platform_hides_are_no_version_and_no_contradiction() -> None:
    open_, hidden = kept("satu", 1, "r1"), kept(None, 1, "r1")
    second = kept("dua", 5, "r2")
    timeline = one(
        look(6, "dua", mark=True, history=(open_, second)),
        look(9, "dua", mark=True, history=(hidden, second)),
    )
    assert [v.text for v in timeline.versions] == ["satu", "dua"]
    assert timeline.contradictions == ()


def test_a_history_that_lacks_what_was_seen_contradicts() -> None:
    history = (kept("satu", -5), kept("tiga", 8))
    assert kinds(look(0, "satu"), look(4, "dua"), look(9, "tiga", mark=True, history=history)) == [
        "history_differs"
    ]


def test_a_history_that_does_not_reach_back_lacks_nothing() -> None:
    history = (kept("dua", 5), kept("tiga", 8))
    assert kinds(look(0, "satu"), look(9, "tiga", mark=True, history=history)) == []


def test_a_history_that_drops_or_rewords_an_entry_contradicts() -> None:
    a, b, c = kept("satu", 1), kept("dua", 2), kept("tiga", 3)
    first = look(5, "tiga", history=(a, b, c))
    assert kinds(first, look(9, "tiga", history=(a, c))) == ["history_differs"]
    assert kinds(first, look(9, "tiga", history=(a, replace(b, text="lain"), c))) == ["history_differs"]
    assert kinds(first, look(9, "tiga", history=(b, c))) == []  # shortened at its old end


def test_a_relay_that_drops_what_was_replaced_does_what_its_protocol_says() -> None:
    a, b, c = (kept(text, n, f"id{n}") for n, text in enumerate(("satu", "dua", "tiga")))
    looks = [
        look(5, "dua", history=(a, b), platform="nostr"),
        look(9, "tiga", history=(a, c), platform="nostr"),
    ]
    assert kinds(*looks) == []


def test_a_date_after_the_wording_was_seen_contradicts_and_a_clock_that_is_off_by_seconds_does_not() -> None:
    late = (kept("satu", -5), kept("dua", 60))
    assert kinds(look(0, "satu"), look(9, "dua", mark=True, history=late)) == ["history_differs"]
    skewed = (kept("satu", -5), kept("dua", 10.5))
    assert kinds(look(0, "satu"), look(9, "dua", mark=True, history=skewed)) == []


# --- at one time


def test_a_look_that_straddles_an_edit_contradicts_nothing() -> None:
    assert (
        kinds(look(0, "satu"), look(10, "satu", lasting=10), look(15, "dua", lasting=10), look(40, "dua"))
        == []
    )
    assert (
        kinds(look(0, "satu"), look(10, "satu", lasting=10), look(15, None, lasting=10), look(40, None)) == []
    )


def test_looks_at_one_time_that_saw_something_else_than_before_and_after_contradict() -> None:
    around = (look(0, "satu"), look(10, "satu", lasting=10), look(40, "satu"))
    assert kinds(*around, look(15, "dua", lasting=10)) == ["texts_differ"]
    assert kinds(*around, look(15, None, lasting=10)) == ["states_differ"]


def test_a_login_wall_meanwhile_contradicts_nothing() -> None:
    around = (look(0, "satu"), look(10, "satu", lasting=10), look(40, "satu"))
    assert kinds(*around, look(15, None, lasting=10, state=State.LOGIN_WALL)) == []


def test_two_that_state_one_moment_and_show_two_wordings_contradict() -> None:
    claims = [look(5, text, lasting=0, source=f"handed over: {text}.warc") for text in ("satu", "dua")]
    assert kinds(*claims) == ["texts_differ"]


def vantage(state: State) -> tuple[Control, ...]:
    during = Interval(not_before=at(0), not_after=at(1))
    return (
        Control(
            kind=ControlKind.SECOND_VANTAGE, url=URL, answered=True, seen="200", during=during, where="api",
            state=state,
        ),
    )  # fmt: skip


def test_a_second_vantage_that_shows_the_post_contradicts_its_absence() -> None:
    assert kinds(look(0, None, controls=vantage(State.LIVE))) == ["states_differ"]
    assert kinds(look(0, None, controls=vantage(State.UNAVAILABLE))) == []
    assert kinds(look(0, None, controls=vantage(State.CHALLENGE))) == []


def test_a_post_that_goes_while_it_is_looked_at_contradicts_nothing() -> None:
    gone = vantage(State.UNAVAILABLE)
    assert kinds(look(0, "satu", controls=gone), look(9, None)) == []
    assert kinds(look(0, "satu", controls=gone), look(9, "satu")) == ["states_differ"]


# --- proofs


def proof(
    outcome: ProofOutcome, key: str = "did:key:z6", kind: ProofKind = ProofKind.REPOSITORY
) -> tuple[Proof, ...]:
    return (Proof(kind=kind, outcome=outcome, subject=SUBJECT, key=key, at=at(0), where=("car",)),)


def test_a_signed_absence_after_a_signed_presence_is_told_as_such_with_both_as_evidence() -> None:
    there, between, gone = (
        look(0, "satu", proofs=proof(ProofOutcome.PRESENT)),
        look(5, "satu"),
        look(9, None, proofs=proof(ProofOutcome.ABSENT)),
    )
    timeline = one(there, between, gone)
    (change,) = timeline.changes
    assert change.signals[0].name == "signed-absence-after-signed-presence"
    assert "the same key" in change.signals[0].seen
    assert {evidence.item for evidence in change.evidence} == {1, 51, 91}
    assert timeline.contradictions == ()


def test_a_signed_absence_alone_says_that_no_signed_presence_was_seen() -> None:
    (change,) = one(look(0, "satu"), look(9, None, proofs=proof(ProofOutcome.ABSENT))).changes
    assert change.signals[0].name == "signed-absence"
    assert "no signed presence" in change.signals[0].seen


def test_another_key_is_named() -> None:
    looks = (
        look(0, "satu", proofs=proof(ProofOutcome.PRESENT, "did:key:z1")),
        look(9, None, proofs=proof(ProofOutcome.ABSENT, "did:key:z2")),
    )
    (change,) = one(*looks).changes
    assert "the key did:key:z1 had signed" in change.signals[0].seen


def test_an_edit_of_which_one_key_signed_both_wordings_says_so() -> None:
    signed = proof(ProofOutcome.PRESENT)
    (change,) = one(look(0, "satu", proofs=signed), look(9, "dua", proofs=signed)).changes
    assert "signed-before-and-after" in {signal.name for signal in change.signals}


def test_proofs_that_are_broken_or_say_otherwise_contradict() -> None:
    assert kinds(look(0, "satu", proofs=proof(ProofOutcome.BROKEN))) == ["proof_differs"]
    assert kinds(look(0, "satu", proofs=proof(ProofOutcome.ABSENT))) == ["proof_differs"]
    assert kinds(look(0, None, proofs=proof(ProofOutcome.PRESENT))) == ["proof_differs"]


def test_proofs_that_fit_contradict_nothing() -> None:
    assert kinds(look(0, "satu", proofs=proof(ProofOutcome.PRESENT))) == []
    assert kinds(look(0, "satu", proofs=proof(ProofOutcome.UNDETERMINED))) == []
    assert kinds(look(0, "satu", proofs=proof(ProofOutcome.ABSENT)), look(9, None)) == []  # it went meanwhile
    withheld = proof(ProofOutcome.PRESENT)
    assert kinds(look(0, None, state=State.REMOVED_BY_PLATFORM, proofs=withheld)) == []
    request = proof(ProofOutcome.PRESENT, kind=ProofKind.EVENT)  # a signed request to delete is there
    assert kinds(look(0, None, state=State.DELETED_BY_AUTHOR, proofs=request)) == []


# --- screenshots


def picture(outcome: Outcome, evidence: tuple[Evidence, ...], text: str, item: int = 900) -> ReadPicture:
    shot = Evidence(item=item, path=f"data/{item:06d}/original.png")
    reading = Reading(
        outcome=outcome,
        post="mastodon:social.example/1",
        version=1,
        differences=(Difference(shown="C", recorded="B", box=(1, 2, 3, 4)),)
        if outcome is Outcome.DIFFERS
        else (),
        reason="",
        method=Program(name="uji", version="1"),
        error_rates=(),
        evidence=(shot, *evidence),
        shown_text=text,
    )
    return ReadPicture(reading=reading, picture=shot, record=Evidence(item=item + 1, path="reading.json"))


def test_a_picture_is_evidence_for_the_version_that_it_shows_also_when_numbers_have_moved() -> None:
    """It was read when only the second wording was known, as version 1."""
    second = look(9, "Dukung B")
    shot = picture(Outcome.CONSISTENT, second.evidence, "Pejabat 07 Dukung B")
    timeline = one(look(0, "Dukung A"), second, pictures=(shot,))
    assert shot.picture in timeline.versions[1].evidence
    assert shot.record in timeline.versions[1].evidence
    assert shot.picture not in timeline.versions[0].evidence
    assert timeline.contradictions == ()


def test_a_picture_that_only_the_history_explains_is_evidence_for_that_version() -> None:
    seen = look(
        9, "tiga kata", mark=True, history=(kept("satu kata", 1), kept("dua kata", 5), kept("tiga kata", 8))
    )
    shot = picture(Outcome.CONSISTENT, seen.evidence, "Pejabat 07 dua kata")
    timeline = one(seen, pictures=(shot,))
    assert [shot.picture in version.evidence for version in timeline.versions] == [False, True, False]


def test_a_picture_that_fits_no_version_is_a_finding() -> None:
    seen = look(0, "Dukung B")
    (found,) = one(seen, pictures=(picture(Outcome.DIFFERS, seen.evidence, "Dukung C"),)).contradictions
    assert found.kind is ContradictionKind.UNKNOWN_VERSION
    assert found.signals[0].seen == "C ≠ B"
    assert {evidence.item for evidence in found.evidence} == {1, 900, 901}
    assert not any("read it again" in text for text in found.explanations)


def test_a_picture_that_shows_another_handle_or_time_shows_no_other_wording() -> None:
    seen = look(0, "Dukung B")
    shot = picture(Outcome.DIFFERS, seen.evidence, "Dukung B")
    (place,) = shot.reading.differences
    altered = replace(shot.reading, differences=(replace(place, part=Part.HANDLE),))
    assert one(seen, pictures=(replace(shot, reading=altered),)).contradictions == ()


def test_versions_that_came_after_the_reading_are_a_reason_to_read_again() -> None:
    seen = look(0, "Dukung B")
    later = look(200, "Dukung C")
    shot = picture(Outcome.DIFFERS, seen.evidence, "Dukung C")
    (found,) = one(seen, later, pictures=(shot,)).contradictions
    assert "read it again" in found.explanations[0]


def test_an_inconclusive_picture_says_nothing_and_the_last_reading_counts() -> None:
    seen = look(0, "Dukung B")
    assert one(seen, pictures=(picture(Outcome.INCONCLUSIVE, seen.evidence, "D"),)).contradictions == ()
    first = picture(Outcome.DIFFERS, seen.evidence, "Dukung C")
    again = replace(
        picture(Outcome.CONSISTENT, seen.evidence, "Dukung B"), record=Evidence(item=950, path="reading.json")
    )
    assert one(seen, pictures=(again, first)).contradictions == ()
