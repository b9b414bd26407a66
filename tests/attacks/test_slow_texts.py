"""Texts as long as they may be, made to be read again and again: each takes as long as a harmless one."""

import time

import pytest

from social import pasting
from social.sanitise import MAX_HTML, MAX_TAGS

ENOUGH = 10.0
"""Seconds, on a machine that does other things too; what is tried in two ways takes minutes."""
PIECES = (
    "<a", "<a ", "<b ", "<p ", "<span ", "<del ", "<div ", "<del cite=>", "<del cite= ", "<p MsoListParagraph>",
    "<p class=MsoTitle>", "<a class=msocomanchor>", "<span style= ", "<span style=>", "<span mso-list:Ignore></span>",
    "<p mso-list:l0><span mso-list:Ignore></span>", "<b font-weight: ", "<![if !supportLists]>",
    "<span MsoCommentReference> ",
)  # fmt: skip


def longest(piece: str) -> str:
    """As much of it as may be pasted with its tags, and blanks behind each to make it longer."""
    times = MAX_TAGS // piece.count("<")
    room = MAX_HTML * 5 // times - len(piece)
    return (piece + " " * max(0, room)) * times if room >= 0 else (piece * (MAX_HTML * 5 // len(piece)))


@pytest.mark.parametrize("shape", ["packed", "spread", "one tag"])
@pytest.mark.parametrize("piece", PIECES)
def test_what_is_pasted_takes_no_longer_than_it_is(piece: str, shape: str) -> None:
    if shape == "packed":
        text = piece * (MAX_TAGS // piece.count("<"))
    elif shape == "spread":
        text = longest(piece)
    else:
        text = piece + piece.replace("<", "").replace(">", "") * (MAX_HTML * 5 // len(piece) - 1)
    began = time.perf_counter()
    pasting.markdown(text[: MAX_HTML * 5])
    assert time.perf_counter() - began < ENOUGH
