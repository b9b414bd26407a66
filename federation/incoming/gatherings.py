"""Join, Leave and the answers to them; and the other ways in which servers say that somebody comes to something.

Join, Accept of the gathering                       yes
TentativeAccept, TentativeReject of the gathering   maybe
Leave, Undo of the Join, Reject of the gathering    no
Accept, TentativeAccept, Reject of a Join           the organiser: a seat, a place in the queue, neither
"""

import msgspec

from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome, inner
from federation.incoming.reactions import own
from federation.names import same_origin
from federation.sending import inboxes
from federation.vocabulary import Post
from social.gatherings import answers, keeping
from social.gatherings.answers import MAYBE, NO, YES
from social.posts.publish import Received
from storage import accounts, deliveries, participations, tombstones
from storage import gatherings as rows
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.participations import State
from storage.posts import PostRow


def join(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody comes to a gathering of here."""
    if tombstones.by_uri(tx, arrived.id, actor.uri) is not None:
        return Outcome.GONE
    return _answer(tx, actor, arrived.object_id, YES, arrived.id, now)


def leave(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody does not come, or no longer."""
    return _answer(tx, actor, arrived.object_id, NO, arrived.id, now)


def undo_join(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The same in other words; the Join is remembered, and refused when it comes late."""
    undone = own(arrived, actor, context)
    if undone.id is not None:
        tombstones.bury(tx, undone.id, "Join", actor.uri, now)
    return _answer(tx, actor, undone.object.id if undone.object else None, NO, arrived.id, now)


def tentative(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Maybe, of somebody who was asked; of the organiser, about a Join: it waits for a seat."""
    if _is_about_join(tx, arrived):
        return _decide(tx, actor, arrived, State.WAITING, context, now)
    return _answer(tx, actor, arrived.object_id, MAYBE, arrived.id, now)


def is_answered(tx: Tx, arrived: Arrived) -> bool:
    """Whether an Accept or Reject with a bare id is about a gathering of here, or about a Join from here."""
    return _is_about_join(tx, arrived) or _is_gathering(tx, arrived.object_id)


def accept(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A seat, or a yes."""
    if _is_about_join(tx, arrived):
        return _decide(tx, actor, arrived, State.GOING, context, now)
    return _answer(tx, actor, arrived.object_id, YES, arrived.id, now)


def reject(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """No seat, or a no."""
    if _is_about_join(tx, arrived):
        return _decide(tx, actor, arrived, State.REFUSED, context, now)
    return _answer(tx, actor, arrived.object_id, NO, arrived.id, now)


def is_figures(row: PostRow, post: Post, received: Received) -> bool:
    """Whether an Update of a gathering brings numbers only: no newer version of what it says."""
    if received.gathering is None:
        return False
    return post.updated is None or post.updated <= (row.edited_at or row.published_at)


def figures(tx: Tx, actor: AccountRow, row: PostRow, received: Received, arrived: Arrived, now: Millis) -> Outcome:
    """Numbers of a gathering that is known here."""
    said = received.gathering
    if said is None or row.author_id != actor.id:
        raise Disagreement("numbers of somebody else's gathering")
    published = arrived.activity.published
    if published is not None:
        said = msgspec.structs.replace(said, at=Millis(min(published, now)))
    return Outcome.APPLIED if keeping.receive_figures(tx, row, said, now=now) else Outcome.ALREADY


def _decide(tx: Tx, actor: AccountRow, arrived: Arrived, state: State, context: Context, now: Millis) -> Outcome:
    """What the organiser says about a Join from here; an embedded Join has to agree with what was sent."""
    join, post, asker = arrived.object_id, None, None
    about = arrived.activity.object
    if about is not None and about.fields is not None:
        asked = inner(arrived, insecure=context.insecure)
        join, post = asked.id, asked.object.id if asked.object else None
        asker = accounts.by_uri(tx, asked.actor)
        if asker is not None and not asker.is_local:
            raise Disagreement("an answer to a Join of somebody else")
        if post is not None and not same_origin(post, actor.uri):
            raise Disagreement("an answer to a Join of another origin's gathering")
    takes_back = arrived.activity.kind == "TentativeReject"
    is_new = answers.receive_decision(tx, actor, join, post, asker, state, takes_back=takes_back, now=now)
    if is_new is None:
        return Outcome.UNRELATED
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _answer(tx: Tx, actor: AccountRow, post: str | None, said: str, uri: str, now: Millis) -> Outcome:
    is_new = answers.receive_answer(tx, actor, post, said, uri, now=now)
    found = post_rows.by_uri(tx, post) if post else None
    if found is not None:
        # Whoever answers has read it: changes and its end go there too.
        deliveries.had(tx, found.id, inboxes(tx, [actor.id]))
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _is_about_join(tx: Tx, arrived: Arrived) -> bool:
    about = arrived.activity.object
    if about is None:
        return False
    return about.kind == "Join" or (about.id is not None and participations.by_uri(tx, about.id) is not None)


def _is_gathering(tx: Tx, uri: str | None) -> bool:
    found = post_rows.by_uri(tx, uri) if uri else None
    return found is not None and found.is_local and rows.of_post(tx, found.id) is not None
