"""Short terms that records hold in English: each that can be recorded has its words, and no others stand there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import benchmarks
import evidentia
from evidentia.detect.examining import rates
from evidentia.detect.examining.profiles import TESTS
from evidentia.detect.examining.video import rates as video_rates
from evidentia.detect.reading import rates as reading_rates
from evidentia.detect.screenshot import METHOD
from evidentia.fingerprint.quantisation import luminance_table, nearest_quality
from evidentia.fingerprint.types import Provenance
from evidentia.platforms import signals
from evidentia.record.examination import ImageClass
from evidentia.record.post import ActKind, ProofOutcome, State
from evidentia.record.sentences import catalogue, english, phrase, said, signal_names, term, terms, words
from evidentia.report.material import Language
from evidentia.report.texts import say, word

PACKAGE = Path(evidentia.__file__).parent
BENCHMARKS = Path(benchmarks.__file__).parent
MATERIALS = {
    *(one.material for one in rates.measured()),
    *(one.rate.material for one in video_rates.measured()),
    *(one.material for one in reading_rates.error_rates(METHOD)),
}
"""What the rates that stand beside the methods were measured on."""

SIGNAL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PLATFORMS_OWN = frozenset({"act", "log", "proof"})
"""Beginnings of names that are put together; what stands behind ``log:`` is the wiki's own."""

ENGLISH_WORDS = re.compile(
    r"\b(the|of|is|are|was|were|with|and|that|its|it|not|by|to|than|there|which|from|where)\b", re.IGNORECASE
)


def marked() -> set[str]:
    """What stands in ``Term("...")`` anywhere in the programs: the types let nothing else become a name."""
    return {
        ast.literal_eval(node.args[0])
        for room in (PACKAGE, BENCHMARKS)
        for path in room.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Term"
    }


def hinted() -> set[str]:
    """What indications are called, and what they suggest."""
    tree = ast.parse((PACKAGE / "fingerprint" / "indications.py").read_text("utf-8"))
    found = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg in ("name", "suggests")
        and isinstance(node.value, ast.Constant)
    }
    pairs = (node for node in ast.walk(tree) if isinstance(node, ast.Tuple) and len(node.elts) == 2)
    found |= {
        pair.elts[1].value
        for pair in pairs
        if isinstance(pair.elts[0], ast.Call) and isinstance(pair.elts[1], ast.Constant)
    }
    return {str(one) for one in found}


def literals(rooms: tuple[str, ...]) -> set[str]:
    """Every string that stands in the programs of these rooms."""
    return {
        node.value
        for room in rooms
        for path in (PACKAGE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def named_signals() -> set[str]:
    """What stands in ``Signal(name="...")`` anywhere in the programs, and the names on which other rooms act."""
    found = {
        str(value.value)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Signal"
        for keyword in node.keywords
        if keyword.arg == "name"
        for value in ast.walk(keyword.value)
        if isinstance(value, ast.Constant)
    }
    acted_on = {
        value for value in vars(signals).values() if isinstance(value, str) and SIGNAL.fullmatch(value)
    }
    return {one for one in found if SIGNAL.fullmatch(one)} | acted_on


def added_to_materials() -> set[str]:
    """Parts of what rates were measured on that no program wrote: that a rate was taken over, kinds, sizes."""
    parts = {part for material in MATERIALS for part in re.split("[;:] ", material)}
    numbered = {one: re.sub(r"\\{n\d?\\}", r"\\d+", re.escape(one)) for one in terms() if "{n" in one}
    return {part for part in parts if part in terms()} | {
        one for one, pattern in numbered.items() if any(re.search(pattern, part) for part in parts)
    }


def recordable() -> set[str]:
    tables = {nearest_quality(luminance_table(75)).table, "chrominance"}
    return (
        marked()
        | hinted()
        | added_to_materials()
        | {one.value for one in (*ImageClass, *Provenance, *State)}
        | tables
    )


def test_every_term_that_can_be_recorded_has_words_and_no_other_stands_there() -> None:
    assert recordable() == set(terms())
    assert all(both.keys() == {"id"} and both["id"].strip() == both["id"] for both in terms().values())


def test_every_test_that_is_run_or_was_measured_has_a_name_in_indonesian() -> None:
    tests = {test.name for test in TESTS}
    tests |= {one.test for one in (*rates.measured(), *video_rates.measured())}
    assert tests - {rates.WHOLE} <= set(terms())


def test_kinds_of_files_are_called_as_in_the_reports_own_words() -> None:
    for kind in ImageClass:
        assert term(kind.value, "id") == say(Language.INDONESIAN, f"examination.class.{kind.name.lower()}")


def test_every_signal_that_the_programs_name_has_words_and_no_other_stands_there() -> None:
    made = {f"act-{one.value}" for one in ActKind} | {f"proof-{one.value}" for one in ProofOutcome}
    written = literals(("platforms", "capture", "detect", "case"))
    assert named_signals() - PLATFORMS_OWN <= signal_names().keys()
    assert signal_names().keys() <= written | made | {"over-18"}
    assert all(both.keys() == {"id"} for both in signal_names().values())


def test_what_rates_were_measured_on_is_told_in_indonesian() -> None:
    for material in MATERIALS:
        told = phrase(material, "id")
        assert not ENGLISH_WORDS.search(told), told
        assert not re.search(r"genuine|synthetic|sound|photographs|measured|generated", told), told
        assert re.findall(r"\d+", told) == re.findall(r"\d+", material)


def test_states_are_called_as_in_the_reports_own_words() -> None:
    for state in State:
        assert term(state.value, "id") == word(Language.INDONESIAN, state)


def test_what_is_no_term_of_ours_stands_as_it_was_recorded() -> None:
    assert term("another agency's test", "id") == "another agency's test"
    assert term("time stamps", "en") == "time stamps"


def test_a_sentence_tells_its_terms_in_its_language() -> None:
    one = said("examining.named", term="time stamps")
    assert english(one) == "time stamps"
    assert words((one,), "id") == term("time stamps", "id") != "time stamps"


def test_no_english_stands_in_the_indonesian_sentences() -> None:
    for code, both in catalogue().items():
        plain = re.sub(r"\{[^}]*\}", "", both["id"])
        assert not ENGLISH_WORDS.search(plain), code
    for both in (*terms().values(), *signal_names().values()):
        assert not ENGLISH_WORDS.search(both["id"]), both
