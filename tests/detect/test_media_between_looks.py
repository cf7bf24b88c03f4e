"""A picture that was replaced is found also where looks without pictures stand between those that hold its bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from evidentia.detect.timeline import assemble
from evidentia.record.life import Change, ChangeKind, MediaFate
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Evidence, Media, Observation, Post, State

START = datetime(2026, 11, 20, 3, tzinfo=UTC)


def look(at: int, *media: Media) -> Observation:
    post = Post(
        platform="spirit",
        native_id="1",
        url="http://forum.example/comment/1/find/",
        author=Account(id="7"),
        text="Pengumuman",
        media=media,
    )
    return Observation(
        key="spirit:forum.example/1",
        url=post.url,
        state=State.LIVE,
        during=Interval(
            not_before=START + timedelta(minutes=at), not_after=START + timedelta(minutes=at + 1)
        ),
        source="own capture",
        evidence=(Evidence(item=at + 1, path="post.json"),),
        post=post,
    )


def picture(name: str, bits: int, at: str = "poster.jpg") -> Media:
    return Media(
        url=f"http://forum.example/{at}", sha256=name, pdq=f"{(1 << bits) - 1:064x}", pdq_quality=100
    )


def unseen(at: str = "poster.jpg") -> Media:
    """As a light look lists it: its bytes were not asked for."""
    return Media(url=f"http://forum.example/{at}")


def changes(*looks: Observation) -> tuple[Change, ...]:
    (life,) = assemble(looks)
    return life.changes


def test_a_replaced_picture_is_bounded_by_the_looks_that_held_its_bytes() -> None:
    (change,) = changes(look(0, picture("a", 0)), look(10, unseen()), look(20, picture("b", 200)))
    assert change.kind is ChangeKind.MEDIA_CHANGED
    assert [move.fate for move in change.media] == [MediaFate.REPLACED]
    assert (change.not_before, change.not_after) == (START, START + timedelta(minutes=21))
    assert [evidence.item for evidence in change.evidence] == [1, 21]


def test_the_same_picture_or_one_encoded_anew_is_no_change_across_them_either() -> None:
    assert changes(look(0, picture("a", 0)), look(10, unseen()), look(20, picture("a", 0))) == ()
    assert changes(look(0, picture("a", 0)), look(10, unseen()), look(20, picture("b", 9))) == ()


def test_a_picture_that_went_and_another_that_came_are_told_once_each() -> None:
    told = changes(look(0, picture("a", 0)), look(10), look(20, picture("b", 200)))
    assert [[move.fate for move in change.media] for change in told] == [
        [MediaFate.REMOVED],
        [MediaFate.ADDED],
    ]


def test_a_replaced_picture_is_told_once_where_every_look_holds_the_bytes() -> None:
    told = changes(look(0, picture("a", 0)), look(10, picture("b", 200)), look(20, picture("b", 200)))
    assert len(told) == 1
