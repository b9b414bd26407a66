"""Filters: the second version of the interface, with words and posts."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from server.api.call import Call, id_of
from server.api.entities.filters import Filter, FilterKeyword, FilterStatus
from server.api.filtering import filter_entity
from server.api.params import Empty
from server.api.routing import Auth, Endpoint, route
from social.clock import SECOND
from social.errors import Invalid
from social.feeds import filters
from social.feeds.filters import FilterChange, WordChange
from storage.filters import FilterAction, FilteredId, FilteredRow, FilterId, KeywordId, KeywordRow
from storage.ids import Millis, PostId

Context = Literal["home", "notifications", "public", "thread", "account"]
LONGEST = 100 * 365 * 24 * 3600
"""Seconds; what ends later is for good."""


class WordParams(msgspec.Struct, frozen=True, kw_only=True, rename={"destroy": "_destroy"}):
    """A word of a filter, new or (`id`) known."""

    id: str = ""
    keyword: str | None = None
    whole_word: bool | None = None
    destroy: bool = False

    def change(self) -> WordChange:
        """In the words of the network."""
        return WordChange(
            id=KeywordId(id_of(self.id)) if self.id else None,
            keyword=UNSET if self.keyword is None else self.keyword,
            whole_word=UNSET if self.whole_word is None else self.whole_word,
            is_removed=self.destroy,
        )


class FilterParams(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out stays. `expires_in` in seconds; empty: for good."""

    title: str | None = None
    context: tuple[Context, ...] | None = None
    filter_action: Literal["warn", "hide", "blur"] | None = None
    expires_in: str | None = None
    keywords_attributes: tuple[WordParams, ...] = ()


class KeywordParams(msgspec.Struct, frozen=True, kw_only=True):
    """A word."""

    keyword: str | None = None
    whole_word: bool | None = None


class StatusParams(msgspec.Struct, frozen=True, kw_only=True):
    """A post."""

    status_id: str = ""


async def index(call: Call, _: Empty) -> list[Filter]:
    """GET /api/v2/filters."""
    return [filter_entity(one) for one in await call.read(filters.filters)]


async def show(call: Call, _: Empty) -> Filter:
    """GET /api/v2/filters/:id."""
    return filter_entity(await call.read(filters.filter, FilterId(call.id())))


async def create(call: Call, params: FilterParams) -> Filter:
    """POST /api/v2/filters."""
    now = call.node.clock()
    change = _change(params, ends_at(call, params.expires_in, now))
    return filter_entity(await call.write(filters.create, change, ids=call.node.ids, now=now))


async def update(call: Call, params: FilterParams) -> Filter:
    """PUT or PATCH /api/v2/filters/:id."""
    now = call.node.clock()
    change = _change(params, ends_at(call, params.expires_in, now))
    return filter_entity(await call.write(filters.edit, FilterId(call.id()), change, ids=call.node.ids, now=now))


async def delete(call: Call, _: Empty) -> dict[str, object]:
    """DELETE /api/v2/filters/:id."""
    await call.write(filters.delete, FilterId(call.id()), now=call.node.clock())
    return {}


async def keywords(call: Call, _: Empty) -> list[FilterKeyword]:
    """GET /api/v2/filters/:id/keywords."""
    return [_keyword(word) for word in (await call.read(filters.filter, FilterId(call.id()))).keywords]


async def add_keyword(call: Call, params: KeywordParams) -> FilterKeyword:
    """POST /api/v2/filters/:id/keywords."""
    made = await call.write(
        filters.add_keyword,
        FilterId(call.id()),
        params.keyword or "",
        whole_word=params.whole_word is not False,
        ids=call.node.ids,
        now=call.node.clock(),
    )
    return _keyword(made)


async def show_keyword(call: Call, _: Empty) -> FilterKeyword:
    """GET /api/v2/filters/keywords/:id."""
    return _keyword((await call.read(filters.keyword, KeywordId(call.id())))[1])


async def update_keyword(call: Call, params: KeywordParams) -> FilterKeyword:
    """PUT or PATCH /api/v2/filters/keywords/:id."""
    change = WordParams(id=call.names["id"], keyword=params.keyword, whole_word=params.whole_word).change()
    return _keyword(await call.write(filters.edit_keyword, change, ids=call.node.ids, now=call.node.clock()))


async def delete_keyword(call: Call, _: Empty) -> dict[str, object]:
    """DELETE /api/v2/filters/keywords/:id."""
    await call.write(filters.delete_keyword, KeywordId(call.id()), now=call.node.clock())
    return {}


async def statuses(call: Call, _: Empty) -> list[FilterStatus]:
    """GET /api/v2/filters/:id/statuses."""
    return [_status(named) for named in (await call.read(filters.filter, FilterId(call.id()))).posts]


async def add_status(call: Call, params: StatusParams) -> FilterStatus:
    """POST /api/v2/filters/:id/statuses."""
    post = PostId(id_of(params.status_id))
    node = call.node
    return _status(await call.write(filters.add_post, FilterId(call.id()), post, ids=node.ids, now=node.clock()))


async def show_status(call: Call, _: Empty) -> FilterStatus:
    """GET /api/v2/filters/statuses/:id."""
    return _status(await call.read(filters.named_post, FilteredId(call.id())))


async def delete_status(call: Call, _: Empty) -> FilterStatus:
    """DELETE /api/v2/filters/statuses/:id."""
    return _status(await call.write(filters.remove_post, FilteredId(call.id()), now=call.node.clock()))


def ends_at(call: Call, seconds: str | None, now: Millis) -> Millis | UnsetType | None:
    """The end of a filter: nothing or `null` written is for good, left out leaves it. Raises Invalid."""
    if seconds is None:
        return None if "expires_in" in call.sent else UNSET
    if not seconds.strip():
        return None
    if not seconds.strip().isdecimal() or len(seconds) > 18:
        raise Invalid("expires_in", "not_a_number")
    return Millis(now + int(seconds) * SECOND) if int(seconds) < LONGEST else None


def _change(params: FilterParams, expires_at: Millis | UnsetType | None) -> FilterChange:
    return FilterChange(
        title=UNSET if params.title is None else params.title,
        contexts=UNSET if params.context is None else params.context,
        action=UNSET if params.filter_action is None else FilterAction(params.filter_action),
        expires_at=expires_at,
        keywords=tuple(word.change() for word in params.keywords_attributes),
    )


def _keyword(word: KeywordRow) -> FilterKeyword:
    return FilterKeyword(id=str(word.id), keyword=word.keyword, whole_word=word.whole_word)


def _status(named: FilteredRow) -> FilterStatus:
    return FilterStatus(id=str(named.id), status_id=str(named.post_id))


_READ = ("read:filters",)
_WRITE = ("write:filters",)
_PATH = "/api/v2/filters"

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, index, Auth.USER, *_READ),
    route("POST", _PATH, create, Auth.USER, *_WRITE, params=FilterParams),
    route("GET", f"{_PATH}/keywords/:id", show_keyword, Auth.USER, *_READ),
    route("PUT PATCH", f"{_PATH}/keywords/:id", update_keyword, Auth.USER, *_WRITE, params=KeywordParams),
    route("DELETE", f"{_PATH}/keywords/:id", delete_keyword, Auth.USER, *_WRITE),
    route("GET", f"{_PATH}/statuses/:id", show_status, Auth.USER, *_READ),
    route("DELETE", f"{_PATH}/statuses/:id", delete_status, Auth.USER, *_WRITE),
    route("GET", f"{_PATH}/:id", show, Auth.USER, *_READ),
    route("PUT PATCH", f"{_PATH}/:id", update, Auth.USER, *_WRITE, params=FilterParams),
    route("DELETE", f"{_PATH}/:id", delete, Auth.USER, *_WRITE),
    route("GET", f"{_PATH}/:id/keywords", keywords, Auth.USER, *_READ),
    route("POST", f"{_PATH}/:id/keywords", add_keyword, Auth.USER, *_WRITE, params=KeywordParams),
    route("GET", f"{_PATH}/:id/statuses", statuses, Auth.USER, *_READ),
    route("POST", f"{_PATH}/:id/statuses", add_status, Auth.USER, *_WRITE, params=StatusParams),
)
