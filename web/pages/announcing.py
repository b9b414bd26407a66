"""Announcements of the site, for whoever speaks for it: written, changed, ended; and how many have read them."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from social import reading
from social.announcements import audience, escalation, figures, planned, publish, questions, validity
from social.announcements.audience import Wave
from social.announcements.figures import Sheet
from social.announcements.publish import NewAnnouncement
from social.communities import reading as communities
from social.desk import calendar, due, pieces
from social.desk.calendar import ARTICLE
from social.errors import Conflict, Forbidden, Invalid, SocialError, TooMany
from social.paging import Page
from social.policy import Viewer
from social.reading import PostView
from storage.accounts import AccountRow
from storage.asked import PersonRow
from storage.desk import PieceId, PieceRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from web import announcing, versions
from web.announcing import Values
from web.forms import Form
from web.visit import Visit
from web.writing import LANGUAGES

MOST_COMMUNITIES = 200
"""So many that one is in no part of are offered."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement of the site with its figures, and the names if they may be shown here."""

    view: PostView
    sheet: Sheet
    waves: Sequence[Wave]
    people: Sequence[PersonRow]
    why_no_names: SocialError | None


async def listed(visit: Visit) -> Response:
    """GET /announcements: those of the site, newest first."""
    return visit.page("to_read/written.html", found=await visit.read(_listed, visit.now))


async def fresh(visit: Visit) -> Response:
    """GET /announcements/new?piece=: a must-read, perhaps one that stands in the calendar."""
    id = visit.request.query_params.get("piece", "")
    begins, article, words = "", "", pieces.Words()
    if id.isascii() and id.isdigit() and len(id) < 19:
        row, _, _ = await visit.read(pieces.piece, PieceId(int(id)))
        words = pieces.words_of(row)
        article = row.title if row.channel == ARTICLE else ""
        if row.slot_at is not None and row.slot_at > visit.now:
            begins = visit.face.dates[visit.locale].field(row.slot_at)
    language = words.language or visit.locale
    filled = Values(text=words.source, language=language, languages=LANGUAGES, piece=id, begins=begins, article=article)
    return await _form(visit, filled, None)


async def send(visit: Visit, form: Form) -> Response:
    """POST /announcements/new: how many it would reach here (`do=reach`), or publish.

    If another must-read is planned for that day by any site, that is said first: `anyway` publishes it all the same.
    An article is what its piece says, and asked of whom the form says.
    """
    values = await _filled(visit, form)
    try:
        new = announcing.asked(form, visit.face.dates[visit.locale], visit.now)
        if form.has("do"):
            audience.check(new.waves)
            reached = await visit.read(publish.reach, new.waves, visit.node.settings.node.domain)
            return await _form(visit, values, None, reached, await _beside(visit, new))
        clash = [] if form.has("anyway") or new.urgent else await _beside(visit, new)
        if clash:
            return await _form(visit, values, None, clash=clash)
        if values.article and new.piece is not None:
            await visit.write(due.announce, new.piece, new, context=visit.context, now=visit.now)
            return visit.back(f"/desk/{new.piece}", done="saved")
        if planned.is_to_come(new, visit.now):
            await visit.write(planned.plan, new, context=visit.context, now=visit.now)
            return visit.back("/scheduled", done="scheduled")
        post = await visit.write(publish.announce, new, context=visit.context, now=visit.now)
    except Invalid as wrong:
        return await _form(visit, values, wrong)
    except Conflict as out:
        return await _form(visit, values, Invalid("piece", out.code))
    except TooMany as often:
        return await _form(visit, values, Invalid("reason", often.code, **often.values))
    return visit.back(f"/announcements/{post}", done="published")


async def show(visit: Visit) -> Response:
    """GET /announcements/{id}: its figures by entity, and its words to be changed."""
    return await _one(visit, None, None)


async def change(visit: Visit, form: Form) -> Response:
    """POST /announcements/{id}: other words; `material`: everybody reads it again."""
    material, base = form.flag("material"), form.line("base", limit=20)
    try:
        await visit.write(
            publish.revise,
            _id(visit),
            announcing.words(form),
            material=material,
            base=int(base) if base.isascii() and base.isdigit() else None,
            context=visit.context,
            now=visit.now,
        )
    except Conflict as meanwhile:
        return await _one(visit, announcing.values(form, LANGUAGES), Invalid("text", meanwhile.code))
    except Invalid as wrong:
        return await _one(visit, announcing.values(form, LANGUAGES), wrong)
    return visit.back(f"/announcements/{_id(visit)}", done="saved")


async def answer(visit: Visit, form: Form) -> Response:
    """POST /announcements/{id}/answers: a question answered for everybody who is asked to read."""
    question, said = form.text("question", limit=5_000), form.text("answer", limit=10_000)
    try:
        await visit.write(publish.answer, _id(visit), question, said, now=visit.now)
    except Invalid as wrong:
        return await _one(visit, None, wrong, asked=(form.written("question"), form.written("answer")))
    return visit.back(f"/announcements/{_id(visit)}", done="answered", anchor="answers")


async def missing(visit: Visit) -> Response:
    """GET /announcements/{id}/missing: on paper who of this site has not answered, or how many."""
    settings = visit.node.settings
    found = await visit.read(escalation.missing, _id(visit), settings=settings, now=visit.now)
    why = visit.sentence(Forbidden(found.why_not, fewest=figures.FEWEST)) if found.why_not else ""
    return visit.page("to_read/missing.html", found=found, why=why)


async def move(visit: Visit, form: Form) -> Response:
    """POST /announcements/{id}/until: asked until another time; what is over is asked again."""
    try:
        await visit.write(
            validity.move, _id(visit), announcing.until(form, visit.face.dates[visit.locale]), now=visit.now
        )
    except Invalid as wrong:
        return await _one(visit, None, wrong, until=form.written("until"))
    return visit.back(f"/announcements/{_id(visit)}", done="saved")


async def close(visit: Visit, form: Form) -> Response:
    """POST /announcements/{id}/close: nobody is asked any more."""
    await visit.write(validity.close, _id(visit), now=visit.now)
    return visit.back(f"/announcements/{_id(visit)}", done="saved")


async def _filled(visit: Visit, form: Form) -> Values:
    """The form as it came; of an article with the title that its piece has."""
    values = announcing.values(form, LANGUAGES)
    id = form.number("piece")
    if not id:
        return values
    row, _, _ = await visit.read(pieces.piece, PieceId(id))
    return msgspec.structs.replace(values, article=row.title) if row.channel == ARTICLE else values


async def _beside(visit: Visit, new: NewAnnouncement) -> list[PieceRow]:
    at = Millis(max(visit.now, new.waves[0].at))
    return await visit.read(calendar.must_reads_on, at, visit.face.dates[visit.locale].day, new.piece)


async def _form(
    visit: Visit,
    values: Values,
    wrong: Invalid | None,
    reached: int | None = None,
    clash: Sequence[PieceRow] = (),
) -> Response:
    own, others, may_be_urgent = await visit.read(_choices)
    return visit.form_page(
        "to_read/new.html",
        wrong,
        values=values,
        communities=own,
        others=others,
        may_be_urgent=may_be_urgent,
        roles=announcing.OFFERED_ROLES,
        reached=reached,
        clash=clash,
    )


async def _one(
    visit: Visit,
    values: Values | None,
    wrong: Invalid | None,
    asked: tuple[str, str] = ("", ""),
    until: str | None = None,
) -> Response:
    found = await visit.read(_written, _id(visit), visit)
    post = found.view.post
    filled = values or Values(
        text=post.source,
        language=post.language or "",
        versions=versions.written(post),
        languages=LANGUAGES,
    )
    return visit.form_page(
        "to_read/figures.html",
        wrong,
        found=found,
        values=filled,
        why=visit.sentence(found.why_no_names) if found.why_no_names else "",
        in_words=announcing.in_words,
        sites=announcing.sites,
        answers=questions.answered(found.sheet.announcement),
        asked=asked,
        until=visit.face.dates[visit.locale].field(found.sheet.announcement.valid_until) if until is None else until,
        is_own=found.sheet.announcement.author_id == visit.viewer.account,
    )


def _listed(tx: Tx, viewer: Viewer, now: Millis) -> list[PostView]:
    rows = figures.written(tx, viewer)
    return reading.posts(tx, viewer, [row.post_id for row in rows])


def _choices(tx: Tx, viewer: Viewer) -> tuple[Sequence[AccountRow], Sequence[AccountRow], bool]:
    """Communities whose members can be asked: the viewer's, and those that everybody finds; and what may be urgent."""
    own = [one.account for one in communities.mine(tx, viewer)]
    mine = {one.id for one in own}
    known = [one.account for one in communities.found(tx, viewer, "", Page(limit=MOST_COMMUNITIES))]
    others = sorted((one for one in known if one.id not in mine), key=lambda one: one.name.casefold())
    return own, others, publish.may_be_urgent(tx, viewer)


def _written(tx: Tx, viewer: Viewer, id: PostId, visit: Visit) -> Written:
    settings = visit.node.settings
    view = reading.post(tx, viewer, id)
    row = view.announcement.announcement if view.announcement is not None else None
    sheet = figures.sheet_of(tx, viewer, row, settings=settings, now=visit.now)
    people: Sequence[PersonRow] = ()
    why: SocialError | None = None
    try:
        people = figures.names_of(tx, viewer, row, settings=settings)
    except Forbidden as refused:
        why = refused
    return Written(
        view=view,
        sheet=sheet,
        waves=audience.waves_of(sheet.announcement),
        people=people,
        why_no_names=why,
    )


def _id(visit: Visit) -> PostId:
    return PostId(visit.request.path_params["id"])
