"""What the parts of the protocol share: settings, database, clock, ids, addresses, and the one HTTP client."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from federation.client import Client
from federation.names import BadName, parse_url
from social.clock import Clock
from social.settings import Settings
from social.urls import Urls
from storage.engine.database import Database
from storage.files import Files
from storage.ids import IdMaker

T = TypeVar("T")


@dataclass
class Wire:
    """Made once per node by `federation/assembly.py`; its settings change with the look of the site."""

    settings: Settings
    db: Database
    files: Files
    clock: Clock
    ids: IdMaker
    urls: Urls
    client: Client
    crunch: Executor
    version: str

    @property
    def insecure(self) -> bool:
        """Whether http on loopback names is taken: under test and in the demo."""
        return self.settings.federation.insecure_loopback

    def host_of(self, url: str) -> str | None:
        """The host (with an odd port) of a URL, or None if it is none."""
        try:
            return parse_url(url).authority
        except BadName:
            return None

    def is_ours(self, url: str) -> bool:
        """Whether a URL is on this node."""
        return self.host_of(url) == self.urls.host

    async def crunched(self, work: Callable[[], T]) -> T:
        """Run CPU or disk work off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.crunch, work)
