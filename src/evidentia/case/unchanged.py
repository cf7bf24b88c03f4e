"""Whether a bundle stayed the same while it was read: what is read twice must not be told of two states."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from evidentia.custody.ledger import file_sha256
from evidentia.record.errors import CustodyError

CHAIN = "custody"


class State(NamedTuple):
    """A bundle as it stands: a ZIP's size and SHA-256; of a folder, the files of its chain, to which every change adds.

    What is in a folder's items is compared with their records wherever it is read, and needs no digest here.
    """

    size: int | None = None
    sha256: str | None = None
    chain: tuple[str, ...] = ()


def state_of(path: Path) -> State:
    """How a bundle stands now; of what is not there, nothing."""
    if path.is_file():
        return State(size=path.stat().st_size, sha256=file_sha256(path))
    chain = path / CHAIN
    return State(chain=tuple(sorted(str(one.relative_to(chain)) for one in chain.rglob("*"))))


def require_unchanged(path: Path, before: State, name: str) -> None:
    """Ask whether a bundle still stands as it did.

    Raises:
        CustodyError: it does not.
    """
    if state_of(path) != before:
        raise CustodyError(
            f"{name} changed while it was read.",
            next_step="Wait until nobody writes to it, and try again.",
        )
