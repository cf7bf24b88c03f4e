"""Reader for objects of ActivityPub servers that have no API of their own here: Misskey, Lemmy, PeerTube and others.

The server is asked for the object behind a page's address. An object is what its server states; a signature in it or on
the answer is checked where the capture holds its key. A ``Tombstone`` says that something was deleted, not by whom.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from evidentia.record.item import Program
from evidentia.record.post import PageReading, Proof, ProofKind, ProofOutcome, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from .activitypub_object import PLATFORM, POSTS, TOMBSTONE, author_id, object_in, post_of, types, unwrapped
from .activitypub_questions import Described, describe
from .activitypub_signatures import check
from .keys import authority
from .mastodon_states import tombstone
from .page import CapturedPage
from .questions import Ask, Places, Questions
from .replay import replay

__all__ = ["PLATFORM", "READER", "questions", "read", "recognises"]

READER = Program(name="evidentia.platforms.activitypub", version="1")

_LONGEST_URL = 2_000
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PATHS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"/objects/{_UUID}/?",  # Pleroma, Akkoma, Friendica
        r"/notes/[0-9a-z]{8,40}/?",  # Misskey and its relatives
        r"/(?:post|comment)/[0-9]{1,18}/?",  # Lemmy, PieFed
        rf"/videos/watch/{_UUID}/?",  # PeerTube
        r"/(?:ap|ap/users/[0-9]{1,20})/(?:notes|statuses)/[0-9A-Za-z-]{8,64}/?",
    )
)


def questions(url: str, places: Places) -> Questions | None:
    """What to ask about an object; None where the address is not built as one of an ActivityPub server is."""
    return _asking(url) if _is_named(url) else None


def _asking(url: str) -> Questions:
    described = yield from describe(url, "the object at the page's address")
    if described.object is None:
        yield Ask(url=url.partition("#")[0], why="the page itself: no object came from its address")


def recognises(page: CapturedPage) -> bool:
    """Whether an ActivityPub object came from the page's address."""
    node = _described(page).object
    return node is not None and bool(types(unwrapped(node)) & (POSTS | {TOMBSTONE}))


def read(page: CapturedPage) -> PageReading:
    """What the object says."""
    described = _described(page)
    node, answer = described.object, described.answer
    if answer is None or node is None:
        return _undetermined(sentence("platforms.activitypub.no_object"))
    where = answer.url
    status = Signal(name="http-status", seen=str(answer.status), where=where)
    stated = unwrapped(node).get("id")
    if isinstance(stated, str) and authority(stated) != authority(where):
        other = Signal(name="object-of-another-host", seen=stated[:_LONGEST_URL], where=where)
        return _undetermined(sentence("platforms.activitypub.object_of_another_host"), status, other)
    proofs = check(answer, node, (described.author, *described.keys))
    author = author_id(node)
    if author is not None and authority(author) != authority(where) and not _is_signed(proofs):
        other = Signal(name="author-of-another-host", seen=author[:_LONGEST_URL], where=where)
        says = sentence("platforms.activitypub.author_of_another_host")
        return restated(
            PageReading(state=State.UNDETERMINED, signals=(status, other), reader=READER, proofs=proofs),
            *says,
        )
    if TOMBSTONE in types(node):
        says = sentence("platforms.activitypub.tombstone")
        signal = Signal(name="tombstone", seen=tombstone(node), where=where)
        return restated(
            PageReading(state=State.UNAVAILABLE, signals=(status, signal), reader=READER, proofs=proofs),
            *says,
        )
    if answer.status != 200:
        return _undetermined(sentence("platforms.activitypub.no_tombstone", status=answer.status), status)
    post = post_of(node, object_in(described.author), where, page.responses)
    return PageReading(
        state=State.EDITED if post.edit_mark else State.LIVE,
        signals=(
            status,
            Signal(name="object-type", seen=", ".join(sorted(types(unwrapped(node))))[:300], where=where),
        ),
        reader=READER,
        post=post,
        proofs=proofs,
    )


def _is_signed(proofs: tuple[Proof, ...]) -> bool:
    present = (one for one in proofs if one.outcome is ProofOutcome.PRESENT)
    return any(one.kind is ProofKind.OBJECT_SIGNATURE for one in present)


def _described(page: CapturedPage) -> Described:
    url = page.requested_url.partition("#")[0]
    return replay(describe(url, ""), page.responses) or Described()


def _is_named(url: str) -> bool:
    if len(url) > _LONGEST_URL:
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    is_page = parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc
    return is_page and any(pattern.fullmatch(parts.path) for pattern in _PATHS)


def _undetermined(says: Says, *signals: Signal) -> PageReading:
    return restated(PageReading(state=State.UNDETERMINED, signals=signals, reader=READER), *says)
