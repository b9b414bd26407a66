"""The first days: whom and what a newcomer may want to know."""

from collections.abc import Sequence

from starlette.responses import Response

from social.policy import Viewer
from social.recognition import welcome
from storage.engine.database import Tx
from storage.welcomes import NearRow, WelcomeRow
from web.forms import Form
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /welcome."""

    def found(tx: Tx, viewer: Viewer) -> tuple[WelcomeRow, Sequence[NearRow]]:
        return welcome.of_viewer(tx, viewer), welcome.near(tx, viewer, now=visit.now)

    days, near = await visit.read(found)
    return visit.page(
        "recognition/welcome.html",
        days=days,
        near=[(row, reasons(visit, row)) for row in near],
        is_greeted=bool(visit.node.settings.recognition.greeter),
    )


async def act(visit: Visit, form: Form) -> Response:
    """POST /welcome/{act}: not to be greeted (`silent`), to be (`greet`), enough of it (`done`)."""
    kind = visit.act({"silent": "silent", "greet": "greet", "done": "done"})
    if kind == "done":
        await visit.write(welcome.done, now=visit.now)
        return visit.back("/")
    await visit.write(welcome.set_silent, silent=kind == "silent")
    return visit.back("/welcome", done="saved")


def reasons(visit: Visit, row: NearRow) -> str:
    """What the newcomer and somebody share, in words."""
    say = visit.say
    shared = [
        (row.job, say("Same work")),
        (row.team, say("Same team")),
        (row.skill, say("Knows %(skill)s, like you", skill=row.skill)),
        (row.tag, say("Interested in #%(tag)s, like you", tag=row.tag)),
        (row.near, say("Same site")),
    ]
    return " · ".join(words for holds, words in shared if holds)
