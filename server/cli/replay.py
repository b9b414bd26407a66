"""Plays a story on running nodes: its acts by the nodes' own commands, at the story's time, through real deliveries.

Nothing is written behind a node's back: what happens at one site reaches the others over HTTP, as it will later. So the
replay waits, before the clock goes on, until what was done has arrived.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Protocol

from server.api.media import keep
from server.cli.armor import draw
from server.cli.armor.acts import (
    Accept,
    Act,
    Block,
    Bookmark,
    Boost,
    Community,
    Delete,
    Edit,
    Follow,
    Like,
    Member,
    Mute,
    Person,
    Picture,
    Post,
    Story,
)  # fmt: skip
from server.cli.armor.story import with_hosts
from server.cli.replay_communities import Communities
from server.cli.toolbox import CommandFailed
from server.work.quiet import NeverQuiet, Watched, settled
from social.clock import MINUTE
from social.node import Node
from social.people import accounts, keys, passwords, relations, users
from social.people.keys import KeyPair
from social.policy import Role, Viewer
from social.posts import edit, media, publish, reactions
from social.posts.publish import Draft
from social.settings import PeopleSettings
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import AccountId, MediaId, Millis, PostId
from storage.visibility import Visibility

PATIENCE = 3 * MINUTE
"""How far the story's clock may run ahead of what has not arrived yet: what comes later than that is out of order."""

STILL_SECONDS = 10.0
"""How long nothing may move while something waits."""
RETRIED_AFTER = 2 * MINUTE
MOST_RETRIES = 3

ROLES: Mapping[str, Role] = {"user": Role.MEMBER, "moderator": Role.MODERATOR, "admin": Role.ADMIN}
VISIBILITIES: Mapping[str, Visibility] = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
    "direct": Visibility.DIRECT,
}


class StoryClock:
    """The time of the story: it stands still until it is moved, and never goes back."""

    def __init__(self, at: int) -> None:
        self.at = Millis(at)

    def __call__(self) -> Millis:
        """Now, in the story."""
        return self.at

    def move(self, to: int) -> None:
        """It is later now."""
        self.at = Millis(max(self.at, to))


class Stage(Protocol):
    """A running node on which a part of the story plays."""

    @property
    def node(self) -> Node: ...

    @property
    def watched(self) -> Watched: ...


@dataclass(kw_only=True)
class Replay:
    """One playing of a story. `stages` by the names of the story's sites; all of them go by `clock`."""

    story: Story
    stages: Mapping[str, Stage]
    clock: StoryClock
    password: str
    told: Callable[[int, int], None] = lambda done, of: None
    """Called after each act: how many are done, and of how many."""
    _people: dict[str, Person] = field(default_factory=dict)
    _viewers: dict[str, Viewer] = field(default_factory=dict)
    _known: dict[tuple[str, str], AccountId] = field(default_factory=dict)
    """The account of a person, by the site that looks and the username."""
    _communities: Communities = field(default_factory=Communities)
    _uris: dict[str, str] = field(default_factory=dict)
    _pictures: dict[str, tuple[MediaId, ...]] = field(default_factory=dict)
    _waiting: list[Act] = field(default_factory=list)
    """Acts that may not have arrived everywhere yet."""
    _open_since: int | None = None
    """The time of the oldest thing that may not have arrived: an act, or somebody's joining."""

    async def play(self) -> None:
        """From the first day to the last. Raises CommandFailed, NeverQuiet."""
        self._people = {person.username: person for person in self.story.people}
        people = sorted(self.story.people, key=lambda person: person.joined_at)
        acts = self.story.acts
        with ThreadPoolExecutor(2, thread_name_prefix="story") as threads:
            made = {person.username: self._beginnings(threads, person) for person in people}
            for done, act in enumerate(acts, start=1):
                while people and people[0].joined_at < act.at:
                    await self._join(people[0], made[people.pop(0).username])
                await self._play(act)
                self.told(done, len(acts))
            for person in people:
                await self._join(person, made[person.username])
        await self.settle()

    def _beginnings(self, threads: ThreadPoolExecutor, person: Person) -> "Future[tuple[KeyPair, str]]":
        settings = self.stages[person.site].node.settings.people
        return threads.submit(_key_and_hash, settings, self.password)

    async def _join(self, person: Person, made: "Future[tuple[KeyPair, str]]") -> None:
        node = self.stages[person.site].node
        await self._settle_before(person.joined_at)
        self._move_to(person.joined_at)
        pair, hashed = made.result()
        new = users.NewUser(
            username=person.username,
            password_hash=hashed,
            keys=pair,
            display_name=person.display_name,
            email=person.email,
            role=ROLES[person.role],
            locale=person.language,
            job=person.job,
            locked=person.locked,
        )
        viewer = await node.db.write(_joined, new, node, self.clock())
        self._viewers[person.username] = viewer
        self._known[person.site, person.username] = viewer.account
        hosts = {name: stage.node.urls.host for name, stage in self.stages.items()}
        change = accounts.ProfileChange(
            note=with_hosts(person.bio, hosts, person.site),
            fields=tuple((line.name, line.value) for line in person.fields),
            discoverable=True,
            indexable=True,
            team=person.team,
            is_bot=person.kind == "service",
            avatar=await self.profile_picture(node, viewer, "avatar", partial(draw.avatar, person.avatar)),
            header=await self.profile_picture(node, viewer, "header", partial(draw.header, person.header))
            if person.header
            else None,
            post_language=person.language,
        )
        await node.db.write(accounts.edit_profile, viewer, change, urls=node.urls, now=self.clock())

    async def profile_picture(self, node: Node, viewer: Viewer, purpose: str, drawn: Callable[[], bytes]) -> MediaId:
        upload = await keep(node, await node.crunched(drawn), purpose)
        row = await node.db.write(
            media.add,
            viewer,
            upload,
            purpose=purpose,
            settings=node.settings.media,
            ids=node.ids,
            now=self.clock(),
        )
        return row.id

    async def _play(self, act: Act) -> None:
        elsewhere = {other.key for other in self._waiting if other.site != act.site}
        if elsewhere.intersection(act.needs) or (isinstance(act, _READ_BY_FOLLOWERS) and self._has_open_follows()):
            await self.settle()
        await self._settle_before(act.at)
        self._move_to(act.at)
        await _PLAYED[type(act)](self, act, self.stages[act.site].node, self._viewers[act.actor])
        self._waiting.append(act)

    def _has_open_follows(self) -> bool:
        return any(isinstance(act, Follow | Accept | Block | Member) for act in self._waiting)

    async def _settle_before(self, at: int) -> None:
        """Let everything arrive before the clock leaves it behind."""
        if self._open_since is not None and at - self._open_since > PATIENCE:
            await self.settle()

    def _move_to(self, at: int) -> None:
        self.clock.move(at)
        if self._open_since is None:
            self._open_since = at

    async def settle(self) -> None:
        await everything_arrived(self.stages.values(), self.clock)
        self._waiting.clear()
        self._open_since = None

    async def post(self, act: Post, node: Node, viewer: Viewer) -> None:
        """A post, its pictures drawn and its mentions looked up first."""
        hosts = {name: stage.node.urls.host for name, stage in self.stages.items()}
        text = with_hosts(act.text, hosts, act.site)
        for handle in publish.mentioned(text):
            if "@" in handle:
                await node.remote.account_by_handle(handle)
        pictures = tuple([await self._picture(node, viewer, picture) for picture in act.pictures])
        draft = Draft(
            text=text,
            spoiler=act.spoiler,
            visibility=VISIBILITIES[act.visibility],
            language=act.language,
            parent=await self._post_at(act.site, act.in_reply_to) if act.in_reply_to else None,
            media=pictures,
            community=await self._communities.at(self, act.site, act.community) if act.community else None,
        )
        id = await node.db.write(publish.publish, viewer, draft, context=node.context, now=self.clock())
        self._uris[act.key] = node.urls.post_uri(act.actor, id)
        self._pictures[act.key] = pictures

    async def _picture(self, node: Node, viewer: Viewer, picture: Picture) -> MediaId:
        upload = await keep(node, await node.crunched(partial(_scene, picture.scene)), "attachment")
        row = await node.db.write(
            media.add,
            viewer,
            upload,
            description=picture.alt,
            settings=node.settings.media,
            ids=node.ids,
            now=self.clock(),
        )
        return row.id

    async def community(self, act: Community, node: Node, viewer: Viewer) -> None:
        """A community is made."""
        await self._communities.make(self, act, node, viewer)

    async def member(self, act: Member, node: Node, viewer: Viewer) -> None:
        """Somebody joins a community."""
        await self._communities.join(self, act, node, viewer)

    async def edit(self, act: Edit, node: Node, viewer: Viewer) -> None:
        """New words for a post; its pictures stay."""
        hosts = {name: stage.node.urls.host for name, stage in self.stages.items()}
        draft = Draft(
            text=with_hosts(act.text, hosts, act.site), spoiler=act.spoiler, media=self._pictures.get(act.post, ())
        )
        post = await self._post_at(act.site, act.post)
        await node.db.write(edit.edit, viewer, post, draft, context=node.context, now=self.clock())

    async def delete(self, act: Delete, node: Node, viewer: Viewer) -> None:
        """A post is taken back."""
        post = await self._post_at(act.site, act.post)
        await node.db.write(edit.delete, viewer, post, keep_media=False, now=self.clock())

    async def react(self, act: Like | Boost | Bookmark, node: Node, viewer: Viewer) -> None:
        """A like, a boost or a bookmark."""
        post = await self._post_at(act.site, act.post)
        command = {Like: reactions.like, Boost: reactions.boost, Bookmark: reactions.bookmark}[type(act)]
        await node.db.write(partial(command, context=node.context, now=self.clock()), viewer, post)

    async def follow(self, act: Follow, node: Node, viewer: Viewer) -> None:
        """A follow, or a request."""
        target = await self.account_at(act.site, act.target)
        await node.db.write(relations.follow, viewer, target, ids=node.ids, urls=node.urls, now=self.clock())

    async def accept(self, act: Accept, node: Node, viewer: Viewer) -> None:
        """A request is granted."""
        follower = await self.account_at(act.site, act.target)
        await node.db.write(relations.accept, viewer, follower, now=self.clock())

    async def block(self, act: Block, node: Node, viewer: Viewer) -> None:
        """A block."""
        target = await self.account_at(act.site, act.target)
        await node.db.write(relations.block, viewer, target, ids=node.ids, urls=node.urls, now=self.clock())

    async def mute(self, act: Mute, node: Node, viewer: Viewer) -> None:
        """A mute, notifications included."""
        target = await self.account_at(act.site, act.target)
        await node.db.write(relations.mute, viewer, target, ids=node.ids, now=self.clock())

    async def account_at(self, site: str, username: str) -> AccountId:
        """Somebody as the site knows them, after discovery if they live elsewhere."""
        known = self._known.get((site, username))
        if known is None:
            handle = f"{username}@{self.stages[self._people[username].site].node.urls.host}"
            known = await self.stages[site].node.remote.account_by_handle(handle)
            if known is None:
                raise CommandFailed(f"{site} does not find {handle}")
            self._known[site, username] = known
        return known

    async def _post_at(self, site: str, key: str) -> PostId:
        """A post as the site knows it. What was not sent there is fetched, as for somebody who pastes its address."""
        node, uri = self.stages[site].node, self._uris[key]
        known = await node.db.read(_post_id, uri)
        if known is None:
            await self.settle()
            known = await node.db.read(_post_id, uri) or await node.remote.post_by_url(uri)
        if known is None:
            raise CommandFailed(f"{site} does not have {uri} ({key})")
        return known


async def everything_arrived(stages: Iterable[Stage], clock: StoryClock) -> None:
    """Wait until nothing is on the way. What an overloaded machine let fail is due again later: the clock goes there.

    Raises NeverQuiet.
    """
    watched = [stage.watched for stage in stages]
    for _ in range(MOST_RETRIES):
        try:
            await settled(watched, seconds=STILL_SECONDS)
        except NeverQuiet:
            clock.move(clock() + RETRIED_AFTER)
        else:
            return
    await settled(watched, seconds=STILL_SECONDS)


_READ_BY_FOLLOWERS = (Post, Boost, Edit, Delete)
"""Acts that go to whoever follows by then."""

_PLAYED: Mapping[type[Act], Callable[[Replay, Any, Node, Viewer], Awaitable[None]]] = {
    Community: Replay.community,
    Member: Replay.member,
    Post: Replay.post,
    Edit: Replay.edit,
    Delete: Replay.delete,
    Like: Replay.react,
    Boost: Replay.react,
    Bookmark: Replay.react,
    Follow: Replay.follow,
    Accept: Replay.accept,
    Block: Replay.block,
    Mute: Replay.mute,
}


def _key_and_hash(settings: PeopleSettings, password: str) -> tuple[KeyPair, str]:
    return keys.make_keys(), passwords.hash_password(settings, password)


@lru_cache(maxsize=64)
def _scene(name: str) -> bytes:
    return draw.scene(name)


def _joined(tx: Tx, new: users.NewUser, node: Node, now: Millis) -> Viewer:
    user = users.create(tx, None, new, ids=node.ids, urls=node.urls, now=now)
    return users.viewer_of(tx, users.account_of(tx, user))


def _post_id(tx: Tx, uri: str) -> PostId | None:
    row = post_rows.by_uri(tx, uri)
    return row.id if row is not None else None
