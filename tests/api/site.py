"""A node behind a real socket at `http://localhost:PORT`, with Groupe Armor's people on it, and a client of its API.

Each answer is checked against the schema of its entity by the very call that makes it.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import uvicorn

from server.api.routing import Endpoint
from server.app import create_app
from server.streaming import Hub
from server.work.dispatcher import Dispatcher
from social.feeds.subscribers import FEEDS
from social.node import Node
from social.people import grants
from social.settings import DatabaseSettings, FederationSettings, LimitSettings, ListenSettings, MediaSettings, Settings
from storage import log
from storage.engine.database import Database
from storage.files import LocalFiles
from storage.ids import AccountId, MediaId, PostId
from tests.api.answers import entities_of
from tests.api.validate import validate
from tests.serving import serving
from tests.world import World, cheap_settings

ALL = "read write follow push"


class Alone:
    """No other node answers: the tests of federation have some that do. What was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.accounts: dict[str, AccountId] = {}
        self.posts: dict[str, PostId] = {}

    async def account_by_handle(self, handle: str) -> AccountId | None:
        """What the test put under that handle."""
        self.asked.append(handle)
        return self.accounts.get(handle)

    async def account_by_url(self, url: str) -> AccountId | None:
        """What the test put under that address."""
        self.asked.append(url)
        return self.accounts.get(url)

    async def account_anew(self, account: AccountId) -> None:
        """Nothing new."""
        self.asked.append(str(account))

    async def post_by_url(self, url: str) -> PostId | None:
        """What the test put under that address."""
        self.asked.append(url)
        return self.posts.get(url)

    async def media(self, media: MediaId) -> bool:
        """It cannot be had."""
        self.asked.append(str(media))
        return False


class Reply(msgspec.Struct):
    """An answer of the API."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.body)

    @property
    def ids(self) -> list[str]:
        """Ids of a list."""
        return [one["id"] for one in self.json]

    @property
    def links(self) -> dict[str, str]:
        """Addresses of the `Link` header by relation."""
        parts = [part.strip() for part in self.headers.get("Link", "").split(",") if part.strip()]
        return {part.split('rel="')[1][:-1]: part[1 : part.index(">")] for part in parts}


class Site:
    """The node, its people, and requests to it."""

    def __init__(self, node: Node, world: World, remote: Alone, hub: Hub, http: aiohttp.ClientSession) -> None:
        self.node = node
        self.hub = hub
        self.world = world
        self.remote = remote
        self.http = http
        self.base = node.settings.base_url
        self.statements: list[tuple[str, int]] = []
        self._tokens: dict[tuple[str, str], str] = {}

    def observe(self, endpoint: Endpoint, statements: int) -> None:
        """Keep what each answer cost."""
        self.statements.append((endpoint.path, statements))

    async def token(self, name: str, scopes: str = ALL) -> str:
        """A token of a person, who joins if they have not yet."""
        if (name, scopes) not in self._tokens:
            await self.world.person(name)
            node = self.node
            app = await node.db.write(grants.node_app, "tests", ids=node.ids, now=node.clock())
            viewer = self.world.viewer(name)
            self._tokens[name, scopes] = await node.db.write(
                grants.issue, app, viewer.user, scopes, ids=node.ids, now=node.clock()
            )
        return self._tokens[name, scopes]

    async def call(
        self,
        method: str,
        path: str,
        entity: str | None = None,
        *,
        by: str | None = None,
        scopes: str = ALL,
        token: str | None = None,
        status: int = 200,
        form: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        body: object = None,
        raw: bytes | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Ask, and check the status and the form of the answer; an error is checked as one."""
        sent = dict(headers or {})
        if by is not None or token is not None:
            sent["Authorization"] = f"Bearer {token or await self.token(by or '', scopes)}"
        data: Any = None if raw is None else BytesIO(raw)
        if body is not None:
            data, sent["Content-Type"] = json.dumps(body), "application/json"
        elif form is not None or files is not None:
            data = _form(form or {}, files)
        url = path if path.startswith("http") else f"{self.base}{path}"
        async with self.http.request(method, url, data=data, headers=sent, allow_redirects=False) as answer:
            reply = Reply(answer.status, answer.headers, await answer.read())
        assert reply.status == status, (method, path, reply.status, reply.body[:500])
        if status >= 400:
            entity = "OAuthError" if path.startswith("/oauth/") and entity is None else "Error"
        if entity is not None:
            assert reply.headers["Content-Type"].startswith("application/json"), reply.headers
            problems = validate(entity, reply.json)
            assert not problems, (method, path, problems)
        elif wanted := entities_of(method, path.removeprefix(self.base)):
            # Also the answer of a call whose test looks at something else.
            tried = [validate(one, reply.json) for one in wanted]
            assert not all(tried), (method, path, tried)
        return reply

    async def get(self, path: str, entity: str | None = None, **more: Any) -> Reply:
        """GET."""
        return await self.call("GET", path, entity, **more)

    async def post(self, path: str, entity: str | None = None, **more: Any) -> Reply:
        """POST."""
        return await self.call("POST", path, entity, **more)

    async def say(self, name: str, text: str, **params: Any) -> str:
        """Post through the API; the id."""
        reply = await self.post("/api/v1/statuses", "Status", by=name, body={"status": text, **params})
        return str(reply.json["id"])

    async def follow(self, name: str, other: str) -> None:
        """Follow through the API."""
        await self.world.person(other)
        await self.post(f"/api/v1/accounts/{self.world.id(other)}/follow", "Relationship", by=name)

    async def settled(self) -> None:
        """Wait until everything that happened was heard by all subscribers."""

        async def is_so() -> bool:
            await self.node.db.write(log.number)
            return await self.node.db.read(lambda tx: log.slowest(tx) >= log.last(tx))

        await eventually(is_so, 15.0)

    async def settle(self) -> None:
        """Until the subscribers have read everything."""
        await self.world.settle()

    def cost(self, path: str) -> int:
        """Statements of the last answer of that route."""
        return next(count for route, count in reversed(self.statements) if route == path)


def site_settings(
    port: int,
    folder: Path,
    *,
    limits: LimitSettings | None = None,
    is_open: bool = False,
    database: str = "sqlite:///nowhere",
) -> Settings:
    """A node at http://localhost:PORT, without limits unless the test wants them."""
    settings = cheap_settings(f"localhost:{port}")
    without = LimitSettings(off=True, password_grant=True)
    return msgspec.structs.replace(
        settings,
        node=msgspec.structs.replace(settings.node, scheme="http", title="Usine", open=is_open),
        listen=ListenSettings(host="127.0.0.1", port=port),
        database=DatabaseSettings(url=database),
        media=MediaSettings(root=str(folder)),
        limits=limits or without,
        federation=FederationSettings(insecure_loopback=True),
    )


@asynccontextmanager
async def running(
    db: Database, folder: Path, *, limits: LimitSettings | None = None, is_open: bool = False
) -> AsyncIterator[Site]:
    """The node serving, until the test is over."""
    # A socket that says it is TCP: only then asyncio sends small answers at once.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    settings = site_settings(listening.getsockname()[1], folder, limits=limits, is_open=is_open)
    world = World(db, settings)
    remote = Alone()
    node = Node(
        settings=settings,
        db=db,
        files=LocalFiles(folder),
        clock=world.clock,
        ids=world.ids,
        urls=world.urls,
        remote=remote,
        crunch=ThreadPoolExecutor(1),
    )
    hub = Hub(node)
    dispatcher = Dispatcher(db, world.clock, FEEDS)
    dispatcher.listen(hub.publish)
    async with aiohttp.ClientSession() as http:
        site = Site(node, world, remote, hub, http)
        app = create_app(node, parts=[dispatcher], hub=hub, observe=site.observe)
        config = uvicorn.Config(app, log_level="warning", ws=app.state.socket, timeout_graceful_shutdown=1)
        try:
            async with serving(config, listening):
                yield site
        finally:
            node.crunch.shutdown(wait=True)


async def eventually(condition: Any, seconds: float = 5.0) -> Any:
    """What `condition` gives, once it is true: an asynchronous function without arguments."""
    async with asyncio.timeout(seconds):
        while not (found := await condition()):
            await asyncio.sleep(0.02)
    return found


def _form(form: Any, files: Mapping[str, tuple[str, bytes]] | None) -> Any:
    pairs = list(form.items()) if isinstance(form, Mapping) else list(form)
    data = aiohttp.FormData(default_to_multipart=files is not None)
    for name, value in pairs:
        data.add_field(name, value)
    for name, (filename, content) in (files or {}).items():
        data.add_field(name, BytesIO(content), filename=filename)
    return data
