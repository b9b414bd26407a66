"""Whole threads: served to others, and read from them within a budget."""

from typing import Any

from federation import threads
from social import contexts
from storage import posts as post_rows
from storage.posts import PostRow
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed


def collection(siege: Neighbour, path: str, *pages: list[str]) -> str:
    """A collection of ids in pages; its address."""
    url = siege.url(path)
    siege.document(path, {"type": "Collection", "id": url, "first": f"{url}/1"})
    for place, items in enumerate(pages, 1):
        next = {"next": f"{url}/{place + 1}"} if place < len(pages) else {}
        siege.document(f"{path}/{place}", {"type": "CollectionPage", "id": f"{url}/{place}", "items": items, **next})
    return url


async def look(station: Station, uri: str) -> None:
    """Somebody of here opens the thread, and the job runs."""
    row = await station.db.read(post_rows.by_uri, uri)
    assert row is not None
    await station.db.write(contexts.opened, station.viewer("amina"), row.id, now=station.clock())
    await station.run_jobs()


async def known(station: Station) -> set[str]:
    return {row.uri for row in await station.posts()}


async def root(station: Station, siege: Neighbour, bruno: Somebody, **said: Any) -> dict[str, Any]:
    await followed(station, siege, bruno)
    note = siege.note(bruno, "The beginning", **said)
    await station.accept(siege, siege.create(note), by=bruno)
    return note


async def test_answers_to_answers_are_read_when_somebody_looks(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    note = await root(station, siege, bruno, replies=siege.url("/r"))
    ines = siege.person("ines", key=1)
    deep = siege.note(ines, "Deep", inReplyTo=siege.url("/a2"), id=f"{ines.id}/deep")
    first = siege.note(ines, "One", inReplyTo=note["id"], id=f"{ines.id}/a1")
    second = siege.note(ines, "Two", inReplyTo=note["id"], id=siege.url("/a2"), replies=siege.url("/r2"))
    collection(siege, "/r", [first["id"]], [second["id"], "https://x.example/not-allowed"])
    collection(siege, "/r2", [deep["id"], note["id"]])
    await look(station, note["id"])
    assert {first["id"], second["id"], deep["id"]} <= await known(station)
    (row,) = [row for row in await station.posts() if row.uri == deep["id"]]
    assert row.is_history and row.parent_uri == second["id"]


async def test_a_thread_is_read_by_its_context_and_not_twice_in_ten_minutes(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    ines = siege.person("ines", key=1)
    url = collection(siege, "/thread", [f"{ines.id}/a1"])
    note = await root(quick, siege, bruno, context=url)
    siege.note(ines, "One", inReplyTo=note["id"], id=f"{ines.id}/a1")
    await look(quick, note["id"])
    assert f"{ines.id}/a1" in await known(quick)
    before = len(siege.requests)
    await look(quick, note["id"])
    assert len(siege.requests) == before
    quick.clock.pass_by(minutes=11)
    await look(quick, note["id"])
    assert len(siege.requests) > before


async def test_a_thread_without_end_is_read_within_its_budget(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    ines = siege.person("ines", key=1)
    many = [f"{ines.id}/n{number}" for number in range(threads.POSTS + 40)]
    note = await root(quick, siege, bruno, replies=siege.url("/r"))
    for uri in many:
        siege.note(ines, "again", inReplyTo=note["id"], id=uri)
    collection(siege, "/r", many)
    await look(quick, note["id"])
    assert len(await known(quick)) <= threads.POSTS + 1


async def test_pages_in_a_circle_end(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    note = await root(quick, siege, bruno, replies=siege.url("/r"))
    url = siege.url("/r")
    siege.document("/r", {"type": "Collection", "id": url, "items": [note["id"]], "next": url, "first": url})
    await look(quick, note["id"])
    assert await known(quick) == {note["id"]}


async def test_answers_are_never_asked_of_another_host(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    note = siege.note(bruno, "The beginning", replies="https://victim.example/r", context="https://victim.example/c")
    await quick.accept(siege, siege.create(note), by=bruno)
    row = await quick.db.read(post_rows.by_uri, note["id"])
    assert row is not None and row.replies_url == ""
    await look(quick, note["id"])


async def test_a_forged_item_is_not_believed(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    note = await root(quick, siege, bruno, replies=siege.url("/r"))
    forged = {"id": "https://x.example/1", "type": "Note", "attributedTo": bruno.id, "content": "x", "to": [PUBLIC]}
    url = siege.url("/r")
    siege.document("/r", {"type": "Collection", "id": url, "items": [forged]})
    await look(quick, note["id"])
    assert await known(quick) == {note["id"]}


async def said(station: Station, text: str, **draft: Any) -> PostRow:
    row = await station.db.read(post_rows.by_id, await station.say("amina", text, **draft))
    assert row is not None
    return row


async def test_a_thread_of_here_is_served_by_the_ids_of_its_open_posts(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    first = await said(station, "The beginning")
    answers = [await said(station, f"Answer {number}", parent=first.id) for number in range(55)]
    await said(station, "Closed", parent=first.id, visibility="followers")
    document = (await station.show(siege, f"/users/amina/posts/{answers[0].id}", bruno.key)).json()
    assert document["context"] == document["conversation"] == station.urls.context(first.id)
    whole = (await station.show(siege, f"/contexts/{first.id}", bruno.key)).json()
    assert whole["totalItems"] == 56
    page = (await station.show(siege, f"/contexts/{first.id}?page=true", bruno.key)).json()
    after = page["next"].partition("/contexts")[2]
    rest = (await station.show(siege, f"/contexts{after}", bruno.key)).json()
    assert page["orderedItems"] + rest["orderedItems"] == [first.uri, *(row.uri for row in answers)]
    assert "next" not in rest
    assert (await station.show(siege, "/contexts/1", bruno.key)).status == 404
    replies = (await station.show(siege, f"/users/amina/posts/{first.id}/replies?page=true", bruno.key)).json()
    more = replies["next"].partition("/users")[2]
    others = (await station.show(siege, f"/users{more}", bruno.key)).json()
    assert replies["items"] + others["items"] == [row.uri for row in answers]
