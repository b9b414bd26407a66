"""Quotes that their authors did not agree to (GHSA-8h43-rcqj-wpc6, GHSA-q4g8-82c5-9h33, CVE-2026-33869): none is shown.

Amina quotes a post of rita's, who has not answered; eve is rita's colleague and says everything she can.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from tests.attacks.foe import PUBLIC, Foe
from tests.doors.askers import Person
from tests.nodes import settled
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """Amina's posts, one of which quotes a post of rita's and waits for an answer."""

    node: LocalNode
    foe: Foe
    amina: Person
    rita: str
    eve: str
    closed: str
    refused: str
    theirs: dict[str, Any]
    asked: dict[str, Any]
    quoting: str

    async def state(self, id: str) -> str:
        shown = await self.node.api("GET", f"/api/v1/statuses/{id}", self.amina.person)
        return str(shown["quote"]["state"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wall(usine: LocalNode, foe: Foe, amina: Person) -> AsyncIterator[Wall]:
    rita, eve = foe.actor("rita"), foe.actor("eve")
    for actor in (rita, eve):
        known = await usine.running.federation.remote.account_by_url(actor)
        await usine.api("POST", f"/api/v1/accounts/{known}/follow", amina.person)
    await settled(usine)
    for seen in list(foe.peer.requests):
        if seen.method == "POST" and seen.json()["type"] == "Follow":
            await foe.tell(usine, foe.activity(seen.json()["object"], "Accept", seen.json()))
    policy = {"canQuote": {"automaticApproval": [PUBLIC]}}
    activity = foe.create(rita, "<p>de rita</p>")
    activity["object"]["interactionPolicy"] = policy
    await foe.tell(usine, activity)
    await settled(usine)
    theirs = await usine.find(amina.person, activity["object"]["id"])
    said = await usine.say(amina.person, "voyez", quoted_status_id=theirs)
    await settled(usine)
    asked = _asked(foe, said["uri"])
    closed = await usine.say(amina.person, "aux miens", visibility="private")
    refused = await usine.say(amina.person, "pas celui-ci", quote_approval_policy="nobody")
    yield Wall(
        node=usine,
        foe=foe,
        amina=amina,
        rita=rita,
        eve=eve,
        closed=closed["uri"],
        refused=refused["uri"],
        theirs=activity["object"],
        asked=asked,
        quoting=said["id"],
    )


def _asked(foe: Foe, uri: str) -> dict[str, Any]:
    """The request by which the post asked."""
    sent = [seen.json() for seen in foe.peer.requests if seen.method == "POST"]
    return next(one for one in sent if one["type"] == "QuoteRequest" and one["instrument"]["id"] == uri)


def _stamp(on: Wall, by: str, **said: Any) -> dict[str, Any]:
    return {
        "id": f"{by}/stamps/1",
        "type": "QuoteAuthorization",
        "attributedTo": by,
        "interactingObject": on.asked["instrument"]["id"],
        "interactionTarget": on.theirs["id"],
        **said,
    }


ANSWERS: dict[str, Callable[[Wall], dict[str, Any]]] = {
    "an answer of somebody who was not asked": lambda on: on.foe.activity(
        on.eve, "Accept", on.asked, result=f"{on.eve}/stamps/1"
    ),
    "an answer with the stamp of somebody else": lambda on: on.foe.activity(
        on.eve, "Accept", on.asked, result=_stamp(on, on.rita)
    ),
    "an answer by the id of the request": lambda on: on.foe.activity(
        on.eve, "Accept", on.asked["id"], result=f"{on.eve}/stamps/1"
    ),
    "a refusal of somebody who was not asked": lambda on: on.foe.activity(on.eve, "Reject", on.asked),
    "an answer without a stamp": lambda on: on.foe.activity(on.rita, "Accept", on.asked),
    "an answer with a stamp of another origin": lambda on: on.foe.activity(
        on.rita, "Accept", on.asked, result="https://elsewhere.example/stamps/1"
    ),
    "an answer with a stamp of this node": lambda on: on.foe.activity(
        on.rita, "Accept", on.asked, result=f"{on.asked['actor']}/stamps/1"
    ),
    "an answer to another request": lambda on: on.foe.activity(
        on.rita, "Accept", {**on.asked, "id": f"{on.asked['id']}2"}, result=f"{on.rita}/stamps/1"
    ),
    "an edit that adds the stamp": lambda on: on.foe.activity(
        on.eve, "Update", {**on.asked["instrument"], "quoteAuthorization": f"{on.eve}/stamps/1"}
    ),
}


@pytest.mark.parametrize("answer", ANSWERS)
async def test_nobody_but_the_author_agrees(usine: LocalNode, wall: Wall, answer: str) -> None:
    activity = ANSWERS[answer](wall)
    assert await wall.foe.tell(usine, activity, by=activity["actor"]) in (202, 400, 403)
    await settled(usine)
    assert await wall.state(wall.quoting) == "pending"


async def test_what_may_not_be_quoted_is_asked_for_in_vain(usine: LocalNode, wall: Wall) -> None:
    """A closed post is not even spoken of; a refusal of the author's is sent; nothing is stamped."""
    for number, quoted in enumerate((wall.closed, wall.refused, f"{usine.base_url}/users/amina/posts/1")):
        note = wall.foe.note(wall.eve, "voyez", to=[PUBLIC])
        note["quote"] = quoted
        sent = wall.foe.activity(wall.eve, "QuoteRequest", quoted, instrument=note, id=f"{note['id']}#quote{number}")
        assert await wall.foe.tell(usine, sent) == 202
    await settled(usine)
    answers = [seen.json() for seen in wall.foe.peer.requests if seen.method == "POST" and b"celui-ci" not in seen.body]
    told = [one for one in answers if one["type"] in ("Accept", "Reject") and "#quote" in str(one["object"])]
    assert [one["type"] for one in told if one["actor"] == wall.asked["actor"]] == ["Reject"]
    assert not [one for one in told if "result" in one]


async def test_a_request_in_the_post_of_another_is_none(usine: LocalNode, wall: Wall) -> None:
    post = await usine.say(wall.amina.person, "à citer")
    note = wall.foe.note(wall.rita, "voyez", to=[PUBLIC])
    note["quote"] = post["uri"]
    for instrument in (note, note["id"], {**note, "attributedTo": wall.eve, "quote": wall.refused}):
        sent = wall.foe.activity(wall.eve, "QuoteRequest", post["uri"], instrument=instrument)
        assert await wall.foe.tell(usine, sent) in (202, 400, 403)
    await settled(usine)
    assert (await usine.api("GET", f"/api/v1/statuses/{post['id']}", wall.amina.person))["quotes_count"] == 0


async def test_a_stamp_that_eve_makes_for_a_post_of_rita_counts_for_nothing(usine: LocalNode, wall: Wall) -> None:
    """Her own stamp, one that redirects to it, and one of this node's: the author has to be rita, on rita's origin."""
    for number, path in enumerate(("/users/eve/stamps/9", "/users/eve/stamps/8")):
        activity = wall.foe.create(wall.eve, f"<p>voyez {number}</p>")
        note = activity["object"]
        note |= {"quote": wall.theirs["id"], "quoteAuthorization": wall.foe.peer.url(path)}
        stamp = _stamp(wall, wall.eve, id=wall.foe.peer.url("/users/eve/stamps/9"), interactingObject=note["id"])
        wall.foe.peer.document("/users/eve/stamps/9", {"@context": "https://www.w3.org/ns/activitystreams", **stamp})
        wall.foe.peer.redirect("/users/eve/stamps/8", wall.foe.peer.url("/users/eve/stamps/9"))
        assert await wall.foe.tell(usine, activity) == 202
        await settled(usine)
        await wall.foe.peer.asked(1, path)
        await settled(usine)
        id = await usine.find(wall.amina.person, note["id"])
        assert await wall.state(id) == "pending"


async def test_only_the_author_takes_back(usine: LocalNode, wall: Wall) -> None:
    stamp, theirs = f"{wall.rita}/stamps/7", await usine.find(wall.amina.person, wall.theirs["id"])
    said = await usine.say(wall.amina.person, "encore", quoted_status_id=theirs)
    await settled(usine)
    asked = _asked(wall.foe, said["uri"])
    await wall.foe.tell(usine, wall.foe.activity(wall.rita, "Accept", asked, result=stamp))
    await settled(usine)
    assert await wall.state(said["id"]) == "accepted"
    for activity in (
        wall.foe.activity(wall.eve, "Delete", stamp),
        wall.foe.activity(wall.eve, "Delete", {"id": stamp, "type": "QuoteAuthorization", "attributedTo": wall.eve}),
        wall.foe.activity(wall.eve, "Reject", asked),
        wall.foe.activity(wall.eve, "Undo", {"id": stamp, "type": "QuoteAuthorization", "actor": wall.eve}),
    ):
        assert await wall.foe.tell(usine, activity, by=wall.eve) in (202, 400, 403)
    await settled(usine)
    assert await wall.state(said["id"]) == "accepted"
    await wall.foe.tell(usine, wall.foe.activity(wall.rita, "Delete", stamp))
    await settled(usine)
    assert await wall.state(said["id"]) == "revoked"


async def test_a_ring_of_quotes_costs_few_requests(usine: LocalNode, wall: Wall) -> None:
    """Posts that quote one another without end, on pages made as they are asked for."""
    before = len(wall.foe.peer.requests)
    ids = [wall.foe.peer.url(f"/ring/{number}") for number in range(30)]
    for number, id in enumerate(ids):
        note = wall.foe.note(wall.eve, f"anneau {number}", to=[PUBLIC])
        note |= {"id": id, "quote": ids[(number + 1) % 30], "quoteAuthorization": f"{wall.eve}/stamps/{number}"}
        wall.foe.peer.document(f"/ring/{number}", note)
    sent = wall.foe.create(wall.eve, "anneau")
    sent["object"] |= {"quote": ids[0], "quoteAuthorization": f"{wall.eve}/stamps/x"}
    await wall.foe.tell(usine, sent)
    await settled(usine)
    asked = [seen.path for seen in wall.foe.peer.requests[before:] if seen.path.startswith("/ring/")]
    assert len(asked) <= 2
