"""Accept and Reject of an answer: where a node lets its people say who may answer them (GoToSocial).

The object is the answer or its id; what agrees is `result`, with older versions the Accept itself.
"""

from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.names import same_origin
from social.posts import approvals
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow


def about(tx: Tx, arrived: Arrived) -> PostRow | None:
    """The post of here that an answer to somebody's wish is about, if it is about a post."""
    post = post_rows.by_uri(tx, arrived.object_id) if arrived.object_id else None
    return post if post is not None and post.is_local and post.boost_of_id is None else None


def accept(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The author of what is answered agrees."""
    result = arrived.activity.result
    uri = result.id if result is not None and result.id is not None else arrived.activity.id
    if uri is None or not same_origin(uri, actor.uri):
        raise Disagreement("an answer is agreed to by something of another origin")
    return _settle(tx, actor, arrived, uri, now)


def reject(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The author does not, or no longer: the answer stays here, and shows no consent."""
    return _settle(tx, actor, arrived, "", now)


def _settle(tx: Tx, actor: AccountRow, arrived: Arrived, uri: str, now: Millis) -> Outcome:
    answer = about(tx, arrived)
    if answer is None:
        return Outcome.UNRELATED
    return Outcome.APPLIED if approvals.receive(tx, actor, answer, uri, now=now) else Outcome.ALREADY
