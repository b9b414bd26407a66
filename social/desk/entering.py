"""What enters the calendar by itself: posts that communicators schedule, and must-reads when they are announced.

So one calendar shows all that is to appear, wherever it was written: in the composer, in an app, at the desk.
"""

from collections.abc import Mapping

import msgspec

from social import events
from social.articles.words import KIND as ARTICLE
from social.desk.pieces import CHANNELS, Plan, State, moved, owned, reach_of, self_of, written
from social.desk.writing import require_review, store
from social.people import users
from social.policy import Role, Viewer
from social.posts import scheduled
from social.sanitise import plain
from social.text import clean_line, shortened
from social.urls import Urls
from storage import accounts, desk
from storage import posts as post_rows
from storage import scheduled as scheduled_rows
from storage.accounts import AccountRow
from storage.desk import PieceId, PieceRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId, ScheduledId
from storage.posts import PostRow
from storage.scheduled import ScheduledRow
from storage.visibility import Visibility

TITLE = 80
MUST_READ, POST = CHANNELS[1:3]


def apply(tx: Tx, event: events.AnyEvent, now: Millis, *, ids: IdMaker, urls: Urls) -> None:
    """Subscriber: the calendar follows what is scheduled and deleted elsewhere. Twice is once."""
    if isinstance(event, events.ScheduledChanged):
        _follow(tx, event.by, event.scheduled, ids, urls, now)
    elif isinstance(event, events.PostDeleted) and not event.host and event.boost_of is None:
        piece = desk.by_post(tx, event.uri)
        if piece is not None and piece.is_local:
            _change(tx, piece, State.DROPPED, piece.slot_at, now)


def announced(
    tx: Tx, viewer: Viewer, post: PostId, at: Millis, piece: PieceId | None, *, ids: IdMaker, urls: Urls, now: Millis
) -> None:
    """A must-read of the viewer's, from `at` on, takes its place in the calendar: as the piece that it was planned as.

    Of one that is not for everybody the calendar of other sites says nothing but that it is there.
    Raises NotFound, Forbidden, Conflict for a piece that is not the viewer's, is out, or says what no reviewer read.
    """
    shown = post_rows.by_id(tx, post)
    if shown is None:
        return
    me = self_of(tx, viewer)
    row = _new(ids, urls, me, Plan(channel=MUST_READ, slot_at=at, must_read=True), now)
    if piece is not None:
        row = owned(tx, viewer, piece)[0]
        if row.state != State.SCHEDULED and shown.kind != ARTICLE:
            require_review(row, shown.source)
    is_out, is_for_all = at <= now, shown.visibility is Visibility.PUBLIC
    changed = msgspec.structs.replace(
        row,
        channel=row.channel if shown.kind == ARTICLE else MUST_READ,
        must_read=True,
        state=moved(row.state, "publish" if is_out else "schedule"),
        title=row.title or _title(shown),
        # An article has a title: one for some does not enter by itself what all sites read.
        slot_at=at if is_for_all or row.slot_at is not None or shown.kind != ARTICLE else None,
        post_uri=shown.uri,
        post_url=shown.url if is_for_all else "",
        scheduled_id=None,
    )
    store(tx, changed, me, now=now)


def planned(
    tx: Tx, viewer: Viewer, piece: PieceId, id: ScheduledId, at: Millis, *, said: str | None, now: Millis
) -> None:
    """A must-read that stood in the calendar waits for its time as that piece; `said`: its words, if not the piece's.

    Raises as `announced` does.
    """
    row, me = owned(tx, viewer, piece)
    require_review(row, said)
    changed = msgspec.structs.replace(
        row,
        channel=MUST_READ if said is not None else row.channel,
        must_read=True,
        state=moved(row.state, "schedule"),
        slot_at=at,
        scheduled_id=id,
    )
    store(tx, changed, me, now=now)


def begun(tx: Tx, post: PostRow, *, now: Millis) -> None:
    """The first are asked to read it: the calendar says that it is out."""
    piece = desk.by_post(tx, post.uri)
    if piece is not None and piece.is_local and piece.state == State.SCHEDULED:
        _change(tx, piece, moved(piece.state, "publish"), piece.slot_at, now)


def counted(tx: Tx, post: PostRow, seen: Mapping[str, int], *, now: Millis) -> None:
    """How many had a must-read of here before their eyes, by node (empty: here): campaigns add it up.

    Of an article who opened it is counted already (`social/desk/exchange.py`).
    """
    piece = desk.by_post(tx, post.uri)
    if piece is not None and piece.is_local and post.kind != ARTICLE and reach_of(piece) != seen:
        told = msgspec.structs.replace(piece, reach=written(dict(seen)), seq=desk.next_seq(tx), updated_at=now)
        desk.keep(tx, told)


def _follow(tx: Tx, account: AccountId, id: ScheduledId, ids: IdMaker, urls: Urls, now: Millis) -> None:
    row = scheduled_rows.by_id(tx, account, id)
    piece = desk.by_scheduled(tx, id)
    if row is None:
        if piece is not None and piece.state in (State.SCHEDULED, State.FAILED):
            # What entered by itself leaves; what was planned at the desk is still planned.
            _change(tx, piece, State.WRITING if piece.words else State.DROPPED, piece.slot_at, now)
    elif piece is None:
        _enter(tx, row, ids, urls, now)
    elif piece.slot_at is not None and (piece.slot_at != row.scheduled_at or piece.state == State.FAILED):
        state = State.SCHEDULED if not row.error else State(piece.state)
        _change(tx, piece, state, row.scheduled_at, now)


def _enter(tx: Tx, row: ScheduledRow, ids: IdMaker, urls: Urls, now: Millis) -> None:
    """A post for everybody by who speaks for the site. Articles have their piece; answers are no news."""
    draft, account = scheduled.read_draft(row), row.account_id
    is_news = draft.article is None and draft.parent is None and draft.community is None
    if not is_news or draft.visibility not in (Visibility.PUBLIC, Visibility.UNLISTED):
        return
    me = accounts.by_id(tx, account)
    if me is None or not users.viewer_of(tx, account).may(Role.COMMUNICATOR):
        return
    title = shortened(clean_line(draft.title or draft.spoiler or draft.text), TITLE)
    asks = bool(row.announcement)
    plan = Plan(channel=MUST_READ if asks else POST, slot_at=row.scheduled_at, must_read=asks)
    new = _new(ids, urls, me, plan, now)
    store(tx, msgspec.structs.replace(new, title=title, state=State.SCHEDULED, scheduled_id=row.id), me, now=now)


def _new(ids: IdMaker, urls: Urls, owner: AccountRow, plan: Plan, now: Millis) -> PieceRow:
    id = PieceId(ids.make())
    return PieceRow(
        id=id,
        uri=f"{urls.base}/desk/{id}",
        host="",
        owner_uri=owner.uri,
        owner_name=owner.name,
        channel=plan.channel,
        state=State.WRITING,
        title="",
        slot_at=plan.slot_at,
        must_read=plan.must_read,
        campaign_uri=plan.campaign_uri,
        words="",
        version=1,
        people="",
        post_uri="",
        post_url="",
        scheduled_id=None,
        reach="",
        seq=0,
        updated_at=now,
    )


def _title(post: PostRow) -> str:
    """The first words of what everybody may read; nothing of what is for some."""
    if post.visibility is not Visibility.PUBLIC:
        return ""
    return shortened(post.spoiler or " ".join(plain(post.html).split()), TITLE)


def _change(tx: Tx, piece: PieceRow, state: State, slot: Millis | None, now: Millis) -> None:
    owner = accounts.by_uri(tx, piece.owner_uri)
    if owner is None:
        return
    waits = piece.scheduled_id if state in (State.SCHEDULED, State.FAILED) else None
    changed = msgspec.structs.replace(piece, state=state, slot_at=slot, scheduled_id=waits)
    if changed != piece:
        store(tx, changed, owner, now=now)
