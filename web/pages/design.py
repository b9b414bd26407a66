"""The sheet of components: each of them in each state, by the templates that the pages use. In development only.

Nothing is read: people, posts and pictures are made (`web/design/`), and it is always the same morning.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from web import differences
from web.assets import FOLDER
from web.design import people, pictures, posts, sheet
from web.pages.absence import Why
from web.visit import Visit

_THEMES = ("light", "dark")
_LOOKS = ("contrast", "large", "larger", "underline", "still")


async def show(visit: Visit) -> Response:
    """GET /design: `theme` and `looks` of the query are those of a person's settings."""
    settings = visit.node.settings
    who = people.people(settings)
    wishes = visit.request.query_params
    theme = wishes.get("theme", "") if wishes.get("theme") in _THEMES else ""
    looks = [look for look in wishes.get("looks", "").split() if look in _LOOKS]
    visit.viewer = people.viewer(who.bruno)
    visit.frame = people.frame(who.bruno, theme, " ".join(looks))
    visit.now = people.NOW
    views = posts.posts(who)
    own = settings.entity_of("")
    return visit.page(
        "design/sheet.html",
        who=who,
        views=views,
        writings=sheet.writings(visit, views),
        notes=sheet.notes(who, views),
        crews=sheet.crews([one.domain for one in settings.group.entities]),
        rest_of=sheet.rest(views["own"]),
        proofs=sheet.proofs([one.domain for one in settings.group.entities if one != own]),
        bulletins=[sheet.bulletin()],
        folded=sheet.folded(views),
        reasons=[
            Why(sign="flare", words=visit.say("Names you"), asks=True),
            Why(sign="heart", words=visit.say("You often turn to this person")),
        ],
        meet=people.meet(who),
        pieces=differences.pieces(*sheet.CHANGED),
        flags=sheet.flags(),
        icons=_icons(),
        audiences=sheet.audiences(visit),
        tie=people.tie,
        shots=posts.shots,
        opened=sheet.opened,
    )


async def style(request: Request) -> Response:
    """GET /design/sheet.css: how the specimens stand beside each other."""
    return Response((FOLDER / "css" / "design.css").read_text("utf-8"), media_type="text/css")


async def picture(request: Request) -> Response:
    """GET /media/design-{name}/{variant}: a picture of the sheet."""
    drawn = pictures.drawing(request.path_params["name"])
    return Response(drawn, HTTPStatus.OK, media_type="image/svg+xml")


def _icons() -> list[str]:
    """The names of all icons."""
    text = (FOLDER / "icons.svg").read_text("utf-8")
    return [part.partition('"')[0] for part in text.split('id="i-')[1:]]
