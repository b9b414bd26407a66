"""Votes in polls here, and the figures of polls elsewhere."""

import msgspec

from federation import translate
from federation.document import BadDocument
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.names import same_origin
from federation.read.posts import read_post
from federation.sending import inboxes
from federation.vocabulary import Post
from social.posts import polls
from social.posts.publish import Received
from storage import communities, deliveries
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow


def vote(tx: Tx, actor: AccountRow, post: Post, now: Millis) -> Outcome:
    """A vote: never a post, whatever becomes of it."""
    target = post_rows.by_uri(tx, post.in_reply_to) if post.in_reply_to else None
    if target is None or not post.title:
        return Outcome.UNRELATED
    return _taken(tx, actor, target, post.title, now)


def choose(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A vote as PieFed sends it, to the host of the community. A poll of elsewhere is counted where its author is."""
    target = post_rows.by_uri(tx, arrived.object_id) if arrived.object_id else None
    if target is None or not arrived.activity.choice:
        return Outcome.UNRELATED
    if target.is_local:
        return _taken(tx, actor, target, arrived.activity.choice, now)
    known = communities.known(tx, target.community_id) if target.community_id is not None else None
    # Applied, for it is passed on.
    return Outcome.APPLIED if known is not None and known.account.is_local else Outcome.UNRELATED


def _taken(tx: Tx, actor: AccountRow, target: PostRow, choice: str, now: Millis) -> Outcome:
    if not polls.receive_vote(tx, actor, target, choice, now=now):
        return Outcome.ALREADY
    # Whoever votes has read the post: figures, edits and its end go there too.
    deliveries.had(tx, target.id, inboxes(tx, [actor.id]))
    return Outcome.APPLIED


def several(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A Create of several votes at once, as GoToSocial sends the choices of one person."""
    cast = [_cast(reference.fields, actor, context) for reference in arrived.activity.objects]
    votes = [post for post in cast if post is not None]
    if not votes or len(votes) != len(cast):
        return Outcome.UNSUPPORTED
    outcomes = [vote(tx, actor, post, now) for post in votes]
    return Outcome.APPLIED if Outcome.APPLIED in outcomes else outcomes[0]


def is_figures(row: PostRow, post: Post, received: Received, *, is_other: bool) -> bool:
    """Whether an Update of a poll brings figures only: no newer version of the words, or the same words and choices."""
    if received.poll is None or is_other:
        return False
    if post.updated is None or post.updated <= (row.edited_at or row.published_at):
        return True
    return (row.html, row.spoiler, row.title) == (received.html, received.spoiler, received.title)


def figures(tx: Tx, actor: AccountRow, row: PostRow, received: Received, arrived: Arrived, now: Millis) -> Outcome:
    """Figures of a poll that is known here."""
    said = received.poll
    if said is None or row.author_id != actor.id:
        raise Disagreement("figures of somebody else's poll")
    published = arrived.activity.published
    if published is not None:
        said = msgspec.structs.replace(said, at=Millis(published))
    return Outcome.APPLIED if polls.receive_figures(tx, actor, row.id, said, now=now) else Outcome.ALREADY


def _cast(fields: dict[str, object] | None, actor: AccountRow, context: Context) -> Post | None:
    if fields is None:
        return None
    try:
        post = read_post(fields, insecure=context.insecure)
    except BadDocument:
        return None
    is_own = post.author == actor.uri and same_origin(post.id, actor.uri)
    return post if is_own and translate.is_vote(post) else None
