"""Scenes indoors, away from the machines: tables, boxes, cakes."""

from server.cli.armor import hue
from server.cli.armor.canvas import Pen
from server.cli.armor.figures import person


def canteen(pen: Pen) -> None:
    """A tray from above: couscous, salad, bread, yoghurt, a glass of water."""
    pen.rect(0, 0, 1200, 800, "#c9976c")
    for y in range(0, 800, 100):
        pen.line([(0, y), (1200, y)], "#b9875c", 5)
    pen.rect(116, 76, 990, 670, hue.SHADOW, 50)
    pen.rect(100, 60, 990, 670, hue.SLATE, 50)
    pen.rect(124, 84, 942, 622, hue.TEAL, 36)
    pen.disc(470, 390, 236, hue.SHADOW)
    pen.disc(460, 380, 232, hue.WATER)
    pen.disc(460, 380, 176, hue.SHOAL)
    pen.disc(460, 380, 160, "#e8c979")
    for index in range(46):
        x, y = 330 + (index * 71) % 260, 262 + (index * 47) % 236
        pen.disc(x, y, 5, "#d2ad58")
    for x, y, rx, colour in (
        (380, 330, 40, "#e8792b"),
        (450, 300, 34, hue.LEAF),
        (530, 350, 42, "#e8792b"),
        (420, 440, 36, hue.LEAF),
        (510, 450, 50, hue.CLAY),
        (360, 410, 26, "#f1d3bd"),
    ):
        pen.disc(x, y, rx, colour, rx * 0.66)
    pen.disc(840, 230, 110, hue.WATER)
    pen.disc(840, 230, 86, hue.LEAF)
    for x, y in ((800, 210), (860, 200), (830, 260), (880, 255)):
        pen.disc(x, y, 24, hue.RUST)
        pen.disc(x, y, 15, "#d9694a")
    pen.rect(760, 430, 130, 110, hue.WATER, 12)
    pen.rect(772, 442, 106, 86, hue.CREAM, 8)
    pen.words(825, 494, "yaourt", 28, hue.BLUE, anchor="ms")
    pen.disc(985, 450, 60, "#bfe0dfb0")
    pen.ring(985, 450, 60, hue.WATER, 5)
    pen.path("M770 620c0-50 240-50 240 0c0 46-240 46-240 0z", "#c48f4a")
    for x in (820, 880, 940):
        pen.stroke(f"M{x} 596c10 14 10 30 4 46", "#e6c596", 7)
    pen.rect(176, 250, 12, 300, hue.CREAM, 6)
    pen.path("M166 210h32v70c0 20-32 20-32 0z", hue.CREAM)


def meeting(pen: Pen) -> None:
    """A shift meeting standing round the board at the line, one person writing."""
    pen.rect(0, 0, 1200, 800, hue.SHOAL)
    pen.rect(0, 640, 1200, 160, hue.SAND)
    pen.rect(300, 110, 560, 330, hue.STEEL, 6)
    pen.rect(314, 124, 532, 302, hue.WATER)
    for row in range(4):
        pen.line([(334, 190 + row * 60), (826, 190 + row * 60)], "#d9d2c1", 3)
        for column in range(5):
            if (row * 5 + column) % 4 != 3:
                pen.rect(
                    350 + column * 96,
                    146 + row * 60,
                    66,
                    32,
                    (hue.GOLD, hue.LEAF, hue.LEAF, hue.STEEL, hue.RUST)[(row * 3 + column) % 5],
                    3,
                )
    people = (
        (150, 4, hue.TEAL, True),
        (330, 1, hue.WINE, False),
        (890, 0, hue.SLATE, False),
        (1050, 5, hue.SAGE, True),
    )
    for x, index, top, long_hair in people:
        person(
            pen.at(x, 740, 2.1),
            hue.SKIN[index],
            hue.HAIR[index],
            top,
            vest=True,
            arms="hold" if x > 800 else "down",
            long_hair=long_hair,
        )
    person(pen.at(620, 690, 1.9), "#f1d3bd", "#1d1715", hue.SEA, vest=True, arms="point", long_hair=True)


def lunch(pen: Pen) -> None:
    """Four people at lunch under a hand-lettered sign, English at noon."""
    pen.rect(0, 0, 1200, 800, "#e6d2bd")
    pen.rect(0, 0, 1200, 500, "#d6d3e0")
    pen.rect(70, 70, 230, 300, "#f7f1d8", 6)
    pen.line([(185, 70), (185, 370)], hue.STEEL, 7)
    pen.line([(70, 220), (300, 220)], hue.STEEL, 7)
    pen.rect(420, 60, 420, 120, hue.INK, 8)
    pen.words(630, 138, "English at noon", 50, hue.CREAM, anchor="ms")
    pen.rect(930, 80, 190, 260, hue.WATER, 6)
    pen.words(1025, 150, "today:", 34, hue.INK, anchor="ms")
    pen.words(1025, 205, "the dentist", 30, hue.RUST, anchor="ms")
    for index, (x, top) in enumerate(((270, hue.WINE), (480, hue.BLUE), (710, hue.SAGE), (930, hue.GOLD))):
        person(
            pen.at(x, 760, 2.3),
            hue.SKIN[(index * 2 + 1) % 7],
            hue.HAIR[(index * 3 + 1) % 7],
            top,
            arms=("hold", "wave", "hold", "down")[index],
            long_hair=index in (0, 3),
        )
    pen.rect(120, 560, 960, 240, hue.WOOD)
    pen.rect(100, 540, 1000, 44, hue.PLANK, 8)
    for x in (270, 480, 710, 930):
        pen.disc(x, 556, 66, hue.WATER, 15)
        pen.disc(x, 553, 44, hue.LEAF if x in (270, 710) else "#e8c979", 9)
        pen.rect(x + 80, 500, 26, 46, "#bfe0dfc0", 4)


def cake(pen: Pen) -> None:
    """A farewell cake with thirty-eight on it, candles lit, hands and confetti round it."""
    pen.rect(0, 0, 1200, 800, hue.TEAL)
    for index in range(60):
        x, y = (index * 197) % 1180, (index * 89) % 420
        pen.rect(x, y, 16, 10, (hue.GOLD, hue.CREAM, hue.RUST, "#7fcbc9")[index % 4], 2)
    for index, x in enumerate((150, 330, 870, 1050)):
        person(
            pen.at(x, 770, 2.3),
            hue.SKIN[(index + 2) % 7],
            hue.HAIR[(index * 2) % 7],
            (hue.SLATE, hue.WINE, hue.SAGE, hue.SEA)[index],
            arms="wave" if index in (1, 2) else "hold",
            long_hair=index == 1,
        )
    person(pen.at(600, 690, 2.4), "#e9bd9f", "#e2ded3", hue.BLUE, arms="down")
    pen.rect(0, 640, 1200, 160, hue.PAPER)
    pen.disc(600, 720, 270, hue.SHOAL, 46)
    pen.rect(390, 560, 420, 150, "#f1d3bd", 12)
    pen.path(
        "M390 600v-28c0-8 4-12 12-12h396c8 0 12 4 12 12v28c-30 40-60 0-84 20c-30 26-60-30-90 0"
        "c-30 24-60-20-90 6c-30 20-60-20-80-6c-30 16-56 16-76-20z",
        hue.WINE,
    )
    for x in range(430, 800, 52):
        pen.rect(x, 506, 12, 56, (hue.GOLD, "#7fcbc9")[x // 52 % 2], 2)
        pen.path(f"M{x + 6} 476c12 14 10 28 0 28c-10 0-12-14 0-28z", hue.GOLD)
    pen.words(600, 690, "38 ans", 60, hue.WINE, anchor="ms", bold=True)


def ballot(pen: Pen) -> None:
    """The works-council vote: box, polling booth, a hand dropping an envelope."""
    pen.rect(0, 0, 1200, 800, "#dfd6c4")
    pen.rect(60, 90, 300, 560, hue.SLATE)
    pen.path("M60 90h300v560c-30-20-50 10-76 0c-26-14-50 14-74 0c-26-14-50 14-74 0c-26-14-50 10-76 0z", hue.WINE)
    for x in (135, 210, 284):
        pen.line([(x, 100), (x, 640)], "#5f2430", 5)
    pen.rect(40, 70, 340, 30, hue.DARK)
    pen.rect(0, 650, 1200, 150, hue.WOOD)
    pen.rect(0, 650, 1200, 18, hue.PLANK)
    pen.rect(560, 370, 440, 300, "#bfe0df90")
    pen.poly([(560, 370), (1000, 370), (960, 320), (600, 320)], "#d9e6e4")
    for x, y, turn in (
        (600, 600, 10),
        (690, 588, -14),
        (780, 604, 6),
        (870, 596, -8),
        (740, 548, 16),
        (640, 560, -10),
        (850, 550, 12),
    ):
        pen.poly([(x, y), (x + 100, y + turn), (x + 94, y + 56 + turn), (x - 6, y + 56)], hue.CREAM)
        pen.line([(x, y), (x + 46, y + 28 + turn / 2), (x + 100, y + turn)], "#c9c2aa", 3)
    pen.stroke("M560 370h440v300h-440z", hue.SLATE, 10)
    pen.rect(700, 338, 160, 14, hue.INK, 6)
    pen.poly([(722, 230), (842, 214), (850, 344), (716, 344)], hue.WATER)
    pen.line([(722, 230), (786, 280), (842, 214)], "#c9c2aa", 4)
    pen.path(
        "M1200 60c-120 20-230 50-300 90c-40 20-70 50-90 84c-10 22 16 30 30 14l34-30c6 20 26 26 50 18"
        "c60-10 150-10 276 20z",
        "#8d5a3c",
    )
    pen.path("M1200 40c-60 10-110 24-150 40l30 196c40-4 80 0 120 10z", hue.GREEN)
    pen.rect(600, 690, 360, 60, hue.WATER, 4)
    pen.words(780, 734, "CSE - usine de Lyon", 34, hue.INK, anchor="ms")
    pen.rect(566, 700, 16, 40, hue.MAGENTA)


def tablet(pen: Pen) -> None:
    """The shared tablet on its stand by line 2, the feed open, a gloved finger."""
    pen.rect(0, 0, 1200, 800, hue.SAND)
    pen.rect(0, 0, 1200, 420, "#c9cfbf")
    pen.rect(80, 120, 160, 300, hue.TEAL)
    pen.rect(960, 60, 180, 360, hue.SAGE)
    pen.rect(560, 600, 80, 200, hue.DARK)
    pen.rect(280, 110, 640, 500, hue.INK, 30)
    pen.rect(310, 140, 580, 440, hue.WATER, 6)
    pen.rect(310, 140, 110, 440, hue.PAPER)
    for y in range(176, 420, 44):
        pen.disc(365, y, 11, hue.SEA if y == 176 else "#837d6d")
    for index in range(3):
        y = 160 + index * 138
        pen.line([(420, y + 128), (890, y + 128)], "#d9d2c1", 3)
        pen.disc(464, y + 30, 22, (hue.CLAY, hue.TEAL, hue.GOLD)[index])
        pen.rect(500, y + 10, 150, 12, hue.INK, 5)
        for row in range(3):
            pen.rect(500, y + 38 + row * 24, 340 - row * 70, 10, "#a3b4b2", 5)
    pen.rect(420, 160, 6, 120, hue.RUST)
    pen.rect(420, 436, 6, 120, hue.GREEN)
    pen.path(
        "M1200 800c-20-120-80-200-150-240l-150-96c-34-20-60 10-36 36l90 84c-50 6-90 30-70 60c10 60 70 120 130 156z",
        hue.LEAF,
    )
    pen.path("M1200 800h-260l-20-80c90-40 170-60 240-70z", hue.DARK)


SCENES = {
    "canteen": canteen,
    "meeting": meeting,
    "lunch": lunch,
    "cake": cake,
    "ballot": ballot,
    "tablet": tablet,
}
