"""A server for one test, which begins and ends when it is told to.

uvicorn looks ten times a second whether it should end, and then waits another tenth whatever there is to wait for:
nothing to a node of a year, half the time of a test of a thousand.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

TICK = 0.1


class Server(uvicorn.Server):
    """uvicorn's, without its waiting. Signals are left to whoever runs the tests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._end = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: see the class."""
        yield

    def end(self) -> None:
        """Finish what was asked, and stop."""
        self.should_exit = True
        self._end.set()

    async def main_loop(self) -> None:
        """Keep the date of the answers until the end is asked for."""
        counter = 0
        end = asyncio.ensure_future(self._end.wait())
        while not await self.on_tick(counter):
            counter += 1
            await asyncio.wait({end}, timeout=TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, finish what was asked, and let the application end."""
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(0.002)
        except TimeoutError:
            for task in self.server_state.tasks:
                task.cancel()
        await self.lifespan.shutdown()


@asynccontextmanager
async def serving(config: uvicorn.Config, listener: socket.socket) -> AsyncIterator[None]:
    """Answer at a bound socket, from the first line of the block to its end."""
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.wait({task}, timeout=0.002)
        if task.done():
            task.result()
            raise AssertionError("the server ended before it began")
    try:
        yield
    finally:
        server.end()
        await task
