"""« To read »: what everybody has to read, confirmed by one tap on the own node; and that somebody is away."""

from starlette.responses import Response

from social.announcements import answers, people, reading
from social.announcements.answers import Shown
from social.announcements.reading import ToRead
from social.errors import Conflict, Invalid
from social.policy import Viewer
from social.push import hours
from social.rolls import calls
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from web.forms import Form
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /to-read: what waits first, then what was confirmed or is over."""
    return await _page(visit, None)


async def answer(visit: Visit, form: Form) -> Response:
    """POST /to-read/{id}/{act}: `confirm`, or `question`, which leads on to an answer for the author."""
    is_question = visit.act({"confirm": False, "question": True})
    post = PostId(visit.request.path_params["id"])
    shown = Shown(
        version=form.number("version") or 0,
        language=form.line("language", limit=50),
        digest=form.line("digest", limit=100),
    )
    try:
        await visit.write(answers.confirm, post, shown, question=is_question, now=visit.now)
    except Conflict:
        return visit.back("/to-read", done="changed_meanwhile", anchor=f"p{post}")
    if is_question:
        return visit.back(f"/compose?reply={post}")
    return visit.back(form.text("back"), done="confirmed", anchor=f"p{post}")


async def away(visit: Visit, form: Form) -> Response:
    """POST /to-read/away: until when the reader is away, or that they are back."""
    if form.has("back"):
        await visit.write(hours.go_away, None, now=visit.now)
        return visit.back("/to-read", done="saved")
    until = visit.face.dates[visit.locale].moment(form.line("until"))
    try:
        if until is None:
            raise Invalid("until", "no_time")
        await visit.write(hours.go_away, until, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, wrong)
    return visit.back("/to-read", done="saved")


async def _page(visit: Visit, wrong: Invalid | None) -> Response:
    found, away_until, roll = await visit.read(_found, visit.now)
    # Of an article only the teaser stands here: it is seen on its own page.
    unseen = [
        view.post.id
        for view in found.owed
        if view.announcement is not None and view.announcement.seen_at is None and view.article is None
    ]
    if unseen:
        await visit.write(answers.see, unseen, now=visit.now)
    return visit.form_page("to_read/to_read.html", wrong, found=found, away=away_until, roll=roll)


def _found(tx: Tx, viewer: Viewer, now: Millis) -> tuple[ToRead, Millis | None, bool]:
    found = reading.to_read(tx, viewer, now=now)
    return found, people.away_until(tx, viewer, now=now), calls.waits(tx, viewer)
