"""An account that moved says where to, wherever an account is shown."""

from collections.abc import Iterator
from typing import Any

import pytest

from social.governance import states
from social.people import moves, remote
from social.policy import Role
from storage.accounts import AccountRow
from tests.api.site import Site
from tests.api.test_streaming import ear
from tests.world import actor_of


async def move(site: Site) -> AccountRow:
    """Amina is at another node from now on."""
    world = site.world
    await world.person("amina")
    new = await world.elsewhere("amina", aliases=(world.urls.actor("amina"),))
    await world.db.write(moves.move, world.viewer("amina"), new.id, now=world.clock())
    return new


def people(found: Any) -> Iterator[dict[str, Any]]:
    """Every account in an answer."""
    if isinstance(found, dict):
        if "acct" in found and "display_name" in found:
            yield found
        for value in found.values():
            yield from people(value)
    elif isinstance(found, list):
        for one in found:
            yield from people(one)


def aminas(found: Any) -> list[Any]:
    """Where the former accounts of Amina in an answer say that she is."""
    return [one.get("moved", {}).get("acct") for one in people(found) if one["acct"] == "amina"]


async def test_a_moved_account_carries_the_new_one(site: Site) -> None:
    await site.world.person("amina")
    path = f"/api/v1/accounts/{site.world.id('amina')}"
    assert "moved" not in (await site.get(path, "Account", by="bruno")).json
    new = await move(site)
    for shown in (path, "/api/v1/accounts/lookup?acct=amina"):
        found = (await site.get(shown, "Account", by="bruno")).json
        assert found["moved"]["id"] == str(new.id) and "moved" not in found["moved"]


async def test_it_does_so_wherever_it_is_embedded(site: Site) -> None:
    await site.follow("luc", "amina")
    await site.world.person("marc")
    root = await site.say("amina", "Line 3 stops, @luc")
    await site.post(f"/api/v1/statuses/{root}/favourite", "Status", by="luc")
    own = await site.say("luc", "Why? @marc")
    await site.post(f"/api/v1/statuses/{own}/favourite", "Status", by="amina")
    await site.post(f"/api/v1/statuses/{root}/reblog", "Status", by="marc")
    reply = await site.say("luc", "I see", in_reply_to_id=root)
    direct = await site.say("amina", "@luc only you", visibility="direct")
    await site.call("PUT", f"/api/v1/statuses/{root}", "Status", by="amina", form={"status": "It runs, @luc"})
    await site.settle()
    before = (await site.get("/api/v1/timelines/home", "Status[]", by="luc")).json
    assert set(aminas(before)) == {None}
    await move(site)
    moved = "amina@siege.example"
    for path, entity in (
        ("/api/v1/timelines/home", "Status[]"),
        ("/api/v1/timelines/public", "Status[]"),
        (f"/api/v1/accounts/{site.world.id('marc')}/statuses", "Status[]"),
        (f"/api/v1/statuses/{root}", "Status"),
        (f"/api/v1/statuses/{reply}/context", "Context"),
        (f"/api/v1/statuses/{root}/history", "StatusEdit[]"),
        (f"/api/v1/statuses/{own}/favourited_by", "Account[]"),
        ("/api/v1/notifications", "Notification[]"),
        ("/api/v2/notifications", "GroupedNotificationsResults"),
        ("/api/v1/conversations", "Conversation[]"),
        (f"/api/v1/accounts/{site.world.id('luc')}/following", "Account[]"),
        ("/api/v2/search?q=amina", "Search"),
    ):
        found = aminas((await site.get(path, entity, by="luc")).json)
        assert found and set(found) == {moved}, (path, found)
    own_account = (await site.get("/api/v1/accounts/verify_credentials", "CredentialAccount", by="amina")).json
    assert own_account["moved"]["acct"] == moved
    assert direct
    await site.post(f"/api/v1/accounts/{site.world.id('amina')}/mute", "Relationship", by="luc")
    assert aminas((await site.get("/api/v1/mutes", "MutedAccount[]", by="luc")).json) == [moved]


async def test_what_is_kept_of_a_post_follows_the_new_account(site: Site) -> None:
    post = await site.say("amina", "Here I was")
    new = await move(site)

    async def shown() -> dict[str, Any]:
        found: dict[str, Any] = (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json["account"]
        return found

    assert (await shown())["moved"]["display_name"] == new.display_name
    actor = actor_of("amina", "siege.example", aliases=(site.world.urls.actor("amina"),), display_name="Amina, Paris")
    await site.world.db.write(remote.store_remote, actor, ids=site.world.ids, now=site.world.clock())
    assert (await shown())["moved"]["display_name"] == "Amina, Paris"
    await site.world.person("ines", role=Role.MODERATOR)
    await site.world.db.write(states.suspend, site.world.viewer("ines"), new.id, now=site.world.clock())
    assert "moved" not in await shown()


async def test_it_does_so_on_a_stream(site: Site) -> None:
    await move(site)
    async with ear(site, "luc", query="?stream=public") as luc:
        await site.say("amina", "From the old place")
        assert (await luc.hear_post())["account"]["moved"]["acct"] == "amina@siege.example"


@pytest.mark.parametrize("written", [',"moved":{"$":1}', '\\",\\"moved\\":{\\"$\\":1}'])
async def test_nobody_writes_a_place_into_an_answer(site: Site, written: str) -> None:
    post = await site.say("luc", written, spoiler_text=written)
    found = (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json
    assert found["spoiler_text"] == written and "moved" not in found["account"]


async def test_a_limited_account_says_so(site: Site) -> None:
    world = site.world
    await world.person("amina")
    path = f"/api/v1/accounts/{world.id('amina')}"
    assert "limited" not in (await site.get(path, "Account", by="luc")).json
    await world.person("ines", role=Role.MODERATOR)
    await world.db.write(states.silence, world.viewer("ines"), world.id("amina"), now=world.clock())
    assert (await site.get(path, "Account", by="luc")).json["limited"] is True
