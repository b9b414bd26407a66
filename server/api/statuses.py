"""Posts, which Mastodon's API calls statuses: written, read, changed, deleted, with what stands around them."""

import asyncio
from typing import Literal

import msgspec
from msgspec import Raw

from server.api import present
from server.api import scheduled as scheduling
from server.api.accounts import handle, related
from server.api.call import Call, id_of, id_or_none
from server.api.entities.scheduled import ScheduledStatus
from server.api.entities.statuses import Context as ContextEntity
from server.api.entities.statuses import StatusEdit, StatusSource
from server.api.media import focus_of
from server.api.paging import ACCOUNTS, Paged
from server.api.params import Empty
from server.api.rendered import Listed
from server.api.routing import Answer, Auth, Door, Endpoint, route
from social import contexts, reading
from social.errors import Invalid, NotFound
from social.feeds import threads
from social.people import accounts
from social.policy import Viewer
from social.posts import edit, former, media, publish, reactions, scheduled
from social.posts.edit import Description
from social.posts.languages import DraftVersion
from social.posts.policies import Choice
from social.posts.polls import PollDraft
from social.posts.publish import Draft
from social.posts.scheduled import ScheduledView
from social.reading import PostView
from storage.engine.database import Tx
from storage.ids import MediaId, Millis, PostId

MOST_IDS = 20
STRANGERS_ANCESTORS = 40
STRANGERS_DESCENDANTS = 60
RESOLVE_SECONDS = 5.0
"""How long a post waits for handles that nobody here knows; what is not found stays plain text."""
MOST_RESOLVED = 10


class PictureParams(msgspec.Struct, frozen=True, kw_only=True):
    """New words or focus for a picture of an edited post."""

    id: str = ""
    description: str | None = None
    focus: str = ""


class PollParams(msgspec.Struct, frozen=True, kw_only=True):
    """A poll. `expires_in` is in seconds; an edit without it keeps the end."""

    options: tuple[str, ...] = ()
    expires_in: int = 0
    multiple: bool = False
    hide_totals: bool = False


class VersionParams(msgspec.Struct, frozen=True, kw_only=True):
    """The same post in a further language: our own, no app of Mastodon's sends it."""

    language: str = ""
    status: str = ""
    spoiler_text: str = ""


class StatusParams(msgspec.Struct, frozen=True, kw_only=True):
    """A post as it is written."""

    status: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    visibility: Literal["public", "unlisted", "private", "direct"] | None = None
    language: str | None = None
    versions: tuple[VersionParams, ...] | None = None
    in_reply_to_id: str = ""
    media_ids: tuple[str, ...] = ()
    media_attributes: tuple[PictureParams, ...] = ()
    scheduled_at: str = ""
    quoted_status_id: str = ""
    quote_approval_policy: Literal["public", "followers", "nobody"] | None = None
    poll: PollParams | None = None


class IdsParams(msgspec.Struct, frozen=True, kw_only=True):
    """A list of ids."""

    id: tuple[str, ...] = ()


class DeleteParams(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the pictures go too; else they may be attached anew."""

    delete_media: bool = False


async def create(call: Call, params: StatusParams) -> Raw | ScheduledStatus:
    """POST /api/v1/statuses: now, or at a time to come."""
    at = scheduling.time_of(params.scheduled_at) if params.scheduled_at else None
    await resolve(call, params.status)
    draft = _draft(call, params, idempotency=call.header(b"idempotency-key"))
    now = call.node.clock()
    if at is not None and at > now:
        return scheduling.entity(await call.write(_kept, draft, at, call, now), call.node.urls)
    return call.rendered.status(await call.write(_published, draft, call))


async def show(call: Call, _: Empty) -> Raw:
    """GET /api/v1/statuses/:id."""
    return call.rendered.status(await call.read(reading.post, post_id(call)))


async def several(call: Call, params: IdsParams) -> bytes:
    """GET /api/v1/statuses: those of the ids that the viewer may see."""
    if len(params.id) > MOST_IDS:
        raise Invalid("id", "too_many", maximum=MOST_IDS)
    ids = [PostId(number) for text in params.id if (number := id_or_none(text)) is not None]
    return call.rendered.statuses(await call.read(reading.posts, ids))


async def change(call: Call, params: StatusParams) -> Raw:
    """PUT or PATCH /api/v1/statuses/:id: words, warning and pictures are replaced by what is sent."""
    await resolve(call, params.status)
    return call.rendered.status(await call.write(_edited, post_id(call), params, call))


async def delete(call: Call, params: DeleteParams) -> Raw:
    """DELETE /api/v1/statuses/:id: what it was, to be written anew."""
    return call.rendered.deleted(await call.write(_deleted, post_id(call), call, keep_media=not params.delete_media))


async def context(call: Call, _: Empty) -> ContextEntity:
    """GET /api/v1/statuses/:id/context."""
    is_strange = not call.token
    if not is_strange and await call.read(contexts.is_worth_reading, post_id(call)):
        await call.write(contexts.opened, post_id(call), now=call.node.clock())
    found = await call.read(
        _around,
        post_id(call),
        call,
        max_ancestors=STRANGERS_ANCESTORS if is_strange else threads.SHOWN_ANCESTORS,
        max_descendants=STRANGERS_DESCENDANTS if is_strange else threads.SHOWN_DESCENDANTS,
    )
    return ContextEntity(
        ancestors=[Raw(post.json) for post in found[0]], descendants=[Raw(post.json) for post in found[1]]
    )


async def source(call: Call, _: Empty) -> StatusSource:
    """GET /api/v1/statuses/:id/source: the author's own."""
    return present.source(await call.read(edit.source, post_id(call)))


async def history(call: Call, _: Empty) -> list[StatusEdit]:
    """GET /api/v1/statuses/:id/history."""
    found = await call.read(former.history, post_id(call))
    return present.edits(found, call.rendered.account(found.author), call.node.urls)


async def favourited_by(call: Call, params: Paged) -> Answer:
    """GET /api/v1/statuses/:id/favourited_by."""
    page = params.page(ACCOUNTS)
    rows = await call.read(reactions.likers, post_id(call), page)
    return related(call, page, [(row.id, row.account) for row in rows])


async def reblogged_by(call: Call, params: Paged) -> Answer:
    """GET /api/v1/statuses/:id/reblogged_by."""
    page = params.page(ACCOUNTS)
    rows = await call.read(reactions.boosters, post_id(call), page)
    return related(call, page, [(row.id, row.account) for row in rows])


def post_id(call: Call) -> PostId:
    """The post of the path. Raises NotFound."""
    return PostId(call.id())


async def resolve(call: Call, text: str) -> None:
    """Look up handles of other nodes that are not known here, before the transaction. What fails stays plain text."""
    handles = {handle(call, written) for written in publish.mentioned(text)}
    remote = sorted((name, domain) for name, domain in handles if domain)
    if not remote:
        return
    known = await call.read(_known, remote)
    unknown = [pair for pair in remote if (pair[0].casefold(), pair[1].casefold()) not in known][:MOST_RESOLVED]
    if unknown:
        asked = [
            asyncio.ensure_future(call.node.remote.account_by_handle(f"{name}@{domain}")) for name, domain in unknown
        ]
        # Who did not answer in time goes on without us, and is known when the next post names them.
        await asyncio.wait(asked, timeout=RESOLVE_SECONDS)


def _around(
    tx: Tx, viewer: Viewer, post: PostId, call: Call, *, max_ancestors: int, max_descendants: int
) -> tuple[list[Listed], list[Listed]]:
    above, below = threads.order(tx, viewer, post, max_ancestors=max_ancestors, max_descendants=max_descendants)
    listed = call.rendered.listed(tx, viewer, [*above, *(id for id, _ in below)])
    ancestors = set(above)
    return [one for one in listed if one.id in ancestors], [one for one in listed if one.id not in ancestors]


def _known(tx: Tx, viewer: Viewer, handles: list[tuple[str, str]]) -> set[tuple[str, str]]:
    return set(accounts.by_handles(tx, handles))


def _draft(call: Call, params: StatusParams, idempotency: str = "") -> Draft:
    app = call.seen.app.id if call.seen else None
    return Draft(
        text=params.status,
        spoiler=params.spoiler_text,
        visibility=None if params.visibility is None else present.VISIBILITY_OF[params.visibility],
        sensitive=bool(params.sensitive),
        language=params.language or None,
        parent=PostId(id_of(params.in_reply_to_id)) if params.in_reply_to_id else None,
        media=_media_ids(params.media_ids),
        quoted=PostId(id_of(params.quoted_status_id)) if params.quoted_status_id else None,
        quote_policy=None if params.quote_approval_policy is None else Choice(params.quote_approval_policy),
        app=app,
        idempotency=idempotency,
        poll=_poll(params.poll),
        versions=_versions(params.versions),
    )


def _poll(params: PollParams | None) -> PollDraft | None:
    if params is None or not params.options:
        return None
    return PollDraft(
        options=params.options,
        expires_in=params.expires_in,
        is_multiple=params.multiple,
        hides_totals=params.hide_totals,
    )


def _versions(written: tuple[VersionParams, ...] | None) -> tuple[DraftVersion, ...] | None:
    if written is None:
        return None
    return tuple(DraftVersion(language=one.language, text=one.status, spoiler=one.spoiler_text) for one in written)


def _media_ids(written: tuple[str, ...]) -> tuple[MediaId, ...]:
    try:
        return tuple(MediaId(id_of(text)) for text in written)
    except NotFound as cause:
        raise Invalid("media", "not_found") from cause


def _from_app(draft: Draft, call: Call) -> Draft:
    return msgspec.structs.replace(draft, app=call.seen.app.id if call.seen else None)


def _kept(tx: Tx, viewer: Viewer, draft: Draft, at: Millis, call: Call, now: Millis) -> ScheduledView:
    return scheduled.schedule(tx, viewer, _from_app(draft, call), at, context=call.node.context, now=now)


def _published(tx: Tx, viewer: Viewer, draft: Draft, call: Call) -> PostView:
    draft = _from_app(draft, call)
    post = publish.publish(tx, viewer, draft, context=call.node.context, now=call.node.clock())
    return reading.post(tx, viewer, post)


def _edited(tx: Tx, viewer: Viewer, post: PostId, params: StatusParams, call: Call) -> PostView:
    descriptions = tuple(
        Description(media=MediaId(id_of(one.id)), description=one.description, focus=focus_of(one.focus))
        for one in params.media_attributes
    )
    edit.edit(
        tx,
        viewer,
        post,
        _draft(call, params),
        descriptions=descriptions,
        context=call.node.context,
        now=call.node.clock(),
    )
    return reading.post(tx, viewer, post)


def _deleted(tx: Tx, viewer: Viewer, post: PostId, call: Call, *, keep_media: bool) -> PostView:
    view = edit.delete(tx, viewer, post, keep_media=keep_media, now=call.node.clock())
    if not keep_media or view.post.author_id != viewer.account:
        return view
    # The pictures stay for another try, under new addresses.
    kept = tuple(media.own(tx, viewer, one.id) for one in view.media)
    return msgspec.structs.replace(view, media=kept)


_READ = ("read:statuses",)
_WRITE = ("write:statuses",)
_REST = Door.REST

ROUTES: tuple[Endpoint, ...] = (
    route("POST", "/api/v1/statuses", create, Auth.USER, *_WRITE, door=_REST, params=StatusParams),
    route("GET", "/api/v1/statuses", several, Auth.READER, *_READ, door=_REST, params=IdsParams),
    route("GET", "/api/v1/statuses/:id", show, Auth.READER, *_READ, door=_REST),
    route("PUT PATCH", "/api/v1/statuses/:id", change, Auth.USER, *_WRITE, door=_REST, params=StatusParams),
    route(
        "DELETE", "/api/v1/statuses/:id", delete, Auth.USER, *_WRITE, door=_REST, params=DeleteParams, window="deletes"
    ),
    route("GET", "/api/v1/statuses/:id/context", context, Auth.READER, *_READ, door=_REST),
    route("GET", "/api/v1/statuses/:id/source", source, Auth.USER, *_READ, door=_REST),
    route("GET", "/api/v1/statuses/:id/history", history, Auth.READER, *_READ, door=_REST),
    route("GET", "/api/v1/statuses/:id/favourited_by", favourited_by, Auth.READER, *_READ, door=_REST, params=Paged),
    route("GET", "/api/v1/statuses/:id/reblogged_by", reblogged_by, Auth.READER, *_READ, door=_REST, params=Paged),
)
