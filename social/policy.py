"""Who asks, and what their role lets them do.

What somebody may *see* is decided in `storage/visibility.py` and its twin `social/visibility.py`.
"""

from enum import StrEnum

import msgspec

from social.errors import Forbidden, Unauthorized
from storage.ids import AccountId, UserId


class Role(StrEnum):
    """What a local person may do beside taking part."""

    MEMBER = "member"
    COMMUNICATOR = "communicator"
    """Speaks for the site: announcements."""
    MODERATOR = "moderator"
    ADMIN = "admin"


RANK = {Role.MEMBER: 0, Role.COMMUNICATOR: 1, Role.MODERATOR: 2, Role.ADMIN: 3}
NOBODY = AccountId(0)


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever asks: a person here (`user`, `account`), a remote actor (`account`, `host`), a peer (`host`), nobody.

    `address` is where an act of administration comes from, for its log.
    """

    account: AccountId = NOBODY
    user: UserId | None = None
    role: Role = Role.MEMBER
    username: str = ""
    locale: str = ""
    host: str = ""
    address: str = ""
    filters: int = 0
    """Revision of the person's filters; 0: there never was one."""
    keeps: bool = True
    """Of a node: whether it keeps what is for the members of a community from everybody else."""

    @property
    def is_person(self) -> bool:
        """A signed-in person of this node."""
        return self.user is not None

    def may(self, role: Role) -> bool:
        """Whether the viewer is a person here with at least that role. Moderating is not speaking for the site."""
        if role is Role.COMMUNICATOR:
            return self.is_person and self.role in (Role.COMMUNICATOR, Role.ADMIN)
        return self.is_person and RANK[self.role] >= RANK[role]


ANONYMOUS = Viewer()


def require_person(viewer: Viewer) -> UserId:
    """The login of who asks. Raises Unauthorized unless somebody of this node is signed in."""
    if viewer.user is None:
        raise Unauthorized("sign_in_needed")
    return viewer.user


def require_role(viewer: Viewer, role: Role) -> None:
    """Raises Unauthorized or Forbidden unless the viewer has at least `role`."""
    require_person(viewer)
    if not viewer.may(role):
        raise Forbidden("role_needed", role=role.value)
