"""An account that moved says where to."""

from social.people import moves
from tests.api.site import Site


async def test_a_moved_account_carries_the_new_one(site: Site) -> None:
    world = site.world
    await world.person("amina")
    new = await world.elsewhere("amina", aliases=(world.urls.actor("amina"),))
    before = (await site.call("GET", f"/api/v1/accounts/{world.id('amina')}", "Account", by="bruno")).json
    assert "moved" not in before
    await world.db.write(moves.move, world.viewer("amina"), new.id, now=world.clock())
    for path in (f"/api/v1/accounts/{world.id('amina')}", "/api/v1/accounts/lookup?acct=amina"):
        found = (await site.call("GET", path, "Account", by="bruno")).json
        assert found["moved"]["id"] == str(new.id) and "moved" not in found["moved"]
