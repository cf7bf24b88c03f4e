"""Targets for what a host and a directory of the AT Protocol send: nothing is taken that has a second form."""

from __future__ import annotations

import msgspec

from evidentia.platforms.atproto.car import read_car
from evidentia.platforms.atproto.cid import Malformed, cid_of
from evidentia.platforms.atproto.commit import read_commit
from evidentia.platforms.atproto.dag_cbor import decode, encode
from evidentia.platforms.atproto.did import read_document
from evidentia.platforms.atproto.json_form import read_as, read_json
from evidentia.platforms.atproto.plc import read_log
from evidentia.platforms.atproto.tree import MissingBlock, find, read_node

PATH = "app.bsky.feed.post/3aaaaaaaaaa2a"


def dag_cbor(data: bytes) -> bool:
    """A value is taken only where writing it again gives the same bytes."""
    try:
        value = decode(data)
    except Malformed:
        return False
    assert encode(value) == data
    return True


def atproto_json(data: bytes) -> bool:
    """A record in JSON has one encoding, or none."""
    try:
        written = encode(read_json(data))
    except Malformed:
        return False
    assert encode(decode(written)) == written
    return True


def car(data: bytes) -> bool:
    """Every block that is taken is what its name says; a commit in it leads somewhere, or the way is refused."""
    try:
        read = read_car(data)
    except Malformed:
        return False
    assert all(cid.names(block) for cid, block in read.blocks.items())
    try:
        commit = read_commit(read.blocks.get(read.root, b""))
        find(read.blocks, commit.data, PATH)
    except (Malformed, MissingBlock):
        return True
    return True


def tree_node(data: bytes) -> bool:
    """A node's keys are whole and differ; a way through one node has an end."""
    try:
        node = read_node(data)
    except Malformed:
        return False
    assert all(entry.key.count(b"/") == 1 for entry in node.entries)
    try:
        find({cid_of(data): data}, cid_of(data), PATH)
    except (Malformed, MissingBlock):
        return True
    return True


class _Entry(msgspec.Struct):
    did: str


class _Document(msgspec.Struct):
    id: str


def plc_log(data: bytes) -> bool:
    """A log that is taken has operations, and every one that stands follows upon the one before."""
    try:
        did = read_as(data, list[_Entry])[0].did
        log = read_log(data, did)
    except (IndexError, Malformed):
        return False
    assert log.operations[-1] is log.last
    assert not any(operation.is_tombstone for operation in log.operations[:-1])
    return True


def did_document(data: bytes) -> bool:
    """A document gives out a host only as a bare origin, and a key only as one of a known curve."""
    try:
        document = read_document(data, read_as(data, _Document).id)
    except Malformed:
        return False
    assert document.host is None or document.host.startswith(("http://", "https://"))
    assert document.host is None or document.host.count("/") == 2
    try:
        return document.signing_key.text.startswith("did:key:z")
    except Malformed:
        return False


ALL = (dag_cbor, atproto_json, car, tree_node, plc_log, did_document)
