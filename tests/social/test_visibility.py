"""The SQL fragment and its twin agree for every visibility, relation and boost; for accounts and for nodes."""

import itertools

import msgspec
import pytest

from social import reading
from social.clock import DAY
from social.communities import membership, moderation, nodes
from social.people import accounts, received, relations
from social.policy import ANONYMOUS, Role, Viewer
from social.posts.publish import Draft, publish
from social.visibility import Facts, may_see
from storage.communities import Entry
from storage.community_nodes import CommunityNodeRow
from storage.ids import Millis, PostId
from storage.visibility import Visibility
from tests.social.communities.harbour import community, join
from tests.world import World

RELATIONS = ("author", "follower", "requested", "mentioned", "blocked", "blocked follower", "stranger", "nobody")
HOSTS = {"follower": "siege.example", "mentioned": "filiale.example", "stranger": "elsewhere.example"}


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One author's posts by visibility, and boosts of them, with everybody around."""

    posts: dict[Visibility, PostId]
    boosts: dict[Visibility, PostId]
    viewers: dict[str, Viewer]


@pytest.fixture
async def scene(world: World) -> Scene:
    """amina writes; luc boosts what is open; each other person stands in one relation to her."""
    await world.person("amina")
    await world.person("boss", role=Role.MODERATOR)
    viewers = {"author": world.viewer("amina"), "nobody": ANONYMOUS}
    for relation in ("follower", "requested", "mentioned", "blocked", "blocked follower", "stranger", "booster"):
        name = relation.replace(" ", "_").replace("'", "")
        await world.person(name)
        viewers[relation] = world.viewer(name)
    for relation in ("follower", "blocked follower"):
        await world.follow(viewers[relation].username, "amina")
    for relation in ("blocked", "blocked follower"):
        await _block(world, viewers[relation])
    posts = {visibility: await _say(world, visibility) for visibility in Visibility}
    boosts = {
        visibility: await world.boost("booster", posts[visibility])
        for visibility in (Visibility.PUBLIC, Visibility.UNLISTED)
    }
    return Scene(posts=posts, boosts=boosts, viewers=viewers)


async def _block(world: World, whom: Viewer) -> None:
    await world.db.write(
        relations.block, world.viewer("amina"), whom.account, ids=world.ids, urls=world.urls, now=world.clock()
    )


async def _say(world: World, visibility: Visibility) -> PostId:
    draft = Draft(text="@mentioned regarde", visibility=visibility)
    return await world.db.write(publish, world.viewer("amina"), draft, context=world.context, now=world.clock())


def facts(visibility: Visibility, relation: str, *, hidden: bool = False) -> Facts:
    """What the scene means for one of its people. A block by the author ends the follow."""
    return Facts(
        visibility=visibility,
        is_author=relation == "author",
        follows=relation == "follower",
        mentioned=relation == "mentioned",
        blocked=relation.startswith("blocked"),
        author_hidden=hidden,
    )


async def sees(world: World, viewer: Viewer, post: PostId) -> bool:
    return bool(await world.db.read(reading.posts, viewer, [post]))


async def test_both_agree_on_every_post_and_person(world: World, scene: Scene) -> None:
    for visibility, relation in itertools.product(Visibility, RELATIONS):
        seen = await sees(world, scene.viewers[relation], scene.posts[visibility])
        assert seen == may_see(facts(visibility, relation)), (visibility, relation)


async def test_both_agree_on_every_boost_and_person(world: World, scene: Scene) -> None:
    for (visibility, boost), relation in itertools.product(scene.boosts.items(), RELATIONS):
        around = Facts(visibility=visibility, is_author=relation == "booster")
        seen = await sees(world, scene.viewers[relation], boost)
        assert seen == may_see(around, facts(visibility, relation)), (visibility, relation)


async def test_nobody_sees_what_a_suspended_account_wrote_not_even_boosted(world: World, scene: Scene) -> None:
    await world.db.write(accounts.suspend, world.viewer("boss"), world.id("amina"), now=world.clock())
    for relation in RELATIONS:
        for visibility in Visibility:
            assert not may_see(facts(visibility, relation, hidden=True))
            assert not await sees(world, scene.viewers[relation], scene.posts[visibility]), (visibility, relation)
        for boost in scene.boosts.values():
            assert not await sees(world, scene.viewers[relation], boost), relation


async def test_both_agree_on_every_post_and_node(world: World) -> None:
    await world.person("amina")
    rows = {relation: await world.elsewhere("bruno", host) for relation, host in HOSTS.items()}
    author = await world.row(world.id("amina"))
    follower = rows["follower"]
    await world.db.write(
        received.receive_follow, follower, author, f"{follower.uri}#follows/1", ids=world.ids, now=world.clock()
    )
    for visibility in Visibility:
        post = await world.say("amina", f"@{rows['mentioned'].acct} voyez", visibility=visibility)
        for relation, row in rows.items():
            asked = Facts(
                visibility=visibility,
                follows=relation == "follower",
                mentioned=relation == "mentioned",
                is_host=True,
            )
            seen = await sees(world, Viewer(host=row.domain), post)
            assert seen == may_see(asked), (visibility, relation)


async def test_both_agree_on_posts_of_communities_and_persons(world: World) -> None:
    """A mention lets nobody in, and of a post that was taken out only its author knows."""
    viewers = {"nobody": ANONYMOUS}
    for name in ("author", "member", "guest", "mentioned", "stranger"):
        await world.person(name)
        viewers[name] = world.viewer(name)
    await world.follow("mentioned", "author")
    until = Millis(world.clock() + DAY)
    for entry, visibility in ((Entry.OPEN, Visibility.PUBLIC), (Entry.INVITED, Visibility.FOLLOWERS)):
        id = await community(world, "author", f"c_{entry}", entry=entry)
        await world.db.write(
            membership.invite, world.viewer("author"), id, world.id("member"), ids=world.ids, now=world.clock()
        )
        await join(world, "member", id)
        invited = (world.viewer("author"), id, world.id("guest"))
        await world.db.write(membership.invite, *invited, until=until, ids=world.ids, now=world.clock())
        await join(world, "guest", id)
        post = await world.say("author", "@mentioned regarde", community=id)
        out = await world.say("author", "@mentioned vends vélo", community=id)
        await world.db.write(moderation.remove, world.viewer("author"), out, "réclame", now=world.clock())
        cases = itertools.product(((post, False), (out, True)), viewers.items(), (until - 1, until))
        for (of, removed), (relation, viewer), moment in cases:
            world.clock.now = Millis(moment)
            asked = Facts(
                visibility=visibility,
                is_author=relation == "author",
                follows=relation == "mentioned",
                mentioned=relation == "mentioned",
                in_community=True,
                member=relation in ("author", "member", "guest"),
                is_over=relation == "guest" and moment == until,
                removed=removed,
            )
            assert await sees(world, viewer, of) == may_see(asked), (entry, relation, removed, moment)
        world.clock.now = Millis(until - DAY)


async def test_both_agree_on_posts_of_communities_and_nodes(world: World) -> None:
    """A node has a closed post if somebody there is in, if the host's list names it, or if it hosts the community."""
    await world.person("author")
    rows = {name: await world.elsewhere("bruno", f"{name}.example") for name in ("member", "mentioned", "stranger")}
    id = await community(world, "author", "closed", entry=Entry.INVITED)
    account = await world.row(id)
    await world.db.write(
        membership.invite, world.viewer("author"), id, rows["member"].id, ids=world.ids, now=world.clock()
    )
    uri = f"{rows['member'].uri}#follows/1"
    assert await world.db.write(received.receive_follow, rows["member"], account, uri, ids=world.ids, now=world.clock())
    post = await world.say("author", f"@{rows['mentioned'].acct} voyez", community=id)
    listed = CommunityNodeRow(
        community_id=id, host="listed.example", inbox_url="https://listed.example/inbox", members=1
    )
    assert await world.db.write(nodes.take, id, 2**50, [listed], now=world.clock())
    assert not await world.db.write(nodes.take, id, 2**50, [], now=world.clock())
    for host in ("member", "mentioned", "stranger", "listed"):
        asked = Facts(
            visibility=Visibility.FOLLOWERS,
            mentioned=host == "mentioned",
            in_community=True,
            member=host in ("member", "listed"),
            is_host=True,
        )
        assert await sees(world, Viewer(host=f"{host}.example"), post) == may_see(asked), host
