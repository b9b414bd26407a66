"""The running node: the long-lived parts that commands, pages and workers share.

`server` assembles it; nothing below `server` makes one. What the network needs of the protocol is said here as small
Protocols, so that `social` and the faces never import each other's owner.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from social.clock import Clock
from social.look import PLAIN, Look
from social.posts.publish import Context
from social.settings import GroupSettings, Settings
from social.urls import Urls
from storage.engine.database import Database
from storage.files import Files
from storage.ids import AccountId, IdMaker, MediaId, PostId

T = TypeVar("T")


class Remote(Protocol):
    """What the network may ask of other nodes. Implemented by `federation`; never called inside a transaction."""

    async def account_by_handle(self, handle: str) -> AccountId | None:
        """The account `name@host` after discovery, stored here; None when there is none or policy forbids asking."""
        ...

    async def account_by_url(self, url: str) -> AccountId | None:
        """The account whose id or profile page is `url`, stored here."""
        ...

    async def account_anew(self, account: AccountId) -> None:
        """Read an account of elsewhere from its node now; what cannot be had stays as it is."""
        ...

    async def post_by_url(self, url: str) -> PostId | None:
        """The post whose id or page is `url`, stored here with its author and ancestors."""
        ...

    async def media(self, media: MediaId) -> bool:
        """Bring a remote picture into the file store; False when it cannot be had now."""
        ...


@dataclass
class Node:
    """Settings, database, files, clock, ids, and the way to other nodes."""

    settings: Settings
    db: Database
    files: Files
    clock: Clock
    ids: IdMaker
    urls: Urls
    remote: Remote
    crunch: Executor
    """Threads for pure CPU work: passwords (one slot), pictures, keys."""
    look: Look = PLAIN

    def __post_init__(self) -> None:
        self._configured = self.settings
        self._dressed: list[Callable[[Settings], None]] = []

    @property
    def context(self) -> Context:
        """What writing a post needs of the node."""
        return Context(self.ids, self.urls, self.settings)

    @property
    def configured(self) -> Settings:
        """The settings without the look that administrators chose."""
        return self._configured

    def join(self, group: GroupSettings) -> None:
        """Show the group as its manifest says, from now on."""
        self._configured = msgspec.structs.replace(self._configured, group=group)
        self.settings = self.look.over(self._configured)

    def dress(self, look: Look) -> None:
        """Show the site as its administrators chose, from now on."""
        self.look = look
        self.settings = look.over(self._configured)
        for show in self._dressed:
            show(self.settings)

    def on_dress(self, show: Callable[[Settings], None]) -> None:
        """Have `show` told of the settings whenever the look of the site changes."""
        self._dressed.append(show)

    async def crunched(self, work: Callable[[], T]) -> T:
        """Run CPU work off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.crunch, work)
