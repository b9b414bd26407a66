"""The picture of a sound that came without one: its loudness from beginning to end, drawn."""

import array
import sys
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (640, 360)
BARS = 80
_PAPER = (29, 42, 58)
_INK = (138, 180, 216)
_MARGIN = 40
_TALLEST = 240
_SHORTEST = 6


def drawn(samples: bytes) -> bytes:
    """A PNG; `samples` are of 16 bits, the lower byte first."""
    levels = _levels(samples)
    loudest = max(max(levels, default=0), 1)
    picture = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(picture)
    step = (SIZE[0] - 2 * _MARGIN) / BARS
    middle = SIZE[1] / 2
    for place in range(BARS):
        level = levels[place] if place < len(levels) else 0
        half = max(_SHORTEST, _TALLEST * level / loudest) / 2
        left = _MARGIN + place * step
        pen.rounded_rectangle((left, middle - half, left + step * 0.6, middle + half), radius=2, fill=_INK)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _levels(samples: bytes) -> list[int]:
    """The loudest sample of each of `BARS` parts."""
    values = array.array("h", samples[: len(samples) // 2 * 2])
    if sys.byteorder == "big":
        values.byteswap()
    size = max(1, -(-len(values) // BARS))
    parts = (values[start : start + size] for start in range(0, len(values), size))
    return [max(max(part), -min(part)) for part in parts]
