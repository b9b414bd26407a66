"""The documentation as it lies in the repository, and the little of Markdown that the tests look at."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

FENCE = re.compile(r"^ *```")
LINK = re.compile(r"(?<!\\)!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


class Line(msgspec.Struct, frozen=True):
    """A line of a page, with its number from 1."""

    number: int
    text: str


def name(page: Path) -> str:
    """Path from the root of the repository."""
    return str(page.relative_to(ROOT))


def prose(page: Path) -> Iterator[Line]:
    """Lines outside fenced examples."""
    fenced = False
    for number, text in enumerate(page.read_text().splitlines(), 1):
        if FENCE.match(text):
            fenced = not fenced
        elif not fenced:
            yield Line(number, text)


def links(page: Path) -> Iterator[tuple[Line, str]]:
    """Every link and picture with its target."""
    for line in prose(page):
        for target in LINK.findall(_without_code(line.text)):
            yield line, target


def anchors(page: Path) -> set[str]:
    """What can stand after `#` in a link to this page."""
    return {_slug(line.text.lstrip("# ")) for line in prose(page) if line.text.startswith("#")}


def examples(page: Path, language: str) -> Iterator[str]:
    """The text of each fenced example in this language."""
    yield from re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def cells(page: Path, column: int) -> list[str]:
    """A column of all tables of a page, without heads, as written."""
    rows = [line.text for line in prose(page) if line.text.startswith("|")]
    split = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]
    body = [row for number, row in enumerate(split) if not _is_rule(row) and not _is_head(split, number)]
    return [row[column] for row in body]


def _is_rule(row: list[str]) -> bool:
    return all(re.fullmatch(r":?-+:?", cell) for cell in row)


def _is_head(rows: list[list[str]], number: int) -> bool:
    return number + 1 < len(rows) and _is_rule(rows[number + 1])


def _without_code(text: str) -> str:
    return re.sub(r"`[^`]*`", "", text)


def _slug(heading: str) -> str:
    """The anchor that forges make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
