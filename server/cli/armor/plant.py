"""Scenes of the workshop: the hall, the presses, what breaks in them."""

from server.cli.armor import hue
from server.cli.armor.canvas import Pen
from server.cli.armor.figures import person, press


def hall(pen: Pen) -> None:
    """The long hall from its far end: trusses, windows, presses on both sides of a yellow-edged lane."""
    pen.rect(0, 0, 1200, 800, "#dfe6df")
    pen.poly([(0, 0), (1200, 0), (780, 250), (480, 250)], hue.STEEL)
    for step in range(8):
        k = 1 - step * 0.115
        cx, left, right, y = 630, 630 - 640 * k, 630 + 600 * k, 258 - 250 * k
        pen.line([(left, y + 20 * k), (cx, y - 60 * k), (right, y + 20 * k)], hue.SLATE, 11 * k)
        pen.line([(left, y + 20 * k), (right, y + 20 * k)], hue.SLATE, 6 * k)
    pen.poly([(0, 0), (480, 250), (480, 440), (0, 800)], "#c9cfbf")
    pen.poly([(1200, 0), (780, 250), (780, 440), (1200, 800)], hue.WALL)
    pen.rect(480, 250, 300, 190, "#eef0e4")
    for step in range(6):
        a, b = 1 - step * 0.16, 1 - step * 0.16 - 0.11
        for wall, vanish in ((0, 480), (1200, 780)):
            xa, xb = vanish + (wall - vanish) * a, vanish + (wall - vanish) * b
            pen.poly([(xa, 250 - 70 * a), (xb, 250 - 70 * b), (xb, 330 + 30 * b), (xa, 330 + 30 * a)], "#f7f1d8")
    pen.poly([(0, 800), (480, 440), (780, 440), (1200, 800)], hue.FLOOR)
    pen.poly([(330, 800), (592, 440), (668, 440), (930, 800)], hue.SAND)
    pen.line([(330, 800), (592, 440)], hue.GOLD, 9)
    pen.line([(930, 800), (668, 440)], hue.GOLD, 9)
    pen.rect(566, 316, 128, 124, "#46696c")
    for y in (342, 368, 394, 420):
        pen.line([(566, y), (694, y)], "#5d8083", 3)
    pen.rect(140, 142, 960, 36, hue.GOLD)
    pen.rect(140, 168, 960, 10, hue.AMBER)
    pen.rect(770, 178, 92, 54, hue.DARK)
    pen.line([(816, 232), (816, 300)], hue.DARK, 5)
    pen.stroke("M816 300c22 8 16 34-4 34c-10 0-16-6-16-14", hue.DARK, 8)
    for x, y, scale, colour, number in (
        (40, 700, 0.78, hue.TEAL, "2"),
        (270, 566, 0.46, hue.TEAL, "3"),
        (395, 500, 0.3, hue.TEAL, "5"),
    ):
        press(pen.at(x, y, scale), colour, number)
    for x, y, scale, number in ((1180, 700, 0.78, "4"), (945, 566, 0.46, "6"), (812, 500, 0.3, "8")):
        press(pen.at(x - 300 * scale, y, scale), hue.SAGE, number)
    person(pen.at(620, 650, 1.05), "#e3b592", "#4a3226", hue.BLUE, vest=True, helmet=hue.CREAM, arms="hold")


def press_two(pen: Pen) -> None:
    """Press 2 from the front, stopped: red lamp, chain across the access, control cabinet."""
    _wall_and_floor(pen)
    press(pen.at(360, 680, 1.42), hue.TEAL, "2")
    pen.disc(746, 112, 15, "#ff7a4d")
    pen.disc(746, 112, 26, "#ff7a4d50")
    pen.rect(900, 300, 170, 380, "#dfe6df", 6)
    pen.rect(900, 300, 170, 380, "#0f2a3010", 6)
    pen.rect(924, 330, 122, 84, hue.DARK, 4)
    pen.stroke("M936 390l22-22l20 12l24-34l30 22", "#7fcbc9", 5)
    for index, colour in enumerate((hue.LEAF, hue.GOLD, hue.RUST)):
        pen.disc(944 + index * 42, 452, 13, colour)
    pen.rect(960, 500, 52, 52, hue.GOLD, 26)
    pen.disc(986, 526, 18, hue.RUST)
    for x in (250, 880):
        pen.rect(x, 560, 16, 170, hue.INK)
        pen.disc(x + 8, 556, 13, hue.GOLD)
        pen.disc(x + 8, 732, 34, hue.DARK, 10)
    pen.stroke("M258 590c200 80 420 80 630 0", hue.RUST, 9)
    pen.stroke("M258 590c200 80 420 80 630 0", hue.CREAM, 3)
    pen.rect(500, 612, 150, 70, hue.WATER, 4)
    pen.words(575, 658, "ARRÊT", 36, hue.RUST, anchor="ms", bold=True)


def leak(pen: Pen) -> None:
    """A brown puddle under a hydraulic hose, sand thrown on one side."""
    _wall_and_floor(pen, 540)
    for x in range(-40, 1240, 150):
        pen.poly([(x, 740), (x + 75, 740), (x + 30, 800), (x - 45, 800)], hue.GOLD)
    pen.rect(210, 250, 380, 210, hue.TEAL, 6)
    pen.rect(210, 250, 380, 56, "#fffdf824", 6)
    for x in range(250, 570, 44):
        pen.rect(x, 320, 14, 130, "#254c51")
    pen.rect(170, 455, 640, 86, hue.DARK)
    pen.rect(590, 300, 70, 130, hue.SLATE)
    pen.rect(650, 270, 130, 190, hue.SAGE)
    pen.disc(715, 350, 46, hue.CREAM)
    pen.ring(715, 350, 46, hue.DARK, 6)
    pen.line([(715, 350), (690, 322)], hue.RUST, 7, round_ends=True)
    pen.stroke("M780 330c140 0 170-170 140-340", hue.INK, 34)
    pen.stroke("M780 330c140 0 170-170 140-340", "#3d565c", 9)
    pen.stroke("M780 410c110 0 140 60 142 150", hue.INK, 34)
    pen.rect(770, 384, 52, 54, hue.GOLD)
    pen.path("M700 640c60-46 190-64 300-44c90 12 140 52 62 84c-46 46-186 62-268 38c-110-4-160-36-94-78z", "#4a3a1ce0")
    pen.path("M820 636c50-22 130-26 180-8c-50 2-130 6-180 8z", "#8a7440")
    pen.path("M912 560h20v36c6 18-26 18-20 0z", "#4a3a1c")
    pen.path("M530 690c40-50 140-50 190 0c20 30-210 34-190 0z", "#d8c087")
    for x, y in ((560, 676), (612, 664), (660, 680), (590, 700), (690, 700)):
        pen.disc(x, y, 5, "#b99a58")


def belt(pen: Pen) -> None:
    """A worn drive belt on the bench beside a new one, with a steel rule."""
    pen.rect(0, 0, 1200, 800, "#c9b48a")
    for y in range(0, 800, 160):
        pen.line([(0, y), (1200, y + 14)], "#b39c6e", 4)
    pen.path("M80 90h620l20 620h-660z", "#dfe6df")
    _belt_loop(pen.at(380, 390), worn=True)
    _belt_loop(pen.at(880, 390), worn=False)
    pen.rect(120, 690, 900, 58, hue.CREAM, 4)
    for step in range(45):
        pen.line([(140 + step * 20, 690), (140 + step * 20, 716 if step % 5 else 728)], hue.INK, 2.5)
    pen.rect(250, 120, 250, 62, hue.WATER, 4)
    pen.words(375, 164, "usée", 40, hue.RUST, anchor="ms", bold=True)
    pen.rect(760, 120, 250, 62, hue.WATER, 4)
    pen.words(885, 164, "40 euros", 40, hue.GREEN, anchor="ms", bold=True)


def _belt_loop(pen: Pen, *, worn: bool) -> None:
    pen.ring(8, 10, 170, hue.SHADOW, 40, 150)
    pen.ring(0, 0, 170, hue.DARK, 40, 150)
    pen.ring(0, 0, 158, "#3d565c", 5, 138)
    pen.ring(0, 0, 182, "#3d565c", 5, 162)
    if worn:
        for x, y, length in (
            (-150, -60, 40),
            (-90, -120, 34),
            (60, -140, 30),
            (148, 60, 44),
            (90, 118, 36),
            (-40, 146, 30),
        ):
            pen.line([(x - 12, y), (x + 4, y + length / 2), (x + 14, y + length)], "#dfe6df", 6, round_ends=True)
        pen.stroke("M162 40l46 18l-18 12l30 20", "#8a9a96", 4)


def hatch(pen: Pen) -> None:
    """The left-hand hatch of press 2, open: pulley and belt within reach, guard still in place."""
    pen.rect(0, 0, 1200, 800, hue.TEAL)
    pen.rect(0, 0, 1200, 70, "#fffdf81c")
    for x, y in ((60, 60), (1140, 60), (60, 740), (1140, 740), (600, 60), (600, 740)):
        pen.disc(x, y, 15, hue.STEEL)
        pen.line([(x - 9, y - 5), (x + 9, y + 5)], hue.DARK, 4)
    pen.rect(300, 150, 620, 520, hue.DARK, 20)
    pen.rect(324, 174, 572, 472, "#16292d", 14)
    pen.path("M300 150v520l-210 60v-520z", "#4c8a8f")
    pen.path("M276 200v430l-150 42v-424z", "#3f777c")
    pen.disc(132, 450, 13, hue.GOLD)
    for x, y, r in ((480, 320, 92), (730, 470, 122)):
        pen.disc(x, y, r, hue.STEEL)
        pen.disc(x, y, r * 0.78, "#6f8a8a")
        pen.disc(x, y, r * 0.24, hue.CREAM)
        for dx, dy in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5)):
            pen.disc(x + r * dx, y + r * dy, r * 0.13, "#16292d")
    pen.stroke("M430 242L658 372M505 412L652 566", hue.CLAY, 20)
    pen.stroke("M418 252C360 300 380 400 505 412M658 372C820 340 900 500 812 570C760 610 690 600 652 566", hue.CLAY, 20)
    pen.path(
        "M1200 560c-120-20-230-30-300-24c-50-2-66 16-50 34c-60 2-60 34-24 40c-34 10-26 40 8 42"
        "c-20 16-6 40 30 40c90 10 200 40 336 60z",
        "#e3b592",
    )
    pen.path("M1200 540c-60-8-100-14-140-16l-20 190c60 14 100 24 160 38z", hue.ORANGE)
    pen.path("M1060 524l20 2l-20 188l-20-3z", hue.CREAM)
    pen.rect(480, 30, 240, 74, hue.WATER, 4)
    pen.words(600, 82, "trappe G", 44, hue.INK, anchor="ms", bold=True)


def gauge(pen: Pen) -> None:
    """A pressure gauge with its needle in the red."""
    pen.rect(0, 0, 1200, 800, hue.SLATE)
    for x in (120, 330, 870, 1080):
        pen.rect(x, 0, 54, 800, "#3d6067")
        pen.rect(x + 10, 0, 10, 800, "#fffdf818")
    pen.rect(540, 620, 120, 180, hue.GOLD)
    pen.rect(510, 640, 180, 50, hue.AMBER)
    pen.disc(612, 372, 300, hue.SHADOW)
    pen.disc(600, 360, 300, hue.DARK)
    pen.disc(600, 360, 272, hue.CREAM)
    pen.stroke("M408 552c-106-106-106-278 0-384", hue.LEAF, 26)
    pen.stroke("M408 168c106-106 278-106 384 0", hue.GOLD, 26)
    pen.stroke("M792 168c106 106 106 278 0 384", hue.RUST, 26)
    for x, y, text in (
        (440, 530, "0"),
        (385, 372, "50"),
        (450, 235, "100"),
        (600, 180, "150"),
        (750, 235, "200"),
        (815, 372, "250"),
    ):
        pen.words(x, y, text, 44, hue.INK, anchor="ms")
    pen.line([(540, 392), (836, 300)], hue.MAGENTA, 12, round_ends=True)
    pen.disc(600, 374, 30, hue.INK)
    pen.words(600, 510, "bar", 50, hue.INK, anchor="ms")


def _wall_and_floor(pen: Pen, floor: float = 640) -> None:
    pen.rect(0, 0, 1200, 800, hue.WALL)
    pen.rect(0, 0, 1200, floor * 0.5, "#a6b3a8")
    for x in range(0, 1200, 150):
        pen.line([(x, 0), (x, floor * 0.5)], "#98a69b", 4)
    pen.rect(0, floor, 1200, 800 - floor, hue.FLOOR)
    pen.line([(0, floor), (1200, floor)], "#8f8466", 6)


SCENES = {
    "hall": hall,
    "press": press_two,
    "leak": leak,
    "belt": belt,
    "hatch": hatch,
    "gauge": gauge,
}
