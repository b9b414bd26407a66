"""Other nodes, for administrators: which are allowed, which are shut out or limited."""

import hashlib
from collections.abc import Callable, Sequence

import msgspec

from federation.names import BadName, normal_authority
from server.api.call import Call
from server.api.entities.admin import DomainAllow, DomainBlock
from server.api.paging import Paged, links
from server.api.params import Empty
from server.api.routing import Answer, Auth, Endpoint, route
from social import peer_policy, peers
from social.clock import iso
from social.errors import Conflict, Invalid, NotFound
from social.paging import Page
from social.peer_policy import Limits
from social.policy import Viewer
from storage import peers as rows
from storage.engine.database import Tx
from storage.peers import PeerRow, Policy

DOMAINS = 100


class AllowParams(msgspec.Struct, frozen=True, kw_only=True):
    """Which node."""

    domain: str


class ChangeParams(msgspec.Struct, frozen=True, kw_only=True):
    """What it may not do; what is left out stays."""

    severity: str | None = None
    reject_media: bool | None = None
    reject_reports: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool | None = None


class BlockParams(ChangeParams, frozen=True, kw_only=True):
    """Which node, and what it may not do."""

    domain: str


async def allows(call: Call, params: Paged) -> Answer:
    """GET /api/v1/admin/domain_allows."""
    return await _listed(call, params, _is_allowed, _allow)


async def blocks(call: Call, params: Paged) -> Answer:
    """GET /api/v1/admin/domain_blocks."""
    return await _listed(call, params, peer_policy.is_limited, _block)


async def allow(call: Call, params: AllowParams) -> DomainAllow:
    """POST /api/v1/admin/domain_allows."""
    host = _host(call, params.domain)

    def run(tx: Tx, viewer: Viewer) -> PeerRow:
        peers.allow(tx, viewer, host, now=call.node.clock())
        return _known(tx, host)

    return _allow(await call.govern(run))


async def block(call: Call, params: BlockParams) -> DomainBlock:
    """POST /api/v1/admin/domain_blocks."""
    host = _host(call, params.domain)

    def run(tx: Tx, viewer: Viewer) -> PeerRow:
        known = rows.by_host(tx, host)
        if known is not None and peer_policy.is_limited(known):
            raise Conflict("taken")
        limits = _changed(Limits(), params)
        return peer_policy.limit(tx, viewer, host, limits, now=call.node.clock())

    return _block(await call.govern(run))


async def show_allow(call: Call, _: Empty) -> DomainAllow:
    """GET /api/v1/admin/domain_allows/:id."""
    return _allow(await call.read(_one, call.id(), _is_allowed))


async def show_block(call: Call, _: Empty) -> DomainBlock:
    """GET /api/v1/admin/domain_blocks/:id."""
    return _block(await call.read(_one, call.id(), peer_policy.is_limited))


async def change(call: Call, params: ChangeParams) -> DomainBlock:
    """PUT /api/v1/admin/domain_blocks/:id."""

    def run(tx: Tx, viewer: Viewer) -> PeerRow:
        found, now = _one(tx, viewer, call.id(), peer_policy.is_limited), call.node.clock()
        limits = _changed(_limits(found), params)
        if limits.severity != "suspend" and found.policy is Policy.DENIED:
            peer_policy.unlimit(tx, viewer, found.host, now=now)
        return peer_policy.limit(tx, viewer, found.host, limits, now=now)

    return _block(await call.govern(run))


async def disallow(call: Call, _: Empty) -> DomainAllow:
    """DELETE /api/v1/admin/domain_allows/:id."""

    def run(tx: Tx, viewer: Viewer) -> PeerRow:
        found = _one(tx, viewer, call.id(), _is_allowed)
        peers.disallow(tx, viewer, found.host, now=call.node.clock())
        return found

    return _allow(await call.govern(run))


async def unblock(call: Call, _: Empty) -> DomainBlock:
    """DELETE /api/v1/admin/domain_blocks/:id."""

    def run(tx: Tx, viewer: Viewer) -> PeerRow:
        found = _one(tx, viewer, call.id(), peer_policy.is_limited)
        peer_policy.unlimit(tx, viewer, found.host, now=call.node.clock())
        return found

    return _block(await call.govern(run))


async def _listed(
    call: Call, params: Paged, belongs: Callable[[PeerRow], bool], draw: Callable[[PeerRow], object]
) -> Answer:
    page = params.page(DOMAINS)
    found = _page([row for row in await call.read(peer_policy.decided) if belongs(row)], page)
    cursors = [row.rule_id for row in found]
    return Answer(body=[draw(row) for row in found], headers=links(call, cursors, page, always=False))


def _page(found: Sequence[PeerRow], page: Page) -> list[PeerRow]:
    """The part of a list that is asked for; decisions are few (thousands at most)."""
    within = [row for row in found if page.floor < row.rule_id < page.before]
    return within[-page.limit :] if page.is_upward else within[: page.limit]


def _one(tx: Tx, viewer: Viewer, id: int, belongs: Callable[[PeerRow], bool]) -> PeerRow:
    found = peer_policy.by_rule(tx, viewer, id)
    if not belongs(found):
        raise NotFound("peer")
    return found


def _known(tx: Tx, host: str) -> PeerRow:
    found = rows.by_host(tx, host)
    if found is None:
        raise NotFound("peer")
    return found


def _host(call: Call, written: str) -> str:
    try:
        host = normal_authority(written.strip())
    except BadName as bad:
        raise Invalid("domain", "invalid") from bad
    if host == call.node.settings.node.domain:
        raise Invalid("domain", "invalid")
    return host


def _is_allowed(row: PeerRow) -> bool:
    return row.policy is Policy.ALLOWED


def _limits(row: PeerRow) -> Limits:
    return Limits(
        severity=peer_policy.severity(row),
        refuses_media=row.refuses_media,
        refuses_reports=row.refuses_reports,
        per_minute=row.per_minute,
        private_comment=row.private_comment,
        public_comment=row.public_comment,
        is_obfuscated=row.is_obfuscated,
    )


def _changed(limits: Limits, params: ChangeParams) -> Limits:
    wanted = {
        "severity": params.severity,
        "refuses_media": params.reject_media,
        "refuses_reports": params.reject_reports,
        "private_comment": params.private_comment,
        "public_comment": params.public_comment,
        "is_obfuscated": params.obfuscate,
    }
    return msgspec.structs.replace(limits, **{name: value for name, value in wanted.items() if value is not None})


def _allow(row: PeerRow) -> DomainAllow:
    return DomainAllow(id=str(row.rule_id), domain=row.host, created_at=iso(row.decided_at or row.created_at))


def _block(row: PeerRow) -> DomainBlock:
    return DomainBlock(
        id=str(row.rule_id),
        domain=row.host,
        digest=hashlib.sha256(row.host.encode()).hexdigest(),
        created_at=iso(row.decided_at or row.created_at),
        severity=peer_policy.severity(row),
        reject_media=row.refuses_media,
        reject_reports=row.refuses_reports,
        private_comment=row.private_comment or None,
        public_comment=row.public_comment or None,
        obfuscate=row.is_obfuscated,
    )


_ALLOWS = "/api/v1/admin/domain_allows"
_BLOCKS = "/api/v1/admin/domain_blocks"
_READ = "admin:read:domain_"
_WRITE = "admin:write:domain_"

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _ALLOWS, allows, Auth.USER, f"{_READ}allows", params=Paged),
    route("POST", _ALLOWS, allow, Auth.USER, f"{_WRITE}allows", params=AllowParams),
    route("GET", f"{_ALLOWS}/:id", show_allow, Auth.USER, f"{_READ}allows"),
    route("DELETE", f"{_ALLOWS}/:id", disallow, Auth.USER, f"{_WRITE}allows"),
    route("GET", _BLOCKS, blocks, Auth.USER, f"{_READ}blocks", params=Paged),
    route("POST", _BLOCKS, block, Auth.USER, f"{_WRITE}blocks", params=BlockParams),
    route("GET", f"{_BLOCKS}/:id", show_block, Auth.USER, f"{_READ}blocks"),
    route("PUT", f"{_BLOCKS}/:id", change, Auth.USER, f"{_WRITE}blocks", params=ChangeParams),
    route("DELETE", f"{_BLOCKS}/:id", unblock, Auth.USER, f"{_WRITE}blocks"),
)
