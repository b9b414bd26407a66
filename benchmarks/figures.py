"""The figures of one node on SQLite: reading, writing, memory, start; durable, every check on, over the big world."""

import asyncio
import itertools
import json
import secrets
from collections.abc import Iterator

import msgspec

from benchmarks.load import Rate, blast, request
from benchmarks.node import BenchNode
from benchmarks.world import World

SECONDS = 5.0
CLIENTS = (1, 16)
POSTS = 1_500


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table: what, how much now, the budget of docs/reference, and its unit."""

    what: str
    value: float
    budget: float
    unit: str = "per s"
    less_is_better: bool = False

    @property
    def is_met(self) -> bool:
        """Within the budget."""
        return self.value <= self.budget if self.less_is_better else self.value >= self.budget

    @property
    def is_half_met(self) -> bool:
        """No worse than twice, or half, of it."""
        return self.value <= self.budget * 2 if self.less_is_better else self.value >= self.budget / 2


def headers(node: BenchNode, token: str) -> dict[str, str]:
    """What an app sends."""
    return {"Host": node.host, "Authorization": f"Bearer {token}", "Accept": "application/json"}


async def reading(node: BenchNode, token: str, world: World) -> list[Line]:
    """Home and thread, by 1 and 16 clients."""
    budgets = {"home": (1_200, 2_200), "thread": (1_100, 2_500)}
    paths = {"home": "/api/v1/timelines/home", "thread": f"/api/v1/statuses/{world.thread}/context"}
    lines = []
    for name, path in paths.items():
        ask = request("GET", path, headers(node, token))
        for clients, budget in zip(CLIENTS, budgets[name], strict=True):
            rate = await blast("127.0.0.1", node.port, itertools.repeat(ask), clients=clients, seconds=SECONDS)
            lines.append(_line(f"{name}, {clients} client(s)", rate, budget))
    return lines


async def writing(node: BenchNode, token: str) -> list[Line]:
    """Durable posts by the API."""
    lines = []
    for clients, budget in zip(CLIENTS, (300, 900), strict=True):
        rate = await blast("127.0.0.1", node.port, _posts(node, token), clients=clients, seconds=SECONDS)
        lines.append(_line(f"publish, {clients} client(s)", rate, budget))
    return lines


def _posts(node: BenchNode, token: str) -> Iterator[bytes]:
    for number in itertools.count():
        body = json.dumps({"status": f"Essai {number} de la ligne {secrets.token_hex(2)}", "visibility": "public"})
        yield request(
            "POST", "/api/v1/statuses", headers(node, token) | {"Content-Type": "application/json"}, body.encode()
        )


def _line(what: str, rate: Rate, budget: float) -> Line:
    if rate.bad:
        raise RuntimeError(f"{what}: answers were not all good: {rate.statuses}")
    return Line(what=f"{what} (p95 {rate.p95_ms:.1f} ms)", value=rate.per_second, budget=budget)


async def start_and_memory(node: BenchNode) -> list[Line]:
    """Start it; leaves it running."""
    seconds = await node.start()
    await asyncio.sleep(2.0)  # what a node does at its start is not what it holds at rest
    return [
        Line(what="start to first answer", value=seconds, budget=1.5, unit="s", less_is_better=True),
        Line(what="memory at rest", value=node.memory(), budget=110, unit="MiB", less_is_better=True),
    ]


def memory_under_load(node: BenchNode) -> Line:
    """After all the others."""
    return Line(what="memory after the load", value=node.memory(), budget=200, unit="MiB", less_is_better=True)
