"""Filters: the first version of the interface, in which each word is a filter of its own.

A filter there is a word here, under the word's id; the words of one filter share contexts, end and action. The last
word that goes takes its filter with it.
"""

import msgspec
from msgspec import UNSET

from server.api.call import Call
from server.api.entities.filters import FirstFilter
from server.api.filters import Context, ends_at
from server.api.params import Empty
from server.api.routing import Auth, Endpoint, route
from social.clock import iso
from social.feeds import filters
from social.feeds.filters import FilterChange, WordChange
from social.matching import Filter
from social.policy import Viewer
from storage.engine.database import Tx
from storage.filters import FilterAction, KeywordId, KeywordRow
from storage.ids import IdMaker, Millis


class PhraseParams(msgspec.Struct, frozen=True, kw_only=True):
    """A word with all that belongs to it. `irreversible`: hidden, not warned of."""

    phrase: str | None = None
    context: tuple[Context, ...] | None = None
    irreversible: bool | None = None
    whole_word: bool | None = None
    expires_in: str | None = None


async def index(call: Call, _: Empty) -> list[FirstFilter]:
    """GET /api/v1/filters."""
    return [_entity(one, word) for one in await call.read(filters.filters) for word in one.keywords]


async def show(call: Call, _: Empty) -> FirstFilter:
    """GET /api/v1/filters/:id."""
    return _entity(*await call.read(filters.keyword, KeywordId(call.id())))


async def create(call: Call, params: PhraseParams) -> FirstFilter:
    """POST /api/v1/filters."""
    now = call.node.clock()
    change = FilterChange(
        title=params.phrase or "",
        contexts=params.context or (),
        action=_action(params) or FilterAction.WARN,
        expires_at=ends_at(call, params.expires_in, now),
        keywords=(WordChange(keyword=params.phrase or "", whole_word=bool(params.whole_word)),),
    )
    made = await call.write(filters.create, change, ids=call.node.ids, now=now)
    return _entity(made, made.keywords[0])


async def update(call: Call, params: PhraseParams) -> FirstFilter:
    """PUT or PATCH /api/v1/filters/:id."""
    now = call.node.clock()
    id = KeywordId(call.id())
    change = FilterChange(
        contexts=UNSET if params.context is None else params.context,
        action=_action(params) or UNSET,
        expires_at=ends_at(call, params.expires_in, now),
        keywords=(
            WordChange(
                id=id,
                keyword=UNSET if params.phrase is None else params.phrase,
                whole_word=UNSET if params.whole_word is None else params.whole_word,
            ),
        ),
    )
    return _entity(*await call.write(_edit, id, change, ids=call.node.ids, now=now))


async def delete(call: Call, _: Empty) -> dict[str, object]:
    """DELETE /api/v1/filters/:id."""
    await call.write(_delete, KeywordId(call.id()), now=call.node.clock())
    return {}


def _edit(
    tx: Tx, viewer: Viewer, id: KeywordId, change: FilterChange, *, ids: IdMaker, now: Millis
) -> tuple[Filter, KeywordRow]:
    of, _ = filters.keyword(tx, viewer, id)
    filters.edit(tx, viewer, of.row.id, change, ids=ids, now=now)
    return filters.keyword(tx, viewer, id)


def _delete(tx: Tx, viewer: Viewer, id: KeywordId, *, now: Millis) -> None:
    of, _ = filters.keyword(tx, viewer, id)
    if len(of.keywords) == 1 and not of.posts:
        filters.delete(tx, viewer, of.row.id, now=now)
    else:
        filters.delete_keyword(tx, viewer, id, now=now)


def _action(params: PhraseParams) -> FilterAction | None:
    if params.irreversible is None:
        return None
    return FilterAction.HIDE if params.irreversible else FilterAction.WARN


def _entity(of: Filter, word: KeywordRow) -> FirstFilter:
    return FirstFilter(
        id=str(word.id),
        phrase=word.keyword,
        context=of.contexts,
        expires_at=None if of.row.expires_at is None else iso(of.row.expires_at),
        irreversible=of.row.action is FilterAction.HIDE,
        whole_word=word.whole_word,
    )


_READ = ("read:filters",)
_WRITE = ("write:filters",)
_PATH = "/api/v1/filters"

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, index, Auth.USER, *_READ),
    route("POST", _PATH, create, Auth.USER, *_WRITE, params=PhraseParams),
    route("GET", f"{_PATH}/:id", show, Auth.USER, *_READ),
    route("PUT PATCH", f"{_PATH}/:id", update, Auth.USER, *_WRITE, params=PhraseParams),
    route("DELETE", f"{_PATH}/:id", delete, Auth.USER, *_WRITE),
)
