"""What people here let colleagues know, told: the profile with its facts to the nodes of the group, without to others;
and that a kudos stands on somebody's page.
"""

import hashlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from federation.render import activities, actors, communities
from federation.render.recognition import facts as rendered
from federation.sending import Context, inboxes, merged, nodes, send
from social import events
from social.communities.saying import saying
from social.people import keys
from social.posts import media as pictures
from social.recognition import facts
from social.trust import manifests
from storage import accounts
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import Millis


def tell_profile(tx: Tx, account: AccountRow, to: list[InboxTarget], at: Millis, context: Context, now: Millis) -> None:
    """An Update of the actor: with what colleagues may know to those of `to` that are of the group, else without."""
    shown, said = (keys.public_keys(tx, account.id), pictures.of_profile(tx, account)), saying(tx, account)
    document = actors.actor(account, *shown, context.urls, community=said)
    near, others = _parted(tx, to, now)
    plain = activities.update_actor(document, at, account.followers_url)
    send(tx, account, plain, others, context, now)
    if not near:
        return
    if account.suspended_at is None:
        document |= rendered(account, facts.of(tx, [account])[account.id], context.urls) | communities.near(said)
    # Not to everybody, for it is not for everybody: an activity that says so may be handed on.
    whole = activities.update_actor(document, at, account.followers_url) | {
        "id": f"{account.uri}#facts/{at}-{_print(document)}",
        "to": [f"{context.urls.instance_actor}/followers"],
        "cc": [],
    }
    send(tx, account, whole, near, context, now)


def answered(tx: Tx, event: events.KudosAnswered, context: Context, now: Millis) -> None:
    """A kudos stands on the page of whom it thanks, or no longer: for the nodes of the group."""
    actor, post = accounts.by_id(tx, event.by), post_rows.by_id(tx, event.post)
    if actor is None or post is None:
        return
    make = activities.add if event.shown else activities.remove
    id = f"{actor.uri}#kudos/{event.post}-{event.at}"
    near, _ = _parted(tx, merged(nodes(tx), inboxes(tx, [post.author_id])), now)
    activity = make(id, actor.uri, post.uri, context.urls.kudos(actor.username))
    send(tx, actor, activity | {"to": [f"{context.urls.instance_actor}/followers"]}, near, context, now)


def _parted(tx: Tx, to: Iterable[InboxTarget], now: Millis) -> tuple[list[InboxTarget], list[InboxTarget]]:
    """Those of the group by the manifest in force, and the others."""
    manifest = manifests.active(tx, now=now)
    group = manifest.domains if manifest is not None else frozenset()
    near = [target for target in to if _host(target) in group]
    return near, [target for target in to if _host(target) not in group]


def _print(document: dict[str, Any]) -> str:
    """Two changes in one millisecond are two activities, and the same told twice is one."""
    return hashlib.sha256(msgspec.json.encode(document, order="sorted")).hexdigest()[:12]


def _host(target: InboxTarget) -> str:
    return urlsplit(target.inbox_url).netloc.lower()
