"""Who of the feeds hears what happened, in this order: homes, lists, notifications."""

from collections.abc import Callable, Mapping

from social.events import AnyEvent
from social.feeds import conversations, fulltext, lists, telling, timelines
from storage.engine.database import Tx
from storage.ids import Millis

FEEDS: Mapping[str, Callable[[Tx, AnyEvent, Millis], None]] = {
    "timelines": timelines.apply,
    "lists": lists.apply,
    "notifications": telling.apply,
    "conversations": conversations.apply,
    "fulltext": fulltext.apply,
}
"""By the name that `archipel check` shows of a parked event."""
