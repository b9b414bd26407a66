"""The log of administration: each act and each use of its rights is a row, written with the act."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from social.policy import NOBODY, Role, Viewer, require_role
from storage import audit as rows
from storage.accounts import AccountRow
from storage.audit import AuditRow
from storage.engine.database import Tx
from storage.ids import Millis

COMMAND_LINE = "archipel"
LIMIT = 50
MOST = 10_000
END_OF_TIME = Millis(2**53)


class Act(StrEnum):
    """What can be done with rights that not everybody has."""

    ACCOUNT_CREATE = "account.create"
    ACCOUNT_ROLE = "account.role"
    ACCOUNT_PASSWORD = "account.password"  # noqa: S105  # the name of an act
    ACCOUNT_FACTOR = "account.factor"
    ACCOUNT_DISABLE = "account.disable"
    ACCOUNT_ENABLE = "account.enable"
    ACCOUNT_SILENCE = "account.silence"
    ACCOUNT_UNSILENCE = "account.unsilence"
    ACCOUNT_SENSITIVE = "account.sensitive"
    ACCOUNT_UNSENSITIVE = "account.unsensitive"
    ACCOUNT_SUSPEND = "account.suspend"
    ACCOUNT_UNSUSPEND = "account.unsuspend"
    ACCOUNT_DELETE = "account.delete"
    ACCOUNT_WARN = "account.warn"
    APPEAL_APPROVE = "appeal.approve"
    APPEAL_REJECT = "appeal.reject"
    INVITATION_MAKE = "invitation.make"
    INVITATION_WITHDRAW = "invitation.withdraw"
    PEER_ALLOW = "peer.allow"
    PEER_DENY = "peer.deny"
    PEER_FORGET = "peer.forget"
    PEER_LIMIT = "peer.limit"
    PEER_RETRY = "peer.retry"
    POST_DELETE = "post.delete"
    POST_SENSITIVE = "post.sensitive"
    REPORT_ASSIGN = "report.assign"
    REPORT_LOOK = "report.look"
    REPORT_NOTE = "report.note"
    REPORT_REOPEN = "report.reopen"
    REPORT_RESOLVE = "report.resolve"
    REPORT_SORT = "report.sort"
    REPORT_UNASSIGN = "report.unassign"
    RULE_ADD = "rule.add"
    RULE_CHANGE = "rule.change"
    RULE_REMOVE = "rule.remove"
    BULLETIN_WRITE = "bulletin.write"
    BULLETIN_CHANGE = "bulletin.change"
    BULLETIN_REMOVE = "bulletin.remove"
    ANNOUNCEMENT_URGENT = "announcement.urgent"
    ROLL_BEGIN = "roll.begin"
    ROLL_END = "roll.end"
    SCREEN_MAKE = "screen.make"
    SCREEN_CHANGE = "screen.change"
    SCREEN_REVOKE = "screen.revoke"
    OFFICE_GIVE = "office.give"
    OFFICE_TAKE = "office.take"
    COMMUNITY_REMOVE = "community.remove"
    COMMUNITY_RESTORE = "community.restore"
    COMMUNITY_BAN = "community.ban"
    COMMUNITY_APPOINT = "community.appoint"
    COMMUNITY_ARCHIVE = "community.archive"
    COMMUNITY_KEEP = "community.keep"
    COMMUNITY_REOPEN = "community.reopen"
    COMMUNITY_MERGE = "community.merge"
    COMMUNITY_MOVE = "community.move"
    EMOJI_ADD = "emoji.add"
    EMOJI_RETIRE = "emoji.retire"
    SITE_LOOK = "site.look"
    SITE_QUIET = "site.quiet"
    LOG_EXPORT = "log.export"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the log; what is empty leaves nothing out. `act` may be a subject (`account`) or one act."""

    act: str = ""
    by: str = ""
    of: str = ""
    since: Millis = Millis(0)
    until: Millis = END_OF_TIME


def record(
    tx: Tx, viewer: Viewer | None, act: Act, *, id: int = 0, subject: str = "", why: str = "", now: Millis
) -> None:
    """Write an act of `viewer` (None: the command line) on `subject` into the log, in the transaction of the act."""
    rows.insert(
        tx,
        at=now,
        by=viewer.account if viewer else NOBODY,
        by_name=viewer.username if viewer else COMMAND_LINE,
        act=act.value,
        subject_id=id,
        subject=subject[:300],
        reason=why[:2_000],
        origin=viewer.address if viewer else COMMAND_LINE,
    )


def record_of(tx: Tx, viewer: Viewer | None, act: Act, account: AccountRow, *, why: str = "", now: Millis) -> None:
    """Write an act on an account."""
    record(tx, viewer, act, id=account.id, subject=f"@{account.acct}", why=why, now=now)


def acts(tx: Tx, viewer: Viewer, wanted: Wanted, *, before: int = 2**62, limit: int = LIMIT) -> list[AuditRow]:
    """The log, newest first. Raises Forbidden for anybody but administrators."""
    require_role(viewer, Role.ADMIN)
    return _acts(tx, wanted, before, limit)


def exported(tx: Tx, viewer: Viewer, wanted: Wanted, *, now: Millis) -> Sequence[AuditRow]:
    """The same, as much as there is (at most `MOST`), to be taken away: which is written down too."""
    require_role(viewer, Role.ADMIN)
    record(tx, viewer, Act.LOG_EXPORT, subject=wanted.act, now=now)
    return _acts(tx, wanted, 2**62, MOST)


def _acts(tx: Tx, wanted: Wanted, before: int, limit: int) -> list[AuditRow]:
    act = wanted.act
    return rows.page(
        tx,
        act=act if "." in act or not act else f"{act}.%",
        by=wanted.by,
        of=f"%{wanted.of.replace('%', '').replace('_', '')}%" if wanted.of else "",
        since=wanted.since,
        until=wanted.until,
        before=before,
        limit=limit,
    )
