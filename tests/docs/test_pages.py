"""The documentation holds together: links lead somewhere, a line is a sentence, a page is in its place."""

import re
from pathlib import Path

import pytest

from tests.docs import markdown
from tests.docs.markdown import PAGES, ROOT

KINDS = ("tutorial", "how-to", "reference", "explanation", "decisions")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
# A full stop, then a capital: a second sentence on the line. Abbreviations and numbers have none behind them.
SECOND_SENTENCE = re.compile(r"[a-zà-ÿ0-9)`*][.!?] +[A-ZÀ-Þ]")

each_page = pytest.mark.parametrize("page", [pytest.param(page, id=markdown.name(page)) for page in PAGES])
each_decision = pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in DECISIONS])


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for line, target in markdown.links(page):
        if re.match(r"(https?|mailto):", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in markdown.anchors(there)):
            broken.append(f"{line.number}: {target}")
    assert not broken


@each_page
def test_a_line_holds_one_sentence(page: Path) -> None:
    crowded = [
        f"{line.number}: {line.text}"
        for line in markdown.prose(page)
        if not line.text.startswith(("|", "#", "<!--", "!"))
        if SECOND_SENTENCE.search(re.sub(r"`[^`]*`|^ *\d+\.", "x", line.text))
    ]
    assert not crowded


@each_page
def test_a_page_begins_with_its_one_title(page: Path) -> None:
    titles = [line.number for line in markdown.prose(page) if line.text.startswith("# ")]
    assert titles == [1]


def test_a_page_is_of_one_kind() -> None:
    elsewhere = [
        markdown.name(page)
        for page in PAGES
        if page.is_relative_to(ROOT / "docs") and page.relative_to(ROOT / "docs").parts[0] not in KINDS
    ]
    assert not elsewhere


def test_every_page_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        for _, target in markdown.links(page):
            there = (page.parent / target.partition("#")[0]).resolve()
            if not re.match(r"(https?|mailto|#)", target) and there.exists():
                waiting.append(there)
    assert [markdown.name(page) for page in PAGES if page not in seen] == []


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [page.name[:5] for page in DECISIONS]
    assert all(re.fullmatch(r"\d{4}-", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


@each_decision
def test_a_decision_says_its_context_itself_and_its_price(page: Path) -> None:
    headings = [line.text for line in markdown.prose(page) if line.text.startswith("## ")]
    assert headings == ["## Context", "## Decision", "## Price"]
    assert page.read_text().startswith(f"# {page.name[:4]}: ")


def test_the_first_screen_of_the_readme_has_the_picture_and_the_two_commands() -> None:
    screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:20])
    assert "](docs/images/home.png)" in screen
    assert re.search(r"^\$ make demo\b.*\n\$ make test\b", screen, re.MULTILINE)


def test_the_changelog_begins_with_what_is_not_released() -> None:
    headings = [line.text for line in markdown.prose(ROOT / "CHANGELOG.md") if line.text.startswith("## ")]
    assert headings[0] == "## [Unreleased]"
    assert all(re.fullmatch(r"## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", heading) for heading in headings[1:])
    kinds = {line.text for line in markdown.prose(ROOT / "CHANGELOG.md") if line.text.startswith("### ")}
    assert kinds <= {f"### {kind}" for kind in ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")}


def test_the_licence_is_the_whole_affero_licence() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert [line.strip() for line in text.split("\n")[:2]] == [
        "GNU AFFERO GENERAL PUBLIC LICENSE",
        "Version 3, 19 November 2007",
    ]
    assert "13. Remote Network Interaction" in text
    assert "END OF TERMS AND CONDITIONS" in text
