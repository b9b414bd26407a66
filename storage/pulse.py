"""When the node was last alive."""

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis

_LAST = Query(Millis, "SELECT p.at FROM pulse AS p WHERE p.name = 'node'", hot=True)
_BEAT = Query(
    None,
    """
    INSERT INTO pulse (name, at) VALUES ('node', :now)
    ON CONFLICT (name) DO UPDATE SET at = excluded.at""",
)
_FOLLOWED = Query(
    str,
    """
    SELECT DISTINCT a.uri
    FROM follows AS f
    JOIN accounts AS a ON a.id = f.followee_id
    JOIN accounts AS o ON o.id = f.follower_id
    WHERE f.state = 'accepted' AND a.domain <> '' AND o.domain = '' AND a.outbox_url <> ''
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.kind <> 'application'
    ORDER BY a.uri""",
)
_WRITTEN = Query(
    str,
    """
    SELECT p.uri
    FROM posts AS p
    WHERE p.author_id = :author AND p.published_at >= :since AND p.visibility IN ('public', 'unlisted')
        AND p.boost_of_id IS NULL
    ORDER BY p.published_at DESC
    LIMIT :limit""",
)
_EDITED_AT = Query(Millis, "SELECT COALESCE(p.edited_at, p.published_at) FROM posts AS p WHERE p.uri = :uri", hot=True)


def last(tx: Tx) -> Millis | None:
    """The last time that was noted; None on a new node."""
    return tx.row(_LAST)


def beat(tx: Tx, now: Millis) -> None:
    """Alive."""
    tx.run(_BEAT, now=now)


def followed(tx: Tx) -> list[str]:
    """Actors of other nodes whom somebody here follows."""
    return tx.rows(_FOLLOWED)


def written(tx: Tx, author: AccountId, since: Millis, limit: int) -> list[str]:
    """URIs of the open posts of an author that are known here, written since then, the latest first."""
    return tx.rows(_WRITTEN, author=author, since=since, limit=limit)


def edited_at(tx: Tx, uri: str) -> Millis | None:
    """When the known version of a post was written; None for a post that is not here."""
    return tx.row(_EDITED_AT, uri=uri)
