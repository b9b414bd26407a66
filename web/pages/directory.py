"""Finding people one does not know the name of: by site, place, team, work, subject and language, each a plain link."""

from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec
from babel import Locale
from starlette.responses import Response

from social.feeds import directory
from social.feeds.directory import Choices, Wanted
from social.people.relations import Relationship
from social.policy import Viewer
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId
from web.pages.profile import ties
from web.render import site_of
from web.visit import Visit

PER_PAGE = 40
KEPT = ("site", "place", "team", "job", "skill", "language")
"""The filters of the address."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One link of a filter."""

    address: str
    words: str
    chosen: bool = False
    people: int = 0


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the directory."""

    people: Sequence[AccountRow]
    ties: dict[AccountId, Relationship]
    choices: Choices


async def show(visit: Visit) -> Response:
    """GET /people?site=&place=&team=&job=&skill=&language=&page=."""
    asked = {name: visit.request.query_params.get(name, "").replace("\0", "")[:200] for name in KEPT}
    page = min(visit.number("page"), 1_000)
    wanted = Wanted(
        domains=_domains(visit, asked),
        job=asked["job"],
        team=asked["team"],
        language=asked["language"][:20],
        skill=asked["skill"],
    )
    found = await visit.read(_listed, wanted, page, visit)
    return visit.page(
        "people/directory.html",
        people=found.people[:PER_PAGE],
        ties=found.ties,
        older=_address(asked, page=str(page + 1)) if len(found.people) > PER_PAGE else "",
        chosen=_chosen(visit, asked),
        filters=[(title, choices) for title, choices in _filters(visit, asked, found) if choices],
    )


def _listed(tx: Tx, viewer: Viewer, wanted: Wanted, page: int, visit: Visit) -> Listed:
    people = directory.people(tx, viewer, wanted, limit=PER_PAGE + 1, offset=page * PER_PAGE)
    choices = directory.choices(tx, viewer, now=visit.now)
    known = ties(tx, viewer, [row.id for row in people[:PER_PAGE]], visit.now)
    return Listed(people=people, ties=known, choices=choices)


def _domains(visit: Visit, asked: dict[str, str]) -> list[str] | None:
    """The nodes of the chosen site or place as accounts name them (empty: this one); None when neither is chosen."""
    if not asked["site"] and not asked["place"]:
        return None
    own = visit.node.settings.node.domain
    found = [
        entity
        for entity in visit.node.settings.group.entities
        if asked["site"] in ("", entity.id) and asked["place"] in ("", entity.place)
    ]
    # Nothing is at a site that is not there: a name that no node has.
    return ["" if entity.domain == own else entity.domain for entity in found] or ["?"]


def _filters(visit: Visit, asked: dict[str, str], found: Listed) -> list[tuple[str, list[Choice]]]:
    entities = visit.node.settings.group.entities
    spoken = Locale(visit.locale).languages
    places = dict.fromkeys(entity.place for entity in entities if entity.place)
    return [
        (visit.say("Site"), [_choice(asked, "site", entity.id, site_of(entity)) for entity in entities]),
        (visit.say("City"), [_choice(asked, "place", place, place) for place in places] if len(places) > 1 else []),
        (visit.say("Team"), [_choice(asked, "team", row.name, row.name, row.people) for row in found.choices.teams]),
        (visit.say("Work"), [_choice(asked, "job", row.name, row.name, row.people) for row in found.choices.jobs]),
        (
            visit.say("Knows about"),
            [_choice(asked, "skill", row.name, f"#{row.name}", row.people) for row in found.choices.skills],
        ),
        (
            visit.say("Language"),
            [
                _choice(asked, "language", row.name, spoken.get(row.name, row.name), row.people)
                for row in found.choices.languages
            ],
        ),
    ]


def _chosen(visit: Visit, asked: dict[str, str]) -> list[Choice]:
    """What the address chooses by, each a link that takes it back, offered below or not."""
    sites = {entity.id: site_of(entity) for entity in visit.node.settings.group.entities}
    spoken = Locale(visit.locale).languages
    words = asked | {
        "site": sites.get(asked["site"], asked["site"]),
        "skill": f"#{asked['skill']}",
        "language": spoken.get(asked["language"], asked["language"]),
    }
    return [_choice(asked, name, asked[name], words[name]) for name in KEPT if asked[name]]


def _choice(asked: dict[str, str], name: str, value: str, words: str, people: int = 0) -> Choice:
    """A link that chooses, or takes the choice back."""
    chosen = asked[name] == value
    return Choice(address=_address(asked | {name: "" if chosen else value}), words=words, chosen=chosen, people=people)


def _address(asked: dict[str, str], **more: str) -> str:
    query = {name: value for name, value in (asked | more).items() if value}
    return f"/people?{urlencode(query)}" if query else "/people"
