"""What changed between two observations of one post, bounded by them: see ``bounded`` for what the bounds mean.

**What is no change.** Counters, relative times, white space and line layout, canonically equivalent spellings,
tracking in links, other addresses of the same bytes, and a picture that was encoded anew never are. Observations that
say nothing about the post (``state.INFORMATIVE``) change nothing. Texts that were read from different places of a page
do not compare, nor does a text where the page shows the platform's translation of it.

**Marked, silent, or neither.** An edit is silent only where the platform marks edits and marked none. Where it never
says whether a post was edited (``edit_mark`` None), the edit is an edit, and a signal says that no mark could be
expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from evidentia.platforms.signals import AUTHORS_SIGNALS, SHOWN_AS, TEXT_FROM, TRANSLATED
from evidentia.record.errors import UsageError
from evidentia.record.life import Change, ChangeKind, MediaFate, MediaMove
from evidentia.record.post import Account, Media, Observation, Post, Signal, State

from .acts import compare_acts, named
from .bounded import change_between
from .edit_marks import mark_of, marks_edits, no_mark
from .media_moves import is_change, media_moves
from .state import INFORMATIVE, PRESENT, STATED_GONE
from .wording import addresses, same_address, same_wording
from .words import compare_words

__all__ = ["compare", "compare_content", "compare_media", "compare_state", "same_wording", "text_source"]

MEDIA_MOVES = "media-moves"
"""The signal that says what became of a post's media."""


def compare(before: Observation, after: Observation, *, seen_earlier: bool = False) -> tuple[Change, ...]:
    """What changed between two observations, the earlier first; nothing where either proves nothing.

    Args:
        before: the earlier observation.
        after: the later one.
        seen_earlier: whether the post was ever seen before: then what was absent and is there again came back.

    Raises:
        UsageError: they are observations of two different posts.
    """
    if before.key != after.key:
        raise UsageError(
            f"{before.key} and {after.key} are two posts; only looks at one post can be compared.",
            next_step="Compare two observations with the same key.",
        )
    return (*compare_state(before, after, seen_earlier=seen_earlier), *compare_content(before, after))


def compare_state(
    before: Observation, after: Observation, *, seen_earlier: bool = False
) -> tuple[Change, ...]:
    """Whether the post vanished, came back, or is absent in another way. ``live`` to ``edited`` is no change of
    state: it is an edit, and the content tells."""
    if not _both_say_something(before, after) or _presence(before.state) == _presence(after.state):
        return ()
    back = after.state in PRESENT and (seen_earlier or before.state in STATED_GONE)
    kind = ChangeKind.RESTORED if back else ChangeKind.STATE_CHANGED
    return (change_between(before, after, kind, before.state.value, after.state.value, *after.signals),)


def compare_content(before: Observation, after: Observation) -> tuple[Change, ...]:
    """What changed in the post itself (wording, title, links, poll, media, author, who may see and answer it, what it
    belongs to) and in the acts below it."""
    old, new = before.post, after.post
    if not _both_say_something(before, after) or old is None or new is None:
        return ()
    if text_source(before) != text_source(after):
        return ()
    if old == new and before.signals == after.signals:
        return compare_acts(before, after)
    return (
        *_published(before, after, old, new),
        *_author(before, after, old.author, new.author),
        *_settings(before, after, old, new),
        *compare_acts(before, after),
    )


def compare_media(before: Observation, after: Observation) -> tuple[Change, ...]:
    """What became of the media alone: for two looks that both hold their bytes, with looks between them that do not."""
    old, new = before.post, after.post
    if not _both_say_something(before, after) or old is None or new is None:
        return ()
    how = mark_of(before, after, reworded=False) or no_mark(after)
    return tuple(_media(before, after, media_moves(old.media, new.media), how))


def text_source(observation: Observation) -> str | None:
    """Where the text of the observation was read, as its reader says; None where there is only one place."""
    return next((signal.seen for signal in observation.signals if signal.name == TEXT_FROM), None)


def _both_say_something(before: Observation, after: Observation) -> bool:
    return before.state in INFORMATIVE and after.state in INFORMATIVE


def _presence(state: State) -> str:
    return "present" if state in PRESENT else state.value


def _published(before: Observation, after: Observation, old: Post, new: Post) -> Iterator[Change]:
    """What the author publishes: words, title, links, poll, media, and what the post answers, quotes and passes on."""
    translated = _is_translated(before) or _is_translated(after)
    reworded = not translated and not same_wording(old.text, new.text)
    mark = mark_of(before, after, reworded)
    kind = ChangeKind.SILENTLY_EDITED if mark is None and marks_edits(after) else ChangeKind.EDITED
    how = mark or no_mark(after)
    moves = media_moves(old.media, new.media)
    found = [
        *(() if translated else _wording(before, after, kind, how)),
        *_authors_signals(before, after, kind, how),
        *_descriptions(before, after, mark, moves),
        *_media(before, after, moves, how),
        *_thread(before, after, mark),
    ]
    if not found and mark is not None and new.edit_mark:
        signals = (_part("mark"), mark)
        found.append(
            change_between(before, after, ChangeKind.EDITED, old.text, new.text, *signals, media=moves)
        )
    if not found and old.revision is not None and new.revision is not None and old.revision != new.revision:
        named = Signal(name="revision", seen=f"{old.revision} → {new.revision}", where="post.revision")
        found.append(
            change_between(
                before, after, kind, old.text, new.text, _part("revision"), named, how, media=moves
            )
        )
    yield from found


def _wording(before: Observation, after: Observation, kind: ChangeKind, how: Signal) -> Iterator[Change]:
    old, new = before.post, after.post
    assert old is not None
    assert new is not None
    parts = [("text", old.text, new.text)]
    if old.title is not None and new.title is not None:
        parts.append(("title", old.title, new.title))
    elif (old.title or new.title) and _is_another_version(before, after):
        # A warning that was put before it, or taken off.
        parts.append(("title", old.title or "", new.title or ""))
    moved = [part for part in parts if not same_wording(part[1], part[2])]
    for name, one, other in moved:
        words = compare_words(one, other)
        yield change_between(before, after, kind, one, other, _part(name), how, words=words)
    if not moved and addresses(old.links) != addresses(new.links):
        links = "\n".join(old.links), "\n".join(new.links)
        yield change_between(before, after, kind, *links, _part("links"), how)


def _authors_signals(
    before: Observation, after: Observation, kind: ChangeKind, how: Signal
) -> Iterator[Change]:
    """What the author publishes and readers give as a signal: a poll's options, a warning."""
    for name in sorted(AUTHORS_SIGNALS):
        old, new = _said(before, name), _said(after, name)
        if old != new and _is_comparable(before, after, old, new):
            yield change_between(
                before, after, kind, old, new, _part(name), how, words=compare_words(old, new)
            )


def _descriptions(
    before: Observation, after: Observation, mark: Signal | None, moves: tuple[MediaMove, ...]
) -> Iterator[Change]:
    """Descriptions of media that stayed. Only where the platform marks an edit: some describe pictures themselves."""
    if mark is None:
        return
    for move in moves:
        old, new = move.before, move.after
        if old is None or new is None or old.description is None or new.description is None:
            continue
        if not same_wording(old.description, new.description):
            yield change_between(
                before,
                after,
                ChangeKind.EDITED,
                old.description,
                new.description,
                _part("media"),
                mark,
                words=compare_words(old.description, new.description),
                media=(move,),
            )


def _media(
    before: Observation, after: Observation, moves: tuple[MediaMove, ...], how: Signal
) -> Iterator[Change]:
    if is_change(moves):
        old, new = (tuple(one for one in side if one is not None) for side in _sides(moves))
        kind, fates = ChangeKind.MEDIA_CHANGED, _fates(moves)
        yield change_between(before, after, kind, _listed(old), _listed(new), fates, how, media=moves)


def _sides(moves: tuple[MediaMove, ...]) -> tuple[list[Media | None], list[Media | None]]:
    return [move.before for move in moves], [move.after for move in moves]


def fates_told(
    moves: tuple[MediaMove, ...],
    fate_in_words: Callable[[MediaFate], str],
    reason: Callable[[MediaMove], str],
) -> str:
    """How many media came to which fate, and why some are undetermined."""
    counts = {fate: sum(move.fate is fate for move in moves) for fate in MediaFate}
    told = [f"{fate_in_words(fate)} {count}" for fate, count in counts.items() if count]
    told += dict.fromkeys(reason(move) for move in moves if move.fate is MediaFate.UNDETERMINED)
    return "; ".join(told)


def _fates(moves: tuple[MediaMove, ...]) -> Signal:
    seen = fates_told(moves, lambda fate: fate.value, lambda move: move.reason)
    return Signal(name=MEDIA_MOVES, seen=seen, where="post.media")


def _listed(media: tuple[Media, ...]) -> str:
    return "\n".join(f"{medium.sha256 or 'not captured'} {medium.url}" for medium in media)


def _thread(before: Observation, after: Observation, mark: Signal | None) -> Iterator[Change]:
    """What it answers, quotes and passes on. A reference that is missing on one side may only not have been shown:
    it counts where the look is at another version of the post."""
    for name in ("in_reply_to", "quotes", "shares"):
        old, new = getattr(before.post, name), getattr(after.post, name)
        known = old is not None and new is not None
        if (known and not same_address(old, new)) or (
            not known and old != new and _is_another_version(before, after)
        ):
            signals = (_part(name), mark) if mark is not None else (_part(name),)
            yield change_between(before, after, ChangeKind.THREAD_CHANGED, old or "", new or "", *signals)


def _is_another_version(before: Observation, after: Observation) -> bool:
    """Whether the platform itself says that the later look is at another version than the earlier."""
    old, new = before.post, after.post
    if old is None or new is None:
        return False
    other_name = old.revision is not None and new.revision is not None and old.revision != new.revision
    return other_name or mark_of(before, after, reworded=False) is not None


def _author(before: Observation, after: Observation, old: Account, new: Account) -> Iterator[Change]:
    pairs = (("id", old.id, new.id), ("handle", old.handle, new.handle), ("name", old.name, new.name))
    parts = [name for name, a, b in pairs if a is not None and b is not None and not same_wording(a, b)]
    moves: tuple[MediaMove, ...] = ()
    if old.picture is not None and new.picture is not None:
        moves = media_moves((old.picture,), (new.picture,))
        if is_change(moves):
            parts.append("picture")
    if parts:
        signals = [Signal(name="part", seen=part, where=f"post.author.{part}") for part in parts]
        if "picture" not in parts:
            moves = ()
        kind = ChangeKind.AUTHOR_CHANGED
        yield change_between(before, after, kind, named(old), named(new), *signals, media=moves)


def _settings(before: Observation, after: Observation, old: Post, new: Post) -> Iterator[Change]:
    """Who may see it, and as what it is shown; who may answer."""
    if old.visibility and new.visibility and old.visibility != new.visibility:
        kind = ChangeKind.VISIBILITY_CHANGED
        yield change_between(before, after, kind, old.visibility, new.visibility, _part("visibility"))
    for name in sorted(SHOWN_AS):
        one, other = _said(before, name), _said(after, name)
        if one != other and _is_comparable(before, after, one, other):
            yield change_between(before, after, ChangeKind.VISIBILITY_CHANGED, one, other, _part(name))
    if old.reply_setting and new.reply_setting and old.reply_setting != new.reply_setting:
        kind = ChangeKind.REPLY_SETTING_CHANGED
        yield change_between(
            before, after, kind, old.reply_setting, new.reply_setting, _part("reply_setting")
        )


def _said(observation: Observation, name: str) -> str:
    return "\n".join(signal.seen for signal in observation.signals if signal.name == name)


def _is_comparable(before: Observation, after: Observation, old: str, new: str) -> bool:
    """What only one of two looks says may be missing from the other because it was taken in another way."""
    return bool(old and new) or before.source == after.source


def _is_translated(observation: Observation) -> bool:
    return any(signal.name == TRANSLATED for signal in observation.signals)


def _part(name: str) -> Signal:
    return Signal(name="part", seen=name, where=f"post.{name}")
