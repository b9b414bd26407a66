"""When and where in one line, for those who know no gatherings: other servers, and apps."""

from social.gatherings import times
from storage.gatherings import GatheringRow, Status

_CALLED_OFF = {"fr": "Annulé", "es": "Cancelado", "de": "Abgesagt"}


def line(known: GatheringRow, language: str | None) -> str:
    """`2026-12-01 10:00 – 13:00 (Europe/Paris), Canteen`: a form that every language reads."""
    first, last = (times.local(at, known.timezone) for at in (known.starts_at, known.ends_at))
    when = f"{first:%Y-%m-%d %H:%M}"
    if not known.is_open_end:
        when += f" – {last:%H:%M}" if last.date() == first.date() else f" – {last:%Y-%m-%d %H:%M}"
    said = [f"{when} ({known.timezone})", known.place, known.address, known.link]
    if known.status is Status.CANCELLED:
        said.insert(0, _CALLED_OFF.get((language or "")[:2], "Cancelled"))
    return ", ".join(dict.fromkeys(part for part in said if part))
