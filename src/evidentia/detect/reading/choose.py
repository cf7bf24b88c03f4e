"""Which post a picture shows, and in which version: words first, and the author where the words do not decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ...record.life import Timeline, Version
from .bylines import Author, Byline, byline, lines_of_texts
from .compare import Laid, lay_in_column, tokens
from .hidden import NEXT_LINE
from .judge import Judged, fits, found, judge, value
from .looks import Picture
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


class Fit(msgspec.Struct, frozen=True):
    """A version that the picture may show, and how its author is named there."""

    timeline: Timeline
    version: Version
    laid: Laid
    byline: Byline


class Judgement(msgspec.Struct, frozen=True):
    """A version that was looked at again."""

    fit: Fit
    judged: Judged


def candidates(lines: Sequence[Line], timelines: Sequence[Timeline]) -> list[Fit]:
    """The versions that the picture may show, of the few posts that share most with what was read."""
    laid = _laid(lines, timelines)
    texts = lines_of_texts(one for _, _, one in laid)
    found = [
        Fit(timeline, version, one, byline(timeline, one, lines, texts)) for timeline, version, one in laid
    ]
    return [fit for fit in found if len(fit.laid.found) >= FEW_WORDS or fit.byline.is_before]


def _laid(lines: Sequence[Line], timelines: Sequence[Timeline]) -> list[tuple[Timeline, Version, Laid]]:
    """The versions of which so much was read that the picture may show them, laid against it."""
    text = " ".join(line.text for line in lines)
    known = {timeline.post: timeline for timeline in timelines}
    wordings = {post: [version.text for version in one.versions] for post, one in known.items()}
    found = []
    for post, places in likely(text, wordings).items():
        for place in places:
            version = known[post].versions[place]
            recorded = tokens(version.text)
            if recorded.words and fits(laid := lay_in_column(recorded, lines)):
                found.append((known[post], version, laid))
    return found


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
    own = [one.fit for one in versions if one.fit.byline.directly]
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
    told = max(post[0].fit.byline.author for post in near)
    named = [post for post in near if post[0].fit.byline.author == told]
    best = max(post[0].judged.value for post in named)
    return [post for post in named if post[0].judged.value == best]


def is_shown(post: Sequence[Judgement]) -> bool:
    """Whether a post fits so well, or its author stands above it, that the picture can be held to show it."""
    best = post[0]
    return best.fit.byline.is_before or best.judged.cost <= MOST_COST * best.judged.found


def shown_in(spots: Sequence[list[list[Judgement]]]) -> list[list[list[Judgement]]]:
    """The places in which the picture can be held to show archived posts, of ``spots`` from top to bottom.

    Beside a post whose author is named at it, or that is shown letter for letter, a text that only resembles
    an archived one is another text: a comment, an advertisement. But not where it stands above all others and differs
    in one place alone: then it is the post, and the other is what it quotes.
    """

    def is_told(spot: list[list[Judgement]]) -> bool:
        return any(_has_author(post[0].fit.byline) or post[0].judged.clean for post in shown_at(spot))

    def is_quoting(spot: list[list[Judgement]]) -> bool:
        return spot is spots[0] and any(post[0].judged.places == 1 for post in shown_at(spot))

    told = [spot for spot in spots if is_told(spot)]
    return [spot for spot in spots if spot in told or is_quoting(spot)] if told else list(spots)


def _has_author(named: Byline) -> bool:
    """Whether the author is named at a text: by the handle, or by the name where none of somebody else stands between.

    Names are shared, and above a quoted post stands the name of who quotes it.
    """
    return named.author in (Author.HANDLE, Author.BELOW) or (named.author is Author.NAME and named.directly)


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
    return _follows(laid, start, behind[0])


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


def not_outdone(post: Sequence[Judgement]) -> list[Judgement]:
    """The versions that another one, which differs, does not rule out.

    It does where it stands behind the other's end, by letters enough: a text that says the same by chance would have
    to follow there. And it does where the other begins with it: so that differs in the same words.
    """
    differing = [one for one in post if one.judged.differences]

    def is_outdone(one: Judgement) -> bool:
        return any(
            _begins_with(one.judged.laid, other.judged.laid) or _behind(one, other) >= MUCH_BEHIND
            for other in differing
        )

    return [one for one in post if one in differing or not is_outdone(one)]


def _behind(shown: Judgement, other: Judgement) -> int:
    """Letters of another version that stand as recorded right behind the end of the one that is shown."""
    laid = other.judged.laid
    if laid.shown != shown.judged.laid.shown:
        return 0  # laid in columns of their own: their letters have other numbers
    end = shown.judged.laid.place(shown.judged.laid.last)[1]
    behind = [place for place in laid.found if place and place[0] > end]
    return (
        sum(last - first + 1 for first, last in behind) if behind and _follows(laid, end, behind[0][0]) else 0
    )


def _follows(laid: Laid, end: int, letter: int) -> bool:
    """Whether a letter stands on the line of another one, or on the next."""
    levels, line_of = levels_of(laid.shown.lines), laid.shown.line_of
    last = line_of[end]
    return levels[line_of[letter]] - levels[last] < NEXT_LINE * laid.shown.lines[last].height
