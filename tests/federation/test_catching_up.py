"""After an absence: what other servers did meanwhile is asked for."""

from typing import Any

import pytest

from social import jobs
from social.clock import DAY, HOUR, MINUTE, iso
from social.errors import Unavailable
from storage import jobs as job_rows
from storage import posts as post_rows
from storage.ids import Millis
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.federation.test_backfill import outbox


async def away(station: Station, **time: int) -> None:
    """The node stops, time passes, it starts again and does what it has to."""
    await station.federation.catching_up.start()
    await station.federation.catching_up.stop()
    station.clock.pass_by(**time)
    await station.federation.catching_up.start()
    await station.federation.catching_up.stop()


async def caught_up(station: Station) -> None:
    """The jobs, and what they put into the inbox, are done."""
    station.clock.pass_by(minutes=5)
    await station.run_jobs()
    await station.work()


def at(station: Station, **before: int) -> dict[str, Any]:
    """A time of writing some days or hours ago."""
    ago = before.get("days", 0) * DAY + before.get("hours", 0) * HOUR
    return {"published": iso(Millis(station.clock() - ago))}


async def test_posts_and_boosts_of_the_absence_come_in_the_order_of_time(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    outbox(siege, bruno, [])
    await followed(station, siege, bruno)
    await station.run_jobs()
    await away(station, days=30)
    eve = siege.person("eve", key=1)
    notes = [siege.note(bruno, f"Day {day}", **at(station, days=day)) for day in range(29, 0, -7)]
    boosted = siege.note(eve, "Worth reading", **at(station, days=3))
    boost = siege.about("Announce", bruno.id, boosted["id"], to=[PUBLIC], cc=[bruno.followers], **at(station, days=2))
    ancient = siege.create(siege.note(bruno, "Long before", **at(station, days=90)))
    outbox(siege, bruno, [boost, *(siege.create(note) for note in notes[:2:-1])],
           [*(siege.create(note) for note in notes[2::-1]), ancient])  # fmt: skip
    await caught_up(station)
    posts = await station.posts()
    live = [post.uri for post in posts if not post.is_history]
    assert [uri for uri in live if uri != boost["id"]] == [note["id"] for note in notes]
    assert boost["id"] in live
    assert not [post for post in posts if post.uri == ancient["object"]["id"]]
    await caught_up(station)
    assert len(await station.posts()) == len(posts)


async def test_edits_and_deletions_of_the_absence_are_seen(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    outbox(siege, bruno, [])
    await followed(station, siege, bruno)
    await station.run_jobs()
    kept, edited, gone, unsure = (siege.note(bruno, text, **at(station)) for text in ("a", "b", "c", "d"))
    await station.accept(siege, *(siege.create(note) for note in (kept, edited, gone, unsure)), by=bruno)
    await away(station, days=3)
    news = siege.update(edited, "better", Millis(station.clock() - DAY))["object"]
    siege.document(edited["id"].removeprefix(siege.url("")), news)
    siege.gone(gone["id"].removeprefix(siege.url("")))
    siege.answer(unsure["id"].removeprefix(siege.url("")), status=503)
    outbox(siege, bruno, [siege.create(news), siege.create(kept)])
    await caught_up(station)
    rows = {
        uri: await station.db.read(post_rows.by_uri, uri)
        for uri in (note["id"] for note in (kept, edited, gone, unsure))
    }
    assert rows[gone["id"]] is None
    assert rows[unsure["id"]] is not None
    assert (row := rows[edited["id"]]) is not None
    assert "better" in row.html
    assert (same := rows[kept["id"]]) is not None
    assert same.edited_at is None


async def test_an_outbox_of_ids_alone_is_read_too(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    outbox(siege, bruno, [])
    await followed(station, siege, bruno)
    await station.run_jobs()
    await away(station, hours=3)
    note, other = (
        siege.note(bruno, "By its id", **at(station, hours=1)),
        siege.note(bruno, "Half", **at(station, hours=1)),
    )
    outbox(siege, bruno, [note["id"], siege.about("Create", bruno.id, other["id"])])
    await caught_up(station)
    assert {post.uri for post in await station.posts()} == {note["id"], other["id"]}


async def test_what_an_outbox_says_in_the_name_of_others_is_left(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    outbox(siege, bruno, [])
    await followed(station, siege, bruno)
    await station.run_jobs()
    eve = siege.person("eve", key=1)
    victim = siege.note(eve, "Eve said this", to=[PUBLIC], cc=[station.urls.actor("amina")], **at(station))
    await station.accept(siege, siege.create(victim), by=eve)
    await away(station, hours=3)
    foreign = {**siege.note(bruno, "Forged", **at(station)), "id": "https://elsewhere.example/1"}
    items: list[Any] = [
        siege.create(foreign),
        siege.create(siege.note(eve, "Hers", **at(station))),
        siege.delete(victim),
        {"type": "Delete", "id": f"{bruno.id}#d", "actor": bruno.id, "object": bruno.id},
        {"type": "Block", "id": f"{bruno.id}#b", "actor": bruno.id, "object": station.urls.actor("amina")},
        "https://elsewhere.example/2",
        7,
        {"type": "Create"},
    ]
    outbox(siege, bruno, items)
    before = {post.uri for post in await station.posts()}
    await caught_up(station)
    assert {post.uri for post in await station.posts()} == before
    assert await station.by_uri(bruno.id) is not None


async def test_a_server_that_is_away_is_asked_again(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    outbox(siege, bruno, [])
    await followed(station, siege, bruno)
    await station.run_jobs()
    siege.answer(f"{bruno.id}/outbox".removeprefix(siege.url("")), status=503)
    with pytest.raises(Unavailable):
        await station.federation.catching_up.catch_up(jobs.CatchUp(actor=bruno.id, since=Millis(0)))


async def test_a_short_absence_and_a_new_node_ask_nobody(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    outbox(siege, bruno, [])
    await followed(station, siege, bruno)
    await station.run_jobs()
    await away(station, minutes=4)
    station.clock.now = Millis(station.clock.now + MINUTE)
    assert not await station.db.write(job_rows.claim, ["catch_up"], station.clock(), 60_000, 10)
