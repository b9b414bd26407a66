"""Update of collections: a node tells how many like, boost and answer its posts."""

from typing import Any

from federation.document import count_of, type_of
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.names import same_origin
from federation.translate import claim
from social.clock import DAY
from storage import early_numbers
from storage import posts as post_rows
from storage.accounts import AccountKind, AccountRow
from storage.early_numbers import NumbersRow
from storage.engine.database import Tx
from storage.ids import Millis

EARLY = DAY
"""How long numbers wait for their post."""
_NAMES = ("likes", "shares", "replies")


def update(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Kept as the claims of the author's node. Only a node's own actor says them, and only of posts of that node."""
    if actor.kind is not AccountKind.APPLICATION:
        return Outcome.UNSUPPORTED
    told: dict[str, dict[str, int]] = {}
    for reference in arrived.activity.objects:
        if reference.id is None or not same_origin(reference.id, actor.uri):
            raise Disagreement("numbers of another origin than whoever tells them")
        uri, _, name = reference.id.rpartition("/")
        total = _total(reference.fields)
        if name in _NAMES and total is not None:
            told.setdefault(uri, {})[name] = claim(total)
    changed = [_keep(tx, uri, numbers, now) for uri, numbers in told.items()]
    return Outcome.APPLIED if any(changed) else Outcome.ALREADY


def _total(fields: dict[str, Any] | None) -> int | None:
    if fields is None or type_of(fields) not in ("Collection", "OrderedCollection"):
        return None
    return count_of(fields.get("totalItems"))


def _keep(tx: Tx, uri: str, numbers: dict[str, int], now: Millis) -> bool:
    post = post_rows.by_uri(tx, uri)
    if post is None:
        # It may be on its way, with numbers of when it was sent.
        said = NumbersRow(
            likes=numbers.get("likes", 0), boosts=numbers.get("shares", 0), replies=numbers.get("replies", 0)
        )
        early_numbers.keep(tx, uri, said, now, Millis(now - EARLY))
        return False
    if post.is_local:
        return False
    return post_rows.claim(
        tx,
        post.id,
        numbers.get("likes", post.claimed_likes),
        numbers.get("shares", post.claimed_boosts),
        numbers.get("replies", post.claimed_replies),
    )
