"""The signs of accounts that speak for a team, on the same square of 100 units as the faces."""

from collections.abc import Callable

from server.cli.armor import hue
from server.cli.armor.canvas import Pen, png, sheet

SIZE = 400


def emblem(name: str) -> bytes:
    """The sign of that name as a PNG of 400 × 400 pixels. Raises KeyError when there is none."""
    ground, draw = EMBLEMS[name]
    drawn = sheet(SIZE, SIZE, 100, ground)
    draw(drawn.pen)
    return png(drawn)


def _megaphone(pen: Pen) -> None:
    """Group communication: a loud-hailer."""
    pen.path("M24 44h16l30-18v48l-30-18h-16z", "#fefcf6")
    pen.path("M40 44l30-18v48l-30-18z", "#e2ecea")
    pen.path("M28 57h10l4 20h-9z", "#d9a41f")
    pen.stroke("M77 40c6 5 6 15 0 20M83 33c11 9 11 25 0 34", "#fefcf6", 3.5, round_ends=True)


def _ballot_box(pen: Pen) -> None:
    """The works council: a ballot going into its box."""
    pen.path("M36 18l28-4l4 30l-28 4z", "#fefcf6")
    pen.stroke("M44 29l5 5l11-12", "#a3145c", 3.5, round_ends=True)
    pen.path("M20 44h60l6 12h-72z", "#e6d2bd")
    pen.rect(14, 56, 72, 28, "#fefcf6")
    pen.rect(32, 47, 36, 4, hue.INK, 2)


def _ball(pen: Pen) -> None:
    """Thursday football."""
    pen.disc(50, 84, 26, "#0f2a3030", 4)
    pen.disc(50, 50, 31, "#fefcf6")
    pen.path("M50 38l11.500 8.300l-4.400 13.500h-14.200l-4.400-13.500z", hue.INK)
    for outer in ("M50 38v-19", "M61.500 46.300l18-6", "M57 59.800l11 15", "M43 59.800l-11 15", "M38.500 46.300l-18-6"):
        pen.stroke(outer, hue.INK, 2.6)
    pen.path(
        "M40 21l10-3l10 3l-10 6zM76 33l6 14l-5 5l-3-11zM24 33l-6 14l5 5l3-11zM62 77l12-5l1-6l-10 5z"
        "M38 77l-12-5l-1-6l10 5z",
        hue.INK,
    )


def _cup(pen: Pen) -> None:
    """English at noon: a cup of tea."""
    pen.stroke("M72 46c14-4 18 18-2 20", "#fefcf6", 5, round_ends=True)
    pen.path("M26 40h48l-5 36h-38z", "#fefcf6")
    pen.path("M28 48h44l-1 6h-42z", "#d9a41f")
    pen.stroke("M40 32c-5-6 5-8 0-14M52 32c-5-6 5-8 0-14M64 32c-5-6 5-8 0-14", "#e2ecea", 3, round_ends=True)


def _leaf(pen: Pen) -> None:
    """Using less energy: a leaf."""
    pen.path("M22 74c-4-36 20-54 58-54c0 40-20 62-58 54z", "#fefcf6")
    pen.stroke("M20 82c14-26 28-36 46-48M38 58l-4-16M50 48l-4-14M48 62l16-2", "#1b7350", 3.5, round_ends=True)


EMBLEMS: dict[str, tuple[str, Callable[[Pen], None]]] = {
    "megaphone": ("#0a5560", _megaphone),
    "ballot_box": ("#7a2f3c", _ballot_box),
    "ball": ("#5f8f58", _ball),
    "cup": ("#297d9c", _cup),
    "leaf": ("#1b7350", _leaf),
}
