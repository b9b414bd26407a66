"""Further words about the site: what happens on it, which nodes it knows, the languages of the world."""

from pathlib import Path

import msgspec

from server.api.call import Call
from server.api.entities.instance import InstanceActivity, Language
from server.api.params import Empty
from server.api.routing import Auth, Endpoint, route
from social.policy import Viewer
from storage import activity, peers
from storage.activity import WEEK
from storage.engine.database import Tx
from storage.ids import Millis
from storage.peers import Policy

NAMES = Path(__file__).with_name("languages.tsv")
"""Languages by their own names, as Babel has them: asked of it, all of them would stay in memory, 115 MiB."""
WEEKS = 12
FOUND = 10
"""Nodes of a search."""


class SearchParams(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of a name."""

    q: str = ""


async def weeks(call: Call, _: Empty) -> list[InstanceActivity]:
    """GET /api/v1/instance/activity: twelve weeks, the present one first."""
    present = call.node.clock() // WEEK
    found = {row.week: row for row in await call.read(_weeks, Millis((present - WEEKS + 1) * WEEK))}
    return [
        InstanceActivity(
            week=str(week * WEEK // 1000),
            statuses=str(found[week].posts if week in found else 0),
            logins=str(found[week].logins if week in found else 0),
            registrations=str(found[week].joined if week in found else 0),
        )
        for week in range(present, present - WEEKS, -1)
    ]


async def search(call: Call, params: SearchParams) -> list[str]:
    """GET /api/v1/peers/search: nodes whose name begins so."""
    begun = params.q.strip().casefold()
    hosts = await call.read(_hosts)
    return [host for host in hosts if begun and host.startswith(begun)][:FOUND]


async def languages(call: Call, _: Empty) -> list[Language]:
    """GET /api/v1/instance/languages: those that a post may be in, by their own names."""
    return _LANGUAGES


async def translations(call: Call, _: Empty) -> dict[str, list[str]]:
    """GET /api/v1/instance/translation_languages: nothing is translated here."""
    return {}


def _weeks(tx: Tx, viewer: Viewer, since: Millis) -> list[activity.WeekRow]:
    return activity.weeks(tx, since)


def _hosts(tx: Tx, viewer: Viewer) -> list[str]:
    return [peer.host for peer in peers.peers(tx) if peer.policy is Policy.ALLOWED]


def _named(line: str) -> Language:
    code, name = line.split("\t")
    return Language(code=code, name=name)


_LANGUAGES = [_named(line) for line in NAMES.read_text(encoding="utf-8").splitlines()]

ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/instance/activity", weeks, Auth.READER),
    route("GET", "/api/v1/instance/languages", languages, Auth.READER),
    route("GET", "/api/v1/instance/translation_languages", translations, Auth.READER),
    route("GET", "/api/v1/peers/search", search, Auth.READER, params=SearchParams),
)
