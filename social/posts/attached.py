"""Pictures and recordings of a post: attached by their owner, or received with a post of elsewhere."""

from collections.abc import Sequence

import msgspec

from social import jobs
from social.errors import Invalid
from social.policy import Viewer
from storage import media as media_rows
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, MediaId, Millis, PostId, new_token


class ReceivedMedia(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or recording of a remote post, not fetched yet; `preview_url`: its picture at its peer."""

    remote_url: str
    mime: str
    description: str = ""
    blurhash: str | None = None
    width: int = 0
    height: int = 0
    focus_x: float = 0.0
    focus_y: float = 0.0
    kind: str = "image"
    duration_ms: int = 0
    preview_url: str | None = None


def attach(tx: Tx, viewer: Viewer, post: PostId, media: Sequence[MediaId]) -> None:
    """Attach the viewer's own free uploads in this order. Raises Invalid as `require_free` does."""
    require_free(tx, viewer, media, post)
    media_rows.attach(tx, post, media)


def require_free(tx: Tx, viewer: Viewer, media: Sequence[MediaId], post: PostId | None = None) -> None:
    """Raises Invalid if one is another's, used (by another than `post`), promised to a post that waits, absent or not
    ready, and for a recording that is not alone."""
    if not media:
        return
    found = media_rows.free(tx, viewer.account, media, post)
    free = {row.id for row in found}
    if len(set(media)) != len(media) or any(id not in free for id in media):
        raise Invalid("media", "not_found")
    if any(row.state != media_rows.READY for row in found):
        raise Invalid("media", "not_ready")
    if len(found) > 1 and any(row.kind in ("video", "audio") for row in found):
        raise Invalid("media", "mixed")


def receive_media(
    tx: Tx, author: AccountId, post: PostId, media: Sequence[ReceivedMedia], ids: IdMaker, now: Millis
) -> None:
    """Rows for the pictures of a remote post, and a job for each to bring it here."""
    for position, picture in enumerate(media):
        row = media_rows.MediaRow(
            id=MediaId(ids.make()),
            account_id=author,
            post_id=post,
            position=position,
            purpose="attachment",
            token=new_token(),
            mime=picture.mime,
            file_key=None,
            small_key=None,
            small_mime="",
            width=picture.width,
            height=picture.height,
            small_width=0,
            small_height=0,
            bytes=0,
            blurhash=picture.blurhash,
            description=picture.description,
            focus_x=picture.focus_x,
            focus_y=picture.focus_y,
            remote_url=picture.remote_url,
            created_at=now,
            kind=picture.kind,
            duration_ms=picture.duration_ms,
            preview_url=picture.preview_url,
        )
        media_rows.insert(tx, row)
        jobs.enqueue(tx, jobs.FetchMedia(media=row.id), key=str(row.id), due=now)
