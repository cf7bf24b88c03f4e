"""The command that lays two items beside each other: diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

import evidentia as ev
from evidentia.record.comparison import Agreement, Comparison, FilePair, TextPair, Unlike

from .files import item_number
from .life_lines import MARKS, language_of
from .lives import InLanguage
from .options import AsJson, CaseFolder
from .speaking import Exit, progress, say, say_json, shown

if TYPE_CHECKING:
    from evidentia.report.material import Language

_COLOURS = {
    Agreement.SAME: "green",
    Agreement.ALIKE: "yellow",
    Agreement.DIFFERS: "red",
    Agreement.UNDETERMINED: "yellow",
}
_CODES = {
    Agreement.SAME: Exit.PASSED,
    Agreement.ALIKE: Exit.INDETERMINATE,  # a perceptual hash does not see a small part of a picture
    Agreement.DIFFERS: Exit.FAILED,
    Agreement.UNDETERMINED: Exit.INDETERMINATE,
}


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("diff", epilog="Example: evidentia diff 1 4 --case makassar-15")(diff)


def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="An item's number, or a file that was added.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    case: CaseFolder,
    language: InLanguage = None,
    as_json: AsJson = False,
) -> int:
    """Lay two items beside each other: circumstances, state, author, words, media and files."""
    from evidentia.case.comparing_items import compare_items

    told_in = language_of(language)
    opened = ev.Case.open(case)
    with progress("Comparing"):
        found = compare_items(opened, item_number(opened, first), item_number(opened, second))
    if as_json:
        say_json(found)
    else:
        for line in _Telling(told_in).lines(found):
            say(line)
    return _CODES[found.outcome]


class _Telling:
    """Tells a comparison in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def lines(self, found: Comparison) -> Iterator[str]:
        yield f"[bold]{self._say('diff.heading', a=found.a, b=found.b, outcome=self._plain(found.outcome))}[/]"
        yield from self._part("diff.circumstances", self._unlike(found.circumstances))
        yield from self._part("diff.content", self._unlike(found.content))
        yield from self._part("diff.texts", self._texts(found.texts))
        yield from self._part("diff.media", self._media(found))
        yield from self._part("diff.files", self._files(found.files))
        yield from self._part("diff.not_compared", self._not_compared(found))

    def _part(self, heading: str, lines: Iterable[str]) -> Iterator[str]:
        told = list(lines)
        if told:
            yield f"[bold]{self._say(heading)}[/]"
            yield from told

    def _unlike(self, found: tuple[Unlike, ...]) -> Iterator[str]:
        nothing = self._say("diff.nothing")
        for one in found:
            a, b = (nothing if value is None else shown(value) for value in (one.a, one.b))
            yield f"  {self._say(f'unlike.{one.name}')}: [red]{a}[/] | [green]{b}[/]"

    def _texts(self, pairs: tuple[TextPair, ...]) -> Iterator[str]:
        from evidentia.detect.words import visible_words

        for pair in pairs:
            yield f"  {shown(pair.a)} | {shown(pair.b)}: {self._agreement(pair.agreement)}"
            if pair.was_read:
                yield f"  {self._say('diff.was_read')}"
            if pair.words:
                yield "    " + "".join(
                    MARKS[run.move].format(shown(run.text)) for run in visible_words(pair.words)
                )

    def _media(self, found: Comparison) -> Iterator[str]:
        from evidentia.record.sentences import stated
        from evidentia.report.texts import word

        for move in found.media:
            distance = (
                "" if move.distance is None else f", {self._say('diff.distance', distance=move.distance)}"
            )
            why = stated(move.says, move.reason, self._language)
            yield f"  {shown(word(self._language, move.fate))}{distance}: {shown(why)}"
            for medium in (move.before, move.after):
                if medium is not None:
                    yield f"    {shown(medium.url)} SHA-256 {medium.sha256 or '–'}"

    def _files(self, pairs: tuple[FilePair, ...]) -> Iterator[str]:
        from evidentia.record.sentences import stated

        for pair in pairs:
            why = stated(pair.says, pair.reason, self._language)
            distance = (
                "" if pair.distance is None else f", {self._say('diff.distance', distance=pair.distance)}"
            )
            yield f"  {shown(pair.a)} | {shown(pair.b)}: {self._agreement(pair.agreement)}{distance} ({why})"

    def _not_compared(self, found: Comparison) -> Iterator[str]:
        from evidentia.record.sentences import each_stated

        for one in each_stated(found.not_compared, found.not_compared_say, self._language):
            yield f"  {shown(one)}"

    def _agreement(self, value: Agreement) -> str:
        return f"[{_COLOURS[value]}]{shown(self._plain(value))}[/]"

    def _plain(self, value: Agreement) -> str:
        from evidentia.report.texts import word

        return word(self._language, value)

    def _say(self, key: str, **values: object) -> str:
        from evidentia.report import texts

        return shown(texts.say(self._language, key, **values))
