"""Posts for later, which Mastodon's API calls scheduled statuses."""

import msgspec

from server.api.call import Call
from server.api.entities.scheduled import ScheduledParams, ScheduledPoll, ScheduledStatus
from server.api.paging import Paged, links
from server.api.params import Empty
from server.api.present import WIRE_VISIBILITY
from server.api.routing import Answer, Auth, Endpoint, route
from server.api.shown import media
from social.clock import from_iso, iso
from social.errors import Invalid
from social.posts import scheduled
from social.posts.polls import PollDraft
from social.posts.scheduled import ScheduledView
from social.urls import Urls
from storage.ids import Millis, ScheduledId


class MoveParams(msgspec.Struct, frozen=True, kw_only=True):
    """Another time; without one nothing changes."""

    scheduled_at: str = ""


async def several(call: Call, params: Paged) -> Answer:
    """GET /api/v1/scheduled_statuses."""
    page = params.page()
    views = await call.read(scheduled.several, page)
    body = [entity(view, call.node.urls) for view in views]
    return Answer(body=body, headers=links(call, [view.id for view in views], page, always=False))


async def show(call: Call, _: Empty) -> ScheduledStatus:
    """GET /api/v1/scheduled_statuses/:id."""
    return entity(await call.read(scheduled.scheduled, ScheduledId(call.id())), call.node.urls)


async def move(call: Call, params: MoveParams) -> ScheduledStatus:
    """PUT /api/v1/scheduled_statuses/:id."""
    if not params.scheduled_at:
        return await show(call, Empty())
    at = time_of(params.scheduled_at)
    view = await call.write(scheduled.move, ScheduledId(call.id()), at, now=call.node.clock())
    return entity(view, call.node.urls)


async def cancel(call: Call, _: Empty) -> dict[str, str]:
    """DELETE /api/v1/scheduled_statuses/:id."""
    await call.write(scheduled.cancel, ScheduledId(call.id()), now=call.node.clock())
    return {}


def time_of(written: str) -> Millis:
    """A time as clients write it. Raises Invalid."""
    at = from_iso(written)
    if at is None:
        raise Invalid("scheduled_at", "no_time")
    return at


def entity(view: ScheduledView, urls: Urls) -> ScheduledStatus:
    """What waits, as its author's app shows it."""
    draft = view.draft
    return ScheduledStatus(
        id=str(view.id),
        scheduled_at=iso(view.at),
        params=ScheduledParams(
            text=draft.text,
            poll=_poll(draft.poll),
            media_ids=[str(id) for id in draft.media] or None,
            sensitive=draft.sensitive,
            spoiler_text=draft.spoiler,
            visibility=WIRE_VISIBILITY[draft.visibility] if draft.visibility else None,
            in_reply_to_id=draft.parent,
            language=draft.language,
            application_id=draft.app,
            idempotency=draft.idempotency or None,
            quoted_status_id=str(draft.quoted) if draft.quoted else None,
            quote_approval_policy=draft.quote_policy.value if draft.quote_policy else "nobody",
        ),
        media_attachments=[media(row, urls) for row in view.media],
    )


def _poll(draft: PollDraft | None) -> ScheduledPoll | None:
    if draft is None:
        return None
    return ScheduledPoll(
        options=draft.options,
        expires_in=draft.expires_in,
        multiple=draft.is_multiple,
        hide_totals=draft.hides_totals,
    )


_PATH = "/api/v1/scheduled_statuses"
_READ = ("read:statuses",)
_WRITE = ("write:statuses",)

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, several, Auth.USER, *_READ, params=Paged),
    route("GET", f"{_PATH}/:id", show, Auth.USER, *_READ),
    route("PUT PATCH", f"{_PATH}/:id", move, Auth.USER, *_WRITE, params=MoveParams),
    route("DELETE", f"{_PATH}/:id", cancel, Auth.USER, *_WRITE),
)
