"""The weekly letter of one's communities: who wants it, and what was written in them since the last one."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId, UserId
from storage.visibility import is_over


class DigestRow(Row, frozen=True, kw_only=True):
    """Somebody's wish. `token`: the secret of the way out, which stands in each letter."""

    user_id: UserId
    token: str
    is_wanted: bool
    sent_at: Millis


class SpokenRow(Row, frozen=True, kw_only=True):
    """A post of one of the communities that somebody is a member of."""

    community_id: AccountId
    post_id: PostId
    replies: int


_OF = Query(DigestRow, f"SELECT {DigestRow.columns('d')} FROM digests AS d WHERE d.user_id = :user", hot=True)
_CHOOSE = Query(
    None,
    """
    INSERT INTO digests (user_id, token, is_wanted, sent_at) VALUES (:user, :token, :wanted, :now)
    ON CONFLICT (user_id) DO UPDATE SET is_wanted = excluded.is_wanted,
        sent_at = CASE WHEN digests.is_wanted = 1 THEN digests.sent_at ELSE excluded.sent_at END""",
)
_STOP = Query(None, "UPDATE digests SET is_wanted = 0 WHERE token = :token")
_BY_TOKEN = Query(DigestRow, f"SELECT {DigestRow.columns('d')} FROM digests AS d WHERE d.token = :token", hot=True)
_SENT = Query(None, "UPDATE digests SET sent_at = :now WHERE user_id = :user")
_DUE = Query(
    UserId,
    """
    SELECT d.user_id
    FROM digests AS d
    JOIN users AS u ON u.id = d.user_id
    JOIN accounts AS o ON o.id = u.account_id
    WHERE d.is_wanted = 1 AND d.sent_at <= :before AND u.email IS NOT NULL AND u.disabled_at IS NULL
        AND o.suspended_at IS NULL AND o.deleted_at IS NULL
    ORDER BY d.sent_at LIMIT :limit""",
    hot=True,
)
_SPOKEN = Query(
    SpokenRow,
    f"""
    SELECT l.community_id, l.post_id, p.replies_count AS replies
    FROM memberships AS m
    JOIN placements AS l ON l.community_id = m.community_id
    JOIN posts AS p ON p.id = l.post_id
    WHERE m.account_id = :account AND m.state = 'member' AND m.muted = 0 AND NOT {is_over("m")}
        AND l.is_root = 1 AND l.shown > :since AND l.removed_at IS NULL
    ORDER BY p.replies_count DESC, l.shown DESC LIMIT :limit""",
    hot=True,
)


def of(tx: Tx, user: UserId) -> DigestRow | None:
    """What the person wants; None: they never said."""
    return tx.row(_OF, user=user)


def by_token(tx: Tx, token: str) -> DigestRow | None:
    """Whose the way out is."""
    return tx.row(_BY_TOKEN, token=token)


def choose(tx: Tx, user: UserId, token: str, *, wanted: bool, now: Millis) -> None:
    """Set the wish; `token` is for whoever has none yet. Whoever begins is told of what comes from now on."""
    tx.run(_CHOOSE, user=user, token=token, wanted=int(wanted), now=now)


def stop(tx: Tx, token: str) -> bool:
    """No more letters to whom the token belongs; False if it is nobody's."""
    return tx.run(_STOP, token=token) == 1


def sent(tx: Tx, user: UserId, now: Millis) -> None:
    """The letter went, or there was nothing to tell."""
    tx.run(_SENT, user=user, now=now)


def due(tx: Tx, before: Millis, limit: int) -> list[UserId]:
    """Who has a letter coming: the last one is as old as that."""
    return tx.rows(_DUE, before=before, limit=limit)


def spoken(tx: Tx, account: AccountId, since: Millis, limit: int) -> list[SpokenRow]:
    """What was begun in somebody's communities since then, the most answered first."""
    return tx.rows(_SPOKEN, account=account, since=since, limit=limit)
