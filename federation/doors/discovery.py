"""WebFinger, host-meta and NodeInfo: open to everybody in any mode."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from federation import discovery
from federation.discovery import NodeInfoVersion
from federation.doors.answers import problem
from federation.doors.reception import Reception
from federation.names import BadName, Handle, Url
from social.people import accounts as people
from social.people.names import username_key
from storage import accounts
from storage.accounts import AccountRow
from storage.engine.database import Tx

_ANYBODY = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=600"}


class DiscoveryDoors:
    """Who is here, and what this is."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._wire = reception.wire

    async def webfinger(self, request: Request) -> Response:
        """Who is behind a handle, an id or a page (RFC 7033)."""
        await self._reception.greeted(request)
        asked = request.query_params.get("resource", "")
        try:
            resource = discovery.read_resource(asked)
        except BadName:
            return problem(400, "no resource that can be read")
        if isinstance(resource, Url) and resource.origin == self._wire.urls.base and resource.path in ("", "/"):
            found = discovery.service_document(base=self._wire.urls.base, actor=self._wire.urls.instance_actor)
            return _json(discovery.with_rels(found, request.query_params.getlist("rel")), discovery.JRD_TYPE)
        account = await self._wire.db.read(_account, resource, self._wire.urls.host)
        if account is None:
            return problem(404, "nobody of that name is here")
        if account.deleted_at is not None:
            return problem(410, "the account was deleted")
        found = discovery.webfinger_document(
            name=account.username, host=self._wire.urls.host, actor=account.uri, profile=account.url
        )
        return _json(discovery.with_rels(found, request.query_params.getlist("rel")), discovery.JRD_TYPE)

    async def host_meta(self, request: Request) -> Response:
        """Where WebFinger is (RFC 6415)."""
        return Response(discovery.host_meta(self._wire.urls.base), 200, _ANYBODY, discovery.XRD_TYPE)

    async def nodeinfo_links(self, request: Request) -> Response:
        """Where NodeInfo is, and the instance actor."""
        await self._reception.greeted(request)
        urls = self._wire.urls
        return _json(discovery.nodeinfo_links(urls.base, urls.instance_actor), "application/json")

    async def nodeinfo_2_0(self, request: Request) -> Response:
        """NodeInfo 2.0."""
        return await self._nodeinfo("2.0")

    async def nodeinfo_2_1(self, request: Request) -> Response:
        """NodeInfo 2.1."""
        return await self._nodeinfo("2.1")

    async def _nodeinfo(self, version: NodeInfoVersion) -> Response:
        counts = await self._wire.db.read(people.active_counts, self._wire.clock())
        fields = discovery.nodeinfo(
            version,
            software_version=self._wire.version,
            node_name=self._wire.settings.node.title,
            node_description=self._wire.settings.node.description,
            users=counts.users,
            active_month=counts.active_month,
            active_halfyear=counts.active_halfyear,
            posts=counts.local_posts,
            is_open=False,
        )
        return _json(fields, discovery.nodeinfo_type(version))


def _account(tx: Tx, resource: Handle | Url, host: str) -> AccountRow | None:
    if isinstance(resource, Handle):
        found = accounts.by_name(tx, username_key(resource.name), "") if resource.host == host else None
    else:
        found = accounts.by_uri(tx, resource.text) or accounts.by_url(tx, resource.text)
    return found if found is not None and found.is_local and not found.is_hidden else None


def _json(fields: dict[str, Any], kind: str) -> Response:
    return Response(msgspec.json.encode(fields), 200, _ANYBODY, kind)
