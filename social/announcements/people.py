"""Who is a manager, who may call something urgent, and who is away."""

from social.announcements.audience import OFFICES
from social.clock import DAY
from social.errors import Invalid
from social.governance.audit import Act, record_of
from social.policy import Role, Viewer, require_person, require_role
from storage import accounts, asked, offices
from storage.engine.database import Tx
from storage.ids import Millis
from storage.offices import HolderRow

LONGEST_LEAVE = 366 * DAY


def holders(tx: Tx, viewer: Viewer) -> list[HolderRow]:
    """Everybody who holds an office. Raises Forbidden for anybody but administrators."""
    require_role(viewer, Role.ADMIN)
    return offices.holders(tx)


def appoint(tx: Tx, viewer: Viewer | None, username: str, office: str, *, on: bool, now: Millis) -> bool:
    """Give an office to somebody here, or take it from them; False if it was so. `viewer` None: the command line.

    Raises Forbidden, Invalid(office), Invalid(username).
    """
    if viewer is not None:
        require_role(viewer, Role.ADMIN)
    if office not in OFFICES:
        raise Invalid("office", "invalid")
    account = accounts.by_name(tx, username.strip().removeprefix("@"), "")
    if account is None or account.deleted_at is not None:
        raise Invalid("username", "invalid")
    changed = (offices.give if on else offices.take)(tx, account.id, office)
    if changed:
        act = Act.OFFICE_GIVE if on else Act.OFFICE_TAKE
        record_of(tx, viewer, act, account, why=office, now=now)
    return changed


def go_away(tx: Tx, viewer: Viewer, until: Millis | None, *, now: Millis) -> None:
    """The viewer is away until then and is reminded of nothing; None: they are there. Raises Invalid(until)."""
    require_person(viewer)
    if until is None:
        asked.come_back(tx, viewer.account)
    elif not now < until <= now + LONGEST_LEAVE:
        raise Invalid("until", "out_of_range")
    else:
        asked.leave(tx, viewer.account, until)


def away_until(tx: Tx, viewer: Viewer, *, now: Millis) -> Millis | None:
    """Until when the viewer says to be away."""
    require_person(viewer)
    return asked.away_until(tx, viewer.account, now)
