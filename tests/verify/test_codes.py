"""The page of reason codes says what the program says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from evidentia.verify.codes import MEANINGS, Code, fault, worst

TOP = Path(__file__).resolve().parents[2]


def test_every_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Code)


def test_the_page_is_as_the_program_would_write_it() -> None:
    spec = importlib.util.spec_from_file_location("verdict_codes", TOP / "scripts" / "verdict_codes.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = script.PAGE.read_text("utf-8")
    assert page == script.with_table(page), "run scripts/verdict_codes.py"


def test_verify_sh_gives_no_code_that_the_program_does_not_know() -> None:
    script = (TOP / "verify.sh").read_text("ascii")
    given = set(re.findall(r"\b(?:fault|code=|print \"|printf \"|\? \"|: \")\s*([A-Z]{2,}_[A-Z_]+)", script))
    assert len(given) > 30
    assert given <= {code.value for code in Code}


def test_verify_sh_counts_as_open_what_the_program_counts_as_indeterminate() -> None:
    script = (TOP / "verify.sh").read_text("ascii")
    listed = re.search(r"open='\^\((.*?)\) \"$", script, re.DOTALL | re.MULTILINE)
    assert listed is not None
    told = set(re.findall(r"[A-Z_]{4,}", listed[1]))
    open_ = {code.value for code, meaning in MEANINGS.items() if meaning.status == "INDETERMINATE"}
    assert told == {code for code in open_ if not code.startswith("POLICY_")}  # it knows no policies


def test_a_fault_can_be_written_whatever_a_name_on_disk_holds() -> None:
    one = fault(Code.UNKNOWN_FILE, "custody/\udcff", "x", "\ud800")
    assert one.path.encode("utf-8") == b"custody/\\udcff"
    assert worst([one]) == "FAILED"
