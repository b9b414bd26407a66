"""What stands on top of pages here, by authorised fetch.

Pinned posts of people are told by their ids, sticky ones of communities as forums read them; and hashtags.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from federation.doors.answers import document
from federation.doors.reception import Reception, person
from federation.render import collections
from federation.render.posts import note
from social import reading
from social.feeds import tags
from social.policy import Viewer
from social.posts import pins
from social.reading import PostView
from social.urls import Urls
from storage import placements
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.tags import FeaturedRow


class FeaturedDoors:
    """Two collections of each person."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._wire = reception.wire

    async def posts(self, request: Request) -> Response:
        """The posts on top of the page that the asker may see, the latest pinned first."""
        viewer = await self._reception.viewer(request)
        urls = self._wire.urls
        account, items = await self._wire.db.read(_pinned, viewer, request.path_params["name"], urls)
        return document(collections.whole(urls.featured(account.username), items))

    async def tags(self, request: Request) -> Response:
        """The hashtags."""
        viewer = await self._reception.viewer(request)
        account, rows = await self._wire.db.read(_tags, viewer, request.path_params["name"])
        urls = self._wire.urls
        items = [collections.featured_tag(row.display, row.name, account, urls) for row in rows]
        return document(collections.whole(urls.featured_tags(account.username), items, ordered=False))


def _pinned(tx: Tx, viewer: Viewer, name: str, urls: Urls) -> tuple[AccountRow, list[str] | list[dict[str, Any]]]:
    account = person(tx, viewer, name)
    if account.kind is AccountKind.GROUP:
        views = reading.posts(tx, viewer, placements.sticky(tx, account.id))
        return account, [_sticky(view, urls) for view in views]
    return account, pins.shown_to_host(tx, account.id, viewer.host)


def _sticky(view: PostView, urls: Urls) -> dict[str, Any]:
    """Lemmy takes whole posts alone, PieFed objects; what others wrote is for their own nodes to say."""
    if view.post.is_local:
        return note(view, urls, context=False)
    return {"id": view.post.uri, "type": view.post.kind}


def _tags(tx: Tx, viewer: Viewer, name: str) -> tuple[AccountRow, list[FeaturedRow]]:
    account = person(tx, viewer, name)
    return account, tags.featured_by(tx, account)
