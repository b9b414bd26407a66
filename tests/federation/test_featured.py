"""What people put forward on their page: collections by authorised fetch, Add and Remove, both ways."""

from typing import Any

import pytest

from social.feeds import tags
from social.people import accounts, featured, showing
from social.policy import Role
from social.posts import pins
from storage.ids import AccountId, PostId
from storage.tags import FeaturedTagId
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.federation.test_outgoing import bodies, node_follows, told


async def pin(station: Station, name: str, post: PostId) -> None:
    await station.db.write(pins.pin, station.viewer(name), post, ids=station.ids, now=station.clock())


def featuring(siege: Neighbour, name: str = "bruno", key: int = 0, **said: Any) -> Somebody:
    """Somebody whose document names both collections."""
    id = siege.url(f"/users/{name}")
    places = {"featured": f"{id}/featured", "featuredTags": f"{id}/tags"}
    return siege.person(name, key=key, **{**places, **said})


async def amina_with_a_follower(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await station.person("amina")
    await station.accept(siege, siege.about("Follow", bruno.id, station.urls.actor("amina")), by=bruno)
    await told(station)


async def on_top(station: Station, account: AccountId) -> list[str]:
    viewer = station.viewer("amina")
    ids = await station.db.read(pins.pinned_ids, viewer, account)
    posts = {post.id: post.uri for post in await station.posts()}
    return [posts[id] for id in ids]


async def forward(station: Station, account: AccountId) -> list[str]:
    found = await station.db.read(tags.featured, station.viewer("amina"), account)
    return [row.display for row in found]


async def id_of(station: Station, who: Somebody) -> AccountId:
    row = await station.by_uri(who.id)
    assert row is not None
    return row.id


async def test_pinned_posts_are_served_to_whom_may_see_them(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    first = await station.say("amina", "For all")
    second = await station.say("amina", "For those who follow", visibility="followers")
    for post in (first, second):
        await pin(station, "amina", post)
    uri = station.urls.actor("amina")
    asked = await station.show(siege, "/users/amina/collections/featured")
    assert asked.status == 401
    asked = await station.show(siege, "/users/amina/collections/featured", bruno.key)
    assert asked.status == 200 and asked.headers["Content-Type"].startswith("application/activity+json")
    said = asked.json()
    assert said["type"] == "OrderedCollection" and said["id"] == f"{uri}/collections/featured"
    assert (said["totalItems"], said["orderedItems"]) == (1, [f"{uri}/posts/{first}"])
    follow = siege.about("Follow", bruno.id, uri)
    await station.accept(siege, follow, by=bruno)
    said = (await station.show(siege, "/users/amina/collections/featured", bruno.key)).json()
    assert said["orderedItems"] == [f"{uri}/posts/{second}", f"{uri}/posts/{first}"]
    actor = (await station.show(siege, "/users/amina", bruno.key)).json()
    assert (actor["featured"], actor["featuredTags"]) == (said["id"], f"{uri}/collections/tags")
    assert "featured" not in (await station.show(siege, "/users/amina")).json()
    await station.person("boss", role=Role.ADMIN)
    await station.db.write(accounts.suspend, station.viewer("boss"), station.id("amina"), now=station.clock())
    for nobody in (
        "/users/amina/collections/featured",
        "/users/amina/collections/tags",
        "/users/nobody/collections/featured",
        "/users/nobody/collections/tags",
    ):
        assert (await station.show(siege, nobody, bruno.key)).status == 404


async def test_hashtags_that_are_put_forward_are_served(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await station.person("amina")
    viewer = station.viewer("amina")
    await station.db.write(tags.feature, viewer, "Line3", ids=station.ids, now=station.clock())
    assert (await station.show(siege, "/users/amina/collections/tags")).status == 401
    said = (await station.show(siege, "/users/amina/collections/tags", bruno.key)).json()
    page = f"{station.urls.base}/@amina/tagged/line3"
    assert said["type"] == "Collection"
    assert said["items"] == [{"type": "Hashtag", "href": page, "name": "#Line3"}]


async def test_followers_and_the_group_hear_what_is_pinned_and_unpinned(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await amina_with_a_follower(station, siege, bruno)
    await node_follows(station, siege)
    post = await station.say("amina", "Line 3 stops")
    close = await station.say("amina", "Among us", visibility="followers")
    await told(station)
    uri = station.urls.actor("amina")
    await pin(station, "amina", post)
    (add,) = await bodies(station)
    assert (add["type"], add["actor"], add["object"]) == ("Add", uri, f"{uri}/posts/{post}")
    assert add["target"] == f"{uri}/collections/featured"
    assert (add["to"], add["cc"]) == ([PUBLIC], [f"{uri}/followers"])
    assert add["proof"]["type"] == "DataIntegrityProof"
    await pin(station, "amina", close)
    (add,) = await bodies(station)
    assert (add["to"], add["cc"]) == ([f"{uri}/followers"], [])
    await station.db.write(pins.unpin, station.viewer("amina"), post, now=station.clock())
    (remove,) = await bodies(station)
    assert (remove["type"], remove["object"], remove["target"]) == ("Remove", f"{uri}/posts/{post}", add["target"])
    # Each time is an activity of its own: a peer that knows activities by their ids misses none.
    station.clock.pass_by(seconds=1)
    await pin(station, "amina", post)
    (again,) = await bodies(station)
    assert again["type"] == "Add" and again["id"] != add["id"]


async def test_followers_hear_which_hashtags_are_put_forward(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await amina_with_a_follower(station, siege, bruno)
    viewer, uri = station.viewer("amina"), station.urls.actor("amina")
    row = await station.db.write(tags.feature, viewer, "Line3", ids=station.ids, now=station.clock())
    (add,) = await bodies(station)
    assert (add["type"], add["target"]) == ("Add", f"{uri}/collections/featured")
    assert (add["object"]["type"], add["object"]["name"]) == ("Hashtag", "#Line3")
    await station.db.write(tags.unfeature, viewer, FeaturedTagId(row.id), now=station.clock())
    (remove,) = await bodies(station)
    assert (remove["type"], remove["object"]["name"]) == ("Remove", "#Line3")


async def test_who_is_followed_here_pins_and_unpins(quick: Station, siege: Neighbour) -> None:
    bruno = featuring(siege)
    await followed(quick, siege, bruno)
    known, unknown = siege.note(bruno, "Known"), siege.note(bruno, "Unknown")
    await quick.accept(siege, siege.create(known), by=bruno)
    target = f"{bruno.id}/featured"
    account = await id_of(quick, bruno)
    for note in (known, unknown):
        add = siege.about("Add", bruno.id, note["id"], target=target)
        assert await quick.accept(siege, add, by=bruno) == ["applied"]
    assert await on_top(quick, account) == [unknown["id"], known["id"]]
    assert await quick.accept(siege, {**add, "id": f"{add['id']}2"}, by=bruno) == ["already"]
    remove = siege.about("Remove", bruno.id, {"type": "Note", "id": known["id"]}, target={"id": target})
    assert await quick.accept(siege, remove, by=bruno) == ["applied"]
    assert await on_top(quick, account) == [unknown["id"]]
    assert await quick.accept(siege, {**remove, "id": f"{remove['id']}2"}, by=bruno) == ["already"]


async def test_a_pin_without_an_id_counts_each_time(quick: Station, siege: Neighbour) -> None:
    bruno = featuring(siege)
    await followed(quick, siege, bruno)
    note = siege.note(bruno)
    await quick.accept(siege, siege.create(note), by=bruno)
    account, seen = await id_of(quick, bruno), []
    for kind in ("Add", "Remove", "Add"):
        said = siege.about(kind, bruno.id, note["id"], target=f"{bruno.id}/featured")
        del said["id"]
        quick.clock.pass_by(seconds=1)
        assert (await quick.take(siege, said, bruno)).status == 202
        await quick.work()
        seen.append(len(await on_top(quick, account)))
    assert seen == [1, 0, 1]


@pytest.mark.parametrize("place", ["featured", "tags"])
async def test_who_is_followed_here_puts_hashtags_forward(quick: Station, siege: Neighbour, place: str) -> None:
    bruno = featuring(siege)
    await followed(quick, siege, bruno)
    account = await id_of(quick, bruno)
    tag = {"type": "Hashtag", "href": siege.url("/@bruno/tagged/line3"), "name": "#Line3"}
    target = f"{bruno.id}/{place}"
    for kind, outcome, left in (
        ("Add", "applied", ["Line3"]),
        ("Add", "already", ["Line3"]),
        ("Remove", "applied", []),
        ("Remove", "already", []),
    ):
        assert await quick.accept(siege, siege.about(kind, bruno.id, tag, target=target), by=bruno) == [outcome]
        assert await forward(quick, account) == left


async def test_nobody_pins_what_is_not_their_own(quick: Station, siege: Neighbour) -> None:
    bruno, carla = featuring(siege), featuring(siege, "carla")
    await followed(quick, siege, bruno)
    note, other = siege.note(bruno), siege.note(carla)
    boost = siege.about("Announce", bruno.id, note["id"], to=[PUBLIC])
    direct = siege.note(bruno, to=[quick.urls.actor("amina")], cc=[])
    await quick.accept(siege, siege.create(note), boost, siege.create(direct), by=bruno)
    await quick.accept(siege, siege.create({**other, "inReplyTo": note["id"]}), by=carla)
    target, mine = f"{bruno.id}/featured", await quick.say("amina", "Mine")
    for said, outcome in (
        (siege.about("Add", bruno.id, other["id"], target=target), "refused"),
        (siege.about("Add", bruno.id, quick.urls.post_uri("amina", mine), target=target), "refused"),
        (siege.about("Add", bruno.id, boost["id"], target=target), "refused"),
        (siege.about("Add", bruno.id, direct["id"], target=target), "refused"),
        (siege.about("Add", bruno.id, note["id"], target=f"{carla.id}/featured"), "unsupported"),
        (siege.about("Add", bruno.id, note["id"], target=f"{bruno.id}/tags"), "unsupported"),
        (siege.about("Add", bruno.id, note["id"]), "unsupported"),
        (siege.about("Add", bruno.id, {"type": "Hashtag", "name": "# "}, target=target), "unrelated"),
        (siege.about("Add", bruno.id, siege.url("/users/bruno/posts/none"), target=target), "unrelated"),
    ):
        assert await quick.accept(siege, said, by=bruno) == [outcome], said
    for who in (bruno, carla):
        row = await quick.by_uri(who.id)
        assert row is None or await on_top(quick, row.id) == []


async def test_what_an_account_puts_forward_is_read_when_it_is_met(quick: Station, siege: Neighbour) -> None:
    bruno, carla = featuring(siege), siege.person("carla")
    await quick.person("amina")
    first, second, of_carla = siege.note(bruno, "First"), siege.note(bruno, "Second"), siege.note(carla)
    direct = siege.note(bruno, to=[siege.url("/users/x")], cc=[])
    items = [second, first["id"], of_carla["id"], direct, f"{bruno.id}/posts/none", "https://other.example/1", 3]
    siege.document(
        "/users/bruno/featured", {"id": f"{bruno.id}/featured", "type": "OrderedCollection", "orderedItems": items}
    )
    siege.document(
        "/users/bruno/tags",
        {
            "id": f"{bruno.id}/tags",
            "type": "Collection",
            "items": [{"type": "Hashtag", "name": "#Line3"}, {"type": "Hashtag", "name": "press"}, {"type": "Note"}],
        },
    )
    assert await quick.federation.remote.account_by_url(bruno.id) is not None
    await quick.run_jobs()
    account = await id_of(quick, bruno)
    assert await on_top(quick, account) == [second["id"], first["id"]]
    assert await forward(quick, account) == ["Line3", "press"]
    # Old posts stay old: nothing of it is on top of a timeline.
    assert {post.uri for post in await quick.posts()} == {first["id"], second["id"]}
    # It changed meanwhile, and somebody looks.
    siege.document(
        "/users/bruno/featured",
        {
            "id": f"{bruno.id}/featured",
            "type": "OrderedCollection",
            "first": {"type": "OrderedCollectionPage", "partOf": f"{bruno.id}/featured", "orderedItems": [first["id"]]},
        },
    )
    viewer = quick.viewer("amina")
    assert not await quick.db.read(featured.is_worth_reading, viewer, account, now=quick.clock())
    quick.clock.pass_by(hours=2)
    assert await quick.db.read(featured.is_worth_reading, viewer, account, now=quick.clock())
    for _ in range(2):
        await quick.db.write(featured.opened, viewer, account, now=quick.clock())
    await quick.run_jobs()
    assert await on_top(quick, account) == [first["id"]]
    # It cannot be had now: what is known stays.
    siege.gone("/users/bruno/featured")
    siege.answer("/users/bruno/tags", status=404)
    quick.clock.pass_by(hours=2)
    await quick.db.write(featured.opened, viewer, account, now=quick.clock())
    await quick.run_jobs()
    assert (await on_top(quick, account), await forward(quick, account)) == ([first["id"]], ["Line3", "press"])


async def test_who_moves_the_collections_again_and_again_has_them_read_once(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)

    def asked() -> list[str]:
        return [seen.path for seen in siege.requests if "/featured/" in seen.path]

    for number in range(5):
        said = siege.actor(bruno, featured=f"{bruno.id}/featured/{number}")
        siege.document("/users/bruno", said)
        quick.clock.pass_by(seconds=61)
        await quick.accept(siege, siege.about("Update", bruno.id, said, to=[PUBLIC]), by=bruno)
        await quick.run_jobs()
    assert asked() == ["/users/bruno/featured/0"]
    quick.clock.pass_by(hours=2)
    viewer, account = quick.viewer("amina"), await id_of(quick, bruno)
    await quick.db.write(featured.opened, viewer, account, now=quick.clock())
    await quick.run_jobs()
    assert asked() == ["/users/bruno/featured/0", "/users/bruno/featured/4"]


async def test_collections_of_another_origin_are_not_asked(quick: Station, siege: Neighbour) -> None:
    await quick.person("amina")
    bruno = siege.person("bruno", featured="https://other.example/featured", featuredTags="https://other.example/tags")
    assert await quick.federation.remote.account_by_url(bruno.id) is not None
    await quick.run_jobs()
    account = await id_of(quick, bruno)
    viewer = quick.viewer("amina")
    assert not await quick.db.read(featured.is_worth_reading, viewer, account, now=quick.clock())


async def test_sites_that_may_name_a_person_as_an_author_stand_in_the_actor(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await amina_with_a_follower(quick, siege, bruno)
    change = showing.ShowChange(attribution_domains=("Blog.example",))
    await quick.db.write(showing.show, quick.viewer("amina"), change, now=quick.clock())
    (update,) = await bodies(quick)
    assert update["object"]["attributionDomains"] == ["blog.example"]
    assert (await quick.show(siege, "/users/amina", bruno.key)).json()["attributionDomains"] == ["blog.example"]
