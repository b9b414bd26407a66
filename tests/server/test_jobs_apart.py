"""Jobs that ask other nodes keep nobody here waiting."""

from pathlib import Path

from server.work.runner import SLOTS
from social import jobs
from social.settings import FederationSettings
from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import Millis, PostId
from tests.nodes import eventually, running_node
from tests.peer import Peer, Seen

_OWN = Query(int, "SELECT COUNT(*) FROM jobs WHERE kind = 'index_posts'")


async def test_a_node_that_lets_us_wait_holds_up_nothing_of_people_here(tmp_path: Path) -> None:
    def asked() -> list[Seen]:
        return [seen for seen in peer.requests if seen.path.startswith("/users/")]

    def waits(tx: Tx) -> None:
        for uri in lost:
            jobs.enqueue(tx, jobs.RefreshAccount(actor=uri), key=uri, due=Millis(0))

    def own(tx: Tx) -> None:
        jobs.enqueue(tx, jobs.IndexPosts(after=PostId(0)), key="own", due=Millis(1))

    async with Peer("siege.localhost") as peer:
        lost = [peer.silent(f"/users/{number}") for number in range(2 * SLOTS)]
        federation = FederationSettings(allow=(peer.authority,), insecure_loopback=True)
        async with running_node(tmp_path, federation=federation) as usine:
            await usine.write(waits)
            await eventually(lambda: len(asked()) == SLOTS)
            await usine.write(own)
            await eventually(lambda: usine.read(lambda tx: not tx.value(_OWN)), seconds=5)
            assert len(asked()) == SLOTS
