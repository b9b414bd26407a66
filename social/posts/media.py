"""Pictures, video and sound of people here: uploaded, described, made ready, and who may look at one."""

from collections.abc import Sequence

import msgspec

from social import jobs, text
from social.errors import Invalid, NotFound
from social.policy import Viewer, require_person
from social.reading import PostView
from social.seals import Seals
from social.settings import MediaSettings
from social.urls import Urls
from storage import media as rows
from storage import posts as post_rows
from storage import scheduled, states
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, MediaId, Millis, PostId, new_token
from storage.media import MediaRow
from storage.posts import PostRow
from storage.visibility import OPEN


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was read, made harmless and stored: its files and sizes. Or a recording that waits for that.

    `state`, `raw_key`, `kind` and what follows are said in `storage/media.py`.
    """

    file_key: str | None
    small_key: str | None
    mime: str
    small_mime: str
    width: int
    height: int
    small_width: int
    small_height: int
    bytes: int
    blurhash: str | None
    kind: str = "image"
    state: str = rows.READY
    raw_key: str | None = None
    duration_ms: int = 0
    frame_rate: str = ""
    bitrate: int = 0


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The picture that is shown of a recording before it is played."""

    key: str
    mime: str
    width: int
    height: int
    blurhash: str | None

    def on(self, upload: Upload) -> Upload:
        """The upload with this picture."""
        return msgspec.structs.replace(
            upload,
            small_key=self.key,
            small_mime=self.mime,
            small_width=self.width,
            small_height=self.height,
            blurhash=self.blurhash,
        )


def add(
    tx: Tx,
    viewer: Viewer,
    upload: Upload,
    *,
    purpose: str = "attachment",
    description: str = "",
    focus: tuple[float, float] = (0.0, 0.0),
    settings: MediaSettings,
    ids: IdMaker,
    now: Millis,
) -> MediaRow:
    """Keep an upload as the viewer's own, attached to nothing yet. `purpose`: attachment, avatar or header.

    Raises Unauthorized, or Invalid for the description or the focus.
    """
    require_person(viewer)
    check(description, focus, settings)
    row = MediaRow(
        id=MediaId(ids.make()),
        account_id=viewer.account,
        post_id=None,
        position=0,
        purpose=purpose,
        token=new_token(),
        mime=upload.mime,
        file_key=upload.file_key,
        small_key=upload.small_key,
        small_mime=upload.small_mime,
        width=upload.width,
        height=upload.height,
        small_width=upload.small_width,
        small_height=upload.small_height,
        bytes=upload.bytes,
        blurhash=upload.blurhash,
        description=description.strip(),
        focus_x=focus[0],
        focus_y=focus[1],
        remote_url=None,
        created_at=now,
        kind=upload.kind,
        state=upload.state,
        raw_key=upload.raw_key,
        duration_ms=upload.duration_ms,
        frame_rate=upload.frame_rate,
        bitrate=upload.bitrate,
    )
    rows.insert(tx, row)
    if row.state == rows.WAITING:
        jobs.enqueue(tx, jobs.Transcode(media=row.id), key=str(row.id), due=now)
    return row


def with_files(row: MediaRow, upload: Upload) -> MediaRow:
    """The row with the files and sizes of what was stored; a blurhash that its author gave stays."""
    return msgspec.structs.replace(
        row,
        mime=upload.mime,
        file_key=upload.file_key,
        small_key=upload.small_key,
        small_mime=upload.small_mime,
        width=upload.width,
        height=upload.height,
        small_width=upload.small_width,
        small_height=upload.small_height,
        bytes=upload.bytes,
        blurhash=row.blurhash or upload.blurhash,
    )


def describe(
    tx: Tx,
    viewer: Viewer,
    id: MediaId,
    *,
    description: str | None = None,
    focus: tuple[float, float] | None = None,
    settings: MediaSettings,
) -> MediaRow:
    """Change the words or the focus of an own picture that no post shows yet. Raises NotFound or Invalid."""
    row = own(tx, viewer, id)
    if row.post_id is not None:
        raise NotFound("media")
    words = row.description if description is None else description.strip()
    at = focus or (row.focus_x, row.focus_y)
    check(words, at, settings)
    rows.describe(tx, row.id, words, *at)
    return msgspec.structs.replace(row, description=words, focus_x=at[0], focus_y=at[1])


def own(tx: Tx, viewer: Viewer, id: MediaId) -> MediaRow:
    """A picture of the viewer's. Raises NotFound."""
    require_person(viewer)
    row = rows.by_id(tx, id)
    if row is None or row.account_id != viewer.account:
        raise NotFound("media")
    return row


def by_address(tx: Tx, address: str, seals: Seals | None) -> MediaRow:
    """The picture behind an unguessable address: who has the address was shown the post.

    That of a post that is not for everybody must be sealed, by a seal that is still good. Raises NotFound.
    """
    token, is_sealed = seals.opened(address) if seals is not None else (address, False)
    row = rows.shown_by_token(tx, token)
    if row is None or (seals is not None and not is_sealed and rows.is_closed(tx, row)):
        raise NotFound("media")
    return row


def addressed(view: PostView, urls: Urls, *, for_peers: bool = False) -> list[MediaRow]:
    """What hangs on a post, with the tokens that stand in addresses: sealed if the post is not for everybody."""
    return addressed_of(view.post, view.media, urls, for_peers=for_peers)


def addressed_of(post: PostRow, media: Sequence[MediaRow], urls: Urls, *, for_peers: bool = False) -> list[MediaRow]:
    """The same of what hung on a former version of the post."""
    seals = urls.seals
    if seals is None or post.visibility in OPEN:
        return list(media)
    return [msgspec.structs.replace(row, token=seals.sealed(row.token, for_peers=for_peers)) for row in media]


def complete(tx: Tx, id: MediaId, made: Upload, *, now: Millis) -> None:
    """A recording is ready: what it was made from goes. If it was forgotten meanwhile, what was made goes too."""
    row = rows.by_id(tx, id)
    if row is None or row.state != rows.WAITING:
        _prune(tx, made.file_key, made.small_key, now=now)
        return
    small = {
        name: getattr(row if row.small_key is not None else made, name)
        for name in ("small_key", "small_mime", "small_width", "small_height", "blurhash")
    }
    ready = msgspec.structs.replace(
        row,
        **small,
        mime=made.mime,
        file_key=made.file_key,
        width=made.width,
        height=made.height,
        bytes=made.bytes,
        kind=made.kind,
        state=rows.READY,
        raw_key=None,
        duration_ms=made.duration_ms,
        frame_rate=made.frame_rate,
        bitrate=made.bitrate,
    )
    _finish(tx, row, ready, now=now)


def fail(tx: Tx, id: MediaId, *, now: Millis) -> None:
    """A recording cannot be made ready."""
    row = rows.by_id(tx, id)
    if row is not None and row.state == rows.WAITING:
        _finish(tx, row, msgspec.structs.replace(row, state=rows.FAILED, raw_key=None), now=now)


def give_thumbnail(tx: Tx, viewer: Viewer, id: MediaId, shown: Preview, *, now: Millis) -> MediaRow:
    """Another picture for an own recording that no post shows yet. Raises NotFound."""
    row = own(tx, viewer, id)
    if row.post_id is not None or row.kind == "image":
        raise NotFound("media")
    changed = msgspec.structs.replace(
        row,
        small_key=shown.key,
        small_mime=shown.mime,
        small_width=shown.width,
        small_height=shown.height,
        blurhash=shown.blurhash,
    )
    rows.fetched(tx, changed)
    _prune(tx, row.small_key, now=now)
    return changed


def _finish(tx: Tx, row: MediaRow, changed: MediaRow, *, now: Millis) -> None:
    rows.fetched(tx, changed)
    _prune(tx, row.raw_key, now=now)
    if row.post_id is not None:
        post_rows.touch(tx, row.post_id)


def _prune(tx: Tx, *keys: str | None, now: Millis) -> None:
    for key in keys:
        if key is not None:
            jobs.enqueue(tx, jobs.PruneFile(key=key), key=key, due=now)


def renew_addresses(tx: Tx, account: AccountId) -> None:
    """Somebody lost access to the account's closed posts: the addresses of their pictures lead nowhere any more.

    Whoever still sees the posts gets the new ones with them.
    """
    pictures = rows.closed_of(tx, account)
    rows.renew(tx, {picture.id: new_token() for picture in pictures})
    for post in {picture.post_id for picture in pictures if picture.post_id is not None}:
        post_rows.touch(tx, post)


def renew_post(tx: Tx, post: PostId) -> None:
    """A post is shown to others no more: the addresses of its pictures lead nowhere, its author gets new ones."""
    rows.renew(tx, {picture.id: new_token() for picture in rows.of_posts(tx, [post])})
    post_rows.touch(tx, post)


def remove(tx: Tx, viewer: Viewer, id: MediaId, *, now: Millis) -> None:
    """Forget an own picture that no post shows, or is to show. Raises NotFound."""
    row = own(tx, viewer, id)
    if row.post_id is not None or scheduled.holds(tx, row.id):
        raise NotFound("media")
    forget(tx, row, now=now)


def forget(tx: Tx, row: MediaRow, *, now: Millis) -> None:
    """The picture is gone; its files follow when nothing else uses them."""
    rows.remove(tx, row.id)
    _prune(tx, row.file_key, row.small_key, row.raw_key, now=now)


def forget_by_id(tx: Tx, id: MediaId, *, now: Millis) -> None:
    """The same, if there is such a picture."""
    row = rows.by_id(tx, id)
    if row is not None:
        forget(tx, row, now=now)


def elsewhere(id: MediaId, account: AccountId, purpose: str, url: str | None, now: Millis) -> MediaRow:
    """The row of a picture that is fetched when somebody looks at it; not stored yet."""
    return MediaRow(
        id=id,
        account_id=account,
        post_id=None,
        position=0,
        purpose=purpose,
        token=new_token(),
        mime="",
        file_key=None,
        small_key=None,
        small_mime="",
        width=0,
        height=0,
        small_width=0,
        small_height=0,
        bytes=0,
        blurhash=None,
        description="",
        focus_x=0.0,
        focus_y=0.0,
        remote_url=url,
        created_at=now,
    )


def check(description: str, focus: tuple[float, float], settings: MediaSettings) -> None:
    """Refuse words or a focus that no media can have: before anything slow is done with its file. Raises Invalid."""
    if "\0" in description:
        raise Invalid("description", "nul")
    if text.graphemes(description) > settings.description_limit:
        raise Invalid("description", "too_long", limit=settings.description_limit)
    if not all(-1.0 <= value <= 1.0 for value in focus):
        raise Invalid("focus", "out_of_range")


def of_profile(tx: Tx, account: AccountRow) -> dict[str, MediaRow]:
    """Avatar and header of an account, by these words, as far as it has them."""
    tokens = {"avatar": account.avatar_token, "header": account.header_token}
    found = {purpose: rows.by_token(tx, token) for purpose, token in tokens.items() if token}
    return {purpose: row for purpose, row in found.items() if row is not None}


def forget_all(tx: Tx, account: AccountId, *, now: Millis) -> None:
    """Every picture of the account is about to go: their files are pruned when nothing shows them any more."""
    for key in states.files(tx, account):
        jobs.enqueue(tx, jobs.PruneFile(key=key), key=key, due=now)
