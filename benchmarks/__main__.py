"""`python -m benchmarks [posts]`: the figures of the budgets beside this machine's own limits, in one run.

Builds a world of 2,000 accounts and 100,000 posts (or as many as are said) in a temporary folder, starts a real node
on it and prints a table. Status 1 when a figure is worse than half of its budget.
`python -m benchmarks sockets [how many]` measures idle WebSockets instead.
`python -m benchmarks federation [posts]` measures what a node does with its peers, all of them on loopback.
`python -m benchmarks communities [posts [members of a node]]` measures a community on 20 nodes, at its host.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import calls, communities, federation, figures, machine, peers, sockets
from benchmarks.calls import Figure
from benchmarks.figures import Line
from benchmarks.load import Rate, request
from benchmarks.node import BenchNode, free_port
from benchmarks.world import ACCOUNTS, POSTS, build
from server.config import load
from storage.engine.database import open_database

FEW = 10_000
"""Posts in the world when peers are measured."""


async def main(posts: int) -> int:
    """Measure and print; the exit status."""
    _print_machine(await machine.bare_server(1), await machine.bare_server(16))
    with tempfile.TemporaryDirectory(prefix="archipel-bench-") as folder:
        lines = await _measure(Path(folder), posts)
    return _table(f"One node, SQLite, {ACCOUNTS} accounts, {posts} posts, limits off, load from this machine", lines)


async def speak(posts: int) -> int:
    """Measure federation and print each figure as it comes; the exit status."""
    _print_machine(await machine.bare_server(1), await machine.bare_server(16))
    _print(f"One node, SQLite, {ACCOUNTS} accounts, {posts} posts, limits off, peers on this machine")
    lines = []
    async for line in federation.measure(posts):
        lines.append(line)
        _print_line(line)
    return 0 if all(line.is_half_met for line in lines) else 1


async def gather(posts: int, members: int) -> int:
    """Measure a community and print each figure as it comes; the exit status."""
    _print_machine(await machine.bare_server(1), await machine.bare_server(16))
    everybody, away = members * (communities.NEIGHBOURS + 1), members * communities.NEIGHBOURS
    _print(f"One node, SQLite, limits off, keeps a community of {everybody} members, {away} of them on 19 other nodes")
    lines = []
    async for line in communities.measure(posts, members):
        lines.append(line)
        _print_line(line)
    return 0 if all(line.is_half_met for line in lines) else 1


async def listen(many: int) -> int:
    """Measure idle sockets and print; the exit status."""
    return _table(
        f"One node, SQLite, {many} WebSockets that listen to the public timeline", await sockets.measure(many)
    )


def _table(title: str, lines: list[Line]) -> int:
    _print(title)
    for line in lines:
        _print_line(line)
    return 0 if all(line.is_half_met for line in lines) else 1


def _print_line(line: Line) -> None:
    mark = "" if line.is_met else " (under budget)" if line.is_half_met else " (UNDER HALF OF THE BUDGET)"
    _print(f"  {line.what:<48}{line.value:>10.1f} {line.unit:<6} budget {line.budget:>8.1f}{mark}")


async def _measure(folder: Path, posts: int) -> list[Line]:
    port = free_port()
    node = BenchNode(folder, allow=[f"localhost:{port}"])
    node.run("init")
    settings = load(node.config)
    db = await open_database(settings.database.url)
    sink = peers.Sink()
    try:
        world = await build(db, settings, posts)
        writers = await peers.prepare(db, world, f"localhost:{port}")
        await sink.start(port)
        tokens = [node.run("token", "create", world.people[number].username) for number in range(2)]
        lines = await figures.start_and_memory(node)
        called = await calls.measured(node, tokens[0], world)
        lines += [one.line for one in called if one.line is not None]
        lines += await peers.activities_in(node, db, writers)
        lines.append(await peers.deliveries_out(node, sink, _to_all(node, tokens[1])))
        lines.append(figures.memory_under_load(node))
        await node.stop()
        _print_calls(called, await calls.statements(node, tokens[0], world))
        return lines
    finally:
        await node.stop()
        await sink.stop()
        await db.close()


def _to_all(node: BenchNode, token: str) -> bytes:
    body = json.dumps({"status": "À tous", "visibility": "public"}).encode()
    sent = calls.headers(node, token) | {"Content-Type": "application/json"}
    return request("POST", "/api/v1/statuses", sent, body)


def _print_calls(called: list[Figure], statements: dict[str, int]) -> None:
    heads = ("per s", "p50 ms", "p95 ms", "p99 ms", "per core", "MiB", "SQL")
    _print(f"Calls of an app{'':<26}" + "".join(f"{head:>9}" for head in heads))
    for one in called:
        rate = one.rate
        _print(
            f"  {one.subject.name:<26}{one.clients:>4} client(s){rate.per_second:>9.0f}{rate.median_ms:>9.2f}"
            f"{rate.p95_ms:>9.2f}{rate.p99_ms:>9.2f}{one.per_core:>9.0f}{one.mib:>9.0f}{statements[one.subject.name]:>9}"
        )


def _print_machine(one: Rate, sixteen: Rate) -> None:
    signs, verifies = machine.rsa_rates()
    _print("This machine, without us")
    _print(f"  bare Starlette, 20 kB, 1 / 16 clients      {one.per_second:10.0f} / {sixteen.per_second:.0f} per s")
    _print(f"  RSA-2048 signatures / verifications        {signs:10.0f} / {verifies:.0f} per s")
    _print(f"  durable SQLite commits                     {machine.durable_commits():10.0f} per s")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["sockets"]:
        raise SystemExit(asyncio.run(listen(int(words[1]) if len(words) > 1 else sockets.SOCKETS)))
    if words[:1] == ["federation"]:
        raise SystemExit(asyncio.run(speak(int(words[1]) if len(words) > 1 else FEW)))
    if words[:1] == ["communities"]:
        said = [int(word) for word in words[1:3]]
        posts, members = (*said, *(communities.POSTS, communities.MEMBERS)[len(said) :])
        raise SystemExit(asyncio.run(gather(posts, members)))
    raise SystemExit(asyncio.run(main(int(words[0]) if words else POSTS)))
