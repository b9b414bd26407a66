"""What random words are put into: of each form its own fields, the acts of its buttons, and ids of what is there."""

import importlib
import inspect
import re
from collections.abc import Mapping

from social.announcements import publish as announcements
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.clock import DAY, HOUR
from social.communities import auto, communities, pages, topics
from social.communities.communities import NewCommunity
from social.desk import writing
from social.desk.pieces import Plan, Words
from social.gatherings import planning
from social.gatherings.drafts import GatheringDraft
from social.posts.publish import Context, Draft, publish
from storage.communities import Entry
from storage.community_rules import RuleField
from storage.engine.database import Tx
from storage.ids import Millis
from tests.attacks import hosted
from tests.doors.askers import Person
from tests.sites import LocalNode
from tests.world import one_pair
from web.doors import PageRoute
from web.pages import community_mine, community_people, community_posts

_READ = re.compile(r"form\.(?:text|line|written|kept|all|chosen|flag|has|numbers?|files?)\(\s*\"([a-z_]+)\"")
_NAMED = re.compile(r"_(?:moment|whole|day)\((?:visit, )?form, \"([a-z_]+)\"")
ACTS: Mapping[str, tuple[str, ...]] = {
    "/communities/{id:int}/{act}": tuple(community_mine.ACTS),
    "/communities/{id:int}/members/{account:int}/{act}": tuple(community_people.ACTS),
    "/communities/{id:int}/posts/{post:int}/{act}": tuple(community_posts.ACTS),
    "/kudos/{id:int}/{act}": ("show", "hide"),
    "/settings/colleagues/endorsements/{id:int}/{act}": ("show", "hide"),
    "/to-read/{id:int}/{act}": ("confirm", "question"),
    "/screens/{id:int}/{act}": ("change", "renew", "revoke"),
    "/people/{id:int}/skills/{act}": ("endorse", "leave"),
    "/welcome/{act}": ("silent", "greet", "done"),
}
IDS: Mapping[str, tuple[str, ...]] = {
    "/communities/": ("{own_club}", "{own_club}", "{own_club}", "{club}", "{hidden}"),
    "/desk/": ("{own_piece}", "{own_piece}", "{piece}", "{slot}"),
    "/articles/of/": ("{own_article}", "{own_article}", "{article}"),
    "/gatherings/": ("{own_gathering}", "{own_gathering}", "{gathering}", "{closed}"),
    "/campaigns/": ("{campaign}",),
    "/announcements/": ("{own_news}", "{announcement}"),
    "/screens/": ("{screen}",),
    "/kudos/": ("{kudos}",),
    "/to-read/": ("{own_news}", "{announcement}"),
    "/people/": ("{account}",),
    "/settings/colleagues/": ("{member}",),
}
"""What an address that begins so has an id of; those of mallory's own first."""
WORDS = (
    "{own_club}", "{own_piece}", "{own_gathering}", "{own_leaf}", "{own_topic}", "{own_rule}", "{club}", "{hidden}",
    "{inside}", "{piece}", "{member}", "community-{own_club}", "community-{hidden}", "2100-01-02T18:00", "2100-01-02",
    "9999-12-31T23:59", "0001-01-01T00:00", "2026-10-25T02:30", "Europe/Paris", "Mars/Phobos", "week", "host", "hidden",
    "job", "publish", "preview", "schedule", "ask", "reach", "2026-W48", "java\tscript:alert(1)", "\u202e=cmd()", "55",
    "![x](javascript:alert(1))", "<img src=x onerror=x>", "&#x6A;avascript:", "photo:1", "https://[::1]/x", "0" * 18,
)  # fmt: skip
RIGHT: Mapping[str, Mapping[str, str]] = {
    **{name.removeprefix("POST "): form for name, form in hosted.FORMS.items()},
    "/agenda/new": {"title": "Visite", "starts_at": "2100-01-02T18:00", "timezone": "Europe/Paris", "text": "x"},
    "/communities": {"display_name": "Un repaire", "entry": "open", "language": "fr", "template": "leisure"},
    "/communities/{id:int}/topics": {"topic": "Matches"},
    "/communities/{id:int}/rules": {"field": "job", "value": "Vigie"},
    "/articles/new": {"title": "Titre", "source": "# Un\n\nMots.", "language": "fr", "place": "public"},
    "/articles/of/{id:int}": {"title": "Titre", "source": "Autres mots.", "language": "fr", "base": "1", "note": "x"},
    "/calendar": {"title": "Plan", "slot_at": "2100-01-02T18:00", "channel": "article"},
    "/campaigns": {"name": "Casques", "objective": "x", "starts_at": "2100-01-02", "ends_at": "2100-01-03"},
    "/announcements/new": {"text": "À lire", "language": "fr", "do": "reach"},
    "/announcements/{id:int}": {"text": "À lire encore", "language": "fr"},
    "/screens": {"title": "Cantine"},
    "/kudos/new": {"to": "@amina", "value": "{value}", "text": "Merci."},
    "/pulse/{week}": {"face": "3"},
    "/roll-call": {"title": "Fumée"},
    "/roll-call/answer": {"state": "safe"},
    "/settings/colleagues/skills": {"skill": "Soudure"},
    "/settings/colleagues/days": {"birthday_month": "2", "birthday_day": "29"},
    "/people/{id:int}/skills/{act}": {"skill": "soudure"},
    "/to-read/away": {"until": "2100-01-02T18:00"},
    "/admin/offices": {"username": "bystander", "office": "manager"},
    "/compose": {"text": "mots", "community": "{own_club}"},
}
"""A form that is in order, by its path: each of its fields is then made another."""


def fields_of(route: PageRoute) -> list[str]:
    """The names that the page of a form reads, and the modules that it reads them with."""
    module = importlib.import_module(f"web.pages.{route.name.rpartition('.')[0]}")
    beside = [part for part in vars(module).values() if inspect.ismodule(part) and part.__name__.startswith("web.")]
    source = "\n".join(inspect.getsource(one) for one in (module, *beside))
    return sorted({*_READ.findall(source), *_NAMED.findall(source)})


async def haunt(node: LocalNode, mallory: Person, chief: Person) -> dict[str, str]:
    """Mallory's own of each kind, by id; and a must-read for everybody."""
    context = Context(node.ids, node.urls, node.settings)

    def made(tx: Tx) -> dict[str, object]:
        now, mine = node.clock(), mallory.viewer
        new = NewCommunity(username="own", keys=one_pair(), entry=Entry.REQUEST)
        club = communities.create(tx, mine, new, ids=node.ids, urls=node.urls, now=now).id
        held = GatheringDraft(starts_at=Millis(now + DAY), ends_at=Millis(now + DAY + HOUR), timezone="Europe/Paris")
        draft = Draft(title="Visite", text="Du quai", gathering=held)
        words = Words(title="Brouillon", source="Les mots.", language="fr")
        rule = auto.add_rule(tx, mine, club, RuleField.TEAM, "Quai", mandatory=False, ids=node.ids, now=now)
        leaf = pages.write(tx, mine, club, "Guide", "x", ids=node.ids, urls=node.urls, now=now)
        assert leaf is not None
        published = writing.create(tx, mine, Plan(), words, context=context, now=now)
        news = NewAnnouncement(draft=Draft(text="À lire", language="fr"), waves=(Wave(at=0),))
        return {
            "own_club": club,
            "own_inside": publish(tx, mine, Draft(text="ici", community=club), context=context, now=now),
            "own_leaf": leaf.slug,
            "own_topic": topics.add(tx, mine, club, "Matches", now=now).name,
            "own_rule": rule.id,
            "own_gathering": planning.plan(tx, mine, draft, context=context, now=now),
            "own_article": writing.publish(tx, mine, published.id, context=context, now=now),
            "own_piece": writing.create(tx, mine, Plan(), words, context=context, now=now).id,
            "own_news": announcements.announce(tx, chief.viewer, news, context=context, now=now),
        }

    found = {name: str(id) for name, id in (await node.write(made)).items()}
    return found | {"value": node.settings.recognition.values[0]}
