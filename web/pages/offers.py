"""What is offered while one writes: people, subjects and emoji whose names begin so."""

import msgspec
from starlette.responses import Response

from social import emojis
from social.feeds import search
from social.policy import Viewer
from storage.accounts import AccountRow
from storage.emojis import EmojiRow
from storage.engine.database import Tx
from storage.search import TagFoundRow
from web.visit import Visit

MOST = 6
LONGEST = 100


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """What may be meant: of one kind at a time."""

    people: list[AccountRow] = []
    tags: list[TagFoundRow] = []
    emojis: list[EmojiRow] = []


async def offers(visit: Visit) -> Response:
    """GET /compose/offers?q=: for a script: what begins with `@name`, `#subject` or `:emoji`."""
    asked = visit.request.query_params.get("q", "")[:LONGEST]

    def found(tx: Tx) -> Offers:
        return _found(tx, visit.viewer, asked)

    return visit.fragment("live/offers.html", offers=await visit.node.db.read(found))


def _found(tx: Tx, viewer: Viewer, asked: str) -> Offers:
    sign, name = asked[:1], asked[1:]
    if not name or "\0" in name:
        return Offers()
    if sign == "@":
        return Offers(people=search.people(tx, viewer, asked if "@" in name else name, limit=MOST))
    if sign == "#":
        return Offers(tags=search.tags(tx, viewer, name, limit=MOST))
    if sign == ":":
        known = emojis.offered(tx, viewer)
        return Offers(emojis=[one for one in known if one.name.casefold().startswith(name.casefold())][:MOST])
    return Offers()
