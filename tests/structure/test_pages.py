"""House rules about templates, style sheets and scripts."""

import re

from tests.structure import tree

OUTSIDE = re.compile(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//|@import\s+url\(\s*["']?(?:https?:)?//""")
INLINE = re.compile(r"""\s(?:style|on[a-z]{4,})\s*=\s*["']|<style\b|<script\b(?![^>]*\bsrc=)""")
COMMENTS = re.compile(r"/\*.*?\*/|\{#.*?#\}", re.DOTALL)


def _lines(suffix: str) -> list[tuple[str, str]]:
    """Place and text of each line of the files that end so, comments left out."""
    blank = lambda match: "\n" * match.group().count("\n")  # noqa: E731  # keeps the line numbers true
    return [
        (f"{path}:{number}", line)
        for path in tree.suffixed(suffix, "web")
        for number, line in enumerate(COMMENTS.sub(blank, tree.text(path)).splitlines(), 1)
    ]


def test_no_template_calls_a_text_safe() -> None:
    assert not [place for place, line in _lines(".html") if re.search(r"\|\s*safe\b", line)]


def test_no_template_has_style_or_script_in_it() -> None:
    assert not [place for place, line in _lines(".html") if INLINE.search(line)]


def test_no_page_asks_anything_of_another_site() -> None:
    found = [place for suffix in (".html", ".css", ".js") for place, line in _lines(suffix) if OUTSIDE.search(line)]
    assert not found


def test_no_style_sheet_shouts_or_names_one_element() -> None:
    shouting = [place for place, line in _lines(".css") if "!important" in line]
    by_id = [place for place, line in _lines(".css") if re.match(r"\s*#[a-z][\w-]*[^;]*[{,]\s*$", line)]
    assert not shouting + by_id


def test_no_script_writes_markup() -> None:
    writes = re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b|new Function\(")
    assert not [place for place, line in _lines(".js") if writes.search(line)]
