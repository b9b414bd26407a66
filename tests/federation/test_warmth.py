"""However many hosts there are, few connections stay open."""

from federation.client import Client
from federation.warmth import HOSTS, SECONDS, Warmth
from tests.federation.test_client import settings
from tests.peer import Peer


def test_only_so_many_hosts_keep_their_connections() -> None:
    now = [0.0]
    warmth = Warmth(hosts=2, tick=lambda: now[0])
    assert [warmth.header(host) for host in ("a", "b", "a")] == [{}, {}, {}]
    assert warmth.header("c") == {"Connection": "close"}
    now[0] = SECONDS / 2
    assert warmth.header("a") == {}
    now[0] = SECONDS * 1.2
    assert [warmth.header("c"), warmth.header("b")] == [{}, {"Connection": "close"}]


async def test_whoever_comes_after_these_is_spoken_with_and_hung_up_on() -> None:
    said = []
    async with Peer() as peer, Client(settings()) as client:
        port = peer.authority.rpartition(":")[2]
        peer.document("/x", {"type": "Note"})
        for number in range(HOSTS + 10):
            fetched = await client.fetch(f"http://h{number}.localhost:{port}/x")
            assert fetched.status == 200
            said.append(peer.requests[-1].header("Connection"))
    assert said == [None] * HOSTS + ["close"] * 10
