"""What the other nodes of the group counted in a week: asked for after the close, until each has told."""

import logging

from federation.discovery import base_url
from federation.document import BadDocument, decode
from federation.errors import PeerError, Refused
from federation.resolver import Resolver
from federation.wire import Wire
from social import jobs
from social.errors import Unavailable
from social.jobs import FetchPulse
from social.recognition import pulse
from social.trust import manifests
from social.trust.statements import BadStatement
from storage.engine.database import Tx
from storage.ids import Millis

logger = logging.getLogger("archipel.pulse")

PATH = "/.well-known/archipel-pulse"
MAX_BYTES = 8 * 1024


class PulseReader:
    """The job that reads one count of one node."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver

    async def fetch(self, job: FetchPulse) -> None:
        """Ask a node of the group. Raises Unavailable if it is to be tried again."""
        wire = self._wire
        manifest = await wire.db.read(manifests.active, now=wire.clock())
        if manifest is None or manifest.entity_at(job.host) is None:
            return
        url = f"{base_url(job.host, insecure=wire.insecure)}{PATH}?week={job.week}"
        try:
            await self._resolver.admit(url)
            key = await self._resolver.key()
            fetched = await wire.client.fetch(
                url, accept="application/json", key=key, max_bytes=MAX_BYTES, kinds=("application/json",)
            )
            signed = decode(fetched.body)
            await wire.db.write(pulse.receive, manifest, job.host, job.week, signed, now=wire.clock())
        except Refused:
            # It counted nothing in that week, or has not closed it yet: the next look at the group asks again.
            return
        except PeerError as error:
            raise Unavailable("remote") from error
        except (BadStatement, BadDocument) as error:
            logger.warning("what %s counted in %s is refused: %s", job.host, job.week, error)


def follow_up(tx: Tx, host: str, now: Millis) -> None:
    """Have asked of the node what it has not told yet."""
    for week in pulse.missing(tx, host):
        jobs.enqueue(tx, FetchPulse(host=host, week=week), key=f"{host} {week}", due=now)
