"""Who follows whom, by authorised fetch: numbers for every node, of the members only those that live on it."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from federation.doors.answers import document
from federation.doors.communities import CommunityDoors
from federation.doors.reception import Reception, person
from federation.render import collections
from social.policy import Viewer
from storage import followers
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId

Members = Callable[[Tx, AccountId, str], list[str]]


class RelationDoors:
    """Followers and followees of people here."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._wire = reception.wire
        self._communities = CommunityDoors(reception)

    async def followers(self, request: Request) -> Response:
        """How many follow the actor, and which of them live on the asking node."""
        asked = await self._communities.follower(request)
        if asked is not None:
            return asked
        return await self._answer(request, followers.followers_on, lambda row: (row.followers_url, row.followers_count))

    async def following(self, request: Request) -> Response:
        """How many the actor follows, and which of them live on the asking node."""
        return await self._answer(request, followers.following_on, lambda row: (row.following_url, row.following_count))

    async def synchronization(self, request: Request) -> Response:
        """The followers that live on the asking node, and nobody else (FEP-8fcf)."""
        viewer = await self._reception.viewer(request)
        row, members = await self._wire.db.read(_members, viewer, request.path_params["name"], followers.followers_on)
        url = f"{row.uri}/followers_synchronization"
        listed = collections.collection(url, len(members), first=None)
        return document(listed | {"orderedItems": members})

    async def _answer(
        self, request: Request, members_of: Members, of: Callable[[AccountRow], tuple[str, int]]
    ) -> Response:
        viewer = await self._reception.viewer(request)
        row, members = await self._wire.db.read(_members, viewer, request.path_params["name"], members_of)
        url, total = of(row)
        first = f"{url}?page=true"
        if "page" in request.query_params:
            return document(collections.page(url, first, members))
        return document(collections.collection(url, total, first=first if members else None))


def _members(tx: Tx, viewer: Viewer, name: str, members_of: Members) -> tuple[AccountRow, list[str]]:
    row = person(tx, viewer, name)
    return row, members_of(tx, row.id, viewer.host)
