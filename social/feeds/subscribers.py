"""Who hears what happened for people here, in this order: homes, lists, notifications, at last pushes and letters."""

from collections.abc import Callable, Mapping

from social.communities import auto
from social.events import AnyEvent
from social.feeds import conversations, fulltext, lists, telling, timelines
from social.letters import invitations, letters
from social.push import subscriptions
from storage.engine.database import Tx
from storage.ids import Millis

FEEDS: Mapping[str, Callable[[Tx, AnyEvent, Millis], None]] = {
    "timelines": timelines.apply,
    "lists": lists.apply,
    "notifications": telling.apply,
    "conversations": conversations.apply,
    "fulltext": fulltext.apply,
    "memberships": auto.apply,
    "pushes": subscriptions.apply,
    "letters": letters.apply,
    "invitations": invitations.apply,
}
"""By the name that `archipel check` shows of a parked event."""
