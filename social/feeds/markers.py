"""Reading positions, kept across devices and apps."""

from collections.abc import Sequence

from social.clock import DAY
from social.errors import Invalid
from social.policy import Viewer, require_person
from storage import markers as rows
from storage.engine.database import Tx
from storage.ids import Millis
from storage.markers import MarkerRow

TIMELINES = ("home", "notifications")
AWAY = 3 * DAY
"""Whose place did not move for as long was away."""
OFFERED = DAY
"""How long after the return the page about the absence is offered."""


def markers(tx: Tx, viewer: Viewer, timelines: Sequence[str]) -> list[MarkerRow]:
    """How far the viewer has read each of the timelines; those never marked are left out."""
    require_person(viewer)
    return rows.of(tx, viewer.account, timelines) if timelines else []


def mark(tx: Tx, viewer: Viewer, timeline: str, last_read_id: int, *, now: Millis) -> MarkerRow:
    """The viewer has read up to there. Raises Invalid(timeline)."""
    require_person(viewer)
    if timeline not in TIMELINES:
        raise Invalid("timeline", "invalid")
    if last_read_id < 0:
        raise Invalid("last_read_id", "invalid")
    return rows.mark(tx, viewer.account, timeline, last_read_id, now, away=Millis(now - AWAY))


def away_since(marker: MarkerRow | None, now: Millis) -> Millis | None:
    """Since when the reader was away, if they are back since a short time; None for who was here."""
    if marker is None:
        return None
    if marker.updated_at < now - AWAY:
        return marker.updated_at
    return marker.left_at if marker.left_at and marker.back_at > now - OFFERED else None


def caught_up(tx: Tx, viewer: Viewer) -> None:
    """The viewer knows what happened while they were away."""
    require_person(viewer)
    rows.caught_up(tx, viewer.account, "home")
