"""The pages of the format name every code that a verdict can give, and no other; and the limits that the code has."""

from __future__ import annotations

import re
from pathlib import Path

from evidentia.formats import canonical_json, checksums, event
from evidentia.verify import bundle, certificates, chain, clocks, cms, zip_directory
from evidentia.verify.codes import Code, NoteCode
from evidentia.verify.pdf_signature import LARGEST_SIGNED_PDF

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [DOCS / "format.md", *sorted((DOCS / "format").glob("*.md"))]
TEXT = " ".join(" ".join(page.read_text("utf-8") for page in PAGES).split())


def test_the_pages_name_every_code_but_those_of_a_callers_policy() -> None:
    known = {code.value for code in [*Code, *NoteCode]}
    assert set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", TEXT)) <= known
    silent = {code for code in known if f"`{code}`" not in TEXT}
    assert silent == {code for code in known if code.startswith("POLICY_")}


def test_the_pages_state_the_limits_that_the_code_has() -> None:
    mib = 1 << 20
    stated = {
        f"a file under `custody/` or `trust/` | {chain.LARGEST_CUSTODY_FILE // mib} MiB",
        f"all files under `custody/` and `trust/` | {chain.LARGEST_CUSTODY // mib} MiB",
        f"an event | {canonical_json.LARGEST_DOCUMENT // mib} MiB",
        f"a signed PDF | {LARGEST_SIGNED_PDF // mib} MiB",
        f"entries of a ZIP | {bundle.MOST_ENTRIES:,}",
        f"an entry | {bundle.LARGEST_ENTRY >> 40} TiB",
        f"compression | {bundle.LARGEST_RATIO}-fold",
        f"at most {checksums.LARGEST_LIST // mib} MiB.",
        f"more than {zip_directory.LONGEST_EXTRA} bytes of them",
        f"with at most {certificates.LONGEST_CHAIN} certificates between",
        f"RSA keys have {cms.SMALLEST_RSA} bits or more",
        f"over {clocks.CLOCK_TOLERANCE.seconds // 60} minutes",
        f"| `place`, `reason`, `authority` | text, 0–{event.LONGEST_TEXT} |",
        f"| `actors` | 1 to {event.MOST_ACTORS} of",
        f"| `items` | up to {event.MOST_ITEMS:,} of",
        f"`name`: 1–{event.LONGEST_NAME}",
    }
    assert {one for one in stated if one not in TEXT} == set()


def test_the_pages_have_each_type_of_event_with_its_details_and_its_rules() -> None:
    events, custody = (DOCS / "format.md").read_text("utf-8").split("## 3. Events")[1].split("## 4. Custody")
    kinds = {kind.value for kind in event.EventType}
    assert _first_cells(events) & kinds == kinds
    assert "| all others |" in custody
    assert _first_cells(custody) == kinds - {"acquire", "examine", "derive", "report", "note", "status"}


def _first_cells(text: str) -> set[str]:
    rows = re.findall(r"^\| ([^|]*`[^|]*) \|", text.split("\n## ")[0], re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)} - {"type"}
