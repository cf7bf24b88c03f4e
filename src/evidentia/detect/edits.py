"""What changed between two observations of one post, bounded by them.

**Bounds.** A look lasts from ``during.not_before`` to ``during.not_after``, and the page may have been served at
any moment of it. So the old was certainly still there only at the *start* of the earlier look, and the new was
certainly there only at the *end* of the later one: the change lies between these two. A time of editing that the
platform states does not narrow them, because it is the platform's word and not an observation; it is listed
among the signals.

**What is no change.** Counters, relative times, white space and line layout, and canonically equivalent spellings
(Unicode NFC) never are. Observations that say nothing about the post (``state.INFORMATIVE``) change nothing.
Posts that were read from different places of a page do not compare, nor do pictures without digests.
"""

from __future__ import annotations

import unicodedata

from evidentia.platforms.keys import normalise_url
from evidentia.platforms.signals import EDIT_COUNT, TEXT_FROM
from evidentia.record.errors import UsageError
from evidentia.record.life import Change, ChangeKind, Words
from evidentia.record.post import Account, Media, Observation, Post, Signal, State

from .state import INFORMATIVE, PRESENT, STATED_GONE
from .words import compare_words


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
    return (_change(kind, before, after, before.state.value, after.state.value, after.signals),)


def compare_content(before: Observation, after: Observation) -> tuple[Change, ...]:
    """What changed in the post itself: wording, title, links, media, author, visibility."""
    old, new = before.post, after.post
    if not _both_say_something(before, after) or old is None or new is None:
        return ()
    if text_source(before) != text_source(after):
        return ()
    changes = [*_wording(before, after, old, new), *_media(before, after, old, new)]
    if _differs(old.author, new.author):
        changes.append(
            _change(ChangeKind.AUTHOR_CHANGED, before, after, _named(old.author), _named(new.author), ())
        )
    if old.visibility and new.visibility and old.visibility != new.visibility:
        changes.append(
            _change(ChangeKind.VISIBILITY_CHANGED, before, after, old.visibility, new.visibility, ())
        )
    return tuple(changes)


def same_wording(one: str, other: str) -> bool:
    """Whether two texts are the same but for white space and canonically equivalent spelling."""
    return one == other or _plain(one) == _plain(other)


def text_source(observation: Observation) -> str | None:
    """Where the text of the observation was read, as its reader says; None where there is only one place."""
    return next((signal.seen for signal in observation.signals if signal.name == TEXT_FROM), None)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _both_say_something(before: Observation, after: Observation) -> bool:
    return before.state in INFORMATIVE and after.state in INFORMATIVE


def _presence(state: State) -> str:
    return "present" if state in PRESENT else state.value


def _wording(before: Observation, after: Observation, old: Post, new: Post) -> list[Change]:
    reworded = not same_wording(old.text, new.text)
    mark = _mark(before, after, reworded)
    kind = ChangeKind.SILENTLY_EDITED if mark is None else ChangeKind.EDITED
    how = _no_mark(new) if mark is None else mark
    changes: list[Change] = []
    if reworded:
        words = compare_words(old.text, new.text)
        changes.append(_change(kind, before, after, old.text, new.text, (_part("text"), how), words))
    if old.title is not None and new.title is not None and not same_wording(old.title, new.title):
        words = compare_words(old.title, new.title)
        changes.append(_change(kind, before, after, old.title, new.title, (_part("title"), how), words))
    if not changes and _addresses(old) != _addresses(new):
        links = ("\n".join(old.links), "\n".join(new.links))
        changes.append(_change(kind, before, after, *links, (_part("links"), how)))
    if not changes and mark is not None and new.edit_mark:
        signals = (_part("mark"), mark)
        changes.append(_change(ChangeKind.EDITED, before, after, old.text, new.text, signals))
    return changes


def _mark(before: Observation, after: Observation, reworded: bool) -> Signal | None:
    """The signal with which the platform says that the post was edited since the earlier look, if it does."""
    old, new = before.post, after.post
    if old is None or new is None:
        return None
    count = _edit_count(after)
    if count is not None:
        earlier = _edit_count(before) or "0"
        moved = _number(count) > _number(earlier)
        return Signal(name=EDIT_COUNT, seen=f"{earlier} → {count}", where="post") if moved else None
    if new.edited_at is not None:
        moved = old.edited_at is None or new.edited_at > old.edited_at
        return (
            Signal(name="edited-at", seen=new.edited_at.isoformat(), where="post.edited_at")
            if moved
            else None
        )
    if new.edit_mark and (reworded or not old.edit_mark):
        return Signal(name="edit-mark", seen="yes", where="post.edit_mark")
    return None


def _no_mark(post: Post) -> Signal:
    seen = "the platform shows none" if post.edit_mark is False else "the page shows none that moved"
    return Signal(name="no-edit-mark", seen=seen, where="post.edit_mark")


def _part(name: str) -> Signal:
    return Signal(name="part", seen=name, where=f"post.{name}")


def _edit_count(observation: Observation) -> str | None:
    return next((signal.seen for signal in observation.signals if signal.name == EDIT_COUNT), None)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _addresses(post: Post) -> list[str]:
    return [normalise_url(link) for link in post.links]


def _media(before: Observation, after: Observation, old: Post, new: Post) -> list[Change]:
    if len(old.media) != len(new.media):
        how = "their number"
    elif any(
        a.sha256 and b.sha256 and a.sha256 != b.sha256 for a, b in zip(old.media, new.media, strict=True)
    ):
        how = "SHA-256; the same picture encoded anew would differ too"
    else:
        return []
    signals = (Signal(name="media-differ-by", seen=how, where="post.media"),)
    return [_change(ChangeKind.MEDIA_CHANGED, before, after, _listed(old.media), _listed(new.media), signals)]


def _listed(media: tuple[Media, ...]) -> str:
    return "\n".join(f"{medium.sha256 or 'not captured'} {medium.url}" for medium in media)


def _differs(old: Account, new: Account) -> bool:
    pairs = ((old.id, new.id), (old.handle, new.handle), (old.name, new.name))
    return any(a is not None and b is not None and a != b for a, b in pairs)


def _named(account: Account) -> str:
    parts = (account.name, account.handle and f"@{account.handle}", account.id and f"id {account.id}")
    return " · ".join(part for part in parts if part)


def _change(
    kind: ChangeKind,
    before: Observation,
    after: Observation,
    old: str,
    new: str,
    signals: tuple[Signal, ...],
    words: tuple[Words, ...] = (),
) -> Change:
    return Change(
        kind=kind,
        before=old,
        after=new,
        not_before=before.during.not_before,
        not_after=after.during.not_after,
        signals=(*signals, *_overlap(before, after)),
        evidence=(*before.evidence, *after.evidence),
        words=words,
    )


def _overlap(before: Observation, after: Observation) -> tuple[Signal, ...]:
    end, start = before.during.not_after, after.during.not_before
    if end is None or start is None or end <= start:
        return ()
    seen = f"{end.isoformat()} > {start.isoformat()}"
    return (Signal(name="looks-overlap", seen=seen, where="which came first is not certain"),)
