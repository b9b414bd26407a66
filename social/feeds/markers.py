"""Reading positions, kept across devices and apps."""

from collections.abc import Sequence

from social.errors import Invalid
from social.policy import Viewer, require_person
from storage import markers as rows
from storage.engine.database import Tx
from storage.ids import Millis
from storage.markers import MarkerRow

TIMELINES = ("home", "notifications")


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
    return rows.mark(tx, viewer.account, timeline, last_read_id, now)
