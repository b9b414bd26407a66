"""Answers that the author of what is answered agreed to, where their node asks for that (GoToSocial)."""

from social import events
from social.errors import Forbidden
from storage import posts as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow


def receive(tx: Tx, actor: AccountRow, answer: PostRow, uri: str, *, now: Millis) -> bool:
    """`actor` agrees to an answer of somebody here by the document `uri`, or no longer (empty); False if it was so.

    Raises Forbidden when it answers nothing of theirs.
    """
    if not answer.is_local or answer.parent_author_id != actor.id:
        raise Forbidden("not_yours")
    if not rows.approve(tx, answer.id, uri):
        return False
    # Others learn of it as of anything that changed beside the words: the post comes once more.
    events.append(tx, events.PostRefreshed(by=answer.author_id, at=now, post=answer.id))
    return True
