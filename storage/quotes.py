"""Quotes: which post quotes which, and whether the quoted author agreed (FEP-044f). A post has at most one."""

from collections.abc import Sequence
from enum import StrEnum

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.visibility import visible_to, visible_to_host


class QuoteState(StrEnum):
    """What became of the wish to quote."""

    PENDING = "pending"
    """Asked for, or not looked into yet."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"
    """It was agreed to, and is no longer."""
    DELETED = "deleted"
    """What was quoted is gone."""


class QuoteRow(Row, frozen=True, kw_only=True):
    """`author_id` quotes in `post_id` what has the id `quoted_uri`; `quoted_id` is it if it is here.

    `request_uri` is the QuoteRequest, `stamp_uri` the QuoteAuthorization: a claim as long as the state is pending.
    """

    post_id: PostId
    author_id: AccountId
    quoted_id: PostId | None
    quoted_uri: str
    quoted_author_id: AccountId | None
    state: QuoteState
    is_legacy: bool
    request_uri: str
    stamp_uri: str
    created_at: Millis


_COLUMNS = QuoteRow.columns("q")
_OF_POST = Query(QuoteRow, f"SELECT {_COLUMNS} FROM quotes AS q WHERE q.post_id = :post", hot=True)
_OF_QUOTED = Query(QuoteRow, f"SELECT {_COLUMNS} FROM quotes AS q WHERE q.quoted_id = :quoted", hot=True)
_AWAITING = Query(
    QuoteRow, f"SELECT {_COLUMNS} FROM quotes AS q WHERE q.quoted_uri = :uri AND q.quoted_id IS NULL", hot=True
)
_BY_REQUEST = Query(
    QuoteRow, f"SELECT {_COLUMNS} FROM quotes AS q WHERE q.request_uri = :uri AND q.request_uri <> ''", hot=True
)
_BY_STAMP = Query(
    QuoteRow,
    f"""
    SELECT {_COLUMNS} FROM quotes AS q
    WHERE q.stamp_uri = :uri AND q.stamp_uri <> '' AND q.quoted_author_id = :author""",
    hot=True,
)
_INSERT = Query(
    None,
    """
    INSERT INTO quotes (
        post_id, author_id, quoted_id, quoted_uri, quoted_author_id, state, is_legacy, request_uri, stamp_uri,
        created_at)
    VALUES (
        :post_id, :author_id, CAST(:quoted_id AS BIGINT), :quoted_uri, CAST(:quoted_author_id AS BIGINT), :state,
        :is_legacy, :request_uri, :stamp_uri, :created_at)
    ON CONFLICT (post_id) DO NOTHING""",
)
_SETTLE = Query(None, "UPDATE quotes SET state = :state, stamp_uri = :stamp WHERE post_id = :post AND state <> :state")
_CLAIM = Query(None, "UPDATE quotes SET stamp_uri = :stamp, is_legacy = 0 WHERE post_id = :post")
_REQUESTED = Query(None, "UPDATE quotes SET request_uri = :request WHERE post_id = :post")
_FOUND = Query(
    None,
    "UPDATE quotes SET quoted_id = :quoted, quoted_author_id = :author WHERE post_id = :post AND quoted_id IS NULL",
)
_DROP = Query(None, "DELETE FROM quotes WHERE post_id = :post")
_COUNT = Query(None, "UPDATE posts SET quotes_count = quotes_count + :by, revision = revision + 1 WHERE id = :post")
_PAGE = f"""
    SELECT q.post_id FROM quotes AS q JOIN posts AS p ON p.id = q.post_id
    WHERE q.quoted_id = :quoted AND q.state = 'accepted' AND q.post_id < :before AND q.post_id > :floor
        AND {visible_to("p")}
        AND EXISTS (SELECT 1 FROM posts AS qp WHERE qp.id = q.quoted_id AND {visible_to("qp")})
    ORDER BY q.post_id"""
_DOWN = Query(PostId, f"{_PAGE} DESC LIMIT :limit", hot=True)
_UP = Query(PostId, f"{_PAGE} ASC LIMIT :limit", hot=True)


def seen(viewer: str = ":viewer") -> str:
    """`quote_state` and `quoted_id` of what is joined as `q`, as the account `viewer` sees it (nobody: 0)."""
    chosen = f"""
            WHEN EXISTS (
                SELECT 1 FROM blocks AS qb WHERE qb.account_id = {viewer} AND qb.target_id = q.quoted_author_id)
                THEN 'blocked_account'
            WHEN EXISTS (
                SELECT 1 FROM accounts AS qa JOIN domain_blocks AS qd ON qd.domain = qa.domain
                WHERE qa.id = q.quoted_author_id AND qd.account_id = {viewer})
                THEN 'blocked_domain'
            WHEN EXISTS (
                SELECT 1 FROM mutes AS qm WHERE qm.account_id = {viewer} AND qm.target_id = q.quoted_author_id)
                THEN 'muted_account'"""
    return _state(visible_to("qp").replace(":viewer", viewer), chosen)


def seen_by_host() -> str:
    """The same for the node `:host`."""
    return _state(visible_to_host("qp"), "")


def following(follower: str, followee: str) -> str:
    """Whether one account follows the other with consent, as 0 or 1: what policies ask of viewer and author."""
    return f"""CASE WHEN EXISTS (
            SELECT 1 FROM follows AS qf
            WHERE qf.follower_id = {follower} AND qf.followee_id = {followee} AND qf.state = 'accepted')
            THEN 1 ELSE 0 END"""


def _state(visible: str, chosen: str) -> str:
    return f"""CASE
            WHEN q.post_id IS NULL THEN ''
            WHEN q.state <> 'accepted' THEN q.state
            WHEN q.quoted_id IS NULL THEN 'deleted'
            WHEN NOT EXISTS (SELECT 1 FROM posts AS qp WHERE qp.id = q.quoted_id AND {visible})
                THEN 'unauthorized'{chosen}
            ELSE 'accepted' END AS quote_state,
        CASE WHEN q.state = 'accepted' THEN q.quoted_id END AS quoted_id"""


def of_post(tx: Tx, post: PostId) -> QuoteRow | None:
    """What the post quotes."""
    return tx.row(_OF_POST, post=post)


def of_quoted(tx: Tx, quoted: PostId) -> list[QuoteRow]:
    """Every quote of the post, in whatever state."""
    return tx.rows(_OF_QUOTED, quoted=quoted)


def awaiting(tx: Tx, uri: str) -> list[QuoteRow]:
    """Quotes of a post that is not here."""
    return tx.rows(_AWAITING, uri=uri)


def by_request(tx: Tx, uri: str) -> list[QuoteRow]:
    """Quotes that were asked for by that QuoteRequest."""
    return tx.rows(_BY_REQUEST, uri=uri)


def by_stamp(tx: Tx, uri: str, author: AccountId) -> list[QuoteRow]:
    """Quotes of posts of the author that show that stamp."""
    return tx.rows(_BY_STAMP, uri=uri, author=author)


def insert(tx: Tx, row: QuoteRow) -> bool:
    """Keep that a post quotes another; False if it has a quote already."""
    return (
        tx.run(
            _INSERT,
            post_id=row.post_id,
            author_id=row.author_id,
            quoted_id=row.quoted_id,
            quoted_uri=row.quoted_uri,
            quoted_author_id=row.quoted_author_id,
            state=row.state,
            is_legacy=row.is_legacy,
            request_uri=row.request_uri,
            stamp_uri=row.stamp_uri,
            created_at=row.created_at,
        )
        == 1
    )


def settle(tx: Tx, post: PostId, state: QuoteState, stamp: str) -> bool:
    """Another state; False if it was that before."""
    return tx.run(_SETTLE, post=post, state=state, stamp=stamp) == 1


def claim(tx: Tx, post: PostId, stamp: str) -> None:
    """Its author shows that stamp now."""
    tx.run(_CLAIM, post=post, stamp=stamp)


def requested(tx: Tx, post: PostId, request: str) -> None:
    """It was asked for by that QuoteRequest."""
    tx.run(_REQUESTED, post=post, request=request)


def found(tx: Tx, post: PostId, quoted: PostId, author: AccountId) -> None:
    """What the post quotes came here."""
    tx.run(_FOUND, post=post, quoted=quoted, author=author)


def drop(tx: Tx, post: PostId) -> None:
    """The post quotes nothing any more."""
    tx.run(_DROP, post=post)


def count(tx: Tx, post: PostId, by: int) -> None:
    """Add `by` to the number of agreed quotes of the post."""
    tx.run(_COUNT, post=post, by=by)


def page(
    tx: Tx, quoted: PostId, viewer: AccountId, before: int, floor: int, limit: int, *, up: bool = False
) -> Sequence[PostId]:
    """Posts that quote the post with its author's consent, newest first, if the viewer may see both."""
    rows = tx.rows(_UP if up else _DOWN, quoted=quoted, viewer=viewer, before=before, floor=floor, limit=limit)
    return rows[::-1] if up else rows
