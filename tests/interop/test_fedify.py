"""A server made with Fedify, a library of others that reads JSON-LD to the letter: both sides read what the other says.

`fedify/peer.mjs` is that server: fay lives there. What arrives is verified and read by Fedify; what fay says is made,
signed (RFC 9421 first) and proven by it.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
import pytest_asyncio

from social.people import keys
from social.settings import FederationSettings
from tests.browser.harbour import drawn
from tests.node_packages import NODE, install
from tests.nodes import eventually, free_port, running_node, settled
from tests.sites import LocalNode, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")
FOLDER = Path(__file__).parent / "fedify"


class Fay:
    """The peer made with Fedify, by its two doors."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.base, self._session = base, session

    async def act(self, deed: str, **said: Any) -> Any:
        """Make fay do something; what that gives, mostly the id of the activity."""
        async with self._session.post(f"{self.base}/do", json={"act": deed, **said}) as answer:
            found = await answer.json()
        assert answer.status == 200, found["error"]
        return found["done"]

    async def seen(self, kind: str, fits: Callable[[dict[str, Any]], Any] = bool) -> dict[str, Any]:
        """The newest activity of a type that arrived at fay's, and that fits."""

        async def newest() -> dict[str, Any] | None:
            async with self._session.get(f"{self.base}/seen") as answer:
                said = await answer.json()
            assert not (errors := [one["message"] for one in said if one["type"] == "error"]), errors
            return next((one for one in reversed(said) if one["type"] == kind and fits(one)), None)

        found: dict[str, Any] = await eventually(newest, why=f"{kind} at the peer")
        return found


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A node with amina, and fay; each follows the other."""

    node: LocalNode
    amina: Person
    fay: Fay
    remote: str
    uri: str

    async def api(self, method: str, path: str, **params: Any) -> Any:
        return await self.node.api(method, path, self.amina, **params)

    async def home(self, text: str) -> dict[str, Any]:
        """The post in amina's home that contains the text."""

        async def shown() -> dict[str, Any] | None:
            posts = await self.api("GET", "/api/v1/timelines/home")
            return next((post for post in posts if text in post["content"]), None)

        found: dict[str, Any] = await eventually(shown, why=f"{text} at home")
        return found

    async def upload(self, description: str) -> Any:
        """A picture of amina's."""
        form = aiohttp.FormData({"description": description})
        form.add_field("file", drawn("crane"), filename="crane.png", content_type="image/png")
        headers = {"Authorization": f"Bearer {self.amina.token}"}
        async with self.node.request("POST", "/api/v2/media", headers=headers, data=form) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def status(self, id: str) -> Any:
        return await self.api("GET", f"/api/v1/statuses/{id}")


@asynccontextmanager
async def fedify() -> AsyncIterator[Fay]:
    """The peer, for as long as the block lasts."""
    await install(FOLDER, "@fedify/fedify")
    async with AsyncExitStack() as stack:
        port = free_port(stack)
    async with aiohttp.ClientSession() as session:
        peer = await asyncio.create_subprocess_exec(
            NODE, FOLDER / "peer.mjs", str(port), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        try:
            assert peer.stdout is not None
            async with asyncio.timeout(30):
                assert await peer.stdout.readline() == b"ready\n"
            yield Fay(f"http://localhost:{port}", session)
        finally:
            peer.kill()
            await peer.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    async with fedify() as fay:
        authority = fay.base.removeprefix("http://")
        federation = FederationSettings(insecure_loopback=True, allow=(authority,))
        async with running_node(tmp_path_factory.mktemp("usine"), domain="localhost", federation=federation) as node:
            amina = await node.person("amina")
            await node.write(keys.complete, now=node.clock())
            found = await node.api("GET", "/api/v2/search", amina, q=f"@fay@{authority}", resolve="true")
            remote = found["accounts"][0]["id"]
            uri = (await node.api("GET", "/api/v1/accounts/verify_credentials", amina))["uri"]
            made = Pair(node=node, amina=amina, fay=fay, remote=remote, uri=uri)
            await made.api("POST", f"/api/v1/accounts/{remote}/follow")
            await fay.act("follow", whom=uri)
            await fay.seen("Accept")
            await settled(node)
            yield made


async def test_each_follows_the_other(pair: Pair) -> None:
    async def both() -> bool:
        (relation,) = await pair.api("GET", "/api/v1/accounts/relationships", **{"id[]": pair.remote})
        return relation["following"] is True and relation["followed_by"] is True

    await eventually(both, why="each follows the other")
    asked = await pair.fay.seen("Follow")
    assert asked["actor"] == pair.uri


async def test_a_person_is_read_with_both_keys(pair: Pair) -> None:
    profile = [{"name": "Line", "value": "3"}]
    await pair.api("PATCH", "/api/v1/accounts/update_credentials", display_name="Amina B.", fields_attributes=profile)
    found = await pair.fay.act("look", what=pair.uri)
    await pair.fay.seen("Update", lambda one: one["object"].get("name") == "Amina B.")
    assert (found["type"], found["name"], found["handle"]) == ("Person", "Amina B.", "amina")
    assert found["keys"] == ["RSASSA-PKCS1-v1_5"]
    assert "Ed25519" in found["proofs"]
    assert found["fields"] == [["Line", "3"]]
    assert found["followers"] == 1


async def test_a_post_is_read_whole(pair: Pair) -> None:
    file = await pair.upload("A crane")
    post = await pair.node.say(
        pair.amina,
        f"Line 3 #crane @fay@{pair.fay.base[7:]}",
        media_ids=[file["id"]],
        spoiler_text="Noise",
        sensitive=True,
    )
    came = (await pair.fay.seen("Create", lambda one: one["object"]["id"] == post["uri"]))["object"]
    assert (came["type"], came["summary"], came["sensitive"], came["author"]) == ("Note", "Noise", True, pair.uri)
    assert "Line 3" in came["content"]
    assert came["to"] == ["https://www.w3.org/ns/activitystreams#Public"]
    assert sorted((kind, name) for kind, name, _ in came["tags"]) == [
        ("Hashtag", "#crane"),
        ("Mention", f"@fay@{pair.fay.base[7:]}"),
    ]
    assert [(kind, name) for kind, _, name in came["files"]] in ([("Document", "A crane")], [("Image", "A crane")])


async def test_a_post_of_fays_is_shown_edited_and_gone(pair: Pair) -> None:
    uri = await pair.fay.act("say", id="p1", content="<p>From the <b>quay</b> :anchor:</p>")
    post = await pair.home("quay")
    assert (post["uri"], [emoji["shortcode"] for emoji in post["emojis"]]) == (uri, ["anchor"])
    await pair.fay.act("say", id="p1", content="<p>From the old quay</p>", edited=True)
    await eventually(lambda: _edited(pair, post["id"]), why="the edit")
    await pair.fay.act("forget", id="p1")

    async def gone() -> bool:
        return all(post["id"] != one["id"] for one in await pair.api("GET", "/api/v1/timelines/home"))

    await eventually(gone, why="the deletion")


async def _edited(pair: Pair, id: str) -> bool:
    found = await pair.status(id)
    return "old quay" in found["content"] and found["edited_at"] is not None


async def test_what_amina_does_with_a_post_arrives(pair: Pair) -> None:
    uri = await pair.fay.act("say", content="<p>Who has seen the crane?</p>")
    id = (await pair.home("seen the crane"))["id"]
    await pair.api("POST", f"/api/v1/statuses/{id}/favourite")
    await pair.api("POST", f"/api/v1/statuses/{id}/reblog")
    answer = await pair.node.say(pair.amina, f"@fay@{pair.fay.base[7:]} I have", in_reply_to_id=id)
    await pair.fay.seen("Like", lambda one: one["object"]["id"] == uri)
    await pair.fay.seen("Announce", lambda one: one["object"]["id"] == uri)
    came = await pair.fay.seen("Create", lambda one: one["object"]["id"] == answer["uri"])
    assert came["object"]["answers"] == uri
    proof = await pair.fay.seen("proof", lambda one: one["of"] == "Create")
    assert proof["valid"] is True
    await pair.api("POST", f"/api/v1/statuses/{id}/unfavourite")
    await pair.api("POST", f"/api/v1/statuses/{id}/unreblog")
    await pair.fay.seen("Undo", lambda one: one["object"]["type"] == "Like")
    await pair.fay.seen("Undo", lambda one: one["object"]["type"] == "Announce")
    await pair.api("PUT", f"/api/v1/statuses/{answer['id']}", status="I have not")
    edit = await pair.fay.seen("Update", lambda one: one["object"]["id"] == answer["uri"])
    assert "not" in edit["object"]["content"]
    assert edit["object"]["updated"] is not None
    await pair.api("DELETE", f"/api/v1/statuses/{answer['id']}")
    await pair.fay.seen("Delete", lambda one: one["object"]["id"] == answer["uri"])


async def test_what_fay_does_with_a_post_is_counted(pair: Pair) -> None:
    post = await pair.node.say(pair.amina, "Count this")
    what = {"whom": pair.uri, "what": post["uri"]}
    like, boost = await pair.fay.act("like", **what), await pair.fay.act("boost", **what)
    await pair.fay.act("say", content="<p>Counted</p>", answers=post["uri"])

    async def counts() -> tuple[int, int, int]:
        found = await pair.status(post["id"])
        return found["favourites_count"], found["reblogs_count"], found["replies_count"]

    async def are(*numbers: int) -> bool:
        return await counts() == numbers

    await eventually(lambda: are(1, 1, 1), why="the counts")
    await pair.fay.act("undo", **what, type="Like", id=like)
    await pair.fay.act("undo", **what, type="Announce", id=boost)
    await eventually(lambda: are(0, 0, 1), why="the counts without them")


async def test_polls_go_both_ways(pair: Pair) -> None:
    asked = {"options": ["Soup", "Rice"], "expires_in": 3600}
    post = await pair.node.say(pair.amina, "Lunch?", poll=asked)
    came = await pair.fay.seen("Create", lambda one: one["object"]["id"] == post["uri"])
    assert (came["object"]["type"], came["object"]["choices"]) == ("Question", ["Soup", "Rice"])
    await pair.fay.act("vote", whom=pair.uri, what=post["uri"], name="Rice")

    async def counted() -> bool:
        poll = (await pair.status(post["id"]))["poll"]
        return [option["votes_count"] for option in poll["options"]] == [0, 1]

    await eventually(counted, why="fay's vote")
    await pair.fay.act("say", content="<p>Dinner?</p>", asks=["Fish", "Beans"])
    poll = (await pair.home("Dinner"))["poll"]
    await pair.api("POST", f"/api/v1/polls/{poll['id']}/votes", choices=[1])
    await pair.fay.seen("Create", lambda one: one["object"].get("name") == "Beans")


async def test_quotes_go_both_ways_with_their_stamp(pair: Pair) -> None:
    uri = await pair.fay.act("say", content="<p>Quote me</p>")
    id = (await pair.home("Quote me"))["id"]
    quote = await pair.node.say(pair.amina, "As fay says", quoted_status_id=id)
    await pair.fay.seen("QuoteRequest", lambda one: one["object"]["id"] == uri)

    async def accepted() -> bool:
        return bool((await pair.status(quote["id"]))["quote"]["state"] == "accepted")

    await eventually(accepted, why="the stamp of fay's")
    stamped = await pair.fay.seen("Update", lambda one: one["object"]["id"] == quote["uri"] and one["object"]["stamp"])
    assert stamped["object"]["quotes"] == uri

    post = await pair.node.say(pair.amina, "Quote me too", quote_approval_policy="public")
    await pair.fay.act("say", id="q2", content="<p>As amina says</p>", quotes=post["uri"])
    request = await pair.fay.act("ask", whom=pair.uri, what=post["uri"], id="q2")
    answer = await pair.fay.seen("Accept", lambda one: one["object"]["id"] == request)
    assert answer["result"] is not None
    assert (await pair.fay.act("look", what=answer["result"]))["type"] == "QuoteAuthorization"
    await pair.fay.act(
        "say", id="q2", content="<p>As amina says</p>", quotes=post["uri"], stamp=answer["result"], edited=True
    )

    async def shown() -> bool:
        quoted = (await pair.home("As amina says"))["quote"]
        return quoted is not None and quoted["state"] == "accepted"

    await eventually(shown, why="fay's quote")


async def test_every_word_of_every_document_is_explained(pair: Pair) -> None:
    post = await pair.node.say(pair.amina, "Words #crane", poll={"options": ["Soup", "Rice"], "expires_in": 3600})
    answer = await pair.node.say(pair.amina, "And more", in_reply_to_id=post["id"], language="fr")
    await pair.api("POST", f"/api/v1/statuses/{answer['id']}/pin")
    names = (
        "inbox",
        "outbox",
        "followers",
        "following",
        "featured",
        "featuredTags",
        "replies",
        "likes",
        "shares",
        "context",
    )
    for start in (pair.uri, post["uri"], answer["uri"]):
        document = await pair.fay.act("read", what=start)
        for name in names:
            if name in document and name != "inbox":
                found = (
                    document[name]
                    if isinstance(document[name], dict)
                    else await pair.fay.act("read", what=document[name])
                )
                if isinstance(first := found.get("first"), str):
                    await pair.fay.act("read", what=first)
    await pair.api("POST", "/api/v1/reports", account_id=pair.remote, comment="Noise", forward=True)
    await pair.fay.seen("Flag")
    # Somebody else blocks: the tests run in any order, and amina and fay go on following each other.
    luc = await pair.node.person("luc")
    await pair.node.api("POST", f"/api/v1/accounts/{pair.remote}/block", luc)
    await pair.fay.seen("Block")
    await pair.node.api("POST", f"/api/v1/accounts/{pair.remote}/unblock", luc)
    await pair.fay.seen("Undo", lambda one: one["object"]["type"] == "Block")
