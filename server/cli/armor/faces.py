"""Drawn faces: a person is one `Face`, a handful of words from the tables below, on a square of 100 units.

The faces have no features, as in the pages' drawings: skin, hair, glasses, hats and clothes tell people apart.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from server.cli.armor.canvas import Pen, png, sheet

SIZE = 400

SKINS = {
    "porcelain": "#f1d3bd",
    "rose": "#e9bd9f",
    "sand": "#e3b592",
    "honey": "#d9a679",
    "olive": "#c9976c",
    "almond": "#b9825a",
    "chestnut": "#8d5a3c",
    "umber": "#6b4129",
}
HAIRS = {
    "black": "#1d1715",
    "soot": "#33292a",
    "brown": "#4a3226",
    "chestnut": "#6b4329",
    "copper": "#a4552a",
    "straw": "#c99a51",
    "blond": "#ddb96f",
    "ash": "#8d8a84",
    "silver": "#bdbab2",
    "white": "#e2ded3",
}
Shape = Literal["oval", "long", "square", "round"]
HEADS: dict[Shape, str] = {
    "oval": "M32 42c0-12 7-20 18-20c11 0 18 8 18 20c0 14-8 25-18 25c-10 0-18-11-18-25z",
    "long": "M33 40c0-12 7-19 17-19c10 0 17 7 17 19c0 18-7 30-17 30c-10 0-17-12-17-30z",
    "square": "M31 41c0-13 8-20 19-20c11 0 19 7 19 20v9c0 11-8 17-19 17c-11 0-19-6-19-17z",
    "round": "M30 44c0-14 9-22 20-22c11 0 20 8 20 22c0 14-9 23-20 23c-11 0-20-9-20-23z",
}
BODY = "M8 104c1-19 11-27 32-30c6 6 14 6 20 0c21 3 31 11 32 30z"
EDGE = "#0f2a30"
STRIPE = "#f4efe0"
SHADE = "#0f2a3020"
LIGHT = "#fffdf830"


class Face(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What tells one face from another. Colours of cloth, hat and ground are `#rrggbb`."""

    skin: Literal["porcelain", "rose", "sand", "honey", "olive", "almond", "chestnut", "umber"]
    cut: Literal[
        "short",
        "crop",
        "parted",
        "quiff",
        "crown",
        "bald",
        "curly",
        "afro",
        "bob",
        "straight",
        "wavy",
        "bun",
        "tail",
        "braids",
        "locs",
        "pixie",
        "swept",
        "veil",
    ]
    hair: Literal["black", "soot", "brown", "chestnut", "copper", "straw", "blond", "ash", "silver", "white"]
    clothes: Literal["tee", "shirt", "jacket", "vest", "overall", "turtle", "scarf", "hood", "blouse", "cardigan"]
    cloth: str
    ground: str
    shape: Shape = "oval"
    beard: Literal["none", "stubble", "full", "moustache", "goatee"] = "none"
    glasses: Literal["none", "round", "square", "safety"] = "none"
    hat: Literal["none", "helmet", "cap", "beanie", "muffs"] = "none"
    hat_colour: str = "#e0a526"
    earrings: bool = False


def portrait(face: Face) -> bytes:
    """The face as a PNG of 400 × 400 pixels."""
    drawn = sheet(SIZE, SIZE, 100, face.ground)
    draw_face(drawn.pen, face)
    return png(drawn)


def draw_face(pen: Pen, face: Face) -> None:
    """Back to front: hair behind, neck, clothes, head, beard, hair in front, hat, glasses."""
    skin, hair = SKINS[face.skin], HAIRS[face.hair]
    BEHIND.get(face.cut, _nothing)(pen, hair)
    pen.rect(42, 56, 16, 22, skin)
    pen.path("M42 63c5 6 11 6 16 0v6c-5 5-11 5-16 0z", SHADE)
    pen.path(BODY, face.cloth)
    CLOTHES[face.clothes](pen, face.cloth, skin)
    if face.cut == "veil":
        pen.path("M24 84c2-20-2-30 1-46c3-15 13-23 25-23c12 0 22 8 25 23c3 16-1 26 1 46l-26 8z", face.hat_colour)
        pen.path("M35 43c0-11 6-17 15-17c9 0 15 6 15 17c0 13-7 22-15 22c-8 0-15-9-15-22z", skin)
        pen.path("M28 82c8-6 15-10 22-17c7 7 14 11 22 17l-22 9z", SHADE)
    else:
        _head(pen, face, skin)
        BEARDS.get(face.beard, _nothing)(pen, hair)
        FRONT[face.cut](pen, hair)
    HATS.get(face.hat, _nothing)(pen, face.hat_colour)
    GLASSES.get(face.glasses, _nothing)(pen, EDGE)


def _head(pen: Pen, face: Face, skin: str) -> None:
    side = 31 if face.shape in ("oval", "long") else 30
    for x in (side, 100 - side):
        pen.disc(x, 46, 3.6, skin, 5)
        pen.disc(x, 46.5, 1.7, SHADE, 2.6)
        if face.earrings:
            pen.disc(x, 53.5, 1.8, "#d9a41f")
    pen.path(HEADS[face.shape], skin)


def _nothing(_pen: Pen, _colour: str) -> None:
    return None


def _tee(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M40 74c6 8 14 8 20 0l4 .8c-7 11-21 11-28 0z", SHADE)


def _shirt(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M41 73l9 12l-11 8l-6-17z", LIGHT)
    pen.path("M59 73l-9 12l11 8l6-17z", LIGHT)
    pen.line([(50, 85), (50, 100)], SHADE, 1.4)


def _jacket(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M41 74l9 26l9-26z", STRIPE)
    pen.path("M47 82h6l2 18h-10z", "#a3145c" if cloth < "#30" else "#22383f")
    pen.path("M41 73l-9 4l6 10l-3 4l15 12z", SHADE)
    pen.path("M59 73l9 4l-6 10l3 4l-15 12z", SHADE)


def _vest(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M24 79l12-3l13 26h-26z", "#e8792b")
    pen.path("M76 79l-12-3l-13 26h26z", "#e8792b")
    pen.path("M29 78l4-.9l5 25h-6z", STRIPE)
    pen.path("M71 78l-4-.9l-5 25h6z", STRIPE)


def _overall(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M40 74c6 8 14 8 20 0l12 3l-3 24h-38l-3-24z", STRIPE)
    pen.path("M34 87h32v14h-32z", cloth)
    pen.path("M29 76.500l5-1l4 14h-5zM71 76.500l-5-1l-4 14h5z", cloth)
    pen.disc(36, 89, 1.5, "#d9a41f")
    pen.disc(64, 89, 1.5, "#d9a41f")


def _turtle(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M40.500 66c6 4 13 4 19 0v12c-6 5-13 5-19 0z", cloth)
    pen.path("M40.500 70c6 4 13 4 19 0v8c-6 5-13 5-19 0z", SHADE)


def _scarf(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M36 72c8 5 20 5 28 0c4 4 4 8 0 10c-8 5-20 5-28 0c-4-2-4-6 0-10z", "#d9a41f")
    pen.path("M54 80l9-1l4 21h-10z", "#c48f16")


def _hood(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M34 76c3-7 8-9 16-4c8-5 13-3 16 4c-2 9-30 9-32 0z", cloth)
    pen.path("M34 76c6 10 26 10 32 0c1 12-8 14-16 14c-8 0-17-2-16-14z", SHADE)
    pen.line([(45, 86), (44, 98)], STRIPE, 1.3)
    pen.line([(55, 86), (56, 98)], STRIPE, 1.3)


def _blouse(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M41 73l9 17l9-17c-5 5-13 5-18 0z", skin)
    pen.path("M41 73l-4 2l13 20l13-20l-4-2l-9 17z", SHADE)


def _cardigan(pen: Pen, cloth: str, skin: str) -> None:
    pen.path("M40 74c6 6 14 6 20 0l3 1l-9 26h-8l-9-26z", STRIPE)
    pen.path("M40 74l-4 1l11 26h3l-8-26z", SHADE)
    pen.path("M60 74l4 1l-11 26h-3l8-26z", SHADE)


CLOTHES: dict[str, Callable[[Pen, str, str], None]] = {
    "tee": _tee,
    "shirt": _shirt,
    "jacket": _jacket,
    "vest": _vest,
    "overall": _overall,
    "turtle": _turtle,
    "scarf": _scarf,
    "hood": _hood,
    "blouse": _blouse,
    "cardigan": _cardigan,
}


def _outline(*paths: str) -> Callable[[Pen, str], None]:
    """A part that is nothing but filled outlines in one colour."""

    def draw(pen: Pen, colour: str) -> None:
        for path in paths:
            pen.path(path, colour)

    return draw


def _curls(pen: Pen, colour: str) -> None:
    for x, y in [
        (28, 38),
        (29, 29),
        (35, 21),
        (44, 16.5),
        (54, 16),
        (63, 20),
        (70, 28),
        (72, 38),
        (40, 23),
        (50, 21),
        (60, 24),
    ]:
        pen.disc(x, y, 7.5, colour)


def _afro(pen: Pen, colour: str) -> None:
    pen.disc(50, 34, 31, colour, 28)


def _locs(pen: Pen, colour: str) -> None:
    for x, end in [(26, 62), (31, 70), (69, 70), (74, 62), (36, 66), (64, 66)]:
        pen.line([(x + (50 - x) * 0.3, 26), (x, 40), (x, end)], colour, 5, round_ends=True)


def _braids(pen: Pen, colour: str) -> None:
    pen.path("M28 46c-2-20 8-29 22-29c14 0 24 9 22 29c-3-8-9-14-22-21c-13 7-19 13-22 21z", colour)
    for side in (-1, 1):
        for step in range(7):
            pen.disc(50 + side * (22 + step * 0.5), 44 + step * 6.5, 4.6 - step * 0.25, colour)


def _stubble(pen: Pen, colour: str) -> None:
    pen.path(
        "M32 48c1 13 7 19.500 18 19.500c11 0 17-6.500 18-19.500c-2 5-4 8-8 9c-4-2-16-2-20 0c-4-1-6-4-8-9z",
        colour + "60",
    )


BEHIND: dict[str, Callable[[Pen, str], None]] = {
    "afro": _afro,
    "locs": _locs,
    "bob": _outline("M25 66c-3-16-2-28 2-36c5-10 13-14 23-14c10 0 18 4 23 14c4 8 5 20 2 36c-8 3-42 3-50 0z"),
    "straight": _outline("M23 84c-1-20 0-32 3-46c4-15 12-22 24-22c12 0 20 7 24 22c3 14 4 26 3 46c-10 4-44 4-54 0z"),
    "wavy": _outline(
        "M24 82c-6-5-2-10-2-16c0-6 2-8 2-16c0-22 10-34 26-34c16 0 26 12 26 34c0 8 2 10 2 16"
        "c0 6 4 11-2 16c-8 5-14 2-18 0h-16c-4 2-10 5-18 0z",
    ),
    "tail": _outline("M62 20c16-2 24 12 22 30c-1 10-4 16-3 24c-7-2-11-10-11-20c0-12-2-22-10-28z"),
}
FRONT: dict[str, Callable[[Pen, str], None]] = {
    "short": _outline("M29 40c-2-16 7-24 20-24c13 0 23 8 21 24c-2-6-4-9-6-11c-9 2-20 2-28-1c-3 2-5 6-7 12z"),
    "crop": _outline("M30 40c-1-15 7-22 20-22c13 0 21 7 20 22c-1-4-2-7-4-9c-2-6-30-6-32 0c-2 2-3 5-4 9z"),
    "parted": _outline(
        "M29 42c-4-17 6-26 20-27c14-1 25 8 22 27c-2-6-3-9-6-12c-9 0-18-3-23-7c-2 5-6 7-9 9c-2 3-3 6-4 10z"
    ),
    "quiff": _outline(
        "M30 38c-4-10 0-20 8-22c2-7 16-8 24-2c8 2 12 12 8 24c-1-4-2-6-4-8c-8 1-18 0-26-4c-4 3-8 6-10 12z"
    ),
    "crown": _outline("M29 46c-2-10 0-17 5-20c-1 6-1 12-2 19zM71 46c2-10 0-17-5-20c1 6 1 12 2 19z"),
    "bald": _outline(),
    "curly": _curls,
    "afro": _outline("M29 42c-2-17 7-25 21-25c14 0 23 8 21 25c-3-8-9-12-21-12c-12 0-18 4-21 12z"),
    "bob": _outline("M28 50c-2-20 6-33 22-33c16 0 24 13 22 33c-2-6-4-11-5-15h-34c-1 4-3 9-5 15z"),
    "straight": _outline(
        "M28 60c-4-26 4-43 21-43c19 0 27 17 23 43c-3-8-4-15-4-22c-9-2-15-6-18-12c-3 6-9 10-18 12c0 7-1 14-4 22z"
    ),
    "wavy": _outline(
        "M28 54c-6-24 6-38 23-37c17 1 25 15 21 37c-3-4-4-9-4-14c-12 0-22-5-27-12c-2 8-8 12-9 14c0 5-2 9-4 12z"
    ),
    "bun": _outline(
        "M29 42c-2-17 7-25 21-25c14 0 23 8 21 25c-3-9-10-14-21-14c-11 0-18 5-21 14z",
        "M41 13c0-12 18-12 18 0c0 12-18 12-18 0z",
    ),
    "tail": _outline("M29 43c-3-18 7-27 21-27c14 0 24 9 21 27c-2-7-6-12-10-15c-10 4-18 4-22 0c-4 3-8 8-10 15z"),
    "braids": _braids,
    "locs": _outline("M29 40c-2-16 7-24 21-24c14 0 23 8 21 24c-4-6-9-9-13-10l-4 4l-4-5l-4 5l-4-4c-4 1-9 4-13 10z"),
    "pixie": _outline(
        "M28 44c-3-19 8-28 22-28c15 0 24 9 21 26c-4-3-6-7-7-11c-8 5-18 7-27 4c-3 2-4 6-4 12c-2 0-4-1-5-3z"
    ),
    "swept": _outline("M29 44c-4-16 3-28 20-29c16-1 25 9 22 29c-2-9-9-15-19-17c-7 0-13 2-17 5c-3 3-5 7-6 12z"),
}
BEARDS: dict[str, Callable[[Pen, str], None]] = {
    "full": _outline(
        "M30.500 45c-1 15 5 27 19.500 27c14.500 0 20.500-12 19.500-27c-2 6-4 10-8 11c-4-3-19-3-23 0c-4-1-6-5-8-11z"
    ),
    "stubble": _stubble,
    "moustache": _outline(
        "M38 56c3-4 8-4 12-1.500c4-2.500 9-2.500 12 1.500c-3 3-8 3-12 1.500c-4 1.500-9 1.500-12-1.500z"
    ),
    "goatee": _outline("M42 55c4-2 12-2 16 0c1 9-2 15-8 15c-6 0-9-6-8-15z"),
}


def _rings(pen: Pen, colour: str) -> None:
    for x in (41.5, 58.5):
        pen.disc(x, 45, 6.2, "#fffdf840")
        pen.ring(x, 45, 6.2, colour, 1.5)
    pen.line([(47.5, 44.5), (52.5, 44.5)], colour, 1.5)


def _frames(pen: Pen, colour: str) -> None:
    for x in (34.5, 52):
        pen.rect(x, 40, 13.5, 9.5, colour, 2.5)
        pen.rect(x + 1.6, 41.6, 10.3, 6.3, "#d9e6e4", 1.5)
    pen.line([(47, 43.5), (53, 43.5)], colour, 1.6)


def _goggles(pen: Pen, colour: str) -> None:
    pen.path(
        "M32 40h36c2 0 2 2 1.500 4c-1 5-4 7-9 7c-5 0-7-1-8-4h-5c-1 3-3 4-8 4c-5 0-8-2-9-7c-.5-2-.5-4 1.500-4z",
        "#bfe0dfb0",
    )
    pen.line([(31, 41), (69, 41)], colour, 1.8)


GLASSES: dict[str, Callable[[Pen, str], None]] = {"round": _rings, "square": _frames, "safety": _goggles}


def _helmet(pen: Pen, colour: str) -> None:
    pen.path("M26 35c-1-18 9-28 24-28c15 0 25 10 24 28z", colour)
    pen.path("M45 6.500c4-1.500 6-1.500 10 0l1 28h-12z", LIGHT)
    pen.path("M62 12c9 5 13 13 12 23h-6c0-10-2-17-6-23z", SHADE)
    pen.path("M21 34.500c10-2 48-2 58 0c2 1 2 4 0 5c-14-2-44-2-58 0c-2-1-2-4 0-5z", colour)
    pen.path("M25 38.800c14-1.800 36-1.800 50 0l-2 2.400c-14-1.600-32-1.600-46 0z", SHADE)


def _cap(pen: Pen, colour: str) -> None:
    pen.path("M28 36c-2-17 8-24 22-24c14 0 24 7 22 24c-14-4-30-4-44 0z", colour)
    pen.path("M28 34c14-5 36-6 50 3c2 2 1 4-2 4c-14-5-32-6-48-2z", colour)
    pen.path("M30 38c15-4 32-3 47 2l-1 1c-14-5-32-6-48-2z", SHADE)


def _beanie(pen: Pen, colour: str) -> None:
    pen.path("M27 36c-2-18 8-27 23-27c15 0 25 9 23 27z", colour)
    pen.rect(26, 30, 48, 9, colour, 3)
    pen.rect(26, 30, 48, 9, SHADE, 3)
    pen.disc(50, 9, 5, STRIPE)


def _muffs(pen: Pen, colour: str) -> None:
    pen.stroke("M29 42c-3-22 8-29 21-29c13 0 24 7 21 29", EDGE, 3)
    for x in (25, 68):
        pen.rect(x, 38, 7.5, 17, colour, 3.5)


HATS: dict[str, Callable[[Pen, str], None]] = {"helmet": _helmet, "cap": _cap, "beanie": _beanie, "muffs": _muffs}
