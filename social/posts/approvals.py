"""Answers that the author of what is answered agreed to, where their node asks for that (GoToSocial)."""

from social import events
from social.errors import Forbidden
from social.posts import policies, quotes
from social.posts.policies import Act, Circle, Verdict
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


def awaits(tx: Tx, answer: PostRow) -> bool:
    """Whether an answer of somebody here may go to nobody yet but to whom it answers: they have to agree first.

    Whom a post names answers it freely, and so does whoever is let in as one of everybody.
    """
    if answer.parent_id is None or answer.approved_by or answer.parent_author_id in (None, answer.author_id):
        return False
    parent = rows.by_id(tx, answer.parent_id)
    if parent is None or parent.is_local:
        return False
    rule = policies.rule(parent.interactions, Act.REPLY)
    if Circle.PUBLIC in rule.automatic or answer.author_id in rows.mentioned(tx, parent.id):
        return False
    verdict = policies.verdict(rule, quotes.between(tx, answer.author_id, parent.author_id))
    return verdict in (Verdict.MANUAL, Verdict.AUTOMATIC)
