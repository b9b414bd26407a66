"""Apps that ask for more, take what was given to others, or lead people's codes elsewhere."""

import asyncio
import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
import pytest

from tests.attacks.foe import Reply, asked
from tests.doors.askers import Person
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

BACK = "https://app.example/back"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
S256 = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


class App(msgspec.Struct, frozen=True, kw_only=True):
    """A registered application."""

    node: LocalNode
    id: str
    secret: str

    async def consent(self, person: Person, answer: str = "yes", **changes: str) -> Reply:
        """What the person's answer leads to."""
        fields = {"response_type": "code", "client_id": self.id, "redirect_uri": BACK, "scope": "read"} | changes
        return await person.ask("POST", "/oauth/authorize", {**fields, "answer": answer})

    async def code(self, person: Person, **changes: str) -> str:
        """A code by the person's consent."""
        reply = await self.consent(person, **changes)
        assert reply.status == 302, reply.text
        return parse_qs(urlsplit(reply.headers["location"]).query)["code"][0]

    async def exchange(self, code: str, **changes: str) -> Reply:
        """What the app gets for a code."""
        fields = {
            "grant_type": "authorization_code",
            "client_id": self.id,
            "client_secret": self.secret,
            "redirect_uri": BACK,
            "code": code,
        } | changes
        fields = {name: value for name, value in fields.items() if value != MISSING}
        return await form(self.node, "/oauth/token", fields)


MISSING = "(not sent)"


async def form(node: LocalNode, path: str, fields: dict[str, str], token: str = "") -> Reply:
    """A form of an app."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return await asked(node, "POST", path, headers=headers, body=urlencode(fields).encode())


async def registered(node: LocalNode, redirect: str = BACK, scopes: str = "read write") -> App:
    """A new app."""
    fields = {"client_name": "App", "redirect_uris": redirect, "scopes": scopes}
    found: Any = (await form(node, "/api/v1/apps", fields)).json
    return App(node=node, id=found["client_id"], secret=found["client_secret"])


REGISTERED = [
    "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
    "blob:x", "about:blank", "http://localhost.evil.example/", "https://app.example/\r\nX: y",
    "http://evil.example/", "https:///nohost", "//evil.example", "evil", "https://app.example/#fragment",
    "https://a b/",
]  # fmt: skip


@pytest.mark.parametrize("redirect", REGISTERED)
async def test_an_address_that_runs_in_the_browser_or_is_none_is_not_registered(
    usine: LocalNode, redirect: str
) -> None:
    body = msgspec.json.encode({"client_name": "App", "redirect_uris": [redirect], "scopes": "read"})
    reply = await asked(usine, "POST", "/api/v1/apps", headers={"Content-Type": "application/json"}, body=body)
    if reply.status == 200:
        # A list may be written with spaces between: then each part stands by itself.
        assert redirect not in reply.json["redirect_uris"]
        assert all(uri.startswith("https://") for uri in reply.json["redirect_uris"])
    else:
        assert reply.status == 422


TRICKS = [
    "https://app.example/back/../evil", "https://app.example/back?x=1", "https://app.example/back#x",
    "https://app.example/backdoor", "https://app.example.evil.example/back", "https://app.example@evil.example/back",
    "http://app.example/back", "https://APP.example/back", "https://app.example:444/back", "https://app.example/back/",
    "https://app.example", "app.example/back", "javascript:alert(1)", "urn:ietf:wg:oauth:2.0:oob", "",
    "https://app.example/back\r\nX: y", "https://app.example/back\x00", "https://evil.example/\nhttps://app.example/back",
]  # fmt: skip


@pytest.mark.parametrize("redirect", TRICKS)
async def test_a_code_goes_to_the_registered_address_alone(usine: LocalNode, amina: Person, redirect: str) -> None:
    app = await registered(usine)
    query = {"response_type": "code", "client_id": app.id, "redirect_uri": redirect, "scope": "read"}
    shown = await amina.ask("GET", f"/oauth/authorize?{urlencode(query)}")
    answered = await app.consent(amina, redirect_uri=redirect)
    refused = await app.consent(amina, "no", redirect_uri=redirect)
    for reply in (shown, answered, refused):
        assert 400 <= reply.status < 500
        assert "location" not in reply.headers
        assert "code=" not in reply.text


async def test_a_code_is_good_once_also_at_the_same_moment(usine: LocalNode, amina: Person) -> None:
    app = await registered(usine)
    code = await app.code(amina)
    replies = await asyncio.gather(*(app.exchange(code) for _ in range(8)))
    assert sorted(reply.status for reply in replies) == [200] + [400] * 7
    assert (await app.exchange(code)).json["error"] == "invalid_grant"


async def test_a_code_is_good_for_its_app_its_secret_and_its_address(usine: LocalNode, amina: Person) -> None:
    app, other = await registered(usine), await registered(usine)
    code = await app.code(amina)
    for reply, status in (
        (await other.exchange(code), 400),
        (await app.exchange(code, client_secret=other.secret), 401),
        (await app.exchange(code, client_secret=""), 401),
        (await app.exchange(code, client_secret=MISSING), 401),
        (await app.exchange(code, client_id=other.id, client_secret=app.secret), 401),
    ):
        assert (reply.status, "access_token" in reply.json) == (status, False)
    stolen = await app.code(amina)
    assert (await app.exchange(stolen, redirect_uri="https://evil.example/")).status == 400


@pytest.mark.parametrize(
    "brought",
    [
        pytest.param({}, id="none"),
        pytest.param({"code_verifier": ""}, id="empty"),
        pytest.param({"code_verifier": CHALLENGE}, id="the challenge itself"),
        pytest.param({"code_verifier": "w" * 64}, id="another"),
        pytest.param({"code_verifier": "v"}, id="too short"),
    ],
)
async def test_a_code_with_a_challenge_wants_its_verifier(
    usine: LocalNode, amina: Person, brought: dict[str, str]
) -> None:
    app = await registered(usine)
    reply = await app.exchange(await app.code(amina, **S256), **brought)
    assert (reply.status, reply.json["error"]) == (400, "invalid_grant")


async def test_no_challenge_is_taken_for_less_than_it_is(usine: LocalNode, amina: Person) -> None:
    app = await registered(usine)
    for change in (
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": VERIFIER},
        {"code_challenge": CHALLENGE, "code_challenge_method": "none"},
        {"code_challenge": "short", "code_challenge_method": "S256"},
    ):
        led = await app.consent(amina, **change)
        query = parse_qs(urlsplit(led.headers.get("location", "")).query)
        assert "code" not in query and query["error"] == ["invalid_request"], change
    # Stripped of its challenge on the way, a code is not exchanged for somebody who has a verifier.
    reply = await app.exchange(await app.code(amina), code_verifier=VERIFIER)
    assert reply.status == 400


async def test_nobody_gets_more_than_was_asked_registered_or_theirs_to_give(
    usine: LocalNode, amina: Person, chief: Person
) -> None:
    narrow, wide = await registered(usine, scopes="read:accounts"), await registered(usine, scopes="read admin:read")
    for app, scope in (
        (narrow, "read"),
        (narrow, "write"),
        (narrow, "admin:read"),
        (wide, "admin:write"),
        (wide, "x y"),
    ):
        query = parse_qs(urlsplit((await app.consent(chief, scope=scope)).headers["location"]).query)
        assert query["error"] == ["invalid_scope"], scope
    # A member has no administration to give away; an administrator has.
    assert "error" in (await wide.consent(amina, scope="admin:read")).headers["location"]
    assert "code" in (await wide.consent(chief, scope="admin:read")).headers["location"]
    token = (await narrow.exchange(await narrow.code(amina, scope="read:accounts"), scope="read write")).json
    assert token["scope"] == "read:accounts"
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    for method, path in (
        ("GET", "/api/v1/timelines/home"), ("GET", "/api/v1/notifications"), ("POST", "/api/v1/statuses"),
        ("POST", f"/api/v1/accounts/{chief.account}/follow"), ("PATCH", "/api/v1/accounts/update_credentials"),
        ("GET", "/api/v1/bookmarks"), ("POST", "/api/v2/media"),
    ):  # fmt: skip
        assert (await asked(usine, method, path, headers=bearer)).status == 403, path


async def test_a_token_of_an_app_is_nobody(usine: LocalNode) -> None:
    app = await registered(usine)
    fields = {
        "grant_type": "client_credentials",
        "client_id": app.id,
        "client_secret": app.secret,
        "scope": "read write",
    }
    token = (await form(usine, "/oauth/token", fields)).json["access_token"]
    for path in ("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/accounts/verify_credentials"):
        assert (await asked(usine, "GET", path, headers={"Authorization": f"Bearer {token}"})).status in (401, 422), (
            path
        )
    assert (await form(usine, "/api/v1/statuses", {"status": "x"}, token)).status in (401, 422)


async def test_an_app_ends_its_own_tokens_alone(usine: LocalNode, amina: Person) -> None:
    app, other = await registered(usine), await registered(usine)
    token = (await app.exchange(await app.code(amina))).json["access_token"]
    for client in ((other.id, other.secret), (app.id, other.secret), (app.id, ""), ("", "")):
        fields = {"client_id": client[0], "client_secret": client[1], "token": token}
        assert (await form(usine, "/oauth/revoke", fields)).status in (401, 403)
    headers = {"Authorization": f"Bearer {token}"}
    assert (await asked(usine, "GET", "/api/v1/timelines/home", headers=headers)).status == 200
    await form(usine, "/oauth/revoke", {"client_id": app.id, "client_secret": app.secret, "token": token})
    assert (await asked(usine, "GET", "/api/v1/timelines/home", headers=headers)).status == 401


async def test_consent_is_not_given_by_another_site_nor_without_the_person(usine: LocalNode, amina: Person) -> None:
    app = await registered(usine)
    fields = {"response_type": "code", "client_id": app.id, "redirect_uri": BACK, "scope": "read", "answer": "yes"}
    for headers in ({"Origin": "https://app.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await amina.ask("POST", "/oauth/authorize", fields, headers)).status == 403
    assert (await form(usine, "/oauth/authorize", fields)).status == 401
    assert (await form(usine, "/oauth/authorize", fields, amina.person.token)).status == 401


async def test_words_of_an_app_are_words_on_the_page_of_consent(usine: LocalNode, amina: Person) -> None:
    name = "<script>alert(1)</script>"
    found: Any = (
        await form(
            usine, "/api/v1/apps", {"client_name": name, "redirect_uris": BACK, "website": 'https://x.example/"><b>'}
        )
    ).json
    query = {
        "response_type": "code",
        "client_id": found["client_id"],
        "redirect_uri": BACK,
        "state": '"><script>1</script>',
    }
    page = await amina.ask("GET", f"/oauth/authorize?{urlencode(query)}")
    assert page.status == 200
    assert "<script>alert" not in page.text and "<script>1" not in page.text and '"><b>' not in page.text
    assert "form-action 'self' https://app.example" in page.headers["content-security-policy"]


async def test_an_address_adds_nothing_to_the_policy_of_the_page(usine: LocalNode, amina: Person) -> None:
    app = await registered(usine, redirect="https://app.example;script-src*/back")
    query = {"response_type": "code", "client_id": app.id, "redirect_uri": "https://app.example;script-src*/back"}
    policy = (await amina.ask("GET", f"/oauth/authorize?{urlencode(query)}")).headers["content-security-policy"]
    names = [part.split()[0] for part in policy.split(";")]
    assert len(names) == len(set(names)) and "script-src*/back" not in policy
    assert "script-src*" not in names
