"""Apps and tokens: what stands behind the consent page."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode

import pytest

from social.people import grants
from social.people.grants import Asked
from storage.engine.database import Tx
from storage.engine.query import Query
from tests.api.browser import code_of
from tests.api.site import Site
from tests.world import PASSWORD

OOB = "urn:ietf:wg:oauth:2.0:oob"


async def app(site: Site, **more: Any) -> dict[str, Any]:
    """A registered app."""
    body = {"client_name": "Test", "redirect_uris": OOB, "scopes": "read write follow", **more}
    made: dict[str, Any] = (await site.post("/api/v1/apps", "CredentialApplication", body=body)).json
    return made


async def code(site: Site, client: dict[str, Any], **more: Any) -> str:
    """What the consent page gives amina for the app."""
    await site.world.person("amina")
    asked = Asked(**{"client_id": client["client_id"], "redirect_uri": OOB, "scopes": "read write", **more})
    return await site.node.db.write(grants.grant_code, site.world.viewer("amina"), asked, now=site.node.clock())


def credentials(client: dict[str, Any]) -> dict[str, str]:
    """Client authentication in the body."""
    return {"client_id": client["client_id"], "client_secret": client["client_secret"]}


async def test_an_app_registers_in_every_encoding(site: Site) -> None:
    client = await app(site, redirect_uris=[OOB, "icecubesapp://"], website="https://app.example")
    assert client["redirect_uris"] == [OOB, "icecubesapp://"]
    assert client["redirect_uri"] == f"{OOB}\nicecubesapp://"
    form = {"client_name": "Form", "redirect_uris": f"{OOB}\nhttp://localhost:99/x", "scopes": "read", "website": ""}
    client = (await site.post("/api/v1/apps", "CredentialApplication", form=form)).json
    assert (client["redirect_uris"], client["website"]) == ([OOB, "http://localhost:99/x"], None)
    await site.post("/api/v1/apps", body={"client_name": "", "redirect_uris": OOB}, status=422)
    await site.post("/api/v1/apps", body={"client_name": "x", "redirect_uris": "javascript:alert(1)"}, status=422)


async def test_a_code_becomes_a_token_once(site: Site) -> None:
    client = await app(site)
    form = {
        "grant_type": "authorization_code",
        "code": await code(site, client),
        "redirect_uri": OOB,
        "scope": "read write",
        **credentials(client),
    }
    token = (await site.post("/oauth/token", "Token", form=form)).json
    assert (token["token_type"], token["scope"]) == ("Bearer", "read write")
    assert token["created_at"] == site.node.clock() // 1000
    me = await site.get("/api/v1/accounts/verify_credentials", "CredentialAccount", token=token["access_token"])
    assert me.json["acct"] == "amina"
    again = await site.post("/oauth/token", form=form, status=400)
    assert again.json["error"] == "invalid_grant"


async def test_a_code_with_pkce_wants_its_verifier(site: Site) -> None:
    client = await app(site)
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    body = {"grant_type": "authorization_code", "redirect_uri": OOB, **credentials(client)}
    wrong = {**body, "code": await code(site, client, challenge=challenge), "code_verifier": "w" * 50}
    assert (await site.post("/oauth/token", body=wrong, status=400)).json["error"] == "invalid_grant"
    right = {**body, "code": await code(site, client, challenge=challenge), "code_verifier": verifier}
    await site.post("/oauth/token", "Token", body=right)


@pytest.mark.parametrize("address", ["icecubesapp://", "https://app.example/back?x=1", "http://localhost:9/callback"])
async def test_the_consent_page_leads_back_to_the_apps_own_address(site: Site, address: str) -> None:
    await site.world.person("amina")
    client = await app(site, redirect_uris=address)
    query = {"response_type": "code", "client_id": client["client_id"], "redirect_uri": address, "scope": "read write"}
    code = await code_of(f"{site.base}/oauth/authorize?{urlencode(query)}", "amina", PASSWORD)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": address, **credentials(client)}
    await site.post("/oauth/token", "Token", form=form)


async def test_client_credentials_are_an_app_and_nobody(site: Site) -> None:
    client = await app(site)
    secret = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    token = (
        await site.post(
            "/oauth/token",
            "Token",
            form={"grant_type": "client_credentials", "scope": "read"},
            headers={"Authorization": f"Basic {secret}"},
        )
    ).json["access_token"]
    verified = await site.get("/api/v1/apps/verify_credentials", "Application", token=token)
    assert verified.json["name"] == "Test"
    assert "client_secret" not in verified.json
    await site.get("/api/v1/accounts/verify_credentials", token=token, status=422)
    await site.get("/api/v1/timelines/public", token=token, status=422)


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        pytest.param({"grant_type": "telepathy"}, 400, "unsupported_grant_type", id="unknown grant"),
        pytest.param({}, 400, "unsupported_grant_type", id="nothing"),
        pytest.param({"grant_type": "client_credentials", "client_secret": "no"}, 401, "invalid_client", id="secret"),
        pytest.param({"grant_type": "client_credentials", "client_id": "no"}, 401, "invalid_client", id="client"),
        pytest.param({"grant_type": "client_credentials", "scope": "push"}, 400, "invalid_scope", id="scope"),
        pytest.param({"grant_type": "authorization_code", "code": "no"}, 400, "invalid_grant", id="code"),
        pytest.param(
            {"grant_type": "password", "username": "amina", "password": "no"}, 400, "invalid_grant", id="password"
        ),
    ],
)
async def test_a_refused_grant_says_why_in_oauths_words(
    site: Site, sent: dict[str, str], status: int, error: str
) -> None:
    await site.world.person("amina")
    client = await app(site)
    reply = await site.post("/oauth/token", form={**credentials(client), **sent}, status=status)
    assert reply.json["error"] == error
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


async def test_the_password_grant_is_for_tests_and_throttled(site: Site) -> None:
    await site.world.person("amina")
    client = await app(site)
    form = {"grant_type": "password", "username": "amina", "password": PASSWORD, **credentials(client)}
    await site.post("/oauth/token", "Token", form=form)
    wrong = {**form, "password": "wrong"}
    for _ in range(site.node.settings.people.attempts):
        await site.post("/oauth/token", form=wrong, status=400)
    await site.post("/oauth/token", "Error", form=wrong, status=429)


async def test_a_revoked_token_opens_nothing(site: Site) -> None:
    client, other = await app(site), await app(site)
    form = {"grant_type": "authorization_code", "code": await code(site, client), "redirect_uri": OOB}
    token = (await site.post("/oauth/token", "Token", form={**form, **credentials(client)})).json["access_token"]
    foreign = await site.post("/oauth/revoke", form={"token": token, **credentials(other)}, status=403)
    assert foreign.json["error"] == "unauthorized_client"
    for _ in range(2):
        await site.post("/oauth/revoke", "Empty", form={"token": token, **credentials(client)})
    reply = await site.get("/api/v1/timelines/home", token=token, status=401)
    assert reply.json["error"] == "The access token is invalid"


async def test_a_token_travels_in_three_ways(site: Site) -> None:
    token = await site.token("amina")
    await site.get(f"/api/v1/timelines/home?access_token={token}", "Status[]")
    await site.post("/api/v1/statuses", "Status", form={"status": "Form", "access_token": token})
    page = await site.get(f"/api/v1/timelines/home?access_token={token}&limit=1", "Status[]")
    assert token not in page.headers["Link"]


async def test_the_metadata_and_userinfo_describe_what_is_there(site: Site) -> None:
    found = (await site.get("/.well-known/oauth-authorization-server", "OAuthServerMetadata")).json
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["token_endpoint"] == f"{site.base}/oauth/token"
    for method in ("GET", "POST"):
        info = (await site.call(method, "/oauth/userinfo", "OAuthUserInfo", by="amina", scopes="profile")).json
        assert info["preferred_username"] == "amina"
    await site.get("/oauth/userinfo", "Error", by="amina", scopes="write", status=403)


async def exchanged(site: Site, client: dict[str, Any], given: str, **more: Any) -> Any:
    """The answer to a code."""
    form = {"grant_type": "authorization_code", "code": given, "redirect_uri": OOB, **credentials(client)}
    return (await site.post("/oauth/token", form=form, **more)).json


async def test_a_second_consent_for_the_same_rights_gives_the_same_token(site: Site) -> None:
    client, other = await app(site), await app(site)
    first = await exchanged(site, client, await code(site, client))
    again = await exchanged(site, client, await code(site, client))
    assert again == first
    narrower = await exchanged(site, client, await code(site, client, scopes="read"))
    others = await exchanged(site, other, await code(site, other))
    assert len({one["access_token"] for one in (first, narrower, others)}) == 3
    kept = str(await site.node.db.read(_tokens))
    assert first["access_token"] not in kept and client["client_secret"] not in kept
    await site.post("/oauth/revoke", form={**credentials(client), "token": first["access_token"]})
    await site.get("/api/v1/accounts/verify_credentials", token=first["access_token"], status=401)
    fresh = await exchanged(site, client, await code(site, client))
    assert fresh["access_token"] != first["access_token"]


async def test_a_code_that_comes_again_ends_what_it_gave(site: Site) -> None:
    client = await app(site)
    given = await code(site, client)
    token = (await exchanged(site, client, given))["access_token"]
    await site.get("/api/v1/accounts/verify_credentials", "CredentialAccount", token=token)
    assert (await exchanged(site, client, given, status=400))["error"] == "invalid_grant"
    await site.get("/api/v1/accounts/verify_credentials", token=token, status=401)


def _tokens(tx: Tx) -> list[str]:
    return [f"{one} {seal}" for one, seal in zip(tx.rows(_HASHES), tx.rows(_SEALS), strict=True)]


_HASHES = Query(str, "SELECT t.token_hash FROM tokens AS t ORDER BY t.id")
_SEALS = Query(str, "SELECT COALESCE(t.sealed, '') FROM tokens AS t ORDER BY t.id")


async def test_a_refusal_says_what_was_wrong_with_the_token(site: Site) -> None:
    path = "/api/v1/timelines/home"
    none = await site.get(path, status=401)
    assert none.headers["WWW-Authenticate"] == 'Bearer realm="Archipel"'
    wrong = await site.get(path, token="made-up", status=401)
    assert 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]
    narrow = await site.get(path, by="amina", scopes="write", status=403)
    assert 'error="insufficient_scope"' in narrow.headers["WWW-Authenticate"]
    assert "WWW-Authenticate" not in (await site.get("/api/v1/statuses/1", by="amina", status=404)).headers
