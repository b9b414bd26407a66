"""The calls of an app that count: what each does under load, and how many statements one costs."""

import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from benchmarks.figures import Line
from benchmarks.load import Rate, blast, request
from benchmarks.node import BenchNode
from benchmarks.world import World
from server.api.routing import Endpoint
from server.app import create_app
from server.assemble import build_node, close_node
from server.config import load
from storage.ids import AccountId, MediaId

SECONDS = 5.0
CLIENTS = (1, 16)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A call: a GET of `path`, or a post when it is empty. `budgets`: per second by 1 and 16 clients, where decided."""

    name: str
    path: str = ""
    budgets: tuple[float, float] | None = None


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call by so many clients. `mib`: resident memory of the node right after it.

    `per_core`: answers for each second of a core that the node used, whatever else the machine did meanwhile.
    """

    subject: Subject
    clients: int
    rate: Rate
    mib: float
    per_core: float

    @property
    def line(self) -> Line | None:
        """As a line of the budgets, where there is one."""
        if self.subject.budgets is None:
            return None
        budget = self.subject.budgets[CLIENTS.index(self.clients)]
        return Line(what=f"{self.subject.name}, {self.clients} client(s)", value=self.rate.per_second, budget=budget)


def subjects(world: World) -> tuple[Subject, ...]:
    """All of them, the writing one last."""
    return (
        Subject(name="home, 20 posts", path="/api/v1/timelines/home", budgets=(1_200, 2_200)),
        Subject(name="thread of 30 answers", path=f"/api/v1/statuses/{world.thread}/context", budgets=(1_100, 2_500)),
        Subject(name="thread of 300 answers", path=f"/api/v1/statuses/{world.long_thread}/context"),
        Subject(name="notifications, 40", path="/api/v1/notifications?limit=40"),
        Subject(name="notifications in groups", path="/api/v2/notifications"),
        Subject(name="search for a word", path="/api/v2/search?q=capteur"),
        Subject(name="search for a person", path="/api/v2/search?q=person77&type=accounts"),
        Subject(name="publish", budgets=(300, 900)),
    )


def headers(node: BenchNode, token: str) -> dict[str, str]:
    """What an app sends."""
    return {"Host": node.host, "Authorization": f"Bearer {token}", "Accept": "application/json"}


async def measured(node: BenchNode, token: str, world: World) -> list[Figure]:
    """Each call by each number of clients. Raises RuntimeError if an answer was not good."""
    return [await _measured(node, token, subject, clients) for subject in subjects(world) for clients in CLIENTS]


async def _measured(node: BenchNode, token: str, subject: Subject, clients: int) -> Figure:
    asks = _asks(node, token, subject)
    before = node.cpu()
    rate = await blast("127.0.0.1", node.port, asks, clients=clients, seconds=SECONDS)
    used = node.cpu() - before
    if rate.bad:
        raise RuntimeError(f"{subject.name}: answers were not all good: {rate.statuses}")
    return Figure(
        subject=subject, clients=clients, rate=rate, mib=node.memory(), per_core=sum(rate.statuses.values()) / used
    )


def _asks(node: BenchNode, token: str, subject: Subject) -> Iterator[bytes]:
    if subject.path:
        return itertools.repeat(request("GET", subject.path, headers(node, token)))
    sent = headers(node, token) | {"Content-Type": "application/json"}
    return (request("POST", "/api/v1/statuses", sent, said) for said in _said())


def _said() -> Iterator[bytes]:
    for number in itertools.count():
        body = {"status": f"Essai {number} de la ligne {secrets.token_hex(2)}", "visibility": "public"}
        yield json.dumps(body).encode()


async def statements(node: BenchNode, token: str, world: World) -> dict[str, int]:
    """Statements of one answer of each call, once the node is warm: authentication among them.

    Asked of the same application in this process, after the node has stopped.
    """
    counts: list[int] = []

    def observe(_: Endpoint, count: int) -> None:
        counts.append(count)

    inside = await build_node(load(node.config), lambda _: _Nobody())
    try:
        app = create_app(inside, observe=observe)
        found = {}
        for subject in subjects(world):
            for _ in range(2):
                await _ask(app, node, token, subject)
            found[subject.name] = counts[-1]
        return found
    finally:
        await close_node(inside)


async def _ask(app: Callable[..., Any], node: BenchNode, token: str, subject: Subject) -> None:
    body = b"" if subject.path else next(_said())
    sent = headers(node, token)
    if body:
        sent |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    path, _, query = (subject.path or "/api/v1/statuses").partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET" if subject.path else "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", node.port),
        "root_path": "",
        "state": {},
    }
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    if statuses != [200]:
        raise RuntimeError(f"{subject.name}: {statuses}")


class _Nobody:
    """There are no other nodes."""

    async def account_by_handle(self, handle: str) -> None:
        """Nobody."""

    async def account_by_url(self, url: str) -> None:
        """Nobody."""

    async def account_anew(self, account: AccountId) -> None:
        """Nothing."""

    async def post_by_url(self, url: str) -> None:
        """Nothing."""

    async def media(self, media: MediaId) -> bool:
        """Nothing."""
        return False
