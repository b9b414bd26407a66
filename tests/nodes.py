"""Real nodes on loopback sockets: in this process, or as processes of their own that can be killed.

    async with running_node(tmp_path) as usine:                         http://usine.localhost:<port>, in this process
    async with running_node(tmp_path, domain="localhost") as node:      http://localhost:<port>, for clients of Python
    async with running_group(tmp_path, "siege", "usine") as (siege, usine):    nodes of one group that follow each other
    async with served_node(tmp_path) as usine:                         `archipel serve`; `kill()`, `stop()`, `start()`
    async with served_group(tmp_path, "siege", "usine") as (siege, usine):

    amina = await usine.person("amina")                  an account with a login and a token; made once
    post = await usine.say(amina, "Line 3 stops")        through the real API: the JSON of the answer
    home = await siege.api("GET", "/api/v1/timelines/home", bruno)
    found = await siege.account_of(bruno, amina)         amina as siege knows her, by search (an id)
    await settled(siege, usine)                          nothing waits any more: log, deliveries, inbox, jobs
    await eventually(lambda: …)                          a condition, sync or async; its true value
    await usine.read(fn, …) / usine.write(fn, …)         a transaction on its database

In-process nodes also have `.running` (server.cli.serve.Running: node, federation, dispatcher, runners, hub, app).
Settings: any section as a keyword, such as `limits=LimitSettings(per_user=5)`; `database_url=` for PostgreSQL; `clock=`
for an in-process node by another clock. `ARCHIPEL_JITTER=7` delays, repeats and shuffles what in-process nodes say to
one another (`interop/jitter.py`). A port stays reserved from the first start to the end of the block.
"""

import asyncio
import inspect
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from server.cli.serve import bound, running
from server.work import quiet
from social.clock import Clock, system_clock
from social.people import accounts, relations
from social.settings import (
    DatabaseSettings,
    Entity,
    FederationSettings,
    GroupSettings,
    ListenSettings,
    MediaSettings,
    NodeSettings,
    Settings,
)
from storage.engine.database import Tx
from tests.interop import traces
from tests.interop.jitter import jitter
from tests.sites import CHEAP, NO_LIMITS, PLACES, LocalNode, ProcessNode, Site
from tests.template import prepared


@asynccontextmanager
async def running_node(folder: Path, name: str = "usine", **options: Any) -> AsyncIterator[LocalNode]:
    """One node in this process, on its own."""
    async with running_group(folder, name, **options) as (node,):
        yield node


@asynccontextmanager
async def running_group(
    folder: Path,
    *names: str,
    domain: str = "",
    database_urls: Mapping[str, str] | None = None,
    clock: Clock = system_clock,
    is_open: bool = False,
    **sections: Any,
) -> AsyncIterator[tuple[LocalNode, ...]]:
    """Nodes of one group in this process, each following the others; `is_open`: the internet may read them."""
    async with AsyncExitStack() as stack:
        made = _settings(stack, folder, names, domain, database_urls or {}, sections, is_open=is_open)
        for each in made:
            await prepared(each, clock=clock)
        listeners = [stack.enter_context(bound(each)) for each in made]
        nodes: list[LocalNode] = []
        for each, listener in zip(made, listeners, strict=True):
            nodes.append(LocalNode(await stack.enter_async_context(running(each, clock=clock, listener=listener))))
            stack.push_async_callback(nodes[-1].close)
        await met(*nodes)
        stack.enter_context(jitter(nodes))
        yield tuple(nodes)


@asynccontextmanager
async def served_node(folder: Path, name: str = "usine", **options: Any) -> AsyncIterator[ProcessNode]:
    """One node as a process, started."""
    async with served_group(folder, name, **options) as (node,):
        yield node


@asynccontextmanager
async def resting_node(folder: Path, name: str = "usine", **sections: Any) -> AsyncIterator[ProcessNode]:
    """One node as a process, made and not yet started."""
    async with AsyncExitStack() as stack:
        (settings,) = _settings(stack, folder, (name,), "", {}, sections)
        await prepared(settings)
        node = ProcessNode(settings, folder / name)
        stack.push_async_callback(node.close)
        yield node


@asynccontextmanager
async def served_group(
    folder: Path,
    *names: str,
    domain: str = "",
    database_urls: Mapping[str, str] | None = None,
    between: Callable[[Sequence[Settings]], AbstractAsyncContextManager[None]] | None = None,
    **sections: Any,
) -> AsyncIterator[tuple[ProcessNode, ...]]:
    """Nodes of one group as processes, started, each following the others.

    With `between`, nodes listen on other ports than those of their names: it is entered first, and leads from these to
    those.
    """
    async with AsyncExitStack() as stack:
        made = _settings(stack, folder, names, domain, database_urls or {}, sections)
        if between is not None:
            made = [msgspec.structs.replace(one, listen=ListenSettings(port=free_port(stack))) for one in made]
            await stack.enter_async_context(between(made))
        nodes = tuple(ProcessNode(each, folder / name) for each, name in zip(made, names, strict=True))
        for node in nodes:
            stack.push_async_callback(node.close)
        await asyncio.gather(*(node.start() for node in nodes))
        await met(*nodes)
        yield nodes


async def met(*nodes: Site) -> None:
    """Wait until each node of a group is followed by the others."""

    async def is_known() -> bool:
        counts = [await node.read(_followers_of_node) for node in nodes]
        return all(count == len(nodes) - 1 for count in counts)

    await eventually(is_known, seconds=40)


async def settled(*nodes: Site, seconds: float = 20.0) -> None:
    """Wait until nothing waits on any of them. Raises NeverQuiet, which tells what waits."""
    try:
        if all(isinstance(node, LocalNode) for node in nodes):
            await quiet.settled([node.watched for node in nodes], seconds=seconds)
            return
        # Commits of another process are not heard of: look now and then.
        await eventually(lambda: _is_quiet(nodes), seconds=seconds)
    except (quiet.NeverQuiet, AssertionError) as cause:
        cause.add_note(await traces.queues(nodes))
        raise


async def eventually(check: Callable[[], Any], *, seconds: float = 10.0, every: float = 0.02, why: str = "") -> Any:
    """The first true value of a condition, sync or async. Fails when there is none in time."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                found = check()
                if inspect.isawaitable(found):
                    found = await found
                if found:
                    return found
                await asyncio.sleep(every)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {why or inspect.getsource(check).strip()}") from None


def free_port(stack: AsyncExitStack) -> int:
    """A port that nobody else is given until the stack ends: bound, not listening, so that a node may bind it too."""
    held = stack.enter_context(socket.socket())
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port: int = held.getsockname()[1]
    return port


def _settings(
    stack: AsyncExitStack,
    folder: Path,
    names: Sequence[str],
    domain: str,
    database_urls: Mapping[str, str],
    sections: Mapping[str, Any],
    *,
    is_open: bool = False,
) -> list[Settings]:
    ports = [free_port(stack) for _ in names]
    domains = [f"{domain or f'{name}.localhost'}:{port}" for name, port in zip(names, ports, strict=True)]
    group = GroupSettings(
        name="Groupe Armor",
        entities=tuple(
            Entity(id=name, name=PLACES.get(name, (name, ""))[0], place=PLACES.get(name, ("", ""))[1], domain=where)
            for name, where in zip(names, domains, strict=True)
        ),
    )
    made = []
    for name, port, where in zip(names, ports, domains, strict=True):
        home = folder / name
        home.mkdir(parents=True, exist_ok=True)
        given: dict[str, Any] = {
            "node": NodeSettings(domain=where, scheme="http", title=PLACES.get(name, (name, ""))[0], open=is_open),
            "group": group,
            "listen": ListenSettings(port=port),
            "database": DatabaseSettings(url=database_urls.get(name, f"sqlite:///{home / 'archipel.db'}")),
            "media": MediaSettings(root=str(home / "media")),
            "people": CHEAP,
            "federation": FederationSettings(insecure_loopback=True),
            "limits": NO_LIMITS,
            **sections,
        }
        made.append(Settings(**given))
    return made


def _followers_of_node(tx: Tx) -> int:
    return len(relations.inboxes_of_followers(tx, accounts.instance_actor(tx).id))


async def _is_quiet(nodes: Sequence[Site]) -> bool:
    for _ in range(2):
        for node in nodes:
            if await node.read(quiet.unquiet, system_clock()):
                return False
    return True
