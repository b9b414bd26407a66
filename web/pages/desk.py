"""One piece of the desk: written, planned, given to reviewers, published; a reviewer's answer."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from starlette.responses import RedirectResponse, Response

from social.desk import calendar, due, pieces, reviewing, talk, writing
from social.desk.pieces import Plan, Words
from social.desk.writing import Saved
from social.errors import Conflict, Invalid, SocialError
from social.policy import Role, Viewer
from storage import announcements, scheduled
from storage import desk as rows
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.desk import CampaignRow, CommunicatorRow, PieceId, PieceRow, PieceVersionRow
from storage.desk_talk import CommentRow
from storage.engine.database import Tx
from storage.ids import PostId
from storage.media import MediaRow
from web import desk, differences
from web import writing as composing
from web.forms import Form
from web.pages.scheduled import asked
from web.visit import Visit


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A piece with what its page shows."""

    row: PieceRow
    me: AccountRow
    part: str
    versions: Sequence[PieceVersionRow]
    media: Sequence[MediaRow]
    candidates: Sequence[CommunicatorRow]
    campaigns: Sequence[CampaignRow]
    beside: Sequence[PieceRow]
    comments: Sequence[CommentRow]
    error: str
    """Why it was not published at its time."""
    announced: PostId | None
    """As which must-read of this site it is out."""
    read_at: str
    """Where it is read once it is out: on this site if it arrived here. Empty before."""


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """Former words, or words beside: by whom, when, and what differs from the present ones."""

    row: PieceVersionRow
    pieces: Sequence[differences.Piece]


async def show(visit: Visit) -> Response:
    """GET /desk/{id}."""
    return _page(visit, await visit.read(_shown, _id(visit), visit))


async def act(visit: Visit, form: Form) -> Response:
    """POST /desk/{id}: save the words, then do what the button says."""
    shown = await visit.read(_shown, _id(visit), visit)
    try:
        return await _done(visit, form, shown)
    except (Invalid, Conflict) as wrong:
        kept = desk.filled(form, form.numbers("media")) if form.has("source") else None
        return _page(visit, await visit.read(_shown, _id(visit), visit), words=kept, wrong=wrong)


async def answer(visit: Visit, form: Form) -> Response:
    """POST /desk/{id}/answer: a reviewer says yes, or what should be changed."""
    version = form.number("version") or 0
    note = form.text("note", limit=10_000)
    try:
        await visit.write(
            reviewing.answer, _id(visit), form.line("answer"), note, version, ids=visit.node.ids, now=visit.now
        )
    except Invalid as wrong:
        return _page(visit, await visit.read(_shown, _id(visit), visit), wrong=wrong)
    return visit.back(f"/desk/{_id(visit)}", done="answered")


async def comment(visit: Visit, form: Form) -> Response:
    """POST /desk/{id}/comment: a word to those who write and review it."""
    try:
        await visit.write(talk.say, _id(visit), form.text("comment", limit=10_000), ids=visit.node.ids, now=visit.now)
    except Invalid as wrong:
        return _page(visit, await visit.read(_shown, _id(visit), visit), wrong=wrong, said=form.written("comment"))
    return visit.back(f"/desk/{_id(visit)}", done="said", anchor="talk")


async def _done(visit: Visit, form: Form, shown: Shown) -> Response:
    does, address = form.written("do"), f"/desk/{shown.row.id}"
    if form.has("source"):
        media = await desk.pictures(visit, form)
        words = desk.words_of(form, [row.id for row in media])
        if does in ("preview", "add") or form.has("earlier"):
            return _page(visit, shown, words=words, media=media, is_shown=does == "preview")
        saved = await visit.write(
            writing.save, shown.row.id, words, form.number("base") or 0, ids=visit.node.ids, now=visit.now
        )
        if saved is not Saved.TAKEN:
            return visit.back(address, done=f"words_{saved.value}")
    if does == "publish":
        await visit.write(due.publish_now, shown.row.id, context=visit.context, now=visit.now)
        return visit.back(address, done="published")
    if does == "asks":
        return RedirectResponse(f"/announcements/new?piece={shown.row.id}", HTTPStatus.SEE_OTHER)
    if does == "schedule":
        at = asked(visit, form)
        if at is None:
            raise Invalid("scheduled_at", "no_time")
        await visit.write(writing.schedule, shown.row.id, at, context=visit.context, now=visit.now)
        return visit.back(address, done="scheduled")
    if does == "drop":
        await visit.write(writing.drop, shown.row.id, now=visit.now)
        return visit.back("/articles", done="dropped")
    await _arranged(visit, form, shown.row.id, does)
    return visit.back(address, done="review_asked" if does == "ask" else "saved")


async def _arranged(visit: Visit, form: Form, id: PieceId, does: str) -> None:
    """What does not touch the words: the plan, the people, the state."""
    if does == "plan":
        await visit.write(writing.replan, id, plan_of(visit, form), now=visit.now)
    elif does in ("people", "ask"):
        parts = [(uri, part) for uri, part in zip(form.all("uri"), form.all("part_of"), strict=False) if part]
        if form.has("uri"):
            await visit.write(writing.name_people, id, parts, now=visit.now)
        if does == "ask":
            await visit.write(reviewing.ask, id, now=visit.now)
    elif does == "campaign":
        await visit.write(writing.join, id, form.line("campaign"), now=visit.now)
    elif does == "take_back":
        await visit.write(writing.take_back, id, now=visit.now)
    elif does == "out":
        await visit.write(writing.mark_out, id, now=visit.now)


def plan_of(visit: Visit, form: Form) -> Plan:
    """Slot, channel and campaign of a form. Raises Invalid."""
    written = form.line("slot_at")
    slot = visit.face.dates[visit.locale].moment(written) if written else None
    if written and slot is None:
        raise Invalid("slot_at", "no_time")
    return Plan(
        channel=form.chosen("channel", pieces.CHANNELS, "article"),
        slot_at=slot,
        must_read=form.flag("must_read"),
        campaign_uri=form.line("campaign"),
    )


def _shown(tx: Tx, viewer: Viewer, id: PieceId, visit: Visit) -> Shown:
    row, me, part = pieces.piece(tx, viewer, id)
    is_owner = part == "owner" and row.is_local
    speaks = is_owner and viewer.may(Role.COMMUNICATOR)
    waits = [row.scheduled_id] if is_owner and row.scheduled_id is not None else []
    asks = row.channel == "announcement" or row.must_read
    post = post_rows.by_uri(tx, row.post_uri) if asks and row.is_local and row.post_uri else None
    return Shown(
        row=row,
        me=me,
        part=part,
        versions=rows.versions(tx, row.id) if part and row.is_local else (),
        media=composing.own_media(tx, viewer, pieces.words_of(row).media) if is_owner else (),
        candidates=[one for one in rows.communicators(tx) if one.uri != me.uri] if is_owner else (),
        campaigns=rows.campaigns(tx) if speaks else (),
        beside=calendar.beside(tx, row, visit.face.dates[visit.locale].day),
        comments=talk.comments(tx, row, me.uri) if part else (),
        error=next((one.error for one in scheduled.by_ids(tx, viewer.account, waits)), ""),
        announced=post.id if post is not None and announcements.by_post(tx, post.id) is not None else None,
        read_at=desk.read_at(tx, row.post_url),
    )


def _page(
    visit: Visit,
    shown: Shown,
    *,
    words: Words | None = None,
    media: Sequence[MediaRow] | None = None,
    wrong: SocialError | None = None,
    is_shown: bool = False,
    said: str = "",
) -> Response:
    row, now = shown.row, words or pieces.words_of(shown.row)
    held = shown.media if media is None else media
    is_open = shown.part in ("owner", "author") and row.state not in writing.SETTLED
    is_look = is_shown or not is_open
    sheet = desk.sheet(
        visit,
        f"/desk/{row.id}",
        now,
        held,
        row.version,
        errors=visit.errors(wrong if isinstance(wrong, Invalid) else None),
        notice=visit.sentence(wrong) if wrong is not None and not isinstance(wrong, Invalid) else "",
        shown=desk.looked_at(visit, now, held) if is_look and now.source else None,
    )
    parts = {one.uri: one.part for one in pieces.people_of(row)}
    return visit.page(
        "desk/piece.html",
        HTTPStatus.OK if wrong is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        shown=shown,
        sheet=sheet,
        is_open=is_open,
        people=pieces.people_of(row),
        parts=parts,
        before=_before(shown, now),
        states=desk.STATES,
        channels=desk.CHANNELS,
        slot=visit.face.dates[visit.locale].field(row.slot_at),
        clash=shown.beside,
        said=said,
        why=visit.sentence(SocialError(shown.error)) if shown.error else "",
    )


def _before(shown: Shown, now: Words) -> list[Before]:
    """Words beside first, then former ones, the newest first."""
    found = [one for one in shown.versions if one.is_beside or not one.act_uri]
    ordered = sorted(found, key=lambda one: (not one.is_beside, -one.id))
    return [Before(row=one, pieces=differences.pieces(_text(one), now.source)) for one in ordered[:20]]


def _text(row: PieceVersionRow) -> str:
    return pieces.read_words(row.words).source


def _id(visit: Visit) -> PieceId:
    return PieceId(visit.request.path_params["id"])
