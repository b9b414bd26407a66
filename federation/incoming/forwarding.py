"""What others say and does not reach all whom it concerns: brought on by this node (ActivityPub §7.1.2).

Answers to posts of this node go to the nodes of those who follow their author; the end of a stamp (FEP-044f) goes to
the nodes that have the quote, which only the node of whoever quotes knows.

Only what everybody may see and what its own actor proved (FEP-8b32), byte for byte; only to nodes of our own kind,
since others read no proofs and fetch answers by themselves. Where both nodes are of the group, each has it from its
origin already. Edits and deletions go where the answer went.
"""

import msgspec

from federation import sending
from federation.communities.audience import Reading, reading_of
from federation.document import decode
from federation.incoming.arrived import Arrived, Context
from federation.names import BadName, parse_url
from federation.signing.proofs import has_proof
from federation.vocabulary import PUBLIC
from storage import accounts, deliveries, peers, quotes
from storage import posts as post_rows
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.inbox import InboxRow
from storage.visibility import OPEN

FORWARDED = "Forward"
"""The kind of such a delivery: a refusal of it is final, and nothing waits behind it."""
_LATER = ("Update", "Delete")


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Who brings the answer on, and where it went before."""

    by: AccountId
    post: PostId
    to: list[InboxTarget]


def way_of(tx: Tx, row: InboxRow, said: Arrived) -> Way | None:
    """Where the answer went that is edited or deleted now: asked before that is done."""
    if said.activity.kind not in _LATER or said.object_id is None or not _may_go_on(row, said):
        return None
    if said.activity.kind == "Delete" and said.object_id != said.activity.actor:
        way = _of_stamp(tx, said.object_id, said.activity.actor)
        if way is not None:
            return way
    post = post_rows.by_uri(tx, said.object_id)
    if post is None or post.parent_author_id is None:
        return None
    to = deliveries.having(tx, post.id)
    return Way(by=post.parent_author_id, post=post.id, to=to) if to else None


def forward(tx: Tx, row: InboxRow, said: Arrived, way: Way | None, context: Context, now: Millis) -> None:
    """Bring on what was applied."""
    way = way or _new_way(tx, row, said)
    if way is None or not way.to:
        return
    id = context.ids.make()
    if deliveries.freeze(tx, id, way.by, said.id, FORWARDED, row.body, now):
        deliveries.address(tx, id, way.by, [context.ids.make() for _ in way.to], way.to, now)


def _new_way(tx: Tx, row: InboxRow, said: Arrived) -> Way | None:
    if said.activity.kind != "Create" or said.post is None or said.post.in_reply_to is None:
        return None
    if not _may_go_on(row, said) or PUBLIC not in said.post.to + said.post.cc:
        return None
    answered, answer = post_rows.by_uri(tx, said.post.in_reply_to), post_rows.by_uri(tx, said.post.id)
    if answered is None or answer is None or not answered.is_local or answered.visibility not in OPEN:
        return None
    to = _followers(tx, answered.author_id, said.activity.actor)
    deliveries.had(tx, answer.id, to)
    return Way(by=answered.author_id, post=answer.id, to=to)


def _of_stamp(tx: Tx, stamp: str, actor: str) -> Way | None:
    """Where the quote went that somebody here made by this stamp of the actor's."""
    author = accounts.by_uri(tx, actor)
    for quote in quotes.by_stamp(tx, stamp, author.id) if author is not None else ():
        by = accounts.by_id(tx, quote.author_id)
        if by is not None and by.is_local:
            readers = _readers(tx, actor)
            to = [target for target in deliveries.having(tx, quote.post_id) if target.host in readers]
            return Way(by=by.id, post=quote.post_id, to=to)
    return None


def _followers(tx: Tx, author: AccountId, actor: str) -> list[InboxTarget]:
    origin, readers = _host(actor), _readers(tx, actor)
    group = {target.host for target in sending.nodes(tx)}
    if origin in group:
        readers -= group
    return [target for target in sending.followers(tx, author) if target.host in readers]


def _readers(tx: Tx, actor: str) -> set[str]:
    """Nodes that read proofs, without the actor's own."""
    return {peer.host for peer in peers.peers(tx) if reading_of(peer) is Reading.OURS} - {_host(actor)}


def _may_go_on(row: InboxRow, said: Arrived) -> bool:
    if '"proof"' not in row.body or PUBLIC not in said.activity.to + said.activity.cc:
        return False
    return has_proof(decode(row.body.encode()))


def _host(uri: str) -> str:
    try:
        return parse_url(uri).authority
    except BadName:
        return ""
