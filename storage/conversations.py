"""Conversations: for each person, a thread of direct posts with one circle of people.

A conversation belongs to the thread of its last post: threads may be joined when a late parent arrives.
"""

from collections.abc import Sequence
from typing import NewType

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.visibility import visible_to, wanted_by

ConversationId = NewType("ConversationId", int)


class PartyRow(Row, frozen=True, kw_only=True):
    """One of the people of a conversation, with the conversation."""

    id: ConversationId
    unread: bool
    last_post_id: PostId
    person: AccountRow


class InvolvedRow(Row, frozen=True, kw_only=True):
    """Whom a post is by or for."""

    account_id: AccountId
    is_local: bool


class ChangedRow(Row, frozen=True, kw_only=True):
    """A conversation that got a post just now."""

    id: ConversationId
    account_id: AccountId


def _parties(page: str) -> str:
    """The people of the conversations of a page: by and for whom the last post is, but the viewer unless alone."""
    columns = f"c.id, c.unread, c.last_post_id, {AccountRow.columns('a')}"
    others = "(a.id <> :viewer OR c.participants = CAST(CAST(:viewer AS BIGINT) AS TEXT))"
    return f"""
    WITH page AS ({page})
    SELECT {columns}
    FROM page AS c JOIN posts AS p ON p.id = c.last_post_id JOIN accounts AS a ON a.id = p.author_id
    WHERE {others}
    UNION
    SELECT {columns}
    FROM page AS c JOIN mentions AS x ON x.post_id = c.last_post_id JOIN accounts AS a ON a.id = x.account_id
    WHERE {others}
    ORDER BY 3 DESC, 4"""


_OWN = """
        SELECT c.id, c.unread, c.last_post_id, c.participants FROM conversations AS c
        WHERE c.account_id = :viewer"""
_BOUNDS = "c.last_post_id < :before AND c.last_post_id > :floor"
_DOWN = Query(PartyRow, _parties(f"{_OWN} AND {_BOUNDS} ORDER BY c.last_post_id DESC LIMIT :limit"), hot=True)
_UP = Query(PartyRow, _parties(f"{_OWN} AND {_BOUNDS} ORDER BY c.last_post_id ASC LIMIT :limit"), hot=True)
_BY_ID = Query(PartyRow, _parties(f"{_OWN} AND c.id = :id AND c.last_post_id IS NOT NULL"), hot=True)
_INVOLVED = Query(
    InvolvedRow,
    """
    SELECT a.id AS account_id, CASE WHEN a.domain = '' THEN 1 ELSE 0 END AS is_local
    FROM accounts AS a
    WHERE a.id = (SELECT p.author_id FROM posts AS p WHERE p.id = :post)
        OR a.id IN (SELECT x.account_id FROM mentions AS x WHERE x.post_id = :post)
    ORDER BY a.id""",
)
_HERE = """
    NOT EXISTS (
        SELECT 1 FROM conversation_posts AS hp JOIN conversations AS hc ON hc.id = hp.conversation_id
        WHERE hp.post_id = :post AND hc.account_id = {account})"""
_OPEN = Query(
    None,
    f"""
    INSERT INTO conversations (account_id, participants, last_post_id, unread)
    SELECT a.id, CAST(:participants AS TEXT), p.id, 0
    FROM accounts AS a JOIN posts AS p ON p.id = :post
    WHERE a.id IN (:people[]) AND {_HERE.format(account="a.id")}
        AND NOT EXISTS (SELECT 1 FROM blocks AS b WHERE b.account_id = a.id AND b.target_id = p.author_id)
        AND NOT EXISTS (
            SELECT 1 FROM conversations AS c JOIN posts AS l ON l.id = c.last_post_id
            WHERE c.account_id = a.id AND c.participants = :participants AND l.thread_id = p.thread_id)""",
)
_ENTER = Query(
    ConversationId,
    f"""
    INSERT INTO conversation_posts (conversation_id, post_id)
    SELECT c.id, p.id
    FROM conversations AS c JOIN posts AS l ON l.id = c.last_post_id JOIN posts AS p ON p.id = :post
    WHERE c.account_id IN (:people[]) AND c.participants = :participants AND l.thread_id = p.thread_id
        AND {_HERE.format(account="c.account_id")}
        AND NOT EXISTS (SELECT 1 FROM blocks AS b WHERE b.account_id = c.account_id AND b.target_id = p.author_id)
    ON CONFLICT (conversation_id, post_id) DO NOTHING
    RETURNING conversation_id""",
)
_MOVE_ON = Query(
    ChangedRow,
    """
    UPDATE conversations
    SET last_post_id = CASE WHEN last_post_id < :post THEN :post ELSE last_post_id END,
        unread = CASE WHEN account_id = :author THEN 0 ELSE 1 END
    WHERE id IN (:ids[])
    RETURNING id, account_id""",
)
_FALL_BACK = Query(
    ChangedRow,
    """
    UPDATE conversations
    SET last_post_id = (SELECT MAX(x.post_id) FROM conversation_posts AS x WHERE x.conversation_id = conversations.id)
    WHERE account_id IN (:people[]) AND last_post_id IS NULL
    RETURNING id, account_id""",
)
_DROP_EMPTY = Query(None, "DELETE FROM conversations WHERE account_id IN (:people[]) AND last_post_id IS NULL")
_SET_UNREAD = Query(None, "UPDATE conversations SET unread = :unread WHERE id = :id AND account_id = :account")
_DELETE = Query(None, "DELETE FROM conversations WHERE id = :id AND account_id = :account")
_POSTS = f"""
    SELECT p.id
    FROM conversations AS c
    JOIN conversation_posts AS x ON x.conversation_id = c.id
    JOIN posts AS p ON p.id = x.post_id
    WHERE c.account_id = :viewer AND p.id < :before AND p.id > :floor AND {visible_to("p")} AND {wanted_by("p")}"""
_POSTS_DOWN = Query(PostId, f"{_POSTS} ORDER BY p.id DESC LIMIT :limit", hot=True)
_POSTS_UP = Query(PostId, f"{_POSTS} ORDER BY p.id ASC LIMIT :limit", hot=True)


def page(tx: Tx, viewer: AccountId, before: int, floor: int, limit: int, *, up: bool) -> list[PartyRow]:
    """The people of the conversations whose last post is strictly between two ids, newest first."""
    return tx.rows(_UP if up else _DOWN, viewer=viewer, before=before, floor=floor, limit=limit)


def by_id(tx: Tx, viewer: AccountId, id: ConversationId) -> list[PartyRow]:
    """The people of one conversation of the viewer."""
    return tx.rows(_BY_ID, viewer=viewer, id=id)


def posts(tx: Tx, viewer: AccountId, before: int, floor: int, limit: int, now: Millis, *, up: bool) -> list[PostId]:
    """Posts of all conversations of the viewer, strictly between two ids, newest first."""
    bounds = {"before": before, "floor": floor, "limit": limit}
    found = tx.rows(_POSTS_UP if up else _POSTS_DOWN, viewer=viewer, now=now, **bounds)
    return found[::-1] if up else found


def involved(tx: Tx, post: PostId) -> list[InvolvedRow]:
    """By and for whom the post is, in the order of ids."""
    return tx.rows(_INVOLVED, post=post)


def enter(tx: Tx, post: PostId, author: AccountId, participants: str, people: Sequence[AccountId]) -> list[ChangedRow]:
    """Put the post into the conversation of each of `people`, opening it if need be; not twice, not if they block."""
    tx.run(_OPEN, post=post, participants=participants, people=people)
    entered = tx.rows(_ENTER, post=post, participants=participants, people=people)
    return tx.rows(_MOVE_ON, post=post, author=author, ids=entered) if entered else []


def fall_back(tx: Tx, people: Sequence[AccountId]) -> list[ChangedRow]:
    """Their conversations whose last post is gone end with the one before, or altogether."""
    changed = tx.rows(_FALL_BACK, people=people)
    tx.run(_DROP_EMPTY, people=people)
    return changed


def set_unread(tx: Tx, account: AccountId, id: ConversationId, *, unread: bool) -> bool:
    """Mark as unread or read; False if it is not the account's."""
    return tx.run(_SET_UNREAD, account=account, id=id, unread=int(unread)) == 1


def delete(tx: Tx, account: AccountId, id: ConversationId) -> bool:
    """Remove from the list; False if it is not the account's."""
    return tx.run(_DELETE, account=account, id=id) == 1
