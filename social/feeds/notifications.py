"""Notifications: what people are told of. Rows are written by the subscriber `apply`, once for each cause."""

from collections.abc import Callable, Sequence

import msgspec

from social import events, reading
from social.errors import NotFound
from social.governance import reports, warnings
from social.governance.reports import ReportView
from social.governance.warnings import WarningView
from social.paging import Page
from social.people.names import INSTANCE_ACTOR
from social.policy import Role, Viewer, require_person
from social.reading import PostView
from storage import alerts
from storage import notifications as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, NotificationId
from storage.notifications import Kind, NoticeRow, WrittenRow
from storage.relations import FollowState
from storage.reports import ReportId
from storage.warnings import WarningId

_OF_FOLLOWS = (Kind.FOLLOW, Kind.FOLLOW_REQUEST)


class NotificationView(msgspec.Struct, frozen=True, kw_only=True):
    """One notification, ready to be shown; `post` is there for every kind but follows and those of governance."""

    id: NotificationId
    kind: Kind
    sender: AccountRow
    post: PostView | None
    created_at: Millis
    report: ReportView | None = None
    warning: WarningView | None = None


def notifications(
    tx: Tx,
    viewer: Viewer,
    page: Page,
    *,
    now: Millis,
    kinds: Sequence[str] = (),
    exclude: Sequence[str] = (),
    from_account: AccountId | None = None,
) -> list[NotificationView]:
    """The viewer's notifications, newest first. Five statements.

    `kinds` none: all. Not those from accounts that are blocked or muted now, nor of posts that are hidden by now.
    """
    require_person(viewer)
    wanted = [kind for kind in Kind if (not kinds or kind.value in kinds) and kind.value not in exclude]
    if not wanted:
        return []
    found = rows.page(
        tx,
        viewer.account,
        wanted,
        from_account,
        page.before,
        page.floor,
        page.limit,
        now,
        up=page.is_upward,
    )
    return _views(tx, viewer, found)


def parted(
    tx: Tx, viewer: Viewer, kinds: Sequence[str], asking: Page, others: Page, *, now: Millis
) -> tuple[list[NotificationView], list[NotificationView]]:
    """Notifications as two lists, those of `kinds` and the others, each paged by itself. Six statements."""
    require_person(viewer)
    wanted = [kind for kind in Kind if kind.value in kinds]
    rest = [kind for kind in Kind if kind.value not in kinds]
    first = rows.page(
        tx, viewer.account, wanted, None, asking.before, asking.floor, asking.limit, now, up=asking.is_upward
    )
    second = rows.page(
        tx, viewer.account, rest, None, others.before, others.floor, others.limit, now, up=others.is_upward
    )
    views = _views(tx, viewer, [*first, *second])
    return [one for one in views if one.kind in wanted], [one for one in views if one.kind in rest]


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
    if not rows.dismiss(tx, viewer.account, id):
        raise NotFound("notification")


def clear(tx: Tx, viewer: Viewer) -> None:
    """Remove all of the viewer's."""
    require_person(viewer)
    rows.clear(tx, viewer.account)


def unread_count(tx: Tx, viewer: Viewer, *, now: Millis, kinds: Sequence[str] = (), limit: int = 100) -> int:
    """How many are newer than the viewer's marker of notifications, at most `limit`. `kinds` none: all."""
    require_person(viewer)
    wanted = [kind for kind in Kind if not kinds or kind.value in kinds]
    return rows.unread(tx, viewer.account, wanted, limit, now) if wanted else 0


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: write, or remove, what the event means for people here. May run twice for one event."""
    react = REACTIONS.get(type(event))
    if react is None:
        return
    written = react(tx, event, now)
    events.append_all(
        tx,
        [events.Notified(by=event.by, to=row.account_id, notification=row.id, at=event.at) for row in written],
    )


def _views(tx: Tx, viewer: Viewer, found: Sequence[NoticeRow]) -> list[NotificationView]:
    ids = dict.fromkeys(row.post_id for row in found if row.post_id is not None)
    posts = {view.post.id: view for view in reading.posts(tx, viewer, list(ids))}
    told_of = _reports(tx, viewer, found)
    warned = _warnings(tx, found)
    return [
        NotificationView(
            id=row.id,
            kind=row.kind,
            sender=row.sender,
            post=None if row.post_id is None else posts[row.post_id],
            created_at=row.created_at,
            report=told_of.get(row.subject) if row.kind is Kind.ADMIN_REPORT else None,
            warning=warned.get(row.subject) if row.kind is Kind.MODERATION_WARNING else None,
        )
        for row in found
        if (row.post_id is None or row.post_id in posts)
        and (row.kind is not Kind.ADMIN_REPORT or row.subject in told_of)
        and (row.kind is not Kind.MODERATION_WARNING or row.subject in warned)
    ]


def _reports(tx: Tx, viewer: Viewer, found: Sequence[NoticeRow]) -> dict[str, ReportView]:
    """Reports by what notifications call them; none for who moderates no longer. Four statements if there are any."""
    asked = [ReportId(int(row.subject)) for row in found if row.kind is Kind.ADMIN_REPORT]
    views = reports.by_ids(tx, asked) if asked and viewer.may(Role.MODERATOR) else []
    return {str(view.report.id): view for view in views}


def _warnings(tx: Tx, found: Sequence[NoticeRow]) -> dict[str, WarningView]:
    """Warnings by what notifications call them. Two statements if there are any."""
    asked = [WarningId(int(row.subject)) for row in found if row.kind is Kind.MODERATION_WARNING]
    return {str(view.warning.id): view for view in (warnings.by_ids(tx, asked) if asked else ())}


def _published(tx: Tx, event: events.PostPublished, now: Millis) -> list[WrittenRow]:
    if event.history:
        return []
    return rows.mentioned(tx, event.post, event.at, now) + rows.posted(tx, event.post, event.at, now)


def _surfaced(tx: Tx, event: events.PostSurfaced, now: Millis) -> list[WrittenRow]:
    return rows.mentioned(tx, event.post, event.at, now) + rows.posted(tx, event.post, event.at, now)


def _edited(tx: Tx, event: events.PostEdited, now: Millis) -> list[WrittenRow]:
    # Somebody may be named by the edit only; who was told of the post already is not told again.
    named = rows.mentioned(tx, event.post, event.at, now)
    return named + rows.edited(tx, event.post, f"{event.post}:{event.at}", event.at, now)


def _poll_closed(tx: Tx, event: events.PollClosed, now: Millis) -> list[WrittenRow]:
    return rows.closed(tx, event.post, f"{event.post}:{event.at}", event.at, now)


def _boosted(tx: Tx, event: events.PostBoosted, now: Millis) -> list[WrittenRow]:
    return rows.boosted(tx, event.post, event.at, now)


def _deleted(tx: Tx, event: events.PostDeleted, now: Millis) -> list[WrittenRow]:
    if event.boost_of is not None:
        rows.drop_boost(tx, event.boost_of, str(event.post))
    return []


def _liked(tx: Tx, event: events.PostLiked, now: Millis) -> list[WrittenRow]:
    return rows.liked(tx, event.by, event.post, event.at, now)


def _unliked(tx: Tx, event: events.PostUnliked, now: Millis) -> list[WrittenRow]:
    rows.drop_like(tx, event.by, event.post)
    return []


def _requested(tx: Tx, event: events.FollowRequested, now: Millis) -> list[WrittenRow]:
    return rows.followed(tx, Kind.FOLLOW_REQUEST, event.by, event.of, FollowState.REQUESTED, event.at, now)


def _accepted(tx: Tx, event: events.FollowAccepted, now: Millis) -> list[WrittenRow]:
    rows.drop_follow(tx, event.of, event.by, [Kind.FOLLOW_REQUEST])
    return rows.followed(tx, Kind.FOLLOW, event.by, event.of, FollowState.ACCEPTED, event.at, now)


def _unfollowed(tx: Tx, event: events.FollowRejected | events.FollowRemoved, now: Millis) -> list[WrittenRow]:
    rows.drop_follow(tx, event.of, event.by, _OF_FOLLOWS)
    return []


def _blocked(tx: Tx, event: events.AccountBlocked, now: Millis) -> list[WrittenRow]:
    rows.drop_all_from(tx, event.by, event.of)
    rows.drop_follow(tx, event.of, event.by, _OF_FOLLOWS)
    return []


def _reported(tx: Tx, event: events.ReportFiled, now: Millis) -> list[WrittenRow]:
    return alerts.reported(tx, event.report, event.by, event.at)


def _joined(tx: Tx, event: events.AccountJoined, now: Millis) -> list[WrittenRow]:
    return alerts.joined(tx, event.by, event.at)


def _warned(tx: Tx, event: events.AccountWarned, now: Millis) -> list[WrittenRow]:
    return alerts.warned(tx, event.warning, INSTANCE_ACTOR, event.at)


REACTIONS: dict[type, Callable[..., list[WrittenRow]]] = {
    events.PostPublished: _published,
    events.PostSurfaced: _surfaced,
    events.PostEdited: _edited,
    events.PostDeleted: _deleted,
    events.PollClosed: _poll_closed,
    events.PostBoosted: _boosted,
    events.PostLiked: _liked,
    events.PostUnliked: _unliked,
    events.FollowRequested: _requested,
    events.FollowAccepted: _accepted,
    events.FollowRejected: _unfollowed,
    events.FollowRemoved: _unfollowed,
    events.AccountBlocked: _blocked,
    events.AccountJoined: _joined,
    events.ReportFiled: _reported,
    events.AccountWarned: _warned,
}
"""Event → what it means for people here. Whatever is not here tells nobody anything."""
