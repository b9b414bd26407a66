"""Shows the look that administrators chose: at the start, and when another process of this node changed it."""

import asyncio
import logging

from social.governance import look
from social.node import Node
from storage.engine.errors import StorageError
from storage.ids import Millis

logger = logging.getLogger("archipel.look")

LOOK_SECONDS = 2.0


class LookKeeper:
    """One for each process. The page that changes the look shows it at once; other processes follow within seconds."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._seen = Millis(0)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin with what was chosen; nobody else changes it where there is one process. Raises StorageError."""
        await self.glance()
        if self._node.db.engine == "postgres":
            self._task = asyncio.create_task(self._glance_for_ever(), name="look")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def glance(self) -> None:
        """Show what was chosen, if it changed since the last time. Raises StorageError."""
        changed_at = await self._node.db.read(look.changed_at)
        if changed_at != self._seen:
            self._node.dress(await self._node.db.read(look.look))
            self._seen = changed_at

    async def _glance_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.glance()
            except StorageError as error:
                logger.warning("the look of the site cannot be read: %s", error)
