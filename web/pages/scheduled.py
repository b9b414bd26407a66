"""Posts for later: listed, given another time, taken back into the composer, removed."""

from starlette.responses import Response

from social.errors import Conflict, Invalid, SocialError
from social.paging import Page
from social.policy import Viewer
from social.posts import drafts, scheduled
from social.posts.publish import Context, Draft
from social.posts.scheduled import ScheduledView
from storage.engine.database import Tx
from storage.ids import Millis, PostId, ScheduledId
from web.forms import Form
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /scheduled: what waits, the next to be published first."""
    found = await visit.read(scheduled.several, Page(limit=scheduled.MOST))
    dates = visit.face.dates[visit.locale]
    rows = [
        (view, dates.field(view.at), visit.sentence(SocialError(view.error)) if view.error else "")
        for view in sorted(found, key=lambda view: view.at)
    ]
    return visit.page("posts/scheduled.html", rows=rows)


async def move(visit: Visit, form: Form) -> Response:
    """POST /scheduled/{id}/move: another time."""
    at = asked(visit, form)
    if at is None:
        raise Invalid("scheduled_at", "no_time")
    await visit.write(scheduled.move, _id(visit), at, now=visit.now)
    return visit.back("/scheduled", done="saved")


async def remove(visit: Visit, form: Form) -> Response:
    """POST /scheduled/{id}/remove: it is not published."""
    await visit.write(scheduled.cancel, _id(visit), now=visit.now)
    return visit.back("/scheduled", done="removed")


async def reopen(visit: Visit, form: Form) -> Response:
    """POST /scheduled/{id}/reopen: it waits no longer, and its words are in the composer."""
    parent = await visit.write(_reopened, _id(visit), visit)
    return visit.back(f"/compose?reply={parent}" if parent else "/compose", done="taken_back")


def asked(visit: Visit, form: Form) -> Millis | None:
    """The time that the composer asks for, in the time zone of the pages; None for now. Raises Invalid."""
    written = form.line("scheduled_at")
    at = visit.face.dates[visit.locale].moment(written) if written else None
    if written and at is None:
        raise Invalid("scheduled_at", "no_time")
    return at


def keep(tx: Tx, viewer: Viewer, draft: Draft, at: Millis, context: Context, now: Millis) -> ScheduledId:
    """Have a post wait, and forget the draft of its place. Raises as `schedule` does."""
    view = scheduled.schedule(tx, viewer, draft, at, context=context, now=now)
    drafts.forget(tx, viewer, draft.parent)
    return view.id


def _id(visit: Visit) -> ScheduledId:
    return ScheduledId(visit.request.path_params["id"])


def _reopened(tx: Tx, viewer: Viewer, id: ScheduledId, visit: Visit) -> PostId | None:
    """Raises NotFound, or Conflict when the composer of that place holds other words, or for an article."""
    held = scheduled.scheduled(tx, viewer, id)
    if held.draft.article is not None or held.is_announcement:
        raise Conflict("is_article" if held.draft.article is not None else "not_in_this_state")
    view = scheduled.cancel(tx, viewer, id, now=visit.now)
    if drafts.of(tx, viewer, view.draft.parent) is not None:
        raise Conflict("draft_there")
    drafts.keep(tx, viewer, view.draft.parent, _fields(view, visit), now=visit.now)
    return view.draft.parent


def _fields(view: ScheduledView, visit: Visit) -> dict[str, list[str]]:
    """What the composer holds of it."""
    draft = view.draft
    fields = {
        "text": [draft.text],
        "spoiler": [draft.spoiler],
        "visibility": [draft.visibility.value] if draft.visibility else [],
        "language": [draft.language or ""],
        "quote_policy": [draft.quote_policy.value] if draft.quote_policy else [],
        "quoted": [str(draft.quoted)] if draft.quoted else [],
        "community": [str(draft.community)] if draft.community else [],
        "topic": [draft.topic] if draft.topic else [],
        "media": [str(row.id) for row in view.media],
        "sensitive": ["1"] if draft.sensitive else [],
        "scheduled_at": [visit.face.dates[visit.locale].field(view.at)],
    }
    if draft.poll is not None:
        fields |= {
            "option": list(draft.poll.options),
            "open_for": [str(draft.poll.expires_in)],
            "several": ["1"] if draft.poll.is_multiple else [],
            "hides_totals": ["1"] if draft.poll.hides_totals else [],
        }
    words = {f"words-{row.id}": [row.description] for row in view.media}
    return {name: values for name, values in (fields | words).items() if values}
