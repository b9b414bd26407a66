"""What there is to be seen and by whom: one author's posts of each audience, with somebody in each relation to her.

    amina writes to everybody, quietly, to her followers and to those she names, and answers and boosts for followers;
    luc boosts what is open. Everybody likes and keeps all that they see. Then amina blocks `blocked`, who followed
    her and was named, and removes `former`, who followed her: what they had before must be gone with it.

Each post has a word that stands nowhere else: where the word is, the post was shown.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from social.people import accounts, received, relations
from social.policy import Role
from social.settings import FederationSettings
from social.visibility import Facts, may_see
from storage.ids import AccountId
from storage.visibility import OPEN, Visibility
from tests.attacks.foe import Foe
from tests.doors.askers import Asker, Peer, Person, picture
from tests.nodes import running_node, settled
from tests.sites import LocalNode

WIRE = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.DIRECT: "direct",
}
HOSTS = ("follower", "requested", "mentioned", "stranger", "blocked", "denied")
"""Other nodes, by who of theirs stands in which relation to the author; `denied` is not allowed at all."""
REMOVED = ("blocked", "former")
"""Whose relation to the author ended after they had seen everything."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A post, or a boost by `booster` of one. `parent`: what the post answers."""

    name: str
    visibility: Visibility
    id: str
    uri: str
    word: str
    token: str = ""
    boost_of: "Subject | None" = None
    booster: str = ""
    parent: "Subject | None" = None

    @property
    def is_post(self) -> bool:
        """Whether it is a post and no boost."""
        return self.boost_of is None

    @property
    def is_spare(self) -> bool:
        """Whether it is there to be changed."""
        return self.name.startswith("spare")


class Scene:
    """The node with everybody around it."""

    def __init__(self, node: LocalNode, foes: Mapping[str, Foe], *, is_open: bool) -> None:
        self.node = node
        self.foes = foes
        self.is_open = is_open
        self.is_suspended = False
        self.askers: dict[str, Asker] = {}
        self.subjects: dict[str, Subject] = {}
        self.remote: dict[str, AccountId] = {}

    def person(self, name: str) -> Person:
        """Somebody of this node, or nobody."""
        found = self.askers[name]
        assert isinstance(found, Person)
        return found

    def facts(self, asker: Asker, visibility: Visibility, author: str = "author") -> Facts:
        """What is between the asker and a post of the author."""
        if author != "author":
            return Facts(visibility=visibility, is_author=asker.relation == author, is_host=asker.is_host)
        return Facts(
            visibility=visibility,
            is_author=asker.relation == "author",
            follows=asker.relation == "follower",
            mentioned=asker.relation == "mentioned" or (asker.relation == "blocked" and asker.is_host),
            blocked=asker.relation == "blocked",
            author_hidden=self.is_suspended,
            is_host=asker.is_host,
        )

    def sees(self, asker: Asker, subject: Subject) -> bool:
        """Whether the asker may see it, by the one predicate, if the node lets them in at all."""
        if not asker.is_let_in(is_open=self.is_open):
            return False
        if subject.boost_of is None:
            return may_see(self.facts(asker, subject.visibility))
        around = self.facts(asker, subject.visibility, subject.booster)
        if subject.booster == "author":
            # A boost names nobody by itself.
            around = msgspec.structs.replace(around, mentioned=False)
        return may_see(around, self.facts(asker, subject.boost_of.visibility))

    def saw(self, asker: Asker, subject: Subject) -> bool:
        """Whether somebody here saw the post before the author ended it with some."""
        was = "follower" if asker.relation in REMOVED else asker.relation
        facts = self.facts(asker, subject.visibility)
        return may_see(
            msgspec.structs.replace(
                facts,
                follows=was == "follower",
                mentioned=asker.relation in ("mentioned", "blocked"),
                blocked=False,
                author_hidden=False,
            )
        )

    async def suspend(self) -> None:
        """A moderator suspends the author."""
        boss = self.person("moderator").viewer
        author = self.person("author").viewer.account
        await self.node.write(accounts.suspend, boss, author, now=self.node.clock())
        await settled(self.node)
        self.is_suspended = True


@asynccontextmanager
async def open_scene(folder: Path, *, is_open: bool = False, database_url: str = "") -> AsyncIterator[Scene]:
    """The scene on a running node."""
    async with AsyncExitStack() as stack:
        foes = {name: await stack.enter_async_context(Foe(f"{name}.localhost")) for name in HOSTS}
        federation = FederationSettings(
            insecure_loopback=True, allow=tuple(foes[name].authority for name in HOSTS if name != "denied")
        )
        urls = {"usine": database_url} if database_url else {}
        node = await stack.enter_async_context(
            running_node(folder, federation=federation, database_urls=urls, is_open=is_open)
        )
        scene = Scene(node, foes, is_open=is_open)
        await _fill(scene)
        yield scene


async def _fill(scene: Scene) -> None:
    await _people(scene)
    await _peers(scene)
    await _follow(scene)
    await _posts(scene)
    await settled(scene.node)
    await _react(scene)
    await settled(scene.node)
    await _leave(scene)
    await settled(scene.node)


async def _people(scene: Scene) -> None:
    roles = {"moderator": Role.MODERATOR, "admin": Role.ADMIN}
    names = {"author": "amina", "booster": "luc", "moderator": "boss", "admin": "chief"}
    for relation in (
        "author", "follower", "requested", "mentioned", "blocked", "former", "booster", "stranger", "moderator", "admin"
    ):  # fmt: skip
        name = names.get(relation, relation)
        person = await scene.node.person(name, role=roles.get(relation, Role.MEMBER), locked=relation == "author")
        scene.askers[relation] = await Person.of(scene.node, relation, person)
    scene.askers["anonymous"] = Person(scene.node, "anonymous", None, "")


async def _peers(scene: Scene) -> None:
    """Each host asks as its node and as the one of its people who has the relation; one also as somebody else."""
    for host, foe in scene.foes.items():
        name = f"r{host}"
        id = foe.actor(name)
        known = await scene.node.running.federation.remote.account_by_url(id) if host != "denied" else None
        if known is not None:
            scene.remote[host] = known
        scene.askers[f"{host}'s node"] = Peer(scene.node, host, foe, foe.node, is_host=True)
        scene.askers[f"{host} elsewhere"] = Peer(scene.node, host, foe, id, is_host=False)
    other = scene.foes["follower"].actor("colleague")
    scene.askers["follower's colleague"] = Peer(scene.node, "stranger", scene.foes["follower"], other, is_host=False)
    scene.askers["unsigned"] = Peer(scene.node, "unsigned", scene.foes["stranger"], "", is_host=False)


async def _follow(scene: Scene) -> None:
    node, author = scene.node, scene.person("author")
    for relation in ("follower", "requested", "blocked", "former"):
        await node.api("POST", f"/api/v1/accounts/{author.account}/follow", scene.person(relation).person, notify=True)
    row = await node.read(accounts.by_id, author.account)
    assert row is not None
    for host in ("follower", "requested", "blocked"):
        actor = await node.read(accounts.by_id, scene.remote[host])
        assert actor is not None
        uri = f"{actor.uri}#follows/1"
        await node.write(received.receive_follow, actor, row, uri, ids=node.ids, now=node.clock())
    asking = [*(scene.person(one).account for one in ("follower", "blocked", "former"))]
    asking += [scene.remote["follower"], scene.remote["blocked"]]
    for follower in asking:
        await node.write(relations.accept, author.viewer, follower, now=node.clock())


async def _posts(scene: Scene) -> None:
    """`spare` ones are for doors that change something; the others stay as they are."""
    for visibility in Visibility:
        for kind in ("", "spare "):
            await _post(scene, f"{kind}{visibility}", visibility)
    await _post(scene, "answer", Visibility.FOLLOWERS, parent=scene.subjects["public"])
    for visibility in OPEN:
        await _boost(scene, "booster", scene.subjects[visibility], visibility)
    await _boost(scene, "author", scene.subjects["followers"], Visibility.FOLLOWERS)


async def _post(scene: Scene, name: str, visibility: Visibility, parent: Subject | None = None) -> None:
    author = scene.person("author")
    word = f"mot{name.replace(' ', '')}seul"
    others = " ".join(f"@r{host}@{scene.foes[host].authority}" for host in ("mentioned", "blocked"))
    uploaded = await author.upload(picture(), f"image {word}")
    said = await scene.node.say(
        author.person,
        f"{word} @mentioned @blocked {others} #armor",
        visibility=WIRE[visibility],
        media_ids=[uploaded],
        **({"in_reply_to_id": parent.id} if parent else {}),
    )
    scene.subjects[name] = Subject(
        name=name,
        visibility=visibility,
        id=said["id"],
        uri=said["uri"],
        word=word,
        token=said["media_attachments"][0]["url"].split("/")[-2],
        parent=parent,
    )


async def _boost(scene: Scene, booster: str, of: Subject, visibility: Visibility) -> None:
    said = await scene.node.api("POST", f"/api/v1/statuses/{of.id}/reblog", scene.person(booster).person)
    name = f"boost of {of.name}"
    scene.subjects[name] = Subject(
        name=name, visibility=visibility, id=said["id"], uri=said["uri"], word=of.word, boost_of=of, booster=booster
    )


async def _react(scene: Scene) -> None:
    """Everybody here likes and keeps what they see: it must go from their lists when they see it no more."""
    for asker in scene.askers.values():
        if not isinstance(asker, Person) or not asker.is_somebody:
            continue
        for subject in scene.subjects.values():
            if subject.is_post and scene.saw(asker, subject):
                for act in ("favourite", "bookmark"):
                    await scene.node.api("POST", f"/api/v1/statuses/{subject.id}/{act}", asker.person)


async def _leave(scene: Scene) -> None:
    node, author = scene.node, scene.person("author")
    for account in (scene.person("blocked").account, scene.remote["blocked"]):
        await node.write(relations.block, author.viewer, account, ids=node.ids, urls=node.urls, now=node.clock())
    await node.api("POST", f"/api/v1/accounts/{scene.person('former').account}/remove_from_followers", author.person)
