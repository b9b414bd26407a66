"""Drafts: kept on the node while one writes, taken up on any device, and listed."""

from http import HTTPStatus

from starlette.responses import Response

from social import reading
from social.policy import Viewer
from social.posts import drafts, edit, repeats
from social.posts.drafts import SavedDraft
from social.reading import PostView
from storage import placements
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.posts import PostRow
from web import asking
from web.forms import Form
from web.versions import as_draft
from web.visit import Visit

NOT_KEPT = frozenset({"csrf", "key", "do", "back", "parent", "without", "written"})
"""Fields of a composer that belong to one sending of it."""


async def show(visit: Visit) -> Response:
    """GET /drafts: what one has begun."""
    found = await visit.read(_listed)
    return visit.page("posts/drafts.html", drafts=found)


async def keep(visit: Visit, form: Form) -> Response:
    """POST /drafts: the fields of a composer; answered with nothing to a script, else with the list of drafts."""
    key = repeats.of_page(form.line("key", limit=100))
    await visit.write(drafts.keep, parent_of(form), fields_of(form), key=key, now=visit.now)
    return Response(status_code=HTTPStatus.NO_CONTENT) if visit.is_live else visit.back("/drafts", done="draft_kept")


async def forget(visit: Visit, form: Form) -> Response:
    """POST /drafts/forget: one is not wanted any more."""
    await visit.write(drafts.forget, parent_of(form))
    return visit.back("/drafts", done="draft_forgotten")


def parent_of(form: Form) -> PostId | None:
    """The post that the composer answers."""
    number = form.number("parent")
    return PostId(number) if number else None


def fields_of(form: Form) -> dict[str, list[str]]:
    """What of a composer a draft holds."""
    return {name: values for name in form.names() if name not in NOT_KEPT and (values := form.kept(name))}


def _listed(tx: Tx, viewer: Viewer) -> list[tuple[SavedDraft, PostView | None]]:
    """The drafts, each with the post that it answers if that may still be read."""
    found = drafts.drafts(tx, viewer)
    parents = {view.post.id: view for view in reading.posts(tx, viewer, [one.parent for one in found if one.parent])}
    return [(one, parents.get(one.parent) if one.parent else None) for one in found]


async def undo(visit: Visit, form: Form) -> Response:
    """POST /posts/{id}/undo: the post is taken back, and its words wait in the composer."""
    parent = await visit.write(_taken_back, PostId(visit.request.path_params["id"]), visit.now)
    return visit.back(f"/compose?reply={parent}" if parent else "/compose", done="taken_back")


def _taken_back(tx: Tx, viewer: Viewer, post: PostId, now: Millis) -> PostId | None:
    """Delete an own post and keep what it was as the draft of its place. Raises NotFound or Forbidden."""
    view = edit.source(tx, viewer, post)
    row = view.post
    fields = {
        "text": [row.source],
        "spoiler": [row.spoiler],
        "visibility": [row.visibility.value],
        "language": [row.language or ""],
        "media": [str(one.id) for one in view.media],
        **({"sensitive": ["1"]} if row.sensitive else {}),
        **({"quoted": [str(view.quote.id)]} if view.quote and view.quote.id else {}),
        **_within(tx, row),
        **asking.as_draft(view),
        **as_draft(row),
        **{f"words-{one.id}": [one.description] for one in view.media},
    }
    edit.delete(tx, viewer, post, keep_media=True, now=now)
    drafts.keep(tx, viewer, row.parent_id, fields, now=now)
    return row.parent_id


def _within(tx: Tx, row: PostRow) -> dict[str, list[str]]:
    """The community in which a thread begins, and its topic there: what is written for few does not come back for all.
    An answer is where that is which it answers."""
    placed = placements.one(tx, row.id) if row.parent_id is None else None
    return {} if placed is None else {"community": [str(placed.community_id)], "topic": [placed.topic]}
