"""Announcements of the site, for whoever speaks for it: written, changed, ended; and how many have read them."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from starlette.responses import Response

from social import reading
from social.announcements import audience, figures, publish
from social.announcements.audience import Wave
from social.announcements.figures import Sheet
from social.communities import reading as communities
from social.errors import Forbidden, Invalid, SocialError, TooMany
from social.policy import Viewer
from social.posts.publish import Context
from social.reading import PostView
from storage.accounts import AccountRow
from storage.asked import PersonRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from web import announcing, versions
from web.announcing import Values
from web.forms import Form
from web.visit import Visit
from web.writing import LANGUAGES


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
    """GET /announcements/new."""
    return await _form(visit, Values(language=visit.locale, languages=LANGUAGES), None)


async def send(visit: Visit, form: Form) -> Response:
    """POST /announcements/new: how many it would reach here (`do=reach`), or publish."""
    try:
        new = announcing.asked(form, visit.face.dates[visit.locale], visit.now)
        if form.has("do"):
            audience.check(new.waves)
            reached = await visit.read(publish.reach, new.waves, visit.node.settings.node.domain)
            return await _form(visit, announcing.values(form, LANGUAGES), None, reached)
        context = Context(visit.node.ids, visit.node.urls, visit.node.settings)
        post = await visit.write(publish.announce, new, context=context, now=visit.now)
    except Invalid as wrong:
        return await _form(visit, announcing.values(form, LANGUAGES), wrong)
    except TooMany as often:
        refused = Invalid("reason", often.code, **often.values)
        return await _form(visit, announcing.values(form, LANGUAGES), refused)
    return visit.back(f"/announcements/{post}", done="published")


async def show(visit: Visit) -> Response:
    """GET /announcements/{id}: its figures by entity, and its words to be changed."""
    return await _one(visit, None, None)


async def change(visit: Visit, form: Form) -> Response:
    """POST /announcements/{id}: other words; `material`: everybody reads it again."""
    context = Context(visit.node.ids, visit.node.urls, visit.node.settings)
    material = form.flag("material")
    try:
        await visit.write(
            publish.revise, _id(visit), announcing.words(form), material=material, context=context, now=visit.now
        )
    except Invalid as wrong:
        return await _one(visit, announcing.values(form, LANGUAGES), wrong)
    return visit.back(f"/announcements/{_id(visit)}", done="saved")


async def close(visit: Visit, form: Form) -> Response:
    """POST /announcements/{id}/close: nobody is asked any more."""
    await visit.write(publish.close, _id(visit), now=visit.now)
    return visit.back(f"/announcements/{_id(visit)}", done="saved")


async def _form(visit: Visit, values: Values, wrong: Invalid | None, reached: int | None = None) -> Response:
    found, may_be_urgent = await visit.read(_choices)
    return visit.page(
        "to_read/new.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        values=values,
        errors=visit.errors(wrong),
        communities=found,
        may_be_urgent=may_be_urgent,
        roles=announcing.OFFERED_ROLES,
        reached=reached,
    )


async def _one(visit: Visit, values: Values | None, wrong: Invalid | None) -> Response:
    found = await visit.read(_written, _id(visit), visit)
    post = found.view.post
    filled = values or Values(
        text=post.source,
        language=post.language or "",
        versions=versions.written(post),
        languages=LANGUAGES,
    )
    return visit.page(
        "to_read/figures.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        found=found,
        values=filled,
        errors=visit.errors(wrong),
        why=visit.sentence(found.why_no_names) if found.why_no_names else "",
        in_words=announcing.in_words,
        sites=announcing.sites,
        is_own=found.sheet.announcement.author_id == visit.viewer.account,
    )


def _listed(tx: Tx, viewer: Viewer, now: Millis) -> list[PostView]:
    rows = figures.written(tx, viewer)
    return reading.posts(tx, viewer, [row.post_id for row in rows])


def _choices(tx: Tx, viewer: Viewer) -> tuple[Sequence[AccountRow], bool]:
    mine = communities.mine(tx, viewer)
    return [one.account for one in mine], publish.may_be_urgent(tx, viewer)


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
