"""Errors in the form that apps read, on every path of theirs; and what other sites' scripts may ask (CORS)."""

import pytest

from tests.api.site import Site

WEB = {"Origin": "https://elk.example"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/", 404),
        ("DELETE", "/api/v1/timelines/home", 405),
        ("GET", "/oauth/token", 405),
        ("PUT", "/oauth/revoke", 405),
        ("GET", "/api/v1/statuses/no-id", 404),
        ("GET", "/media/nothing/original", 404),
    ],
)
async def test_an_error_is_json_with_a_sentence(site: Site, method: str, path: str, status: int) -> None:
    reply = await site.call(method, path, "Error", by="amina", status=status)
    assert isinstance(reply.json["error"], str)
    assert reply.headers["Content-Type"].startswith("application/json")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[1]", 400),
        ("application/json", b"x" * 2_000_000, 413),
        ("application/x-www-form-urlencoded", b"status=" + b"x" * 2_000_000, 413),
        ("multipart/form-data", b"x", 400),
    ],
)
async def test_a_bad_body_is_refused_in_json(site: Site, kind: str, body: bytes, status: int) -> None:
    for path in ("/api/v1/statuses", "/oauth/token"):
        headers = {"Content-Type": kind}
        reply = await site.call("POST", path, "Error", by="amina", raw=body, headers=headers, status=status)
        assert reply.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/v1/statuses", "POST"),
        ("/api/v1/statuses/1", "PUT"),
        ("/api/v1/statuses/1", "DELETE"),
        ("/api/v1/accounts/update_credentials", "PATCH"),
        ("/api/v1/apps", "POST"),
        ("/oauth/token", "POST"),
        ("/oauth/revoke", "POST"),
        ("/oauth/userinfo", "GET"),
        ("/.well-known/oauth-authorization-server", "GET"),
        ("/.well-known/nodeinfo", "GET"),
        ("/.well-known/host-meta", "GET"),
        ("/.well-known/webfinger", "GET"),
        ("/nodeinfo/2.0", "GET"),
        ("/media/x/original", "GET"),
    ],
)
async def test_a_script_of_another_site_may_ask_first(site: Site, path: str, method: str) -> None:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,x-strange"}
    reply = await site.call("OPTIONS", path, headers={**WEB, **asked})
    assert method in reply.headers["Access-Control-Allow-Methods"].split(", ")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Access-Control-Allow-Headers"] == "authorization,x-strange"
    assert "Access-Control-Allow-Credentials" not in reply.headers
    odd = {**WEB, **asked, "Access-Control-Request-Headers": "x; y"}
    named = (await site.call("OPTIONS", path, headers=odd)).headers["Access-Control-Allow-Headers"]
    assert "Authorization" in named


async def test_an_answer_to_a_script_of_another_site_says_so_once(site: Site) -> None:
    await site.world.person("amina")
    host = site.base.partition("//")[2]
    for path in (
        "/api/v2/instance",
        "/api/v1/streaming/health",
        "/.well-known/host-meta",
        "/.well-known/nodeinfo",
        "/nodeinfo/2.0",
        f"/.well-known/webfinger?resource=acct:amina@{host}",
        "/.well-known/oauth-authorization-server",
        "/oauth/userinfo",
        "/oauth/token",
        "/users/amina",
        "/@amina",
        "/avatars/header.png",
    ):
        async with site.http.get(f"{site.base}{path}", headers=WEB, allow_redirects=False) as answer:
            # A browser takes two for none.
            assert answer.headers.getall("Access-Control-Allow-Origin", []) == ["*"], path


async def test_an_answer_shows_its_links_and_limits_to_scripts_and_pages_show_nothing(site: Site) -> None:
    reply = await site.get("/api/v1/instance", headers=WEB)
    exposed = reply.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Link", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id"} <= set(exposed)
    for path in ("/sign-in", "/oauth/authorize"):
        async with site.http.get(f"{site.base}{path}", headers=WEB, allow_redirects=False) as page:
            assert "Access-Control-Allow-Origin" not in page.headers
