"""Notifications put together: likes of one post, boosts of one post, new followers, near in time."""

from collections.abc import Sequence

import msgspec

from social.errors import NotFound
from social.feeds.notifications import wanted
from social.paging import MAX_ID, Page
from social.policy import Viewer, require_person
from storage import notice_groups as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, NotificationId, PostId
from storage.notice_groups import ALONE, MemberRow
from storage.notifications import GROUPED, Kind


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """A group as it stands on a page. `leader` is its place there; `lowest` its oldest member on the page."""

    key: str
    kind: Kind
    leader: NotificationId
    total: int
    newest: NotificationId
    lowest: NotificationId
    newest_at: Millis
    senders: tuple[AccountRow, ...]
    post: PostId | None
    subject: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which groups: kinds and sender as for single ones, and `grouped`, the kinds that are put together (none: all)."""

    kinds: Sequence[str] = ()
    exclude: Sequence[str] = ()
    from_account: AccountId | None = None
    include_filtered: bool = False
    grouped: Sequence[str] = ()

    @property
    def together(self) -> list[Kind]:
        """Kinds that are put together."""
        return [kind for kind in GROUPED if not self.grouped or kind.value in self.grouped]


def groups(tx: Tx, viewer: Viewer, page: Page, asked: Asked, *, now: Millis) -> list[GroupView]:
    """The viewer's notifications in groups, newest first: each group once. One statement."""
    require_person(viewer)
    chosen = wanted(asked.kinds, asked.exclude, asked.from_account, include_filtered=asked.include_filtered)
    if not chosen.kinds:
        return []
    bounds = (page.before, page.floor, page.limit)
    return _views(rows.page(tx, viewer.account, chosen, asked.together, *bounds, now, up=page.is_upward))


def group(tx: Tx, viewer: Viewer, key: str, *, now: Millis) -> GroupView:
    """The group of a key. Raises NotFound."""
    require_person(viewer)
    views = _views(rows.one(tx, viewer.account, key, now))
    if not views:
        raise NotFound("notification")
    return views[0]


def senders(tx: Tx, viewer: Viewer, key: str, page: Page, *, now: Millis) -> list[tuple[NotificationId, AccountRow]]:
    """Who caused the notifications of a group, newest first, each with the notification."""
    require_person(viewer)
    found = rows.senders(tx, viewer.account, key, page.before, page.floor, page.limit, now)
    return [(row.id, row.sender) for row in found]


def dismiss(tx: Tx, viewer: Viewer, key: str) -> None:
    """Remove the notifications of a group. Raises NotFound."""
    require_person(viewer)
    if not rows.dismiss(tx, viewer.account, key):
        raise NotFound("notification")


def unread_count(tx: Tx, viewer: Viewer, asked: Asked, *, now: Millis, limit: int = 100) -> int:
    """How many groups have something newer than the viewer's marker, at most `limit`."""
    require_person(viewer)
    chosen = wanted(asked.kinds, asked.exclude, asked.from_account)
    return rows.unread(tx, viewer.account, chosen, asked.together, MAX_ID, limit, now) if chosen.kinds else 0


def _views(found: Sequence[MemberRow]) -> list[GroupView]:
    groups: dict[NotificationId, list[MemberRow]] = {}
    for row in found:
        groups.setdefault(row.leader, []).append(row)
    return [_view(members) for members in groups.values()]


def _view(members: Sequence[MemberRow]) -> GroupView:
    row = members[0]
    return GroupView(
        key=row.group_key or f"{ALONE}{row.leader}",
        kind=row.kind,
        leader=row.leader,
        total=row.total,
        newest=row.newest,
        lowest=row.lowest,
        newest_at=row.newest_at,
        senders=tuple(member.sender for member in members),
        post=row.post_id,
        subject=row.subject,
    )
