"""What moderators do in a community: take out, put back, lock, put on top, name moderators, shut out (FEP-1b12).

To the host it comes from the moderator's node, and counts by what the moderator is at that moment. Everywhere else it
comes announced by the community, and counts if whoever did it is one of its moderators as they are known here, or the
community itself or somebody of its host. What comes past the community changes nothing.
"""

from collections.abc import Callable

from federation.document import BadDocument
from federation.incoming import posts, recognition, relations
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.incoming.hosting import community_of_target
from federation.names import same_origin
from federation.read.activities import read_activity
from federation.render.communities import moderators_url
from federation.vocabulary import Activity
from social.communities import moderation, received, standing
from social.sanitise import plain
from storage import accounts, communities, community_log, placements
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.placements import PlacementRow

_ON_POSTS = ("Delete", "Lock")
_REASON = 500


def delete(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A post taken out of a community by its moderator, or anything that its owner deletes."""
    if not is_act(tx, arrived):
        return posts.delete(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def lock(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A thread takes no answers any more."""
    return _direct(tx, actor, arrived, context, now) if is_act(tx, arrived) else Outcome.UNRELATED


def add(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Something is put on top of a community or of a page, or somebody is named a moderator."""
    if not is_act(tx, arrived):
        return recognition.add(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def remove(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """And no longer."""
    if not is_act(tx, arrived):
        return recognition.remove(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def block(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody is shut out of a community, or blocked by a person."""
    if not is_act(tx, arrived):
        return relations.block(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def undo(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """An act of a moderator is taken back."""
    return _direct(tx, actor, arrived, context, now) if is_act(tx, arrived) else Outcome.UNSUPPORTED


def undo_block(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody is let into a community again, or a person's block is lifted."""
    if not is_act(tx, arrived):
        return relations.undo_block(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def is_act(tx: Tx, said: Arrived) -> bool:
    """Whether somebody does this as a moderator, by what it is about."""
    activity = said.activity
    if activity.kind == "Undo":
        undone = _undone(said)
        return undone is not None and _is_act(tx, undone)
    return _is_act(tx, activity)


def announced(tx: Tx, known: KnownRow, said: Arrived, place: Millis, now: Millis) -> Outcome:
    """An act that the community of another node announces, at a place of its order."""
    by = said.activity.actor
    if not _may(tx, known, by, place):
        return Outcome.REFUSED
    actor = accounts.by_uri(tx, by)
    if actor is not None and actor.is_local:
        # Done here before it was announced.
        return Outcome.ALREADY
    return _done(tx, known, actor or known.account, said, now)


def _direct(tx: Tx, actor: AccountRow, said: Arrived, context: Context, now: Millis) -> Outcome:
    known = _community(tx, said)
    if known is None or not known.account.is_local:
        return Outcome.UNSUPPORTED
    if not standing.may_moderate(tx, known.account.id, actor.id):
        return Outcome.REFUSED
    return _done(tx, known, actor, said, now)


def _done(tx: Tx, known: KnownRow, actor: AccountRow, said: Arrived, now: Millis) -> Outcome:
    activity, is_undone = said.activity, said.activity.kind == "Undo"
    if is_undone:
        undone = _undone(said)
        if undone is None:
            raise Disagreement("an Undo of nothing")
        activity = undone
    return _VERBS[activity.kind](tx, known, actor, activity, said.activity, is_undone, now)


def _taken_out(
    tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, outer: Activity, is_undone: bool, now: Millis
) -> Outcome:
    placed = _placed(tx, known, activity)
    if placed is None:
        return Outcome.UNRELATED
    host = received.host_of(known, actor)
    if is_undone:
        is_new = moderation.apply_restore(tx, placed, actor.id, host=host, now=now)
    else:
        is_new = moderation.apply_remove(tx, placed, actor.id, _reason(outer), host=host, now=now)
        if is_new and known.account.is_local:
            community_log.forget(tx, known.account.id, _about(activity))
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _locked(
    tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, outer: Activity, is_undone: bool, now: Millis
) -> Outcome:
    placed = _placed(tx, known, activity)
    if placed is None:
        return Outcome.UNRELATED
    said, host = _reason(outer), received.host_of(known, actor)
    is_new = moderation.apply_lock(tx, placed, actor.id, locked=not is_undone, reason=said, host=host, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _listed(
    tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, outer: Activity, is_undone: bool, now: Millis
) -> Outcome:
    is_on = (activity.kind == "Add") is not is_undone
    if activity.target is not None and _is_moderators(known, activity.target.id):
        whom = accounts.by_uri(tx, _about(activity))
        if whom is None:
            return Outcome.UNRELATED
        is_new = received.moderates(tx, known, actor, whom, is_on=is_on, now=now)
        return Outcome.APPLIED if is_new else Outcome.ALREADY
    placed = _placed(tx, known, activity)
    if placed is None:
        return Outcome.UNRELATED
    host = received.host_of(known, actor)
    is_new = moderation.apply_stick(tx, placed, actor.id, stuck=is_on, host=host, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _shut_out(
    tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, outer: Activity, is_undone: bool, now: Millis
) -> Outcome:
    whom = accounts.by_uri(tx, _about(activity))
    if whom is None:
        return Outcome.UNRELATED
    is_new = received.banned(tx, known, actor, whom, _reason(outer), is_on=not is_undone, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


_VERBS: dict[str, Callable[..., Outcome]] = {
    "Delete": _taken_out,
    "Lock": _locked,
    "Add": _listed,
    "Remove": _listed,
    "Block": _shut_out,
}


def _placed(tx: Tx, known: KnownRow, activity: Activity) -> PlacementRow | None:
    """Where the post stands that is acted upon, if it is in this community."""
    post = post_rows.by_uri(tx, _about(activity))
    placed = placements.one(tx, post.id) if post is not None else None
    return placed if placed is not None and placed.community_id == known.account.id else None


def _is_act(tx: Tx, activity: Activity) -> bool:
    if activity.kind in _ON_POSTS:
        post = post_rows.by_uri(tx, _about(activity))
        author = accounts.by_id(tx, post.author_id) if post is not None and post.community_id is not None else None
        return author is not None and (activity.kind == "Lock" or author.uri != activity.actor)
    if activity.kind not in _VERBS:
        return False
    return _community_named(tx, activity) is not None


def _community(tx: Tx, said: Arrived) -> KnownRow | None:
    activity = (_undone(said) if said.activity.kind == "Undo" else None) or said.activity
    if activity.kind in _ON_POSTS:
        post = post_rows.by_uri(tx, _about(activity))
        return communities.known(tx, post.community_id) if post is not None and post.community_id else None
    return _community_named(tx, activity)


def _community_named(tx: Tx, activity: Activity) -> KnownRow | None:
    return community_of_target(tx, activity.target.id if activity.target is not None else None)


def _may(tx: Tx, known: KnownRow, actor: str, place: Millis) -> bool:
    if same_origin(actor, known.account.uri):
        return True
    source = community_log.source(tx, known.account.id)
    if source is not None and place <= source.moderators_at:
        # What is read late: who moderated then, the list of now does not say. The host looked when it announced it.
        return True
    row = accounts.by_uri(tx, actor)
    return row is not None and standing.may_moderate(tx, known.account.id, row.id)


def _is_moderators(known: KnownRow, target: str | None) -> bool:
    return target == moderators_url(known.account.uri) or (target or "").endswith("/moderators")


def _undone(said: Arrived) -> Activity | None:
    """What an Undo takes back; of what another moderator did the words count, whoever did it."""
    about = said.activity.object
    if about is None or about.fields is None:
        return None
    try:
        return read_activity(about.fields, insecure=True)
    except BadDocument:
        return None


def _about(activity: Activity) -> str:
    return (activity.object.id if activity.object is not None else None) or ""


def _reason(activity: Activity) -> str:
    return plain(activity.summary or "")[:_REASON]
