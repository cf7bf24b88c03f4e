"""Short terms that records hold in English: each that can be recorded has its words, and no others stand there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import evidentia
from evidentia.detect.examining import rates
from evidentia.detect.examining.profiles import TESTS
from evidentia.detect.examining.video import rates as video_rates
from evidentia.fingerprint.quantisation import luminance_table, nearest_quality
from evidentia.fingerprint.types import Provenance
from evidentia.record.examination import ImageClass
from evidentia.record.post import State
from evidentia.record.sentences import catalogue, english, said, term, terms, words
from evidentia.report.material import Language
from evidentia.report.texts import say, word

PACKAGE = Path(evidentia.__file__).parent
ENGLISH_WORDS = re.compile(
    r"\b(the|of|is|are|was|were|with|and|that|its|it|not|by|to|than|there|which|from|where)\b", re.IGNORECASE
)


def marked() -> set[str]:
    """What stands in ``Term("...")`` anywhere in the programs: the types let nothing else become a name."""
    return {
        ast.literal_eval(node.args[0])
        for path in (PACKAGE / "detect").rglob("*.py")
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


def recordable() -> set[str]:
    tables = {nearest_quality(luminance_table(75)).table, "chrominance"}
    return marked() | hinted() | {one.value for one in (*ImageClass, *Provenance, *State)} | tables


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
    for both in terms().values():
        assert not ENGLISH_WORDS.search(both["id"]), both
