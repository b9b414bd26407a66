"""Pictures, video and sound: the rows. The bytes are in `storage/files.py`."""

from collections.abc import Mapping, Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, MediaId, Millis, PostId

READY = "ready"
WAITING = "waiting"
FAILED = "failed"


class MediaRow(Row, frozen=True, kw_only=True):
    """One picture of an account: attached to a post, waiting to be, or an avatar or header (`purpose`).

    `file_key` is None while a picture of elsewhere has not been fetched, and while a recording is made ready from its
    `raw_key` (`state`). `kind`: image, gifv, video, audio. Sizes are pixels, focus -1.0 … 1.0. `preview_url`: the
    picture that a peer shows of its recording. `is_former`: an edit took it from its post, a former version shows it.
    """

    id: MediaId
    account_id: AccountId
    post_id: PostId | None
    position: int
    purpose: str
    token: str
    mime: str
    file_key: str | None
    small_key: str | None
    small_mime: str
    width: int
    height: int
    small_width: int
    small_height: int
    bytes: int
    blurhash: str | None
    description: str
    focus_x: float
    focus_y: float
    remote_url: str | None
    created_at: Millis
    kind: str = "image"
    state: str = READY
    raw_key: str | None = None
    duration_ms: int = 0
    frame_rate: str = ""
    bitrate: int = 0
    preview_url: str | None = None
    is_former: bool = False


_COLUMNS = MediaRow.columns("m")
_OF_POSTS = Query(
    MediaRow,
    f"""
    SELECT {_COLUMNS} FROM media AS m
    WHERE m.post_id IN (:ids[]) AND m.is_former = 0
    ORDER BY m.post_id, m.position""",
    hot=True,
)
_EVER_OF_POST = Query(
    MediaRow, f"SELECT {_COLUMNS} FROM media AS m WHERE m.post_id = :post ORDER BY m.position", hot=True
)
_BY_ID = Query(MediaRow, f"SELECT {_COLUMNS} FROM media AS m WHERE m.id = :id", hot=True)
_BY_TOKEN = Query(MediaRow, f"SELECT {_COLUMNS} FROM media AS m WHERE m.token = :token", hot=True)
_SHOWN_BY_TOKEN = Query(
    MediaRow,
    f"""
    SELECT {_COLUMNS}
    FROM media AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.token = :token AND a.suspended_at IS NULL AND a.deleted_at IS NULL""",
    hot=True,
)
_IS_CLOSED = Query(
    int,
    "SELECT COUNT(*) FROM posts AS p WHERE p.id = :post AND p.visibility IN ('followers', 'direct')",
    hot=True,
)
_CLOSED_OF = Query(
    MediaRow,
    f"""
    SELECT {_COLUMNS}
    FROM posts AS p JOIN media AS m ON m.post_id = p.id
    WHERE p.author_id = :account AND p.visibility IN ('followers', 'direct')
    UNION
    SELECT {_COLUMNS}
    FROM posts AS p JOIN media AS m ON m.post_id = p.id
    WHERE p.community_id = :account AND p.visibility = 'followers'""",
)
_FREE = Query(
    MediaRow,
    f"""
    SELECT {_COLUMNS} FROM media AS m
    WHERE m.id IN (:ids[]) AND m.account_id = :account AND m.purpose = 'attachment'
        AND (m.post_id IS NULL OR m.post_id = :post)
        AND NOT EXISTS (SELECT 1 FROM scheduled_media AS h WHERE h.media_id = m.id)""",
    hot=True,
)
_INSERT = Query(
    None,
    """
    INSERT INTO media (
        id, account_id, post_id, position, purpose, token, mime, file_key, small_key, small_mime, width, height,
        small_width, small_height, bytes, blurhash, description, focus_x, focus_y, remote_url, created_at, kind,
        state, raw_key, duration_ms, frame_rate, bitrate, preview_url)
    VALUES (
        :id, :account_id, :post_id, :position, :purpose, :token, :mime, :file_key, :small_key, :small_mime, :width,
        :height, :small_width, :small_height, :bytes, :blurhash, :description, :focus_x, :focus_y, :remote_url,
        :created_at, :kind, :state, :raw_key, :duration_ms, :frame_rate, :bitrate, :preview_url)""",
)
_ATTACH = Query(None, "UPDATE media SET post_id = :post, position = :position, is_former = 0 WHERE id = :id")
_TAKE_OFF = Query(None, "UPDATE media SET is_former = 1 WHERE id = :id")
_DESCRIBE = Query(
    None, "UPDATE media SET description = :description, focus_x = :focus_x, focus_y = :focus_y WHERE id = :id"
)
_PLACE = Query(None, "UPDATE media SET position = :position, is_former = 0 WHERE id = :id")
_RELEASE = Query(None, "UPDATE media SET post_id = NULL, token = :token WHERE id = :id")
_RENEW = Query(None, "UPDATE media SET token = :token WHERE id = :id")
_REMOVE = Query(None, "DELETE FROM media WHERE id = :id")
_FETCHED = Query(
    None,
    """
    UPDATE media
    SET mime = :mime, file_key = :file_key, small_key = :small_key, small_mime = :small_mime, width = :width,
        height = :height, small_width = :small_width, small_height = :small_height, bytes = :bytes,
        blurhash = :blurhash, kind = :kind, state = :state, raw_key = :raw_key, duration_ms = :duration_ms,
        frame_rate = :frame_rate, bitrate = :bitrate
    WHERE id = :id""",
)
_FILE_IN_USE = Query(
    int,
    "SELECT COUNT(*) FROM media AS m WHERE m.file_key = :key OR m.small_key = :key OR m.raw_key = :key",
)
_UNUSED = Query(
    MediaRow,
    f"""
    SELECT {_COLUMNS} FROM media AS m
    WHERE m.post_id IS NULL AND m.purpose = 'attachment' AND m.created_at < :before
        AND NOT EXISTS (SELECT 1 FROM scheduled_media AS h WHERE h.media_id = m.id)
        AND NOT EXISTS (
            SELECT 1 FROM drafts AS d
            WHERE d.account_id = m.account_id AND d.fields LIKE '%"' || CAST(m.id AS TEXT) || '"%')
        AND NOT EXISTS (
            SELECT 1 FROM pieces AS e
            WHERE e.host = '' AND e.post_uri = '' AND e.words LIKE '%' || CAST(m.id AS TEXT) || '%')
    ORDER BY m.created_at
    LIMIT :limit""",
)


def of_posts(tx: Tx, ids: Sequence[PostId]) -> list[MediaRow]:
    """Pictures of the posts, in their order."""
    return tx.rows(_OF_POSTS, ids=ids)


def ever_of_post(tx: Tx, post: PostId) -> list[MediaRow]:
    """Pictures of the post, and those that former versions of it had."""
    return tx.rows(_EVER_OF_POST, post=post)


def by_id(tx: Tx, id: MediaId) -> MediaRow | None:
    """The picture, whoever may see it."""
    return tx.row(_BY_ID, id=id)


def by_token(tx: Tx, token: str) -> MediaRow | None:
    """The picture behind an address."""
    return tx.row(_BY_TOKEN, token=token)


def shown_by_token(tx: Tx, token: str) -> MediaRow | None:
    """The picture behind an address, unless its owner is suspended or gone."""
    return tx.row(_SHOWN_BY_TOKEN, token=token)


def is_closed(tx: Tx, row: MediaRow) -> bool:
    """Whether it hangs on a post that is not for everybody."""
    return row.post_id is not None and tx.value(_IS_CLOSED, post=row.post_id) > 0


def closed_of(tx: Tx, account: AccountId) -> list[MediaRow]:
    """Pictures of the account's posts that are not for everybody; of a community those of its members' posts."""
    return tx.rows(_CLOSED_OF, account=account)


def renew(tx: Tx, tokens: Mapping[MediaId, str]) -> None:
    """Give the pictures new addresses: the former ones are dead."""
    tx.many(_RENEW, [{"id": id, "token": token} for id, token in tokens.items()])


def free(tx: Tx, account: AccountId, ids: Sequence[MediaId], post: PostId | None = None) -> list[MediaRow]:
    """Which of `ids` are the account's own and attached to nothing, waiting posts included (or to `post` already)."""
    return tx.rows(_FREE, ids=ids, account=account, post=post or 0)


def insert(tx: Tx, row: MediaRow) -> None:
    """Add a picture."""
    tx.run(
        _INSERT,
        id=row.id,
        account_id=row.account_id,
        post_id=row.post_id,
        position=row.position,
        purpose=row.purpose,
        token=row.token,
        mime=row.mime,
        file_key=row.file_key,
        small_key=row.small_key,
        small_mime=row.small_mime,
        width=row.width,
        height=row.height,
        small_width=row.small_width,
        small_height=row.small_height,
        bytes=row.bytes,
        blurhash=row.blurhash,
        description=row.description,
        focus_x=row.focus_x,
        focus_y=row.focus_y,
        remote_url=row.remote_url,
        created_at=row.created_at,
        kind=row.kind,
        state=row.state,
        raw_key=row.raw_key,
        duration_ms=row.duration_ms,
        frame_rate=row.frame_rate,
        bitrate=row.bitrate,
        preview_url=row.preview_url,
    )


def attach(tx: Tx, post: PostId, ids: Sequence[MediaId]) -> None:
    """Attach the pictures to the post in this order."""
    for position, id in enumerate(ids):
        tx.run(_ATTACH, post=post, position=position, id=id)


def describe(tx: Tx, id: MediaId, description: str, focus_x: float, focus_y: float) -> None:
    """Replace description and focus."""
    tx.run(_DESCRIBE, id=id, description=description, focus_x=focus_x, focus_y=focus_y)


def take_off(tx: Tx, id: MediaId) -> None:
    """An edit takes the picture from its post: only former versions show it."""
    tx.run(_TAKE_OFF, id=id)


def place(tx: Tx, id: MediaId, position: int) -> None:
    """Move the picture to another place in its post, also if an edit had taken it off."""
    tx.run(_PLACE, id=id, position=position)


def release(tx: Tx, id: MediaId, token: str) -> None:
    """Detach the picture from its post and give it a new address: the former one is dead."""
    tx.run(_RELEASE, id=id, token=token)


def remove(tx: Tx, id: MediaId) -> None:
    """Forget the picture; its file is pruned when no other row uses it."""
    tx.run(_REMOVE, id=id)


def fetched(tx: Tx, row: MediaRow) -> None:
    """A picture of elsewhere has come, or a recording is ready: type, state, files and sizes of `row` are kept."""
    tx.run(
        _FETCHED,
        id=row.id,
        mime=row.mime,
        file_key=row.file_key,
        small_key=row.small_key,
        small_mime=row.small_mime,
        width=row.width,
        height=row.height,
        small_width=row.small_width,
        small_height=row.small_height,
        bytes=row.bytes,
        blurhash=row.blurhash,
        kind=row.kind,
        state=row.state,
        raw_key=row.raw_key,
        duration_ms=row.duration_ms,
        frame_rate=row.frame_rate,
        bitrate=row.bitrate,
    )


def is_file_in_use(tx: Tx, key: str) -> bool:
    """Whether any picture still needs the file."""
    return tx.value(_FILE_IN_USE, key=key) > 0


def unused(tx: Tx, before: Millis, limit: int) -> list[MediaRow]:
    """Uploads older than `before` that were never attached, and wait in no draft and with no post for later."""
    return tx.rows(_UNUSED, before=before, limit=limit)
