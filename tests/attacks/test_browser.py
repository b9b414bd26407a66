"""What another site, another tab or a sibling domain can do to somebody who is signed in: nothing."""

from urllib.parse import quote, urlencode

import pytest
from bs4 import BeautifulSoup

from server.auth.session import COOKIE
from tests.attacks.foe import Reply, asked
from tests.doors.askers import Person
from tests.sites import LocalNode
from tests.world import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def posted(node: LocalNode, path: str, fields: dict[str, str], **headers: str) -> Reply:
    """A form as some browser sends it; header names with `_`."""
    sent = {**FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await asked(node, "POST", path, headers=sent, body=urlencode(fields).encode())


async def signed_in(node: LocalNode, name: str, cookie: str = "", then: str = "/", **headers: str) -> Reply:
    """A sign-in by the page."""
    fields = {"name": name, "password": PASSWORD, "next": then}
    if cookie:
        fields["csrf"] = await form_token(node, cookie)
        headers["Cookie"] = f"{COOKIE}={cookie}"
    return await posted(node, "/sign-in", fields, **headers)


async def form_token(node: LocalNode, cookie: str) -> str:
    """The token of the forms of a session, as its own pages have it; empty where there is none."""
    for path in ("/settings", "/sign-in"):
        page = await asked(node, "GET", path, headers={"Cookie": f"{COOKIE}={cookie}", "Accept": "text/html"})
        field = BeautifulSoup(page.text, "html.parser").select_one("input[name=csrf]")
        if field is not None:
            return str(field["value"])
    return ""


def token_in(reply: Reply) -> str:
    """The session's token that an answer sets."""
    name, _, value = reply.headers["set-cookie"].partition(";")[0].partition("=")
    assert name == COOKIE
    return value


async def is_somebody(node: LocalNode, cookie: str) -> bool:
    """Whether the cookie opens a page for people."""
    return (await asked(node, "GET", "/settings", headers={"Cookie": f"{COOKIE}={cookie}"})).status == 200


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    usine: LocalNode, amina: Person
) -> None:
    reply = await signed_in(usine, "amina")
    attributes = {part.strip().lower() for part in reply.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    assert not any(part.startswith("domain") for part in attributes)
    # This node is plain http; `Secure` is for https (tests/server).
    assert "secure" not in attributes


async def test_a_session_that_the_attacker_prepared_is_not_taken_up(usine: LocalNode, amina: Person) -> None:
    planted = "A" * 43
    reply = await signed_in(usine, "amina", cookie=planted)
    assert reply.status == 303
    assert token_in(reply) != planted
    assert not await is_somebody(usine, planted)
    assert await is_somebody(usine, token_in(reply))


async def test_a_session_of_the_attacker_does_not_become_the_victims(
    usine: LocalNode, amina: Person, mallory: Person
) -> None:
    own = token_in(await signed_in(usine, "mallory"))
    fresh = token_in(await signed_in(usine, "amina", cookie=own))
    assert fresh != own
    me = await asked(usine, "GET", "/settings", headers={"Cookie": f"{COOKIE}={own}"})
    assert "/@amina" not in me.text


async def test_a_session_that_was_left_is_dead(usine: LocalNode, amina: Person) -> None:
    browser = await Person.of(usine, "victim", amina.person)
    cookie = browser.cookie
    assert await is_somebody(usine, cookie)
    left = await browser.ask("POST", "/sign-out")
    assert left.status == 303
    assert token_in(left) in ("", '""')
    assert not await is_somebody(usine, cookie)


FOREIGN = [
    pytest.param({"Origin": "https://evil.example"}, id="origin"),
    pytest.param({"Origin": "null"}, id="sandboxed frame"),
    pytest.param({"Sec_Fetch_Site": "cross-site"}, id="cross-site"),
    pytest.param({"Sec_Fetch_Site": "same-site"}, id="sibling domain"),
    pytest.param({"Origin": "http://usine.localhost.evil.example"}, id="origin that begins like ours"),
    pytest.param({}, id="an old browser that says nothing"),
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(
    "path", ["/compose", "/settings/profile", "/settings/password", "/people/1/block", "/sign-out", "/posts/1/like"]
)
async def test_a_form_of_another_site_does_nothing(
    usine: LocalNode, amina: Person, path: str, headers: dict[str, str]
) -> None:
    reply = await posted(usine, path, {"text": "forged"}, Cookie=f"{COOKIE}={amina.cookie}", **headers)
    assert reply.status == 403
    assert await is_somebody(usine, amina.cookie)


@pytest.mark.parametrize("order", ["first", "last"])
@pytest.mark.parametrize("tossed", ["", "B" * 43], ids=["empty", "known to the attacker"])
async def test_a_second_cookie_from_a_sibling_domain_opens_no_form(
    usine: LocalNode, amina: Person, mallory: Person, order: str, tossed: str
) -> None:
    """A sibling domain may set cookies for the parent: then two of the same name arrive, one known to the attacker."""
    pair = [f"{COOKIE}={amina.cookie}", f"{COOKIE}={tossed}"]
    cookies = "; ".join(pair if order == "last" else pair[::-1])
    before = (await usine.api("GET", f"/api/v1/accounts/{amina.account}", amina.person))["statuses_count"]
    for token in ("", await form_token(usine, tossed), await mallory.csrf()):
        reply = await posted(usine, "/compose", {"text": "forged", "csrf": token}, Cookie=cookies)
        assert reply.status in (401, 403), (order, token)
    assert (await usine.api("GET", f"/api/v1/accounts/{amina.account}", amina.person))["statuses_count"] == before


AWAY = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "javascript:alert(1)", "data:text/html,x", "/%0d%0aSet-Cookie: a=b",
    "/\r\nSet-Cookie: a=b", "http:evil.example",
    "/ /evil.example", "https:/evil.example", "@evil.example", "/@evil.example:443@x//y",
    "//usine.localhost@evil.example",
]  # fmt: skip


@pytest.mark.parametrize("then", AWAY)
async def test_signing_in_leads_nowhere_else(usine: LocalNode, amina: Person, then: str) -> None:
    for reply in (
        await signed_in(usine, "amina", then=then),
        await amina.ask("GET", f"/sign-in?next={quote(then, safe='')}"),
        await amina.ask("POST", f"/people/{amina.account}/unmute", {"back": then}),
    ):
        place = reply.headers.get("location", "/")
        assert place.startswith("/") and not place.startswith(("//", "/\\")), place
        assert "\n" not in place and "a=b" not in reply.headers.get("set-cookie", "")


HOSTS = ["evil.example", "evil.example:80", "usine.localhost.evil.example", "usine.localhost@evil.example", ""]


@pytest.mark.parametrize("host", HOSTS)
async def test_the_host_header_writes_no_address(usine: LocalNode, amina: Person, host: str) -> None:
    headers = {"Host": host, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    for path in (
        "/sign-in", "/.well-known/nodeinfo", "/.well-known/host-meta", "/api/v2/instance", "/actor",
        "/.well-known/oauth-authorization-server", f"/.well-known/webfinger?resource=acct:amina@{usine.host}",
    ):  # fmt: skip
        reply = await asked(usine, "GET", path, headers=headers)
        assert b"evil.example" not in reply.body, path
        assert "evil.example" not in " ".join(reply.headers.values()), path
    home = await asked(
        usine, "GET", "/api/v1/timelines/home", headers={**headers, "Authorization": f"Bearer {amina.person.token}"}
    )
    assert "evil.example" not in home.headers.get("link", "")


BROKEN = [
    "/users/a%0d%0aSet-Cookie:%20x=y", "/users/a%0aLocation:%20x", "/users/%E4%BD%A0", "/users/a%00b",
    "/@a%0d%0aSet-Cookie:%20x=y", "/@a%00b", "/tags/%0d%0aSet-Cookie:%20x=y", "/sign-in?next=%0d%0aSet-Cookie:%20x=y",
    "/users/a%0d%0ab/posts/1", "/users/a%0d%0ab/boosts/1", "/oauth/authorize?redirect_uri=%0d%0aSet-Cookie:%20x=y",
    "/search?q=%0d%0aSet-Cookie:%20x=y", "/api/v1/timelines/public?x=%0d%0aSet-Cookie:%20x=y",
    "/@amina/1%0d%0aSet-Cookie:%20x=y", "/media/%0d%0aSet-Cookie:%20x=y/original", "/avatars/%0d%0a.png",
    "/invitation/%0d%0aSet-Cookie:%20x=y", "/static/%0d%0a/x", "/theme/%0d%0a",
    "/%ff%fe", "/@%ff", "/users/%ff/posts/1",
]  # fmt: skip


@pytest.mark.parametrize("path", BROKEN)
@pytest.mark.parametrize("accept", ["text/html", "application/activity+json", "*/*"])
async def test_a_line_end_in_an_address_begins_no_header(
    usine: LocalNode, amina: Person, path: str, accept: str
) -> None:
    for headers in ({"Accept": accept}, {"Accept": accept, "Cookie": f"{COOKIE}={amina.cookie}"}):
        reply = await asked(usine, "GET", path, headers=headers, skip_auto_headers=())
        assert reply.status < 500
        assert "set-cookie" not in reply.headers
        assert not {"\r", "\n"} & set("".join(reply.headers.values()))


async def test_every_page_forbids_frames_and_foreign_scripts(usine: LocalNode, amina: Person, chief: Person) -> None:
    for path in ("/", "/@amina", "/settings", "/notifications", "/admin", "/admin/peers", "/nothing"):
        reply = await chief.ask("GET", path)
        policy = dict(part.strip().partition(" ")[::2] for part in reply.headers["content-security-policy"].split(";"))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["form-action"] == "'self'"
        assert reply.headers["x-frame-options"] == "DENY"
        assert reply.headers["x-content-type-options"] == "nosniff"
