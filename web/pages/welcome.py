"""The first days: whom and what a newcomer may want to know."""

from collections.abc import Sequence

from starlette.responses import Response

from social.policy import Viewer
from social.recognition import welcome
from storage.engine.database import Tx
from storage.welcomes import NearRow, PlaceRow, WelcomeRow
from web.forms import Form
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /welcome."""

    def found(tx: Tx, viewer: Viewer) -> tuple[WelcomeRow | None, Sequence[NearRow], Sequence[PlaceRow]]:
        days, now = welcome.of_viewer(tx, viewer), visit.now
        return days, welcome.near(tx, viewer, now=now), welcome.places(tx, viewer, now=now)

    days, near, places = await visit.read(found)
    return visit.page(
        "recognition/welcome.html",
        days=days,
        near=[(row, reasons(visit, row)) for row in near],
        places=[(row, place_reasons(visit, row)) for row in places],
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


def place_reasons(visit: Visit, row: PlaceRow) -> str:
    """What the newcomer and a community share, in words."""
    say = visit.say
    shared = [
        (row.job, say("People of your work are there")),
        (row.team, say("Your team is there")),
        (row.tag, say("Speaks of #%(tag)s", tag=row.tag)),
        (row.near, say("People of your site are there")),
    ]
    return " · ".join(words for holds, words in shared if holds)
