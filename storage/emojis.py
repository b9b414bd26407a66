"""Custom emoji: little pictures with a name, of this node (`domain` empty) and of others."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import EmojiId, MediaId, Millis


class EmojiRow(Row, frozen=True, kw_only=True):
    """One emoji with its picture. `said_at` is its node's word for when it changed, `changed_at` ours."""

    id: EmojiId
    name: str
    domain: str
    category: str
    media_id: MediaId
    said_at: Millis
    changed_at: Millis
    retired_at: Millis | None
    token: str
    mime: str
    remote_url: str | None


_SELECT = """
    SELECT e.id, e.name, e.domain, e.category, e.media_id, e.said_at, e.changed_at, e.retired_at, m.token, m.mime,
        m.remote_url
    FROM emojis AS e JOIN media AS m ON m.id = e.media_id"""
_NAMED = Query(EmojiRow, f"{_SELECT} WHERE e.domain = :domain AND e.name IN (:names[])", hot=True)
_OFFERED = Query(
    EmojiRow,
    f"""{_SELECT}
    WHERE e.domain = '' AND e.retired_at IS NULL
    ORDER BY e.category, e.name
    LIMIT :limit""",
    hot=True,
)
_OWN = Query(EmojiRow, f"{_SELECT} WHERE e.domain = '' ORDER BY e.category, e.name", hot=True)
_COUNT = Query(int, "SELECT COUNT(*) FROM emojis AS e WHERE e.domain = :domain", hot=True)
_INSERT = Query(
    None,
    """
    INSERT INTO emojis (id, name, domain, category, media_id, said_at, changed_at)
    VALUES (:id, :name, :domain, :category, :media, :said_at, :now)
    ON CONFLICT (name, domain) DO NOTHING""",
)
_CHANGE = Query(
    None,
    """
    UPDATE emojis
    SET media_id = :media, category = :category, said_at = :said_at, changed_at = :now, retired_at = NULL
    WHERE id = :id""",
)
_RETIRE = Query(None, "UPDATE emojis SET retired_at = :now WHERE name = :name AND domain = '' AND retired_at IS NULL")


def named(tx: Tx, domain: str, names: Sequence[str]) -> list[EmojiRow]:
    """Those of the names that the node has, in whatever state."""
    return tx.rows(_NAMED, domain=domain, names=names) if names else []


def offered(tx: Tx, limit: int) -> list[EmojiRow]:
    """What people here may write, by category and name."""
    return tx.rows(_OFFERED, limit=limit)


def own(tx: Tx) -> list[EmojiRow]:
    """All of this node, retired ones too."""
    return tx.rows(_OWN)


def count(tx: Tx, domain: str) -> int:
    """How many of the node are known."""
    return tx.value(_COUNT, domain=domain)


def insert(
    tx: Tx, id: EmojiId, name: str, domain: str, category: str, media: MediaId, said_at: Millis, now: Millis
) -> bool:
    """Add one; False if the node has one of that name."""
    return (
        tx.run(_INSERT, id=id, name=name, domain=domain, category=category, media=media, said_at=said_at, now=now) == 1
    )


def change(tx: Tx, id: EmojiId, media: MediaId, category: str, said_at: Millis, now: Millis) -> None:
    """Another picture or category; what was retired is offered again."""
    tx.run(_CHANGE, id=id, media=media, category=category, said_at=said_at, now=now)


def retire(tx: Tx, name: str, now: Millis) -> bool:
    """Offer an emoji of this node no longer; False if it is not offered."""
    return tx.run(_RETIRE, name=name, now=now) == 1
