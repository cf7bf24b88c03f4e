"""What others did below a post: gone or new only against a list that is known to be whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.detect.acts import compare_acts
from evidentia.detect.edits import compare
from evidentia.platforms.signals import WHOLE_LIST
from evidentia.record.life import Change, ChangeKind, WordMove
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Act, ActKind, Evidence, Observation, Post, Signal, State

START = datetime(2026, 11, 20, 3, tzinfo=UTC)
POST = Post(
    platform="mastodon",
    native_id="1",
    url="https://kota.example/@a/1",
    author=Account(id="7"),
    text="Pengumuman",
)
GONE, NEW, REWORDED = ChangeKind.ACT_GONE, ChangeKind.ACT_APPEARED, ChangeKind.ACT_EDITED


def comment(n: str | None, what: str = "Setuju", who: str = "warga1") -> Act:
    return Act(
        kind=ActKind.COMMENT,
        actor=Account(id=f"id-{who}", handle=who),
        object=POST.url,
        where="context#/0",
        what=what,
        native_id=n,
    )


def like(who: str, sign: str | None = None) -> Act:
    return Act(kind=ActKind.LIKE, actor=Account(id=who), object=POST.url, where="likes#/0", what=sign)


def look(at: int, *acts: Act, whole: tuple[ActKind, ...] = ()) -> Observation:
    return Observation(
        key="mastodon:kota.example/1",
        url=POST.url,
        state=State.LIVE,
        during=Interval(
            not_before=START + timedelta(minutes=at), not_after=START + timedelta(minutes=at + 1)
        ),
        source="own capture",
        evidence=(Evidence(item=at + 1, path="post.json"),),
        signals=tuple(Signal(name=WHOLE_LIST, seen=kind.value, where=f"page {kind.value}") for kind in whole),
        post=POST,
        acts=acts,
    )


def kinds(changes: tuple[Change, ...]) -> list[ChangeKind]:
    return [change.kind for change in changes]


WHOLE = (ActKind.COMMENT,)


def test_a_comment_that_a_whole_list_does_not_hold_any_more_is_gone() -> None:
    (change,) = compare(look(0, comment("1"), comment("2")), look(9, comment("2"), whole=WHOLE))
    assert (change.kind, change.before, change.after) == (GONE, "@warga1 · id id-warga1: Setuju", "")
    assert (change.not_before, change.not_after) == (START, START + timedelta(minutes=10))
    assert [(s.name, s.seen, s.where) for s in change.signals] == [
        ("act-comment", "1", "context#/0"),
        (WHOLE_LIST, "comment", "page comment"),
    ]


def test_a_comment_that_a_part_of_a_list_does_not_show_proves_nothing() -> None:
    assert compare(look(0, comment("1"), comment("2"), whole=WHOLE), look(9, comment("2"))) == ()


def test_a_comment_is_new_only_against_a_whole_list() -> None:
    assert kinds(compare(look(0, whole=WHOLE), look(9, comment("1")))) == [NEW]
    assert compare(look(0), look(9, comment("1"), whole=WHOLE)) == ()


def test_a_list_is_whole_for_its_own_kind_alone() -> None:
    assert compare(look(0, like("a")), look(9, whole=WHOLE)) == ()
    assert kinds(compare(look(0, like("a")), look(9, whole=(ActKind.LIKE,)))) == [GONE]


def test_a_comment_in_other_words_was_edited_whether_or_not_the_lists_are_whole() -> None:
    (change,) = compare(look(0, comment("1", "Saya tidak setuju")), look(9, comment("1", "Saya setuju")))
    assert change.kind is REWORDED
    assert [(run.move, run.text) for run in change.words] == [
        (WordMove.SAME, "Saya"),
        (WordMove.REMOVED, " tidak"),
        (WordMove.SAME, " setuju"),
    ]


@pytest.mark.parametrize("what", ["Setuju  sekali", "Setuju\nsekali"])
def test_layout_is_no_edit_of_a_comment(what: str) -> None:
    assert compare(look(0, comment("1", "Setuju sekali")), look(9, comment("1", what))) == ()


def test_a_comment_without_an_id_is_known_by_who_said_what() -> None:
    before, after = look(0, comment(None, "a")), look(9, comment(None, "a", "warga2"), whole=WHOLE)
    assert kinds(compare(before, after)) == [GONE]
    assert compare(before, look(9, comment(None, "a"), whole=WHOLE)) == ()


def test_another_reaction_of_the_same_account_is_another_act() -> None:
    whole = (ActKind.LIKE,)
    changes = compare(look(0, like("a", "👍"), whole=whole), look(9, like("a", "😡"), whole=whole))
    assert kinds(changes) == [GONE, NEW]


def test_the_same_acts_in_another_order_are_no_change() -> None:
    one, other = comment("1"), comment("2")
    assert compare(look(0, one, other, whole=WHOLE), look(9, other, one, whole=WHOLE)) == ()


def test_below_a_post_that_is_gone_nothing_is_said_to_have_gone() -> None:
    after = replace(look(9, whole=WHOLE), state=State.UNAVAILABLE, post=None)
    assert kinds(compare(look(0, comment("1")), after)) == [ChangeKind.STATE_CHANGED]


ACTS = st.lists(
    st.builds(comment, st.sampled_from(["1", "2", "3"]), st.sampled_from(["a", "b"])),
    max_size=3,
    unique_by=lambda act: act.native_id,
)


@given(ACTS, ACTS)
def test_from_parts_of_lists_nothing_is_concluded_but_other_words(old: list[Act], new: list[Act]) -> None:
    assert set(kinds(compare_acts(look(0, *old), look(9, *new)))) <= {REWORDED}


@given(ACTS, ACTS)
def test_between_whole_lists_every_difference_is_told_once(old: list[Act], new: list[Act]) -> None:
    changes = compare_acts(look(0, *old, whole=WHOLE), look(9, *new, whole=WHOLE))
    earlier, later = ({act.native_id: act.what for act in acts} for acts in (old, new))
    assert kinds(changes).count(GONE) == len(earlier.keys() - later.keys())
    assert kinds(changes).count(NEW) == len(later.keys() - earlier.keys())
    both = earlier.keys() & later.keys()
    assert kinds(changes).count(REWORDED) == sum(earlier[n] != later[n] for n in both)
