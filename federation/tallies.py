"""The numbers of our posts, told to the nodes of the group in batches: so that all of them show the same.

An Update by the instance actor whose objects are the posts' own collections, with their totals: others ignore it, and
nobody can say more than about posts of their own node.
"""

from typing import Any

from federation.context import CONTEXT
from federation.sending import Context, nodes, send
from federation.vocabulary import PUBLIC
from federation.wire import Wire
from social.jobs import TellTallies
from social.people import accounts
from storage import contexts
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow

LOT = 30
"""Posts in one activity: three collections each."""


class Teller:
    """One per node."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def tell(self, job: TellTallies) -> None:
        """Tell everything that changed."""
        wire = self._wire
        context = Context(wire.ids, wire.urls, wire.settings)
        while await wire.db.write(_tell, context, wire.clock()):
            continue


def totals(row: PostRow) -> list[dict[str, Any]]:
    """The collections of a post with their numbers and nothing else."""
    numbers = {"likes": row.likes_count, "shares": row.boosts_count, "replies": row.replies_count}
    return [{"id": f"{row.uri}/{name}", "type": "Collection", "totalItems": n} for name, n in numbers.items()]


def _tell(tx: Tx, context: Context, now: Millis) -> bool:
    lot = contexts.marked(tx, LOT)
    contexts.unmark(tx, [row.id for row in lot])
    if not lot:
        return False
    node = accounts.instance_actor(tx)
    id = context.ids.make()
    activity = {
        "@context": CONTEXT,
        "id": f"{node.uri}#tallies/{id}",
        "type": "Update",
        "actor": node.uri,
        "object": [collection for row in lot for collection in totals(row)],
        "to": [PUBLIC],
    }
    send(tx, node, activity, nodes(tx), context, now)
    return len(lot) == LOT
