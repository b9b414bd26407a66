"""When a device is left in peace. The one place that quiet hours change."""

from storage.ids import Millis, UserId
from storage.notifications import Kind


def quiet(user: UserId, kind: Kind | None, now: Millis) -> Millis | None:
    """Until when a push or letter (no kind) waits for the person; None: it goes at once. Nobody has such hours yet."""
    return None
