"""Every page of the route table with something on it, made by the makers of the pages' own tests."""

import re

import msgspec
from starlette.routing import Route

from social.gatherings.drafts import GatheringDraft
from social.governance import warnings
from social.letters.letters import Rhythm
from social.posts.polls import PollDraft
from social.recognition import days, pulse
from social.settings import RecognitionSettings
from storage import letters as letter_rows
from storage.ids import AccountId, Millis, PostId
from storage.visibility import Visibility
from tests.attacks.hosted import refused
from tests.browser.harbour import USINE, Harbour, drawn
from tests.web.conftest import Site
from tests.web.test_authorize import asked
from tests.web.test_community_moving import afar
from tests.web.test_doors import OWN, PAGES
from tests.web.visitor import Picture, Visitor
from web.routes.table import routes

FILES = {
    "/static/{version}/{path:path}", "/theme/{name}", "/app.webmanifest", "/app-icon/{size:int}.png", "/worker.js",
    "/push/key", "/site-logo/{mark}.png", "/@{acct}/feed.atom", "/tags/{name}/feed.atom",
    "/calendars/{token}.ics", "/@{acct}/{id:int}.ics", "/screens/sheet.pdf",
}  # fmt: skip
"""No pages: what pages are made of."""
LEADS = {
    "/live/me", "/live/bell", "/live/home", "/live/person/{acct}", "/messages/{id:int}", "/compose/offers",
    "/compose/pictures", "/authorize_interaction",
}  # fmt: skip
"""Parts of pages, and addresses that only lead to one."""
OPEN = {"/@{acct}/follow"}
"""Pages of a site that is open to the internet."""
STEPS = {"/sign-in/code", "/oauth/authorize/"}
"""A page between two others (`test_second_step.py`), and an address with a slash too many for another."""
OUTSIDE = {"/sign-in", "/invitation/{token}", "/letters/{token}", "/screen/{token}"}
"""Pages before one is signed in."""
MORE = (
    "/search?q=a", "/search?q=nothing-like-it", "/@marc", f"/@amina@{USINE}", f"/@amina@{USINE}/{{amina}}",
    "/compose?reply={bruno}", "/compose?quote={ines}", "/admin/people?where=all", "/admin/log?act=report", "/nowhere",
    "/@marc/{gathering}", "/agenda?kind=mine", "/communities/{afar}/keeping", "/admin/communities?state=unhosted",
)  # fmt: skip
"""Other states of pages of the table."""


class Afternoon(Site):
    """The running node as the tests of pages know one, and Marc, who administers it and looks at every page."""

    def __init__(self, harbour: Harbour) -> None:
        super().__init__(harbour.world, harbour.node, harbour.elsewhere)
        self.posts = harbour.posts
        self.afar = harbour.afar

    def stranger(self, language: str = "fr") -> Visitor:
        """A browser of nobody."""
        return Visitor(self.app, self.node.urls.host, language, scheme="http")

    async def come_in(self, name: str, *, language: str = "fr") -> Visitor:
        """A browser of somebody of the morning."""
        return await super().come_in(name, language=language)


async def addresses(harbour: Harbour) -> list[str]:
    """One address at least for each page of the table, the address of a page that a stranger sees first."""
    site = Afternoon(harbour)
    marc, ines = await site.come_in("marc"), await site.come_in("ines")
    await _talk(site, marc, ines)
    known = {**await _govern(site, marc, ines), **await _own(site, marc), **await _gathered(site, marc, ines)}
    bruno = site.world.id("bruno")
    shown = [
        known.get(path) or filled(path, site.posts["bruno"], bruno)
        for path in PAGES
        if path not in FILES | LEADS | OPEN | STEPS | OUTSIDE and not path.endswith(".csv")
    ]
    return [*shown, *(path.format(**site.posts) for path in MORE)]


async def outdoors(harbour: Harbour) -> list[str]:
    """The pages before one is signed in."""
    site = Afternoon(harbour)
    marc = await site.come_in("marc")
    answer = await marc.send("/admin/invitations", {"role": "member", "note": "Inès"})
    link = re.search(r"/invitation/[\w-]+", answer.text)
    assert link
    token = "a-letter"
    ines = site.world.viewer("ines").user
    assert ines is not None
    await site.world.db.write(letter_rows.choose, ines, Rhythm.DAILY, token, site.world.clock())
    screen = re.search(r"/screen/[\w-]+", (await marc.send("/screens", {"title": "Cantine"})).text)
    assert screen
    return ["/sign-in", link[0], f"/letters/{token}", screen[0], "/invitation/gone", "/letters/gone"]


async def opens(harbour: Harbour) -> list[str]:
    """The pages of an open site for strangers."""
    post = harbour.posts["ines"]
    return [
        "/group", "/site", "/tags/foot", "/rules", "/@ines", "/@ines/with-replies", "/@ines/media", "/@ines/about",
        "/@ines/followers", "/@ines/following", f"/@ines/{post}", f"/@ines/{post}/history", f"/@ines/{post}/likes",
        "/@ines/follow", "/@ines/follow?from=@me%40example.org",
    ]  # fmt: skip


def page_of(address: str) -> str:
    """The path of the route table that answers an address."""
    path = address.partition("?")[0]
    found = (route for route in routes() if isinstance(route, Route) and "GET" in (route.methods or ()))
    return next((route.path for route in found if route.path_regex.match(path)), "")


async def _talk(site: Afternoon, marc: Visitor, ines: Visitor) -> None:
    """A poll, a quote, messages, people kept aside, a request to follow, a list, words to everybody."""
    world = site.world
    question = PollDraft(options=("Jeudi", "Vendredi, avec tout le monde"), expires_in=86_400)
    await world.say("marc", "Quel jour pour l’inventaire ?", poll=question)
    poll = await world.say("ines", "Qui vient ? @marc", poll=question)
    site.posts["poll"] = poll
    visit = GatheringDraft(
        starts_at=Millis(world.clock() + 86_400_000), timezone="Europe/Madrid", place="Portail nord", seats=12
    )
    site.posts["gathering"] = await world.say(
        "marc", "On met un casque.", title="Visite de la ligne 4", gathering=visit
    )
    site.posts["quoting"] = await world.say("marc", "À lire sur le quai.", quoted=site.posts["ines"])
    await world.say("ines", "@marc le code du portail a changé", visibility=Visibility.DIRECT)
    await world.follow("ines", "marc")
    await world.follow("marc", "bruno")
    await world.follow("marc", site.afar["amina"].id)
    policy = ("not_following", "not_followers", "new_accounts", "private_mentions", "limited_accounts", "bots")
    await marc.send("/settings/notifications", {name: "filter" for name in policy})
    await world.say("ines", "@marc puis-je vous demander quelque chose ?")
    await marc.send("/admin/bulletins", {"text": "Le portail sud est fermé jusqu’à lundi.", "published": "1"})
    await marc.send("/settings/moving/aliases", {"alias": "luc@usine.example"})
    await recognised(site, marc, ines)
    await marc.send("/drafts", {"text": "Un brouillon", "slot": ""})
    await marc.send("/admin/emojis", {"name": "grue", "category": "", "picture": Picture("x.png", drawn("grue"))})
    await world.settle()


async def recognised(site: Afternoon, marc: Visitor, ines: Visitor) -> None:
    """A skill and who says so, kudos that wait for a word and others, days, and the question of the week."""
    world, now = site.world, site.world.clock()
    for one, name, other in ((marc, "marc", ines), (ines, "ines", marc)):
        await one.send("/settings/colleagues/skills", {"skill": "Conduite de chariots"})
        await other.send(f"/people/{world.id(name)}/skills/endorse", {"skill": "conduite de chariots"})
        await other.send("/kudos/new", {"to": name, "text": "Merci pour le quai.", "value": "Safety"})
    today = days.date_of(now, "Europe/Paris")
    await world.db.write(days.keep, world.viewer("ines"), "birthday", today.month, today.day, now=now)
    settings = msgspec.structs.replace(site.node.settings, recognition=RecognitionSettings(pulse=True))
    await world.db.write(pulse.keep_round, settings=settings, own=site.node.urls.host, now=now)


async def _govern(site: Afternoon, marc: Visitor, ines: Visitor) -> dict[str, str]:
    """Rules, reports, a warning to Marc himself, another site."""
    await marc.send("/admin/rules", {"text": "Soyez aimables", "text-en": "Be kind", "hint-en": "As face to face"})
    person, post = site.world.id("marc"), await site.world.say("marc", "Quel bazar au magasin")
    await ines.send(f"/people/{person}/report", {"comment": "Blessant", "category": "other", "posts": str(post)})
    await marc.send(f"/people/{site.world.id('bruno')}/report", {"comment": "Hors sujet", "category": "spam"})
    await marc.send("/admin/peers", {"host": "loud.example"})
    await marc.send(f"/admin/people/{site.world.id('bruno')}/silence", {"why": "trop"})
    strike = await site.world.db.write(
        warnings.warn,
        site.world.viewer("marc"),
        await site.world.row(person),
        "none",
        "Restez aimable.",
        posts=[post],
        now=site.world.clock(),
    )
    await site.world.settle()
    report = (await marc.read("/admin/reports")).page.select_one('a[href^="/admin/reports/"]')
    return {
        "/admin/reports/{id:int}": str(report["href"]),
        "/admin/peers/{host}": "/admin/peers/loud.example",
        "/disputes/strikes/{id:int}": f"/disputes/strikes/{strike}",
    }


async def _gathered(site: Afternoon, marc: Visitor, ines: Visitor) -> dict[str, str]:
    """The pages of a community of Marc's, in which Ines writes."""
    made = await marc.send(
        "/communities", {"display_name": "Football du jeudi", "template": "leisure", "language": "fr"}
    )
    base = made.path.partition("?")[0]
    club = AccountId(int(base.rpartition("/")[2]))
    await ines.send(f"{base}/join", {})
    site.posts["community"] = await site.world.say("ines", "Il manque un gardien pour jeudi.", community=club)
    edit = await site.world.db.write(
        refused, site.world.viewer("marc"), club, site.world.context, Millis(site.world.clock())
    )
    values = {
        "account:int": str(site.world.id("ines")),
        "edit:int": str(edit),
        "act": "expel",
        "post:int": str(site.posts["community"]),
        "slug": "comment-ca-se-passe",
    }
    other = await marc.send("/communities", {"display_name": "Sport", "template": "leisure", "language": "fr"})
    beginning = "/communities/{id:int}"
    pages = {
        path: base + re.sub(r"{([^}]+)}", lambda found: values[found[1]], path.removeprefix(beginning))
        for path in PAGES
        if path.startswith(beginning)
    }
    there = await afar(site, (await site.world.row(club)).uri, host=USINE)
    site.posts["afar"] = PostId(there.id)
    into = other.path.partition("?")[0].rpartition("/")[2]
    return {**pages, f"{beginning}/keeping/merge": f"{base}/keeping/merge?into={into}"}


async def _own(site: Afternoon, marc: Visitor) -> dict[str, str]:
    """Pages of what is Marc's own."""
    found = {"/oauth/authorize": await asked(site)}
    for path in PAGES:
        for beginning, make in OWN.items():
            if path.startswith(beginning) and not path.startswith("/communities/"):
                own = await make(site, marc, "marc")
                found[path] = filled(path, PostId(own), AccountId(own))
    return found


def filled(path: str, post: PostId, person: AccountId) -> str:
    """An address of a page of the table, of a post or a person of the morning."""
    values = {"acct": "bruno", "name": "foot", "host": "loud.example", "token": "x"}
    number = post if "/posts/" in path or "/@" in path else 1 if "/admin/bulletins" in path else person
    return re.sub(r"{([^}]+)}", lambda found: values.get(found[1]) or str(number), path)
