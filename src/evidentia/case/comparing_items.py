"""Two items of a case beside each other.

Circumstances come first, because they alone can explain a difference: who is logged in is shown more, and a page has
another language for another visitor. Files of two captures of one page always differ; what was published need not.
"""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.detect.beside import (
    Wording,
    closest,
    file_pair,
    medium_file,
    outcome,
    text_pair,
    unlike_circumstances,
    unlike_content,
)
from evidentia.detect.media_moves import is_change, media_moves
from evidentia.detect.state import INFORMATIVE
from evidentia.formats import names
from evidentia.record.comparison import Agreement, Comparison, FilePair, TextPair, Unlike
from evidentia.record.life import MediaFate, MediaMove
from evidentia.record.said import Said
from evidentia.record.sentences import english, said

from .contents import Contents
from .held_contents import Held, held_by, read_pictures

_FOUND = (Agreement.SAME, Agreement.ALIKE)


def compare_items(case: Contents, a: int, b: int) -> Comparison:
    """Lay two items beside each other; nothing is fetched and nothing is written.

    Raises:
        UsageError: one of them is not in the case.
        CustodyError: a file that is examined is missing, or was changed since it was sealed.
    """
    looks = case.observations()
    one, other = held_by(case, a, looks), held_by(case, b, looks)
    read_pictures(case, one, other)
    content = tuple(_content(one, other))
    texts = tuple(_texts(one, other))
    media = _media(one, other)
    files = tuple(_files(one, other))
    verdicts = [
        *_of_looks(one, other, content),
        *(pair.agreement for pair in texts),
        *(pair.agreement for pair in files),
        *_of_media(media),
    ]
    lacking = (*one.unread, *other.unread, *_not_compared(one, other))
    return Comparison(
        a=a,
        b=b,
        outcome=outcome(verdicts),
        circumstances=tuple(_circumstances(one, other)),
        content=content,
        texts=texts,
        media=media,
        files=(*files, *_same_files(one, other, files)),
        not_compared=tuple(english(each) for each in lacking),
        not_compared_say=lacking,
    )


def _circumstances(one: Held, other: Held) -> Iterator[Unlike]:
    a, b = one.item, other.item
    if a.kind is not b.kind:
        yield Unlike(name="kind", a=a.kind.value, b=b.kind.value)
    if a.access is not b.access:
        yield Unlike(name="access", a=a.access.value, b=b.access.value)
    if a.circumstances is not None and b.circumstances is not None:
        yield from unlike_circumstances(a.circumstances, b.circumstances)


def _content(one: Held, other: Held) -> Iterator[Unlike]:
    if one.look is not None and other.look is not None:
        yield from unlike_content(one.look, other.look)
    only_a = _without(one, {file.sha256 for file in other.originals})
    only_b = _without(other, {file.sha256 for file in one.originals})
    if one.originals and other.originals and (len(only_a), len(only_b)) != (1, 1) and (only_a or only_b):
        yield Unlike(name="files", a=", ".join(only_a) or None, b=", ".join(only_b) or None)


def _without(held: Held, digests: set[str]) -> list[str]:
    return [file.where for file in held.originals if file.sha256 not in digests]


def _of_looks(one: Held, other: Held, content: tuple[Unlike, ...]) -> Iterator[Agreement]:
    """What the looks themselves come to. A look that says nothing about the post differs from none."""
    if one.look is not None and other.look is not None:
        told = one.look.state in INFORMATIVE and other.look.state in INFORMATIVE
        if not told:
            yield Agreement.UNDETERMINED
            return
        yield Agreement.DIFFERS if content else Agreement.SAME
    elif content:
        yield Agreement.DIFFERS


def _texts(one: Held, other: Held) -> Iterator[TextPair]:
    """The text of one beside that of the other; of many (a chat) the one that is closest to a single text, and many
    beside many as a whole."""
    if not one.texts or not other.texts:
        return
    if len(one.texts) > 1 and len(other.texts) > 1:
        yield text_pair(_whole(one), _whole(other))
    elif len(one.texts) > 1:
        yield text_pair(closest(other.texts[0], one.texts), other.texts[0])
    else:
        yield text_pair(one.texts[0], closest(one.texts[0], other.texts))


def _whole(held: Held) -> Wording:
    was_read = any(text.was_read for text in held.texts)
    first = held.texts[0].where.partition(" ")[0]
    return Wording(first, "\n".join(text.text for text in held.texts), was_read)


def _media(one: Held, other: Held) -> tuple[MediaMove, ...]:
    a, b = one.look, other.look
    if a is None or b is None or a.post is None or b.post is None:
        return ()
    return media_moves(a.post.media, b.post.media)


def _of_media(moves: tuple[MediaMove, ...]) -> Iterator[Agreement]:
    if is_change(moves):
        yield Agreement.DIFFERS
    elif any(move.fate is MediaFate.UNDETERMINED for move in moves):
        yield Agreement.UNDETERMINED
    elif any(move.fate is MediaFate.REENCODED for move in moves):
        yield Agreement.ALIKE
    elif moves:
        yield Agreement.SAME


def _files(one: Held, other: Held) -> Iterator[FilePair]:
    """Files that were handed over beside each other, and beside the media that a post shows."""
    if len(one.originals) == 1 == len(other.originals):
        yield file_pair(one.originals[0], other.originals[0])
    else:
        for first in one.originals:
            yield from (
                file_pair(first, second) for second in other.originals if first.sha256 == second.sha256
            )
    yield from _shown(one, other)
    for pair in _shown(other, one):
        yield FilePair(
            a=pair.b,
            b=pair.a,
            a_sha256=pair.b_sha256,
            b_sha256=pair.a_sha256,
            agreement=pair.agreement,
            distance=pair.distance,
            reason=pair.reason,
            says=pair.says,
        )


def _shown(files: Held, posts: Held) -> Iterator[FilePair]:
    """Each file that is one of the media of a post. One that is none of them is no difference."""
    media = [] if posts.look is None or posts.look.post is None else posts.look.post.media
    for file in files.originals:
        for medium in filter(None, map(medium_file, media)):
            pair = file_pair(file, medium)
            if pair.agreement in _FOUND:
                yield pair


def _same_files(one: Held, other: Held, told: tuple[FilePair, ...]) -> Iterator[FilePair]:
    """Every other file that is the same in both, byte for byte."""
    known = {pair.a_sha256 for pair in told}
    folder = {held.item.item: names.item_folder(held.item.item) for held in (one, other)}
    theirs = {file.sha256: file for file in other.item.files}
    for file in one.item.files:
        same = theirs.get(file.sha256)
        if same is not None and file.sha256 not in known:
            yield FilePair(
                a=f"{folder[one.item.item]}/{file.name}",
                b=f"{folder[other.item.item]}/{same.name}",
                a_sha256=file.sha256,
                b_sha256=same.sha256,
                agreement=Agreement.SAME,
                reason="SHA-256",
            )


def _not_compared(one: Held, other: Held) -> Iterator[Said]:
    if not one.texts or not other.texts:
        lacking = [held.item.item for held in (one, other) if not held.texts]
        if len(lacking) > 1:
            yield said("looks.beside.no_texts", one=lacking[0], other=lacking[1])
        else:
            yield said("looks.beside.no_text", item=lacking[0])
    for held in (one, other):
        look = held.look
        if look is not None and look.state not in INFORMATIVE:
            yield said("looks.beside.says_nothing", item=held.item.item, state=look.state.value)
        if len(held.looks) > 1:
            yield said("looks.beside.none_chosen", item=held.item.item, looks=len(held.looks))
    if one.look is None or other.look is None:
        if one.look is not None or other.look is not None:
            yield said("looks.beside.one_look")
    elif one.look.key != other.look.key:
        yield said("looks.beside.two_posts")
