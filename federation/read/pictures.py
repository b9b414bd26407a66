"""Pictures inside HTML: long texts (of blogs, forums, groups) carry theirs so, where others attach them.

No picture is shown inside a text here, so that nothing is loaded from elsewhere. Those that a text holds are taken for
attachments; the little ones that stand for a character give their text back.
"""

import html as entities

import regex

from federation.names import is_id
from federation.vocabulary import MAX_ATTACHMENTS, MAX_DESCRIPTION, Attachment

MAX_PIXELS = 100_000
SMALL = 32
"""Pixels of width up to which a picture in a text is a sign of it, not something to look at."""

_IMAGE = regex.compile(r"(?i)<img\b(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>")
_ATTRIBUTE = regex.compile(r"([A-Za-z-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]++))")
_SIGNS = ("emoji", "custom-emoji", "emote", "smiley")


def inside(html: str, *, insecure: bool) -> tuple[str, tuple[Attachment, ...]]:
    """The HTML without its pictures, and these as attachments, each once."""
    found: dict[str, Attachment] = {}

    def taken(image: "regex.Match[str]") -> str:
        said = {name.lower(): entities.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(image[1])}
        words = (said.get("alt") or said.get("title") or "").strip()
        if _is_sign(said):
            return entities.escape(words)
        url = said.get("src", "")
        if not is_id(url, insecure=insecure):
            return entities.escape(words)
        if len(found) < MAX_ATTACHMENTS:
            picture = Attachment(
                url=url,
                media_type="image/*",
                description=words[:MAX_DESCRIPTION],
                width=_pixels(said.get("width")),
                height=_pixels(said.get("height")),
            )
            found.setdefault(url, picture)
        return ""

    if "<img" not in html.lower():
        return html, ()
    return _IMAGE.sub(taken, html), tuple(found.values())


def _is_sign(said: dict[str, str]) -> bool:
    if any(word.startswith(_SIGNS) for word in said.get("class", "").lower().split()):
        return True
    width, height = _pixels(said.get("width")), _pixels(said.get("height"))
    # Both are needed: a banner is low, a column is narrow.
    return width is not None and height is not None and max(width, height) <= SMALL


def _pixels(text: str | None) -> int | None:
    digits = (text or "").removesuffix("px")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 6):
        return None
    return number if 0 < (number := int(digits)) <= MAX_PIXELS else None
