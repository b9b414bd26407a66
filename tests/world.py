"""Groupe Armor on one node, made by the network's own commands on a real database, with a clock that the test moves.

    world = World(db)                                    the node of the plant, `usine.example`
    amina = await world.person("amina")                  joined by an administrator's command; made once
    world.viewer("amina")                                whoever asks
    bruno = await world.elsewhere("bruno")               an account of `siege.example`, as federation stores it
    post = await world.say("amina", "Line 3 stops")      publishes; keywords are those of `Draft`
    await world.follow("carla", "amina")
    world.clock.pass_by(minutes=5)
    await world.settle()                                 runs the subscribers over what happened
    await world.happened()                               the events since the last call of it

`tests/social/conftest.py` has the fixture `world`, on both engines. `PASSWORD` is everybody's password.
"""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar

from server.work.dispatcher import CURSOR, Dispatcher
from social import events
from social.clock import DAY, HOUR, MINUTE, SECOND
from social.feeds.subscribers import FEEDS
from social.people import accounts, passwords, relations, users
from social.people.keys import KeyPair, make_keys
from social.people.remote import RemoteActor, store_remote
from social.people.users import NewUser
from social.policy import Role, Viewer
from social.posts import reactions
from social.posts.publish import Context, Draft, publish
from social.settings import NodeSettings, PeopleSettings, Settings
from social.urls import Urls
from storage import log
from storage.accounts import AccountRow
from storage.engine.database import Database, Tx
from storage.ids import AccountId, EventSeq, IdMaker, Millis, PostId

P = ParamSpec("P")
T = TypeVar("T")

NOON = Millis(1_795_521_600_000)
"""2026-11-24T12:00:00Z: when the tests begin."""
PASSWORD = "harbour-crane-42"
DOMAIN = "usine.example"

PEOPLE = {
    "amina": ("Amina Benali", "Maintenance"),
    "bruno": ("Bruno Keller", "Communication"),
    "carla": ("Carla Ruiz", "Sales"),
    "ines": ("Inès Moreau", "Human resources"),
    "luc": ("Luc Perrin", "Line 3"),
    "marc": ("Marc Dubois", "Site manager"),
}


class StoryClock:
    """Time that passes only when the test says so."""

    def __init__(self, now: Millis = NOON) -> None:
        self.now = now

    def __call__(self) -> Millis:
        return self.now

    def pass_by(self, *, seconds: int = 0, minutes: int = 0, hours: int = 0, days: int = 0) -> Millis:
        """Let time pass; what time it is then."""
        self.now = Millis(self.now + seconds * SECOND + minutes * MINUTE + hours * HOUR + days * DAY)
        return self.now


@lru_cache(maxsize=1)
def one_pair() -> KeyPair:
    """A key pair, made once: making one takes longer than most tests."""
    return make_keys()


@lru_cache(maxsize=1)
def password_hash(settings: PeopleSettings) -> str:
    """The hash of `PASSWORD`, made once."""
    return passwords.hash_password(settings, PASSWORD)


def cheap_settings(domain: str = DOMAIN) -> Settings:
    """Settings of a node whose password hashes cost next to nothing."""
    return Settings(node=NodeSettings(domain=domain), people=PeopleSettings(argon2_memory=8, argon2_passes=1))


class World:
    """One node with its people."""

    def __init__(self, db: Database, settings: Settings | None = None) -> None:
        self.db = db
        self.settings = settings or cheap_settings()
        self.clock = StoryClock()
        db.clock = self.clock
        self.ids = IdMaker(self.clock, process=0)
        self.urls = Urls(self.settings.base_url)
        self.context = Context(self.ids, self.urls, self.settings)
        self._viewers: dict[str, Viewer] = {}
        self._seen = EventSeq(0)

    async def person(self, name: str, *, role: Role = Role.MEMBER, locked: bool = False) -> AccountId:
        """Somebody of the group with an account here; the same one when asked again."""
        if name in self._viewers:
            return self._viewers[name].account
        display_name, job = PEOPLE.get(name, (name.capitalize(), ""))
        new = NewUser(
            username=name,
            display_name=display_name,
            job=job,
            password_hash=password_hash(self.settings.people),
            keys=one_pair(),
            role=role,
            locked=locked,
        )
        user = await self.db.write(users.create, None, new, ids=self.ids, urls=self.urls, now=self.clock())
        account = await self.db.read(users.account_of, user)
        self._viewers[name] = await self.db.read(users.viewer_of, account)
        return account

    def viewer(self, name: str) -> Viewer:
        """Whoever asks: a person made before."""
        return self._viewers[name]

    def id(self, name: str) -> AccountId:
        """The account of a person made before."""
        return self._viewers[name].account

    async def row(self, account: AccountId) -> AccountRow:
        """The account as it is now."""
        found = await self.db.read(accounts.by_id, account)
        assert found is not None
        return found

    async def elsewhere(self, name: str, domain: str = "siege.example", **said: object) -> AccountRow:
        """An account of another node as federation stores it; keywords are those of `RemoteActor`."""
        account = await self.db.write(store_remote, actor_of(name, domain, **said), ids=self.ids, now=self.clock())
        return await self.row(account)

    async def say(self, name: str, text: str, **draft: object) -> PostId:
        """Publish a post; keywords are those of `Draft`."""
        return await self.db.write(
            publish,
            self.viewer(name),
            Draft(text=text, **draft),  # type: ignore[arg-type]  # keywords of Draft, checked where they are used
            context=self.context,
            now=self.clock(),
        )

    async def follow(
        self, name: str, target: AccountId | str, *, boosts: bool | None = None, notify: bool | None = None
    ) -> relations.Relationship:
        """Follow somebody, by name if they are of here."""
        return await self.db.write(
            relations.follow,
            self.viewer(name),
            self.id(target) if isinstance(target, str) else target,
            boosts=boosts,
            notify=notify,
            ids=self.ids,
            urls=self.urls,
            now=self.clock(),
        )

    async def like(self, name: str, post: PostId) -> PostId:
        """Like a post."""
        return await self.db.write(reactions.like, self.viewer(name), post, context=self.context, now=self.clock())

    async def boost(self, name: str, post: PostId) -> PostId:
        """Boost a post: the id of the boost."""
        return await self.db.write(reactions.boost, self.viewer(name), post, context=self.context, now=self.clock())

    async def settle(self) -> None:
        """Until the subscribers that write timelines and notifications have read everything.

        Also when the dispatcher of a running node is at it just now.
        """
        await Dispatcher(self.db, self.clock, FEEDS).settle()
        async with asyncio.timeout(10.0):
            while not await self._is_settled():
                await asyncio.sleep(0.02)

    async def _is_settled(self) -> bool:
        # What a batch wrote has no number yet: it counts when the batch before it is known to be done.
        before = await self.db.read(_has_read_all)
        if self.db.engine == "postgres":
            await self.db.write(log.number)
        return before and await self.db.read(_has_read_all)

    async def happened(self) -> list[events.AnyEvent]:
        """The events since the last call, in their order."""
        await self.db.write(log.number)
        found = await self.db.read(log.after, self._seen, 1_000)
        self._seen = found[-1].seq if found else self._seen
        return [events.read(row.payload) for row in found]

    async def statements(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> int:
        """How many statements a query takes."""

        def counted(tx: Tx) -> int:
            fn(tx, *args, **kwargs)
            return tx.statements

        return await self.db.read(counted)


def _has_read_all(tx: Tx) -> bool:
    return log.cursor(tx, CURSOR) >= log.last(tx)


def actor_of(name: str, domain: str = "siege.example", **said: object) -> RemoteActor:
    """What the document of an actor of another node says; keywords replace it."""
    actor = f"https://{domain}/users/{name}"
    document: dict[str, object] = {
        "uri": actor,
        "url": f"https://{domain}/@{name}",
        "username": name,
        "domain": domain,
        "display_name": PEOPLE.get(name, (name.capitalize(), ""))[0],
        "discoverable": True,
        "inbox_url": f"{actor}/inbox",
        "shared_inbox_url": f"https://{domain}/inbox",
        "outbox_url": f"{actor}/outbox",
        "followers_url": f"{actor}/followers",
        "following_url": f"{actor}/following",
        "key_id": f"{actor}#main-key",
        "key_pem": one_pair().public_pem,
    }
    return RemoteActor(**(document | said))  # type: ignore[arg-type]  # keywords of RemoteActor
