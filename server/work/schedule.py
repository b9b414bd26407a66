"""What is due by the clock: forgetting what need not be kept, and seeing what many people speak of."""

import asyncio
import logging
from urllib.parse import urlsplit

from social import contexts, imports
from social.clock import DAY, MINUTE
from social.communities import auto, quiet, unhosted
from social.feeds import trends
from social.letters import digests, letters
from social.node import Node
from social.people import sessions
from social.posts import media as pictures
from social.posts import repeats
from social.recognition import pulse
from social.settings import Settings
from storage import limits, log, media, relations
from storage import sessions as session_rows
from storage.engine.database import Tx
from storage.ids import Millis

logger = logging.getLogger("archipel.schedule")

EVERY_SECONDS = 600.0
EVENTS_KEPT = 7 * DAY
UPLOADS_KEPT = DAY
PRUNED_AT_ONCE = 200


class Schedule:
    """One task of the node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin with the first round."""
        self._task = asyncio.create_task(self._run(), name="schedule")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                settings, now = self._node.settings, self._node.clock()
                await self._node.db.write(tidy, settings, now)
                await self._node.db.write(pulse.keep_round, settings=settings, own=self._node.urls.host, now=now)
                await self._node.db.write(trends.compute, is_on=settings.node.trends, now=now)
            except Exception:
                # Whatever it is: what is due in ten minutes has to come round.
                logger.exception("tidying failed; the next round tries again")
            await asyncio.sleep(EVERY_SECONDS)


def tidy(tx: Tx, settings: Settings, now: Millis) -> None:
    """Have letters written that are due, memberships ended, hosts of silent communities asked, administrators told of
    those without; forget ended sessions, old failures to sign in, old keys, mutes that are over, when threads were
    read, events everybody has read, uploads never posted."""
    sessions.prune(tx, settings=settings.people, now=now)
    session_rows.prune_attempts(tx, Millis(now - settings.people.attempts_minutes * MINUTE))
    relations.prune_mutes(tx, now)
    limits.prune(tx, now)
    repeats.prune(tx, now)
    contexts.prune(tx, now)
    imports.prune(tx, now)
    letters.enqueue_due(tx, settings.node.timezone, now)
    auto.end_due(tx, now)
    quiet.ask_hosts(tx, now)
    unhosted.look(tx, [entity.domain for entity in settings.group.entities], urlsplit(settings.base_url).netloc, now)
    digests.enqueue_due(tx, settings.node.timezone, now)
    log.prune(tx, log.slowest(tx), Millis(now - EVENTS_KEPT))
    for row in media.unused(tx, Millis(now - UPLOADS_KEPT), PRUNED_AT_ONCE):
        pictures.forget(tx, row, now=now)
