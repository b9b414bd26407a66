"""Update of collections: a node tells how many like, boost and answer its posts."""

from typing import Any

from federation.communities import nodes
from federation.document import count_of, type_of
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.names import same_origin
from federation.translate import claim
from social.clock import DAY
from storage import numbers as rows
from storage import posts as post_rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.numbers import NumbersRow

EARLY = DAY
"""How long numbers wait for their post."""
_NAMES = ("likes", "shares", "replies")


def update(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Kept as the claims of the author's node. Only a node's own actor says them, and only of posts of that node."""
    if nodes.is_list_of(tx, actor, arrived):
        return nodes.receive(tx, actor, arrived, context, now)
    if actor.kind is not AccountKind.APPLICATION:
        return Outcome.UNSUPPORTED
    told: dict[str, dict[str, int]] = {}
    for reference in arrived.activity.objects:
        if reference.id is None or not same_origin(reference.id, actor.uri):
            raise Disagreement("numbers of another origin than whoever tells them")
        uri, _, name = reference.id.rpartition("/")
        total = claim(_total(reference.fields))
        if name in _NAMES and total is not None:
            told.setdefault(uri, {})[name] = total
    changed = [_keep(tx, uri, said, now) for uri, said in told.items()]
    return Outcome.APPLIED if any(changed) else Outcome.ALREADY


def _total(fields: dict[str, Any] | None) -> int | None:
    if fields is None or type_of(fields) not in ("Collection", "OrderedCollection"):
        return None
    return count_of(fields.get("totalItems"))


def _keep(tx: Tx, uri: str, said: dict[str, int], now: Millis) -> bool:
    post = post_rows.by_uri(tx, uri)
    if post is None:
        # It may be on its way, with numbers of when it was sent.
        rows.keep_early(tx, uri, _numbers(said), now, Millis(now - EARLY))
        return False
    before = NumbersRow(likes=post.claimed_likes, boosts=post.claimed_boosts, replies=post.claimed_replies)
    return rows.tell(tx, post.id, _numbers(said, before))


def _numbers(said: dict[str, int], before: NumbersRow | None = None) -> NumbersRow:
    """What is said, and of what is not, what was said before."""
    likes, boosts, replies = (before.likes, before.boosts, before.replies) if before else (0, 0, 0)
    return NumbersRow(
        likes=said.get("likes", likes), boosts=said.get("shares", boosts), replies=said.get("replies", replies)
    )
