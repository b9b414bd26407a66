"""Every page and form on one table, by subject: path, function, who may come, and through which door it shows posts."""

from starlette.routing import BaseRoute

from web import static_files
from web.doors import Door, files, get
from web.pages import design
from web.routes import (
    administration,
    announcements,
    articles,
    communities,
    gatherings,
    people,
    posts,
    reading,
    recognition,
    settings,
    sign_in,
    writing,
)


def workbench() -> list[BaseRoute]:
    """The sheet of components, for a node whose configuration asks for it; before all others, as it has pictures."""
    return [
        get("/design", design.show, Door.ANYBODY),
        files("/design/sheet.css", design.style, "design.style"),
        files("/media/design-{name}/{variant}", design.picture, "design.picture"),
    ]


def routes() -> list[BaseRoute]:
    """The routes of the face; `request.app.state.node` is the node, `request.state.viewer` whoever asks."""
    return [
        files("/static/{version}/{path:path}", static_files.static, "static"),
        files("/theme/{name}", static_files.theme, "theme"),
        *sign_in.routes(),
        *reading.routes(),
        *recognition.routes(),
        *announcements.routes(),
        *communities.routes(),
        *articles.routes(),
        *gatherings.routes(),
        *writing.routes(),
        *people.routes(),
        *settings.routes(),
        *administration.routes(),
        # Last: the first part of their addresses is a name.
        *posts.routes(),
    ]
