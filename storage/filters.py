"""Filters: words and posts that somebody wants warned of, hidden or blurred."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId

FilterId = NewType("FilterId", int)
KeywordId = NewType("KeywordId", int)
FilteredId = NewType("FilteredId", int)


class FilterAction(StrEnum):
    """What is done with a post that matches."""

    WARN = "warn"
    HIDE = "hide"
    BLUR = "blur"


class FilterRow(Row, frozen=True, kw_only=True):
    """One filter. `contexts` are parted by spaces; `expires_at` None: for good."""

    id: FilterId
    account_id: AccountId
    title: str
    contexts: str
    action: FilterAction
    expires_at: Millis | None
    created_at: Millis


class KeywordRow(Row, frozen=True, kw_only=True):
    """A word of a filter."""

    id: KeywordId
    filter_id: FilterId
    keyword: str
    whole_word: bool


class FilteredRow(Row, frozen=True, kw_only=True):
    """A post that a filter names."""

    id: FilteredId
    filter_id: FilterId
    post_id: PostId


class PartRow(Row, frozen=True, kw_only=True):
    """A filter with one of its words, or one of its posts, or neither."""

    filter: FilterRow
    keyword_id: KeywordId | None
    keyword: str
    whole_word: bool
    filtered_id: FilteredId | None
    post_id: PostId | None


_PARTS = f"""
    SELECT {FilterRow.columns("f")}, k.id AS keyword_id, COALESCE(k.keyword, '') AS keyword,
        COALESCE(k.whole_word, 0) AS whole_word, CAST(NULL AS BIGINT) AS filtered_id, CAST(NULL AS BIGINT) AS post_id
    FROM filters AS f LEFT JOIN filter_keywords AS k ON k.filter_id = f.id
    WHERE {{whose}}
    UNION ALL
    SELECT {FilterRow.columns("f")}, CAST(NULL AS BIGINT), '', 0, x.id, x.post_id
    FROM filters AS f JOIN filter_posts AS x ON x.filter_id = f.id
    WHERE {{whose}}
    ORDER BY 1, 8, 11"""
_OF_ACCOUNTS = Query(PartRow, _PARTS.format(whose="f.account_id IN (:accounts[])"), hot=True)
_BY_ID = Query(PartRow, _PARTS.format(whose="f.id = :id AND f.account_id = :account"), hot=True)
_WITH_KEYWORD = Query(
    FilterId,
    """
    SELECT f.id FROM filters AS f JOIN filter_keywords AS k ON k.filter_id = f.id
    WHERE k.id = :keyword AND f.account_id = :account""",
    hot=True,
)
_WITH_FILTERED = Query(
    FilterId,
    """
    SELECT f.id FROM filters AS f JOIN filter_posts AS x ON x.filter_id = f.id
    WHERE x.id = :filtered AND f.account_id = :account""",
    hot=True,
)
_COUNT = Query(int, "SELECT COUNT(*) FROM filters WHERE account_id = :account")
_INSERT = Query(
    None,
    """
    INSERT INTO filters (id, account_id, title, contexts, action, expires_at, created_at)
    VALUES (:id, :account_id, :title, :contexts, :action, CAST(:expires_at AS BIGINT), :created_at)""",
)
_REWRITE = Query(
    None,
    """
    UPDATE filters
    SET title = :title, contexts = :contexts, action = :action, expires_at = CAST(:expires_at AS BIGINT)
    WHERE id = :id""",
)
_DELETE = Query(None, "DELETE FROM filters WHERE id = :id")
_INSERT_KEYWORD = Query(
    None,
    """
    INSERT INTO filter_keywords (id, filter_id, keyword, whole_word) VALUES (:id, :filter_id, :keyword, :whole_word)
    ON CONFLICT (id) DO UPDATE SET keyword = excluded.keyword, whole_word = excluded.whole_word""",
)
_DELETE_KEYWORDS = Query(None, "DELETE FROM filter_keywords WHERE id IN (:ids[])")
_INSERT_FILTERED = Query(
    None,
    """
    INSERT INTO filter_posts (id, filter_id, post_id) VALUES (:id, :filter, :post)
    ON CONFLICT (filter_id, post_id) DO NOTHING""",
)
_DELETE_FILTERED = Query(None, "DELETE FROM filter_posts WHERE id = :id")
_CHANGED = Query(
    int,
    """
    UPDATE users SET filters_revision = filters_revision + 1 WHERE account_id = :account
    RETURNING filters_revision""",
)


def of_accounts(tx: Tx, accounts: Sequence[AccountId]) -> list[PartRow]:
    """The filters of people in parts, in the order of making."""
    return tx.rows(_OF_ACCOUNTS, accounts=accounts) if accounts else []


def by_id(tx: Tx, account: AccountId, id: FilterId) -> list[PartRow]:
    """One filter of somebody in parts; empty for one that is not theirs."""
    return tx.rows(_BY_ID, account=account, id=id)


def with_keyword(tx: Tx, account: AccountId, keyword: KeywordId) -> FilterId | None:
    """The filter of somebody that has the word."""
    return tx.row(_WITH_KEYWORD, account=account, keyword=keyword)


def with_filtered(tx: Tx, account: AccountId, filtered: FilteredId) -> FilterId | None:
    """The filter of somebody that names a post under that id."""
    return tx.row(_WITH_FILTERED, account=account, filtered=filtered)


def count(tx: Tx, account: AccountId) -> int:
    """How many filters somebody has."""
    return tx.value(_COUNT, account=account)


def insert(tx: Tx, row: FilterRow) -> None:
    """Add a filter."""
    tx.run(
        _INSERT,
        id=row.id,
        account_id=row.account_id,
        title=row.title,
        contexts=row.contexts,
        action=row.action,
        expires_at=row.expires_at,
        created_at=row.created_at,
    )


def rewrite(tx: Tx, row: FilterRow) -> None:
    """Replace what the filter says of itself."""
    tx.run(
        _REWRITE,
        id=row.id,
        title=row.title,
        contexts=row.contexts,
        action=row.action,
        expires_at=row.expires_at,
    )


def delete(tx: Tx, id: FilterId) -> None:
    """Remove the filter with its words and posts."""
    tx.run(_DELETE, id=id)


def put_keywords(tx: Tx, rows: Iterable[KeywordRow]) -> None:
    """Add words, or replace those that are there."""
    tx.many(
        _INSERT_KEYWORD,
        [
            {"id": row.id, "filter_id": row.filter_id, "keyword": row.keyword, "whole_word": row.whole_word}
            for row in rows
        ],
    )


def delete_keywords(tx: Tx, ids: Sequence[KeywordId]) -> None:
    """Remove words."""
    if ids:
        tx.run(_DELETE_KEYWORDS, ids=ids)


def add_post(tx: Tx, id: FilteredId, filter: FilterId, post: PostId) -> bool:
    """Name a post; False if it is named."""
    return tx.run(_INSERT_FILTERED, id=id, filter=filter, post=post) == 1


def remove_post(tx: Tx, id: FilteredId) -> None:
    """Name a post no longer."""
    tx.run(_DELETE_FILTERED, id=id)


def changed(tx: Tx, account: AccountId) -> int:
    """The filters of somebody are other ones from now on; their new revision."""
    return tx.value(_CHANGED, account=account)
