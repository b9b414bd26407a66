"""Requests to come into a community, for those who moderate it from another node.

The node that keeps the community passes each on to each of them, and takes it back when it is decided or withdrawn, or
when they moderate no more. What they answer it is asked; it decides, by what they are at that moment.
"""

from social import events
from social.communities import standing
from social.errors import Conflict, NotFound
from social.policy import Viewer
from storage import memberships
from storage import passed_requests as rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberState
from storage.passed_requests import Answer, AskingRow, PassedRow

MOST = 500
"""So many wait at the door of one community: those who asked first."""


def waiting(tx: Tx, viewer: Viewer, id: AccountId) -> list[AskingRow]:
    """Who asks to come into a community of elsewhere, as its node told the viewer: each once, their last request.

    Raises Forbidden unless the viewer moderates it.
    """
    standing.require_moderator(tx, viewer, id)
    found = {row.account.id: row for row in rows.sent_to(tx, id, viewer.account, MOST)}
    return list(found.values())


def answer(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, said: Answer, *, now: Millis) -> None:
    """Ask the node that keeps the community to let somebody in who asks, or not: the viewer moderates it.

    Raises NotFound without a request, Conflict(answered) for one that the viewer answered otherwise.
    """
    row = next((one.passed for one in waiting(tx, viewer, id) if one.account.id == account), None)
    if row is None:
        raise NotFound("follow_request")
    if rows.answer(tx, row.uri, said):
        asked = events.HostAsked(by=viewer.account, at=now, community=id, of=account, verb=said.value, uri=row.uri)
        events.append(tx, asked)
    elif row.answer is not said:
        raise Conflict("answered")


def passed(
    tx: Tx, known: KnownRow, asker: AccountRow, to: AccountRow, uri: str, follow: str, words: str, *, now: Millis
) -> bool:
    """The node that keeps a community says to somebody here, who is in it, that `asker` wants to come in; False if it
    has. Whether they moderate it is looked at whenever they look: that word may be behind this one."""
    row = PassedRow(
        uri=uri,
        community_id=known.account.id,
        account_id=asker.id,
        moderator_id=to.id,
        follow_uri=follow,
        reason=words,
        created_at=now,
    )
    if not rows.insert(tx, row):
        return False
    event = events.RequestPassed(
        by=known.account.id, host=known.account.domain, at=now, community=known.account.id, of=asker.id, to=to.id
    )
    events.append(tx, event)
    return True


def may_be_told(tx: Tx, known: KnownRow, to: AccountRow) -> bool:
    """Whether somebody of here can be a moderator of that community, as far as is known here, and has not been told of
    more than anybody could answer."""
    own = memberships.one(tx, known.account.id, to.id)
    if own is None or own.state is MemberState.BANNED:
        return False
    return rows.count(tx, known.account.id, to.id) < 2 * MOST


def taken_back(tx: Tx, community: AccountId, uri: str) -> bool:
    """The node that keeps the community needs no answer to that any more; False if that was known."""
    return rows.drop(tx, community, uri)


def gone(tx: Tx, account: AccountId, now: Millis) -> None:
    """Somebody who asked, or who was told of it, is no more: what was passed on is taken back."""
    for community in rows.kept_with(tx, account):
        standing.requests_changed(tx, community, now)
