"""Write the table of reason codes into docs/verdict-codes.md: python scripts/verdict_codes.py [--check]."""

from __future__ import annotations

import sys
from pathlib import Path

from evidentia.verify.codes import MEANINGS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "verdict-codes.md"
BEGIN, END = "<!-- codes: begin -->\n", "<!-- codes: end -->\n"


def table() -> str:
    """All codes as a Markdown table, in the order of the program."""
    rows = [f"| `{c}` | {m.status} | {m.requirement} | {m.text} |" for c, m in MEANINGS.items()]
    return "\n".join(["| Code | Status | Touches | Meaning |", "|---|---|---|---|", *rows]) + "\n"


def with_table(page: str) -> str:
    """A page with the table between its marks made anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


def main() -> int:
    """Write the page, or with ``--check`` say whether it is as it would be written."""
    page = PAGE.read_text("utf-8")
    if "--check" in sys.argv[1:]:
        return int(page != with_table(page))
    PAGE.write_text(with_table(page), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
