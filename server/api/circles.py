"""What somebody arranges around themselves: whom they put forward, notes, blocked nodes, suggestions."""

import msgspec

from server.api import present
from server.api.accounts import related
from server.api.call import Call, id_of
from server.api.entities.relations import DomainBlockPreview, Relationship, Suggestion
from server.api.paging import ACCOUNTS, Counted, Paged, limit, links, offset
from server.api.params import Empty
from server.api.routing import Answer, Auth, Endpoint, route
from social.people import domain_blocks, endorsements, suggestions
from storage.ids import AccountId

DOMAINS = 100
"""Blocked nodes of a page."""


class NoteParams(msgspec.Struct, frozen=True, kw_only=True):
    """A note; empty: none."""

    comment: str = ""


class DomainParams(msgspec.Struct, frozen=True, kw_only=True):
    """A node."""

    domain: str = ""


async def endorse(call: Call, _: Empty) -> Relationship:
    """POST /api/v1/accounts/:id/endorse, and by its former name /pin."""
    node = call.node
    done = await call.write(endorsements.endorse, AccountId(call.id()), ids=node.ids, now=node.clock())
    return present.relationship(done)


async def unendorse(call: Call, _: Empty) -> Relationship:
    """POST /api/v1/accounts/:id/unendorse, and by its former name /unpin."""
    return present.relationship(await call.write(endorsements.unendorse, AccountId(call.id()), now=call.node.clock()))


async def note(call: Call, params: NoteParams) -> Relationship:
    """POST /api/v1/accounts/:id/note."""
    account = AccountId(call.id())
    return present.relationship(await call.write(endorsements.note, account, params.comment, now=call.node.clock()))


async def endorsed(call: Call, params: Paged) -> Answer:
    """GET /api/v1/endorsements: a limit of 0 gives all."""
    page = params.page(ACCOUNTS, all_at_zero=True)
    return related(call, page, await call.read(endorsements.endorsed, page))


async def endorsed_by(call: Call, params: Paged) -> Answer:
    """GET /api/v1/accounts/:id/endorsements."""
    page = params.page(ACCOUNTS, all_at_zero=True)
    return related(call, page, await call.read(endorsements.endorsed_by, AccountId(call.id()), page))


async def blocked_domains(call: Call, params: Paged) -> Answer:
    """GET /api/v1/domain_blocks."""
    page = params.page(DOMAINS)
    found = await call.read(domain_blocks.blocked, page)
    cursors = [relation for relation, _ in found]
    headers = links(call, cursors, page, always=False, back="since_id")
    return Answer(body=[domain for _, domain in found], headers=headers)


async def preview_domain(call: Call, params: DomainParams) -> DomainBlockPreview:
    """GET /api/v1/domain_blocks/preview."""
    ties = await call.read(domain_blocks.preview, params.domain, urls=call.node.urls)
    return DomainBlockPreview(following_count=ties.following, followers_count=ties.followers)


async def block_domain(call: Call, params: DomainParams) -> dict[str, object]:
    """POST /api/v1/domain_blocks."""
    node = call.node
    await call.write(domain_blocks.block, params.domain, ids=node.ids, urls=node.urls, now=node.clock())
    return {}


async def unblock_domain(call: Call, params: DomainParams) -> dict[str, object]:
    """DELETE /api/v1/domain_blocks."""
    await call.write(domain_blocks.unblock, params.domain, urls=call.node.urls)
    return {}


async def first_suggestions(call: Call, params: Counted) -> bytes:
    """GET /api/v1/suggestions: the accounts alone."""
    return call.rendered.accounts(one.account for one in await _suggested(call, params))


async def suggested(call: Call, params: Counted) -> list[Suggestion]:
    """GET /api/v2/suggestions: with the reasons."""
    return [
        Suggestion(
            sources=[
                name
                for name, is_so in (
                    ("friends_of_friends", one.friends),
                    ("similar_to_recently_followed", one.tags),
                    ("featured", one.is_near),
                )
                if is_so
            ],
            account=call.rendered.account(one.account),
        )
        for one in await _suggested(call, params)
    ]


async def dismiss(call: Call, _: Empty) -> dict[str, object]:
    """DELETE /api/v1/suggestions/:id."""
    await call.write(suggestions.dismiss, AccountId(id_of(call.names["id"])))
    return {}


async def _suggested(call: Call, params: Counted) -> list[suggestions.Suggestion]:
    return await call.read(
        suggestions.suggestions,
        limit=limit(params.limit, ACCOUNTS),
        offset=offset(params.offset),
        now=call.node.clock(),
    )


_READ = ("read:accounts",)
_WRITE = ("write:accounts",)
_BLOCKS = ("write:blocks",)
_DOMAINS = "/api/v1/domain_blocks"

ROUTES: tuple[Endpoint, ...] = (
    *(
        route("POST", f"/api/v1/accounts/:id/{name}", run, Auth.USER, *_WRITE)
        for name, run in (("endorse", endorse), ("pin", endorse), ("unendorse", unendorse), ("unpin", unendorse))
    ),
    route("POST", "/api/v1/accounts/:id/note", note, Auth.USER, *_WRITE, params=NoteParams),
    route("GET", "/api/v1/endorsements", endorsed, Auth.USER, *_READ, params=Paged),
    route("GET", "/api/v1/accounts/:id/endorsements", endorsed_by, Auth.READER, params=Paged),
    route("GET", _DOMAINS, blocked_domains, Auth.USER, "read:blocks", params=Paged),
    route("GET", f"{_DOMAINS}/preview", preview_domain, Auth.USER, "read:blocks", params=DomainParams),
    route("POST", _DOMAINS, block_domain, Auth.USER, *_BLOCKS, params=DomainParams),
    route("DELETE", _DOMAINS, unblock_domain, Auth.USER, *_BLOCKS, params=DomainParams),
    route("GET", "/api/v1/suggestions", first_suggestions, Auth.USER, "read", params=Counted),
    route("GET", "/api/v2/suggestions", suggested, Auth.USER, "read", params=Counted),
    route("DELETE", "/api/v1/suggestions/:id", dismiss, Auth.USER, "read"),
)
