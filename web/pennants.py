"""The pennant of an entity: a signal flag drawn from its id, the same on every node.

`pennants(entities)` gives each entity of the group its own flag; what the configuration gives wins. In the order of
joining, a taken pattern moves to the next free one: the first eleven entities each have a pattern of their own, the
first 33 a drawing of their own, so that a flag is told apart without its colour.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from social.colours import contrast, lighter
from social.settings import Entity


class Colour(NamedTuple):
    """Ground of the flag and rule by day, rule by night, second colour of the flag."""

    day: str
    night: str
    partner: str


class Pennant(NamedTuple):
    """How the flag of an entity is drawn."""

    outline: str
    pattern: str
    colour: Colour


COLOURS = {
    "blue": Colour("#1d5a9c", "#6ea6dd", "#fdfaf2"),
    "vermilion": Colour("#c0471b", "#ec8a5f", "#fdfaf2"),
    "green": Colour("#1b7350", "#5cb893", "#fdfaf2"),
    "ochre": Colour("#9a6a00", "#e2b33c", "#fdfaf2"),
    "violet": Colour("#5a4694", "#a796dd", "#fdfaf2"),
    "slate": Colour("#33454c", "#a9bcc2", "#f2c230"),
    "brown": Colour("#7c4a2d", "#c89572", "#f4dfae"),
    "sky": Colour("#297d9c", "#74c0da", "#0a2024"),
}
# On a ground of 36 by 26, the mast at the left.
OUTLINES = {
    "flag": "M0 0H36V26H0Z",
    "swallowtail": "M0 0H36L26 13 36 26H0Z",
    "pennant": "M0 0 36 6V20L0 26Z",
}
# Drawn in the second colour over the first.
PATTERNS = {
    "square": "M9 7H27V19H9Z",
    "quarters": "M0 0H18V13H0ZM18 13H36V26H18Z",
    "diamond": "M18 3 30 13 18 23 6 13Z",
    "cross": "M0 9.5H12V0H19V9.5H36V16.5H19V26H12V16.5H0Z",
    "saltire": "M0 0H6L18 8.7 30 0H36V4.3L24 13 36 21.7V26H30L18 17.3 6 26H0V21.7L12 13 0 4.3Z",
    "pales": "M9 0H18V26H9ZM27 0H36V26H27Z",
    "bars": "M0 8.7H36V17.3H0Z",
    "hoist": "M0 0H14V26H0Z",
    "pile": "M0 0 22 13 0 26Z",
    "bend": "M36 0V26H0Z",
    "disc": "M10 13A8 8 0 0 1 26 13 8 8 0 0 1 10 13Z",
}
LIGHT, DARK = "#fdfaf2", "#0a2024"


def pennants(entities: Iterable[Entity]) -> dict[str, Pennant]:
    """The flags of the group by entity id, in the order of joining: the earlier keeps its drawing."""
    taken: set[tuple[str, str]] = set()
    flags: dict[str, Pennant] = {}
    for entity in entities:
        outline, pattern, colour = _choice(entity.id)
        drawings = [(o, p) for o in _turned(OUTLINES, outline) for p in _turned(PATTERNS, pattern)]
        patterns = {p for _, p in taken}
        free = [d for d in drawings if d[1] not in patterns] or [d for d in drawings if d not in taken] or drawings
        taken.add(free[0])
        given = own_colour(entity.colour) if entity.colour else COLOURS[colour]
        flags[entity.id] = Pennant(*free[0], given)
    return flags


def sprite(flags: dict[str, Pennant]) -> str:
    """An SVG document of symbols `flag-<entity>`; colours are attributes, so that no inline style is needed."""
    symbols = "".join(_symbol(entity, flag) for entity, flag in flags.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def picture(flag: Pennant) -> str:
    """One flag as an SVG document of its own: the icon of the site."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 38 28">{_drawing("own", flag)}</svg>'


def sheet(flags: dict[str, Pennant], own: Pennant | None = None) -> str:
    """`entities.css`: the colour of each entity by day and by night, for the edge of posts, and of this site."""
    day = [f'  [data-entity="{entity}"] {{ --entity: {flag.colour.day} }}' for entity, flag in flags.items()]
    night = [f' [data-entity="{entity}"] {{ --entity: {flag.colour.night} }}' for entity, flag in flags.items()]
    if own is not None:
        day.insert(0, f"  :root {{ --own: {own.colour.day} }}")
        night.insert(0, f" {{ --own: {own.colour.night} }}")
    wish = [f'    :root:not([data-theme="light"]){rule}' for rule in night]
    person = [f'  :root[data-theme="dark"]{rule}' for rule in night]
    media = ["  @media (prefers-color-scheme: dark) {", *wish, "  }"]
    return "\n".join(["@layer tokens {", *day, *media, *person, "}", ""])


def _choice(entity: str) -> tuple[str, str, str]:
    """Outline, pattern and colour from the hash of the id: bytes 0, 1 and 2."""
    digest = sha256(entity.encode()).digest()
    tables: Sequence[dict[str, str] | dict[str, Colour]] = (OUTLINES, PATTERNS, COLOURS)
    outline, pattern, colour = (list(table)[byte % len(table)] for table, byte in zip(tables, digest, strict=False))
    return outline, pattern, colour


def _turned(table: dict[str, str], first: str) -> list[str]:
    """The names of a table, beginning with one of them."""
    names = list(table)
    return names[names.index(first) :] + names[: names.index(first)]


def own_colour(colour: str) -> Colour:
    """A given colour with its lighter twin for the night, and light or dark beside it, whichever parts better."""
    named = next((known for known in COLOURS.values() if known.day == colour), None)
    if named is not None:
        return named
    partner = max((LIGHT, DARK), key=lambda other: contrast(colour, other))
    return Colour(colour, lighter(colour), partner)


def _symbol(entity: str, flag: Pennant) -> str:
    return f'<symbol id="flag-{entity}" viewBox="-1 -1 38 28">{_drawing(entity, flag)}</symbol>'


def _drawing(entity: str, flag: Pennant) -> str:
    outline, ground = OUTLINES[flag.outline], flag.colour.day
    return (
        f'<clipPath id="clip-{entity}"><path d="{outline}"/></clipPath><g clip-path="url(#clip-{entity})">'
        f'<path fill="{ground}" d="M0 0H36V26H0Z"/>'
        f'<path fill="{flag.colour.partner}" d="{PATTERNS[flag.pattern]}"/></g>'
        f'<path fill="none" stroke="var(--flag-edge, {ground})" stroke-width="1.5" d="{outline}"/>'
    )
