"""What holds for every page: links lead somewhere, every page can be reached, and no page knows this machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name / "README.md" for name in ("fixtures", "requirements")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
DECISION = re.compile(r"\d{4}-[a-z0-9-]+\.md")
PARTS_OF_A_DECISION = ["Context", "Decision", "Consequences"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """The page without its code."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)


def anchor(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {anchor(h) for h in re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)}


def links(page: Path) -> list[tuple[Path, str]]:
    """Where a page's links into the project lead: a file, and an anchor in it or nothing."""
    found = (link.partition("#") for link in LINK.findall(prose(page)) if "://" not in link)
    return [((page.parent / path).resolve() if path else page, fragment) for path, _, fragment in found]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, fragment in links(page):
        assert target.exists(), target
        assert not fragment or fragment in anchors(target), f"{target}#{fragment}"


def test_every_page_can_be_reached_from_the_index() -> None:
    reached: set[Path] = set()
    todo = [ROOT / "docs" / "index.md"]
    while todo:
        page = todo.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            todo += [target for target, _ in links(page)]
    assert {name(page) for page in PAGES if "docs" in page.parts} <= {name(page) for page in reached}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_knows_this_machine(page: Path) -> None:
    assert not re.search(r"/(?:root|home|work)/|/tmp/", page.read_text("utf-8"))


@pytest.mark.parametrize(
    "record",
    [p for p in sorted((ROOT / "docs" / "decisions").glob("*.md")) if p.name != "README.md"],
    ids=name,
)
def test_decision_records_have_their_three_parts_and_fit_half_a_page(record: Path) -> None:
    text = record.read_text("utf-8")
    assert DECISION.fullmatch(record.name)
    assert text.startswith(f"# {record.name[:4]} ")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == PARTS_OF_A_DECISION
    assert len(text.split()) <= 500


def test_numbers_of_decision_records_are_used_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("0*.md")]
    assert len(numbers) == len(set(numbers))
