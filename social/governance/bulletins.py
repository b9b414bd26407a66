"""Bulletins of the site: administrators write them, everybody here reads them, puts them away and reacts to them."""

import msgspec
import regex

from social import events, text
from social.errors import Invalid, NotFound
from social.governance.audit import Act, record
from social.policy import NOBODY, Role, Viewer, require_person, require_role
from social.urls import Urls
from storage import bulletins as rows
from storage.bulletins import BulletinId, BulletinRow, ReactionRow
from storage.engine.database import Tx
from storage.ids import Millis

TEXT_LIMIT = 2_000
MOST_SIGNS = 8
"""Different signs below one bulletin: Mastodon's limit."""
LISTED = 100
_EMOJI = regex.compile(
    r"(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3)"
    r"(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic}|[\U000E0020-\U000E007F])*"
)


class BulletinDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator writes. Times are of what it is about; it is shown until `ends_at`."""

    text: str
    starts_at: Millis | None = None
    ends_at: Millis | None = None
    all_day: bool = False
    is_published: bool = True


class BulletinView(msgspec.Struct, frozen=True, kw_only=True):
    """A bulletin as somebody has it."""

    bulletin: BulletinRow
    is_read: bool
    reactions: tuple[ReactionRow, ...]

    @property
    def tags(self) -> list[str]:
        """Its hashtags by the names they are compared by."""
        found = [text.tag_normal(name) for name in text.scan(self.bulletin.source).tags]
        return [name for name in found if name is not None]


def shown(tx: Tx, viewer: Viewer, *, now: Millis) -> list[BulletinView]:
    """What is shown now, oldest first. Two statements, one when there is none."""
    require_person(viewer)
    found = rows.shown(tx, viewer.account, now)
    reactions = rows.reactions(tx, viewer.account, [row.bulletin.id for row in found])
    return [
        BulletinView(
            bulletin=row.bulletin,
            is_read=row.is_read,
            reactions=tuple(one for one in reactions if one.bulletin_id == row.bulletin.id),
        )
        for row in found
    ]


def bulletin(tx: Tx, viewer: Viewer, id: BulletinId, *, now: Millis) -> BulletinView:
    """One that is shown now. Raises NotFound."""
    require_person(viewer)
    row = rows.shown_by_id(tx, viewer.account, id, now)
    if row is None:
        raise NotFound("bulletin")
    reactions = rows.reactions(tx, viewer.account, [id])
    return BulletinView(bulletin=row.bulletin, is_read=row.is_read, reactions=tuple(reactions))


def told(tx: Tx, id: BulletinId, *, now: Millis) -> BulletinView | None:
    """One that is shown now, with nobody's own part in it; None when it is not."""
    row = rows.shown_by_id(tx, NOBODY, id, now)
    if row is None:
        return None
    return BulletinView(bulletin=row.bulletin, is_read=False, reactions=tuple(rows.reactions(tx, NOBODY, [id])))


def put_away(tx: Tx, viewer: Viewer, id: BulletinId, *, now: Millis) -> None:
    """Show it to the viewer no more. Raises NotFound."""
    bulletin(tx, viewer, id, now=now)
    rows.put_away(tx, viewer.account, id)


def react(tx: Tx, viewer: Viewer, id: BulletinId, name: str, *, now: Millis) -> None:
    """Put an emoji below it. Raises NotFound, Invalid."""
    view = bulletin(tx, viewer, id, now=now)
    if not _EMOJI.fullmatch(name):
        raise Invalid("name", "not_an_emoji")
    signs = {one.name for one in view.reactions}
    if name not in signs and len(signs) >= MOST_SIGNS:
        raise Invalid("name", "too_many", maximum=MOST_SIGNS)
    if rows.react(tx, viewer.account, id, name, now):
        events.append(tx, events.BulletinReacted(by=viewer.account, bulletin=id, name=name, at=now))


def unreact(tx: Tx, viewer: Viewer, id: BulletinId, name: str, *, now: Millis) -> None:
    """Take one's emoji away. Raises NotFound."""
    bulletin(tx, viewer, id, now=now)
    if rows.unreact(tx, viewer.account, id, name):
        events.append(tx, events.BulletinReacted(by=viewer.account, bulletin=id, name=name, at=now))


def written(tx: Tx, viewer: Viewer) -> list[BulletinRow]:
    """The last ones, shown or not, newest first. Raises Forbidden."""
    require_role(viewer, Role.COMMUNICATOR)
    return rows.latest(tx, LISTED)


def one(tx: Tx, viewer: Viewer, id: BulletinId) -> BulletinRow:
    """One of them, to be changed. Raises Forbidden, NotFound."""
    require_role(viewer, Role.COMMUNICATOR)
    row = rows.by_id(tx, id)
    if row is None:
        raise NotFound("bulletin")
    return row


def write(tx: Tx, viewer: Viewer, draft: BulletinDraft, *, urls: Urls, now: Millis) -> BulletinId:
    """A new bulletin. Raises Forbidden, Invalid."""
    require_role(viewer, Role.COMMUNICATOR)
    row = _row(draft, None, urls, now)
    id = rows.insert(tx, row, viewer.account)
    record(tx, viewer, Act.BULLETIN_WRITE, id=id, now=now)
    if row.published_at is not None:
        events.append(tx, events.BulletinPublished(by=viewer.account, bulletin=id, at=now))
    return id


def change(tx: Tx, viewer: Viewer, id: BulletinId, draft: BulletinDraft, *, urls: Urls, now: Millis) -> None:
    """Change it, publish it or take it back. Raises Forbidden, NotFound, Invalid."""
    former = one(tx, viewer, id)
    row = _row(draft, former, urls, now)
    rows.update(tx, row)
    record(tx, viewer, Act.BULLETIN_CHANGE, id=id, now=now)
    if row.published_at is not None:
        events.append(tx, events.BulletinPublished(by=viewer.account, bulletin=id, at=now))
    elif former.published_at is not None:
        events.append(tx, events.BulletinWithdrawn(by=viewer.account, bulletin=id, at=now))


def remove(tx: Tx, viewer: Viewer, id: BulletinId, *, now: Millis) -> None:
    """Remove it for good. Raises Forbidden, NotFound."""
    former = one(tx, viewer, id)
    rows.delete(tx, id)
    record(tx, viewer, Act.BULLETIN_REMOVE, id=id, now=now)
    if former.published_at is not None:
        events.append(tx, events.BulletinWithdrawn(by=viewer.account, bulletin=id, at=now))


def _row(draft: BulletinDraft, former: BulletinRow | None, urls: Urls, now: Millis) -> BulletinRow:
    source = text.clean_text(draft.text).strip()
    if not source:
        raise Invalid("text", "missing")
    if text.graphemes(source) > TEXT_LIMIT:
        raise Invalid("text", "too_long", maximum=TEXT_LIMIT, limit=TEXT_LIMIT, length=text.graphemes(source))
    if draft.ends_at is not None and draft.ends_at <= (draft.starts_at or 0):
        raise Invalid("ends_at", "before_start")
    published = former.published_at if former and former.published_at is not None else now
    return BulletinRow(
        id=former.id if former else BulletinId(0),
        source=source,
        html=text.render(source, mentions={}, tag_url=urls.tag),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        all_day=draft.all_day,
        published_at=published if draft.is_published else None,
        created_at=former.created_at if former else now,
        updated_at=now,
    )
