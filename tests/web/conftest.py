"""The pages of one site of Groupe Armor: the real application over a real database, and visitors of it."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from starlette.applications import Starlette

from server.app import create_app
from server.auth.session import COOKIE
from social.node import Node
from social.people import sessions
from social.policy import Role
from social.settings import Entity, GroupSettings, Settings
from storage.engine.database import Database
from storage.files import LocalFiles
from storage.ids import AccountId, MediaId, PostId
from tests.web.visitor import Visitor
from tests.world import World, cheap_settings

ARMOR = GroupSettings(
    name="Groupe Armor",
    entities=(
        Entity(id="siege", name="Siège", place="Paris", domain="siege.example"),
        Entity(id="usine", name="Usine", place="Lyon", domain="usine.example"),
        Entity(id="filiale", name="Filiale", place="Madrid", domain="filiale.example"),
    ),
)


class Elsewhere:
    """The way to other nodes, scripted: what is asked for is answered from `accounts` and `posts`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.accounts: dict[str, AccountId] = {}
        self.posts: dict[str, PostId] = {}

    async def account_by_handle(self, handle: str) -> AccountId | None:
        """A scripted account."""
        self.asked.append(handle)
        return self.accounts.get(handle)

    async def account_by_url(self, url: str) -> AccountId | None:
        """A scripted account."""
        self.asked.append(url)
        return self.accounts.get(url)

    async def account_anew(self, account: AccountId) -> None:
        """Nothing new."""
        self.asked.append(str(account))

    async def post_by_url(self, url: str) -> PostId | None:
        """A scripted post."""
        self.asked.append(url)
        return self.posts.get(url)

    async def media(self, media: MediaId) -> bool:
        """No picture comes."""
        return False


class Site:
    """The plant's node with its people and its pages."""

    def __init__(self, world: World, node: Node, elsewhere: Elsewhere) -> None:
        self.world = world
        self.node = node
        self.elsewhere = elsewhere
        self.app: Starlette = create_app(node)

    def stranger(self, language: str = "en") -> Visitor:
        """A browser of nobody."""
        return Visitor(self.app, self.node.urls.host, language)

    async def person(self, name: str, *, role: Role = Role.MEMBER, language: str = "en") -> Visitor:
        """A browser in which a person is signed in."""
        await self.world.person(name, role=role)
        return await self.come_in(name, language=language)

    async def come_in(self, name: str, *, language: str = "en") -> Visitor:
        """A browser with a session of somebody who is here already; `test_sign_in.py` signs in through the page."""
        visitor, user = self.stranger(language), self.world.viewer(name).user
        assert user is not None
        token = await self.world.db.write(
            sessions.open_session, user, "tests", address="127.0.0.1", ids=self.world.ids, now=self.world.clock()
        )
        visitor.cookies[COOKIE] = token
        return visitor


def settings_of(folder: Path, *, is_open: bool = False) -> Settings:
    """The plant's settings: cheap passwords, files in `folder`."""
    cheap = cheap_settings()
    return msgspec.structs.replace(
        cheap,
        group=ARMOR,
        node=msgspec.structs.replace(cheap.node, title="Usine", locale="fr", open=is_open),
        media=msgspec.structs.replace(
            cheap.media, root=str(folder / "media"), max_bytes=400_000, max_video_bytes=400_000
        ),
    )


async def open_site(db: Database, folder: Path, *, is_open: bool = False) -> AsyncIterator[Site]:
    """A site over a database; its threads end with it."""
    world = World(db, settings_of(folder, is_open=is_open))
    elsewhere = Elsewhere()
    with ThreadPoolExecutor(1) as crunch:
        node = Node(
            settings=world.settings,
            db=db,
            files=LocalFiles(folder / "media"),
            clock=world.clock,
            ids=world.ids,
            urls=world.urls,
            remote=elsewhere,
            crunch=crunch,
        )
        yield Site(world, node, elsewhere)


@pytest.fixture
async def site(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """A site that is closed to strangers, on SQLite: pages know nothing of the engine."""
    async for opened in open_site(sqlite_db, tmp_path):
        yield opened


@pytest.fixture
async def open_to_all(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """A site that the internet may read."""
    async for opened in open_site(sqlite_db, tmp_path, is_open=True):
        yield opened
