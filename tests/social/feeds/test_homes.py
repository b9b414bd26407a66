"""Homes against a model: whatever somebody follows, joins and leaves, in whatever order, home has what a reason holds.

A seed decides what is done; `Model` says in Python what the statements of `storage/homes.py` say in SQL.
"""

from random import Random

import msgspec
import pytest

from social.communities import membership, moderation
from social.errors import Forbidden
from social.feeds import tags, timelines
from social.paging import Page
from social.people import relations
from storage.communities import Entry
from storage.ids import AccountId, PostId
from storage.memberships import Level
from tests.social.communities.harbour import community, join, let_in
from tests.world import World

STEPS = 70
AUTHORS = ("amina", "carla")
READER = "luc"


class Written(msgspec.Struct, frozen=True):
    """A post as the model knows it."""

    author: str
    community: AccountId | None
    is_closed: bool
    tagged: bool


class Model(msgspec.Struct):
    """What holds posts in the reader's home."""

    follows: set[str]
    member: set[AccountId]
    silent: set[AccountId]
    tag: bool
    posts: dict[PostId, Written]
    home: set[PostId]

    def wanted(self, post: Written) -> bool:
        """By whom or what the reader follows: that brings former posts too."""
        is_member = post.community in self.member
        if post.community in self.silent and is_member:
            return False
        return is_member or (post.author in self.follows and not post.is_closed)

    def held(self, post: Written) -> bool:
        return self.wanted(post) or (self.tag and post.tagged and not post.is_closed)

    def came(self, *, author: str | None = None, community: AccountId | None = None) -> None:
        """A reason more: what it brings is there from now on."""
        self.went()
        for id, post in self.posts.items():
            if self.wanted(post) and (post.author == author or (community is not None and post.community == community)):
                self.home.add(id)

    def went(self) -> None:
        """A reason less: what nothing holds is gone."""
        self.home = {id for id in self.home if self.held(self.posts[id])}


class Life:
    """One reader, two authors, an open community and a closed one, on a real node."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, Random(seed)
        self.model = Model(follows=set(), member=set(), silent=set(), tag=False, posts={}, home=set())
        self.communities: dict[AccountId, bool] = {}

    async def begin(self) -> None:
        for name in (*AUTHORS, READER):
            await self.world.person(name)
        for name, entry in (("football", Entry.OPEN), ("safety", Entry.REQUEST)):
            id = await community(self.world, "amina", name, entry=entry)
            await join(self.world, "carla", id)
            if entry is not Entry.OPEN:
                await let_in(self.world, "amina", "carla", id)
            self.communities[id] = entry is not Entry.OPEN
        await self.world.settle()

    async def step(self) -> None:
        acts = (self.say, self.say, self.say, self.follow, self.follow, self.enter, self.enter, self.wish, self.tag)
        await self.random.choice(acts)()
        await self.world.settle()

    async def say(self) -> None:
        author = self.random.choice(AUTHORS)
        inside = self.random.choice([None, *self.communities])
        tagged = self.random.random() < 0.3
        words = f"Ligne 3 {'#soudure' if tagged else ''}"
        id = await self.world.say(author, words, community=inside)
        is_closed = inside is not None and self.communities[inside]
        self.model.posts[id] = Written(author=author, community=inside, is_closed=is_closed, tagged=tagged)
        if self.model.held(self.model.posts[id]):
            self.model.home.add(id)

    async def follow(self) -> None:
        author = self.random.choice(AUTHORS)
        viewer, world = self.world.viewer(READER), self.world
        if author in self.model.follows:
            await world.db.write(relations.unfollow, viewer, world.id(author), now=world.clock())
            self.model.follows.discard(author)
            self.model.went()
        else:
            await world.follow(READER, author)
            self.model.follows.add(author)
            self.model.came(author=author)

    async def enter(self) -> None:
        id = self.random.choice(list(self.communities))
        if id not in self.model.member:
            await join(self.world, READER, id)
            if self.communities[id]:
                await let_in(self.world, "amina", READER, id)
            self.model.member.add(id)
        else:
            await self.out(id)
            self.model.member.discard(id)
            self.model.silent.discard(id)
        self.model.came(community=id)

    async def out(self, id: AccountId) -> None:
        world, now = self.world, self.world.clock()
        if self.random.random() < 0.5:
            await world.db.write(membership.leave, world.viewer(READER), id, now=now)
        else:
            await world.db.write(membership.expel, world.viewer("amina"), id, world.id(READER), now=now)

    async def wish(self) -> None:
        id = self.random.choice(list(self.communities))
        if id not in self.model.member:
            return
        is_silent = id not in self.model.silent
        wish = {"muted": is_silent} if self.random.random() < 0.5 and id not in self.model.silent else {}
        level = Level.MENTIONS if is_silent and not wish else Level.POSTS
        muted = bool(wish)
        await self.world.db.write(
            membership.prefer, self.world.viewer(READER), id, level=level, muted=muted, now=self.world.clock()
        )
        (self.model.silent.add if is_silent else self.model.silent.discard)(id)
        self.model.came(community=id)

    async def tag(self) -> None:
        world, asked = self.world, (self.world.viewer(READER), "soudure")
        if self.model.tag:
            await world.db.write(tags.unfollow, *asked, now=world.clock())
        else:
            await world.db.write(tags.follow, *asked, ids=world.ids, now=world.clock())
        self.model.tag = not self.model.tag
        self.model.went()

    async def home(self) -> set[PostId]:
        page = Page(limit=len(self.model.posts) + 1)
        return set(
            await self.world.db.read(timelines.home_ids, self.world.viewer(READER), page, now=self.world.clock())
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_home_holds_what_a_reason_holds_after_any_order(world: World, seed: int) -> None:
    life = Life(world, seed)
    await life.begin()
    for number in range(STEPS):
        await life.step()
        if number % 5 == 0 or number == STEPS - 1:
            assert await life.home() == life.model.home, (seed, number)
    assert len(life.model.posts) > 10 and life.model.posts.keys() - life.model.home


async def test_whoever_mutes_a_community_as_an_account_has_it_not_at_home(world: World) -> None:
    for name in ("amina", "luc"):
        await world.person(name)
    id = await community(world, "amina")
    await join(world, "luc", id)
    first = await world.say("amina", "Match", community=id)
    await world.settle()
    luc = world.viewer("luc")
    await world.db.write(relations.mute, luc, id, ids=world.ids, now=world.clock())
    await world.settle()
    assert await world.db.read(timelines.home_ids, luc, Page(), now=world.clock()) == []
    await world.db.write(relations.unmute, luc, id, now=world.clock())
    await world.settle()
    assert await world.db.read(timelines.home_ids, luc, Page(), now=world.clock()) == [first]


async def test_whoever_comes_while_a_post_is_out_has_it_when_it_is_put_back(world: World) -> None:
    for name in ("amina", "luc"):
        await world.person(name)
    id = await community(world, "amina")
    post = await world.say("amina", "Match", community=id)
    await world.db.write(moderation.remove, world.viewer("amina"), post, "faux", now=world.clock())
    await join(world, "luc", id)
    await world.settle()
    assert await world.db.read(timelines.home_ids, world.viewer("luc"), Page(), now=world.clock()) == []
    await world.db.write(moderation.restore, world.viewer("amina"), post, now=world.clock())
    await world.settle()
    assert await world.db.read(timelines.home_ids, world.viewer("luc"), Page(), now=world.clock()) == [post]


async def test_what_a_guest_saw_ends_with_the_stay_itself(world: World) -> None:
    """Nothing has to run for it: also the last hands of the clock decide."""
    for name in ("amina", "luc"):
        await world.person(name)
    id = await community(world, "amina", entry=Entry.INVITED)
    luc = world.viewer("luc")
    until = world.clock.pass_by(hours=1)
    world.clock.pass_by(hours=-1)
    await world.db.write(
        membership.invite, world.viewer("amina"), id, luc.account, until=until, ids=world.ids, now=world.clock()
    )
    await join(world, "luc", id)
    post = await world.say("amina", "Pour vous", community=id)
    await world.settle()
    world.clock.pass_by(minutes=59)
    assert await world.db.read(timelines.home_ids, luc, Page(), now=world.clock()) == [post]
    world.clock.pass_by(minutes=1)
    assert await world.db.read(timelines.home_ids, luc, Page(), now=world.clock()) == []
    with pytest.raises(Forbidden):
        await world.say("luc", "Encore", community=id)
    again = world.clock.pass_by(hours=1)
    world.clock.pass_by(minutes=-30)
    await world.db.write(
        membership.invite, world.viewer("amina"), id, luc.account, until=again, ids=world.ids, now=world.clock()
    )
    await join(world, "luc", id)
    await world.settle()
    assert await world.db.read(timelines.home_ids, luc, Page(), now=world.clock()) == [post]
