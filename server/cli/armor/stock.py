"""Scenes of stores, docks and side rooms: shelves, pallets, a bench, a cat."""

from server.cli.armor import hue
from server.cli.armor.canvas import Pen
from server.cli.armor.figures import crate, pallet, person


def stores(pen: Pen) -> None:
    """Shelves of the spare-parts store; one bin is empty, its label red."""
    pen.rect(0, 0, 1200, 800, hue.WALL)
    pen.rect(0, 690, 1200, 110, hue.FLOOR)
    colours = [hue.TEAL, hue.SAGE, hue.GOLD, hue.BLUE, hue.CLAY, hue.STEEL]
    for row in range(4):
        y = 170 + row * 150
        for column in range(6):
            x = 110 + column * 168
            empty = (row, column) == (2, 3)
            pen.path(
                f"M{x} {y - 96}l10 96h128l10-96l-20 16h-108z", "#00000000" if empty else colours[(row * 5 + column) % 6]
            )
            if empty:
                pen.path(f"M{x} {y - 96}l10 96h128l10-96z", "#e2ddcb")
                pen.path(f"M{x + 12} {y - 80}l6 66h112l6-66z", "#c9c2aa")
            else:
                for step in range(4):
                    pen.disc(x + 34 + step * 27, y - 84, 14, hue.DARK if step % 2 else hue.SLATE)
                pen.path(f"M{x + 3} {y - 70}l7 70h128l7-70z", colours[(row * 5 + column) % 6])
            pen.rect(x + 40, y - 46, 68, 28, hue.RUST if empty else hue.WATER, 3)
            pen.line([(x + 50, y - 32), (x + 98, y - 32)], hue.WATER if empty else hue.INK, 4)
        pen.rect(70, y, 1060, 16, hue.SLATE)
    for x in (70, 1114):
        pen.rect(x, 40, 18, 680, hue.DARK)
    pen.rect(90, 44, 1024, 14, hue.SLATE)
    person(pen.at(930, 770, 2.0), "#6b4129", "#1d1715", hue.SEA, vest=True, arms="hold", long_hair=True)
    pen.rect(900, 545, 74, 50, hue.WATER, 4)


def lane(pen: Pen) -> None:
    """A shop-floor lane freshly painted yellow, roller and pot at its end."""
    pen.rect(0, 0, 1200, 800, hue.SHOAL)
    pen.rect(0, 0, 1200, 330, "#e6d2bd")
    for x in range(60, 1200, 280):
        pen.rect(x, 60, 190, 150, "#f7f1d8", 4)
        pen.line([(x + 95, 60), (x + 95, 210)], hue.STEEL, 6)
    pen.poly([(0, 330), (1200, 330), (1200, 800), (0, 800)], "#c4c6b4")
    pen.poly([(250, 800), (520, 330), (680, 330), (950, 800)], hue.SAND)
    pen.poly([(250, 800), (520, 330), (536, 330), (310, 800)], hue.GOLD)
    pen.poly([(950, 800), (680, 330), (664, 330), (890, 800)], hue.GOLD)
    for x, colour in ((60, hue.CLAY), (230, hue.TEAL), (820, hue.SAGE), (1010, hue.BLUE)):
        crate(pen.at(x, 430, 1.0), 130, 120, colour)
        pallet(pen.at(x - 10, 460), 150)
    pen.rect(1000, 640, 110, 100, hue.STEEL, 8)
    pen.disc(1055, 640, 55, hue.GOLD, 16)
    pen.stroke("M1005 640c0-80 100-80 100 0", hue.DARK, 5)
    pen.line([(900, 700), (770, 520)], hue.WOOD, 14, round_ends=True)
    pen.line([(900, 700), (938, 690), (930, 740)], hue.DARK, 8)
    pen.rect(858, 736, 120, 36, hue.AMBER, 16)
    person(pen.at(600, 560, 1.15), "#dba77f", "#33231d", hue.GREEN, arms="point", long_hair=True)


def pallets(pen: Pen) -> None:
    """Two stacks of the one pallet format before an open truck."""
    pen.rect(0, 0, 1200, 800, "#d8e3e1")
    pen.rect(0, 600, 1200, 200, "#b8b09a")
    pen.rect(560, 150, 560, 390, hue.CREAM)
    pen.rect(560, 150, 560, 44, hue.BLUE)
    pen.rect(590, 220, 500, 320, "#5b4a36")
    pen.rect(610, 236, 460, 304, "#7a6549")
    for x in (620, 840):
        for level in range(2):
            crate(
                pen.at(x, 500 - level * 130), 200, 125, (hue.CLAY, hue.SAGE, hue.TEAL, hue.GOLD)[level + (x > 700) * 2]
            )
        pallet(pen.at(x - 6, 538), 212)
    pen.rect(540, 540, 600, 40, hue.DARK)
    for x in (660, 1010):
        pen.disc(x, 600, 52, hue.INK)
        pen.disc(x, 600, 22, hue.STEEL)
    for x, count in ((70, 7), (320, 4)):
        for level in range(count):
            pallet(pen.at(x, 700 - level * 40), 220)
    pen.path("M60 706h490v12h-490z", hue.SHADOW)
    person(pen.at(470, 720, 1.5), "#c9976c", "#33292a", hue.GREEN, vest=True, arms="point")
    pen.rect(64, 350, 232, 52, hue.WATER, 4)
    pen.words(180, 388, "1 200 × 800".replace("×", "x"), 36, hue.INK, anchor="ms", bold=True)


def hooks(pen: Pen) -> None:
    """A forged hook on the inspection table; a chalk ring marks a hairline crack."""
    pen.rect(0, 0, 1200, 800, "#3d565c")
    pen.poly([(0, 800), (130, 120), (1070, 120), (1200, 800)], "#5d7a7c")
    pen.poly([(130, 120), (1070, 120), (1082, 150), (118, 150)], "#7a9897")
    pen.stroke("M642 152c0 60-20 90-10 140c140 60 190 250 40 350c-150 80-310-20-290-170", hue.INK, 98, round_ends=True)
    pen.stroke("M642 152c0 60-20 90-10 140c140 60 190 250 40 350c-150 80-310-20-290-170", "#aebbb5", 84)
    pen.stroke("M620 160c0 60-16 90-8 130c150 60 180 230 44 320", "#cfd8d0", 14)
    pen.disc(382, 472, 42, "#aebbb5")
    pen.disc(642, 150, 64, "#aebbb5")
    pen.disc(642, 150, 32, "#3d565c")
    pen.stroke("M764 470l-20 24l14 12l-22 26", hue.RUST, 6)
    pen.ring(748, 500, 78, hue.WATER, 8, 70)
    pen.line([(826, 480), (930, 400)], hue.WATER, 6)
    pen.rect(900, 330, 220, 80, hue.PAPER, 4)
    pen.words(1010, 384, "lot 0417", 44, hue.INK, anchor="ms", bold=True)
    pen.rect(150, 620, 190, 46, hue.GOLD, 8)
    pen.rect(300, 628, 90, 30, hue.WATER, 4)


def rack(pen: Pen) -> None:
    """The night of the migration: a server cabinet, cables in three colours, a mug on the floor."""
    pen.rect(0, 0, 1200, 800, "#123138")
    pen.rect(0, 660, 1200, 140, "#0d252a")
    pen.rect(380, 70, 440, 620, hue.INK, 8)
    pen.rect(404, 94, 392, 572, "#22383f")
    for row in range(9):
        y = 108 + row * 61
        pen.rect(414, y, 372, 50, hue.SLATE, 3)
        for lamp in range(5):
            pen.disc(434 + lamp * 20, y + 25, 5, (hue.LEAF, hue.LEAF, hue.GOLD, hue.LEAF, "#5cb893")[(lamp + row) % 5])
        for slot in range(8):
            pen.rect(580 + slot * 24, y + 14, 16, 22, hue.INK)
    for start, end, colour in (
        (190, 560, hue.RUST),
        (251, 640, hue.GOLD),
        (312, 520, hue.BLUE),
        (373, 700, "#5cb893"),
        (434, 620, hue.RUST),
    ):
        pen.stroke(f"M770 {start}c120 10 130 {end - start} 20 {end - start + 20}", colour, 9)
    person(pen.at(250, 730, 2.3), "#e9bd9f", "#a4552a", hue.WOOD, arms="hold")
    pen.rect(210, 478, 110, 70, hue.STEEL, 5)
    pen.rect(218, 485, 94, 56, "#bfe0df", 3)
    pen.rect(960, 640, 70, 80, hue.CREAM, 8)
    pen.ring(1040, 676, 20, hue.CREAM, 10)
    pen.stroke("M982 620c-10-20 14-26 4-50M1008 620c-10-20 14-26 4-50", "#fefcf660", 5)
    pen.disc(1010, 130, 60, hue.CREAM)
    pen.ring(1010, 130, 60, hue.STEEL, 8)
    pen.line([(1010, 130), (1050, 126)], hue.INK, 5)
    pen.line([(1010, 130), (1034, 120)], hue.INK, 8)


def dock_cat(pen: Pen) -> None:
    """A ginger cat asleep on a carton at dock 3."""
    pen.rect(0, 0, 1200, 800, "#d9cdb4")
    pen.rect(80, 60, 500, 520, "#8fa9a8")
    for y in range(100, 560, 60):
        pen.line([(80, y), (580, y)], "#7a9695", 4)
    pen.disc(330, 220, 74, hue.CREAM)
    pen.words(330, 254, "3", 100, hue.INK, anchor="ms", bold=True)
    pen.rect(0, 580, 1200, 220, "#b8b09a")
    pen.rect(460, 430, 560, 270, hue.PLANK)
    pen.poly([(460, 430), (1020, 430), (1060, 390), (510, 390)], "#e6c596")
    pen.rect(700, 430, 80, 270, "#c39a62")
    pallet(pen.at(440, 742), 600)
    pen.path("M600 420c0-90 90-120 190-110c100 6 160 40 150 110z", "#d08a3c")
    for x in (700, 760, 820):
        pen.stroke(f"M{x} 316c10 20 8 40 0 56", "#a4622a", 11)
    pen.disc(620, 376, 56, "#d08a3c", 48)
    pen.path("M574 350l-4-56l44 32zM626 326l40-34l2 56z", "#d08a3c")
    pen.path("M582 340l-1-28l22 18z", "#e9bd9f")
    pen.stroke("M590 384c8 8 16 8 22 0M632 384c8 8 16 8 22 0", hue.INK, 4)
    pen.path("M616 396h14l-7 8z", hue.MAGENTA)
    pen.stroke("M930 400c60 30 40 60-60 40c-60-12-120-10-160-4", "#d08a3c", 32)
    pen.words(980, 250, "z", 60, hue.INK)
    pen.words(1024, 210, "z", 44, hue.INK)
    pen.words(1058, 180, "z", 30, hue.INK)


def protective(pen: Pen) -> None:
    """Helmets, ear defenders and gloves on a peg board, one peg empty."""
    pen.rect(0, 0, 1200, 800, "#d9c9a3")
    for y in range(40, 800, 48):
        for x in range(40, 1200, 48):
            pen.disc(x, y, 4, "#b9a87e")
    for index, colour in enumerate((hue.CREAM, hue.GOLD, hue.BLUE, hue.RUST)):
        x = 180 + index * 280
        if index == 2:
            pen.disc(x, 180, 10, hue.DARK)
            pen.ring(x, 250, 90, "#b9a87e", 4, 66)
            continue
        pen.path(f"M{x - 100} 290c0-190 200-190 200 0z", colour)
        pen.rect(x - 122, 278, 244, 26, colour, 12)
        pen.path(f"M{x - 18} 148c12-6 24-6 36 0l4 132h-44z", "#fffdf840")
        pen.path(f"M{x + 40} 168c40 26 60 60 60 112h-28c0-50-8-84-32-112z", hue.SHADOW)
    for index in range(4):
        x = 180 + index * 280
        pen.rect(x - 90, 340, 180, 44, hue.WATER, 4)
        pen.words(x, 372, ("Chloé", "Karim", "Mateus", "Samir")[index], 30, hue.INK, anchor="ms")
    for x in (250, 620):
        pen.stroke(f"M{x - 80} 620c-20-150 180-150 160 0", hue.DARK, 14)
        for side in (-1, 1):
            pen.rect(x + side * 80 - 28, 590, 56, 100, hue.RUST, 24)
    for x in (880, 1010):
        pen.path(
            f"M{x} 700v-150c0-14 20-14 20 0v-40c0-14 22-14 22 0v-10c0-14 22-14 22 0v24"
            "c2-14 22-12 22 2v90l16-30c10-12 24-4 20 10l-30 90v14z",
            hue.LEAF,
        )
        pen.rect(x - 4, 690, 98, 34, hue.DARK, 6)


SCENES = {
    "stores": stores,
    "lane": lane,
    "pallets": pallets,
    "hooks": hooks,
    "rack": rack,
    "dock_cat": dock_cat,
    "protective": protective,
}
