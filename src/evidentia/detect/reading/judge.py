"""Judging one version: every disputed place gets a second look, and only what both looks say counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean, median

import msgspec
from msgspec.structs import replace

from ...record.finding import Difference
from ...record.said import Said
from ...record.sentences import said
from .compare import Dispute, Laid, between, disputes, says_more
from .counts import bare_counts_in
from .glyphs import Supported
from .gone import lines_in_column, lost_before, upper_line
from .hidden import hidden_by
from .letters import bare, core, readable, shape
from .looks import Look, Picture, look, opinion
from .ocr import union
from .setting import is_set_otherwise

MAX_SECOND_LOOKS = 40
"""Each takes a fraction of a second. A wording that is disputed in more places is not the one shown."""

SURE = 8.0
"""By how much the recogniser has to favour one wording under every view, as the logarithm of a ratio of chances. On
pictures of the tuning set, altered words came to 15 and more, and the recogniser's own slips to less than 5; but of
letters that a bar cuts through it favoured others by up to 11: whether a part may be hidden is asked for besides."""

SLIP = 5.0
"""More than the recogniser's own slips came to under any view on letters that are shown whole. Views that agree on
nothing but that it is not what is recorded count where each favours that by more, and by more than ``SURE`` on the
average."""

ASIDE = 2
"""Heights of a line by which it begins elsewhere than the lines of the text do."""

LETTERS_OF_PICTOGRAPH = 4
"""Letters that an engine may read into one emoji at most. One for each is no doubt even: no word is that short."""

LONGEST_WORD = 20
"""Letters: what is longer is a link. Counted whole, a digit in it would weigh as much as a sentence."""

MOST_CUT = 12
"""Letters that words count for at most which are not shown at an end of the text, where nothing says that it goes on.
A bar of the app hides a word or ten: how many tells nothing of which version it is."""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """A place of which it cannot be said whether it is as recorded. ``letters``: how much of the text that is.

    ``cut``: recorded words are not shown at an end of the text, and something else stands there. ``covered``: the edge
    of the picture or a bar of the app may hide a part of it, which explains whatever is read: no letter counts there.
    """

    why: Said
    letters: int
    cut: bool = False
    at_start: bool = False
    covered: bool = False


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A version against the picture: what differs, what stays in doubt, and what is not in the picture.

    ``cut_start`` and ``cut_end`` count recorded words that are not shown before the first and after the last one
    found, because the picture ends there or says that the text goes on. ``cost``: letters that differ or are in doubt.
    """

    laid: Laid
    differences: tuple[Difference, ...]
    doubts: tuple[Doubt, ...]
    cut_start: int
    cut_end: int
    cost: int

    @property
    def found(self) -> int:
        """Letters that stand as recorded."""
        return found(self.laid)

    @property
    def value(self) -> int:
        """How well the version fits: what stands as recorded, less twice what does not."""
        return self.found - 2 * self.cost

    @property
    def clean(self) -> bool:
        return not self.differences and not self.doubts

    @property
    def clean_but_cut(self) -> bool:
        """Whether nothing is held against the version but that words are not shown at its ends."""
        return not self.differences and all(doubt.cut for doubt in self.doubts)

    @property
    def clean_of_doubts(self) -> bool:
        """Whether nothing stays in doubt but what the edge of the picture or a bar of the app may hide."""
        return all(doubt.covered for doubt in self.doubts)

    @property
    def places(self) -> int:
        """Places that are not as recorded, or may not be."""
        return len(self.differences) + sum(not (doubt.cut or doubt.covered) for doubt in self.doubts)

    @property
    def whole(self) -> bool:
        """Whether the version is shown from its first word to its last one, and nothing says that there is more."""
        return self.clean and not self.cut_start and not self.cut_end and not says_more(self.laid)


def found(laid: Laid) -> int:
    """Letters that stand as recorded."""
    return sum(place[1] - place[0] + 1 for place in laid.found if place)


def value(laid: Laid) -> int:
    """How well a version fits at the first look: ``Judged.value``. Further looks can only add to it."""
    places = disputes(laid)
    _, _, unexplained = _cut(laid, places)
    doubts = (*unexplained, *_added_at_end(laid))
    cost = sum(_letters(laid, place) for place in places) + sum(doubt.letters for doubt in doubts)
    return found(laid) - 2 * cost


def judge(laid: Laid, picture: Picture) -> Judged:
    """Give every disputed place further looks, and account for the words that are not shown."""
    places = disputes(laid)
    settled = [(place, _settle(laid, place, picture)) for place in places[:MAX_SECOND_LOOKS]]
    differences = [found for _, found in settled if isinstance(found, Difference)]
    doubts = [found for _, found in settled if isinstance(found, Doubt)]
    if len(places) > MAX_SECOND_LOOKS:
        rest = sum(_letters(laid, place) for place in places[MAX_SECOND_LOOKS:])
        why = said("reading.doubt.too_many_places", places=len(places), looked=MAX_SECOND_LOOKS)
        doubts.append(Doubt(why=why, letters=rest))
    cut_start, cut_end, unexplained = _cut(laid, places)
    doubts += [*_added_at_end(laid), *unexplained]
    differing = sum(_letters(laid, place) for place, found in settled if isinstance(found, Difference))
    if (
        cut_start
        and not picture.at_edge(laid.shown.lines[upper_line(laid)].box)
        and (lost := lost_before(laid, picture))
    ):
        differences.insert(0, lost)
        doubts = [doubt for doubt in doubts if not doubt.at_start]
        cut_start, differing = 0, differing + len(core(lost.recorded))
    return Judged(
        laid=laid,
        differences=tuple(differences),
        doubts=tuple(doubts),
        cut_start=cut_start,
        cut_end=cut_end,
        cost=differing + sum(doubt.letters for doubt in doubts),
    )


def _letters(laid: Laid, place: Dispute) -> int:
    """How much of the text a disputed place is: all of it, and of a link what differs between its ends."""
    words = [core(word) for word in laid.tokens.words[place.first : place.stop]]
    shown = laid.shown.letters[place.start : place.end]
    if len(words) == 1 and len(words[0]) > LONGEST_WORD:
        return _unlike(words[0], shown)
    return max(sum(map(len, words)), len(shown))


def _unlike(one: str, other: str) -> int:
    """The letters of the longer one between those at both ends that they have in common; 1 at least."""
    most = min(len(one), len(other))
    start = next((at for at in range(most) if one[at] != other[at]), most)
    end = next((at for at in range(most - start) if one[-1 - at] != other[-1 - at]), most - start)
    return max(1, max(len(one), len(other)) - start - end)


def _settle(laid: Laid, dispute: Dispute, picture: Picture) -> Difference | Doubt | None:
    """The difference that the looks agree on, why it stays in doubt, or nothing: it is as recorded after all."""
    words = laid.tokens.words[dispute.first : dispute.stop]
    recorded, wanted = bare(" ".join(words)), "".join(core(word) for word in words)
    shown = laid.shown.text(dispute.start, dispute.end)
    if readable(shown) == wanted or is_set_otherwise(laid, dispute):
        return None
    if not words and (beside := _of_the_screen(laid, dispute)):
        return Doubt(why=beside, letters=_letters(laid, dispute))
    looks = look(laid, dispute, picture)
    doubts = _doubts(looks, shown, recorded, wanted)
    if doubts is None:
        return None
    box = _place(laid, dispute)
    weighed = picture.weigh(laid, box, recorded, shown)
    if weighed is not None and weighed.supported is Supported.RECORDED:
        if doubts:
            return None
        doubts = (said("reading.doubt.shaped_as_recorded", recorded=recorded, shown=shown),)
    elif doubts and weighed is not None and weighed.supported is Supported.SHOWN and _favoured(looks):
        doubts = ()
    covered = hidden_by(laid, dispute, picture, box)
    if why := next(iter(doubts), covered):
        if covered:
            return Doubt(why=why, letters=0, covered=True)
        return Doubt(why=why, letters=_letters(laid, dispute))
    shapes = () if weighed is None else (f"shapes of the letters: {weighed.reason}",)
    return Difference(shown=shown, recorded=recorded, box=box, opinions=(*map(opinion, looks), *shapes))


def _of_the_screen(laid: Laid, dispute: Dispute) -> Said | None:
    """Why what is shown where nothing is recorded may be none of the text; None where nothing says so."""
    shown = laid.shown.text(dispute.start, dispute.end)
    if len(readable(shown)) <= LETTERS_OF_PICTOGRAPH * laid.tokens.pictures[dispute.first]:
        return said("reading.doubt.emoji", shown=shown)
    if _stands_apart(laid, dispute):
        return said("reading.doubt.between_lines", shown=shown)
    return said("reading.doubt.count_beside", shown=shown) if _is_count_beside(laid, dispute) else None


def _stands_apart(laid: Laid, dispute: Dispute) -> bool:
    """Whether what is shown where nothing is recorded stands on lines of its own that begin elsewhere than its lines.

    A platform's own words beside the text, a clock or a button, come between its lines in the order of reading.
    """
    seen = laid.shown
    lines = {*seen.line_of[dispute.start : dispute.end]}
    own = laid.lines
    if not lines.isdisjoint(own):
        return False
    begin = median(seen.lines[line].box[0] for line in own)
    boxes = [seen.lines[line].box for line in lines]
    return all(abs(box[0] - begin) > ASIDE * box[3] for box in boxes)


def _is_count_beside(laid: Laid, dispute: Dispute) -> bool:
    """Whether what is shown where nothing is recorded is a count, at the end of a line and right of all other lines.

    Some apps write their counts at the right of the text, and engines join such a one to the line beside it.
    """
    seen = laid.shown
    lines = {*seen.line_of[dispute.start : dispute.end]}
    is_last = dispute.end == len(seen.line_of) or seen.line_of[dispute.end] not in lines
    others = [
        place for place in laid.found if place and lines.isdisjoint(seen.line_of[place[0] : place[1] + 1])
    ]
    if (
        len(lines) != 1
        or not is_last
        or not others
        or not bare_counts_in(seen.text(dispute.start, dispute.end))
    ):
        return False
    words = [seen.box(first, last + 1) for first, last in others]
    return seen.box(dispute.start, dispute.end)[0] >= max(x + width for x, _, width, _ in words)


def _favoured(looks: Sequence[Look]) -> bool:
    """Whether the recogniser favours what was read under every view, however little."""
    margins = [one.margin for one in looks if one.margin is not None]
    return len(margins) == len(looks) and min(margins) > 0


def _doubts(looks: Sequence[Look], shown: str, recorded: str, wanted: str) -> tuple[Said, ...] | None:
    """What all looks come to: without a doubt it is a difference; None is as recorded after all."""
    margins = [one.margin for one in looks if one.margin is not None]
    weighed = len(margins) == len(looks)
    texts = [one.text for one in looks[1:] if one.text is not None]
    as_recorded = any(wanted in (core(text), readable(text)) for text in texts)
    if as_recorded and not (weighed and min(margins) > SURE):
        return None
    if shape(shown) == shape(wanted):
        if not (weighed and min(margins) > SURE):
            return None  # nobody sees a difference there
        return (said("reading.doubt.look_alike", shown=shown, recorded=recorded),)
    if weighed and (min(margins) > SURE or (min(margins) > SLIP and mean(margins) > SURE)):
        return ()
    if not texts:
        return (said("reading.doubt.no_way_around", text=shown or recorded),)
    if other := next((text for text in texts if core(text) != core(shown)), None):
        return (said("reading.doubt.looks_differ", recorded=recorded, shown=shown, other=other),)
    if weighed and min(margins) < 0:
        return (said("reading.doubt.favours_neither", shown=shown, recorded=recorded),)
    return ()


def _place(laid: Laid, dispute: Dispute) -> tuple[int, int, int, int]:
    if dispute.end > dispute.start:
        return laid.shown.box(dispute.start, dispute.end)
    before, after = laid.place(dispute.first - 1)[1], laid.place(dispute.stop)[0]
    return union([laid.shown.box(before, before + 1), laid.shown.box(after, after + 1)])


def _cut(laid: Laid, places: Sequence[Dispute]) -> tuple[int, int, list[Doubt]]:
    """How many recorded words are not shown at the start and the end, and which of that nothing explains."""
    disputed = {word for place in places for word in range(place.first, place.stop)}
    start = [word for word in range(laid.first) if word not in disputed]
    end = [word for word in range(laid.last + 1, len(laid.found)) if word not in disputed]
    unexplained = []
    seen, words = laid.shown, laid.tokens.words
    upper, lower = upper_line(laid), seen.line_of[laid.place(laid.last)[1]]
    if start and lines_in_column(laid, range(upper)):
        why = said("reading.doubt.begins_earlier", before=" ".join(words[at] for at in start[-6:]))
        unexplained.append(replace(_cut_off(why, (words[at] for at in start)), at_start=True))
    if end and not says_more(laid) and lines_in_column(laid, range(lower + 1, len(seen.lines))):
        why = said("reading.doubt.goes_on", after=" ".join(words[at] for at in end[:6]))
        unexplained.append(_cut_off(why, (words[at] for at in end)))
    return len(start), len(end), unexplained


def _cut_off(why: Said, words: Iterable[str]) -> Doubt:
    letters = sum(len(core(word)) for word in words)
    return Doubt(why=why, letters=min(letters, MOST_CUT), cut=True)


def _added_at_end(laid: Laid) -> list[Doubt]:
    """Text right after the post's last word, on its line: an addition, or a note of the platform's."""
    if laid.found[-1] is None:
        return []
    start, end = between(laid, len(laid.found), len(laid.found))
    added = core(laid.shown.letters[start:end])
    if not added or says_more(laid) or len(added) <= laid.tokens.pictures[-1]:
        return []
    text = laid.shown.text(start, end)
    return [Doubt(why=said("reading.doubt.after_end", text=text), letters=len(added))]


def fits(laid: Laid) -> bool:
    """Whether so much of the version was found, so densely, that the picture can be held to show it.

    At least half of its words and five of them (all of them, if it has fewer), or eight in a longer text;
    and between the first and the last one found, at least six of ten.
    """
    if laid.count == 0:
        return False
    total = len(laid.found)
    enough = laid.count >= min(5, total) and (laid.count * 2 >= total or laid.count >= 8)
    return enough and laid.count * 10 >= (laid.last - laid.first + 1) * 6
