"""Invitation links: how people join a node that is closed to strangers."""

from collections.abc import Sequence

import msgspec

from social.clock import DAY
from social.errors import Forbidden, Gone, Invalid, NotFound
from social.governance.audit import Act, record
from social.people.tokens import new_token, token_digest
from social.people.users import NewUser, create
from social.policy import RANK, Role, Viewer, require_role
from social.settings import PeopleSettings
from social.text import clean_line, graphemes
from social.urls import Urls
from storage import invitations as rows
from storage.engine.database import Tx
from storage.ids import IdMaker, InvitationId, Millis, UserId
from storage.invitations import InvitationRow

NOTE_LIMIT = 200
MANY = 500
"""Links made at once."""


def invite(
    tx: Tx,
    viewer: Viewer,
    *,
    role: Role = Role.MEMBER,
    note: str = "",
    ids: IdMaker,
    settings: PeopleSettings,
    now: Millis,
) -> str:
    """The token of a new link, shown this once. Moderators invite members, administrators whomever they like."""
    require_role(viewer, Role.MODERATOR)
    if RANK[role] > RANK[Role.MEMBER] and not viewer.may(Role.ADMIN):
        raise Forbidden("role_needed", role=Role.ADMIN.value)
    tidied = clean_line(note)
    if graphemes(tidied) > NOTE_LIMIT:
        raise Invalid("note", "too_long", maximum=NOTE_LIMIT)
    if viewer.user is None:
        raise NotFound("account")
    token = new_token()
    expires_at = Millis(now + settings.invitation_days * DAY)
    id = InvitationId(ids.make())
    rows.insert(tx, id, token_digest(token), viewer.user, role.value, tidied, expires_at, now)
    record(tx, viewer, Act.INVITATION_MAKE, id=id, subject=tidied, why=role.value, now=now)
    return token


def invite_many(
    tx: Tx, viewer: Viewer, names: Sequence[str], *, ids: IdMaker, settings: PeopleSettings, now: Millis
) -> list[tuple[str, str]]:
    """A link for each of several people, as members: name and token. All or none. Raises Forbidden, Invalid."""
    wanted = [tidied for name in names if (tidied := clean_line(name))]
    if not wanted:
        raise Invalid("names", "blank")
    if len(wanted) > MANY:
        raise Invalid("names", "too_many", maximum=MANY)
    return [(name, invite(tx, viewer, note=name, ids=ids, settings=settings, now=now)) for name in wanted]


def invitation(tx: Tx, token: str, *, now: Millis) -> InvitationRow:
    """What a link is good for. Raises NotFound, Gone if it was used or is too old."""
    row = rows.by_hash(tx, token_digest(token))
    if row is None:
        raise NotFound("invitation")
    if row.used_at is not None:
        raise Gone("invitation_used")
    if row.expires_at <= now:
        raise Gone("invitation_expired")
    return row


def accept_invitation(tx: Tx, token: str, new: NewUser, *, ids: IdMaker, urls: Urls, now: Millis) -> UserId:
    """Join with a link, in the role it is for. Raises NotFound, Gone, Invalid; a link is good for one person."""
    row = invitation(tx, token, now=now)
    user = create(tx, None, msgspec.structs.replace(new, role=Role(row.role)), ids=ids, urls=urls, now=now)
    if not rows.use(tx, row.id, user, now):
        raise Gone("invitation_used")
    return user


def invitations(tx: Tx, viewer: Viewer) -> list[InvitationRow]:
    """Every invitation, newest first. Raises Forbidden below moderators."""
    require_role(viewer, Role.MODERATOR)
    return rows.all(tx)


def withdraw(tx: Tx, viewer: Viewer, id: InvitationId, *, now: Millis) -> None:
    """Take back a link that nobody used. Raises NotFound."""
    require_role(viewer, Role.MODERATOR)
    if not rows.withdraw(tx, id):
        raise NotFound("invitation")
    record(tx, viewer, Act.INVITATION_WITHDRAW, id=id, now=now)
