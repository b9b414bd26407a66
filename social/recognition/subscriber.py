"""What recognition does when something happens: first days begin; what belonged to what is gone goes with it."""

from social import events
from social.recognition import welcome
from social.settings import Settings
from storage import kudos as rows
from storage.engine.database import Tx
from storage.ids import Millis


def apply(tx: Tx, event: events.AnyEvent, now: Millis, *, settings: Settings) -> None:
    """Subscriber. Twice is as once."""
    if isinstance(event, events.AccountJoined) and not event.host:
        welcome.begin(tx, event.by, settings=settings, now=event.at)
    elif isinstance(event, events.PostDeleted):
        rows.forget_post(tx, event.uri)
