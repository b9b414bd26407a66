"""How an activity goes out: the inboxes it is for, each once, and the frozen body with a delivery for each.

Used by everything that tells (`outgoing.py` and what it names): rows only, and twice gives the same as once.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from federation.document import many
from federation.signing.keys import signing_key
from federation.signing.proofs import with_proof
from federation.vocabulary import PUBLIC
from social import reading
from social.peer_rules import names_over
from social.people import accounts as people
from social.people import relations
from social.policy import Viewer
from social.posts import approvals
from social.settings import Settings
from social.urls import Urls
from storage import accounts, deliveries, keys, peers, states
from storage.accounts import AccountRow
from storage.deliveries import InboxTarget, Rank
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId
from storage.visibility import OPEN, Visibility

Activity = dict[str, Any]
_REACTIONS = frozenset({"Announce", "Like", "EmojiReact"})


class Context(msgspec.Struct, frozen=True):
    """What telling needs beside the transaction."""

    ids: IdMaker
    urls: Urls
    settings: Settings


def own_post(tx: Tx, author: AccountId, post: PostId) -> reading.PostView | None:
    """The post as its author sees it: addressing needs all of it, whoever asks."""
    views = reading.with_communities(tx, reading.posts(tx, Viewer(account=author), [post]))
    return views[0] if views and views[0].author.is_local else None


def audience_of(tx: Tx, view: reading.PostView) -> list[InboxTarget]:
    """Followers and mentioned; of public posts also the nodes of the group, each once.

    An answer that has to be agreed to goes to nobody but to whom it answers.
    """
    mentioned = [mention.account_id for mention in view.mentions]
    if view.post.visibility is Visibility.DIRECT:
        return inboxes(tx, mentioned, personal=True)
    if view.post.parent_author_id is not None and approvals.awaits(tx, view.post):
        return inboxes(tx, [view.post.parent_author_id])
    to = merged(followers(tx, view.author.id), inboxes(tx, mentioned))
    if view.post.visibility in OPEN and view.post.parent_author_id is not None:
        to = merged(to, inboxes(tx, [view.post.parent_author_id]))
    return merged(to, nodes(tx)) if view.post.visibility is Visibility.PUBLIC else to


def send(tx: Tx, actor: AccountRow, activity: Activity, to: list[InboxTarget], context: Context, now: Millis) -> None:
    """Freeze the activity and address it to those of `to` who are elsewhere and not refused; only once for an id."""
    _send(tx, actor, activity, to, context, now, again=False)


def send_on(
    tx: Tx, actor: AccountRow, activity: Activity, to: list[InboxTarget], context: Context, now: Millis
) -> None:
    """Address what was sent before to those of `to` to whom it was not; the same bytes."""
    _send(tx, actor, activity, to, context, now, again=True)


def _send(
    tx: Tx, actor: AccountRow, activity: Activity, to: list[InboxTarget], context: Context, now: Millis, *, again: bool
) -> None:
    shut_out = {context.urls.host, *peers.denied(tx)} if to else set()
    elsewhere = [target for target in to if shut_out.isdisjoint(names_over(target.host))]
    if not elsewhere:
        return
    made = context.ids.make()
    body = msgspec.json.encode(proved(tx, actor, activity, now)).decode()
    is_new = deliveries.freeze(tx, made, actor.id, activity["id"], activity["type"], body, now)
    id = made if is_new else (deliveries.frozen(tx, activity["id"]) if again else None)
    if id is not None:
        ids = [context.ids.make() for _ in elsewhere]
        deliveries.address(tx, id, actor.id, ids, elsewhere, now, rank_of(activity, actor.followers_url))


def proved(tx: Tx, actor: AccountRow, activity: Activity, now: Millis) -> Activity:
    """With a proof if it may come to somebody by way of a third node: what everybody may see, or a community."""
    is_open = PUBLIC in (*many(activity.get("to")), *many(activity.get("cc")))
    if "proof" in activity or not (is_open or activity.get("audience")):
        return activity
    key = next((row for row in keys.signing(tx, actor.id) if row.algorithm is keys.Algorithm.ED25519), None)
    return activity if key is None else with_proof(activity, signing_key(key.id, key.private_pem), now)


def rank_of(activity: Activity, followers: str) -> Rank:
    """What an activity goes before: words to somebody before posts, and these before boosts, likes and numbers."""
    kind, inner = activity["type"], activity.get("object")
    if kind == "Undo" and isinstance(inner, dict):
        kind = inner.get("type")
    if kind in _REACTIONS or isinstance(inner, list):
        return Rank.REACTION
    to = {*many(activity.get("to")), *many(activity.get("cc"))}
    return Rank.PERSONAL if to.isdisjoint({PUBLIC, followers}) else Rank.POST


def followers(tx: Tx, account: AccountId) -> list[InboxTarget]:
    """The inboxes of whoever follows the account, each once."""
    return [_target(row.inbox_url) for row in relations.inboxes_of_followers(tx, account)]


def nodes(tx: Tx) -> list[InboxTarget]:
    """The nodes that follow this one."""
    return followers(tx, people.instance_actor(tx).id)


def everybody(tx: Tx) -> list[InboxTarget]:
    """Every inbox that is known here: whoever may have copies of an account hears of its end."""
    return merged([_target(url) for url in states.known_inboxes(tx)])


def inboxes(tx: Tx, ids: Iterable[AccountId], *, personal: bool = False) -> list[InboxTarget]:
    """Where what is for these accounts goes: to their nodes, or (`personal`) to themselves."""
    rows = relations.inboxes_of(tx, list(ids))
    urls = [row.inbox_url if personal else row.shared_inbox_url or row.inbox_url for row in rows]
    return merged([_target(url) for url in urls])


def merged(*lists: list[InboxTarget]) -> list[InboxTarget]:
    """All of them, each once, without the empty ones."""
    return list({target.inbox_url: target for targets in lists for target in targets if target.inbox_url}.values())


def uri_of(tx: Tx, id: AccountId | None) -> str:
    """The id of an account on the wire; empty for none."""
    account = accounts.by_id(tx, id) if id is not None else None
    return account.uri if account is not None else ""


def _target(inbox: str) -> InboxTarget:
    return InboxTarget(inbox_url=inbox, host=urlsplit(inbox).netloc.lower())
