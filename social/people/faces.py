"""The pictures of an account: which of the uploads become its avatar and header."""

import msgspec
from msgspec import UNSET, UnsetType

from social import jobs
from social.errors import Invalid
from social.posts import media
from storage import accounts as rows
from storage import media as media_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, MediaId, Millis, new_token


def show_pictures(
    tx: Tx,
    id: AccountId,
    avatar: MediaId | UnsetType | None,
    header: MediaId | UnsetType | None,
    *,
    by: AccountId | None = None,
    now: Millis,
) -> None:
    """Show the pictures, or none; what is UNSET stays. `by`: whose uploads they are, if not the account's own.

    Raises Invalid for a picture that is not free, or somebody else's.
    """
    if avatar is UNSET and header is UNSET:
        return
    before = rows.pictures(tx, id)
    for purpose, wanted, former, show in (
        ("avatar", avatar, before.avatar_id, rows.show_avatar),
        ("header", header, before.header_id, rows.show_header),
    ):
        if wanted is UNSET or wanted == former:
            continue
        token = _claimed(tx, id, wanted, purpose, by or id)
        show(tx, id, wanted, token)
        if former is not None:
            media.forget_by_id(tx, former, now=now)


def take_over(tx: Tx, former: AccountRow, id: AccountId, *, ids: IdMaker, now: Millis) -> None:
    """The account shows what another one does: copies, which stay when that is gone. One that was never looked at here
    is fetched, if it can be had still."""
    for purpose, picture in media.of_profile(tx, former).items():
        copy = msgspec.structs.replace(
            picture,
            id=MediaId(ids.make()),
            account_id=id,
            token=new_token(),
            remote_url=None if picture.file_key else picture.remote_url,
            created_at=now,
        )
        media_rows.insert(tx, copy)
        if copy.remote_url:
            jobs.enqueue(tx, jobs.FetchMedia(media=copy.id), key=str(copy.id), due=now)
        show = rows.show_avatar if purpose == "avatar" else rows.show_header
        show(tx, id, copy.id, copy.token)


def _claimed(tx: Tx, id: AccountId, wanted: MediaId | None, purpose: str, by: AccountId) -> str | None:
    if wanted is None:
        return None
    picture = media_rows.by_id(tx, wanted) if rows.use_media(tx, id, wanted, purpose, by) else None
    if picture is None:
        raise Invalid(purpose, "invalid")
    return picture.token
