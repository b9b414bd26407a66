"""Accounts of elsewhere: stored, refreshed, renamed, and gone for good."""

import pytest

from social import events
from social.errors import Gone, Invalid, NotFound
from social.feeds import search
from social.people import accounts, keys, received, relations
from social.people.accounts import Field
from social.people.remote import RemoteActor, delete_remote, store_remote
from social.policy import ANONYMOUS
from social.posts import reactions
from social.posts.publish import Received, receive
from storage.accounts import AccountKind, AccountRow
from storage.accounts import pictures as pictures_of
from storage.ids import AccountId, PostId
from storage.media import by_token
from storage.posts import by_id as post_by_id
from storage.tombstones import by_uri as tombstone_of
from storage.visibility import Visibility
from tests.faults import every_statement_fails_once
from tests.world import World, actor_of


async def store(world: World, actor: RemoteActor) -> AccountId:
    return await world.db.write(store_remote, actor, ids=world.ids, now=world.clock())


async def test_an_actor_is_stored_once_and_refreshed(world: World) -> None:
    field = Field(name="Site", value="siege", html="siege")
    id = await store(world, actor_of("bruno", note_html="<p>hello</p>", fields=(field,), locked=True))
    row = await world.row(id)
    assert (row.username, row.domain, row.note_html, row.locked) == ("bruno", "siege.example", "<p>hello</p>", True)
    assert accounts.fields(row) == (field,)
    assert row.fetched_at == world.clock()
    later = world.clock.pass_by(days=1)
    assert await store(world, actor_of("bruno", display_name="Bruno K.", kind=AccountKind.SERVICE)) == id
    again = await world.row(id)
    assert (again.display_name, again.note_html, again.kind) == ("Bruno K.", "", AccountKind.SERVICE)
    assert (again.created_at, again.fetched_at) == (row.created_at, later)
    changed = await world.happened()
    assert [(type(event), event.host) for event in changed] == [(events.ProfileChanged, "siege.example")] * 2


async def test_a_refresh_that_brings_nothing_new_says_nothing(world: World) -> None:
    id = await store(world, actor_of("bruno", avatar_url="https://siege.example/b.png"))
    before = await world.row(id)
    await world.happened()
    later = world.clock.pass_by(hours=2)
    await store(world, actor_of("bruno", avatar_url="https://siege.example/b.png"))
    after = await world.row(id)
    assert (after.revision, after.avatar_token) == (before.revision, before.avatar_token)
    assert after.fetched_at == later
    assert await world.happened() == []


async def test_a_picture_elsewhere_is_fetched_later_and_replaced_when_it_moves(world: World) -> None:
    id = await store(world, actor_of("bruno", avatar_url="https://siege.example/1.png"))
    first = (await world.row(id)).avatar_token
    assert first is not None
    row = await world.db.read(by_token, first)
    assert row is not None
    assert (row.purpose, row.file_key, row.remote_url) == ("avatar", None, "https://siege.example/1.png")
    await store(
        world, actor_of("bruno", avatar_url="https://siege.example/2.png", header_url="https://siege.example/h")
    )
    shown = await world.row(id)
    assert shown.avatar_token not in (None, first)
    assert shown.header_token is not None
    assert await world.db.read(by_token, first) is None
    await store(world, actor_of("bruno"))
    found = await world.db.read(pictures_of, id)
    assert (found.avatar_id, found.header_id) == (None, None)


async def test_a_name_that_got_a_new_id_goes_to_the_new_one(world: World) -> None:
    old = await store(world, actor_of("bruno"))
    new = await store(world, actor_of("bruno", uri="https://siege.example/ap/users/7", display_name="Other"))
    assert old != new
    found = await world.db.read(accounts.by_name, ANONYMOUS, "bruno", "siege.example")
    assert found.id == new
    former = await world.row(old)
    assert former.username == "bruno"
    assert await store(world, actor_of("bruno")) == old


async def test_a_new_key_replaces_the_former_one(world: World) -> None:
    id = await store(world, actor_of("bruno"))
    await store(world, actor_of("bruno", key_id="https://siege.example/users/bruno#key-2", key_pem="PEM 2"))
    assert await world.db.read(keys.verify_key, "https://siege.example/users/bruno#main-key") is None
    row = await world.db.read(keys.verify_key, "https://siege.example/users/bruno#key-2")
    assert row is not None
    assert (row.account_id, row.public_pem, row.owner_uri, row.owner_domain) == (
        id,
        "PEM 2",
        "https://siege.example/users/bruno",
        "siege.example",
    )
    assert (row.is_suspended, row.is_deleted) == (False, False)
    with pytest.raises(NotFound):
        await world.db.read(keys.signing_key, id)


async def test_nobody_elsewhere_takes_a_key_or_an_account_of_this_node(world: World) -> None:
    amina = await world.person("amina")
    key_id, private_pem = await world.db.read(keys.signing_key, amina)
    id = await store(world, actor_of("bruno", key_id=key_id, key_pem="stolen"))
    row = await world.db.read(keys.verify_key, key_id)
    assert row is not None
    assert (row.account_id, row.public_pem == "stolen") == (amina, False)
    assert (await world.db.read(keys.signing_key, amina))[1] == private_pem
    assert id != amina
    with pytest.raises(Gone):
        await store(world, actor_of("amina", uri="https://usine.example/users/amina"))
    with pytest.raises(Invalid):
        await store(world, actor_of("bruno", domain=""))


async def received_post(world: World, author: AccountRow, number: int, parent: str | None = None) -> PostId:
    uri = f"{author.uri}/posts/{number}"
    said = Received(
        uri=uri,
        url=uri,
        visibility=Visibility.PUBLIC,
        html="<p>hello</p>",
        published_at=world.clock(),
        parent_uri=parent,
    )
    return await world.db.write(receive, author, said, ids=world.ids, live=True, now=world.clock())


@pytest.fixture
async def entangled(world: World) -> tuple[World, AccountRow, PostId, PostId]:
    """Bruno of the headquarters with everything: follows both ways, a post, an answer, a like, a boost each way."""
    amina = await world.person("amina")
    bruno = await world.elsewhere("bruno", avatar_url="https://siege.example/b.png")
    await world.follow("amina", bruno.id)
    row = await world.row(amina)
    await world.db.write(received.receive_accept, bruno, None, row, now=world.clock())
    await world.db.write(
        received.receive_follow, bruno, row, f"{bruno.uri}#follows/1", ids=world.ids, now=world.clock()
    )
    mine = await world.say("amina", "hello")
    theirs = await received_post(world, bruno, 1)
    post = await world.db.read(post_by_id, mine)
    assert post is not None
    await received_post(world, bruno, 2, post.uri)
    await world.boost("amina", theirs)
    await world.db.write(reactions.receive_like, bruno, post, f"{bruno.uri}#likes/1", ids=world.ids, now=world.clock())
    await world.settle()
    await world.happened()
    return world, bruno, mine, theirs


async def test_a_deleted_actor_leaves_nothing_but_its_name(
    entangled: tuple[World, AccountRow, PostId, PostId],
) -> None:
    world, bruno, mine, theirs = entangled

    async def delete() -> bool:
        return await world.db.write(delete_remote, bruno.uri, now=world.clock())

    assert await delete()
    assert not await delete()
    amina = await world.row(world.id("amina"))
    assert (amina.followers_count, amina.following_count, amina.posts_count) == (0, 0, 1)
    post = await world.db.read(post_by_id, mine)
    assert post is not None
    assert (post.likes_count, post.replies_count) == (0, 0)
    assert await world.db.read(post_by_id, theirs) is None
    with pytest.raises(NotFound):
        await world.db.read(accounts.account, world.viewer("amina"), bruno.id)
    assert await world.db.read(keys.verify_key, f"{bruno.uri}#main-key") is None
    assert await world.db.read(search.people, world.viewer("amina"), "bruno") == []
    seen = await world.db.read(relations.relationship, world.viewer("amina"), bruno.id, now=world.clock())
    assert (seen.following, seen.followed_by) == (False, False)
    [event] = await world.happened()
    assert isinstance(event, events.AccountDeleted)
    assert (event.uri, event.host) == (bruno.uri, "siege.example")
    with pytest.raises(Gone):
        await store(world, actor_of("bruno"))


async def test_an_actor_that_was_deleted_before_it_was_known_is_not_stored(world: World) -> None:
    uri = "https://siege.example/users/bruno"
    assert not await world.db.write(delete_remote, uri, now=world.clock())
    assert await world.db.read(tombstone_of, uri, uri) is not None
    with pytest.raises(Gone):
        await store(world, actor_of("bruno"))


async def test_nobody_deletes_an_account_of_this_node_from_elsewhere(world: World) -> None:
    amina = await world.person("amina")
    assert not await world.db.write(delete_remote, "https://usine.example/users/amina", now=world.clock())
    assert (await world.row(amina)).deleted_at is None
    uri = "https://usine.example/users/amina"
    assert await world.db.read(tombstone_of, uri, uri) is None


async def test_a_failed_statement_of_a_deletion_leaves_everything(
    entangled: tuple[World, AccountRow, PostId, PostId],
) -> None:
    world, bruno, mine, theirs = entangled
    before = await world.row(world.id("amina"))

    async def check() -> None:
        assert await world.row(before.id) == before
        assert await world.db.read(post_by_id, theirs) is not None
        post = await world.db.read(post_by_id, mine)
        assert post is not None
        assert post.likes_count == 1

    await every_statement_fails_once(
        world.db, lambda: world.db.write(delete_remote, bruno.uri, now=world.clock()), check
    )
    assert await world.db.read(post_by_id, theirs) is None


async def test_a_failed_statement_stores_no_half_actor(world: World) -> None:
    actor = actor_of("bruno", avatar_url="https://siege.example/b.png")

    async def check() -> None:
        assert await world.db.read(accounts.by_uri, actor.uri) is None
        assert await world.happened() == []

    await every_statement_fails_once(world.db, lambda: store(world, actor), check)
    assert await world.db.read(accounts.by_uri, actor.uri) is not None
