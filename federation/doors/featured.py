"""What people here put forward on their page, by authorised fetch: pinned posts by their ids, hashtags."""

from starlette.requests import Request
from starlette.responses import Response

from federation.doors.answers import document, problem
from federation.doors.reception import Reception
from federation.render import collections
from social.feeds import tags
from social.people.names import INSTANCE_ACTOR, username_key
from social.posts import pins
from storage import accounts
from storage.accounts import AccountRow
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
        found = await self._wire.db.read(_pinned, request.path_params["name"], viewer.host)
        if found is None:
            return problem(404, "nobody of that name is here")
        account, uris = found
        return document(collections.whole(self._wire.urls.featured(account.username), uris))

    async def tags(self, request: Request) -> Response:
        """The hashtags."""
        await self._reception.viewer(request)
        found = await self._wire.db.read(_tags, request.path_params["name"])
        if found is None:
            return problem(404, "nobody of that name is here")
        account, rows = found
        urls = self._wire.urls
        items = [collections.featured_tag(row.display, row.name, account, urls) for row in rows]
        return document(collections.whole(urls.featured_tags(account.username), items, ordered=False))


def _pinned(tx: Tx, name: str, host: str) -> tuple[AccountRow, list[str]] | None:
    account = _shown(tx, name)
    return None if account is None else (account, pins.shown_to_host(tx, account.id, host))


def _tags(tx: Tx, name: str) -> tuple[AccountRow, list[FeaturedRow]] | None:
    account = _shown(tx, name)
    return None if account is None else (account, tags.featured_by(tx, account))


def _shown(tx: Tx, name: str) -> AccountRow | None:
    account = accounts.by_name(tx, username_key(name), "")
    if account is None or account.username == INSTANCE_ACTOR:
        return None
    return account if account.suspended_at is None and account.deleted_at is None else None
