"""What stands on top of pages here, by authorised fetch: pinned posts of people and sticky ones of communities by their
ids, hashtags."""

from starlette.requests import Request
from starlette.responses import Response

from federation.doors.answers import document
from federation.doors.reception import Reception, person
from federation.render import collections
from social import reading
from social.feeds import tags
from social.policy import Viewer
from social.posts import pins
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
        account, uris = await self._wire.db.read(_pinned, viewer, request.path_params["name"])
        return document(collections.whole(self._wire.urls.featured(account.username), uris))

    async def tags(self, request: Request) -> Response:
        """The hashtags."""
        viewer = await self._reception.viewer(request)
        account, rows = await self._wire.db.read(_tags, viewer, request.path_params["name"])
        urls = self._wire.urls
        items = [collections.featured_tag(row.display, row.name, account, urls) for row in rows]
        return document(collections.whole(urls.featured_tags(account.username), items, ordered=False))


def _pinned(tx: Tx, viewer: Viewer, name: str) -> tuple[AccountRow, list[str]]:
    account = person(tx, viewer, name)
    if account.kind is AccountKind.GROUP:
        return account, [view.post.uri for view in reading.posts(tx, viewer, placements.sticky(tx, account.id))]
    return account, pins.shown_to_host(tx, account.id, viewer.host)


def _tags(tx: Tx, viewer: Viewer, name: str) -> tuple[AccountRow, list[FeaturedRow]]:
    account = person(tx, viewer, name)
    return account, tags.featured_by(tx, account)
