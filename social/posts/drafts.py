"""Drafts: what somebody has begun to write stays on the node, so that the next device goes on where one stopped."""

from collections.abc import Mapping, Sequence

import msgspec

from social.errors import Conflict, Invalid
from social.policy import Viewer, require_person
from social.posts import repeats
from storage import drafts as rows
from storage.engine.database import Tx
from storage.ids import Millis, PostId

LONGEST = 100_000
"""Bytes of a draft: some times the longest post."""
MOST = 50

_encode = msgspec.json.Encoder().encode
_FIELDS = msgspec.json.Decoder(dict[str, list[str]])


class SavedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft: the post that it answers, its fields by name, and when it was last written on."""

    parent: PostId | None
    fields: Mapping[str, Sequence[str]]
    updated_at: Millis

    def first(self, name: str) -> str:
        """The first value of a field; empty if it has none."""
        return next(iter(self.fields.get(name, ())), "")


def keep(
    tx: Tx,
    viewer: Viewer,
    parent: PostId | None,
    fields: Mapping[str, Sequence[str]],
    *,
    key: str = "",
    now: Millis,
) -> None:
    """Keep the fields as the draft of that place, in place of what it was; without a word in it, forget it.

    What was sent with `key` meanwhile is no draft any more: the device spoke last of it before it knew.
    Raises Unauthorized, Invalid for one that is too long, Conflict for one too many.
    """
    require_person(viewer)
    if repeats.is_sent(tx, viewer, key):
        return
    if not any(value.strip() for name in ("text", "spoiler", "media", "option") for value in fields.get(name, ())):
        rows.forget(tx, viewer.account, _place(parent))
        return
    written = _encode({name: list(values) for name, values in fields.items()}).decode()
    if len(written) > LONGEST:
        raise Invalid("text", "too_long", limit=LONGEST, length=len(written), maximum=LONGEST)
    is_new = rows.of(tx, viewer.account, _place(parent)) is None
    if is_new and rows.count(tx, viewer.account) >= MOST:
        raise Conflict("too_many_drafts")
    rows.keep(tx, viewer.account, _place(parent), written, now)


def of(tx: Tx, viewer: Viewer, parent: PostId | None) -> SavedDraft | None:
    """The viewer's draft of that place."""
    require_person(viewer)
    row = rows.of(tx, viewer.account, _place(parent))
    return _read(row) if row else None


def drafts(tx: Tx, viewer: Viewer) -> list[SavedDraft]:
    """All drafts of the viewer, the latest first."""
    require_person(viewer)
    return [_read(row) for row in rows.all_of(tx, viewer.account)]


def forget(tx: Tx, viewer: Viewer, parent: PostId | None) -> None:
    """The draft of that place was sent, or is not wanted."""
    require_person(viewer)
    rows.forget(tx, viewer.account, _place(parent))


def _place(parent: PostId | None) -> str:
    return str(parent) if parent else ""


def _read(row: rows.DraftRow) -> SavedDraft:
    return SavedDraft(
        parent=PostId(int(row.place)) if row.place else None,
        fields=_FIELDS.decode(row.fields),
        updated_at=row.updated_at,
    )
