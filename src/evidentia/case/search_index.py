"""The search index of a case: what of it can be found again, kept so that it is made once.

It is made from sealed files alone, whose digests are compared first, and kept in the working folder: derived, never
exported. What was made of an item stays, for an item never changes; a new one is added to it. All is made anew where
another program reads it. No evidence rests on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from evidentia._version import VERSION
from evidentia.custody.store import WORKING, Store
from evidentia.record.errors import EvidentiaError, MissingPart
from evidentia.record.item import Item

from .contents import Contents
from .search_parts import Parts, parts_of_item, parts_of_posts, together

FILE = f"{WORKING}/search.json"

FORMAT = 4

MAX_FILE = 1 << 30
"""Bytes of a kept index that are read: 1,000 for each of a million pictures, turned in seven ways."""


class OfItem(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in an item, and the SHA-256 of the item's description, which has the digests of its files."""

    sealed: str
    parts: Parts


class SearchIndex(msgspec.Struct, frozen=True, kw_only=True):
    """All of a case that can be found again, by item, and what its posts show and say.

    ``maker`` is what made it and can be made with it here; ``head`` the case as it was then.
    """

    maker: str
    head: str
    items: dict[int, OfItem] = {}
    posts: Parts = Parts()

    @property
    def parts(self) -> Parts:
        """All of it: what is in items before what is in posts."""
        return together((*(one.parts for one in self.items.values()), self.posts))


def _silent(_: str) -> None:
    return None


def index_of(case: Contents, *, progress: Callable[[str], None] = _silent, anew: bool = False) -> SearchIndex:
    """The index of a case: the kept one where it is of this head, else with what came since, and kept now.

    Args:
        anew: make all of it in any case.

    Raises:
        CustodyError: a file is missing or was changed since it was sealed.
    """
    kept = None if anew else _kept(case.folder / FILE)
    items = case.items()
    maker, head = _maker(case), _head(case, items)
    if kept is not None and kept.maker != maker:
        kept = None
    if kept is not None and kept.head == head:
        return kept
    made = SearchIndex(
        maker=maker,
        head=head,
        items=_of_items(case, items, {} if kept is None else kept.items, progress),
        posts=parts_of_posts(case),
    )
    _keep(case, made)
    return made


def _of_items(
    case: Contents, items: tuple[Item, ...], before: dict[int, OfItem], progress: Callable[[str], None]
) -> dict[int, OfItem]:
    from evidentia.fingerprint import Decoder

    found: dict[int, OfItem] = {}
    with Decoder() as decoder:
        for item in items:
            sealed = _digest(msgspec.json.encode(item))
            known = before.get(item.item)
            if known is None or known.sealed != sealed:
                progress(f"item {item.item} of {len(items)}")
                known = OfItem(sealed=sealed, parts=parts_of_item(case, item, decoder))
            found[item.item] = known
    return found


def _maker(case: Contents) -> str:
    return f"{FORMAT} {VERSION} {case.id} {'with' if _can_see_videos() else 'without'} videos"


def _head(case: Contents, items: tuple[Item, ...]) -> str:
    return _digest(f"{case.head.seal} {','.join(str(item.item) for item in items)}".encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _can_see_videos() -> bool:
    from evidentia.fingerprint.video_decoding import require_av

    try:
        require_av()
    except MissingPart:
        return False
    return True


def _kept(path: Path) -> SearchIndex | None:
    """The index that was kept; None where there is none that can be used: it is then made anew."""
    try:
        with path.open("rb") as source:
            data = source.read(MAX_FILE)
        head, _, body = data.partition(b"\n")
        if head.decode("ascii", "replace") != _digest(body):
            return None
        return msgspec.json.decode(body, type=SearchIndex)
    except (OSError, msgspec.MsgspecError):
        return None


def _keep(case: Contents, index: SearchIndex) -> None:
    """Keep it, where the case's folder may be written to: who only reads a case searches it all the same."""
    body = msgspec.json.encode(index)
    store = Store(case.folder)
    try:
        store.prepare()
        store.replace_file(FILE, _digest(body).encode() + b"\n" + body)
    except EvidentiaError:
        return
