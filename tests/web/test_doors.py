"""Who may come where, and what a page costs."""

import re
from collections.abc import Awaitable, Callable

import pytest
from starlette.routing import Route

from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement, announce
from social.articles.words import ArticleDraft
from social.communities import communities
from social.communities.communities import NewCommunity
from social.feeds import lists
from social.gatherings.drafts import GatheringDraft
from social.governance import bulletins
from social.policy import Role
from social.posts.publish import Draft
from storage.ids import Millis, PostId
from tests.web.conftest import Site
from tests.web.test_filters import filter_of
from tests.web.test_passkeys import added
from tests.web.visitor import Visitor
from tests.world import one_pair
from web.routes.table import routes

MOST = 10
"""Statements of a page, authentication included (ARCHITECTURE, "Somebody reads")."""
FREE = {"/sign-in", "/sign-out", "/invitation/{token}", "/static/{version}/{path:path}", "/theme/{name}", "/"} | {
    "/letters/{token}", "/sign-in/code", "/app.webmanifest", "/app-icon/{size:int}.png", "/worker.js",
    "/site-logo/{mark}.png", "/sign-in/passkey/begin", "/sign-in/passkey", "/sign-in/code/passkey/begin",
    "/sign-in/code/passkey",
    "/calendars/{token}.ics", "/screen/{token}", "/@{acct}/feed.atom", "/tags/{name}/feed.atom",
}  # fmt: skip
REPORTED = {"/admin/reports/{id:int}", "/disputes/strikes/{id:int}", "/admin/peers/{host}"}
"""Pages of what a report made, and of one site: `test_governance.py`."""
STRANGE = {"/@{acct}/follow", "/authorize_interaction"}
"""What only an open site has, and an address that leads on: `test_strangers.py`."""
PAGES = sorted(route.path for route in routes() if isinstance(route, Route) and "GET" in (route.methods or set()))
FORMS = sorted(route.path for route in routes() if isinstance(route, Route) and "POST" in (route.methods or set()))


def filled(path: str, post: PostId | int = 1, person: int = 1) -> str:
    """A path of the table with values in it."""
    values = {
        "acct": "amina",
        "name": "presse",
        "token": "abc",
        "act": "like",
        "version": "x",
        "path:path": "x",
        "host": "loud.example",
        "week": "2026-W48",
        "slug": "presse",
    }
    values |= {"account:int": str(person), "post:int": str(post), "edit:int": "1"}
    number = str(post if "/posts/" in path or "/@" in path else person)
    return re.sub(r"{([^}]+)}", lambda found: number if found[1] == "id:int" else values[found[1]], path)


def counted(site: Site) -> Callable[[], int]:
    """Counts statements from now on."""
    seen = 0

    def count(_: int, sql: str) -> None:
        nonlocal seen
        seen += sql not in ("COMMIT", "BEGIN")

    site.world.db.fail_at = count
    return lambda: seen


@pytest.mark.parametrize("path", [path for path in PAGES if path not in FREE])
async def test_a_stranger_is_led_to_the_door_and_back(site: Site, path: str) -> None:
    answer = await site.stranger().ask("GET", filled(path))
    assert answer.status == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")


@pytest.mark.parametrize("path", [path for path in FORMS if path not in FREE])
async def test_a_form_of_a_stranger_does_nothing(site: Site, path: str) -> None:
    answer = await site.stranger().send(filled(path), {"text": "x"}, follow=False)
    assert answer.status == 401
    assert "You were signed out" in answer.words


@pytest.mark.parametrize("path", [path for path in PAGES + FORMS if path.startswith("/admin")])
async def test_administration_is_closed_to_members(site: Site, path: str) -> None:
    amina = await site.person("amina")
    method = "GET" if path in PAGES else "POST"
    answer = await (amina.read(filled(path)) if method == "GET" else amina.send(filled(path), {}))
    assert answer.status == 403


@pytest.mark.parametrize("path", ["/admin/create", "/admin/peers"])
async def test_moderators_do_not_see_what_is_for_administrators(site: Site, path: str) -> None:
    ines = await site.person("ines", role=Role.MODERATOR)
    assert (await ines.read(path)).status == 403
    assert not (await ines.read("/admin")).page.select_one(f'.parts a[href="{path}"]')


async def test_an_open_site_may_be_read_by_strangers_but_not_written(open_to_all: Site) -> None:
    site, stranger = open_to_all, open_to_all.stranger()
    await site.world.person("amina")
    post = await site.world.say("amina", "Portes ouvertes samedi #presse")
    for path in ("/", "/site", "/group", "/tags/presse", "/@amina", f"/@amina/{post}"):
        answer = await stranger.read(path)
        assert "Portes ouvertes" in answer.words, path
        assert not answer.page.select("form[method=post], button[form]")
    assert (await stranger.ask("GET", "/notifications")).status == 303


async def busy(site: Site) -> tuple[Visitor, PostId]:
    """Amina, who administers, with a feed of everything there is, and a post with answers."""
    amina = await site.person("amina", role=Role.ADMIN)
    await site.person("bruno")
    carla = await site.world.elsewhere("carla", "filiale.example")
    await site.world.follow("amina", "bruno")
    await site.world.follow("amina", carla.id)
    root = await site.world.say("bruno", "Qui décide ? @amina #presse")
    for number in range(25):
        site.world.clock.pass_by(minutes=1)
        post = await site.world.say("bruno", f"Message {number} pour @amina #presse")
        await site.world.say("amina", "Réponse @bruno", parent=root)
        await site.world.like("bruno", await site.world.say("amina", f"Oui {number}"))
        await site.world.boost("amina", post)
    await site.world.settle()
    return amina, root


async def own_post(site: Site, _: Visitor, name: str = "amina") -> int:
    """A post of theirs."""
    return await site.world.say(name, "À modifier")


async def own_gathering(site: Site, _: Visitor, name: str = "amina") -> int:
    """A gathering of theirs."""
    held = GatheringDraft(starts_at=Millis(site.world.clock() + 86_400_000), timezone="Europe/Paris")
    return await site.world.say(name, "", title="Visite", gathering=held)


async def own_choir(site: Site, _: Visitor, name: str = "amina") -> int:
    """A community of theirs."""
    world, new = site.world, NewCommunity(username="choeur", display_name="Chœur", keys=one_pair())
    made = await world.db.write(
        communities.create, world.viewer(name), new, ids=world.ids, urls=world.urls, now=world.clock()
    )
    return made.id


async def own_piece(_: Site, visitor: Visitor, __: str = "amina") -> int:
    """A piece of theirs, planned."""
    page = await visitor.send("/articles/new", {"title": "Ligne 3", "source": "Elle repart.", "language": "fr"})
    path = page.path.partition("?")[0]
    await visitor.send(path, {"do": "plan", "channel": "article", "slot_at": "2026-11-24T10:00", "must_read": "1"})
    return int(path.rpartition("/")[2])


async def own_article(site: Site, visitor: Visitor, name: str = "amina") -> int:
    """An article of theirs that is out."""
    article = ArticleDraft(title="Ligne 3", teaser="Elle repart.", source="Elle repart.", series="Presses", part=1)
    return await site.world.say(name, "Elle repart.", article=article)


async def own_campaign(_: Site, visitor: Visitor, __: str = "amina") -> int:
    """A campaign of theirs."""
    fields = {"name": "Mains", "objective": "", "starts_at": "2026-11-01", "ends_at": "2026-11-30"}
    page = await visitor.send("/campaigns", fields)
    return int(page.path.partition("?")[0].rpartition("/")[2])


async def own_list(site: Site, visitor: Visitor, name: str = "amina") -> int:
    """A list of theirs."""
    await visitor.send("/lists", {"title": "Presse"})
    return (await site.world.db.read(lists.lists, site.world.viewer(name)))[0].id


async def own_community(_: Site, visitor: Visitor, __: str = "amina") -> int:
    """A community of theirs."""
    made = await visitor.send("/communities", {"display_name": "Presse", "template": "practice"})
    return int(made.path.partition("?")[0].rpartition("/")[2])


async def own_filter(_: Site, visitor: Visitor, name: str = "amina") -> int:
    """A filter of theirs."""
    return int(await filter_of(visitor))


async def own_bulletin(site: Site, visitor: Visitor, name: str = "amina") -> int:
    """Words of theirs to everybody."""
    await visitor.send("/admin/bulletins", {"text": "The gate is closed"})
    return (await site.world.db.read(bulletins.written, site.world.viewer(name)))[0].id


async def carla(site: Site, _: Visitor, __: str) -> int:
    """Somebody of another site."""
    return (await site.world.elsewhere("carla", "filiale.example")).id


async def own_passkey(_: Site, visitor: Visitor, __: str = "amina") -> int:
    """A passkey of theirs."""
    await added(visitor)
    return int(str((await visitor.read("/settings/passkeys")).page.select_one(".rows a")["href"]).rpartition("/")[2])


async def own_announcement(site: Site, visitor: Visitor, name: str) -> int:
    """What everybody has to read, written by somebody."""
    new = NewAnnouncement(draft=Draft(text="Le quai est fermé", language="fr"), waves=(Wave(at=0),))
    world = site.world
    return await world.db.write(announce, world.viewer(name), new, context=world.context, now=world.clock())


ELSEWHERE = {"/@{acct}/{id:int}.ics", "/oauth/authorize", "/oauth/authorize/", "/messages/{id:int}"}
"""A file of what is a gathering (`test_calendars.py`), pages of an app's request, and one that only leads on."""
IN_COMMUNITIES = {
    "/communities/{id:int}/members/{account:int}/{act}", "/communities/{id:int}/posts/{post:int}",
    "/communities/{id:int}/pages/{slug}", "/communities/{id:int}/pages/{slug}/edit",
    "/communities/{id:int}/pages/{slug}/history", "/communities/{id:int}/page-edits/{edit:int}",
}  # fmt: skip
"""Pages of somebody, of a post and of a page in a community: `test_communities.py`."""
OWN: dict[str, Callable[[Site, Visitor, str], Awaitable[int]]] = {
    "/admin/bulletins/{id:int}": own_bulletin,
    "/communities/{id:int}": own_community,
    "/communities/{id:int}/agenda": own_choir,
    "/announcements/{id:int}": own_announcement,
    "/gatherings/{id:int}/edit": own_gathering,
    "/posts/{id:int}/edit": own_post,
    "/posts/{id:int}/delete": own_post,
    "/people/{id:int}/site": carla,
    "/articles/of/{id:int}": own_article,
    "/desk/{id:int}": own_piece,
    "/campaigns/{id:int}": own_campaign,
    "/lists/{id:int}": own_list,
    "/settings/filters/{id:int}": own_filter,
    "/settings/passkeys/{id:int}": own_passkey,
}
"""Pages of what only its maker may see, and who makes it for these tests."""


@pytest.mark.parametrize(
    "path", [path for path in PAGES if path not in FREE | REPORTED | STRANGE | ELSEWHERE | IN_COMMUNITIES]
)
async def test_a_page_costs_ten_statements_at_most(site: Site, path: str) -> None:
    amina, root = await busy(site)
    address = filled(path, root, site.world.id("bruno")).replace("/@amina/", "/@bruno/")
    for beginning, make in OWN.items():
        if path.startswith(beginning):
            own = await make(site, amina, "amina")
            address = filled(path, own, own)
    statements = counted(site)
    answer = await amina.ask("GET", address + ("?q=bruno" if path == "/search" else ""))
    assert answer.status == 200, answer.words
    assert statements() <= MOST


async def test_the_home_costs_the_same_whatever_is_on_it(site: Site) -> None:
    amina, _ = await busy(site)
    statements = counted(site)
    answer = await amina.ask("GET", "/")
    assert len(answer.page.select("article.post")) == 20
    # The first look also notes how far the reader has come, and the composer says whom it reaches: a statement each.
    assert statements() <= MOST + 2


async def test_a_page_says_a_strict_policy_and_is_kept_by_nobody(site: Site) -> None:
    amina = await site.person("amina")
    answer = await amina.read("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "form-action 'self'" in policy
    assert "unsafe" not in policy and "data:" not in policy and "http" not in policy
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("kind", ["application/activity+json", 'application/ld+json; profile="x"'])
async def test_who_asks_for_the_document_is_led_to_its_id(site: Site, kind: str) -> None:
    await site.world.person("amina")
    post = await site.world.say("amina", "Bonjour")
    stranger = site.stranger()
    actor = await stranger.ask("GET", "/@amina", {"accept": kind})
    assert (actor.status, actor.headers["location"]) == (303, site.world.urls.actor("amina"))
    note = await stranger.ask("GET", f"/@amina/{post}", {"accept": f"{kind}, text/html"})
    assert (note.status, note.headers["location"]) == (303, site.world.urls.post_uri("amina", post))


async def test_a_browser_is_not_led_to_the_document(site: Site) -> None:
    amina = await site.person("amina")
    answer = await amina.ask("GET", "/@amina", {"accept": "text/html,application/ld+json;q=0.5"})
    assert answer.status == 200
    assert answer.page.select_one('link[type="application/activity+json"]')["href"] == site.world.urls.actor("amina")
