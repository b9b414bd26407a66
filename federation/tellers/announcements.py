"""Must-read posts, told: to the nodes whose people are asked, and back to the author's node how many answered.

No name is in what goes back: it comes from the node's own actor, and holds four numbers that the node signed.
"""

from federation.context import CONTEXT
from federation.sending import Context, inboxes, nodes, send
from federation.wire import Wire
from social.announcements import audience
from social.announcements.statements import COUNT_KIND, Count, sign_count
from social.jobs import TellAcknowledgements, TellRollCall
from social.people import accounts as people
from social.rolls import calls
from social.trust import manifests
from social.trust.node_keys import node_key
from storage import accounts, acknowledgements
from storage import announcements as rows
from storage import posts as post_rows
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.rolls import RollId

OBJECT = "Acknowledgements"
ROLL_CALL = "RollCall"


class Counter:
    """The job that tells numbers. One per node."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def tell(self, job: TellAcknowledgements) -> None:
        """Tell the author's node how many people here have answered by now."""
        wire = self._wire
        context = Context(wire.ids, wire.urls, wire.settings)
        await wire.db.write(_tell, job.post, context, wire.clock())

    async def tell_roll_call(self, job: TellRollCall) -> None:
        """Tell the nodes of the group how many people here have been heard of."""
        wire = self._wire
        context = Context(wire.ids, wire.urls, wire.settings)
        await wire.db.write(_tell_roll_call, RollId(job.roll), context, wire.clock())


def asked_nodes(tx: Tx, post: PostId, own: str, now: Millis) -> list[InboxTarget]:
    """The nodes of the group whose people a must-read post that is not for everybody asks; none for any other post."""
    row = rows.by_post(tx, post)
    manifest = manifests.active(tx, now=now) if row is not None else None
    if row is None or manifest is None:
        return []
    hosts = audience.hosts(audience.waves_of(row), sorted(manifest.domains - {own}))
    return [target for target in nodes(tx) if target.host in hosts]


def _tell(tx: Tx, post: PostId, context: Context, now: Millis) -> None:
    row, found, own = rows.by_post(tx, post), post_rows.by_id(tx, post), acknowledgements.own(tx, post, now)
    author = accounts.by_id(tx, row.author_id) if row is not None else None
    if row is None or found is None or own is None or author is None or author.is_local:
        return
    node = people.instance_actor(tx)
    count = Count(
        type=COUNT_KIND,
        post=found.uri,
        version=own.version,
        asked=own.asked,
        seen=own.seen,
        acknowledged=own.acknowledged,
        questions=own.questions,
        at=now,
    )
    id = context.ids.make()
    activity = {
        "@context": CONTEXT,
        "id": f"{node.uri}#acknowledgements/{id}",
        "type": "Update",
        "actor": node.uri,
        "object": {
            "id": f"{node.uri}#acknowledgements-of/{post}",
            "type": OBJECT,
            "statement": sign_count(node_key(tx, now=now), count),
        },
        "to": [author.uri],
    }
    send(tx, node, activity, inboxes(tx, [author.id]), context, now)


def _tell_roll_call(tx: Tx, roll: RollId, context: Context, now: Millis) -> None:
    manifest = manifests.active(tx, now=now)
    statement = calls.said(tx, roll, node_key(tx, now=now), now=now)
    if manifest is None or statement is None:
        return
    node = people.instance_actor(tx)
    activity = {
        "@context": CONTEXT,
        "id": f"{node.uri}#roll-calls/{context.ids.make()}",
        "type": "Update",
        "actor": node.uri,
        "object": {"id": f"{node.uri}#roll-call/{roll}", "type": ROLL_CALL, "statement": statement},
        "to": [node.followers_url],
    }
    # Nodes of the group alone: a guest that follows this node is told nothing of its people.
    to = [target for target in nodes(tx) if target.host in manifest.domains]
    send(tx, node, activity, to, context, now)
