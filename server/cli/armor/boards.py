"""Scenes that are mostly writing: white boards, charts, drawings, lists."""

from server.cli.armor import hue
from server.cli.armor.canvas import Pen
from server.cli.armor.figures import board

NOTE = ("#f3dd8c", "#bcd3d1", "#e9bfae", "#c9d6c0")


def five_whys(pen: Pen) -> None:
    """The root cause of the press 2 failure, five whys on a white board."""
    pen.rect(0, 0, 1200, 800, hue.WALL)
    board(pen.at(110, 70), 980, 620)
    pen.words(150, 140, "Presse 2 : pourquoi l'arrêt ?", 46, hue.INK, bold=True)
    pen.line([(150, 156), (760, 160)], hue.RUST, 5)
    lines = (
        "joint du vérin déchiré",
        "huile trop chaude (71°)",
        "échangeur bouché",
        "filtre jamais changé",
        "absent de la gamme",
    )
    for index, text in enumerate(lines):
        x, y = 160 + index * 56, 230 + index * 92
        pen.disc(x + 20, y - 12, 26, (hue.BLUE, hue.BLUE, hue.BLUE, hue.BLUE, hue.RUST)[index])
        pen.words(x + 20, y, str(index + 1), 34, hue.WATER, anchor="ms", bold=True)
        pen.words(x + 62, y, text, 38, hue.RUST if index == 4 else hue.INK)
        if index < 4:
            pen.stroke(f"M{x + 20} {y + 20}c0 30 10 44 36 52", hue.SLATE, 5)
            pen.poly([(x + 50, y + 60), (x + 66, y + 74), (x + 46, y + 82)], hue.SLATE)
    pen.poly([(860, 120), (1040, 112), (1046, 250), (864, 256)], NOTE[0])
    pen.words(952, 170, "filtre :", 30, hue.INK, anchor="ms")
    pen.words(952, 214, "tous les 6 mois", 25, hue.INK, anchor="ms")


def energy(pen: Pen) -> None:
    """Weekly use of the compressors on a flip chart: twelve bars, falling after the sixth."""
    pen.rect(0, 0, 1200, 800, "#d9e2d3")
    board(pen.at(110, 70), 980, 620, hue.DARK)
    pen.words(150, 146, "Air comprimé, MWh par semaine", 44, hue.INK, bold=True)
    values = (31, 32, 30, 33, 31, 30, 26, 24, 22, 22, 21, 20)
    for step in range(5):
        y = 610 - step * 96
        pen.line([(210, y), (1040, y)], "#d9d2c1", 3)
        pen.words(190, y + 10, str(step * 8), 28, hue.SLATE, anchor="rs")
    for index, value in enumerate(values):
        x = 230 + index * 68
        pen.rect(x, 610 - value * 12, 46, value * 12, hue.SEA if index > 5 else hue.STEEL)
        pen.words(x + 23, 648, str(index + 1), 26, hue.SLATE, anchor="ms")
    pen.stroke("M634 200v410", hue.RUST, 4)
    pen.words(650, 226, "fuites réparées,", 30, hue.RUST)
    pen.words(650, 262, "arrêt le week-end", 30, hue.RUST)


def pallet_drawing(pen: Pen) -> None:
    """A dimensioned drawing of the common pallet, three views."""
    pen.rect(0, 0, 1200, 800, hue.WATER)
    for x in range(0, 1200, 40):
        pen.line([(x, 0), (x, 800)], "#e2ecea", 2)
    for y in range(0, 800, 40):
        pen.line([(0, y), (1200, y)], "#e2ecea", 2)
    pen.stroke("M40 40h1120v720h-1120z", hue.INK, 5)
    for index in range(5):
        pen.stroke(f"M140 {130 + index * 62}h480v40h-480z", hue.SEA, 4)
    for x in (140, 350, 580):
        pen.stroke(f"M{x} 130v288", hue.SEA, 2.5)
    pen.stroke("M140 560h480v24h-480zM140 632h480v22h-480z", hue.SEA, 4)
    for x in (140, 346, 560):
        pen.stroke(f"M{x} 584h60v48h-60z", hue.SEA, 4)
    pen.stroke(
        "M740 560h320v24h-320zM740 632h320v22h-320zM740 584h54v48h-54zM874 584h54v48h-54zM1006 584h54v48h-54z",
        hue.SEA,
        4,
    )
    for start, end, text, x, y in (
        ("M140 480H620", "", "1 200", 380, 474),
        ("M740 700H1060", "", "800", 900, 694),
        ("M690 560V654", "", "144", 690, 550),
    ):
        pen.stroke(start + end, hue.RUST, 3)
        pen.words(x, y, text, 34, hue.RUST, anchor="ms")
    for x, y in ((140, 480), (620, 480), (740, 700), (1060, 700), (690, 560), (690, 654)):
        pen.disc(x, y, 6, hue.RUST)
    pen.rect(720, 110, 400, 220, hue.WATER)
    pen.stroke("M720 110h400v220h-400zM720 180h400M720 250h400M920 250v80", hue.INK, 3)
    pen.words(740, 158, "Palette commune", 38, hue.INK, bold=True)
    pen.words(740, 228, "Lyon - Madrid - ports", 30, hue.INK)
    pen.words(740, 300, "ind. C", 30, hue.INK)
    pen.words(940, 300, "J. Molina", 30, hue.INK)


def names(pen: Pen) -> None:
    """Sticky notes with names for the new range, a few of them ticked."""
    pen.rect(0, 0, 1200, 800, "#e9e3d2")
    pen.rect(50, 40, 1100, 720, hue.PAPER)
    ideas = (
        ("Estran", 5),
        ("Ponant", 3),
        ("Cormoran", 6),
        ("Étrave", 2),
        ("Salta", 1),
        ("Abrigo", 4),
        ("Granit", 0),
        ("Amarre", 3),
        ("Kraken", 1),
        ("Faro", 2),
        ("Iroise", 5),
        ("HD-900", 0),
    )
    for index, (name, votes) in enumerate(ideas):
        x, y, tilt = 100 + index % 4 * 265, 80 + index // 4 * 225, (index * 7) % 5 * 4 - 8
        pen.poly([(x + 8, y + 10), (x + 218, y + 10 + tilt), (x + 214, y + 190 + tilt), (x + 4, y + 186)], hue.SHADOW)
        pen.poly([(x, y), (x + 210, y + tilt), (x + 206, y + 180 + tilt), (x - 4, y + 176)], NOTE[(index * 3) % 4])
        pen.words(x + 102, y + 90 + tilt / 2, name, 42, hue.INK, anchor="ms", bold=votes > 4)
        for vote in range(votes):
            pen.disc(x + 34 + vote * 26, y + 146 + tilt / 2, 9, hue.MAGENTA)


def checklist(pen: Pen) -> None:
    """The one-page sheet, restarting a line in eleven steps, taped inside the cabinet door."""
    pen.rect(0, 0, 1200, 800, "#6f8a8a")
    pen.rect(60, 0, 1080, 800, hue.STEEL)
    pen.rect(60, 0, 26, 800, hue.SLATE)
    pen.disc(1080, 420, 24, hue.DARK)
    pen.rect(352, 52, 520, 720, hue.SHADOW)
    pen.rect(340, 40, 520, 720, hue.WATER)
    pen.words(376, 104, "Relancer une ligne", 40, hue.INK, bold=True)
    pen.words(376, 144, "après un arrêt long", 32, hue.SLATE)
    for index in range(11):
        y = 200 + index * 48
        pen.disc(394, y - 9, 17, hue.SEA if index < 10 else hue.MAGENTA)
        pen.words(394, y, str(index + 1), 22, hue.WATER, anchor="ms", bold=True)
        pen.rect(428, y - 20, 250 + (index * 67) % 120, 9, hue.INK, 4)
        pen.rect(428, y - 4, 140 + (index * 43) % 150, 7, "#a3b4b2", 3)
        pen.stroke(f"M806 {y - 24}h26v26h-26z", hue.SLATE, 3)
        if index < 4:
            pen.stroke(f"M810 {y - 12}l8 9l16-22", hue.GREEN, 5)
    for x, y in ((310, 30), (810, 30), (310, 730), (810, 730)):
        pen.poly([(x, y + 30), (x + 70, y), (x + 84, y + 22), (x + 14, y + 52)], "#f3dd8cd0")


def results(pen: Pen) -> None:
    """The works-council result on the notice board: turnout and seats."""
    pen.rect(0, 0, 1200, 800, hue.CLAY)
    pen.rect(30, 30, 1140, 740, "#c98f63")
    pen.rect(176, 76, 860, 660, hue.SHADOW)
    pen.rect(166, 66, 860, 660, hue.WATER)
    for x in (210, 982):
        pen.disc(x, 100, 14, hue.RUST)
        pen.disc(x - 3, 97, 5, "#e9bfae")
    pen.words(596, 150, "Élection du CSE", 54, hue.INK, anchor="ms", bold=True)
    pen.words(596, 200, "usine de Lyon - 2e collège", 32, hue.SLATE, anchor="ms")
    rows = (
        ("Participation", 78, hue.SEA, "78 %"),
        ("Liste A", 54, hue.BLUE, "6 sièges"),
        ("Liste B", 46, hue.GOLD, "5 sièges"),
    )
    for index, (label, share, colour, value) in enumerate(rows):
        y = 280 + index * 112
        pen.words(220, y, label, 34, hue.INK)
        pen.rect(220, y + 18, 560, 34, "#e2ecea")
        pen.rect(220, y + 18, share * 5.6, 34, colour)
        for step in range(1, 10):
            pen.rect(220 + step * 56, y + 18, 3, 34, hue.WATER)
        pen.words(980, y + 46, value, 36, hue.INK, anchor="rs", bold=True)
    pen.stroke("M720 640c20-50 40 30 60-10c14-30 26 20 44-6c20-30 30 24 60-4", hue.BLUE, 5)
    pen.words(220, 660, "Procès-verbal affiché à 17 h", 28, hue.SLATE)


def rota(pen: Pen) -> None:
    """The canteen's week on a slate."""
    pen.rect(0, 0, 1200, 800, "#d8b27c")
    pen.rect(90, 60, 1020, 680, "#8a5f36", 10)
    pen.rect(120, 90, 960, 620, "#22343a")
    pen.words(600, 170, "Cette semaine à table", 54, hue.CREAM, anchor="ms")
    pen.line([(300, 192), (900, 188)], "#f3dd8c", 4)
    rows = (
        ("lundi", "lasagnes"),
        ("mardi", "poisson, riz"),
        ("mercredi", "couscous"),
        ("jeudi", "lentilles, saucisse"),
        ("vendredi", "lasagnes (encore)"),
    )
    for index, (day, dish) in enumerate(rows):
        y = 280 + index * 90
        pen.words(190, y, day, 44, "#9dbab4")
        pen.words(460, y, dish, 48, "#f3dd8c" if index in (0, 4) else hue.CREAM)
    pen.rect(870, 706, 120, 14, hue.WATER, 5)
    pen.disc(1010, 260, 46, hue.LEAF, 30)
    pen.stroke("M1010 260c-10-40 20-60 40-70", hue.LEAF, 6)


SCENES = {
    "five_whys": five_whys,
    "energy": energy,
    "pallet_drawing": pallet_drawing,
    "names": names,
    "checklist": checklist,
    "results": results,
    "menu": rota,
}
