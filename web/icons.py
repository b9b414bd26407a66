"""The icon of the installed app: the site's flag on paper, as a PNG, for those who take no SVG."""

import re
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageOps

from web.pennants import COLOURS, OUTLINES, Pennant

SIZES = (192, 512)
SMALL = 96
"""Height of the picture of a site beside its name, in pixels of a fine screen."""
PAPER = "#f2ecde"
_FINER = 4
_WIDTH, _HEIGHT = 36, 26
_ROOM = 0.64
"""Part of the icon's side that the flag takes: what a round mask leaves."""
_LOGO_ROOM = 0.7
_STEP = re.compile(r"([MLHVZ])\s*((?:-?[\d.]+[\s,]*)*)")


def size_of(wanted: int) -> int:
    """The size that is drawn for a wanted one: whoever asks for a thousand sizes has two drawn."""
    return wanted if wanted in SIZES else SIZES[-1]


@lru_cache(maxsize=8)
def of_logo(logo: bytes, size: int) -> bytes:
    """The icon, so many pixels a side, with the picture of the site on paper inside what a round mask leaves."""
    side = size
    with Image.open(BytesIO(logo), formats=["PNG"]) as found:
        drawn = found.convert("RGBA")
    room = (round(side * _LOGO_ROOM),) * 2
    drawn = ImageOps.contain(drawn, room, Image.Resampling.LANCZOS)
    image = Image.new("RGB", (side, side), PAPER)
    image.paste(drawn, ((side - drawn.width) // 2, (side - drawn.height) // 2), drawn)
    return _written(image)


@lru_cache(maxsize=8)
def small(logo: bytes, height: int = SMALL) -> bytes:
    """The picture of the site as it stands beside its name."""
    with Image.open(BytesIO(logo), formats=["PNG"]) as found:
        return _written(ImageOps.contain(found.convert("RGBA"), (3 * height, height), Image.Resampling.LANCZOS))


@lru_cache(maxsize=8)
def png(flag: Pennant | None, size: int) -> bytes:
    """The icon, so many pixels a side."""
    side = size * _FINER
    image = Image.new("RGB", (side, side), PAPER)
    pen = ImageDraw.Draw(image)
    scale = side * _ROOM / _WIDTH
    left, top = (side - _WIDTH * scale) / 2, (side - _HEIGHT * scale) / 2
    outline, colour = (flag.outline, flag.colour) if flag else ("flag", COLOURS["blue"])
    shape = [(left + x * scale, top + y * scale) for x, y in points(OUTLINES[outline])]
    pen.polygon(shape, fill=colour.day)
    band = [(left + x * scale, top + y * scale) for x, y in ((0, 8.7), (18, 8.7), (18, 17.3), (0, 17.3))]
    pen.polygon(band, fill=colour.partner)
    pen.line([(left, top - scale), (left, top + (_HEIGHT + 6) * scale)], fill="#0f2a30", width=round(scale))
    return _written(image.resize((side // _FINER, side // _FINER), Image.Resampling.LANCZOS))


def _written(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def points(path: str) -> list[tuple[float, float]]:
    """The corners of an SVG path of straight lines."""
    corners: list[tuple[float, float]] = []
    for step, written in _STEP.findall(path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", written)]
        match step:
            case "H":
                corners += [(number, corners[-1][1]) for number in numbers]
            case "V":
                corners += [(corners[-1][0], number) for number in numbers]
            case _:
                corners += zip(numbers[::2], numbers[1::2], strict=True)
    return corners
