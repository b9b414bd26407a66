"""What was said before: the last posts of somebody newly followed, and accounts read anew."""

import asyncio
import json
from typing import Any

import pytest

from federation.resolver import Budget
from social import jobs
from social.clock import DAY, iso
from social.errors import Unavailable
from social.feeds import timelines
from social.paging import FIRST
from social.settings import FederationSettings
from storage import tombstones
from storage.ids import Millis
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.peer import Seen, response


def outbox(siege: Neighbour, who: Somebody, *pages: list[Any]) -> None:
    """Serve an outbox in pages."""
    base = f"{who.id}/outbox"
    path = base.removeprefix(siege.url(""))
    siege.document(path, {"type": "OrderedCollection", "totalItems": 99, "first": f"{base}/1"})
    for place, items in enumerate(pages, 1):
        next = {"next": f"{base}/{place + 1}"} if place < len(pages) else {}
        siege.document(f"{path}/{place}", {"type": "OrderedCollectionPage", "orderedItems": items, **next})


async def test_the_last_posts_of_somebody_newly_followed_come_as_old_ones(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    eve = siege.person("eve", key=1)
    notes = [siege.note(bruno, f"Day {day}", published=iso(Millis(station.clock() - day * DAY))) for day in range(1, 6)]
    closed = siege.note(bruno, "Closed", to=[bruno.followers], cc=[], published=iso(station.clock()))
    foreign = siege.create(siege.note(eve, "Not mine"))
    forged = siege.create({**siege.note(eve, "Forged"), "attributedTo": bruno.id, "id": "https://x.example/1"})
    boost = siege.about("Announce", bruno.id, notes[0]["id"], to=[PUBLIC])
    first = [siege.create(closed), boost, foreign, forged, siege.create(notes[0]), notes[1]["id"]]
    outbox(siege, bruno, first, [siege.about("Create", bruno.id, notes[2]["id"]), siege.create(notes[3])])
    await followed(station, siege, bruno)
    await station.run_jobs()
    posts = await station.posts()
    assert {post.uri for post in posts} == {closed["id"], *(note["id"] for note in notes[:4])}
    assert all(post.is_history for post in posts)
    assert [post.published_at for post in posts] == sorted(post.published_at for post in posts)
    home = await station.db.read(timelines.home, station.viewer("amina"), FIRST, now=station.clock())
    assert len(home) == 5
    await station.federation.history.backfill(jobs.Backfill(actor=bruno.id))
    assert len(await station.posts()) == 5


async def test_what_is_edited_while_old_posts_are_fetched_is_here_as_it_is_now(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    """The edit comes when the post is not here yet and nobody here follows its author: it is nobody's business then."""
    await station.person("amina")
    await station.federation.resolver.actor(bruno.id, Budget())
    note = siege.note(bruno, "Old words", to=[bruno.followers], cc=[PUBLIC])
    create = siege.create(note)
    outbox(siege, bruno, [create])
    edited = note | {"content": "<p>New words</p>", "updated": iso(Millis(station.clock() + 1_000))}
    page = json.dumps(
        {"type": "OrderedCollectionPage", "id": f"{bruno.id}/outbox/1", "orderedItems": [create]}
    ).encode()

    async def slow(_: Seen, writer: asyncio.StreamWriter) -> None:
        assert await station.accept(siege, siege.about("Update", bruno.id, edited), by=bruno) == ["unrelated"]
        writer.write(response(200, page, {"Content-Type": "application/activity+json"}))

    siege.on(f"{bruno.id.removeprefix(siege.url(''))}/outbox/1", slow)
    await station.federation.history.backfill(jobs.Backfill(actor=bruno.id))
    await station.work()
    (post,) = await station.posts()
    assert "New words" in post.html


async def test_no_more_old_posts_come_than_are_asked_for(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    limit = FederationSettings().backfill_posts
    notes = [siege.create(siege.note(bruno)) for _ in range(limit + 10)]
    outbox(siege, bruno, notes[:15], notes[15:])
    await followed(station, siege, bruno)
    await station.run_jobs()
    assert len(await station.posts()) == limit


async def test_an_outbox_that_turns_in_a_circle_ends(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    base = f"{bruno.id}/outbox"
    path = base.removeprefix(siege.url(""))
    page = {"type": "OrderedCollectionPage", "orderedItems": [], "next": f"{base}?page=1"}
    siege.once_each(
        path, {"id": base, "type": "OrderedCollection", "first": f"{base}?page=1"}, {"id": f"{base}?page=1", **page}
    )
    await followed(quick, siege, bruno)
    await quick.run_jobs()


async def test_an_outbox_of_a_node_that_is_away_is_asked_for_again(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    siege.answer("/users/bruno/outbox", status=503)
    await followed(quick, siege, bruno)
    with pytest.raises(Unavailable):
        await quick.run_jobs()


async def test_an_account_that_was_not_asked_about_for_a_day_is_read_anew(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    handle = siege.handle(bruno)
    found = await station.federation.remote.account_by_handle(handle)
    assert found is not None
    siege.document("/users/bruno", siege.actor(bruno, name="Bruno the Second"))
    station.clock.pass_by(days=2)
    assert await station.federation.remote.account_by_handle(handle) == found
    await station.run_jobs()
    assert (await station.row(found)).display_name == "Bruno the Second"


async def test_an_account_that_is_gone_when_it_is_read_anew_is_deleted(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    found = await station.federation.remote.account_by_url(bruno.id)
    assert found is not None
    siege.gone("/users/bruno")
    await station.federation.history.refresh(jobs.RefreshAccount(actor=bruno.id))
    assert (await station.row(found)).deleted_at is not None
    assert await station.db.read(tombstones.by_uri, bruno.id, bruno.id) is not None
    assert await station.federation.remote.account_by_url(bruno.id) is None
