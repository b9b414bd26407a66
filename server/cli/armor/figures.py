"""What the scenes are peopled and furnished with: persons, crates, machines, trees."""

from typing import Literal

from server.cli.armor import hue
from server.cli.armor.canvas import Pen

Arms = Literal["down", "hold", "point", "wave", "run", "tray"]
ARMS: dict[Arms, tuple[str, str]] = {
    "down": ("M-22 -132L-29 -104L-27 -78", "M22 -132L29 -104L27 -78"),
    "hold": ("M-22 -132L-30 -104L-6 -98", "M22 -132L30 -104L6 -98"),
    "point": ("M-22 -132L-29 -104L-27 -78", "M22 -132L48 -140L70 -152"),
    "wave": ("M-22 -132L-29 -104L-27 -78", "M22 -132L40 -154L36 -186"),
    "run": ("M-22 -132L-46 -118L-38 -96", "M22 -132L44 -108L60 -120"),
    "tray": ("M-22 -132L-28 -106L14 -106", "M22 -132L28 -110L48 -106"),
}


def person(
    pen: Pen,
    skin: str,
    hair: str,
    top: str,
    *,
    trousers: str = hue.DARK,
    arms: Arms = "down",
    helmet: str = "",
    vest: bool = False,
    long_hair: bool = False,
    shorts: bool = False,
    stride: float = 0.0,
) -> None:
    """Somebody 178 units tall, feet at the origin. `stride` sets the feet apart."""
    pen.disc(2, 0, 34, hue.SHADOW, 7)
    for side in (-1, 1):
        foot = side * (11 + stride)
        knee = side * (11 + stride * 0.6)
        pen.line([(side * 10, -82), (knee, -42), (foot, -5)], skin if shorts else trousers, 13 if shorts else 15)
        if shorts:
            pen.line([(side * 10, -82), (knee, -46)], trousers, 20)
            pen.line([(knee + (foot - knee) * 0.4, -27), (foot, -5)], top, 13)
        pen.rect(foot - 9 if side < 0 else foot - 6, -9, 16, 8, hue.INK, 3)
    if long_hair:
        pen.path("M-18 -166c0-20 36-20 36 0l3 36h-42z", hair)
    for arm in ARMS[arms]:
        pen.stroke(arm, top, 12.5)
        end = arm.split("L")[-1].split(" ")
        pen.disc(float(end[0]), float(end[1]), 6.5, skin)
    pen.path("M-24 -130c0-8 6-12 14-13h20c8 1 14 5 14 13l-4 54h-40z", top)
    if vest:
        pen.path("M-21 -141h11l10 14l10-14h11l-2 65h-38z", hue.ORANGE)
        pen.rect(-20, -104, 40, 6, hue.CREAM)
        pen.rect(-15, -141, 5, 65, hue.CREAM)
        pen.rect(10, -141, 5, 65, hue.CREAM)
    pen.rect(-6, -152, 12, 14, skin)
    pen.disc(0, -162, 14.5, skin, 16.5)
    pen.path("M-16 -160c-3-26 35-26 32 0c-4-9-10-11-16-11c-6 0-12 3-16 11z", hair)
    if helmet:
        pen.path("M-18 -168c0-22 36-22 36 0z", helmet)
        pen.rect(-21, -170, 42, 5, helmet, 2)


def crate(pen: Pen, width: float, height: float, colour: str) -> None:
    """A box standing at the origin, its lower left corner there."""
    pen.rect(0, -height, width, height, colour)
    pen.rect(0, -height, width, height * 0.18, "#fffdf838")
    pen.rect(width * 0.44, -height, width * 0.12, height, "#0f2a3018")


def pallet(pen: Pen, width: float) -> None:
    """A pallet seen from the side, its lower left corner at the origin."""
    pen.rect(0, -10, width, 10, hue.CLAY)
    for start in (0.0, 0.43, 0.86):
        pen.rect(width * start, -26, width * 0.14, 18, hue.WOOD)
    pen.rect(0, -36, width, 11, hue.PLANK)


def press(pen: Pen, colour: str, number: str) -> None:
    """A press 300 wide and 430 high, standing at the origin (lower left)."""
    pen.rect(-12, -26, 324, 26, hue.DARK)
    pen.rect(0, -430, 300, 130, colour, 8)
    pen.rect(0, -430, 300, 34, "#fffdf824", 8)
    for x in (14, 236):
        pen.rect(x, -310, 50, 290, colour)
        pen.rect(x + 34, -310, 16, 290, "#0f2a3022")
    pen.rect(96, -310, 108, 70, hue.STEEL)
    pen.rect(112, -240, 76, 40, hue.SLATE)
    pen.rect(72, -90, 156, 66, hue.SLATE)
    pen.rect(90, -106, 120, 18, hue.STEEL)
    pen.rect(118, -126, 64, 20, hue.GOLD)
    pen.disc(150, -364, 30, hue.CREAM)
    pen.words(150, -350, number, 40, hue.INK, anchor="ms", bold=True)
    for index, lamp in enumerate((hue.LEAF, hue.GOLD, hue.RUST)):
        pen.disc(246 + index * 18, -400, 6, lamp)


def tree(pen: Pen, height: float, colour: str) -> None:
    """A round tree standing at the origin."""
    pen.rect(-6, -height * 0.4, 12, height * 0.4, "#6a4a30")
    pen.disc(0, -height * 0.66, height * 0.3, colour, height * 0.36)
    pen.disc(-height * 0.14, -height * 0.54, height * 0.22, colour)
    pen.disc(height * 0.15, -height * 0.56, height * 0.2, "#0f2a3014")


def board(pen: Pen, width: float, height: float, frame: str = hue.STEEL) -> None:
    """A white board with its frame and pen tray, upper left corner at the origin."""
    pen.rect(10, 14, width, height, hue.SHADOW)
    pen.rect(-14, -14, width + 28, height + 28, frame, 6)
    pen.rect(0, 0, width, height, hue.WATER)
    pen.rect(width * 0.3, height + 14, width * 0.4, 12, hue.DARK, 3)
    for index, colour in enumerate((hue.RUST, hue.BLUE, hue.LEAF)):
        pen.rect(width * 0.36 + index * 60, height + 6, 44, 9, colour, 4)
