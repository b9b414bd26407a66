"""How long the node takes for its pages, on the data of the demo: each page that a link leads to, as an administrator.

One reader at a time; what is measured is the time until the whole answer is there.
"""

import re
import time
from pathlib import Path
from statistics import median

import aiohttp
import msgspec
from starlette.routing import Route

from benchmarks.figures import Line
from benchmarks.node import free_port
from server.cli import demo
from server.cli.main import parser
from web.routes.table import routes

ROUNDS = 40
BUDGET_MS = 100.0
SHOWN = 6
BEGIN = ("/", "/site", "/group", "/discover", "/search?q=presse", "/people", "/settings", "/admin", "/absence")
READER = "thomas"
_LINK = re.compile(r'href="(/[^"#]*)')


async def measure(folder: Path) -> list[Line]:
    """Start a demo in `folder`, look at its pages, and stop it."""
    first = free_port()
    arguments = parser().parse_args(["demo", "start", "--folder", str(folder), "--first-port", str(first)])
    await demo.start(arguments)
    try:
        told = msgspec.json.decode((folder / "demo.json").read_bytes(), type=demo.Demo)
        return await looked_at(told.nodes[0].base_url)
    finally:
        await demo.stop(parser().parse_args(["demo", "stop", "--folder", str(folder)]))


async def looked_at(base: str) -> list[Line]:
    """Each page of a node of the demo that runs, `ROUNDS` times."""
    async with aiohttp.ClientSession(base) as session:
        await _enter(session)
        pages = await _found(session)
        times = {path: [await _asked(session, address) for _ in range(ROUNDS)] for path, address in pages.items()}
    return _lines(times)


async def _enter(session: aiohttp.ClientSession) -> None:
    async with session.post("/sign-in", data={"name": READER, "password": demo.PASSWORD}) as answer:
        answer.raise_for_status()


async def _found(session: aiohttp.ClientSession) -> dict[str, str]:
    """One address for each page of the table that links lead to."""
    table = [route for route in routes() if isinstance(route, Route) and "GET" in (route.methods or ())]
    known: dict[str, str] = {}
    ahead = list(BEGIN)
    while ahead:
        address = ahead.pop(0)
        path = next((one.path for one in table if one.path_regex.match(address.partition("?")[0])), "")
        if not path or path in known or path.startswith(("/static", "/theme", "/app", "/oauth", "/letters")):
            continue
        async with session.get(address, allow_redirects=False) as answer:
            if answer.status == 200 and answer.content_type == "text/html":
                known[path] = address
                ahead += _LINK.findall(await answer.text())
    return known


async def _asked(session: aiohttp.ClientSession, address: str) -> float:
    started = time.perf_counter()
    async with session.get(address) as answer:
        await answer.read()
    return (time.perf_counter() - started) * 1000


def _lines(times: dict[str, list[float]]) -> list[Line]:
    every = sorted(one for found in times.values() for one in found)
    middle = {path: median(found) for path, found in times.items()}
    slowest = sorted(middle, key=lambda path: -middle[path])[:SHOWN]
    whole = f"{len(times)} pages (median {median(every):.1f} ms), p95"
    return [
        Line(what=what, value=value, budget=BUDGET_MS, unit="ms", less_is_better=True)
        for what, value in [(whole, _p95(every)), *((f"slowest: {path}, median", middle[path]) for path in slowest)]
    ]


def _p95(ordered: list[float]) -> float:
    return ordered[int(len(ordered) * 0.95)]
