"""Bulletins: put away and answered with an emoji on the home page, written among the administration."""

import msgspec
from starlette.responses import Response

from social.errors import Invalid
from social.governance import bulletins
from social.governance.bulletins import BulletinDraft
from storage.bulletins import BulletinId, BulletinRow
from web.forms import Form
from web.visit import Visit


class BulletinValues(msgspec.Struct, frozen=True, kw_only=True):
    """What the form holds."""

    text: str = ""
    starts_at: str = ""
    ends_at: str = ""
    all_day: bool = False
    published: bool = True


async def act(visit: Visit, form: Form) -> Response:
    """POST /bulletins/{id}/{act}: put away, put an emoji below or take it away."""
    command = visit.act({"dismiss": None, "react": bulletins.react, "unreact": bulletins.unreact})
    if command is None:
        await visit.write(bulletins.put_away, _id(visit), now=visit.now)
    else:
        await visit.write(command, _id(visit), form.line("name"), now=visit.now)
    return visit.back("/")


async def listed(visit: Visit) -> Response:
    """GET /admin/bulletins."""
    rows = await visit.read(bulletins.written)
    return _page(visit, rows, BulletinValues())


async def editor(visit: Visit) -> Response:
    """GET /admin/bulletins/{id}."""
    row = await visit.read(bulletins.one, _id(visit))
    dates = visit.face.dates[visit.locale]
    values = BulletinValues(
        text=row.source,
        starts_at=dates.field(row.starts_at),
        ends_at=dates.field(row.ends_at),
        all_day=row.all_day,
        published=row.published_at is not None,
    )
    return _page(visit, [], values, row=row)


async def write(visit: Visit, form: Form) -> Response:
    """POST /admin/bulletins."""
    try:
        await visit.write(bulletins.write, _draft(visit, form), urls=visit.node.urls, now=visit.now)
    except Invalid as wrong:
        return _page(visit, await visit.read(bulletins.written), _again(form), wrong)
    return visit.back("/admin/bulletins", done="saved")


async def change(visit: Visit, form: Form) -> Response:
    """POST /admin/bulletins/{id}."""
    try:
        await visit.write(bulletins.change, _id(visit), _draft(visit, form), urls=visit.node.urls, now=visit.now)
    except Invalid as wrong:
        return _page(visit, [], _again(form), wrong, row=await visit.read(bulletins.one, _id(visit)))
    return visit.back("/admin/bulletins", done="saved")


async def remove(visit: Visit, form: Form) -> Response:
    """POST /admin/bulletins/{id}/remove."""
    await visit.write(bulletins.remove, _id(visit), now=visit.now)
    return visit.back("/admin/bulletins", done="saved")


def _draft(visit: Visit, form: Form) -> BulletinDraft:
    dates = visit.face.dates[visit.locale]
    times = {}
    for name in ("starts_at", "ends_at"):
        written = form.line(name)
        times[name] = dates.moment(written)
        if written and times[name] is None:
            raise Invalid(name, "invalid")
    return BulletinDraft(
        text=form.text("text", limit=10_000),
        starts_at=times["starts_at"],
        ends_at=times["ends_at"],
        all_day=form.flag("all_day"),
        is_published=form.flag("published"),
    )


def _again(form: Form) -> BulletinValues:
    return BulletinValues(
        text=form.written("text"),
        starts_at=form.written("starts_at"),
        ends_at=form.written("ends_at"),
        all_day=form.has("all_day"),
        published=form.has("published"),
    )


def _page(
    visit: Visit,
    rows: list[BulletinRow],
    values: BulletinValues,
    wrong: Invalid | None = None,
    row: BulletinRow | None = None,
) -> Response:
    return visit.form_page(
        "admin/bulletins.html",
        wrong,
        part="bulletins",
        rows=rows,
        row=row,
        values=values,
    )


def _id(visit: Visit) -> BulletinId:
    return BulletinId(visit.request.path_params["id"])
