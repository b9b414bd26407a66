"""Pictures for those who gave none: initials on a tint, and a plain header. The tints are the pages' own.

Drawn at 400 pixels, some milliseconds each: in the executor, and kept, bounded, by name and tint.
"""

from collections import OrderedDict
from hashlib import sha256
from io import BytesIO
from threading import Lock

from PIL import Image, ImageDraw, ImageFont

from storage.accounts import AccountRow

SIDE = 400
HEADER = (1500, 500)
MOST = 512
"""Drawn avatars kept: about 4 KiB each."""

TINTS = ("#cfdedb", "#e6d8b4", "#cddcc6", "#e8cfc0", "#d5d2e4", "#c6dbe6")
INK = "#0f2a30"

_LETTERS = 0.42
_TAKEN = Lock()


class Drawings:
    """Drawn avatars of one process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    def avatar(self, row: AccountRow) -> bytes:
        """A PNG for the account: the same for the same initials and tint."""
        key = (initials(row), sha256(row.uri.encode()).digest()[0] % len(TINTS))
        with _TAKEN:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        drawn = _avatar(*key)
        with _TAKEN:
            self._kept[key] = drawn
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return drawn


def initials(row: AccountRow) -> str:
    """First letters of the first and the last word of the name, two at most, capitals."""
    words = [word for word in row.name.split() if word[0].isalnum()] or [row.username]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()[:2]


def header() -> bytes:
    """A plain header."""
    return _png(Image.new("RGB", HEADER, TINTS[0]))


def _avatar(letters: str, tint: int) -> bytes:
    image = Image.new("RGB", (SIDE, SIDE), TINTS[tint])
    font = ImageFont.load_default(round(SIDE * _LETTERS))
    ImageDraw.Draw(image).text((SIDE / 2, SIDE / 2), letters, fill=INK, font=font, anchor="mm")
    return _png(image)


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
