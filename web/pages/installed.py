"""The site as an app on a phone: its manifest and icon, the worker that keeps it readable without a network, and what
that worker asks for."""

from functools import partial
from http import HTTPStatus

import msgspec
from starlette.responses import JSONResponse, Response

from social.errors import Conflict, Invalid, NotFound
from social.feeds import timelines
from social.paging import Page
from social.policy import Viewer
from social.posts import repeats
from social.posts.scheduled import SOONEST
from social.reading import PostView
from storage.engine.database import Tx
from storage.ids import Millis
from web import icons
from web.forms import Form
from web.pages import compose, scheduled
from web.visit import Visit

KEPT = 100
"""Posts of the home that can be read without a network."""
_MANIFEST = "application/manifest+json"
_WORKER = ("store", "worker", "pushed")
"""The files of which the worker is made."""
_SCRIPT = "text/javascript; charset=utf-8"


async def manifest(visit: Visit) -> Response:
    """GET /app.webmanifest: name, icons, and what the app offers beside its start."""
    settings, say = visit.node.settings, visit.say
    own, look, assets = settings.entity_of(""), visit.node.look, visit.face.assets
    drawn = [] if look.logo else [{"src": assets.theme_url("site.svg"), "sizes": "any", "type": "image/svg+xml"}]
    version = _icon_version(visit)
    return JSONResponse(
        {
            "id": "/",
            "name": f"{settings.group.name}, {own.name if own else settings.node.title}",
            "short_name": (look.title or settings.group.name)[:12],
            "description": settings.node.description,
            "lang": visit.locale,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f2ecde",
            "theme_color": look.colour or "#f2ecde",
            "icons": [
                {"src": f"/app-icon/192.png{version}", "sizes": "192x192", "type": "image/png"},
                {
                    "src": f"/app-icon/512.png{version}",
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "any maskable",
                },
                *drawn,
            ],
            "shortcuts": [
                {"name": say("Publish"), "url": "/compose"},
                {"name": say("For me"), "url": "/notifications"},
                {"name": say("Search"), "url": "/search"},
            ],
            "share_target": {
                "action": "/share",
                "method": "POST",
                "enctype": "multipart/form-data",
                "params": {
                    "title": "title",
                    "text": "text",
                    "url": "url",
                    "files": [{"name": "pictures", "accept": ["image/*", "video/*", "audio/*"]}],
                },
            },
        },
        media_type=_MANIFEST,
        headers={"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"},
    )


async def icon(visit: Visit) -> Response:
    """GET /app-icon/{size}.png: the picture of the site on paper, else its flag."""
    size, look = icons.size_of(int(visit.request.path_params["size"])), visit.node.look
    drawn = partial(icons.of_logo, look.picture) if look.logo else partial(icons.png, visit.face.assets.own)
    picture = await visit.node.crunched(partial(drawn, size))
    return Response(picture, media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})


async def logo(visit: Visit) -> Response:
    """GET /site-logo/{mark}.png: the picture of the site, for its pages; another picture has another address."""
    look = visit.node.look
    if not look.logo or visit.request.path_params["mark"] != look.mark:
        raise NotFound("page")
    picture = await visit.node.crunched(partial(icons.small, look.picture))
    return Response(picture, media_type="image/png", headers={"Cache-Control": "public, max-age=31536000, immutable"})


async def worker(visit: Visit) -> Response:
    """GET /worker.js: the service worker, whose name must not change; its own cache is named by our version."""
    assets = visit.face.assets
    parts = [assets.static[f"js/{name}.js"].body.decode() for name in _WORKER]
    script = "\n".join(parts).replace("{{version}}", assets.version)
    own = {f"js/{name}.js" for name in _WORKER}
    shell = [assets.url(name) for name in sorted(assets.static) if name not in own]
    shell += [assets.theme_url(name) for name in sorted(assets.theme_names)]
    script = script.replace('"{{shell}}"', msgspec.json.encode(shell).decode())
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'; connect-src 'self'"}
    return Response(script, media_type=_SCRIPT, headers=headers)


async def offline(visit: Visit) -> Response:
    """GET /offline: the last posts of the home on one page, which the worker keeps."""
    views = await visit.read(_last, visit.now)
    return visit.page("home/offline.html", views=views)


async def me(visit: Visit) -> Response:
    """GET /live/me: who is signed in, and the token of their forms: what the worker needs to send what waited."""
    return JSONResponse(
        {"person": str(visit.viewer.account), "csrf": visit.csrf}, headers={"Cache-Control": "private, no-store"}
    )


async def bell(visit: Visit) -> Response:
    """GET /live/bell: the number on the bell, for a script; 204 when there is none."""
    await visit.read_frame()
    return visit.fragment("live/bell.html") if visit.frame.unread else Response(status_code=HTTPStatus.NO_CONTENT)


async def queued(visit: Visit, form: Form) -> Response:
    """POST /compose/queued: a post that waited for the network, with its pictures, in one piece.

    Its key makes it one post however often it comes. 409 when somebody else is signed in by now.
    """
    if form.text("person") != str(visit.viewer.account):
        raise Conflict("another_person")
    if await visit.read(repeats.is_sent, repeats.of_page(form.line("key", limit=100))):
        # It arrived the first time, and only the answer was lost.
        return JSONResponse({"is_known": True})
    try:
        draft = await compose.whole(visit, form)
        at = scheduled.asked(visit, form)
        if at is not None and at >= visit.now + SOONEST:
            waits = await visit.write(scheduled.keep, draft, at, visit.context, visit.now)
            return JSONResponse({"scheduled": str(waits)}, HTTPStatus.CREATED)
        # Its time came while it waited for the network.
        post = await visit.write(compose.published, draft, visit.context, visit.now)
    except Invalid as wrong:
        return JSONResponse({"error": visit.sentence(wrong)}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return JSONResponse({"post": str(post)}, HTTPStatus.CREATED)


async def share(visit: Visit, form: Form) -> Response:
    """POST /share: what another app hands over opens the composer, its pictures uploaded and its words in place."""
    return await compose.shared(visit, form)


def _icon_version(visit: Visit) -> str:
    """What makes the address of the icon another one when the look changes; it is kept by browsers for a day."""
    mark = visit.node.look.mark or visit.node.look.colour.removeprefix("#")
    return f"?{mark}" if mark else ""


def _last(tx: Tx, viewer: Viewer, now: Millis) -> list[PostView]:
    return timelines.home(tx, viewer, Page(limit=KEPT), now=now)
