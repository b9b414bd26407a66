"""Answers that need the consent of whom they answer, where a node asks for that (GoToSocial)."""

from typing import Any

import pytest

from federation.vocabulary import PUBLIC
from social.posts import edit
from social.posts.publish import Draft
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import PostId
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.federation.test_outgoing import bodies
from tests.federation.test_proofs import between, filiale, follow

__all__ = ["between", "filiale"]


class Sent(Row, frozen=True, kw_only=True):
    """A kind of activity and the host it went to."""

    kind: str
    host: str


_SENT = Query(
    Sent,
    "SELECT a.kind, d.host FROM deliveries AS d JOIN activities AS a ON a.id = d.activity_id ORDER BY a.id, d.host",
)
_FORGET = Query(None, "DELETE FROM deliveries")


async def sent(station: Station) -> list[tuple[str, str]]:
    """What went where, each taken out."""

    def taken(tx: Tx) -> list[Sent]:
        found = tx.rows(_SENT)
        tx.run(_FORGET)
        return found

    await station.settle()
    return [(row.kind, row.host) for row in await station.db.write(taken)]


async def answered(station: Station, siege: Neighbour, bruno: Somebody) -> tuple[PostId, str]:
    """Amina answers a post of bruno's: her post and its id."""
    await followed(station, siege, bruno)
    note = siege.note(bruno)
    await station.accept(siege, siege.create(note), by=bruno)
    row = await station.db.read(post_rows.by_uri, note["id"])
    assert row is not None
    id = await station.say("amina", "Since when?", parent=row.id)
    await bodies(station)
    return id, station.urls.post_uri("amina", id)


@pytest.mark.parametrize("whole", [False, True], ids=["its id", "the answer"])
@pytest.mark.parametrize("result", [False, True], ids=["by the Accept itself", "by a result"])
async def test_consent_to_an_answer_is_shown_with_it_and_taken_back(
    quick: Station, siege: Neighbour, bruno: Somebody, whole: bool, result: bool
) -> None:
    id, uri = await answered(quick, siege, bruno)
    object: Any = {"type": "Note", "id": uri} if whole else uri
    stamp = siege.url("/users/bruno/approvals/1")
    accept = siege.about("Accept", bruno.id, object, **({"result": stamp} if result else {}))
    expected = stamp if result else accept["id"]
    assert await quick.accept(siege, accept, by=bruno) == ["applied"]
    (update,) = await bodies(quick)
    assert (update["type"], update["object"]["id"], update["object"]["approvedBy"]) == ("Update", uri, expected)
    assert "updated" not in update["object"]
    shown = (await quick.show(siege, f"/users/amina/posts/{id}", bruno.key)).json()
    assert shown["approvedBy"] == expected
    again = siege.about("Accept", bruno.id, object, result=expected)
    assert await quick.accept(siege, again, by=bruno) == ["already"]
    assert await quick.accept(siege, siege.about("Reject", bruno.id, object), by=bruno) == ["applied"]
    (update,) = await bodies(quick)
    assert "approvedBy" not in update["object"]
    # It was no answer to a follow: amina still follows bruno.
    account = await quick.by_uri(bruno.id)
    assert account is not None and account.followers_count == 1


async def test_nobody_else_agrees_and_nothing_of_another_origin_counts(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    id, uri = await answered(quick, siege, bruno)
    eve = siege.person("eve", key=1)
    assert await quick.accept(siege, siege.about("Accept", eve.id, uri), by=eve) == ["refused"]
    foreign = siege.about("Accept", bruno.id, uri, result="https://other.example/approvals/1")
    assert await quick.accept(siege, foreign, by=bruno) == ["refused"]
    row = await quick.db.read(post_rows.by_id, id)
    assert row is not None and row.approved_by == ""
    assert await bodies(quick) == []


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        pytest.param({"canReply": {"automaticApproval": [], "manualApproval": [PUBLIC]}}, True, id="who asks"),
        pytest.param({"canReply": {"always": "bruno", "approvalRequired": PUBLIC}}, True, id="in older words"),
        pytest.param({"canReply": {"automaticApproval": "followers"}}, True, id="followers"),
        pytest.param({"canReply": {"automaticApproval": [PUBLIC]}}, False, id="everybody"),
        pytest.param({"canQuote": {"automaticApproval": [PUBLIC]}}, False, id="nothing is said"),
        pytest.param({"canReply": {"manualApproval": [PUBLIC]}, "tag": "amina"}, False, id="whom it names"),
    ],
)
async def test_an_answer_that_has_to_be_agreed_to_goes_to_nobody_else_before(
    between: Station, siege: Neighbour, filiale: Neighbour, said: dict[str, Any], waits: bool
) -> None:
    bruno, amina = siege.person("bruno"), between.urls.actor("amina")
    await followed(between, siege, bruno)
    await follow(between, filiale, filiale.person("carla"), "amina")
    words = {"bruno": bruno.id, "followers": bruno.followers}
    policy = {
        name: {part: words.get(str(value), value) for part, value in rule.items()}
        for name, rule in said.items()
        if isinstance(rule, dict)
    }
    tag = [{"type": "Mention", "href": amina, "name": "@amina"}] if "tag" in said else []
    note = siege.note(bruno, interactionPolicy=policy, tag=tag, cc=[bruno.followers, *(amina for _ in tag)])
    await between.accept(siege, siege.create(note), by=bruno)
    row = await between.db.read(post_rows.by_uri, note["id"])
    assert row is not None
    await sent(between)
    id = await between.say("amina", "Since when?", parent=row.id)
    everybody = sorted([filiale.authority, siege.authority])
    first = [siege.authority] if waits else everybody
    assert await sent(between) == [("Create", host) for host in first]
    between.clock.pass_by(minutes=1)
    draft, viewer = Draft(text="Since noon?"), between.viewer("amina")
    await between.db.write(edit.edit, viewer, id, draft, context=between.context, now=between.clock())
    assert await sent(between) == [("Update", host) for host in first]
    accept = siege.about("Accept", bruno.id, between.urls.post_uri("amina", id))
    assert await between.accept(siege, accept, by=bruno) == ["applied"]
    assert await sent(between) == [("Update", host) for host in everybody]
