"""Scenes outside the walls: pitch, harbour, roof, garden, gate."""

from server.cli.armor import hue
from server.cli.armor.canvas import Pen
from server.cli.armor.figures import Arms, person, tree


def pitch(pen: Pen) -> None:
    """An evening match: five players in blue and red, goal and trees behind."""
    _pitch_ground(pen)
    for x, y, scale, index, shirt in (
        (430, 470, 0.75, 0, hue.BLUE),
        (820, 480, 0.78, 1, hue.RUST),
        (300, 660, 1.15, 2, hue.RUST),
        (770, 700, 1.25, 4, hue.BLUE),
        (980, 610, 1.0, 3, hue.RUST),
    ):
        person(
            pen.at(x, y, scale, mirrored=index % 2 == 1),
            hue.SKIN[index],
            hue.HAIR[index],
            shirt,
            arms="run",
            stride=14,
            trousers=hue.DARK,
            long_hair=index == 3,
            shorts=True,
        )
    pen.disc(604, 716, 24, hue.SHADOW, 6)
    pen.disc(600, 694, 19, hue.WATER)
    pen.path("M600 686l8 6l-3 9h-10l-3-9z", hue.INK)


def _pitch_ground(pen: Pen) -> None:
    pen.rect(0, 0, 1200, 800, "#f2d9ae")
    pen.path("M0 240c140-50 260-10 400-30c200-50 320 10 470-10c130-20 230-10 330 20v120h-1200z", "#d8a679")
    for index in range(19):
        tree(pen.at(index * 66, 322, 1.0), 130 + (index * 37) % 60, ("#47624a", "#3b5541", "#557052")[index % 3])
    pen.rect(0, 312, 1200, 488, hue.LEAF)
    for y, height in ((330, 56), (446, 90), (640, 160)):
        pen.rect(0, y, 1200, height, hue.GRASS)
    for line in ("M-60 780L230 360H970L1260 780", "M100 500H1100", "M430 360l-40 44h420l-40-44"):
        pen.stroke(line, hue.CREAM, 5)
    pen.ring(600, 500, 150, hue.CREAM, 5, 46)
    pen.stroke("M490 360v-86h220v86", hue.WATER, 8)
    for x in range(512, 710, 22):
        pen.line([(x, 278), (x, 360)], "#fefcf690", 2)
    for y in range(292, 360, 17):
        pen.line([(490, y), (710, y)], "#fefcf690", 2)


def team(pen: Pen) -> None:
    """Both teams mixed in two rows after the match, arms round shoulders, ball in front."""
    _pitch_ground(pen)
    for index in range(6):
        person(
            pen.at(225 + index * 150, 610, 1.6),
            hue.SKIN[index],
            hue.HAIR[(index * 2) % 7],
            (hue.BLUE, hue.GREEN)[index % 2],
            arms="wave" if index == 4 else "down",
            long_hair=index in (1, 3),
            shorts=True,
        )
    for index in range(5):
        person(
            pen.at(300 + index * 150, 740, 1.6),
            hue.SKIN[(index + 3) % 7],
            hue.HAIR[(index + 1) % 7],
            (hue.GREEN, hue.BLUE)[index % 2],
            arms="hold",
            long_hair=index == 2,
            shorts=True,
        )
    pen.disc(600, 742, 30, hue.WATER)
    pen.path("M600 728l13 10l-5 15h-16l-5-15z", hue.INK)


def scoreboard(pen: Pen) -> None:
    """The score under floodlights: Lyon 3, Madrid 3."""
    pen.rect(0, 0, 1200, 800, "#16323c")
    pen.rect(0, 640, 1200, 160, "#35573f")
    pen.rect(0, 640, 1200, 10, hue.CREAM)
    for x in (130, 1070):
        pen.rect(x - 8, 120, 16, 530, hue.SLATE)
        pen.rect(x - 70, 60, 140, 80, hue.DARK, 6)
        for step in range(6):
            pen.disc(x - 46 + (step % 3) * 46, 80 + (step // 3) * 40, 15, "#f7f1d8")
    pen.poly([(60, 140), (200, 140), (460, 640), (0, 640)], "#f7f1d818")
    pen.poly([(1000, 140), (1140, 140), (1200, 640), (740, 640)], "#f7f1d818")
    for x in (400, 780):
        pen.rect(x, 500, 20, 150, hue.DARK)
    pen.rect(270, 170, 660, 340, hue.INK, 10)
    pen.rect(290, 190, 620, 300, "#0a1619", 6)
    pen.words(420, 270, "LYON", 64, hue.CREAM, anchor="ms")
    pen.words(780, 270, "MADRID", 64, hue.CREAM, anchor="ms")
    pen.words(420, 440, "3", 170, hue.GOLD, anchor="ms", bold=True)
    pen.words(780, 440, "3", 170, hue.GOLD, anchor="ms", bold=True)
    pen.disc(600, 350, 9, hue.GOLD)
    pen.disc(600, 400, 9, hue.GOLD)
    pen.disc(600, 742, 40, hue.SHADOW, 8)
    pen.disc(600, 706, 34, hue.WATER)
    pen.path("M600 690l15 11l-6 17h-18l-6-17z", hue.INK)


def harbour(pen: Pen) -> None:
    """A red and blue freighter at the quay under two cranes, late light."""
    pen.rect(0, 0, 1200, 800, "#f0e3c3")
    pen.disc(880, 210, 84, "#f7f2df")
    pen.path(
        "M0 400c90-50 160-60 250-40c80-70 180-80 290-30c90-40 180-30 240 10c120-50 270-40 420 30v120h-1200z", "#9dbab4"
    )
    pen.rect(0, 460, 1200, 340, "#5d8f92")
    for index in range(34):
        x, y = (index * 263) % 1150, 486 + index * 9
        pen.line([(x, y), (x + 40 + (index * 37) % 110, y)], "#7fb0ad" if index % 4 else "#e9dcb6", 2 + index * 0.08)
    pen.path("M120 560h720l-54 96h-600z", "#1f464e")
    pen.path("M172 632h630l-16 26h-600z", hue.RUST)
    for row in range(3):
        for column in range(8 - row):
            pen.rect(
                200 + column * 60 + row * 16,
                520 - row * 42,
                57,
                39,
                (hue.GOLD, hue.CREAM, hue.SAGE, hue.TEAL, hue.CLAY)[(column * 2 + row * 3) % 5],
            )
    pen.path("M690 560v-130h84v130zM704 430v-36h58v36z", hue.CREAM)
    pen.rect(700, 446, 66, 14, hue.DARK)
    pen.rect(700, 476, 66, 12, hue.DARK)
    pen.path("M718 394v-40h30v40z", hue.RUST)
    pen.path("M800 580h400v220h-450z", "#4a4335")
    pen.path("M800 580h400v26h-406z", "#6a604c")
    for x in (880, 1040):
        _crane(pen.at(x, 582))
    person(pen.at(1120, 690, 1.1), "#e3b592", "#4a3226", hue.BLUE, vest=True, helmet=hue.WATER, arms="point")


def _crane(pen: Pen) -> None:
    for outline in (
        "M-40 0V-380M40 0V-380M-48 0L44 -190M44 0L-48 -190M-250 -350H110M0 -470L-236 -356"
        "M0 -470L92 -356M-38 -370L0 -474L38 -370",
    ):
        pen.stroke(outline, hue.DARK, 10)
    pen.line([(-190, -350), (-190, -220)], hue.DARK, 4)
    pen.stroke("M-190 -220c16 6 10 28-6 28", hue.DARK, 6)
    pen.rect(-30, -380, 60, 44, hue.GOLD, 4)


def roof(pen: Pen) -> None:
    """Solar panels on the roof of hall B, the city and the hills behind."""
    pen.rect(0, 0, 1200, 800, "#cfe0e2")
    pen.disc(960, 140, 70, "#f7f1d8")
    pen.path("M0 420c180-90 300-60 430-110c160-60 320 30 470-20c120-40 210 0 300 40v200h-1200z", "#9dbab4")
    for index in range(22):
        x, height = index * 58 - 20, 40 + (index * 53) % 90
        pen.rect(x, 470 - height, 50, height + 20, ("#d8a679", "#e6d2bd", "#c9b48a")[index % 3])
        pen.poly([(x - 3, 470 - height), (x + 25, 450 - height), (x + 53, 470 - height)], hue.CLAY)
    pen.poly([(0, 800), (0, 520), (1200, 470), (1200, 800)], "#b8b09a")
    for row in range(3):
        for column in range(5):
            x, y = 40 + column * 230 + row * 20, 560 + row * 86 - column * 9
            pen.poly([(x, y + 62), (x + 42, y - 10), (x + 216, y - 18), (x + 186, y + 54)], "#16404f")
            for step in range(1, 4):
                pen.line(
                    [(x + 46.5 * step, y + 62 - 2 * step), (x + 42 + 43.5 * step, y - 10 - 2 * step)], "#4c8a8f", 3
                )
            pen.line([(x + 21, y + 26), (x + 201, y + 18)], "#4c8a8f", 3)
    person(pen.at(1070, 560, 1.0), "#f1d3bd", "#8d8a84", hue.GREEN, helmet=hue.WATER, arms="point")


def garden(pen: Pen) -> None:
    """Raised beds behind the plant: tomatoes, courgettes, a watering can."""
    pen.rect(0, 0, 1200, 800, "#dbe6d6")
    pen.rect(0, 120, 1200, 270, "#c98f63")
    for row in range(7):
        pen.line([(0, 120 + row * 40), (1200, 120 + row * 40)], "#b57c52", 4)
        for column in range(10):
            x = column * 130 + (row % 2) * 65
            pen.line([(x, 120 + row * 40), (x, 160 + row * 40)], "#b57c52", 4)
    pen.rect(0, 390, 1200, 410, "#a9b98a")
    for x in (70, 630):
        for plant in range(4):
            px = x + 70 + plant * 115
            pen.line([(px, 500), (px, 210)], hue.WOOD, 7)
            for step in range(5):
                y = 250 + step * 52
                pen.disc(px - 24 + (step % 2) * 48, y, 32, (hue.LEAF, "#4d7a48")[step % 2], 24)
            for step in range(4):
                pen.disc(
                    px - 22 + (step * 31) % 50, 280 + step * 50, 15, (hue.RUST, hue.RUST, hue.GOLD)[(step + plant) % 3]
                )
        pen.rect(x, 480, 500, 150, hue.CLAY, 4)
        pen.rect(x, 480, 500, 22, hue.PLANK)
        pen.rect(x, 555, 500, 5, "#7c4a2d")
    pen.path("M520 720h130v-110h-130z", hue.TEAL)
    pen.stroke("M650 650c60-10 70-50 90-80", hue.TEAL, 18)
    pen.poly([(722, 566), (760, 548), (764, 590)], hue.TEAL)
    pen.stroke("M520 620c-60 0-60 80 0 80", hue.TEAL, 14)
    pen.rect(900, 560, 190, 44, hue.WATER, 3)
    pen.words(995, 592, "servez-vous", 30, hue.INK, anchor="ms")


def gate(pen: Pen) -> None:
    """Four newcomers at the north gate on their first morning, the mast behind them."""
    pen.rect(0, 0, 1200, 800, "#e3d9e0")
    pen.path("M0 0h1200v260c-300-70-800-70-1200 30z", "#f2d9ae")
    pen.rect(180, 190, 880, 360, hue.WALL)
    pen.poly(
        [(180, 190), (400, 130), (400, 190), (620, 130), (620, 190), (840, 130), (840, 190), (1060, 130), (1060, 190)],
        hue.STEEL,
    )
    for x in range(220, 1040, 120):
        pen.rect(x, 260, 80, 110, "#f7f1d8")
    pen.rect(0, 550, 1200, 250, "#b8b09a")
    for x in range(0, 1200, 46):
        if not 420 < x < 800:
            pen.rect(x, 400, 8, 170, hue.SLATE)
    pen.rect(0, 420, 440, 8, hue.SLATE)
    pen.rect(800, 420, 400, 8, hue.SLATE)
    pen.rect(1108, 90, 10, 480, hue.DARK)
    pen.poly([(1108, 100), (980, 100), (1010, 145), (980, 190), (1108, 190)], hue.RUST)
    pen.rect(1044, 100, 64, 45, hue.CREAM)
    people = (
        (hue.SKIN[3], "#a4552a", hue.SAGE, True),
        (hue.SKIN[5], hue.HAIR[1], hue.WINE, True),
        (hue.SKIN[4], hue.HAIR[1], hue.SLATE, False),
        (hue.SKIN[0], hue.HAIR[2], hue.GOLD, True),
    )
    for index, (skin, hair, top, long_hair) in enumerate(people):
        person(
            pen.at(330 + index * 175, 740, 2.0),
            skin,
            hair,
            top,
            arms="wave" if index == 2 else "hold" if index == 1 else "down",
            long_hair=long_hair,
        )


def visit(pen: Pen) -> None:
    """Visitors with white helmets round a quay winch, the host pointing at the drum."""
    pen.rect(0, 0, 1200, 800, "#dfe6df")
    for x in range(0, 1200, 240):
        pen.rect(x + 30, 60, 170, 190, "#f7f1d8", 4)
    pen.rect(0, 420, 1200, 380, hue.SAND)
    pen.disc(600, 574, 300, hue.SHADOW, 22)
    pen.rect(340, 530, 500, 40, hue.DARK)
    for x in (400, 780):
        pen.path(f"M{x - 64} 530l34-110h60l34 110z", hue.TEAL)
    pen.rect(400, 350, 380, 150, hue.STEEL)
    for step in range(19):
        pen.rect(406 + step * 20, 350, 8, 150, hue.SLATE)
    for x in (400, 780):
        pen.disc(x, 425, 90, hue.BLUE)
        pen.disc(x, 425, 58, "#2f6cae")
        pen.disc(x, 425, 24, hue.GOLD)
    pen.stroke("M600 350c-40-120 0-220 30-350", hue.DARK, 8)
    pen.rect(0, 640, 1200, 12, hue.GOLD)
    hosts: tuple[tuple[int, int, str, bool, Arms, bool], ...] = (
        (190, 0, hue.GREEN, True, "point", False),
        (905, 4, hue.SLATE, False, "down", False),
        (1010, 1, hue.SEA, False, "hold", True),
        (1115, 3, hue.WINE, False, "down", False),
    )
    for x, index, top, vest, arms, long_hair in hosts:
        helmet = hue.ORANGE if vest else hue.WATER
        person(
            pen.at(x, 735, 2.0),
            hue.SKIN[index],
            hue.HAIR[index],
            top,
            vest=vest,
            helmet=helmet,
            arms=arms,
            long_hair=long_hair,
        )


SCENES = {
    "pitch": pitch,
    "team": team,
    "scoreboard": scoreboard,
    "harbour": harbour,
    "roof": roof,
    "garden": garden,
    "gate": gate,
    "visit": visit,
}
