"""Inputs for the targets of the AT Protocol: what a real host and directory sent, whole and cut short."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from evidentia.platforms.atproto.car import read_car

TOP = Path(__file__).resolve().parents[2]
RECORDED = TOP / "fixtures" / "platforms" / "bluesky"
CUT = 9  # bytes


def repositories() -> Iterator[tuple[str, bytes]]:
    """A target's name and an input for it."""
    sys.path.insert(0, str(TOP))
    from lab.recorded import load

    for path in sorted(RECORDED.glob("*.json")):
        for answer in load(path).responses:
            target = target_of(answer.url)
            if target is None or answer.status != 200:
                continue
            yield target, answer.body
            yield target, answer.body[:-CUT]
            yield from blocks(answer.body) if target == "car" else ()


def target_of(url: str) -> str | None:
    """Which parser reads the answer from this address."""
    if "/did:plc:" in url:
        return "plc_log" if url.endswith("/log/audit") else "did_document"
    return "car" if "sync.getRecord" in url else "atproto_json" if "repo.getRecord" in url else None


def blocks(car: bytes) -> Iterator[tuple[str, bytes]]:
    """The blocks in a CAR: records, nodes of the tree, the commit."""
    for block in read_car(car).blocks.values():
        yield "dag_cbor", block
        yield "dag_cbor", block[:-1]
        yield "tree_node", block
