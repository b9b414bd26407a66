"""Notifications as people read them: one by one, and together where many are about the same thing.

They are written in `telling.py`. Those that the reader's policy held back are `filtered`: they wait with the requests.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, NotificationId, PostId
from storage.visibility import node_wanted, visible_to


class Kind(StrEnum):
    """What somebody is told of, in the words of Mastodon's clients."""

    MENTION = "mention"
    STATUS = "status"
    REBLOG = "reblog"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    FAVOURITE = "favourite"
    POLL = "poll"
    UPDATE = "update"
    QUOTE = "quote"
    QUOTED_UPDATE = "quoted_update"
    ADMIN_SIGN_UP = "admin.sign_up"
    ADMIN_REPORT = "admin.report"
    MODERATION_WARNING = "moderation_warning"
    COMMUNITY_REQUEST = "community.request"
    """to who moderates: somebody (the subject) asks to join"""
    COMMUNITY_ACCEPTED = "community.accepted"
    COMMUNITY_INVITED = "community.invited"
    COMMUNITY_GREETING = "community.greeting"
    """to who moderates: somebody's first post there"""
    COMMUNITY_WARNING = "community.warning"
    """to a member: moderators wrote to them, or took the post out"""
    COMMUNITY_LEAVING = "community.leaving"
    """to a member by a rule that holds no longer: the membership ends"""
    COMMUNITY_QUIET = "community.quiet"
    """to hosts: nobody wrote for long"""
    COMMUNITY_MOVED = "community.moved"
    """to a member: a community of theirs goes on as this one, and they are in it"""
    COMMUNITY_UNHOSTED = "community.unhosted"
    """to who administers the site: nobody looks after a community any more"""
    DESK_REVIEW = "desk.review"
    """to reviewers: the owner of a piece asks for their answer"""
    DESK_APPROVED = "desk.approved"
    DESK_CHANGES = "desk.changes"
    """to who writes a piece: a reviewer wants it changed"""
    DESK_COMMENT = "desk.comment"
    """to who writes or reviews a piece: another of them said something about it"""
    DESK_SHARED = "desk.shared"
    """to an author: the owner of a piece wants them to write it together"""
    DESK_BESIDE = "desk.beside"
    """to the owner of a piece: somebody wrote on an older version, both are kept"""
    DESK_CORRECTED = "desk.corrected"
    """to the author of an article: who wrote it with them corrected what is out"""
    ANNOUNCEMENT_ANSWERED = "announcement.answered"
    """to who had a question about what is to be read: it is answered for all"""
    ANNOUNCEMENT_LEFT = "announcement.left"
    """to who announced, or speaks for the site: some were reminded as often as may be and have not answered"""
    SCHEDULED_FAILED = "scheduled.failed"
    """to an author: what was to be published by itself was not, and is kept"""
    ROLL_CALL = "roll.call"
    """to everybody of the site: are you safe?"""
    COMMUNITY_PAGE = "community.page"
    """to who wrote on a page that is kept elsewhere: it was not taken"""
    COMMUNITY_UNINVITED = "community.uninvited"
    """to who moderates from another node: whom they invited cannot come in"""
    GATHERING_GONE = "gathering.gone"
    """to who wanted to come: the gathering was deleted, or the account of who held it"""

    @property
    def is_own(self) -> bool:
        """A kind of ours, which no app of Mastodon's knows: shown to apps that ask for it by name."""
        return "." in self.value and not self.value.startswith("admin.")


GROUPED = (Kind.FAVOURITE, Kind.REBLOG, Kind.FOLLOW, Kind.ADMIN_SIGN_UP)
"""Kinds of which many about one thing, near in time, have one key."""


class NoticeRow(Row, frozen=True, kw_only=True):
    """One notification with whoever caused it. `group_key`: empty for one that stands alone."""

    id: NotificationId
    kind: Kind
    post_id: PostId | None
    created_at: Millis
    group_key: str
    filtered: bool
    sender: AccountRow
    subject: str = ""
    words: str = ""
    """What moderators of a community said; who cannot come into it."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which notifications: kinds, whose (None: anybody's), also those that the policy held back."""

    kinds: Sequence[Kind]
    sender: AccountId | None = None
    also_filtered: bool = False


def heard(n: str, a: str) -> str:
    """Condition: the notification of alias `n` from the account `a` still is for `:viewer` past `:now`.

    Whether somebody is safe is asked also of those who wanted to hear nothing of who asks; a block holds.
    """
    return f"""{n}.account_id = :viewer AND {a}.suspended_at IS NULL AND {a}.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM blocks AS b WHERE b.account_id = :viewer AND b.target_id = {n}.from_id)
        AND ({n}.kind = 'roll.call' OR NOT EXISTS (
            SELECT 1 FROM mutes AS m
            WHERE m.account_id = :viewer AND m.target_id = {n}.from_id AND m.notifications = 1
                AND (m.expires_at IS NULL OR m.expires_at > :now)))
        AND {node_wanted(":viewer", f"{n}.from_id")}"""


SHOWN = f"""
    FROM notifications AS n
    JOIN accounts AS a ON a.id = n.from_id
    LEFT JOIN posts AS p ON p.id = n.post_id
    WHERE (n.post_id IS NULL OR {visible_to("p")}) AND {heard("n", "a")}"""
CHOSEN = """n.kind IN (:kinds[]) AND (CAST(:sender AS BIGINT) = 0 OR n.from_id = :sender)
        AND n.filtered <= :filtered"""
"""Condition: as `Wanted` says."""
_COLUMNS = (
    f"n.id, n.kind, n.post_id, n.created_at, n.group_key, n.filtered, {AccountRow.columns('a')}, n.subject, n.words"
)
_FILTERED = f"""
    SELECT {_COLUMNS} {SHOWN}
        AND {CHOSEN} AND n.id < :before AND n.id > :floor"""
_DOWN = Query(NoticeRow, f"{_FILTERED} ORDER BY n.id DESC LIMIT :limit", hot=True)
_UP = Query(NoticeRow, f"{_FILTERED} ORDER BY n.id ASC LIMIT :limit", hot=True)
_BY_ID = Query(NoticeRow, f"SELECT {_COLUMNS} {SHOWN} AND n.id = :id", hot=True)
AFTER_MARKER = """n.id > COALESCE((
            SELECT k.last_read_id FROM markers AS k
            WHERE k.account_id = :viewer AND k.timeline = 'notifications'), 0)"""
_UNREAD = Query(
    int,
    f"""
    SELECT COUNT(*) FROM (
        SELECT n.id {SHOWN} AND {CHOSEN} AND {AFTER_MARKER}
        LIMIT :limit) AS x""",
    hot=True,
)
_DISMISS = Query(None, "DELETE FROM notifications WHERE id IN (:ids[]) AND account_id = :account")
_CLEAR = Query(None, "DELETE FROM notifications WHERE account_id = :account")
_DROP_BOOST = Query(None, "DELETE FROM notifications WHERE post_id = :post AND kind = 'reblog' AND subject = :subject")
_DROP_LIKE = Query(None, "DELETE FROM notifications WHERE post_id = :post AND kind = 'favourite' AND from_id = :sender")
_DROP_FOLLOW = Query(
    None,
    """
    DELETE FROM notifications
    WHERE account_id = :account AND from_id = :sender AND kind IN (:kinds[]) AND subject = ''""",
)
_DROP_ALL_FROM = Query(None, "DELETE FROM notifications WHERE account_id = :account AND from_id = :sender")


def page(
    tx: Tx, viewer: AccountId, wanted: Wanted, before: int, floor: int, limit: int, now: Millis, *, up: bool
) -> list[NoticeRow]:
    """Notifications strictly between two ids, newest first; `up`: the page directly above `floor`."""
    bounds = {"before": before, "floor": floor, "limit": limit}
    found = tx.rows(_UP if up else _DOWN, viewer=viewer, now=now, **bounds, **chosen(wanted))
    return found[::-1] if up else found


def by_id(tx: Tx, viewer: AccountId, id: NotificationId, now: Millis) -> NoticeRow | None:
    """One notification of the viewer."""
    return tx.row(_BY_ID, viewer=viewer, id=id, now=now)


def unread(tx: Tx, viewer: AccountId, wanted: Wanted, limit: int, now: Millis) -> int:
    """How many are newer than the marker, at most `limit`."""
    return tx.value(_UNREAD, viewer=viewer, limit=limit, now=now, **chosen(wanted))


def chosen(wanted: Wanted) -> dict[str, object]:
    """The parameters of `CHOSEN`."""
    return {"kinds": wanted.kinds, "sender": wanted.sender or 0, "filtered": int(wanted.also_filtered)}


def dismiss(tx: Tx, account: AccountId, ids: Sequence[NotificationId]) -> int:
    """Remove those that are the account's; their number."""
    return tx.run(_DISMISS, account=account, ids=ids)


def clear(tx: Tx, account: AccountId) -> None:
    """Remove all of the account."""
    tx.run(_CLEAR, account=account)


def drop_boost(tx: Tx, post: PostId, subject: str) -> None:
    """The boost `subject` of the post is gone."""
    tx.run(_DROP_BOOST, post=post, subject=subject)


def drop_like(tx: Tx, sender: AccountId, post: PostId) -> None:
    """The like is taken back."""
    tx.run(_DROP_LIKE, sender=sender, post=post)


def drop_follow(tx: Tx, account: AccountId, sender: AccountId, kinds: Sequence[Kind]) -> None:
    """The follow or request is gone."""
    tx.run(_DROP_FOLLOW, account=account, sender=sender, kinds=kinds)


def drop_all_from(tx: Tx, account: AccountId, sender: AccountId) -> None:
    """Everything that `sender` caused for `account` goes."""
    tx.run(_DROP_ALL_FROM, account=account, sender=sender)
