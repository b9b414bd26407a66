"""A warning as the person reads it that it is for, who may object; and the moderators' answer.

The address is Mastodon's: apps lead there.
"""

from starlette.responses import Response

from social import reading
from social.errors import Invalid
from social.governance import warnings
from social.governance.warnings import WarningView
from social.policy import Viewer
from social.reading import PostView
from storage.engine.database import Tx
from storage.warnings import WarningId
from web.codes import ACTIONS
from web.forms import Form
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /disputes/strikes/{id}."""
    return await _page(visit)


async def appeal(visit: Visit, form: Form) -> Response:
    """POST /disputes/strikes/{id}/appeal."""
    try:
        await visit.write(warnings.appeal, _id(visit), form.text("text"), now=visit.now)
    except Invalid as wrong:
        return await _page(visit, form, wrong)
    return visit.back(f"/disputes/strikes/{_id(visit)}", done="appealed")


async def answer(visit: Visit, form: Form) -> Response:
    """POST /admin/appeals/{id}: grant or refuse. What was done is undone by its own act."""
    granted = form.chosen("granted", ("yes", "no"), "no") == "yes"
    view = await visit.write(warnings.answer, _id(visit), granted=granted, now=visit.now)
    return visit.back(f"/admin/people/{view.target.id}" if granted else "/admin/reports", done="saved")


async def _page(visit: Visit, form: Form | None = None, wrong: Invalid | None = None) -> Response:
    def found(tx: Tx, viewer: Viewer) -> tuple[WarningView, list[PostView]]:
        view = warnings.own(tx, viewer, _id(visit))
        return view, reading.posts(tx, viewer, view.posts)

    view, posts = await visit.read(found)
    return visit.form_page(
        "reports/strike.html",
        wrong,
        view=view,
        warning=view.warning,
        posts=posts,
        action=visit.say(ACTIONS.get(view.warning.action, ACTIONS["none"])),
        mine=view.target.id == visit.viewer.account,
        text=form.written("text") if form else "",
    )


def _id(visit: Visit) -> WarningId:
    return WarningId(visit.request.path_params["id"])
