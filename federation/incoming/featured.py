"""Add and Remove: what somebody puts forward on their page, posts and hashtags.

The target has to be the collection that the actor names; for hashtags either of the two, since Mastodon names the
first one for both.
"""

from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.names import same_origin
from federation.read.values import hashtag
from social.feeds import tags
from social.posts import pins
from storage import featured, known
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.featured import PlacesRow
from storage.ids import Millis

_HASHTAG = "Hashtag"


def add(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A post of the actor's own, or a hashtag, is put forward."""
    return _change(tx, actor, arrived, context, now, is_on=True)


def remove(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """It is no longer."""
    return _change(tx, actor, arrived, context, now, is_on=False)


def wanted_post(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context) -> str | None:
    """The post that an Add puts forward, if somebody here asks for what its actor does; it may have to be fetched."""
    uri = arrived.object_id
    if uri is None or _is_hashtag(arrived) or not same_origin(uri, actor.uri):
        return None
    if not _is_named(featured.of(tx, actor.id), arrived):
        return None
    wanted = known.wanted(tx, actor.id, actor.domain, context.node)
    return uri if wanted.person_since is not None or wanted.node_since is not None else None


def _change(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis, *, is_on: bool) -> Outcome:
    if not _is_named(featured.of(tx, actor.id), arrived):
        return Outcome.UNSUPPORTED
    if _is_hashtag(arrived):
        name = _name(arrived)
        is_new = tags.receive_one(tx, actor, name, ids=context.ids, is_on=is_on, now=now)
        return Outcome.APPLIED if is_new else Outcome.ALREADY
    uri = arrived.object_id
    if uri is None or not same_origin(uri, actor.uri):
        raise Disagreement("somebody puts forward what is not their own")
    post = post_rows.by_uri(tx, uri)
    if post is None:
        return Outcome.UNRELATED
    is_new = pins.receive(tx, actor, post, ids=context.ids, is_on=is_on, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _is_named(places: PlacesRow | None, arrived: Arrived) -> bool:
    target = arrived.activity.target
    if places is None or target is None or not target.id:
        return False
    own = {places.featured_url}
    if _is_hashtag(arrived):
        own.add(places.featured_tags_url)
    return target.id in own


def _is_hashtag(arrived: Arrived) -> bool:
    object = arrived.activity.object
    return object is not None and object.kind == _HASHTAG


def _name(arrived: Arrived) -> str:
    object = arrived.activity.object
    tag = hashtag(object.fields) if object is not None else None
    return tag.name if tag is not None else ""
