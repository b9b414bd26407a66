"""Articles: what one writes and is asked to read before others, a new one, and what is pasted made clean."""

from http import HTTPStatus

from starlette.responses import PlainTextResponse, Response

from social import pasting
from social.desk import calendar, writing
from social.desk.pieces import Plan, Words
from social.errors import Invalid
from social.policy import Viewer
from storage.desk import PieceRow
from storage.engine.database import Tx
from web import desk
from web.forms import Form
from web.visit import Visit


async def shelf(visit: Visit) -> Response:
    """GET /articles: the viewer's pieces, and those that they write or review with others."""
    rows = await visit.read(calendar.mine)
    return visit.page("articles/shelf.html", rows=rows, states=desk.STATES, channels=desk.CHANNELS)


async def blank(visit: Visit) -> Response:
    """GET /articles/new."""
    await visit.read_frame()
    return visit.page("articles/write.html", sheet=desk.sheet(visit, "/articles/new", Words(), (), 0))


async def begin(visit: Visit, form: Form) -> Response:
    """POST /articles/new: kept as a piece; or shown again: as it would be read, with pictures, with what is wrong."""
    try:
        rows = await desk.pictures(visit, form)
        words = desk.words_of(form, [row.id for row in rows])
        if not form.has("do") and not form.has("earlier"):
            row = await visit.write(_created, words, visit)
            return visit.back(f"/desk/{row.id}", done="draft_kept")
        wrong = None
    except Invalid as refused:
        rows, words, wrong = [], desk.filled(form, form.numbers("media")), refused
    await visit.read_frame()
    is_shown = form.written("do") == "preview"
    again = desk.sheet(
        visit,
        "/articles/new",
        words,
        rows,
        0,
        errors=visit.errors(wrong),
        shown=desk.looked_at(visit, words, rows) if is_shown else None,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return visit.page("articles/write.html", status, sheet=again)


async def clean(visit: Visit, form: Form) -> Response:
    """POST /articles/clean: for a script: the HTML of its clipboard as Markdown."""
    return PlainTextResponse(pasting.markdown(form.text("html", limit=600_000)), headers={"Cache-Control": "no-store"})


def _created(tx: Tx, viewer: Viewer, words: Words, visit: Visit) -> PieceRow:
    return writing.create(tx, viewer, Plan(), words, context=visit.context, now=visit.now)
