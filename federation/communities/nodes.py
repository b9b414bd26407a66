"""The list of the nodes where members of a community live: published by its host, with its proof, at each change.

By it members of different nodes reach each other while the host does not answer. It is told to the nodes on it that are
of our kind, and read by them again when they come back.
"""

from typing import Any

from federation.communities.audience import trust
from federation.context import CONTEXT
from federation.document import BadDocument
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.read.communities import NodeList, read_nodes
from federation.render import communities as render
from federation.sending import Context as Sending
from federation.sending import followers, proved, send
from federation.wire import Wire
from social.communities import nodes
from social.jobs import TellNodes
from storage import communities, community_nodes
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.community_nodes import CommunityNodeRow
from storage.engine.database import Tx
from storage.ids import Millis


class NodeTeller:
    """Tells of the list. One per node."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def tell(self, job: TellNodes) -> None:
        """Make the list anew, and send it if it is another one."""
        wire = self._wire
        context = Sending(wire.ids, wire.urls, wire.settings)
        await wire.db.write(_tell, job, context, wire.clock())


def signed_nodes(tx: Tx, known: KnownRow, now: Millis) -> dict[str, Any]:
    """The list of a community here, with its proof."""
    rows = community_nodes.of(tx, known.account.id)
    listed = render.nodes(known.account, known.community.nodes_version, rows) | {"audience": known.account.uri}
    return proved(tx, known.account, listed, now)


def is_list_of(tx: Tx, actor: AccountRow, arrived: Arrived) -> bool:
    """Whether an Update brings the list of the community that sends it."""
    return arrived.object_id == render.nodes_url(actor.uri) and communities.by_id(tx, actor.id) is not None


def receive(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The host of a community tells of its list. An older one than is here changes nothing."""
    about = arrived.activity.object
    if about is None or about.fields is None:
        raise Disagreement("a list of member nodes without the list")
    try:
        listed = read_nodes(about.fields)
    except BadDocument as cause:
        raise Disagreement(cause.reason) from cause
    return Outcome.APPLIED if take(tx, actor, listed, now) else Outcome.ALREADY


def take(tx: Tx, community: AccountRow, listed: NodeList, now: Millis) -> bool:
    """Keep a list that is the community's own; False for an older one than is here. Raises Disagreement."""
    if listed.id != render.nodes_url(community.uri):
        raise Disagreement("a list of member nodes of another community")
    rows = [
        CommunityNodeRow(community_id=community.id, host=node.host, inbox_url=node.inbox, members=node.members)
        for node in listed.nodes
    ]
    return nodes.take(tx, community.id, listed.version, rows, now=now)


def _tell(tx: Tx, job: TellNodes, context: Sending, now: Millis) -> None:
    known = communities.known(tx, job.community)
    if known is None or not known.account.is_local:
        return
    if nodes.recount(tx, job.community, now=now):
        known = communities.known(tx, job.community) or known
    account = known.account
    activity = {
        "@context": CONTEXT,
        "id": f"{account.uri}#nodes/{known.community.nodes_version}",
        "type": "Update",
        "actor": account.uri,
        "object": signed_nodes(tx, known, now),
        "to": [account.followers_url],
        "audience": account.uri,
    }
    to = trust(context.settings, now).honouring(tx, followers(tx, account.id))
    send(tx, account, activity, to, context, now)
