"""The Merkle search tree: where a record stands under a commit, or that none stands there.

https://atproto.com/specs/repository, section "MST Structure". A key's layer is given by its hash, keys are in order,
and so one way leads down to where a key can stand. Every rule is checked in every node on that way: a tree that breaks
one proves nothing, least of all an absence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from .cid import Cid, Malformed
from .dag_cbor import Value, decode

_KEY = re.compile(rb"[A-Za-z0-9.-]{1,317}/[A-Za-z0-9._:~-]{1,512}")
"""``collection/rkey``: an NSID and a record key, with the lengths of their specifications."""


class MissingBlock(Exception):
    """A block on the way is not among those that were captured."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, the record that stands there, and the part of the tree between it and the next key."""

    key: bytes
    value: Cid
    right: Cid | None


@dataclass(frozen=True, slots=True)
class Node:
    """Keys of one layer, in order, and the part of the tree before the first."""

    left: Cid | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at a key (None: nothing does), and how many nodes the way there has."""

    value: Cid | None
    nodes: int


def find(blocks: Mapping[Cid, bytes], root: Cid, key: str) -> Place:
    """Walk from the root to where ``key`` stands, or to where it would stand.

    Raises:
        Malformed: a node on the way breaks a rule of the tree.
        MissingBlock: a node on the way was not captured.
    """
    sought = key.encode("utf-8")
    if not _KEY.fullmatch(sought):
        raise Malformed("a key that no record can have")
    where, layer, bounds, nodes = root, None, (b"", b""), 0
    while True:
        node, nodes = _node(blocks, where), nodes + 1
        layer = _check_layer(node, layer, is_root=where == root)
        _check_order(node, bounds)
        before = [entry for entry in node.entries if entry.key <= sought]
        if before and before[-1].key == sought:
            return Place(before[-1].value, nodes)
        onward = before[-1].right if before else node.left
        if onward is None:
            return Place(None, nodes)
        after = node.entries[len(before) : len(before) + 1]
        bounds = (before[-1].key if before else bounds[0], after[0].key if after else bounds[1])
        where = onward


def layer_of(key: bytes) -> int:
    """How high in the tree a key stands: leading zeros of its SHA-256, counted in pairs of bits."""
    digest = int.from_bytes(hashlib.sha256(key).digest(), "big")
    return (256 - digest.bit_length()) // 2


def read_node(block: bytes) -> Node:
    """Read a node.

    Raises:
        Malformed: it is none, or its keys are not shortened as they must be.
    """
    match decode(block):
        case {"l": None | Cid() as left, "e": list(entries), **rest} if not rest:
            return Node(left, _entries(entries))
    raise Malformed("a node of the tree that is none")


def _entries(written: list[Value]) -> tuple[Entry, ...]:
    made: list[Entry] = []
    key = b""
    for each in written:
        match each:
            case {
                "p": int(shared),
                "k": bytes(rest),
                "v": Cid() as value,
                "t": None | Cid() as right,
                **more,
            }:
                whole = key[: max(shared, 0)] + rest
                is_number = type(shared) is int  # true is no 1 here
                if more or not is_number or not _KEY.fullmatch(whole) or shared != _shared(key, whole):
                    raise Malformed("a key that is not shortened as it must be")
                made.append(Entry(whole, value, right))
                key = whole
            case _:
                raise Malformed("an entry of the tree that is none")
    return tuple(made)


def _shared(before: bytes, key: bytes) -> int:
    pairs = zip(before, key, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(before), len(key)))


def _node(blocks: Mapping[Cid, bytes], where: Cid) -> Node:
    if where not in blocks:
        raise MissingBlock(f"the node {where} of the tree")
    return read_node(blocks[where])


def _check_layer(node: Node, above: int | None, is_root: bool) -> int:
    """The layer of a node, one below the node above: so a way has an end, whatever a hostile host sends."""
    layers = {layer_of(entry.key) for entry in node.entries}
    if len(layers) > 1:
        raise Malformed("a node of the tree with keys of several layers")
    if not layers and (is_root is (node.left is not None)):
        raise Malformed("a node of the tree with nothing in it")
    expected = None if above is None else above - 1
    layer = layers.pop() if layers else expected
    if expected is not None and layer != expected:
        raise Malformed("a node of the tree on a layer that is not its own")
    has_below = node.left is not None or any(entry.right is not None for entry in node.entries)
    if layer == 0 and has_below:
        raise Malformed("a node of the tree below the lowest layer")
    return layer or 0


def _check_order(node: Node, bounds: tuple[bytes, bytes]) -> None:
    keys = [bounds[0], *(entry.key for entry in node.entries)]
    if any(a >= b for a, b in pairwise(keys)):
        raise Malformed("keys of the tree out of order")
    if bounds[1] and keys[-1] >= bounds[1]:
        raise Malformed("keys of the tree out of order")
