"""The pictures of an account: which of the uploads become its avatar and header."""

from msgspec import UNSET, UnsetType

from social.errors import Invalid
from social.posts import media
from storage import accounts as rows
from storage import media as media_rows
from storage.engine.database import Tx
from storage.ids import AccountId, MediaId, Millis


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


def _claimed(tx: Tx, id: AccountId, wanted: MediaId | None, purpose: str, by: AccountId) -> str | None:
    if wanted is None:
        return None
    picture = media_rows.by_id(tx, wanted) if rows.use_media(tx, id, wanted, purpose, by) else None
    if picture is None:
        raise Invalid(purpose, "invalid")
    return picture.token
