"""Letters by mail: the rhythm among the settings, and the way out that stands in each of them."""

from starlette.responses import Response

from social.errors import Invalid
from social.letters import letters
from social.letters.letters import Rhythm
from social.policy import Viewer
from storage.engine.database import Tx
from web.forms import Form
from web.visit import Visit


async def save(visit: Visit, form: Form) -> Response:
    """POST /settings/letters."""
    try:
        chosen = Rhythm(form.chosen("rhythm", tuple(Rhythm), Rhythm.OFF))
        await visit.write(letters.choose, chosen, calendar=form.flag("calendar"), now=visit.now)
    except Invalid:
        # The page offers the choice to those who have an address, and no other words.
        return visit.back("/settings/notifications")
    return visit.back("/settings/notifications", done="saved")


async def show(visit: Visit) -> Response:
    """GET /letters/{token}: a button, for a program that follows every address of a letter must stop nothing."""
    await visit.read(_known, visit.request.path_params["token"])
    return visit.page("letters/stop.html", token=visit.request.path_params["token"], is_over=False)


async def stop(visit: Visit, form: Form) -> Response:
    """POST /letters/{token}: no more letters. Mail programs ask so too (RFC 8058)."""
    await visit.write(_stop, visit.request.path_params["token"])
    return visit.page("letters/stop.html", token="", is_over=True)


def _known(tx: Tx, viewer: Viewer, token: str) -> None:
    letters.known(tx, token)


def _stop(tx: Tx, viewer: Viewer, token: str) -> None:
    letters.stop(tx, token)
