"""What each new node would make anew, made once: an SQLite file with the schema, and a node's own pair of keys.

Applying all migrations and making a pair take longer than most tests of a node.
"""

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path

from server.cli.setup import prepare
from server.cli.toolbox import toolbox
from social.clock import Clock, system_clock
from social.people import accounts
from social.people.keys import KeyPair, make_keys
from social.settings import Settings
from storage.engine.migrate import migrate


def migrated(url: str) -> None:
    """Migrate a database from wherever this is called: a test's event loop may be running."""
    with ThreadPoolExecutor(1) as executor:
        executor.submit(lambda: asyncio.run(migrate(url))).result()


@cache
def template() -> Path:
    """A migrated SQLite file, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="archipel-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrated(f"sqlite:///{folder / 'node.sqlite'}")
    return folder / "node.sqlite"


@lru_cache(maxsize=16)
def pair_of(name: str) -> KeyPair:
    """The keys of the node of this name: another pair for each node of a group, the same one in each test."""
    return make_keys()


async def prepared(settings: Settings, *, clock: Clock = system_clock) -> None:
    """What `archipel init` does for a node, on SQLite from the template. Again changes nothing."""
    if not _copied(settings):
        await prepare(settings, clock=clock)
        return
    pair = pair_of(settings.node.domain.partition(":")[0])
    async with toolbox(settings, clock=clock) as tools:
        await tools.db.write(accounts.create_instance_actor, pair, ids=tools.ids, urls=tools.urls, now=tools.clock())


def _copied(settings: Settings) -> bool:
    """Whether the node's SQLite file was not there and now is, and its folder for media."""
    scheme, _, path = settings.database.url.partition(":///")
    if scheme != "sqlite" or Path(path).exists():
        return False
    shutil.copyfile(template(), path)
    Path(settings.media.root).mkdir(parents=True, exist_ok=True)
    return True
