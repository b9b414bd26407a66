"""Who may come to a page, and how a request becomes a `Visit`: the two kinds of routes, `get` and `post`.

A page that shows posts says through which of the network's doors (`social/visibility.py`): `shows`.
"""

from collections.abc import Awaitable, Callable
from enum import Enum
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from social import visibility
from social.errors import Unauthorized
from social.policy import Role, require_role
from social.recordings.tools import tools_of
from web.forms import MAX_PLAIN_BYTES, Form, parse
from web.visit import Visit

Show = Callable[[Visit], Awaitable[Response]]
Act = Callable[[Visit, Form], Awaitable[Response]]
Document = Callable[[Visit], str]
Endpoint = Callable[[Request], Awaitable[Response]]

_PICTURE_SLACK = 1_048_576


class Door(Enum):
    """Who is let in. READERS: anybody on a site that is open to the internet, on any other its people."""

    ANYBODY = "anybody"
    READERS = "readers"
    PEOPLE = "people"
    COMMUNICATORS = "communicators"
    MODERATORS = "moderators"
    ADMINS = "admins"


class PageRoute(Route):
    """An address of the face. `door` is the one through which it shows posts."""

    def __init__(
        self, path: str, endpoint: Endpoint, *, method: str, name: str, shows: visibility.Door = visibility.Door.NONE
    ) -> None:
        super().__init__(path, endpoint, methods=[method], name=name)
        self.door = shows


def _no_document(visit: Visit) -> str:
    return ""


def get(
    path: str,
    show: Show,
    door: Door,
    *,
    document: Document = _no_document,
    shows: visibility.Door = visibility.Door.NONE,
) -> PageRoute:
    """A page. Somebody who must sign in first is led there and back.

    `document` gives the address of the page's ActivityPub document when that is asked for: it has a door of its own.
    """

    async def endpoint(request: Request) -> Response:
        visit = Visit(request)
        instead = document(visit)
        if instead:
            return RedirectResponse(instead, HTTPStatus.SEE_OTHER, headers={"Vary": "Accept"})
        if not _is_open(visit, door):
            return RedirectResponse(f"/sign-in?next={quote(visit.path, safe='')}", HTTPStatus.SEE_OTHER)
        _require(visit, door)
        return await show(visit)

    return PageRoute(path, endpoint, method="GET", name=_name(show), shows=shows)


def files(path: str, endpoint: Endpoint, name: str) -> PageRoute:
    """Files that are the same for everybody."""
    return PageRoute(path, endpoint, method="GET", name=name)


def post(
    path: str,
    act: Act,
    door: Door,
    *,
    pictures: bool = False,
    shows: visibility.Door = visibility.Door.NONE,
) -> PageRoute:
    """A form. `pictures`: it may bring as many pictures as a post may have."""

    async def endpoint(request: Request) -> Response:
        visit = Visit(request)
        if not _is_open(visit, door):
            raise Unauthorized("sign_in_needed")
        _require(visit, door)
        media = visit.node.settings.media
        recording = media.max_video_bytes if tools_of(media) else 0
        room = media.per_post * media.max_bytes + recording + _PICTURE_SLACK if pictures else MAX_PLAIN_BYTES
        form = await parse(request, max_bytes=room)
        try:
            return await act(visit, form)
        finally:
            await form.close()

    return PageRoute(path, endpoint, method="POST", name=_name(act), shows=shows)


def _is_open(visit: Visit, door: Door) -> bool:
    if door is Door.ANYBODY or visit.viewer.is_person:
        return True
    return door is Door.READERS and visit.node.settings.node.open


def _require(visit: Visit, door: Door) -> None:
    """Raises Forbidden for somebody whose role does not open the door."""
    if door is Door.COMMUNICATORS:
        require_role(visit.viewer, Role.COMMUNICATOR)
    elif door is Door.MODERATORS:
        require_role(visit.viewer, Role.MODERATOR)
    elif door is Door.ADMINS:
        require_role(visit.viewer, Role.ADMIN)


def _name(function: Callable[..., object]) -> str:
    return f"{function.__module__.removeprefix('web.pages.')}.{function.__name__}"
