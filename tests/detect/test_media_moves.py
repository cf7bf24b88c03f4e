"""What became of pictures: the same bytes, encoded anew, another one, or not to be told."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.detect.media_moves import (
    ENCODED_ANEW,
    MAX_COMPARED,
    SAME_PICTURE,
    is_change,
    media_moves,
    pdq_distance,
)
from evidentia.record.life import MediaFate, MediaMove
from evidentia.record.post import Media

U, E, X, R, A, Q = (
    MediaFate.UNCHANGED,
    MediaFate.REENCODED,
    MediaFate.REPLACED,
    MediaFate.REMOVED,
    MediaFate.ADDED,
    MediaFate.UNDETERMINED,
)
CID = "bafkrei" + "a" * 51 + "4"
OTHER_CID = "bafkrei" + "b" * 51 + "4"


def hash_of(seed: int, *, flipped: int = 0) -> str:
    bits = random.Random(seed).getrandbits(256)
    for n in random.Random(seed + 1).sample(range(256), flipped):
        bits ^= 1 << n
    return f"{bits:064x}"


def picture(
    name: str, seed: int | None = None, *, flipped: int = 0, quality: int = 100, at: str = ""
) -> Media:
    return Media(
        url=at or f"https://cdn.example/{name}.jpg",
        sha256=name,
        pdq=None if seed is None else hash_of(seed, flipped=flipped),
        pdq_quality=None if seed is None else quality,
    )


def fates(moves: tuple[MediaMove, ...]) -> list[MediaFate]:
    return [move.fate for move in moves]


def test_the_same_bytes_under_another_address_are_unchanged() -> None:
    old = picture("a", at="https://cdn-1.example/a.jpg?oh=1&oe=2")
    new = picture("a", at="https://cdn-2.example/b.jpg?oh=3&oe=4")
    moves = media_moves((old,), (new,))
    assert fates(moves) == [U]
    assert not is_change(moves)


def test_pictures_in_another_order_are_no_replacement() -> None:
    a, b, c = picture("a", 1), picture("b", 2), picture("c", 3)
    moves = media_moves((a, b, c), (c, a, b))
    assert [(move.fate, move.before, move.after) for move in moves] == [(U, c, c), (U, a, a), (U, b, b)]
    assert not is_change(moves)


@pytest.mark.parametrize("flipped", [0, ENCODED_ANEW])
def test_other_bytes_that_are_very_near_are_the_same_picture_encoded_anew(flipped: int) -> None:
    moves = media_moves((picture("a", 1),), (picture("b", 1, flipped=flipped),))
    assert [(move.fate, move.distance) for move in moves] == [(E, flipped)]
    assert "small difference" in moves[0].reason
    assert not is_change(moves)


@pytest.mark.parametrize("flipped", [ENCODED_ANEW + 1, SAME_PICTURE])
def test_whether_a_part_of_a_near_picture_was_changed_cannot_be_told(flipped: int) -> None:
    moves = media_moves((picture("a", 1),), (picture("b", 1, flipped=flipped),))
    assert [(move.fate, move.distance) for move in moves] == [(Q, flipped)]
    assert "cannot be told" in moves[0].reason
    assert is_change(moves)


def test_beyond_the_threshold_it_is_another_picture() -> None:
    moves = media_moves((picture("a", 1),), (picture("b", 1, flipped=SAME_PICTURE + 1),))
    assert [(move.fate, move.distance) for move in moves] == [(X, SAME_PICTURE + 1)]
    assert is_change(moves)


def test_reencoded_and_put_in_another_order_at_once() -> None:
    old = (picture("a", 1), picture("b", 2))
    new = (picture("c", 2, flipped=4), picture("d", 1, flipped=6))
    moves = media_moves(old, new)
    assert [(move.fate, move.before, move.distance) for move in moves] == [(E, old[1], 4), (E, old[0], 6)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (picture("a", 1), picture("b"), "no perceptual hash"),
        (picture("a", 1), picture("b", 1, quality=49), "quality 49"),
        (picture("a", 1), replace(picture("b", 1), pdq="zz" * 32), "no perceptual hash"),
    ],
)
def test_other_bytes_that_cannot_be_compared_are_a_change_of_which_no_more_is_said(
    old: Media, new: Media, said: str
) -> None:
    moves = media_moves((old,), (new,))
    assert fates(moves) == [Q]
    assert said in moves[0].reason
    assert is_change(moves)


def test_bytes_that_were_not_captured_show_no_change() -> None:
    old, light = picture("a", 1), Media(url="https://cdn.example/other.jpg?sig=9")
    moves = media_moves((old,), (light,))
    assert fates(moves) == [Q]
    assert moves[0].reason == "the bytes of the later one were not captured"
    assert not is_change(moves)
    assert not is_change(media_moves((light,), (Media(url="https://cdn.example/third.jpg"),)))


def test_a_name_of_content_stands_for_the_bytes_that_were_not_captured() -> None:
    full = Media(url=f"https://pds.example/xrpc/com.atproto.sync.getBlob?did=did:plc:x&cid={CID}", sha256="a")
    light = Media(url=f"at://did:plc:x/{CID}")
    assert fates(media_moves((full,), (light,))) == [U]
    other = media_moves((full,), (Media(url=f"at://did:plc:x/{OTHER_CID}"),))
    assert fates(other) == [Q]
    assert is_change(other)


def test_one_more_and_one_less() -> None:
    a, b, c = picture("a", 1), picture("b", 2), picture("c", 3)
    assert fates(media_moves((a,), (b, a, c))) == [A, U, A]
    assert fates(media_moves((a, b, c), (b,))) == [U, R, R]
    assert fates(media_moves((), (a,))) == [A]
    assert fates(media_moves((a,), ())) == [R]


def test_where_numbers_differ_and_all_can_be_compared_nothing_is_paired_by_guess() -> None:
    moves = media_moves((picture("a", 1), picture("b", 2)), (picture("c", 3),))
    assert fates(moves) == [A, R, R]


def test_where_numbers_differ_and_not_all_can_be_compared_it_is_said() -> None:
    moves = media_moves((picture("a"), picture("b")), (picture("c"),))
    assert fates(moves) == [Q, R]
    assert "cannot be told" in moves[1].reason
    assert is_change(moves)


def test_a_row_longer_than_is_compared_is_compared_in_its_order() -> None:
    many = MAX_COMPARED * 4
    old = tuple(picture(f"a{n}", n) for n in range(many))
    new = tuple(picture(f"b{n}", n, flipped=3) for n in range(many))
    assert set(fates(media_moves(old, new))) == {E}


def test_addresses_that_are_none_are_compared_as_they_stand() -> None:
    broken = Media(url="http://[::1", sha256="a")
    assert fates(media_moves((broken,), (replace(broken, sha256="b"),))) == [Q]


MEDIA = st.lists(
    st.builds(
        picture,
        st.sampled_from("abcd"),
        st.one_of(st.none(), st.integers(1, 3)),
        flipped=st.sampled_from([0, 20, 40]),
        quality=st.sampled_from([10, 90]),
    ),
    max_size=5,
).map(tuple)


@given(MEDIA, MEDIA)
def test_every_medium_has_one_fate(old: tuple[Media, ...], new: tuple[Media, ...]) -> None:
    moves = media_moves(old, new)
    assert [move.after for move in moves if move.after is not None] == list(new)
    assert sorted(m.before.sha256 or "" for m in moves if m.before) == sorted(m.sha256 or "" for m in old)
    for move in moves:
        assert (move.before is None) == (move.fate is A)
        assert (move.after is None) == (move.fate is R)


@given(MEDIA, st.randoms(use_true_random=False))
def test_any_order_of_the_same_media_is_no_change(media: tuple[Media, ...], chance: random.Random) -> None:
    shuffled = list(media)
    chance.shuffle(shuffled)
    assert set(fates(media_moves(media, tuple(shuffled)))) <= {U}


@given(MEDIA, MEDIA)
def test_no_more_bytes_are_said_to_be_replaced_than_differ(
    old: tuple[Media, ...], new: tuple[Media, ...]
) -> None:
    for move in media_moves(old, new):
        if move.fate is X:
            assert move.before is not None
            assert move.after is not None
            distance = pdq_distance(move.before, move.after)
            assert distance is not None
            assert distance > SAME_PICTURE
