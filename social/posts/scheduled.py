"""Posts for later: kept with their pictures, changed, taken back, and published once when their time has come.

What is kept is what the author chose, their settings of that moment filled in. Their rights are looked at again at the
time itself.
"""

from collections.abc import Sequence

import msgspec

from social import events, jobs, reading
from social.clock import DAY, MINUTE
from social.communities import topics
from social.errors import Conflict, Invalid, NotFound, SocialError, Unauthorized
from social.paging import Page
from social.people import users
from social.people.names import INSTANCE_ACTOR
from social.policy import Viewer, require_person
from social.posts import quotes, repeats
from social.posts.attached import require_free
from social.posts.defaults import chosen
from social.posts.policies import Act
from social.posts.publish import Context, Draft, check_words, publish
from storage import accounts, desk_notices
from storage import scheduled as rows
from storage import users as user_rows
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId, ScheduledId
from storage.media import MediaRow
from storage.scheduled import ScheduledRow

SOONEST = 5 * MINUTE
MOST = 300
MOST_A_DAY = 25

_encode = msgspec.json.Encoder().encode
_DRAFT = msgspec.json.Decoder(Draft)


class ScheduledView(msgspec.Struct, frozen=True, kw_only=True):
    """A post that waits, with its pictures. `error`: why it was not published at its time."""

    id: ScheduledId
    at: Millis
    draft: Draft
    media: tuple[MediaRow, ...]
    error: str = ""
    is_announcement: bool = False
    """Everybody has to read it."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What waited, its author as they are now; `announcement`: what it asks, if everybody has to read it."""

    author: Viewer
    draft: Draft
    announcement: str


def schedule(
    tx: Tx,
    viewer: Viewer,
    draft: Draft,
    at: Millis,
    *,
    announcement: str = "",
    context: Context,
    now: Millis,
) -> ScheduledView:
    """Keep a post until `at`; the same idempotency key gives the first one.

    Raises as `publish` does, and Invalid for a time that is too soon or a post too many.
    """
    require_person(viewer)
    check_words(draft, context.settings)
    id = ScheduledId(context.ids.make())
    held = repeats.claim_scheduled(tx, viewer, draft.idempotency, id, now)
    if held is not None:
        return scheduled(tx, viewer, held)
    _require_time(tx, viewer.account, id, at, now)
    if rows.count(tx, viewer.account) >= MOST:
        raise Invalid("scheduled_at", "too_many_scheduled", maximum=MOST)
    draft = _settled(tx, viewer, draft)
    require_free(tx, viewer, draft.media)
    row = ScheduledRow(
        id=id,
        account_id=viewer.account,
        scheduled_at=at,
        draft=_encode(draft).decode(),
        error="",
        created_at=now,
        announcement=announcement,
    )
    if not rows.insert(tx, row, draft.media):
        raise Conflict("try_again")
    _publish_later(tx, id, at)
    events.append(tx, events.ScheduledChanged(by=viewer.account, at=now, scheduled=id))
    return _views(tx, [row])[0]


def several(tx: Tx, viewer: Viewer, page: Page) -> list[ScheduledView]:
    """What waits of the viewer's, the latest written first."""
    require_person(viewer)
    return _views(tx, rows.page(tx, viewer.account, page.before, page.floor, page.limit, up=page.is_upward))


def scheduled(tx: Tx, viewer: Viewer, id: ScheduledId) -> ScheduledView:
    """One of the viewer's. Raises NotFound."""
    require_person(viewer)
    return _views(tx, [_own(tx, viewer, id)])[0]


def move(tx: Tx, viewer: Viewer, id: ScheduledId, at: Millis, *, now: Millis) -> ScheduledView:
    """Give it another time. Raises NotFound, or Invalid for a time that is too soon or has too many already."""
    require_person(viewer)
    _own(tx, viewer, id)
    _require_time(tx, viewer.account, id, at, now)
    if not rows.move(tx, viewer.account, id, at):
        raise NotFound("record")
    desk_notices.drop_failed(tx, viewer.account, id)
    _publish_later(tx, id, at)
    events.append(tx, events.ScheduledChanged(by=viewer.account, at=now, scheduled=id))
    return scheduled(tx, viewer, id)


def cancel(tx: Tx, viewer: Viewer, id: ScheduledId, *, now: Millis) -> ScheduledView:
    """It is not published; its pictures are free again. What it was. Raises NotFound."""
    view = scheduled(tx, viewer, id)
    if not rows.remove(tx, viewer.account, id):
        raise NotFound("record")
    desk_notices.drop_failed(tx, viewer.account, id)
    events.append(tx, events.ScheduledChanged(by=viewer.account, at=now, scheduled=id))
    return view


def publish_due(tx: Tx, id: ScheduledId, *, context: Context, now: Millis) -> PostId | None:
    """Publish what waits if its time has come. None: nothing was published. Raises what `publish` raises."""
    due = take_due(tx, id, now=now)
    return None if due is None else publish(tx, due.author, due.draft, context=context, now=now)


def take_due(tx: Tx, id: ScheduledId, *, now: Millis) -> Due | None:
    """Take out what waits if its time has come; else see to it that its time is not missed.

    It is taken out in the transaction that publishes it, so that it is published once. Raises Unauthorized or
    Forbidden for an author who may not speak any more.
    """
    row = rows.take(tx, id, now)
    if row is None:
        at = rows.time(tx, id)
        if at is not None:
            _publish_later(tx, id, at)
        return None
    draft = msgspec.structs.replace(_DRAFT.decode(row.draft), idempotency="", written_at=None)
    if draft.topic and draft.community is not None and not topics.is_of(tx, draft.community, draft.topic):
        # The words were to go out now. What stood under a topic that was taken away stands under none.
        draft = msgspec.structs.replace(draft, topic="")
    return Due(author=_author(tx, row.account_id), draft=draft, announcement=row.announcement)


def read_draft(row: ScheduledRow) -> Draft:
    """What waits, as it was written."""
    return _DRAFT.decode(row.draft)


def fail(tx: Tx, id: ScheduledId, error: SocialError, *, now: Millis) -> None:
    """Keep with the post why it was not published, and tell its author, who may give it another time."""
    rows.fail(tx, id, error.code, now)
    node = accounts.by_name(tx, INSTANCE_ACTOR, "")
    if node is not None:
        written = desk_notices.failed(tx, id, f"{id}:{now}", INSTANCE_ACTOR, now)
        told = [events.Notified(by=node.id, to=one.account_id, notification=one.id, at=now) for one in written]
        events.append_all(tx, told)


def _own(tx: Tx, viewer: Viewer, id: ScheduledId) -> ScheduledRow:
    row = rows.by_id(tx, viewer.account, id)
    if row is None:
        raise NotFound("record")
    return row


def _require_time(tx: Tx, account: AccountId, id: ScheduledId, at: Millis, now: Millis) -> None:
    if at < now + SOONEST:
        raise Invalid("scheduled_at", "too_soon", minutes=SOONEST // MINUTE)
    day = Millis(at - at % DAY)
    if rows.count_between(tx, account, day, Millis(day + DAY), id) >= MOST_A_DAY:
        raise Invalid("scheduled_at", "too_many_that_day", maximum=MOST_A_DAY)


def _settled(tx: Tx, viewer: Viewer, draft: Draft) -> Draft:
    """The draft with the author's settings of now. Raises NotFound or Forbidden for what it answers or quotes, Invalid
    for a topic that its community has not."""
    if draft.community is not None and draft.parent is None:
        topics.chosen(tx, draft.community, draft.topic)
    if draft.parent is not None:
        quotes.require(tx, viewer, reading.post(tx, viewer, draft.parent).shown.post, Act.REPLY)
    if draft.quoted is not None:
        reading.post(tx, viewer, draft.quoted)
    author = accounts.by_id(tx, viewer.account)
    if author is None:
        raise NotFound("account")
    said = chosen(tx, viewer, author, draft.visibility, draft.language, draft.quote_policy)
    return msgspec.structs.replace(draft, visibility=said.visibility, language=said.language, quote_policy=said.quotes)


def _author(tx: Tx, account: AccountId) -> Viewer:
    """The author, who may have lost the right to speak since. Raises Unauthorized or Forbidden."""
    viewer = users.viewer_of(tx, account)
    login = user_rows.login_by_id(tx, viewer.user) if viewer.user is not None else None
    if login is None:
        raise Unauthorized("sign_in_needed")
    users.refuse_closed(login.is_disabled, login.is_suspended)
    return viewer


def _publish_later(tx: Tx, id: ScheduledId, at: Millis) -> None:
    jobs.enqueue(tx, jobs.PublishScheduled(scheduled=id), key=str(id), due=at)


def _views(tx: Tx, found: Sequence[ScheduledRow]) -> list[ScheduledView]:
    held: dict[ScheduledId, list[MediaRow]] = {}
    for one in rows.media(tx, [row.id for row in found]) if found else ():
        held.setdefault(one.scheduled_id, []).append(one.media)
    return [
        ScheduledView(
            id=row.id,
            at=row.scheduled_at,
            draft=_DRAFT.decode(row.draft),
            media=tuple(held.get(row.id, ())),
            error=row.error,
            is_announcement=bool(row.announcement),
        )
        for row in found
    ]
