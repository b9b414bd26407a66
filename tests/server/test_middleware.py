"""What surrounds every request."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from server.errors import Errors
from server.middleware import Surroundings
from social.people import sessions
from storage.engine.database import Database
from tests.api.site import Reply, Site, running
from tests.world import NOON, cheap_settings


@pytest.fixture
async def site(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """A running node."""
    async with running(sqlite_db, tmp_path / "media") as served:
        yield served


async def test_every_answer_says_what_a_browser_must_not_do(site: Site) -> None:
    for path, status in (("/sign-in", 200), ("/nothing-here", 404), ("/api/v2/instance", 200), ("/health", 200)):
        reply = await site.call("GET", path, status=200) if status == 200 else await page(site, path, status)
        for header, value in (
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "same-origin"),
        ):
            assert reply.headers[header] == value, (path, header)
        # An app that opened the sign-in in a window waits for it: parted, it would take the window for closed.
        parted = reply.headers.get("Cross-Origin-Opener-Policy")
        assert parted == (None if path == "/sign-in" else "same-origin")
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Request-Id"]
        assert "Server" not in reply.headers or "uvicorn" in reply.headers["Server"]


async def page(site: Site, path: str, status: int) -> Reply:
    """A page, which is no JSON."""
    async with site.http.get(f"{site.base}{path}", allow_redirects=False) as answer:
        assert answer.status == status
        return Reply(answer.status, answer.headers, await answer.read())


@pytest.mark.parametrize("path", ["/api/v1/timelines/home", "/oauth/token", "/.well-known/webfinger", "/media/x/small"])
async def test_web_apps_of_any_site_may_ask_the_api(site: Site, path: str) -> None:
    headers = {
        "Origin": "https://phanpy.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    async with site.http.options(f"{site.base}{path}", headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "idempotency-key" in answer.headers["Access-Control-Allow-Headers"].lower()
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_answers_expose_what_web_apps_page_by(site: Site) -> None:
    reply = await site.get("/api/v1/timelines/home", by="amina")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "Link" in reply.headers["Access-Control-Expose-Headers"]
    assert reply.headers["Cache-Control"] == "private, no-store"


async def test_pages_are_not_for_other_sites(site: Site) -> None:
    async with site.http.get(f"{site.base}/sign-in", headers={"Origin": "https://evil.example"}) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        pytest.param("127.0.0.1", "203.0.113.5", "203.0.113.5", id="behind a proxy"),
        pytest.param("127.0.0.1", "198.51.100.1, 203.0.113.5", "203.0.113.5", id="a forged hop before"),
        pytest.param("127.0.0.1", "203.0.113.5, 127.0.0.1", "203.0.113.5", id="two proxies of ours"),
        pytest.param("127.0.0.1", "", "127.0.0.1", id="no proxy"),
        pytest.param("127.0.0.1", "nonsense", "nonsense", id="nonsense"),
        pytest.param("203.0.113.9", "198.51.100.1", "203.0.113.9", id="a stranger's word"),
        pytest.param(None, "203.0.113.5", "203.0.113.5", id="a Unix socket"),
    ],
)
async def test_a_proxys_word_is_believed_and_a_strangers_is_not(
    client: str | None, forwarded: str, address: str
) -> None:
    met: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        met.append(scope)

    async def nothing(*_: object) -> None:
        return None

    headers = [(b"x-forwarded-for", forwarded.encode()), (b"x-forwarded-proto", b"https")]
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "scheme": "http",
        "client": (client, 1) if client else None,
        "headers": headers if forwarded else [],
    }
    surroundings = Surroundings(app, cheap_settings(), Errors(None, lambda: NOON))
    await surroundings(scope, nothing, nothing)  # type: ignore[arg-type]  # nobody receives or sends here
    assert met[0]["state"]["address"] == address
    assert met[0]["scheme"] == ("https" if forwarded and client != "203.0.113.9" else "http")


async def test_a_session_is_begun_kept_and_ended_by_its_cookie(site: Site) -> None:
    await site.world.person("amina")
    user = site.world.viewer("amina").user
    assert user is not None
    token = await site.node.db.write(sessions.open_session, user, "test", ids=site.node.ids, now=site.node.clock())
    async with site.http.get(f"{site.base}/settings", headers={"Cookie": f"archipel_session={token}"}) as answer:
        assert answer.status == 200
    async with site.http.get(
        f"{site.base}/settings", headers={"Cookie": "archipel_session=made-up"}, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    reply = await site.get("/api/v1/timelines/home", headers={"Cookie": f"archipel_session={token}"}, status=401)
    assert reply.json["error"]


async def test_peers_read_problems_and_people_read_pages(site: Site) -> None:
    async with site.http.get(f"{site.base}/users/amina/what/ever") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    async with site.http.get(f"{site.base}/what-ever") as answer:
        assert answer.status == 404
        assert answer.headers["Content-Type"].startswith("text/html")
