"""A node put together: database, files, clock, ids, addresses, threads, and the way to other nodes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from social.clock import Clock, system_clock
from social.node import Node, Remote
from social.seals import Seals, seal_key
from social.settings import Settings
from social.urls import Urls
from storage import secrets
from storage.engine.database import Database, open_database
from storage.engine.migrate import pending
from storage.files import LocalFiles
from storage.ids import IdMaker

CRUNCHERS = 1
"""One slot: a password hash takes 19 MiB and a large picture 130, and both wait better than they fight."""


SEALS = "seals"


class NotMigrated(Exception):
    """The schema of the database is not this version's; `archipel migrate` brings it there."""


class Parts:
    """What the way to other nodes is made from."""

    def __init__(
        self, settings: Settings, db: Database, files: LocalFiles, clock: Clock, ids: IdMaker, seals: Seals
    ) -> None:
        self.settings = settings
        self.db = db
        self.files = files
        self.clock = clock
        self.ids = ids
        self.urls = Urls(settings.base_url, seals)
        self.crunch = ThreadPoolExecutor(CRUNCHERS, thread_name_prefix="crunch")


async def build_node(
    settings: Settings, connect: Callable[[Parts], Remote], *, clock: Clock = system_clock, exclusive: bool = True
) -> Node:
    """Open everything that a running node needs. `connect` makes the way to other nodes.

    `exclusive` refuses a second process on the same SQLite file. Raises NotMigrated, StorageError.
    """
    database = settings.database
    db = await open_database(
        database.url, readers=database.readers, exclusive=exclusive, max_pages=database.max_pages or None
    )
    db.clock = clock
    try:
        if await pending(db):
            raise NotMigrated(database.url)
        seals = Seals(seal_key(await _secret(db)), clock)
        parts = Parts(settings, db, LocalFiles(Path(settings.media.root)), clock, IdMaker(clock), seals)
        return Node(
            settings=settings,
            db=db,
            files=parts.files,
            clock=clock,
            ids=parts.ids,
            urls=parts.urls,
            remote=connect(parts),
            crunch=parts.crunch,
        )
    except BaseException:
        await db.close()
        raise


async def _secret(db: Database) -> str:
    """What addresses are signed with. Read before it is written: a database that is full must not keep a node down."""
    found = await db.read(secrets.secret, SEALS)
    return await db.write(secrets.made, SEALS) if found is None else found


async def close_node(node: Node) -> None:
    """Close what `build_node` opened; the last commit is on the disk after it."""
    node.crunch.shutdown(wait=True)
    await node.db.close()
