"""Pictures of people here: uploaded, described, and who may look at one."""

import msgspec

from social import jobs, text
from social.errors import Invalid, NotFound
from social.policy import Viewer, require_person
from social.settings import MediaSettings
from storage import media as rows
from storage import posts as post_rows
from storage import states
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, MediaId, Millis, new_token
from storage.media import MediaRow


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was read, made harmless and stored: its files and sizes."""

    file_key: str
    small_key: str
    mime: str
    small_mime: str
    width: int
    height: int
    small_width: int
    small_height: int
    bytes: int
    blurhash: str | None


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
    _check(description, focus, settings)
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
    )
    rows.insert(tx, row)
    return row


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
    _check(words, at, settings)
    rows.describe(tx, row.id, words, *at)
    return msgspec.structs.replace(row, description=words, focus_x=at[0], focus_y=at[1])


def own(tx: Tx, viewer: Viewer, id: MediaId) -> MediaRow:
    """A picture of the viewer's. Raises NotFound."""
    require_person(viewer)
    row = rows.by_id(tx, id)
    if row is None or row.account_id != viewer.account:
        raise NotFound("media")
    return row


def by_token(tx: Tx, token: str) -> MediaRow:
    """The picture behind an unguessable address: who has the address was shown the post. Raises NotFound."""
    row = rows.shown_by_token(tx, token)
    if row is None:
        raise NotFound("media")
    return row


def renew_addresses(tx: Tx, account: AccountId) -> None:
    """Somebody lost access to the account's closed posts: the addresses of their pictures lead nowhere any more.

    Whoever still sees the posts gets the new ones with them.
    """
    pictures = rows.closed_of(tx, account)
    rows.renew(tx, {picture.id: new_token() for picture in pictures})
    for post in {picture.post_id for picture in pictures if picture.post_id is not None}:
        post_rows.touch(tx, post)


def remove(tx: Tx, viewer: Viewer, id: MediaId, *, now: Millis) -> None:
    """Forget an own picture that no post shows. Raises NotFound."""
    row = own(tx, viewer, id)
    if row.post_id is not None:
        raise NotFound("media")
    forget(tx, row, now=now)


def forget(tx: Tx, row: MediaRow, *, now: Millis) -> None:
    """The picture is gone; its files follow when nothing else uses them."""
    rows.remove(tx, row.id)
    for key in (row.file_key, row.small_key):
        if key is not None:
            jobs.enqueue(tx, jobs.PruneFile(key=key), key=key, due=now)


def forget_by_id(tx: Tx, id: MediaId, *, now: Millis) -> None:
    """The same, if there is such a picture."""
    row = rows.by_id(tx, id)
    if row is not None:
        forget(tx, row, now=now)


def _check(description: str, focus: tuple[float, float], settings: MediaSettings) -> None:
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
