"""The Merkle search tree: found or proven absent, and a tree that breaks a rule proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms.atproto.cid import Cid, Malformed, parse_bytes
from evidentia.platforms.atproto.tree import MissingBlock, find, layer_of
from tests.platforms.atproto_forge import Link, cbor, cid, entry, layer, node, tree

VALUE = cid(b"a record")
PATHS = st.from_regex(r"app\.bsky\.feed\.(post|like)/[a-z0-9]{1,13}", fullmatch=True)


def built(records: dict[str, bytes]) -> tuple[dict[Cid, bytes], Cid]:
    blocks: list[bytes] = []
    root = tree(records, blocks)
    assert root is not None
    return {parse_bytes(cid(block)): block for block in blocks}, parse_bytes(root)


def alone(*blocks: bytes) -> tuple[dict[Cid, bytes], Cid]:
    """Blocks of which the first is the root."""
    return {parse_bytes(cid(block)): block for block in blocks}, parse_bytes(cid(blocks[0]))


def keys_on(wanted: int) -> Iterator[str]:
    """Keys of one layer, in order."""
    return (path for n in range(10**5) if layer(path := f"app.bsky.feed.post/{n:05}") == wanted)


@settings(max_examples=60)
@given(st.dictionaries(PATHS, st.binary(max_size=9).map(cid), max_size=60), st.sets(PATHS, max_size=10))
def test_every_key_is_found_and_every_other_is_absent(records: dict[str, bytes], others: set[str]) -> None:
    blocks, root = built(records)
    for path, value in records.items():
        assert find(blocks, root, path).value == parse_bytes(value)
    for path in others - set(records):
        assert find(blocks, root, path).value is None


def test_layers_are_those_of_the_specification() -> None:
    stated = {"": 0, "asdf": 0, "blue": 1, "2653ae71": 0, "88bfafc7": 2, "2a92d355": 4, "884976f5": 6}
    assert {key: layer_of(key.encode()) for key in stated if key} == {k: v for k, v in stated.items() if k}
    assert layer_of(b"app.bsky.feed.post/454397e440ec") == 4
    assert layer_of(b"app.bsky.feed.post/9adeb165882c") == 8


def test_an_empty_repository_holds_nothing() -> None:
    blocks, root = built({})
    assert str(root) == "bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm"
    assert find(blocks, root, "app.bsky.feed.post/a").value is None


def test_a_node_on_the_way_that_is_not_there_proves_nothing() -> None:
    records = {f"app.bsky.feed.post/{n:05}": VALUE for n in range(200)}
    blocks, root = built(records)
    wanted = f"app.bsky.feed.post/{77:05}"
    lacking = 0
    for gone in blocks:
        rest = {name: block for name, block in blocks.items() if name != gone}
        try:
            assert find(rest, root, wanted).value is not None
        except MissingBlock:
            lacking += 1
    assert lacking == find(blocks, root, wanted).nodes > 2


def test_keys_out_of_order_are_refused() -> None:
    first, second = next(pair := keys_on(0)), next(pair)
    entries = [entry("", second, VALUE, None), entry(second, first, VALUE, None)]
    with pytest.raises(Malformed, match="order"):
        find(*alone(node(None, entries)), first)


def test_a_key_twice_is_refused() -> None:
    key = next(keys_on(0))
    with pytest.raises(Malformed, match="order"):
        find(*alone(node(None, [entry("", key, VALUE, None), entry(key, key, VALUE, None)])), key)


def test_a_key_on_another_layer_is_refused() -> None:
    low, high = next(keys_on(0)), next(keys_on(2))
    first, second = sorted((low, high))
    mixed = node(None, [entry("", first, VALUE, None), entry(first, second, VALUE, None)])
    with pytest.raises(Malformed, match="several layers"):
        find(*alone(mixed), low)


def test_a_node_that_is_not_one_layer_below_is_refused() -> None:
    top = next(keys_on(3))
    below = node(None, [entry("", next(k for k in keys_on(0) if k < top), VALUE, None)])
    root = node(cid(below), [entry("", top, VALUE, None)])
    with pytest.raises(Malformed, match="not its own"):
        find(*alone(root, below), next(k for k in keys_on(0) if k < top))


def test_a_node_below_the_lowest_layer_is_refused() -> None:
    key = next(keys_on(0))
    empty = node(None, [])
    with pytest.raises(Malformed, match="lowest"):
        find(
            *alone(node(cid(empty), [entry("", key, VALUE, None)]), empty),
            "app.bsky.feed.post/!".replace("!", "0"),
        )


def test_a_node_whose_keys_belong_elsewhere_is_refused() -> None:
    top = next(keys_on(1))
    stray = next(k for k in keys_on(0) if k > top)
    below = node(None, [entry("", stray, VALUE, None)])
    root = node(cid(below), [entry("", top, VALUE, None)])
    with pytest.raises(Malformed, match="order"):
        find(*alone(root, below), next(k for k in keys_on(0) if k < top))


def test_a_long_way_through_nodes_with_nothing_in_them_has_an_end() -> None:
    top = next(keys_on(3))
    blocks = [node(None, [entry("", next(k for k in keys_on(0) if k < top), VALUE, None)])]
    for _ in range(500):
        blocks.append(node(cid(blocks[-1]), []))
    root = node(cid(blocks[-1]), [entry("", top, VALUE, None)])
    with pytest.raises(Malformed, match="lowest layer"):
        find(*alone(root, *blocks), next(k for k in keys_on(0) if k < top))


@pytest.mark.parametrize(
    "block",
    [
        cbor([]),
        cbor({"e": []}),
        cbor({"l": None, "e": [], "x": 1}),
        cbor({"l": b"", "e": []}),
        cbor({"l": None, "e": {}}),
        cbor({"l": None, "e": [1]}),
        node(Link(cid(b"")).cid, []),
    ],
)
def test_a_block_that_is_no_node_is_refused(block: bytes) -> None:
    with pytest.raises(Malformed):
        find(*alone(block), "app.bsky.feed.post/a")


@pytest.mark.parametrize(
    "changes",
    [
        {"p": -1},
        {"p": 1},
        {"p": True},
        {"p": 2**62},
        {"k": b""},
        {"k": b"no-collection"},
        {"k": b"a/\xff"},
        {"k": "a/b"},
        {"v": None},
        {"v": b""},
        {"t": b""},
        {"x": 1},
    ],
)
def test_an_entry_that_is_none_is_refused(changes: dict[str, Any]) -> None:
    key = next(keys_on(0))
    with pytest.raises(Malformed):
        find(*alone(node(None, [entry("", key, VALUE, None) | changes])), key)


@pytest.mark.parametrize("less", [1, 2, 18])
def test_a_key_that_could_be_shortened_further_is_refused(less: int) -> None:
    first, second = next(pair := keys_on(0)), next(pair)
    long = entry(first, second, VALUE, None)
    long = long | {"p": long["p"] - less, "k": second[long["p"] - less :].encode()}
    with pytest.raises(Malformed, match="shortened"):
        find(*alone(node(None, [entry("", first, VALUE, None), long])), second)


def test_true_is_no_one() -> None:
    keys = [f"{letter}.x/{n}" for letter in "ab" for n in range(40)]
    first, second = (next(k for k in keys if layer(k) == 0 and k[0] == letter) for letter in "ab")
    assert entry(first, second, VALUE, None)["p"] == 0
    block = node(None, [entry("", first, VALUE, None), entry(first, second, VALUE, None) | {"p": False}])
    with pytest.raises(Malformed, match="shortened"):
        find(*alone(block), second)


@pytest.mark.parametrize("key", ["", "post", "a/b/c", "a/" + "b" * 513, "a/é", "/"])
def test_a_key_that_no_record_has_is_refused(key: str) -> None:
    with pytest.raises(Malformed):
        find(*built({}), key)
