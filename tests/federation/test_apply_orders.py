"""Late, early, twice, edited, broken: the same end in every order, and a fault costs nobody else."""

import itertools
from typing import Any

import pytest

from social.clock import DAY, HOUR, iso
from social.feeds import notifications, timelines
from social.paging import FIRST
from social.policy import Viewer
from social.posts import former
from storage import media, tombstones
from storage import posts as post_rows
from storage.ids import Millis
from storage.posts import PostRow
from tests.faults import every_statement_fails_once
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed, the_post

ORDERS = list(itertools.permutations(["create", "first", "second", "delete"]))


@pytest.mark.parametrize("order", ORDERS, ids=["-".join(order) for order in ORDERS])
async def test_every_order_of_create_updates_and_delete_ends_with_nothing(
    quick: Station, siege: Neighbour, bruno: Somebody, order: tuple[str, ...]
) -> None:
    await followed(quick, siege, bruno)
    await _in_order(quick, siege, bruno, order)
    assert await quick.posts() == []
    assert await quick.db.read(tombstones.by_uri, f"{bruno.id}/posts/77", bruno.id) is not None


EDITS = list(itertools.permutations(["create", "first", "second"]))


@pytest.mark.parametrize("order", EDITS, ids=["-".join(order) for order in EDITS])
async def test_every_order_of_create_and_updates_ends_with_the_last_words(
    station: Station, siege: Neighbour, bruno: Somebody, order: tuple[str, ...]
) -> None:
    await followed(station, siege, bruno)
    await _in_order(station, siege, bruno, order)
    post = await the_post(station)
    assert (post.html, post.edited_at) == ("<p>Stops at two</p>", station.clock() - HOUR)
    assert not post.is_history
    assert [
        view.post.id
        for view in await station.db.read(timelines.home, station.viewer("amina"), FIRST, now=station.clock())
    ] == [post.id]


async def _in_order(station: Station, siege: Neighbour, bruno: Somebody, order: tuple[str, ...]) -> None:
    station.clock.pass_by(hours=5)
    note = siege.note(
        bruno, "Stops at noon", id=f"{bruno.id}/posts/77", published=iso(Millis(station.clock() - 3 * HOUR))
    )
    activities = {
        "create": siege.create(note),
        "first": siege.update(note, "Stops at one", Millis(station.clock() - 2 * HOUR)),
        "second": siege.update(note, "Stops at two", Millis(station.clock() - HOUR)),
        "delete": siege.delete(note),
    }
    for name in order:
        await station.accept(siege, activities[name], by=bruno)
        # Once more under another id, as a relay or a retry with a new id would bring it.
        again = {**activities[name], "id": f"{activities[name]['id']}/again"}
        await station.accept(siege, again, by=bruno)


async def test_an_edit_keeps_what_was_said_before(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(station, siege, bruno)
    note = siege.note(bruno, "Stops at noon")
    await station.accept(siege, siege.create(note), by=bruno)
    station.clock.pass_by(hours=1)
    changed = siege.update(note, "Stops at one", station.clock())
    assert await station.accept(siege, changed, by=bruno) == ["applied"]
    post = await the_post(station)
    history = await station.db.read(former.history, station.viewer("amina"), post.id)
    assert [former.html for former in history.former] == ["<p>Stops at noon</p>"]


async def test_former_versions_of_elsewhere_keep_their_pictures_their_poll_and_what_they_quoted(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    quoted = siege.note(bruno, "Look at this")
    await quick.accept(siege, siege.create(quoted), by=bruno)
    pictures = [
        {"type": "Document", "mediaType": "image/png", "url": siege.url(f"/{name}.png"), "name": name.upper()}
        for name in ("a", "b")
    ]
    options = [
        {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": 0}} for name in ("A", "B")
    ]
    note = siege.note(bruno, type="Question", oneOf=options, attachment=pictures, quote=quoted["id"])
    await quick.accept(siege, siege.create(note), by=bruno)
    plain = {name: value for name, value in note.items() if name not in ("oneOf", "quote")} | {"type": "Note"}
    for minutes, attachment in ((1, pictures[1:]), (2, [])):
        edited = siege.update({**plain, "attachment": attachment}, "Changed", Millis(quick.clock() + minutes))
        assert await quick.accept(siege, edited, by=bruno) == ["applied"]
    row = await quick.db.read(post_rows.by_uri, note["id"])
    assert row is not None
    history = await quick.db.read(former.history, quick.viewer("amina"), row.id)
    shown = [[picture.description for picture in one.pictures] for one in history.versions]
    assert shown == [["A", "B"], ["B"], []]
    assert [one.beside.options for one in history.former if one.beside] == [("A", "B"), ()]
    assert [one.quote is not None for one in history.former] == [True, False]
    # The picture that comes back is the one that was here.
    again = siege.update({**plain, "attachment": pictures}, "Back", Millis(quick.clock() + 3))
    assert await quick.accept(siege, again, by=bruno) == ["applied"]
    assert [picture.id for picture in (await quick.db.read(media.of_posts, [row.id]))] == [
        picture.id for picture in history.former[0].pictures
    ]


async def test_an_old_post_that_is_edited_comes_as_an_old_one(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    old = siege.note(bruno, published=iso(Millis(quick.clock() - 30 * DAY)))
    await followed(quick, siege, bruno)
    assert await quick.accept(siege, siege.update(old, "New words", quick.clock()), by=bruno) == ["applied"]
    assert (await the_post(quick)).is_history


async def test_an_update_without_its_time_changes_nothing(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    note = siege.note(bruno)
    await quick.accept(siege, siege.create(note), by=bruno)
    changed = siege.about("Update", bruno.id, {**note, "content": "<p>Other</p>"})
    assert await quick.accept(siege, changed, by=bruno) == ["already"]


async def test_a_poisoned_activity_costs_itself_and_nobody_else(
    station: Station, siege: Neighbour, bruno: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    await followed(station, siege, bruno)
    receive = post_rows.insert

    def insert(tx: Any, row: PostRow) -> bool:
        if "poison" in row.html:
            raise ZeroDivisionError("a fault of ours")
        return receive(tx, row)

    monkeypatch.setattr(post_rows, "insert", insert)
    notes = [siege.note(bruno, "one"), siege.note(bruno, "poison"), siege.note(bruno, "two")]
    states = await station.accept(siege, *map(siege.create, notes), by=bruno)
    assert states == ["applied", "waiting", "applied"]
    for _ in range(8):
        station.clock.pass_by(days=2)
        await station.work()
    (failed,) = [row for row in await station.received() if row.state == "failed"]
    assert "a fault of ours" in failed.error
    assert len(await station.posts()) == 2


async def test_receiving_survives_the_failure_of_each_statement(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    amina = station.urls.actor("amina")
    note = siege.note(
        bruno,
        cc=[bruno.followers, amina],
        tag=[{"type": "Mention", "href": amina, "name": "@amina"}, {"type": "Hashtag", "name": "#panne"}],
        attachment=[{"type": "Document", "mediaType": "image/png", "url": siege.url("/a.png")}],
        inReplyTo=siege.url("/users/bruno/posts/missing"),
    )
    assert (await station.take(siege, siege.create(note), bruno)).status == 202

    async def check() -> None:
        posts = await station.posts()
        states = [row.state for row in await station.received() if row.kind == "Create/Note"]
        assert (len(posts), states) in ((0, ["waiting"]), (1, ["applied"]))
        for post in posts:
            assert len(await station.db.read(media.of_posts, [post.id])) == 1
        station.clock.pass_by(days=2)

    await every_statement_fails_once(station.db, station.federation.inbox.settle, check)
    await station.settle()
    assert len(await station.posts()) == 1
    viewer: Viewer = station.viewer("amina")
    found = await station.db.read(notifications.notifications, viewer, FIRST, now=station.clock())
    assert [one.kind for one in found] == ["mention"]
