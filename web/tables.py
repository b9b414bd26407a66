"""Tables that people bring along (CSV), as spreadsheets write them."""

import csv
from io import StringIO

from social.errors import Invalid
from web.forms import Form

MAX_BYTES = 500_000
_MARKS = (",", ";", "\t")


async def table(form: Form, field: str) -> list[list[str]] | None:
    """The rows of a file that came with the form, without empty ones; None without a file. Raises Invalid.

    Written as UTF-8, else as older spreadsheets of Western Europe do; cells are parted by what the first row has most.
    """
    file = form.file(field)
    if file is None:
        return None
    if (file.size or 0) > MAX_BYTES:
        raise Invalid(field, "too_large", maximum=MAX_BYTES)
    return rows(_decoded(await file.read(), field), field)


def rows(text: str, field: str, mark: str = "") -> list[list[str]]:
    """The rows of a table. Raises Invalid for what is none."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    parted = mark or max(_MARKS, key=first.count)
    try:
        return [cells for cells in csv.reader(StringIO(text), delimiter=parted) if any(cell.strip() for cell in cells)]
    except csv.Error as broken:
        raise Invalid(field, "unreadable") from broken


def _decoded(raw: bytes, field: str) -> str:
    if b"\0" in raw:
        raise Invalid(field, "unreadable")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte of this encoding but five is a letter or sign: it cannot tell what is no text.
        return raw.decode("cp1252", errors="replace")
