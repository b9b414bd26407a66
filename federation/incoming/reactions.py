"""Announce and Like, and their Undo."""

from typing import Any

from federation import translate
from federation.document import id_of, type_of
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome, inner
from federation.vocabulary import Activity, Reference
from social.posts import reactions
from storage import known, tombstones
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.visibility import Visibility

_WRAPPED = frozenset({"Create", "Update", "Announce"})


def announce(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A boost of a post that is known here, or was fetched from its own origin before."""
    if _is_taken_back(tx, actor, arrived.id):
        return Outcome.GONE
    target = announced(arrived.activity.object)
    post = post_rows.by_uri(tx, target) if target else None
    if post is None or post.boost_of_id is not None:
        return Outcome.UNRELATED
    visibility = boost_visibility(arrived.activity, actor.followers_url)
    if not post.is_local and not is_wanted(tx, actor, visibility, context):
        return Outcome.UNRELATED
    if post_rows.boost_by(tx, post.id, actor.id) is not None:
        return Outcome.ALREADY
    published = arrived.activity.published
    reactions.receive_boost(
        tx,
        actor,
        post,
        arrived.id,
        visibility,
        Millis(published if published is not None else now),
        ids=context.ids,
        live=True,
        now=now,
    )
    return Outcome.APPLIED


def like(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A like of a post that is known here; with an emoji (FEP-c0e0, Misskey) it is a reaction."""
    if _is_taken_back(tx, actor, arrived.id):
        return Outcome.GONE
    post = post_rows.by_uri(tx, arrived.object_id) if arrived.object_id else None
    if post is None:
        return Outcome.UNRELATED
    reaction = arrived.activity.reaction
    if reaction is not None:
        brought = translate.emojis(arrived.activity.emojis)
        is_new = reactions.receive_reaction(tx, actor, post, arrived.id, reaction, brought, ids=context.ids, now=now)
        return Outcome.APPLIED if is_new else Outcome.ALREADY
    is_new = reactions.receive_like(tx, actor, post, arrived.id, ids=context.ids, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def dislike(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Nobody here is told that somebody dislikes something: colleagues answer each other in words."""
    return Outcome.IGNORED


def undo_announce(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A boost is taken back, known by its id or by what it boosted."""
    undone = own(arrived, actor, context)
    if undone.id is None:
        raise Disagreement("an Undo of what has no id")
    target = announced(undone.object)
    post = post_rows.by_uri(tx, target) if target else None
    is_gone = reactions.receive_unboost(tx, actor, undone.id, post, now=now)
    tombstones.bury(tx, undone.id, "Announce", actor.uri, now)
    return Outcome.APPLIED if is_gone else Outcome.ALREADY


def undo_like(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A like is taken back, known by what was liked; a reaction with an emoji by its id."""
    undone = own(arrived, actor, context)
    if undone.id is not None:
        tombstones.bury(tx, undone.id, "Like", actor.uri, now)
        if reactions.receive_unreact(tx, actor, undone.id, now=now):
            return Outcome.APPLIED
    if undone.kind != "Like" or undone.reaction is not None:
        return Outcome.ALREADY
    liked = undone.object.id if undone.object else None
    post = post_rows.by_uri(tx, liked) if liked else None
    if post is None or not reactions.receive_unlike(tx, actor, post, now=now):
        return Outcome.ALREADY
    return Outcome.APPLIED


def announced(object: Reference | None) -> str | None:
    """The id of the post that an Announce is about: groups wrap the whole activity around it (FEP-1b12)."""
    if object is None:
        return None
    fields: dict[str, Any] | None = object.fields
    if fields is not None and type_of(fields) in _WRAPPED:
        return id_of(fields.get("object"))
    return object.id


def boost_visibility(activity: Activity, followers: str) -> Visibility:
    """The audience of a boost; one that names nobody at all is shown to followers without making noise."""
    if not activity.to and not activity.cc:
        return Visibility.UNLISTED
    return translate.visibility_of(activity.to, activity.cc, followers)


def is_wanted(tx: Tx, actor: AccountRow, visibility: Visibility, context: Context) -> bool:
    """Whether somebody here, or this node, asks for what the actor does."""
    wanted = known.wanted(tx, actor.id, actor.domain, context.node)
    return wanted.person_since is not None or (visibility is Visibility.PUBLIC and wanted.node_since is not None)


def own(arrived: Arrived, actor: AccountRow, context: Context) -> Activity:
    """The activity that an Undo takes back. Raises Disagreement for one of somebody else."""
    undone = inner(arrived, insecure=context.insecure)
    if undone.actor != actor.uri:
        raise Disagreement("an Undo of somebody else's activity")
    return undone


def _is_taken_back(tx: Tx, actor: AccountRow, id: str) -> bool:
    return tombstones.by_uri(tx, id, actor.uri) is not None
