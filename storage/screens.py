"""Pages for the screen in the canteen: chosen must-read posts behind a secret address."""

from typing import NewType

from storage.announcements import IS_CURRENT
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId

ScreenId = NewType("ScreenId", int)


class ScreenRow(Row, frozen=True, kw_only=True):
    """A screen. `seconds`: how long each post stands; `revoked_at`: since when its link opens nothing."""

    id: ScreenId
    token: str
    title: str
    seconds: int
    made_by: AccountId
    created_at: Millis
    revoked_at: Millis | None


class ChosenRow(Row, frozen=True, kw_only=True):
    """A post that stands on a screen."""

    screen_id: ScreenId
    post_id: PostId


_COLUMNS = ScreenRow.columns("s")
_INSERT = Query(
    None,
    """
    INSERT INTO screens (id, token, title, seconds, made_by, created_at)
    VALUES (:id, :token, :title, :seconds, :by, :now) ON CONFLICT DO NOTHING""",
)
_BY_TOKEN = Query(
    ScreenRow, f"SELECT {_COLUMNS} FROM screens AS s WHERE s.token = :token AND s.revoked_at IS NULL", hot=True
)
_BY_ID = Query(ScreenRow, f"SELECT {_COLUMNS} FROM screens AS s WHERE s.id = :id")
_ALL = Query(ScreenRow, f"SELECT {_COLUMNS} FROM screens AS s WHERE s.revoked_at IS NULL ORDER BY s.id")
_RENEW = Query(None, "UPDATE screens SET token = :token WHERE id = :id AND revoked_at IS NULL")
_REVOKE = Query(None, "UPDATE screens SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL")
_CHANGE = Query(None, "UPDATE screens SET title = :title, seconds = :seconds WHERE id = :id")
_CLEAR = Query(None, "DELETE FROM screen_posts WHERE screen_id = :id")
_CHOOSE = Query(None, "INSERT INTO screen_posts (screen_id, post_id) VALUES (:id, :post) ON CONFLICT DO NOTHING")
_CHOSEN = Query(ChosenRow, "SELECT screen_id, post_id FROM screen_posts ORDER BY screen_id, post_id")
_SHOWN = Query(
    PostId,
    f"""
    SELECT w.post_id FROM screen_posts AS c JOIN announcements AS w ON w.post_id = c.post_id
    WHERE c.screen_id = :id AND {IS_CURRENT} ORDER BY w.urgent DESC, w.post_id DESC""",
)


def insert(tx: Tx, id: ScreenId, token: str, title: str, seconds: int, by: AccountId, now: Millis) -> bool:
    """Make one; False if its id is taken."""
    return tx.run(_INSERT, id=id, token=token, title=title, seconds=seconds, by=by, now=now) == 1


def by_token(tx: Tx, token: str) -> ScreenRow | None:
    """The one with that secret, if its link is good."""
    return tx.row(_BY_TOKEN, token=token)


def by_id(tx: Tx, id: ScreenId) -> ScreenRow | None:
    """One of them."""
    return tx.row(_BY_ID, id=id)


def all_open(tx: Tx) -> list[ScreenRow]:
    """Those whose links are good."""
    return tx.rows(_ALL)


def renew(tx: Tx, id: ScreenId, token: str) -> bool:
    """Give it another secret: the former link opens nothing; False for one that is closed."""
    return tx.run(_RENEW, id=id, token=token) == 1


def revoke(tx: Tx, id: ScreenId, now: Millis) -> bool:
    """Close it; False if it is closed."""
    return tx.run(_REVOKE, id=id, now=now) == 1


def change(tx: Tx, id: ScreenId, title: str, seconds: int, posts: list[PostId]) -> None:
    """What it is called, how long each post stands, and which."""
    tx.run(_CHANGE, id=id, title=title, seconds=seconds)
    tx.run(_CLEAR, id=id)
    tx.many(_CHOOSE, [{"id": id, "post": post} for post in posts])


def chosen(tx: Tx) -> list[ChosenRow]:
    """Which posts stand on which screen."""
    return tx.rows(_CHOSEN)


def shown(tx: Tx, id: ScreenId, now: Millis) -> list[PostId]:
    """The posts of a screen that are to be read now, the urgent first, then the newest."""
    return tx.rows(_SHOWN, id=id, now=now)
