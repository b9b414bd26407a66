"""Who is informed first, and who may call an announcement urgent: given and taken by administrators."""

from starlette.responses import Response

from social.announcements import people
from social.errors import Invalid
from web.forms import Form
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /admin/offices."""
    return await _page(visit, ("", "manager"), None)


async def appoint(visit: Visit, form: Form) -> Response:
    """POST /admin/offices: give one, or with `take` take it away."""
    values = form.line("username", limit=200), form.line("office", limit=50)
    try:
        await visit.write(people.appoint, *values, on=not form.has("take"), now=visit.now)
    except Invalid as wrong:
        return await _page(visit, values, wrong)
    return visit.back("/admin/offices", done="saved")


async def _page(visit: Visit, values: tuple[str, str], wrong: Invalid | None) -> Response:
    return visit.form_page(
        "admin/offices.html",
        wrong,
        part="offices",
        holders=await visit.read(people.holders),
        values=values,
    )
