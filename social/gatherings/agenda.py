"""What takes place: the agenda of a person or a community, and the calendars that other programs subscribe to."""

from collections.abc import Sequence

from social import reading
from social.clock import DAY
from social.communities import standing
from social.errors import NotFound
from social.gatherings.drafts import LONGEST
from social.policy import Viewer, require_person
from social.reading import PostView
from storage import accounts, calendars
from storage import gatherings as rows
from storage.calendars import CalendarRow
from storage.engine.database import Tx
from storage.gatherings import DateRow, NextRow, Which
from storage.ids import GREATEST_ID, AccountId, Millis, PostId, new_token

MOST = 50
IN_CALENDAR = 500
KEPT = 90 * DAY
"""How long what is over stays in calendars of other programs."""
_FIRST = (Millis(0), PostId(0))
_LAST = (Millis(GREATEST_ID), PostId(GREATEST_ID))


def coming(
    tx: Tx,
    viewer: Viewer,
    which: Which,
    *,
    now: Millis,
    after: tuple[Millis, PostId] = _FIRST,
    limit: int = MOST,
) -> list[PostView]:
    """What is under way or to come, the next first, behind the start and post `after`."""
    ids = rows.upcoming(
        tx, viewer.account, which, since=Millis(now - LONGEST), from_time=now, after=after, limit=limit, now=now
    )
    return _views(tx, viewer, ids)


def over(
    tx: Tx, viewer: Viewer, which: Which, *, now: Millis, after: tuple[Millis, PostId] = _LAST, limit: int = MOST
) -> list[PostView]:
    """What is over, the last first."""
    return _views(tx, viewer, rows.past(tx, viewer.account, which, after=after, limit=limit, now=now))


def lines(tx: Tx, viewer: Viewer, which: Which, *, limit: int, now: Millis) -> list[NextRow]:
    """What takes place next, in a line each: one statement."""
    return rows.lines(tx, viewer.account, which, since=Millis(now - LONGEST), limit=limit, now=now)


def series(tx: Tx, viewer: Viewer, view: PostView, limit: int = MOST) -> list[DateRow]:
    """The occurrences of one that is repeated, in their order; none for one that is not."""
    if view.gathering is None or not view.gathering.gathering.series:
        return []
    return rows.of_series(tx, viewer.account, view.gathering.gathering.series, limit)


def calendar(tx: Tx, token: str, *, now: Millis) -> tuple[str, list[PostView]]:
    """What stands in the calendar at an address, as its owner sees it, and whose it is. Raises NotFound."""
    found = calendars.by_token(tx, token) if token else None
    owner = accounts.by_id(tx, found.account_id) if found is not None else None
    if found is None or owner is None or owner.suspended_at is not None or owner.deleted_at is not None:
        raise NotFound("page")
    viewer = Viewer(account=owner.id)
    which = Which(is_mine=found.community_id == 0, community=found.community_id)
    ids = rows.upcoming(
        tx,
        owner.id,
        which,
        since=Millis(now - KEPT),
        from_time=Millis(now - KEPT),
        after=_FIRST,
        limit=IN_CALENDAR,
        now=now,
    )
    # Who was put out of a hidden community learns nothing more of it, its new name neither.
    community = standing.shown(tx, viewer, AccountId(found.community_id)).account if found.community_id else None
    return community.name if community is not None else owner.name, _views(tx, viewer, ids)


def addresses(tx: Tx, viewer: Viewer) -> dict[int, CalendarRow]:
    """The viewer's addresses of calendars, by community (0: all that they take part in)."""
    require_person(viewer)
    return calendars.of_account(tx, viewer.account)


def renew(tx: Tx, viewer: Viewer, community: int, *, now: Millis) -> str:
    """A new address; the former one opens nothing any more. Raises NotFound for a community that is not shown."""
    require_person(viewer)
    if community:
        standing.shown(tx, viewer, AccountId(community))
    token = new_token()
    calendars.put(tx, viewer.account, community, token, now)
    return token


def revoke(tx: Tx, viewer: Viewer, community: int) -> None:
    """The address opens nothing any more."""
    require_person(viewer)
    calendars.drop(tx, viewer.account, community)


def _views(tx: Tx, viewer: Viewer, ids: Sequence[PostId]) -> list[PostView]:
    return [view for view in reading.posts(tx, viewer, ids) if view.gathering is not None]
