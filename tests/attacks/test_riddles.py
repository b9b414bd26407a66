"""What the tables of lies cannot say: signatures of an older kind, and recipients whom nobody may see."""

import json
from typing import Any

import pytest

from tests.attacks.foe import PUBLIC, Foe
from tests.attacks.kept import changed, kept
from tests.attacks.test_activities import NOTED
from tests.doors.askers import Person
from tests.nodes import settled
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

HIDDEN = "https://elsewhere.example/users/hidden"


async def _known(usine: LocalNode, *actors: str) -> None:
    for actor in actors:
        await usine.running.federation.remote.account_by_url(actor)
    await settled(usine)


@pytest.mark.parametrize("trick", ["", "@graph", "@included", "@reverse"])
async def test_a_linked_data_signature_counts_for_nothing(
    usine: LocalNode, foe: Foe, amina: Person, trick: str
) -> None:
    """Eve brings what rita is said to have signed, also turned inside out (GHSA-53m7-2wrh-q839)."""
    tara, eve = foe.actor("tara"), foe.actor("envoy")
    await _known(usine, tara, eve)
    before = kept(usine, without=NOTED)
    activity: dict[str, Any] = foe.create(tara, "<p>faux</p>", to=[PUBLIC, usine.urls.actor("amina")])
    if trick:
        activity = {**activity, "actor": eve, trick: [foe.create(tara, "<p>faux</p>")], "object": activity["object"]}
    activity["signature"] = {
        "type": "RsaSignature2017",
        "creator": f"{tara}#main-key",
        "created": "2026-01-01T00:00:00Z",
        "signatureValue": "eA==",
    }
    assert await foe.tell(usine, activity, by=eve) in (202, 400, 401, 403)
    await settled(usine)
    assert not changed(before, kept(usine, without=NOTED))


async def test_hidden_recipients_are_told_to_nobody(usine: LocalNode, foe: Foe, amina: Person) -> None:
    """What came with `bto` and `bcc` shows them to no reader, and what goes out has none."""
    nora = foe.actor("nora")
    await foe.tell(usine, foe.activity(nora, "Follow", usine.urls.actor("amina")))
    await settled(usine)
    mention = {"type": "Mention", "href": usine.urls.actor("amina"), "name": "@amina"}
    to = [PUBLIC, usine.urls.actor("amina")]
    activity = foe.create(nora, "<p>discret</p>", to=to, bto=[HIDDEN], bcc=HIDDEN, tag=[mention])
    await foe.tell(usine, activity)
    await settled(usine)
    told = (await amina.ask("GET", "/api/v1/notifications?types[]=mention")).json
    status = next(one["status"] for one in told if one["status"]["uri"] == activity["object"]["id"])
    already = len(foe.peer.requests)
    await usine.say(amina.person, f"@nora@{foe.authority} bien reçu", in_reply_to_id=status["id"])
    await usine.api("POST", f"/api/v1/statuses/{status['id']}/reblog", amina.person)
    await settled(usine)
    sent = [seen.body for seen in foe.peer.requests[already:] if seen.method == "POST"]
    assert sent and not [body for body in sent if {"bto", "bcc"} & (json.loads(body).keys() | _inner(body))]
    for path in ("", "/context", "/history", "/source"):
        assert HIDDEN not in (await amina.ask("GET", f"/api/v1/statuses/{status['id']}{path}")).text


def _inner(body: bytes) -> set[str]:
    found = json.loads(body).get("object")
    return set(found) if isinstance(found, dict) else set()
