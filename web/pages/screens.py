"""For people without a telephone: the screen in the canteen, behind a secret link, and the sheet for the wall."""

import msgspec
from starlette.responses import Response

from social.announcements import screens
from social.announcements.screens import Turn, Wall
from social.errors import Invalid
from social.posts import languages
from social.reading import PostView
from storage.ids import PostId
from storage.screens import ScreenId
from web import paper
from web.forms import Form
from web.render import post_page
from web.visit import Visit


async def listed(visit: Visit) -> Response:
    """GET /screens: the screens of the site, and what can be printed."""
    return await _page(visit, None)


async def make(visit: Visit, form: Form) -> Response:
    """POST /screens."""
    host = visit.node.settings.node.domain
    try:
        await visit.write(screens.make, form.line("title"), host=host, ids=visit.node.ids, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, wrong)
    return visit.back("/screens", done="saved")


async def act(visit: Visit, form: Form) -> Response:
    """POST /screens/{id}/{act}: `change`, `renew` the link, `revoke` it."""
    id = ScreenId(visit.request.path_params["id"])
    command = visit.act({"change": None, "renew": screens.renew, "revoke": screens.revoke})
    if command is not None:
        await visit.write(command, id, now=visit.now)
        return visit.back("/screens", done="saved")
    host = visit.node.settings.node.domain
    try:
        await visit.write(
            screens.change,
            id,
            form.line("title"),
            form.number("seconds") or 0,
            [PostId(number) for number in form.numbers("post")],
            host=host,
            now=visit.now,
        )
    except Invalid as wrong:
        return await _page(visit, wrong, id)
    return visit.back("/screens", done="saved")


async def show(visit: Visit) -> Response:
    """GET /screen/{token}: one post after another: no sign-in, and no script either, but for what lets it stay
    at what it shows while the node is away."""
    token = visit.request.path_params["token"]
    turn: Turn = await visit.node.db.read(screens.turn, token, visit.number("n"), now=visit.now)
    view = turn.view
    page = visit.page(
        "to_read/screen.html",
        turn=turn,
        others=_others(view, visit.locale) if view is not None else [],
        address=_address(visit, view) if view is not None else "",
    )
    # As a header, and not as an element: nobody reads this page at a pace of their own who would want to stop it.
    page.headers["Refresh"] = f"{turn.row.seconds}; url=?n={turn.number + 1}"
    return page


async def sheet(visit: Visit) -> Response:
    """GET /screens/sheet: what is chosen (`post`), on paper."""
    return visit.page("to_read/sheet.html", posts=await _chosen(visit), has_paper=paper.is_there())


async def pdf(visit: Visit) -> Response:
    """GET /screens/sheet.pdf: the same as a file, pages of A4."""
    posts = await _chosen(visit)
    made = await paper.printed(visit.face.render("paper/notice.html", visit.locale, visit=visit, posts=posts))
    headers = {"Content-Disposition": 'inline; filename="notice-board.pdf"', "Cache-Control": "private, no-cache"}
    return Response(made, media_type="application/pdf", headers=headers)


async def _chosen(visit: Visit) -> list[tuple[PostView, str, list[PostView]]]:
    """Posts for the wall: each with its address, and again in its other languages."""
    wall: Wall = await visit.read(screens.wall, host=visit.node.settings.node.domain, now=visit.now)
    chosen = set(visit.request.query_params.getlist("post"))
    views = [view for view in wall.offered if not chosen or str(view.post.id) in chosen]
    return [(view, _address(visit, view), _others(view, visit.locale)) for view in views]


def _others(view: PostView, locale: str) -> list[PostView]:
    """The post in the languages that the page does not show already."""
    shown = languages.for_reader(view.post, [locale]).language
    found = [languages.in_language(view.post, one) for one in languages.languages_of(view.post) if one and one != shown]
    return [msgspec.structs.replace(view, post=post) for post in found]


def _address(visit: Visit, view: PostView) -> str:
    return f"{visit.node.settings.base_url}{post_page(view)}"


async def _page(visit: Visit, wrong: Invalid | None, at: ScreenId | None = None) -> Response:
    wall = await visit.read(screens.wall, host=visit.node.settings.node.domain, now=visit.now)
    return visit.form_page("to_read/screens.html", wrong, wall=wall, wrong_at=at, has_paper=paper.is_there())
