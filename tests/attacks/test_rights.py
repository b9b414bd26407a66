"""A member who asks for what is another's, or the administrators': by every route that takes an id."""

import re
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from social.people import grants, invitations, passkeys, sessions
from social.people.passkeys import Purpose
from social.policy import Role
from storage.engine.database import Tx
from tests.attacks import hosted
from tests.attacks.hosted import Hosted
from tests.attacks.kept import changed, kept
from tests.attacks.test_oauth import registered
from tests.doors.askers import Person, picture
from tests.nodes import settled
from tests.sites import LocalNode
from tests.web.device import Device
from tests.world import PASSWORD
from web.doors import PageRoute

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Things(msgspec.Struct, frozen=True, kw_only=True):
    """What is amina's, by id."""

    post: str
    message: str
    media: str
    notification: str
    session: str
    app: str
    asker: str
    invitation: str
    passkey: str
    amina: str
    list: str
    filter: str
    keyword: str
    filtered: str
    tag: str
    conversation: str
    scheduled: str
    hosted: Hosted

    @property
    def ids(self) -> dict[str, str]:
        """All of them by name."""
        return msgspec.structs.asdict(self) | msgspec.structs.asdict(self.hosted)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def things(usine: LocalNode, amina: Person, chief: Person, mallory: Person) -> AsyncIterator[Things]:
    """Amina with a post, a message, an upload, a notification, a session, an app, a passkey, somebody who asks to
    follow, and what she hosts."""
    other = await Person.of(usine, "friend", await usine.person("friend"))
    await usine.api("PATCH", "/api/v1/accounts/update_credentials", amina.person, locked=True)
    await usine.api("POST", f"/api/v1/accounts/{amina.account}/follow", other.person)
    post = (await usine.say(amina.person, "à tous"))["id"]
    message = (await usine.say(amina.person, "@friend entre nous", visibility="direct"))["id"]
    await usine.api("POST", f"/api/v1/statuses/{post}/favourite", other.person)
    await settled(usine)
    notification = (await usine.api("GET", "/api/v1/notifications", amina.person))[0]["id"]
    app = await registered(usine)
    await app.exchange(await app.code(amina))
    words = [{"keyword": "grève"}]
    kept_out = await usine.api(
        "POST", "/api/v2/filters", amina.person, title="x", context=["home"], keywords_attributes=words
    )
    filtered = await usine.api("POST", f"/api/v2/filters/{kept_out['id']}/statuses", amina.person, status_id=post)
    await settled(usine)

    def owned(tx: Tx) -> tuple[str, str, str]:
        session = sessions.sessions(tx, amina.viewer)[0]
        found = grants.app_by_client_id(tx, app.id)
        assert found is not None
        invitations.invite(tx, chief.viewer, ids=usine.ids, settings=usine.settings.people, now=usine.clock())
        return str(session.id), str(found.id), str(invitations.invitations(tx, chief.viewer)[0].id)

    def signed(tx: Tx) -> str:
        """The key that her device made."""
        site = passkeys.party(usine.urls, "Usine")
        options = passkeys.begin_adding(tx, amina.viewer, "her session", site, now=usine.clock())
        asked = passkeys.spend(tx, Purpose.ADD, "her session", now=usine.clock())
        made = Device(site.origin).make(options)
        passkeys.add(tx, amina.viewer, made, asked, site, name="Téléphone", ids=usine.ids, now=usine.clock())
        return str(passkeys.passkeys(tx, amina.viewer)[0][0].id)

    session, app_id, invitation = await usine.write(owned)
    yield Things(
        post=post,
        message=message,
        media=await amina.upload(picture(), "brouillon"),
        notification=str(notification),
        session=session,
        app=app_id,
        asker=str(other.account),
        invitation=invitation,
        passkey=await usine.write(signed),
        amina=str(amina.account),
        list=(await usine.api("POST", "/api/v1/lists", amina.person, title="les miens"))["id"],
        filter=kept_out["id"],
        keyword=kept_out["keywords"][0]["id"],
        filtered=filtered["id"],
        tag=(await usine.api("POST", "/api/v1/featured_tags", amina.person, name="quai"))["id"],
        conversation=(await usine.api("GET", "/api/v1/conversations", amina.person))[0]["id"],
        scheduled=(await usine.say(amina.person, "plus tard", scheduled_at="2100-01-01T00:00:00Z"))["id"],
        hosted=await hosted.hosted(usine, amina, chief, mallory),
    )


TRIED = {
    "GET /api/v1/media/:id": "{media}",
    "PUT /api/v1/media/:id": "{media}",
    "PATCH /api/v1/media/:id": "{media}",
    "DELETE /api/v1/media/:id": "{media}",
    "GET /api/v1/notifications/:id": "{notification}",
    "POST /api/v1/notifications/:id/dismiss": "{notification}",
    "POST /api/v1/follow_requests/:id/authorize": "{asker}",
    "POST /api/v1/follow_requests/:id/reject": "{asker}",
    "PUT /api/v1/statuses/:id": "{post}",
    "PATCH /api/v1/statuses/:id": "{post}",
    "DELETE /api/v1/statuses/:id": "{post}",
    "GET /api/v1/statuses/:id/source": "{post}",
    "GET /posts/{id:int}/edit": "{post}",
    "POST /posts/{id:int}/edit": "{post}",
    "POST /posts/{id:int}/delete": "{post}",
    "POST /settings/apps/{id:int}/revoke": "{app}",
    "POST /settings/sessions/{id:int}/end": "{session}",
    "GET /settings/passkeys/{id:int}": "{passkey}",
    "POST /settings/passkeys/{id:int}": "{passkey}",
    "POST /settings/passkeys/{id:int}/remove": "{passkey}",
    "GET /admin/people/{id:int}": "{amina}",
    "POST /admin/people/{id:int}/role": "{amina}",
    "POST /admin/people/{id:int}/password": "{amina}",
    "POST /admin/people/{id:int}/{act}": "{amina}",
    "POST /admin/invitations/{id:int}/withdraw": "{invitation}",
    "DELETE /api/v1/featured_tags/:id": "{tag}",
    "DELETE /api/v1/notifications/:id": "{notification}",
    "DELETE /api/v1/conversations/:id": "{conversation}",
    "POST /api/v1/conversations/:id/read": "{conversation}",
    "POST /api/v1/conversations/:id/unread": "{conversation}",
    "GET /api/v1/timelines/list/:id": "{list}",
    "GET /lists/{id:int}": "{list}",
    "GET /lists/{id:int}/edit": "{list}",
    "POST /lists/{id:int}/edit": "{list}",
    "POST /lists/{id:int}/delete": "{list}",
    "POST /lists/{id:int}/members/{account:int}/remove": "{list}",
    "GET /settings/filters/{id:int}": "{filter}",
    "POST /settings/filters/{id:int}": "{filter}",
    "POST /settings/filters/{id:int}/delete": "{filter}",
    "GET /messages/{id:int}": "{conversation}",
    "POST /messages/{id:int}/{act}": "{conversation}",
    "POST /posts/{id:int}/again/{host}": "{post}",
    "POST /posts/{id:int}/undo": "{post}",
    "POST /scheduled/{id:int}/move": "{scheduled}",
    "POST /scheduled/{id:int}/reopen": "{scheduled}",
    "POST /scheduled/{id:int}/remove": "{scheduled}",
    "PUT /api/v1/statuses/:id/interaction_policy": "{post}",
    "PATCH /api/v1/statuses/:id/interaction_policy": "{post}",
} | {f"{method} /api/v{version}/{path}": id for methods, version, path, id in (
    ("GET PUT PATCH DELETE", 1, "lists/:id", "{list}"),
    ("GET POST DELETE", 1, "lists/:id/accounts", "{list}"),
    ("GET PUT PATCH DELETE", 2, "filters/:id", "{filter}"),
    ("GET POST", 2, "filters/:id/keywords", "{filter}"),
    ("GET POST", 2, "filters/:id/statuses", "{filter}"),
    ("GET PUT PATCH DELETE", 2, "filters/keywords/:id", "{keyword}"),
    ("GET DELETE", 2, "filters/statuses/:id", "{filtered}"),
    ("GET PUT PATCH DELETE", 1, "filters/:id", "{keyword}"),
        ("GET PUT PATCH DELETE", 1, "scheduled_statuses/:id", "{scheduled}"),
) for method in methods.split()} | hosted.TRIED  # fmt: skip
"""Routes by which one has or changes what is one's own: refused to everybody else."""
FOR_ALL = re.compile(
    r"(GET|POST) (/api/v1/(statuses|accounts)/:id|/@\{\w+\}/\{id:int\}|/users/\{name\}/"
    r"|/people/\{id:int\}|/posts/\{id:int\}/(\{act\}|delete))"
    r"|\w+ (/api/v1/(polls|suggestions|announcements|notifications/requests)/:id|/contexts/|/bulletins/)"
    r"|\w+ /(notifications/requests|polls)/"
    r"|\w+ (/api/v\d/admin/|/admin/|/disputes/)"
    r"|GET (/communities/\{id:int\}(/about|/ask|/agenda)?|/articles/of/\{id:int\}/versions)$"
)
"""Routes that take the id of what others may see (`tests/doors`), and do something of one's own with it.

All of administration is tried at once by `tests/api/test_admin.py` and `tests/web/test_governance.py`.
"""
FORM = {"text": "mine now", "status": "mine now", "role": "admin", "password": "harbour-crane-43", "description": "x"}
FORM |= {"scheduled_at": "2100-01-02T00:00:00Z", "day": "2100-01-02", "time": "08:00"}
# With their own password and a name, what is refused is refused for being another's.
FORM |= {"name": "mine now", "removing": PASSWORD}
ACTS = {
    "POST /admin/people/{id:int}/{act}": ("suspend", "restore", "disable", "enable"),
    "POST /messages/{id:int}/{act}": ("delete", "unread"),
} | hosted.ACTS
FORM |= dict.fromkeys(("keyword", "phrase", "title", "status_id", "account_ids[]"), "1") | {"context[]": "home"}


def _routes(node: LocalNode) -> list[str]:
    found = []
    for route in node.running.app.routes:
        endpoints = getattr(route, "routes", None)
        if endpoints is not None:
            found += [f"{method} {one.path}" for one in endpoints for method in one.methods]
        else:
            found += [f"{method} {route.path}" for method in getattr(route, "methods", ()) if method != "HEAD"]  # type: ignore[attr-defined]  # all other routes have a path
    return [route for route in found if ":id" in route or "{id" in route]


async def test_every_route_that_takes_an_id_is_known(usine: LocalNode) -> None:
    unknown = [route for route in _routes(usine) if route not in TRIED and not FOR_ALL.match(route)]
    assert not unknown


@pytest.mark.parametrize("route", TRIED)
async def test_what_is_anothers_is_refused_and_stays(
    usine: LocalNode, things: Things, mallory: Person, route: str
) -> None:
    method, _, path = route.partition(" ")
    form = {name: value.format(**things.ids) for name, value in (FORM | hosted.FORMS.get(route, {})).items()}
    await settled(usine)
    before = kept(usine)
    for act in ACTS[route] if "{act}" in path else ("",):
        filled = _filled(path, TRIED[route], things).replace("{act}", act)
        reply = await mallory.ask(method, filled, form if method != "GET" else None)
        assert reply.status in (403, 404), (filled, reply.status)
    assert not changed(before, kept(usine))


def _filled(path: str, id: str, things: Things) -> str:
    """The address of what is amina's."""
    filled = re.sub(r":id|\{id:int\}", id.format(**things.ids), path).replace("{host}", "siege.example")
    filled = (
        filled.replace("{account:int}", things.asker)
        .replace("{slug}", things.hosted.leaf)
        .replace("{edit:int}", things.hosted.edit)
    )
    return filled.replace("{post:int}", things.hosted.inside)


async def test_what_is_refused_is_there_for_whose_it_is(
    usine: LocalNode, things: Things, amina: Person, chief: Person
) -> None:
    """Else the refusals would show nothing."""
    for route in TRIED:
        method, _, path = route.partition(" ")
        if method == "GET":
            of_office = path.startswith(("/admin/", "/announcements/", "/campaigns/"))
            filled = _filled(path, TRIED[route], things).replace("{act}", "expel")
            reply = await (chief if of_office else amina).ask("GET", filled)
            assert reply.status < 400, (filled, reply.status)


async def test_a_hidden_community_is_there_for_nobody_else(
    usine: LocalNode, things: Things, amina: Person, mallory: Person
) -> None:
    await settled(usine)
    before = kept(usine)
    for route in [*hosted.TRIED, "GET /communities/{id:int}"]:
        method, _, path = route.partition(" ")
        if path.startswith("/communities/") and "{post:int}" not in path:
            filled = _filled(path, "{hidden}", things)
            for act in ACTS.get(route, ("",)):
                form = hosted.FORMS.get(route, {}) | {"title": "x", "source": "x"} if method == "POST" else None
                reply = await mallory.ask(method, filled.replace("{act}", act), form)
                assert reply.status == 404, (filled, act, reply.status)
    for end in ("", "/about", "/ask", "/agenda"):
        path = f"/communities/{things.hosted.hidden}{end}"
        assert (await mallory.ask("GET", path)).status == 404, path
        assert (await amina.ask("GET", path)).status == 200, path
    assert not changed(before, kept(usine))


async def test_who_hosts_a_community_does_nothing_in_another(usine: LocalNode, things: Things, mallory: Person) -> None:
    """By the address of one's own, with what belongs to the other; and what is nobody's to refuse changes nothing."""
    await settled(usine)
    before = kept(usine)
    own, there = f"/communities/{things.hosted.lair}", things.hosted
    for path, fields in (
        *((f"{own}/posts/{there.inside}/{act}", {"reason": "x", "words": "x"}) for act in hosted.POST_ACTS),
        (f"{own}/log", {"post": there.inside}),
        (f"{own}/rules/remove", {"rule": there.rule}),
        (f"{own}/merge", {"into": there.club}),
        (f"{own}/pages/{there.leaf}/edit", {"title": "x", "source": "x", "version": "1"}),
        (f"{own}/pages/{there.leaf}/remove", {}),
        *((f"{own}/members/{there.member}/{act}", {"role": "host"}) for act in ("accept", "role", "hand-over")),
        ("/agenda/calendar", {"community": there.hidden}),
        ("/compose", {"text": "x", "community": there.club}),
    ):
        reply = await mallory.ask("POST", path, fields)
        assert reply.status in (403, 404), (path, reply.status)
    assert (await mallory.ask("POST", f"/communities/{there.club}/leave", {})).status == 303
    assert not changed(before, kept(usine))


async def test_who_speaks_for_the_site_touches_nothing_of_another_who_does(usine: LocalNode, things: Things) -> None:
    """A slot of the calendar is seen by all of them; its words, and what can be done with it, are its owner's."""
    other = await Person.of(usine, "communicator", await usine.person("bruno", role=Role.COMMUNICATOR))
    there = things.hosted
    slot = await other.ask("GET", f"/desk/{there.slot}")
    assert slot.status == 200 and "Les mots." not in slot.text
    await settled(usine)
    before = kept(usine)
    for route in (
        "POST /desk/{id:int}",
        "POST /desk/{id:int}/answer",
        "POST /desk/{id:int}/comment",
        "POST /campaigns/{id:int}",
    ):
        path = route.removeprefix("POST ")
        filled = path.replace("{id:int}", there.campaign if "campaigns" in path else there.slot)
        assert (await other.ask("POST", filled, hosted.FORMS[route])).status == 403, filled
    for does in ("publish", "schedule", "drop", "plan", "people", "ask", "take_back", "out"):
        fields = {"do": does, "scheduled_at": "2100-01-02T08:00", "uri": usine.urls.actor("bruno"), "part_of": "author"}
        assert (await other.ask("POST", f"/desk/{there.slot}", fields)).status == 403, does
    for end in ("", "/close"):
        reply = await other.ask("POST", f"/announcements/{there.announcement}{end}", {"text": "mine", "language": "fr"})
        assert reply.status in (403, 404), (end, reply.status)
    assert not changed(before, kept(usine))


async def test_no_post_takes_anothers_pictures(usine: LocalNode, things: Things, mallory: Person) -> None:
    own = (await usine.say(mallory.person, "à moi"))["id"]
    before = kept(usine)
    for method, path, form in (
        ("POST", "/api/v1/statuses", {"status": "x", "media_ids[]": things.media}),
        ("PUT", f"/api/v1/statuses/{own}", {"status": "x", "media_ids[]": things.media}),
        ("POST", "/compose", {"text": "x", "media": things.media, f"words-{things.media}": "mine"}),
        ("POST", f"/posts/{own}/edit", {"text": "x", "media": things.media, f"words-{things.media}": "mine"}),
    ):
        reply = await mallory.ask(method, path, form)
        assert reply.status in (404, 422), (path, reply.status)
        assert things.media.encode() not in reply.body or path != "/compose"
    attributes = {"status": "x", "media_attributes[][id]": things.media, "media_attributes[][description]": "mine"}
    await mallory.ask("PUT", f"/api/v1/statuses/{own}", attributes)
    after = kept(usine)
    assert before["media"] == after["media"]


async def test_nothing_answers_a_message_of_others(usine: LocalNode, things: Things, mallory: Person) -> None:
    await settled(usine)
    before = kept(usine)
    for path, form in (
        ("/api/v1/statuses", {"status": "x", "in_reply_to_id": things.message}),
        ("/compose", {"text": "x", "parent": things.message}),
        (f"/posts/{things.message}/boost", {}),
        (f"/posts/{things.message}/like", {}),
        (f"/posts/{things.message}/bookmark", {}),
    ):
        assert (await mallory.ask("POST", path, form)).status == 404, path
    assert not changed(before, kept(usine))


async def test_administration_is_closed_to_members_by_every_page_and_form(
    usine: LocalNode, things: Things, mallory: Person
) -> None:
    await settled(usine)
    before = kept(usine)
    tried = 0
    for route in usine.running.app.routes:
        if isinstance(route, PageRoute) and route.path.startswith("/admin"):
            path = route.path.replace("{id:int}", things.amina).replace("{act}", "suspend")
            for method in {"GET", "POST"} & set(route.methods or ()):
                tried += 1
                assert (await mallory.ask(method, path, FORM if method == "POST" else None)).status == 403, path
    assert tried > 12
    assert not changed(before, kept(usine))


async def test_a_moderator_is_no_administrator_and_touches_none(
    usine: LocalNode, things: Things, chief: Person
) -> None:
    boss = await Person.of(usine, "moderator", await usine.person("boss", role=Role.MODERATOR))
    other = await usine.person("boss2", role=Role.MODERATOR)
    await settled(usine)
    before = kept(usine)
    for account in (chief.account, other.account, boss.account):
        for act in ("suspend", "restore", "disable", "enable", "role", "password"):
            reply = await boss.ask("POST", f"/admin/people/{account}/{act}", FORM)
            assert reply.status == 403, (account, act, reply.status)
    for path, fields in (
        ("/admin/invitations", {"role": "admin"}),
        ("/admin/invitations", {"role": "moderator"}),
        ("/admin/create", {"username": "mine", "password": "harbour-crane-42", "role": "admin"}),
        ("/admin/peers", {"host": "evil.example"}),
        ("/admin/peers/deny", {"host": "siege.example"}),
    ):
        assert (await boss.ask("POST", path, fields)).status == 403, path
    assert not changed(before, kept(usine))
