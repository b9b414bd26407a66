"""Answers that need the consent of whom they answer, where a node asks for that (GoToSocial)."""

from typing import Any

import pytest

from storage import posts as post_rows
from storage.ids import PostId
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.federation.test_outgoing import bodies


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
