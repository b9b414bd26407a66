"""The end of a stamp (FEP-044f) reaches whoever has the quote: brought on by the node of whoever quotes."""

import json
from typing import Any

import pytest

from federation.signing.proofs import with_proof
from federation.vocabulary import PUBLIC
from storage.ids import PostId
from storage.quotes import QuoteState
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.federation.test_outgoing import bodies
from tests.federation.test_proofs import Prover, between, describe, filiale, follow, prover, sent
from tests.federation.test_quotes import post, state

__all__ = ["between", "filiale"]


async def quoted_by_amina(station: Station, siege: Neighbour, bruno: Prover) -> tuple[PostId, str, str]:
    """Amina quotes bruno, who agreed: her post, his, and the stamp."""
    note = siege.note(bruno.who, interactionPolicy={"canQuote": {"automaticApproval": [PUBLIC]}})
    await followed(station, siege, bruno.who)
    await station.accept(siege, siege.create(note), by=bruno.who)
    id = await station.say("amina", "Look", quoted=(await post(station, note["id"])).id)
    (ask,) = [one for one in await bodies(station) if one["type"] == "QuoteRequest"]
    stamp = siege.url("/users/bruno/stamps/1")
    accept = siege.about("Accept", bruno.who.id, {**ask, "instrument": ask["instrument"]["id"]}, result=stamp)
    assert await station.accept(siege, accept, by=bruno.who) == ["applied"]
    await bodies(station)
    return id, note["id"], stamp


def ended(node: Neighbour, author: Prover, stamp: str, by: str, quoted: str, **said: Any) -> dict[str, Any]:
    about = {
        "id": stamp,
        "type": "QuoteAuthorization",
        "attributedTo": author.who.id,
        "interactingObject": by,
        "interactionTarget": quoted,
    }
    return node.about("Delete", author.who.id, about, **{"to": [PUBLIC], **said})


@pytest.mark.parametrize(
    ("software", "proof", "gone_on"),
    [
        pytest.param("archipel 0.2", True, True, id="to nodes that read proofs"),
        pytest.param("mastodon 4.5", True, False, id="not to those that do not"),
        pytest.param("archipel 0.2", False, False, id="not without a proof"),
    ],
)
async def test_the_end_of_a_stamp_goes_on_to_who_has_the_quote(
    between: Station, siege: Neighbour, filiale: Neighbour, software: str, proof: bool, gone_on: bool
) -> None:
    bruno, carla = prover(siege, "bruno"), filiale.person("carla")
    await between.person("amina")
    await follow(between, filiale, carla, "amina")
    await between.db.write(describe, filiale.authority, software)
    id, quoted, stamp = await quoted_by_amina(between, siege, bruno)
    mine = between.urls.post_uri("amina", id)
    delete = ended(siege, bruno, stamp, mine, quoted)
    if proof:
        delete = with_proof(delete, bruno.key, between.clock())
    assert await between.accept(siege, delete, by=bruno.who) == ["applied"]
    assert await state(between, mine) == QuoteState.REVOKED
    forwarded = await sent(between, "Forward")
    if gone_on:
        assert [(row.body, row.inbox_url) for row in forwarded] == [(json.dumps(delete), filiale.url("/inbox"))]
    else:
        assert forwarded == []
    # Who reads no proofs hears of it too: the post comes once more, without the stamp.
    updates = [one for one in await bodies(between) if one["type"] == "Update"]
    assert updates and all("quoteAuthorization" not in one["object"] for one in updates)


@pytest.mark.parametrize("by", ["its author", "somebody else"])
async def test_a_third_node_believes_the_end_of_a_stamp_that_the_quoting_node_brings(
    between: Station, siege: Neighbour, filiale: Neighbour, by: str
) -> None:
    bruno: Somebody = siege.person("bruno")
    luc, mallory = prover(filiale, "luc"), prover(filiale, "mallory")
    quoted = filiale.note(luc.who)
    stamp = filiale.url("/users/luc/stamps/1")
    note = siege.note(bruno, "Look", quote=quoted["id"], quoteAuthorization=stamp)
    said = ended(filiale, luc, stamp, note["id"], quoted["id"])["object"]
    filiale.document("/users/luc/stamps/1", {"@context": "https://www.w3.org/ns/activitystreams", **said})
    await followed(between, siege, bruno)
    await between.accept(siege, siege.create(note), by=bruno)
    await between.run_jobs()
    assert await state(between, note["id"]) == QuoteState.ACCEPTED
    who = luc if by == "its author" else mallory
    delete = with_proof(ended(filiale, who, stamp, note["id"], quoted["id"]), who.key, between.clock())
    # The stamp itself still stands at its address: what counts is the word of its author.
    await between.accept(siege, delete, by=bruno)
    expected = QuoteState.REVOKED if by == "its author" else QuoteState.ACCEPTED
    assert await state(between, note["id"]) == expected
