"""The look of the site, changed by administrators: name, words, colour and picture. Kept in the database."""

import base64
import re

import msgspec

from social.colours import contrast, lighter
from social.errors import Invalid
from social.governance.audit import Act, record
from social.look import Look
from social.policy import Role, Viewer, require_role
from social.text import clean_line
from storage import looks as rows
from storage.engine.database import Tx
from storage.ids import Millis

LIMITS = {"title": 60, "description": 300, "welcome": 600}
LEAST_CONTRAST = 3.0
"""What WCAG 2.2 asks of signs that carry a meaning (1.4.11)."""
PAPER_BY_DAY, PAPER_BY_NIGHT = "#f2ecde", "#0a1619"
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def look(tx: Tx) -> Look:
    """What was chosen."""
    return Look(**{row.part: row.value for row in rows.parts(tx) if row.part in Look.__struct_fields__})


def changed_at(tx: Tx) -> Millis:
    """When it was changed last."""
    return rows.changed_at(tx)


def encoded(logo: bytes) -> str:
    """A picture as a look holds it."""
    return base64.b64encode(logo).decode()


def checked(wanted: Look) -> Look:
    """The look, if it can be shown. Raises Invalid with every field that is wrong."""
    tidy = msgspec.structs.replace(
        wanted,
        title=clean_line(wanted.title),
        description=clean_line(wanted.description),
        welcome=wanted.welcome.strip(),
        colour=wanted.colour.strip().lower(),
    )
    problems = [
        Invalid(part, "too_long", maximum=limit) for part, limit in LIMITS.items() if len(getattr(tidy, part)) > limit
    ]
    if tidy.colour:
        problems += _colour_problems(tidy.colour)
    if problems:
        problems[0].also = problems[1:]
        raise problems[0]
    return tidy


def change(tx: Tx, viewer: Viewer, wanted: Look, *, now: Millis) -> Look:
    """Show the site like this from now on; each part that changes is written to the log. Raises Forbidden, Invalid."""
    require_role(viewer, Role.ADMIN)
    wanted, before = checked(wanted), look(tx)
    changed = [part for part in Look.__struct_fields__ if getattr(wanted, part) != getattr(before, part)]
    for part in changed:
        rows.put(tx, part, getattr(wanted, part), now)
    if changed:
        record(tx, viewer, Act.SITE_LOOK, subject=", ".join(changed), now=now)
    return wanted


def _colour_problems(colour: str) -> list[Invalid]:
    if not _COLOUR.fullmatch(colour):
        return [Invalid("colour", "no_colour")]
    least = min(contrast(colour, PAPER_BY_DAY), contrast(lighter(colour), PAPER_BY_NIGHT))
    if least < LEAST_CONTRAST:
        # Rounded down: what is refused must not read as what is asked.
        return [Invalid("colour", "too_faint", contrast=f"{int(least * 10) / 10:.1f}", least=f"{LEAST_CONTRAST:.0f}")]
    return []
