"""Notifications: what people were told of, one by one. They are written by `telling.py`, grouped by `groups.py`."""

from collections.abc import Sequence

import msgspec

from social import reading
from social.errors import NotFound
from social.feeds.causes import causes
from social.governance.reports import ReportView
from social.governance.warnings import WarningView
from social.paging import Page
from social.policy import Viewer, require_person
from social.reading import PostView
from storage import notifications as rows
from storage.accounts import AccountRow
from storage.desk import PieceRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, NotificationId
from storage.notice_groups import ALONE
from storage.notifications import Kind, NoticeRow, Wanted
from storage.scheduled import ScheduledRow

KNOWN_TO_APPS = tuple(kind.value for kind in Kind if not kind.is_own)
"""What an app gets that names no kinds."""


class NotificationView(msgspec.Struct, frozen=True, kw_only=True):
    """One notification, ready to be shown; `post` is there for every kind that is about one."""

    id: NotificationId
    kind: Kind
    sender: AccountRow
    post: PostView | None
    created_at: Millis
    group_key: str = ""
    filtered: bool = False
    report: ReportView | None = None
    warning: WarningView | None = None
    piece: PieceRow | None = None
    failed: ScheduledRow | None = None
    """What was not published at its time."""
    subject: str = ""
    """What makes it one of its kind; of a gathering also what happened (`telling.gathering_subject`)."""
    words: str = ""
    """What moderators of a community said."""


def notifications(
    tx: Tx,
    viewer: Viewer,
    page: Page,
    *,
    now: Millis,
    kinds: Sequence[str] = (),
    exclude: Sequence[str] = (),
    from_account: AccountId | None = None,
    include_filtered: bool = False,
) -> list[NotificationView]:
    """The viewer's notifications, newest first. Five statements.

    `kinds` none: all. Not those from accounts that are blocked or muted now, nor of posts that are hidden by now, nor
    what the viewer's policy held back; of one account all is shown.
    """
    require_person(viewer)
    asked = wanted(kinds, exclude, from_account, include_filtered=include_filtered)
    return _views(tx, viewer, _page(tx, viewer, asked, page, now))


def parted(
    tx: Tx, viewer: Viewer, kinds: Sequence[str], asking: Page, others: Page, *, now: Millis
) -> tuple[list[NotificationView], list[NotificationView]]:
    """Notifications as two lists, those of `kinds` and the others, each paged by itself. Six statements."""
    require_person(viewer)
    first, rest = wanted(kinds), wanted((), kinds)
    views = _views(tx, viewer, [*_page(tx, viewer, first, asking, now), *_page(tx, viewer, rest, others, now)])
    return [one for one in views if one.kind in first.kinds], [one for one in views if one.kind in rest.kinds]


def notification(tx: Tx, viewer: Viewer, id: NotificationId, *, now: Millis) -> NotificationView:
    """One notification of the viewer. Raises NotFound."""
    require_person(viewer)
    row = rows.by_id(tx, viewer.account, id, now)
    views = _views(tx, viewer, [row] if row else [])
    if not views:
        raise NotFound("notification")
    return views[0]


def dismiss(tx: Tx, viewer: Viewer, id: NotificationId) -> None:
    """Remove one. Raises NotFound."""
    require_person(viewer)
    if not rows.dismiss(tx, viewer.account, [id]):
        raise NotFound("notification")


def dismiss_several(tx: Tx, viewer: Viewer, ids: Sequence[NotificationId]) -> None:
    """Remove those of the ids that are the viewer's."""
    require_person(viewer)
    rows.dismiss(tx, viewer.account, ids)


def clear(tx: Tx, viewer: Viewer) -> None:
    """Remove all of the viewer's."""
    require_person(viewer)
    rows.clear(tx, viewer.account)


def unread_count(
    tx: Tx,
    viewer: Viewer,
    *,
    now: Millis,
    kinds: Sequence[str] = (),
    exclude: Sequence[str] = (),
    from_account: AccountId | None = None,
    limit: int = 100,
) -> int:
    """How many are newer than the viewer's marker of notifications, at most `limit`. `kinds` none: all."""
    require_person(viewer)
    asked = wanted(kinds, exclude, from_account)
    return rows.unread(tx, viewer.account, asked, limit, now) if asked.kinds else 0


def wanted(
    kinds: Sequence[str],
    exclude: Sequence[str] = (),
    from_account: AccountId | None = None,
    *,
    include_filtered: bool = False,
) -> Wanted:
    """Which notifications are asked for: `kinds` none means all, and words that are no kinds mean nothing."""
    chosen = [kind for kind in Kind if (not kinds or kind.value in kinds) and kind.value not in exclude]
    return Wanted(kinds=chosen, sender=from_account, also_filtered=include_filtered or from_account is not None)


def _page(tx: Tx, viewer: Viewer, asked: Wanted, page: Page, now: Millis) -> list[NoticeRow]:
    if not asked.kinds:
        return []
    return rows.page(tx, viewer.account, asked, page.before, page.floor, page.limit, now, up=page.is_upward)


def _views(tx: Tx, viewer: Viewer, found: Sequence[NoticeRow]) -> list[NotificationView]:
    ids = dict.fromkeys(row.post_id for row in found if row.post_id is not None)
    posts = {view.post.id: view for view in reading.posts(tx, viewer, list(ids))}
    about = causes(tx, viewer, [(row.kind, row.subject) for row in found])
    return [
        NotificationView(
            id=row.id,
            kind=row.kind,
            sender=row.sender,
            post=None if row.post_id is None else posts[row.post_id],
            created_at=row.created_at,
            group_key=row.group_key or f"{ALONE}{row.id}",
            filtered=row.filtered,
            report=about.report(row.kind, row.subject),
            warning=about.warning(row.kind, row.subject),
            piece=about.piece(row.kind, row.subject),
            failed=about.failed(row.kind, row.subject),
            subject=row.subject,
            words=row.words,
        )
        for row in found
        if (row.post_id is None or row.post_id in posts) and about.has(row.kind, row.subject)
    ]
