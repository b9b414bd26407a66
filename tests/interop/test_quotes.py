"""A quote over three real nodes: asked for, stamped, seen by a third, taken back (FEP-044f)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Three:
    """Amina of usine is quoted by bruno of siege, which carla of filiale reads."""

    def __init__(self, siege: LocalNode, usine: LocalNode, filiale: LocalNode) -> None:
        self.siege, self.usine, self.filiale = siege, usine, filiale
        self.bruno: Person
        self.amina: Person
        self.carla: Person

    async def settle(self) -> None:
        await settled(self.siege, self.usine, self.filiale)

    async def seen(self, uri: str) -> dict[str, dict[str, Any]]:
        """A post as each of the three sees it."""
        at = {"bruno": (self.siege, self.bruno), "amina": (self.usine, self.amina), "carla": (self.filiale, self.carla)}
        found = {}
        for name, (site, who) in at.items():
            id = await site.find(who, uri)
            found[name] = await site.api("GET", f"/api/v1/statuses/{id}", who)
        return found

    async def states(self, uri: str) -> set[tuple[str, bool]]:
        """In which state each sees the quote, and whether with the quoted post."""
        await self.settle()
        shown = [one["quote"] for one in (await self.seen(uri)).values()]
        return {(quote["state"], quote["quoted_status"] is not None) for quote in shown}

    async def quote(self, quoted: dict[str, Any], **said: Any) -> dict[str, Any]:
        """Bruno quotes a post of amina's."""
        await self.settle()
        id = await self.siege.find(self.bruno, quoted["uri"])
        made: dict[str, Any] = await self.siege.say(self.bruno, "Voyez", quoted_status_id=id, **said)
        return made


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def three(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Three]:
    folder: Path = tmp_path_factory.mktemp("three")
    async with running_group(folder, "siege", "usine", "filiale") as (siege, usine, filiale):
        made = Three(siege, usine, filiale)
        made.bruno, made.amina = await siege.person("bruno"), await usine.person("amina")
        made.carla = await filiale.person("carla")
        await made.settle()
        yield made


async def test_a_quote_is_agreed_to_and_seen_everywhere_until_it_is_taken_back(three: Three) -> None:
    post = await three.usine.say(three.amina, "La ligne 3 s’arrête")
    made = await three.quote(post)
    assert made["quote"]["state"] == "pending"
    await eventually(lambda: _are(three, made["uri"], {("accepted", True)}), seconds=20.0)
    shown = await three.seen(made["uri"])
    assert {one["quote"]["quoted_status"]["uri"] for one in shown.values()} == {post["uri"]}
    assert {one["edited_at"] for one in shown.values()} == {None}
    assert (await three.seen(post["uri"]))["amina"]["quotes_count"] == 1
    told = await three.usine.api("GET", "/api/v1/notifications", three.amina)
    assert [(one["type"], one["account"]["acct"]) for one in told][:1] == [("quote", three.bruno.acct)]
    mine = shown["amina"]["id"]
    await three.usine.api("POST", f"/api/v1/statuses/{post['id']}/quotes/{mine}/revoke", three.amina)
    await eventually(lambda: _are(three, made["uri"], {("revoked", False)}), seconds=20.0)
    assert (await three.seen(post["uri"]))["amina"]["quotes_count"] == 0


async def test_nobody_is_quoted_whose_policy_says_no(three: Three) -> None:
    post = await three.usine.say(three.amina, "Pas celui-ci", quote_approval_policy="followers")
    await three.settle()
    shown = (await three.seen(post["uri"]))["bruno"]["quote_approval"]
    assert (shown["automatic"], shown["current_user"]) == (["followers"], "denied")
    id = await three.siege.find(three.bruno, post["uri"])
    with pytest.raises(AssertionError, match="403"):
        await three.siege.say(three.bruno, "Voyez", quoted_status_id=id)
    await three.siege.follow(three.bruno, three.amina)
    made = await three.quote(post)
    await eventually(lambda: _are(three, made["uri"], {("accepted", True)}), seconds=20.0)


async def test_a_deleted_post_is_quoted_nowhere(three: Three) -> None:
    post = await three.usine.say(three.amina, "Bientôt parti")
    made = await three.quote(post)
    await eventually(lambda: _are(three, made["uri"], {("accepted", True)}), seconds=20.0)
    await three.usine.api("DELETE", f"/api/v1/statuses/{post['id']}", three.amina)
    await eventually(lambda: _are(three, made["uri"], {("deleted", False)}), seconds=20.0)


async def test_a_quote_for_followers_is_read_by_them_and_by_whom_it_quotes(three: Three) -> None:
    post = await three.usine.say(three.amina, "Ligne 4")
    made = await three.quote(post, visibility="private")
    await three.settle()
    id = await three.usine.find(three.amina, made["uri"])
    seen = await three.usine.api("GET", f"/api/v1/statuses/{id}", three.amina)
    assert (seen["visibility"], seen["quote"]["state"]) == ("private", "accepted")
    with pytest.raises(AssertionError):
        await three.filiale.find(three.carla, made["uri"])


async def _are(three: Three, uri: str, expected: set[tuple[str, bool]]) -> bool:
    return await three.states(uri) == expected
