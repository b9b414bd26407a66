"""Actors and their collections, by authorised fetch. Of each actor everybody may read the part that holds the key."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from federation.doors.answers import document, problem
from federation.doors.communities import CommunityDoors
from federation.doors.reception import NOBODY, Reception, headers_of, is_signed, page, person, wants_document
from federation.render import activities, actors, collections, communities, posts, recognition
from social import reading
from social.communities.saying import Saying, saying
from social.people import accounts as people
from social.people import keys
from social.people.names import INSTANCE_ACTOR, username_key
from social.policy import ANONYMOUS, Viewer
from social.posts import media as pictures
from social.reading import PostView
from social.recognition import facts
from social.recognition.facts import Facts
from storage import accounts, deliveries, known, memberships, tombstones
from storage.accounts import AccountRow
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.keys import PublicRow
from storage.media import MediaRow
from storage.tombstones import TombstoneRow

PAGE = 20
_MAX_ID = 2**63 - 1


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An actor here with what its document shows."""

    account: AccountRow
    keys: list[PublicRow]
    pictures: dict[str, MediaRow]
    facts: Facts | None
    """For a node of the group alone."""
    community: Saying | None = None

    @property
    def is_public(self) -> bool:
        """Whether the anonymous internet may read it where it may read anything; of a closed community it may not."""
        return self.community is None or not self.community.row.is_closed


class ActorDoors:
    """People of this node, and the node itself as an actor."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._wire = reception.wire
        self._communities = CommunityDoors(reception)

    async def instance(self, request: Request) -> Response:
        """The actor of the node: open to everybody, else two strict nodes could never meet."""
        await self._reception.greeted(request)
        account, keys = await self._wire.db.read(_instance)
        fields = actors.instance_actor(account, keys, self._wire.settings, self._wire.urls)
        return document(fields, is_open=True)

    async def actor(self, request: Request) -> Response:
        """A person: the whole to who may ask, the key to everybody, the page to browsers.

        On an open node everybody may ask: PieFed reads actors without a signature, and takes a stub for the whole.
        """
        name = request.path_params["name"]
        if not wants_document(request):
            return page(self._wire.urls.profile(name))
        signed = is_signed(headers_of(request))
        viewer = await self._reception.viewer(request) if signed else ANONYMOUS
        found = await self._wire.db.read(_shown, name, viewer.host, self._wire.clock())
        if isinstance(found, TombstoneRow):
            return document(posts.tombstone(found), status=410)
        if found is None:
            return problem(404, NOBODY)
        if not signed and not (self._wire.settings.node.open and found.is_public):
            return document(actors.stub(found.account, found.keys, self._wire.urls), is_open=True)
        shown = found.account, found.keys, found.pictures
        fields = actors.actor(*shown, self._wire.urls, community=found.community)
        if found.facts is not None:
            fields |= recognition.facts(found.account, found.facts, self._wire.urls)
            fields |= communities.near(found.community)
        return document(fields, is_open=not signed)

    async def outbox(self, request: Request) -> Response:
        """What the actor published, as far as the asker may see it, newest first."""
        announced = await self._communities.outbox(request)
        if announced is not None:
            return announced
        viewer = await self._reception.viewer(request)
        account = await self._wire.db.read(person, viewer, request.path_params["name"])
        if "page" not in request.query_params:
            first = f"{account.outbox_url}?page=true"
            return document(collections.collection(account.outbox_url, account.posts_count, first=first))
        before = _number(request.query_params.get("max_id", ""))
        ids, views = await self._wire.db.read(_published, account, viewer, before)
        if await remember(self._reception, viewer.host, [view.post.id for view in views]):
            ids, views = await self._wire.db.read(_published, account, viewer, before)
        items = [self._published(view) for view in views]
        suffix = "?page=true" if before == _MAX_ID else f"?page=true&max_id={before}"
        next = f"{account.outbox_url}?page=true&max_id={ids[-1]}" if len(ids) == PAGE else None
        return document(collections.page(account.outbox_url, account.outbox_url + suffix, items, next=next))

    async def instance_outbox(self, request: Request) -> Response:
        """The node itself publishes nothing."""
        await self._reception.viewer(request)
        return document(collections.collection(f"{self._wire.urls.instance_actor}/outbox", 0, first=None))

    async def instance_followers(self, request: Request) -> Response:
        """How many nodes follow this one."""
        return await self._count(request, "followers")

    async def instance_following(self, request: Request) -> Response:
        """How many nodes this one follows."""
        return await self._count(request, "following")

    async def _count(self, request: Request, which: str) -> Response:
        await self._reception.viewer(request)
        account, _ = await self._wire.db.read(_instance)
        url = account.followers_url if which == "followers" else account.following_url
        total = account.followers_count if which == "followers" else account.following_count
        return document(collections.collection(url, total, first=None))

    def _published(self, view: PostView) -> dict[str, object]:
        if view.boost_of is None:
            return activities.create(view, self._wire.urls)
        return announced(view, view.boost_of)


def announced(boost: PostView, of: PostView) -> dict[str, object]:
    """The Announce of a boost."""
    return activities.announce(
        boost.post.uri,
        boost.author.uri,
        of.post.uri,
        of.author.uri,
        boost.author.followers_url,
        boost.post.visibility,
        boost.post.published_at,
    )


async def remember(reception: Reception, host: str, ids: list[PostId]) -> bool:
    """Note that the host has the posts: their edits and deletions go there too.

    True when it had not all of them yet. Then they have to be read again before they are shown: of what happened to
    them before this was noted, nobody tells the host.
    """
    to = await reception.wire.db.read(_fresh, host, ids)
    if to is not None:
        await reception.wire.db.write(_had, *to)
    return to is not None


def _fresh(tx: Tx, host: str, ids: list[PostId]) -> tuple[list[PostId], InboxTarget] | None:
    inbox = known.shared_inbox(tx, host) if ids else None
    if inbox is None:
        return None
    had = set(known.had_by(tx, ids, host))
    fresh = [id for id in ids if id not in had]
    return (fresh, InboxTarget(inbox_url=inbox, host=host)) if fresh else None


def _had(tx: Tx, ids: list[PostId], to: InboxTarget) -> None:
    for id in ids:
        deliveries.had(tx, id, [to])


def _instance(tx: Tx) -> tuple[AccountRow, list[PublicRow]]:
    account = people.instance_actor(tx)
    return account, keys.public_keys(tx, account.id)


def _shown(tx: Tx, name: str, host: str, now: Millis) -> Shown | TombstoneRow | None:
    """The actor as a node sees it; a hidden community is shown where its members live, and whom it invited."""
    account = accounts.by_name(tx, username_key(name), "")
    if account is None or account.username == INSTANCE_ACTOR:
        return None
    if account.deleted_at is not None:
        return tombstones.by_uri(tx, account.uri, account.uri)
    # Nobody's node is that of no name, which is where people of here live.
    if account.is_hidden and not (host and memberships.are_on(tx, account.id, host)):
        return None
    is_near = bool(host) and account.suspended_at is None and facts.is_of_group(tx, host, now=now)
    return Shown(
        account=account,
        keys=keys.public_keys(tx, account.id),
        pictures=pictures.of_profile(tx, account),
        facts=facts.of(tx, [account])[account.id] if is_near else None,
        community=saying(tx, account),
    )


def _published(tx: Tx, account: AccountRow, viewer: Viewer, before: int) -> tuple[list[PostId], list[PostView]]:
    ids = known.outbox(tx, account.id, viewer.host, before, PAGE)
    return ids, reading.posts(tx, viewer, ids)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else _MAX_ID
