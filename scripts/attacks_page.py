"""Write the table of attacks into docs/attacks.md: python scripts/attacks_page.py [--check]."""

from __future__ import annotations

import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP), str(TOP / "tests" / "verify")]

from rooms import ROOMS  # noqa: E402

PAGE = TOP / "docs" / "attacks.md"
BEGIN, END = "<!-- attacks: begin -->\n", "<!-- attacks: end -->\n"


def table() -> str:
    """All attacks as a Markdown table, room by room."""
    rows = [
        f"| `{room}/{shown(name)}` | {cell(one.codes)} | {'—' if one.shell is None else cell(one.shell)} |"
        for room, attacks in ROOMS.items()
        for name, one in attacks.items()
    ]
    return "\n".join(["| Attack | evidentia verify | verify.sh |", "|---|---|---|", *rows]) + "\n"


def cell(codes: frozenset[str]) -> str:
    """Codes, or that there are none."""
    return " ".join(f"`{code}`" for code in sorted(codes)) or "passes"


def shown(name: str) -> str:
    """A name without what would deceive whoever reads the page."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name)


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
