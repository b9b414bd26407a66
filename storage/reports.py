"""Reports: who complains of whom, which posts are meant, what moderators wrote and did."""

from collections.abc import Sequence
from typing import NewType

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId

ReportId = NewType("ReportId", int)


class ReportRow(Row, frozen=True, kw_only=True):
    """One report. `rules`: ids with spaces between. `posts_count`: how many posts were named when it was made."""

    id: ReportId
    uri: str
    account_id: AccountId
    target_id: AccountId
    category: str
    comment: str
    rules: str
    posts_count: int
    is_forwarded: bool
    assigned_id: AccountId | None
    resolved_at: Millis | None
    resolved_id: AccountId | None
    action: str
    answer: str
    seen_at: Millis | None
    created_at: Millis
    updated_at: Millis


class NoteRow(Row, frozen=True, kw_only=True):
    """A moderator's note on a report, for moderators."""

    id: int
    text: str
    created_at: Millis
    author: AccountRow


class NamedRow(Row, frozen=True, kw_only=True):
    """A post that a report names."""

    report_id: ReportId
    post_id: PostId


_COLUMNS = ReportRow.columns("r")
_INSERT = Query(
    None,
    """
    INSERT INTO reports (
        id, uri, account_id, target_id, category, comment, rules, posts_count, is_forwarded, created_at, updated_at)
    VALUES (:id, :uri, :account, :target, :category, :comment, :rules, :posts_count, :is_forwarded, :now, :now)
    ON CONFLICT (uri) DO NOTHING""",
)
_NAME = Query(
    None,
    """
    INSERT INTO report_posts (report_id, post_id) VALUES (:report, :post)
    ON CONFLICT (report_id, post_id) DO NOTHING""",
)
_BY_IDS = Query(ReportRow, f"SELECT {_COLUMNS} FROM reports AS r WHERE r.id IN (:ids[])", hot=True)
_NAMED = Query(
    NamedRow,
    """
    SELECT x.report_id, x.post_id FROM report_posts AS x
    WHERE x.report_id IN (:ids[]) ORDER BY x.report_id, x.post_id""",
    hot=True,
)
_LISTED = f"""
    SELECT {_COLUMNS} FROM reports AS r
    WHERE (:resolved = 2 OR (:resolved = 1 AND r.resolved_at IS NOT NULL) OR (:resolved = 0 AND r.resolved_at IS NULL))
        AND (CAST(:account AS BIGINT) = 0 OR r.account_id = :account)
        AND (CAST(:target AS BIGINT) = 0 OR r.target_id = :target)
        AND r.id < :before AND r.id > :floor"""
_DOWN = Query(ReportRow, f"{_LISTED} ORDER BY r.id DESC LIMIT :limit", hot=True)
_UP = Query(ReportRow, f"{_LISTED} ORDER BY r.id ASC LIMIT :limit", hot=True)
_FROM_HOST = Query(
    int,
    """
    SELECT COUNT(*) FROM accounts AS a JOIN reports AS r ON r.account_id = a.id
    WHERE a.domain = :host AND r.created_at > :since""",
)
_ASSIGN = Query(None, "UPDATE reports SET assigned_id = CAST(:account AS BIGINT), updated_at = :now WHERE id = :id")
_RESOLVE = Query(
    None,
    """
    UPDATE reports
    SET resolved_at = :now, resolved_id = :by, action = :action, answer = :answer, seen_at = NULL, updated_at = :now
    WHERE id = :id AND resolved_at IS NULL""",
)
_REOPEN = Query(
    None,
    """
    UPDATE reports SET resolved_at = NULL, resolved_id = NULL, action = '', answer = '', updated_at = :now
    WHERE id = :id AND resolved_at IS NOT NULL""",
)
_SORT = Query(None, "UPDATE reports SET category = :category, rules = :rules, updated_at = :now WHERE id = :id")
_NOTE = Query(
    None,
    """
    INSERT INTO report_notes (report_id, author_id, text, created_at) VALUES (:report, :author, :text, :now)""",
)
_NOTES = Query(
    NoteRow,
    f"""
    SELECT n.id, n.text, n.created_at, {AccountRow.columns("a")}
    FROM report_notes AS n JOIN accounts AS a ON a.id = n.author_id
    WHERE n.report_id = :report ORDER BY n.id""",
    hot=True,
)
_SEEN = Query(
    None,
    "UPDATE reports SET seen_at = :now WHERE account_id = :account AND resolved_at IS NOT NULL AND seen_at IS NULL",
)


def insert(tx: Tx, row: ReportRow, posts: Sequence[PostId]) -> bool:
    """Keep a report with the posts that it names; False when one of that uri is here."""
    made = tx.run(
        _INSERT,
        id=row.id,
        uri=row.uri,
        account=row.account_id,
        target=row.target_id,
        category=row.category,
        comment=row.comment,
        rules=row.rules,
        posts_count=row.posts_count,
        is_forwarded=row.is_forwarded,
        now=row.created_at,
    )
    if made and posts:
        tx.many(_NAME, [{"report": row.id, "post": post} for post in posts])
    return made == 1


def by_ids(tx: Tx, ids: Sequence[ReportId]) -> list[ReportRow]:
    """Reports, in any order."""
    return tx.rows(_BY_IDS, ids=ids) if ids else []


def by_id(tx: Tx, id: ReportId) -> ReportRow | None:
    """A report."""
    return next(iter(by_ids(tx, [id])), None)


def named(tx: Tx, ids: Sequence[ReportId]) -> dict[ReportId, list[PostId]]:
    """The posts that reports name and that are still here, by report."""
    found: dict[ReportId, list[PostId]] = {}
    for row in tx.rows(_NAMED, ids=ids) if ids else []:
        found.setdefault(row.report_id, []).append(row.post_id)
    return found


def page(
    tx: Tx,
    *,
    resolved: bool | None,
    account: AccountId | None,
    target: AccountId | None,
    before: int,
    floor: int,
    limit: int,
    up: bool,
) -> list[ReportRow]:
    """Reports strictly between two ids, newest first; `resolved` None: all."""
    found = tx.rows(
        _UP if up else _DOWN,
        resolved=2 if resolved is None else int(resolved),
        account=account or 0,
        target=target or 0,
        before=before,
        floor=floor,
        limit=limit,
    )
    return found[::-1] if up else found


def count_from_host(tx: Tx, host: str, since: Millis) -> int:
    """How many the node `host` sent since then."""
    return tx.value(_FROM_HOST, host=host, since=since)


def assign(tx: Tx, id: ReportId, account: AccountId | None, now: Millis) -> None:
    """Say who looks after it; None: nobody."""
    tx.run(_ASSIGN, id=id, account=account, now=now)


def resolve(tx: Tx, id: ReportId, by: AccountId, action: str, answer: str, now: Millis) -> bool:
    """Close it; False if it was closed."""
    return tx.run(_RESOLVE, id=id, by=by, action=action, answer=answer, now=now) == 1


def reopen(tx: Tx, id: ReportId, now: Millis) -> bool:
    """Open it again; False if it was open."""
    return tx.run(_REOPEN, id=id, now=now) == 1


def sort(tx: Tx, id: ReportId, category: str, rules: str, now: Millis) -> None:
    """Change what it is about."""
    tx.run(_SORT, id=id, category=category, rules=rules, now=now)


def note(tx: Tx, report: ReportId, author: AccountId, text: str, now: Millis) -> None:
    """Add a note."""
    tx.run(_NOTE, report=report, author=author, text=text, now=now)


def notes(tx: Tx, report: ReportId) -> list[NoteRow]:
    """The notes, oldest first."""
    return tx.rows(_NOTES, report=report)


def seen(tx: Tx, account: AccountId, now: Millis) -> None:
    """The account has read the answers to its reports."""
    tx.run(_SEEN, account=account, now=now)
