"""What goes wrong, as a page for a person: called by the one place that knows statuses (`server/errors.py`)."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from social.errors import SocialError, Unauthorized
from social.policy import ANONYMOUS
from storage.engine.database import StorageError
from web.visit import Visit
from web.words import of_status

SCREENS = "/screen/"
"""Before a screen nobody stands: what went wrong is tried again by itself."""
_AGAIN = "20"
_LIVE_STATUS: Mapping[str, str] = {"X-Archipel-Error": "1"}


async def render_error(request: Request, status: int, error: SocialError | None) -> Response:
    """A page in the reader's language, in the voice of the house; for a script, the sentence alone."""
    if not hasattr(request.state, "viewer"):
        request.state.viewer = ANONYMOUS
    visit = Visit(request)
    title, words = of_status(visit.say, status)
    if error is not None:
        words = visit.sentence(error)
    if visit.is_live:
        return Response(words, status, _LIVE_STATUS, "text/plain; charset=utf-8")
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        await visit.read_frame()
    else:
        await _read_if_possible(visit)
    needs_entry = isinstance(error, Unauthorized) or not visit.viewer.is_person
    way, way_words = ("/sign-in", visit.say("Come in")) if needs_entry else ("/", visit.say("Home"))
    page = visit.page("errors/error.html", status, title=title, words=words, way=way, way_words=way_words)
    is_passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
    if is_passing and request.url.path.startswith(SCREENS):
        page.headers["Refresh"] = _AGAIN
    return page


async def _read_if_possible(visit: Visit) -> None:
    """The frame of the page, unless the database is the very thing that failed: then as for nobody."""
    try:
        await visit.read_frame()
    except StorageError:
        visit.viewer = ANONYMOUS
