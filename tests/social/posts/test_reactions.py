"""Likes, boosts and bookmarks: counted once, undone whole."""

import pytest

from social import reading
from social.errors import Forbidden, Invalid, NotFound
from social.paging import Page
from social.posts import reactions
from storage import posts as rows
from storage.ids import Millis, PostId
from storage.visibility import Visibility
from tests.faults import every_statement_fails_once
from tests.world import World


async def view(world: World, name: str, post: PostId) -> reading.PostView:
    return await world.db.read(reading.post, world.viewer(name), post)


async def test_a_like_counts_once_and_is_taken_back(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    post = await world.say("amina", "bravo")
    await world.like("luc", post)
    await world.like("luc", post)
    liked = await view(world, "luc", post)
    assert (liked.post.likes_count, liked.mine) == (1, reading.Mine(liked=True))
    await world.db.write(reactions.unlike, world.viewer("luc"), post, now=world.clock())
    await world.db.write(reactions.unlike, world.viewer("luc"), post, now=world.clock())
    assert (await view(world, "luc", post)).post.likes_count == 0


async def test_liking_a_boost_likes_what_it_shows(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    post = await world.say("amina", "bravo")
    boost = await world.boost("luc", post)
    assert await world.like("amina", boost) == post


async def test_boosting_twice_gives_the_same_boost(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    post = await world.say("amina", "bravo")
    assert await world.boost("luc", post) == await world.boost("luc", post)
    shown = await view(world, "luc", post)
    assert (shown.post.boosts_count, shown.mine) == (1, reading.Mine(boosted=True))
    await world.db.write(reactions.unboost, world.viewer("luc"), post, now=world.clock())
    assert (await view(world, "luc", post)).post.boosts_count == 0
    assert (await world.row(world.id("luc"))).posts_count == 0


async def test_who_boosts_for_followers_is_named_to_no_others(world: World) -> None:
    for name in ("amina", "luc", "marc", "carla"):
        await world.person(name)
    await world.follow("marc", "luc")
    post = await world.say("amina", "bravo")
    await world.db.write(
        reactions.boost,
        world.viewer("luc"),
        post,
        visibility=Visibility.FOLLOWERS,
        context=world.context,
        now=world.clock(),
    )
    for name, count in (("marc", 1), ("luc", 1), ("carla", 0)):
        assert len(await world.db.read(reactions.boosters, world.viewer(name), post, Page(limit=10))) == count


async def test_a_boost_is_never_for_one_person(world: World) -> None:
    await world.person("luc")
    post = await world.say("luc", "bravo")
    with pytest.raises(Invalid):
        await world.db.write(
            reactions.boost,
            world.viewer("luc"),
            post,
            visibility=Visibility.DIRECT,
            context=world.context,
            now=world.clock(),
        )


@pytest.mark.parametrize(
    ("visibility", "own", "allowed"),
    [
        pytest.param(Visibility.PUBLIC, False, True, id="public"),
        pytest.param(Visibility.UNLISTED, False, True, id="unlisted"),
        pytest.param(Visibility.FOLLOWERS, False, False, id="followers-only of another"),
        pytest.param(Visibility.FOLLOWERS, True, True, id="own followers-only"),
        pytest.param(Visibility.DIRECT, True, False, id="own direct"),
    ],
)
async def test_only_open_posts_are_boosted(world: World, visibility: Visibility, own: bool, allowed: bool) -> None:
    await world.person("amina")
    await world.person("luc")
    await world.follow("luc", "amina")
    post = await world.say("amina", "@luc", visibility=visibility)
    if allowed:
        boost = await world.boost("amina" if own else "luc", post)
        found = await world.db.read(rows.by_id, boost)
        assert found is not None
        assert found.visibility is visibility
    else:
        with pytest.raises(Forbidden):
            await world.boost("amina" if own else "luc", post)


@pytest.mark.parametrize(
    ("of", "wish", "told"),
    [
        (Visibility.PUBLIC, None, Visibility.PUBLIC),
        (Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.FOLLOWERS),
        (Visibility.UNLISTED, Visibility.PUBLIC, Visibility.UNLISTED),
        (Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.FOLLOWERS),
        (Visibility.FOLLOWERS, Visibility.PUBLIC, Visibility.FOLLOWERS),
    ],
)
async def test_a_boost_is_told_as_wished_and_to_no_more_than_may_see_the_post(
    world: World, of: Visibility, wish: Visibility | None, told: Visibility
) -> None:
    await world.person("amina")
    post = await world.say("amina", "Bonjour", visibility=of)
    boost = await world.db.write(
        reactions.boost, world.viewer("amina"), post, visibility=wish, context=world.context, now=world.clock()
    )
    found = await world.db.read(rows.by_id, boost)
    assert found is not None and found.visibility is told


async def test_what_is_hidden_cannot_be_reacted_to(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    post = await world.say("amina", "secret", visibility=Visibility.FOLLOWERS)
    for act in (reactions.like, reactions.boost, reactions.bookmark):
        with pytest.raises(NotFound):
            await world.db.write(act, world.viewer("luc"), post, context=world.context, now=world.clock())
    with pytest.raises(NotFound):
        await world.db.read(reactions.likers, world.viewer("luc"), post, Page())


async def test_who_liked_and_who_boosted_come_latest_first(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    post = await world.say("amina", "bravo")
    for name in ("amina", "luc"):
        await world.like(name, post)
        await world.boost(name, post)
    likers = await world.db.read(reactions.likers, world.viewer("amina"), post, Page())
    boosters = await world.db.read(reactions.boosters, world.viewer("amina"), post, Page(limit=1))
    assert [row.account.username for row in likers] == ["luc", "amina"]
    assert [row.account.username for row in boosters] == ["luc"]


async def test_reactions_from_elsewhere_are_idempotent(world: World) -> None:
    await world.person("amina")
    bruno = await world.elsewhere("bruno")
    post = await world.say("amina", "bravo")
    row = await world.db.read(rows.by_id, post)
    assert row is not None

    async def like() -> bool:
        return await world.db.write(
            reactions.receive_like, bruno, row, f"{bruno.uri}#likes/1", ids=world.ids, now=world.clock()
        )

    async def boost() -> PostId:
        return await world.db.write(
            reactions.receive_boost,
            bruno,
            row,
            f"{bruno.uri}/boosts/1",
            Visibility.PUBLIC,
            Millis(world.clock() - 1_000),
            ids=world.ids,
            live=True,
            now=world.clock(),
        )

    assert await like()
    assert not await like()
    assert await boost() == await boost()
    shown = await view(world, "amina", post)
    assert (shown.post.likes_count, shown.post.boosts_count) == (1, 1)
    assert await world.db.write(reactions.receive_unlike, bruno, row, now=world.clock())
    uri = f"{bruno.uri}/boosts/1"
    assert await world.db.write(reactions.receive_unboost, bruno, uri, row, now=world.clock())
    shown = await view(world, "amina", post)
    assert (shown.post.likes_count, shown.post.boosts_count) == (0, 0)
    with pytest.raises(NotFound):
        await boost()


async def test_a_like_from_elsewhere_of_what_it_may_not_see_is_not_found(world: World) -> None:
    await world.person("amina")
    bruno = await world.elsewhere("bruno")
    post = await world.say("amina", "secret", visibility=Visibility.FOLLOWERS)
    row = await world.db.read(rows.by_id, post)
    assert row is not None
    with pytest.raises(NotFound):
        await world.db.write(
            reactions.receive_like, bruno, row, f"{bruno.uri}#likes/1", ids=world.ids, now=world.clock()
        )


async def test_boosting_is_whole_or_not_at_all(world: World) -> None:
    await world.person("amina")
    post = await world.say("amina", "bravo")

    async def nothing_happened() -> None:
        assert (await view(world, "amina", post)).post.boosts_count == 0

    await every_statement_fails_once(world.db, lambda: world.boost("amina", post), nothing_happened)
    assert (await view(world, "amina", post)).post.boosts_count == 1
