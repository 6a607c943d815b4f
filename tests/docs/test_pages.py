"""What the documents say is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)\)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_link_leads_nowhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_command_of_make_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = re.findall(r"```\n(.*?)```", page.read_text(), re.DOTALL)
    used = {t for block in shown for t in re.findall(r"^make ([a-z]+)", block, re.MULTILINE)}

    assert used <= targets


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=name_of)
def test_a_decision_fits_on_a_card(page: Path) -> None:
    text = page.read_text()

    assert text.count("\n") <= 30
    assert "Date: " in text
    assert "Status: " in text


def test_every_page_is_reached_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    pages = [p for p in (ROOT / "docs").rglob("*.md") if p.parent.name != "decisions"]

    assert [name_of(p) for p in pages if name_of(p) not in text] == []
