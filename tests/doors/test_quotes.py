"""A quote is a door to what it quotes: everybody sees of that what they would see of it alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.doors.askers import Peer, Person
from tests.doors.scene import Scene
from tests.nodes import running_node, settled
from tests.sites import LocalNode
from tests.sites import Person as Login


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """Amina quotes herself for her followers in a post for everybody who is named in it, and is quoted by luc."""

    node: LocalNode
    people: dict[str, Login]

    async def seen(self, by: str, post: str) -> dict[str, Any]:
        """The quote of a post as somebody is shown it, by itself and in a list alike."""
        one = await self.node.api("GET", f"/api/v1/statuses/{post}", self.people[by])
        (listed,) = await self.node.api("GET", f"/api/v1/statuses?id[]={post}", self.people[by])
        assert listed["quote"] == one["quote"]
        quote: dict[str, Any] = one["quote"]
        return quote

    async def quote(self, by: str, quoted: str, text: str, **said: Any) -> str:
        """A quote."""
        made = await self.node.say(self.people[by], text, quoted_status_id=quoted, **said)
        return str(made["id"])

    async def page(self, by: str, path: str) -> str:
        """A page as somebody reads it."""
        browser = await Person.of(self.node, by, self.people[by])
        return (await browser.ask("GET", path)).text


@pytest.fixture
async def frame(tmp_path: Path) -> AsyncIterator[Frame]:
    """A node of its own: these tests change it."""
    async with running_node(tmp_path) as node:
        people = {name: await node.person(name) for name in ("amina", "ines", "luc", "zoe")}
        await node.api("POST", f"/api/v1/accounts/{people['amina'].account}/follow", people["ines"])
        yield Frame(node=node, people=people)


async def test_what_is_for_followers_stays_for_them_inside_a_quote(frame: Frame) -> None:
    secret = await frame.node.say(frame.people["amina"], "motsecretseul", visibility="private")
    around = await frame.quote("amina", secret["id"], "@ines @luc voyez", visibility="direct")
    assert (await frame.seen("ines", around))["quoted_status"]["id"] == secret["id"]
    assert await frame.seen("luc", around) == {"state": "unauthorized", "quoted_status": None}
    assert "motsecretseul" in await frame.page("ines", f"/@amina/{around}")
    assert "motsecretseul" not in await frame.page("luc", f"/@amina/{around}")


async def test_a_quote_inside_a_quote_names_only_what_may_be_seen(frame: Frame) -> None:
    first = (await frame.node.say(frame.people["zoe"], "motpremierseul"))["id"]
    second = await frame.quote("luc", first, "deux")
    third = await frame.quote("ines", second, "trois")
    await frame.node.api("POST", f"/api/v1/accounts/{frame.people['amina'].account}/block", frame.people["zoe"])
    inner = (await frame.seen("amina", third))["quoted_status"]["quote"]
    assert inner == {"state": "unauthorized", "quoted_status_id": None}
    inner = (await frame.seen("luc", third))["quoted_status"]["quote"]
    assert inner == {"state": "accepted", "quoted_status_id": first}
    assert "motpremierseul" not in await frame.page("amina", f"/@luc/{second}")
    assert "motpremierseul" not in await frame.page("luc", f"/@ines/{third}"), "one quote deep and no deeper"


async def test_what_was_taken_back_or_deleted_is_shown_to_nobody(frame: Frame) -> None:
    first = (await frame.node.say(frame.people["amina"], "motdefinseul"))["id"]
    taken, kept = await frame.quote("luc", first, "un"), await frame.quote("ines", first, "deux")
    revoke = f"/api/v1/statuses/{first}/quotes/{taken}/revoke"
    await frame.node.api("POST", revoke, frame.people["amina"])
    for by in frame.people:
        assert await frame.seen(by, taken) == {"state": "revoked", "quoted_status": None}
        assert (await frame.seen(by, kept))["quoted_status"]["id"] == first
        assert "motdefinseul" not in await frame.page(by, f"/@luc/{taken}")
    await frame.node.api("DELETE", f"/api/v1/statuses/{first}", frame.people["amina"])
    for by in frame.people:
        assert await frame.seen(by, kept) == {"state": "deleted", "quoted_status": None}


async def test_only_who_may_see_a_post_takes_a_quote_of_it_back(frame: Frame) -> None:
    first = (await frame.node.say(frame.people["amina"], "un"))["id"]
    second = await frame.quote("luc", first, "deux")
    foreign = (await frame.node.say(frame.people["zoe"], "trois"))["id"]
    ways = [("zoe", first, second), ("luc", first, second), ("zoe", foreign, second), ("amina", second, first)]
    for by, quoted, post in ways:
        with pytest.raises(Exception, match=r"40[34]"):
            await frame.node.api("POST", f"/api/v1/statuses/{quoted}/quotes/{post}/revoke", frame.people[by])
    assert (await frame.seen("zoe", second))["state"] == "accepted"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_stamp_is_shown_to_the_nodes_that_may_see_what_is_quoted(scene: Scene) -> None:
    """Amina lets herself be quoted by luc in a post for everybody, and the stamp is as open as her post."""
    author, booster = scene.person("author"), scene.person("booster")
    quoted = await scene.node.say(author.person, "motestampilleseul", quote_approval_policy="public")
    made = await scene.node.say(booster.person, "voyez", quoted_status_id=quoted["id"])
    await settled(scene.node)
    follower = scene.askers["follower elsewhere"]
    document = (await follower.ask("GET", made["uri"].removeprefix(scene.node.base_url))).json
    path = document["quoteAuthorization"].removeprefix(scene.node.base_url)
    for name, asker in scene.askers.items():
        if not isinstance(asker, Peer):
            continue
        reply = await asker.ask("GET", path)
        is_in = asker.is_let_in(is_open=False) and scene.sees(asker, scene.subjects["public"])
        assert (reply.status == 200) == is_in, name
        if is_in:
            assert reply.json["interactionTarget"] == quoted["uri"]
