"""A picture as some twenty characters that an app shows, blurred, while the picture is on its way.

The encoder of the BlurHash format (github.com/woltapp/blurhash, `Algorithm.md`). Written here because the package on
PyPI reads pixels by a call that Pillow removes. Plain Python is enough: the copy that is encoded has at most 32 × 32
pixels.
"""

import math

from PIL import Image

MAX_COMPONENTS = 6
"""Mastodon refuses hashes of more than 6 × 6 components."""

_SIDE = 32
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_LINEAR = [(v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4) for v in range(256)]

Colour = tuple[float, float, float]


def encode(image: Image.Image, across: int, down: int) -> str:
    """The hash of an RGB picture with `across` × `down` components, each from 1 to MAX_COMPONENTS."""
    if not (1 <= across <= MAX_COMPONENTS and 1 <= down <= MAX_COMPONENTS):
        raise ValueError("a blurhash has 1 to 6 components each way")
    tiny = image.copy()
    tiny.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    average, *waves = _components(tiny, across, down)
    strongest = max((abs(value) for wave in waves for value in wave), default=0.0)
    scale = max(0, min(82, math.floor(strongest * 166 - 0.5))) if waves else 0
    most = (scale + 1) / 166 if waves else 1.0
    return "".join(
        [
            _digits((across - 1) + (down - 1) * 9, 1),
            _digits(scale, 1),
            _digits((_srgb(average[0]) << 16) + (_srgb(average[1]) << 8) + _srgb(average[2]), 4),
            *(_digits(_wave(wave, most), 2) for wave in waves),
        ]
    )


def _components(image: Image.Image, across: int, down: int) -> list[Colour]:
    """The cosine transform of the linear colours, row by row of components; the first is the average colour."""
    width, height = image.size
    data = image.tobytes()
    pixels = [_LINEAR[value] for value in data]
    columns = [[math.cos(math.pi * i * x / width) for x in range(width)] for i in range(across)]
    rows = [[math.cos(math.pi * j * y / height) for y in range(height)] for j in range(down)]
    found: list[Colour] = []
    for j, row in enumerate(rows):
        for i, column in enumerate(columns):
            basis = [a * b for a in row for b in column]
            weight = (1 if i == j == 0 else 2) / (width * height)
            red, green, blue = (weight * sum(map(float.__mul__, basis, pixels[channel::3])) for channel in range(3))
            found.append((red, green, blue))
    return found


def _wave(wave: Colour, most: float) -> int:
    """One component other than the average, as a number below 19³."""
    red, green, blue = (
        max(0, min(18, math.floor(math.copysign(math.sqrt(abs(value) / most), value) * 9 + 9.5))) for value in wave
    )
    return (red * 19 + green) * 19 + blue


def _srgb(value: float) -> int:
    value = max(0.0, min(1.0, value))
    return int((value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055) * 255 + 0.5)


def _digits(number: int, length: int) -> str:
    """`number` in base 83, `length` digits."""
    return "".join(_DIGITS[number // 83**power % 83] for power in reversed(range(length)))
