"""Which post a picture shows, and in which version: words first, and the author where the words do not decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

import msgspec

from ...record.life import Timeline, Version
from .compare import Laid, Shown, lay_in_column, tokens
from .judge import NEXT_LINE, Judged, fits, found, judge, value
from .letters import core, parts_of, shape
from .looks import Box, Picture
from .names import may_be_name
from .ocr import Line, levels_of
from .retrieve import likely

FEW_WORDS = 5
"""A text of fewer words stands in many places: only its author above it makes it this post."""

NEAR = 45
"""By how much two posts' words may fit a picture unequally (``Judged.value``) and still tie: an altered word or two,
each of which counts as not found and twice as not as recorded. A near copy that somebody else published fits worse by
that much, or by a sentence."""

WORTH_JUDGING = 90
"""By how much a version may fit worse than the best one at the first look, and still be looked at again."""

RIVAL = 16
"""By how much a version in doubt may fit worse than one that differs, and still be the one shown."""

MUCH_BEHIND = 6
"""Letters of a longer version, in words that stand behind a shorter one as recorded: fewer stand in any text."""

MOST_COST = 0.5
"""Of the letters that were found: a text that fits worse, and has no author in the picture, is not the one shown."""


class Author(IntEnum):
    """What of the author of a post stands above its text in the picture."""

    NOTHING = 0
    NAME = 1
    HANDLE = 2


class Fit(msgspec.Struct, frozen=True):
    """A version that the picture may show. ``directly``: nobody else's name may stand between its author and it."""

    timeline: Timeline
    version: Version
    laid: Laid
    author: Author
    named: str
    directly: bool = False


class Judgement(msgspec.Struct, frozen=True):
    """A version that was looked at again."""

    fit: Fit
    judged: Judged


def candidates(lines: Sequence[Line], timelines: Sequence[Timeline]) -> list[Fit]:
    """The versions that the picture may show, of the few posts that share most with what was read."""
    text = " ".join(line.text for line in lines)
    known = {timeline.post: timeline for timeline in timelines}
    wordings = {post: [version.text for version in one.versions] for post, one in known.items()}
    found = []
    for post, places in likely(text, wordings).items():
        timeline = known[post]
        for place in places:
            recorded = tokens(timeline.versions[place].text)
            if not recorded.words:
                continue
            laid = lay_in_column(recorded, lines)
            if not fits(laid):
                continue
            author, named = author_above(timeline, laid, lines)
            if len(recorded.words) >= FEW_WORDS or author:
                directly = bool(author) and not names_between(named, laid, lines)
                found.append(Fit(timeline, timeline.versions[place], laid, author, named, directly))
    return found


def author_above(timeline: Timeline, laid: Laid, lines: Sequence[Line]) -> tuple[Author, str]:
    """The handle or the name of the author as it stands above the text, at its left, or before it on its line."""
    near = [_row(line) for line in _before(laid, lines)]
    near.append(_words_before(laid.shown, laid.place(laid.first)[0]))
    authors = [o.post.author for o in timeline.observations if o.post is not None]
    for author, names in (
        (Author.HANDLE, [one.handle for one in authors if one.handle]),
        (Author.NAME, [one.name for one in authors if one.name]),
    ):
        for name in dict.fromkeys(names):
            if _stands(name, near):
                return author, name
    return Author.NOTHING, ""


def names_between(named: str, laid: Laid, lines: Sequence[Line]) -> bool:
    """Whether a line between the author's and the text may be another's name: a few words alone, the first capital.

    So begins a post that is quoted. Where the author stands at the left or on the text's first line nothing does.
    """
    x, y, width, _ = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)
    above = [line for line in lines if line.box[1] + line.box[3] / 2 < y]
    own = [line for line in above if _stands(named, [_row(line)])]
    if not own:
        return False
    lowest = max(own, key=lambda line: line.box[1]).box
    return any(
        line.box[1] > lowest[1] + lowest[3] / 2
        and line.box[0] < x + width
        and line.box[0] + line.box[2] > x
        and may_be_name(line.text)
        for line in above
    )


def _before(laid: Laid, lines: Sequence[Line]) -> list[Line]:
    """The lines above the text, and those that stand at its left as forums have their authors."""
    x, y, _, height = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)
    first = laid.shown.lines[laid.shown.line_of[laid.place(laid.first)[0]]].box

    def is_before(box: Box) -> bool:
        middle = box[1] + box[3] / 2
        return middle < first[1] or (box[0] + box[2] <= x and y <= middle <= y + height)

    return [line for line in lines if is_before(line.box)]


def _words_before(seen: Shown, letter: int) -> list[str]:
    """The words before a letter on its own line."""
    numbers = [seen.word_of[at] for at in range(letter) if seen.line_of[at] == seen.line_of[letter]]
    return [part for number in dict.fromkeys(numbers) for part in parts_of(seen.words[number].text)]


def _row(line: Line) -> list[str]:
    """The words of a line as apps part them."""
    return [part for word in line.words for part in parts_of(word.text)]


def _stands(name: str, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a name stands in a row as words of its own; letters that look alike count as the same."""
    wanted = shape(core(name).removeprefix("@")).casefold()
    if len(wanted) < 2:
        return False
    for row in rows:
        plain = [shape(core(word).removeprefix("@")).casefold() for word in row]
        for first in range(len(plain)):
            run = ""
            for word in plain[first:]:
                run += word
                if run == wanted:
                    return True
                if len(run) > len(wanted):
                    break
    return False


def judged(fitting: Sequence[Fit], picture: Picture) -> list[Judgement]:
    """The versions that a further look could still make the right one, with that look taken.

    Where one fits clearly better than another at the first look, which competes with it, a further look at that is
    not worth its time; nor where a version of the same post is found there letter for letter, fits better, and no word
    more of this one stands there, nor could be hidden.
    """
    values = [(value(fit.laid), fit) for fit in fitting]
    kept: list[Judgement] = []
    for worth, fit in values:
        best = max(other for other, one in values if _overlap(one, fit))
        whole = any(
            other > worth
            and one.laid.count == len(one.laid.found)
            and other == found(one.laid) >= found(fit.laid)
            and not (_begins_with(fit.laid, one.laid) and _ends_picture(one.laid))
            for other, one in values
            if one.timeline.post == fit.timeline.post and _overlap(one, fit)
        )
        if worth >= best - WORTH_JUDGING and not whole:
            kept.append(Judgement(fit, judge(fit.laid, picture)))
    return kept


def _overlap(one: Fit, other: Fit) -> bool:
    (top, bottom), (upper, lower) = rows(one.laid), rows(other.laid)
    return top < lower and upper < bottom


def rows(laid: Laid) -> tuple[int, int]:
    """The first and the last row of pixels of what was found."""
    _, top, _, height = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)
    return top, top + height


def by_post(judgements: Iterable[Judgement]) -> list[list[Judgement]]:
    """The judgements of each post, the one that fits best first."""
    posts: dict[str, list[Judgement]] = {}
    for one in judgements:
        posts.setdefault(one.fit.timeline.post, []).append(one)
    return [
        sorted(_at_author(versions), key=lambda one: (-one.judged.value, one.judged.cost))
        for versions in posts.values()
    ]


def _at_author(versions: Sequence[Judgement]) -> list[Judgement]:
    """Those that stand where one stands right beneath its author, if any does: elsewhere, an earlier one is quoted."""
    own = [one.fit for one in versions if one.fit.directly]
    return [one for one in versions if not own or any(_overlap(one.fit, other) for other in own)]


def places(posts: Sequence[list[Judgement]]) -> list[list[list[Judgement]]]:
    """The posts that compete for one place in the picture, place by place from top to bottom."""
    spots: list[list[list[Judgement]]] = []
    for post in sorted(posts, key=lambda versions: rows(versions[0].judged.laid)):
        top, _ = rows(post[0].judged.laid)
        if spots and top < max(rows(other[0].judged.laid)[1] for other in spots[-1]):
            spots[-1].append(post)
        else:
            spots.append([post])
    return spots


def shown_at(spot: Sequence[list[Judgement]]) -> list[list[Judgement]]:
    """Of posts that compete for a place, the one that is shown there; several where nothing tells them apart."""
    most = max(post[0].judged.value for post in spot)
    near = [post for post in spot if post[0].judged.value >= most - NEAR]
    told = max(post[0].fit.author for post in near)
    named = [post for post in near if post[0].fit.author == told]
    best = max(post[0].judged.value for post in named)
    return [post for post in named if post[0].judged.value == best]


def is_shown(post: Sequence[Judgement]) -> bool:
    """Whether a post fits so well, or its author stands above it, that the picture can be held to show it."""
    best = post[0]
    return bool(best.fit.author) or best.judged.cost <= MOST_COST * best.judged.found


def shown_in(spots: Sequence[list[list[Judgement]]]) -> list[list[list[Judgement]]]:
    """The places in which the picture can be held to show archived posts.

    Beside a post whose author stands above it, or that is shown letter for letter, a text that only resembles
    an archived one is another text: a quoted post, a comment, an advertisement.
    """

    def is_told(spot: list[list[Judgement]]) -> bool:
        return any(_has_author(post[0].fit) or post[0].judged.clean for post in shown_at(spot))

    return [spot for spot in spots if is_told(spot)] or list(spots)


def _has_author(fit: Fit) -> bool:
    """Whether the author stands above a text: the handle, or the name where none of somebody else stands between.

    Names are shared, and above a quoted post stands the name of who quotes it.
    """
    return fit.author is Author.HANDLE or (fit.author is Author.NAME and fit.directly)


def version_shown(post: Sequence[Judgement]) -> list[Judgement]:
    """Of a post's versions, those that are shown in every letter; several where nothing tells them apart."""
    clean = [one for one in post if one.judged.clean and one.judged.value >= post[0].judged.value - RIVAL]
    # Where one version is shown to its very end, one that fits only because words are missing does not compete;
    # and of two that are, one being the beginning of the other, the longer one. More words of a version that goes on
    # beyond, up to "… selengkapnya", show that it is that one. Where the picture ends with the text, or a bar of the
    # app follows, nobody can tell whether it would go on.
    whole = [one for one in clean if one.judged.whole]
    longest = max((one.judged.found for one in whole), default=0)
    beyond = [one for one in clean if one.judged.found > longest]
    shown = beyond or [one for one in whole if one.judged.found == longest]
    if len(shown) == 1 and shown[0].judged.whole and _ends_picture(shown[0].judged.laid):
        shown += [one for one in post if one not in shown and _goes_on(one, shown[0])]
    return shown


def _ends_picture(laid: Laid) -> bool:
    """Whether below the text nothing was read, or one row: the post's own counts or its time, or a bar of the app."""
    seen = laid.shown
    last = seen.lines[seen.line_of[laid.place(laid.last)[1]]].box
    below = [line.box[1] for line in seen.lines if line.box[1] > last[1] + last[3] / 2]
    return not below or max(below) - min(below) < last[3] / 2


def _begins_with(longer: Laid, shorter: Laid) -> bool:
    return longer.tokens.letters.startswith(shorter.tokens.letters)


def _goes_on(one: Judgement, ended: Judgement) -> bool:
    """Whether a version begins with all that another one is, and nothing else is held against it than its end."""
    judged = one.judged
    return (
        _begins_with(judged.laid, ended.judged.laid)
        and judged.clean_but_cut
        and judged.found == ended.judged.found
    )


def shows_more(post: Sequence[Judgement], shown: Judgement) -> Judgement | None:
    """Another version of which more words stand in the picture, behind the end of the one that is shown."""
    end = shown.judged.laid.place(shown.judged.laid.last)[1]

    def behind(one: Judgement) -> int:
        return sum(
            place[1] - place[0] + 1
            for place in one.judged.laid.found[shown.judged.laid.last + 1 :]
            if place and place[0] > end
        )

    others = [one for one in post if _begins_with(one.judged.laid, shown.judged.laid)]
    return next((one for one in others if not one.judged.clean and behind(one) >= MUCH_BEHIND), None)


def is_continued(shown: Judgement, longer: Judgement) -> bool:
    """Whether a longer version's words follow right behind the end of the one that is shown, and differ for certain."""
    laid = longer.judged.laid
    if laid.shown != shown.judged.laid.shown:
        return False  # laid in columns of their own: their letters have other numbers
    start = shown.judged.laid.place(shown.judged.laid.last)[1]
    behind = [place[0] for place in laid.found[shown.judged.laid.last + 1 :] if place and place[0] > start]
    if not behind or not longer.judged.differences or not longer.judged.clean_of_doubts:
        return False
    levels, line_of = levels_of(laid.shown.lines), laid.shown.line_of
    last = line_of[start]
    return levels[line_of[behind[0]]] - levels[last] < NEXT_LINE * laid.shown.lines[last].height


def in_doubt(post: Sequence[Judgement]) -> Judgement | None:
    """A version that differs nowhere for certain, and fits nearly as well as the nearest one."""
    nearest = post[0]
    return next(
        (
            one
            for one in post
            if not one.judged.differences and one.judged.value >= nearest.judged.value - RIVAL
        ),
        None,
    )
