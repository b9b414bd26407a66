"""`archipel serve`: the node runs, until it is told to stop.

`running` puts one together inside an event loop: the command does, the seed of the demo does with three, tests do.
"""

import argparse
import asyncio
import contextlib
import errno
import gc
import logging
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from enum import StrEnum
from functools import partial

import uvicorn
from starlette.applications import Starlette

from federation.assembly import Federation
from server.api.instance import SOFTWARE
from server.app import (
    Part,
    count,
    create_app,
    digest,
    greeting,
    invitation,
    letter,
    must_read,
    sentence,
)
from server.assemble import NotMigrated, Parts, build_node, close_node
from server.cli.toolbox import CommandFailed, say
from server.config import load
from server.streaming import Hub
from server.work.dispatcher import Dispatcher
from server.work.look import LookKeeper
from server.work.quiet import Watched
from server.work.runner import JobRunner
from server.work.schedule import Schedule
from server.work.subscribers import Words, job_table, subscribers
from social import jobs
from social.clock import Clock, system_clock
from social.node import Node, Remote
from social.recordings.transcode import transcode
from social.settings import Settings
from storage.engine.database import DatabaseInUse

logger = logging.getLogger("archipel")

BACKLOG = 1_024
STOP_SECONDS = 5
"""How long requests under way may take when the node is told to stop."""
KEEP_ALIVE_SECONDS = 30
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class ProcessRole(StrEnum):
    """What one process of a node does."""

    ALL = "all"
    WEB = "web"
    """Answers; writes deliveries and jobs for the workers."""
    WORKER = "worker"
    """Subscribers, jobs and deliveries; listens nowhere."""


class Running:
    """A node that runs in this process, with the parts that one may wait for."""

    def __init__(
        self,
        node: Node,
        federation: Federation,
        dispatcher: Dispatcher,
        runners: Sequence[JobRunner],
        hub: Hub,
        app: Starlette,
    ) -> None:
        self.node = node
        self.federation = federation
        self.dispatcher = dispatcher
        self.runners = runners
        self.hub = hub
        self.app = app

    @property
    def watched(self) -> Watched:
        """For `quiet.settled`."""
        node = self.node
        return Watched(
            name=node.urls.host, db=node.db, clock=node.clock, running_jobs=self._running_jobs, wake=self._wake
        )

    def _running_jobs(self) -> int:
        return sum(runner.running for runner in self.runners)

    def _wake(self) -> None:
        for runner in self.runners:
            runner.wake()


async def serve(arguments: argparse.Namespace) -> None:
    """Run the node until SIGTERM or SIGINT; then end what is under way, in seconds."""
    settings = load(arguments.config)
    role = ProcessRole(arguments.role)
    if role is not ProcessRole.ALL and not settings.database.url.startswith(("postgresql:", "postgres:")):
        raise CommandFailed(f"--role {role.value} needs PostgreSQL: one process has a SQLite database to itself")
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # The server's own words are of interest when something is wrong.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    _raise_file_limit()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for kind in STOP_SIGNALS:
        loop.add_signal_handler(kind, stopped.set)
    with contextlib.nullcontext() if role is ProcessRole.WORKER else bound(settings) as listener:
        async with running(settings, role=role, listener=listener):
            # What is here now stays: the collector need not look at it again and again.
            gc.collect()
            gc.freeze()
            say(f"{settings.base_url} is served{_where(listener)}.")
            sys.stdout.flush()
            await stopped.wait()
            logger.info("stopping")


@contextmanager
def bound(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket of the node. Raises CommandFailed when the port is taken."""
    host, port = settings.listen.host, settings.listen.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio sends small answers at once (TCP_NODELAY) only on sockets that say so, and
    # without it each answer waits 40 ms for the client's acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise CommandFailed(_why_not_bound(host, port, error)) from error
        listener.listen(BACKLOG)
        yield listener


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    listener: socket.socket | None = None,
    role: ProcessRole = ProcessRole.ALL,
) -> AsyncIterator[Running]:
    """A node, running and answering at `listener`; ended at the end of the block.

    Raises CommandFailed for a database that is not migrated or is another node's, StorageError.
    """
    federation: Federation | None = None

    def connect(parts: Parts) -> Remote:
        nonlocal federation
        federation = Federation(
            settings=parts.settings,
            db=parts.db,
            files=parts.files,
            clock=parts.clock,
            ids=parts.ids,
            urls=parts.urls,
            crunch=parts.crunch,
            version=SOFTWARE,
            works=role is not ProcessRole.WEB,
        )
        return federation.remote

    try:
        node = await build_node(settings, connect, clock=clock)
    except NotMigrated as error:
        raise CommandFailed("the database is not at this version's schema: run `archipel migrate` first") from error
    except DatabaseInUse as error:
        raise CommandFailed(f"another node runs on this database; stop that one first ({error})") from error
    assert federation is not None  # noqa: S101  # `build_node` has called `connect`
    federation.group.on_change(node.join)
    node.on_dress(federation.show)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(close_node, node)
        one = _assembled(node, federation, role)
        if role is ProcessRole.WORKER:
            await stack.enter_async_context(one.app.router.lifespan_context(one.app))
        else:
            await stack.enter_async_context(_answering(one.app, listener, settings))
        yield one


def _words(node: Node) -> Words:
    """What leaves the node in sentences."""
    return Words(
        sentence=sentence,
        letter=partial(letter, node),
        greeting=greeting,
        digest=partial(digest, node),
        must_read=partial(must_read, node),
        counted=count,
        invitation=partial(invitation, node),
    )


def _assembled(node: Node, federation: Federation, role: ProcessRole) -> Running:
    """The parts of a node in this process, tied together; nothing is started."""
    hub = Hub(node)
    dispatcher = Dispatcher(node.db, node.clock, subscribers(federation), leads=role is not ProcessRole.WEB)
    if role is not ProcessRole.WORKER:
        dispatcher.listen(hub.publish)
    runner = JobRunner(node.db, node.clock, job_table(node, federation, _words(node)))
    # A node that lets us wait must not stand before words to people here, however much it gives us to ask for.
    asker = JobRunner(node.db, node.clock, federation.jobs())
    # Making a recording ready takes minutes and both processors: it must not stand before anything else.
    recorder = JobRunner(node.db, node.clock, {jobs.Transcode: partial(transcode, node)}, slots=1)
    # Federation begins last and ends first: what it asks for is done by the others.
    runners = (runner, asker, recorder)
    works: tuple[Part, ...] = () if role is ProcessRole.WEB else (*runners, Schedule(node))
    app = create_app(
        node, parts=(LookKeeper(node), dispatcher, *works, federation), hub=hub, protocol=federation.routes()
    )
    return Running(node, federation, dispatcher, runners, hub, app)


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it: the seed of the demo runs three in one process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as error:
            # It has told the reason; ending the process is for whoever runs it, after closing what is open.
            raise CommandFailed("the node could not start: the reason is above") from error


@asynccontextmanager
async def _answering(app: Starlette, listener: socket.socket | None, settings: Settings) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app,
        host=settings.listen.host,
        port=settings.listen.port,
        loop="none",
        http="httptools",
        ws=app.state.socket,
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener] if listener is not None else None), name="http")
    try:
        while not server.started:
            # The server says that it has started by a flag alone.
            await asyncio.wait({task}, timeout=0.01)
            if task.done():
                break
        else:
            yield
    finally:
        server.should_exit = True
        # Streams have no end of their own: without this each would hold the stop for all of `STOP_SECONDS`.
        app.state.hub.close()
        await task


def _raise_file_limit() -> None:
    """Sockets are files: the soft limit of many systems is 1,024."""
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _why_not_bound(host: str, port: int, error: OSError) -> str:
    reasons = {
        errno.EADDRINUSE: "another program listens there",
        errno.EACCES: "the system does not allow it",
        errno.EADDRNOTAVAIL: "this machine has no such address",
    }
    reason = reasons.get(error.errno or 0, error.strerror)
    return f"cannot listen on {host} port {port}: {reason} (listen.host, listen.port)"


def _where(listener: socket.socket | None) -> str:
    if listener is None:
        return " by a worker"
    host, port, *_ = listener.getsockname()
    return f" on {host} port {port}"
