"""A pen for flat drawings: filled paths, strokes and a few words, made smooth by drawing large and shrinking.

Coordinates are the drawing's own units (100 for a face, 1200 × 800 for a scene); colours are `#rrggbb` or `#rrggbbaa`.
Nothing here draws at random: the same calls give the same picture on every machine.
"""

import io
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]

# Twice the size in each direction: four samples a pixel, enough for flat colour.
OVERSAMPLE = 2
CURVE_STEPS = 18
TOKEN = re.compile(r"[MLHVCQZmlhvcqz]|-?\d*\.?\d+")
ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4}


@dataclass(frozen=True, kw_only=True)
class Pen:
    """Draws in its own coordinates; `at` gives a moved, scaled or mirrored pen on the same picture."""

    draw: ImageDraw.ImageDraw
    scale: float
    x: float = 0.0
    y: float = 0.0
    mirrored: bool = False

    def at(self, x: float, y: float, scale: float = 1.0, *, mirrored: bool = False) -> "Pen":
        """A pen whose origin is (x, y) of this one."""
        px, py = self._place((x, y))
        return replace(self, scale=self.scale * scale, x=px, y=py, mirrored=self.mirrored is not mirrored)

    def poly(self, points: list[Point], fill: str) -> None:
        """A filled polygon."""
        self.draw.polygon([self._place(point) for point in points], fill=fill)

    def rect(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0.0) -> None:
        """A filled rectangle, its corners rounded by `radius`."""
        (x0, y0), (x1, y1) = self._place((x, y)), self._place((x + width, y + height))
        box = (min(x0, x1), y0, max(x0, x1) - 1, y1 - 1)
        if radius:
            self.draw.rounded_rectangle(box, radius * self.scale, fill=fill)
        else:
            self.draw.rectangle(box, fill=fill)

    def disc(self, x: float, y: float, rx: float, fill: str, ry: float | None = None) -> None:
        """A filled circle, or an ellipse when `ry` is given."""
        px, py = self._place((x, y))
        a, b = rx * self.scale, (rx if ry is None else ry) * self.scale
        self.draw.ellipse((px - a, py - b, px + a, py + b), fill=fill)

    def ring(self, x: float, y: float, rx: float, stroke: str, width: float, ry: float | None = None) -> None:
        """The outline of a circle or an ellipse."""
        b = rx if ry is None else ry
        turn = [math.tau * step / 48 for step in range(49)]
        self.line([(x + rx * math.cos(angle), y + b * math.sin(angle)) for angle in turn], stroke, width)

    def path(self, outline: str, fill: str) -> None:
        """A filled outline in SVG's path letters (M L H V C Q Z, absolute or relative)."""
        for points in _subpaths(outline):
            self.poly(points, fill)

    def stroke(self, outline: str, stroke: str, width: float, *, round_ends: bool = False) -> None:
        """A stroked outline in SVG's path letters."""
        for points in _subpaths(outline):
            self.line(points, stroke, width, round_ends=round_ends)

    def line(self, points: list[Point], stroke: str, width: float, *, round_ends: bool = False) -> None:
        """A polyline with round joints."""
        placed = [self._place(point) for point in points]
        half = width * self.scale / 2
        for (x0, y0), (x1, y1) in pairwise(placed):
            length = math.hypot(x1 - x0, y1 - y0)
            if length:
                nx, ny = (y0 - y1) / length * half, (x1 - x0) / length * half
                self.draw.polygon(
                    [(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)], stroke
                )
        for px, py in placed if round_ends else placed[1:-1]:
            self.draw.ellipse((px - half, py - half, px + half, py + half), fill=stroke)

    def words(
        self, x: float, y: float, text: str, size: float, fill: str, *, anchor: str = "ls", bold: bool = False
    ) -> None:
        """A line of text; (x, y) is on the baseline, at the start (`ls`), the middle (`ms`) or the end (`rs`)."""
        px, py = self._place((x, y))
        pixels = max(1, round(size * self.scale))
        plain, marks = _without_accents(text)
        font = _font(pixels)
        px -= font.getlength(plain) * {"ls": 0.0, "ms": 0.5, "rs": 1.0}[anchor]
        weight = pixels * 0.035 if bold else 0.0
        self.draw.text((px, py), plain, fill=fill, font=font, anchor="ls", stroke_width=weight, stroke_fill=fill)
        for index, mark in marks:
            before, width = font.getlength(plain[:index]), font.getlength(plain[index])
            self._accent(mark, plain[index], (px + before + width / 2, py), pixels, fill)

    def _accent(self, mark: str, letter: str, foot: Point, size: int, fill: str) -> None:
        """The bundled font has plain letters only: its accents are drawn by hand."""
        x, y = foot
        top = y + _font(size).getbbox(letter, anchor="ls")[1] - size * 0.07
        reach, rise = size * 0.13, size * 0.11
        shapes: dict[str, list[Point]] = {
            "\u0301": [(x - reach * 0.4, top), (x + reach * 0.7, top - rise)],
            "\u0300": [(x + reach * 0.4, top), (x - reach * 0.7, top - rise)],
            "\u0302": [(x - reach, top), (x, top - rise), (x + reach, top)],
            "\u0303": [
                (x - reach, top),
                (x - reach / 3, top - rise * 0.7),
                (x + reach / 3, top - rise * 0.2),
                (x + reach, top - rise * 0.9),
            ],
            "\u0327": [(x, y), (x + reach * 0.5, y + rise * 0.8), (x - reach * 0.4, y + rise * 1.7)],
        }
        pen = Pen(draw=self.draw, scale=1.0)
        if mark == "\u0308":
            for side in (-1, 1):
                pen.disc(x + side * reach * 0.8, top - rise * 0.4, size * 0.05, fill)
        else:
            pen.line(shapes[mark], fill, size * 0.075, round_ends=True)

    def _place(self, point: Point) -> Point:
        x = -point[0] if self.mirrored else point[0]
        return self.x + x * self.scale, self.y + point[1] * self.scale


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A blank picture and the pen for it."""

    image: Image.Image
    width: int
    height: int
    pen: Pen


def sheet(width: int, height: int, units: float, ground: str) -> Sheet:
    """A sheet of width × height pixels, `units` of the drawing wide, filled with `ground`."""
    image = Image.new("RGB", (width * OVERSAMPLE, height * OVERSAMPLE), ground)
    pen = Pen(draw=ImageDraw.Draw(image, "RGBA"), scale=width * OVERSAMPLE / units)
    return Sheet(image=image, width=width, height=height, pen=pen)


def png(drawn: Sheet, crop: tuple[int, int, int, int] | None = None) -> bytes:
    """The finished picture as PNG; `crop` is left, top, right, bottom in pixels of the result."""
    picture = drawn.image.resize((drawn.width, drawn.height), Image.Resampling.BOX)
    if crop:
        picture = picture.crop(crop)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow without FreeType cannot write the words of the drawings")
    return font


def _without_accents(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The plain letters, and the accents as (index of the letter, combining mark)."""
    plain: list[str] = []
    marks: list[tuple[int, str]] = []
    for sign in unicodedata.normalize("NFD", text):
        if unicodedata.combining(sign):
            marks.append((len(plain) - 1, sign))
        else:
            plain.append(sign)
    return "".join(plain), marks


def _subpaths(outline: str) -> Iterator[list[Point]]:
    """The outline as polylines, one for each M."""
    points: list[Point] = []
    for command, numbers in _commands(outline):
        if command == "Z":
            points.append(points[0])
        elif command == "M":
            if points:
                yield points
            points = [(numbers[0], numbers[1])]
        else:
            points.extend(_segment(command, points[-1], numbers))
    if points:
        yield points


def _commands(outline: str) -> Iterator[tuple[str, list[float]]]:
    """Absolute commands of a path; numbers after the first set of a command repeat it."""
    tokens = TOKEN.findall(outline)
    here: Point = (0.0, 0.0)
    start = here
    letter = ""
    at = 0
    while at < len(tokens):
        if tokens[at].isalpha():
            letter = tokens[at]
            at += 1
        if letter in "Zz":
            here = start
            yield "Z", []
            continue
        upper = letter.upper()
        numbers = [float(token) for token in tokens[at : at + ARGUMENTS[upper]]]
        at += ARGUMENTS[upper]
        if letter.islower():
            numbers = _absolute(upper, numbers, here)
        here = _end(upper, numbers, here)
        yield upper, numbers
        if upper == "M":
            start = here
            letter = "l" if letter == "m" else "L"


def _absolute(command: str, numbers: list[float], here: Point) -> list[float]:
    if command in "HV":
        return [numbers[0] + here["HV".index(command)]]
    return [number + here[index % 2] for index, number in enumerate(numbers)]


def _end(command: str, numbers: list[float], here: Point) -> Point:
    if command == "H":
        return numbers[0], here[1]
    if command == "V":
        return here[0], numbers[0]
    return numbers[-2], numbers[-1]


def _segment(command: str, here: Point, numbers: list[float]) -> list[Point]:
    end = _end(command, numbers, here)
    if command in "LHV":
        return [end]
    controls = [here, *[(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]]
    return [_bezier(controls, step / CURVE_STEPS) for step in range(1, CURVE_STEPS + 1)]


def _bezier(controls: list[Point], t: float) -> Point:
    while len(controls) > 1:
        controls = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(controls)]
    return controls[0]
