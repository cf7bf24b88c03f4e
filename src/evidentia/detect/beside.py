"""Two things beside each other that need not be looks at one post: circumstances, posts, texts, pictures. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from evidentia.fingerprint.types import Perceptual
from evidentia.record.comparison import Agreement, FilePair, TextPair, Unlike
from evidentia.record.item import Circumstances
from evidentia.record.post import Account, Media, Observation, Post

from ..record.sentences import english, said
from .media_moves import LEAST_QUALITY, SAME_PICTURE, pdq_distance
from .tokens import is_word, tokens
from .wording import same_address, same_wording
from .words import compare_words

_TOLD = (
    "logged_in",
    "locale",
    "user_agent",
    "viewport",
    "browser",
    "behaviours",
    "requested_url",
    "final_url",
    "status",
    "load_state",
    "failure",
    "not_captured",
)
"""What of two captures' circumstances is compared, the most telling first; times and tools differ in any two."""

_STATED = ("title", "created_at", "edited_at", "edit_mark", "visibility", "reply_setting", "stated_time")
_ADDRESSES = ("url", "in_reply_to", "quotes", "shares")


class Wording(msgspec.Struct, frozen=True):
    """A text of an item and where it stands; ``was_read`` where it was read from a picture."""

    where: str
    text: str
    was_read: bool = False


class PictureFile(msgspec.Struct, frozen=True):
    """A file with what its fingerprint says of it; ``hashes`` None where it is no picture or could not be decoded."""

    where: str
    sha256: str
    hashes: Perceptual | None = None


def unlike_circumstances(a: Circumstances, b: Circumstances) -> Iterator[Unlike]:
    """In what two captures were taken differently."""
    for name in _TOLD:
        yield from _unlike(name, getattr(a, name), getattr(b, name))
    yield from _unlike("seen_from", _ends(a, "local_address"), _ends(b, "local_address"))
    yield from _unlike("answered_by", _ends(a, "address"), _ends(b, "address"))


def unlike_content(a: Observation, b: Observation) -> Iterator[Unlike]:
    """What two looks say otherwise of state, author and post, but for its words and media."""
    yield from _unlike("post", a.key, b.key)
    yield from _unlike("state", a.state.value, b.state.value)
    if a.post is None or b.post is None:
        return
    yield from _unlike_posts(a.post, b.post)


def closest(one: Wording, others: Sequence[Wording]) -> Wording:
    """Of several texts the one that shares most words with another; the first of those that share as many."""
    wanted = _bag(one.text)

    def shared(other: Wording) -> float:
        found = _bag(other.text)
        most = max(wanted.total(), found.total())
        return (wanted & found).total() / most if most else 0.0

    return max(others, key=shared)


def text_pair(a: Wording, b: Wording) -> TextPair:
    """Two texts beside each other. Layout and equivalent spelling are no difference; a text that was read from a
    picture can agree, and where it does not, it cannot be told whether the text or the reading is another."""
    was_read = a.was_read or b.was_read
    same = _read_alike(a.text, b.text) if was_read else same_wording(a.text, b.text)
    other = Agreement.UNDETERMINED if was_read else Agreement.DIFFERS
    return TextPair(
        a=a.where,
        b=b.where,
        agreement=Agreement.SAME if same else other,
        words=() if same else compare_words(a.text, b.text),
        was_read=was_read,
    )


def file_pair(a: PictureFile, b: PictureFile) -> FilePair:
    """Two files by their digests, and as pictures by PDQ where both have a hash that says enough."""
    agreement, distance, by = Agreement.DIFFERS, None, said("moves.files.digest")
    if a.sha256 == b.sha256:
        agreement = Agreement.SAME
    elif a.hashes is not None and b.hashes is not None:
        distance = pdq_distance(_as_media(a), _as_media(b))
        if distance is None:
            by = said("moves.files.digest_alone", least=LEAST_QUALITY)
        elif distance <= SAME_PICTURE:
            agreement = Agreement.ALIKE
            by = said("moves.files.alike", most=SAME_PICTURE)
        else:
            by = said("moves.files.another", most=SAME_PICTURE)
    return FilePair(
        a=a.where,
        b=b.where,
        a_sha256=a.sha256,
        b_sha256=b.sha256,
        agreement=agreement,
        distance=distance,
        reason=english(by),
        says=(by,),
    )


def medium_file(medium: Media) -> PictureFile | None:
    """A medium of a post as a file, if its bytes were captured."""
    if medium.sha256 is None:
        return None
    hashes = None if medium.pdq is None else Perceptual(pdq=medium.pdq, pdq_quality=medium.pdq_quality)
    return PictureFile(medium.url, medium.sha256, hashes)


def outcome(verdicts: Iterable[Agreement]) -> Agreement:
    """What all comparisons together come to: one difference is one, and without any comparison nothing is known."""
    found = set(verdicts)
    order = (Agreement.DIFFERS, Agreement.UNDETERMINED, Agreement.ALIKE, Agreement.SAME)
    return next((one for one in order if one in found), Agreement.UNDETERMINED)


def _unlike_posts(a: Post, b: Post) -> Iterator[Unlike]:
    for name in Account.__struct_fields__:
        if name != "picture":
            yield from _unlike(f"author_{name}", getattr(a.author, name), getattr(b.author, name))
    for name in _STATED:
        yield from _unlike(name, getattr(a, name), getattr(b, name))
    for name in _ADDRESSES:
        one, other = getattr(a, name), getattr(b, name)
        if one is None or other is None or not same_address(one, other):
            yield from _unlike(name, one, other)


def _unlike(name: str, a: Any, b: Any) -> Iterator[Unlike]:
    if a != b:
        yield Unlike(name=name, a=_said(a), b=_said(b))


def _said(value: Any) -> str | None:
    """A value as text; None where nothing is said."""
    if value is None or value == ():
        return None
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    if isinstance(value, msgspec.Struct):
        return " ".join(str(one) for one in msgspec.structs.astuple(value))
    built = msgspec.to_builtins(value)
    return built if isinstance(built, str) else str(built).lower()


def _ends(circumstances: Circumstances, name: str) -> tuple[str, ...]:
    """The addresses of one end of all connections, each once, without what the system chose for each."""
    return tuple(sorted({_host(getattr(peer, name)) for peer in circumstances.peers}))


def _host(address: str) -> str:
    """An address without its port: 192.0.2.1:443, [2001:db8::1]:443."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.rpartition(":")[0] if address.count(":") == 1 else address


def _bag(text: str) -> Counter[str]:
    return Counter(token.casefold() for token in tokens(text) if is_word(token))


def _read_alike(a: str, b: str) -> bool:
    """Whether two texts have the same words, of which one was read: without case, punctuation and order of lines."""
    return bool(_bag(a)) and _bag(a) == _bag(b)


def _as_media(file: PictureFile) -> Media:
    assert file.hashes is not None
    return Media(url=file.where, sha256=file.sha256, pdq=file.hashes.pdq, pdq_quality=file.hashes.pdq_quality)
