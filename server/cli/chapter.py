"""A last chapter of the example group's story: it is played when all have joined and all that was written has arrived.

Whoever acts in it does so at their own site, by the nodes' own commands.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from server.cli.armor.acts import Story
from server.cli.replay import Stage, StoryClock, everything_arrived
from server.cli.toolbox import CommandFailed
from social.node import Node
from social.people import users
from social.policy import Viewer
from storage import accounts, posts
from storage.engine.database import Tx
from storage.ids import AccountId, PostId


class Chapter(ABC):
    """What some people of a story do on its running nodes; `clock` is the time of the story."""

    def __init__(self, story: Story, stages: Mapping[str, Stage], clock: StoryClock) -> None:
        self._people = {person.username: person for person in story.people}
        self._stages = stages
        self._clock = clock

    @abstractmethod
    async def play(self) -> None:
        """All of it. Raises CommandFailed, NeverQuiet."""

    async def _arrived(self) -> None:
        """Wait until nothing is on the way. Raises NeverQuiet."""
        await everything_arrived(self._stages.values(), self._clock)

    def _node(self, name: str) -> Node:
        """The node of somebody's site."""
        return self._stages[self._people[name].site].node

    async def _viewer(self, name: str) -> Viewer:
        """Somebody as they act at their site. Raises CommandFailed."""
        return await self._node(name).db.read(_viewer, name)

    async def _community(self, by: str, name: str) -> AccountId:
        """A community of somebody's own site: one of another may be called as somebody is. Raises CommandFailed."""
        return await self._node(by).db.read(_account, name)

    async def _account(self, by: str, name: str) -> AccountId:
        """Somebody as the node of another knows them. Raises CommandFailed."""
        node = self._node(by)
        if self._people[by].site == self._people[name].site:
            return await node.db.read(_account, name)
        found = await node.remote.account_by_handle(f"{name}@{self._node(name).urls.host}")
        if found is None:
            raise CommandFailed(f"{self._people[by].site} does not find {name}")
        return found

    async def _post(self, name: str, uri: str) -> PostId:
        """A post at somebody's site. Raises CommandFailed if it did not arrive there."""
        return await self._node(name).db.read(_post, uri)


def _account(tx: Tx, name: str) -> AccountId:
    row = accounts.by_name(tx, name, "")
    if row is None:
        raise CommandFailed(f"nobody is called {name}")
    return row.id


def _viewer(tx: Tx, name: str) -> Viewer:
    return users.viewer_of(tx, _account(tx, name))


def _post(tx: Tx, uri: str) -> PostId:
    row = posts.by_uri(tx, uri)
    if row is None:
        raise CommandFailed(f"{uri} did not arrive")
    return row.id
