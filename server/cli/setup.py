"""`archipel init` and `archipel migrate`: a node comes into being, and is brought to a new version."""

import argparse
import json
from pathlib import Path

from server.cli.accounts import create_account
from server.cli.toolbox import CommandFailed, Toolbox, say, toolbox
from server.config import load
from social.clock import Clock, system_clock
from social.people import accounts, keys
from social.settings import Settings
from storage.engine.database import open_database
from storage.engine.migrate import SchemaRefused
from storage.engine.migrate import migrate as apply_migrations

TEMPLATE = """\
# Configuration of this node. Every key: docs/reference/configuration.md

[node]
domain = {domain}
scheme = {scheme}
title = {title}
locale = {locale}

[listen]
port = {port}

[database]
url = {database}

[media]
root = {media}
"""


async def init(arguments: argparse.Namespace) -> None:
    """Write a configuration if there is none, make the database, the node's key and the first administrator."""
    settings = load(_configured(arguments))
    await prepare(settings)
    if arguments.admin is None:
        say("The node is ready. Make an administrator: archipel account create NAME --role admin")
        return
    async with toolbox(settings) as tools:
        await create_account(tools, arguments, name=arguments.admin, role="admin")


async def migrate(arguments: argparse.Namespace) -> None:
    """Bring the database to this version's schema."""
    applied = await _migrated(load(arguments.config))
    for name in applied:
        say(f"Applied {name}.")
    if not applied:
        say("Nothing to do.")


async def prepare(settings: Settings, *, clock: Clock = system_clock) -> None:
    """Schema and instance actor: what a node needs before its first start. Again changes nothing."""
    _make_folders(settings)
    await _migrated(settings)
    async with toolbox(settings, clock=clock) as tools:
        await _instance_actor(tools)


def _configured(arguments: argparse.Namespace) -> Path | None:
    path: Path = arguments.config
    if arguments.domain and not path.exists():
        path.write_text(_configuration(arguments, path), "utf-8")
        say(f"Wrote {path}.")
    return path if path.exists() else None


def _make_folders(settings: Settings) -> None:
    if settings.database.url.startswith("sqlite:///"):
        Path(settings.database.url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    Path(settings.media.root).mkdir(parents=True, exist_ok=True)


async def _instance_actor(tools: Toolbox) -> None:
    pair = keys.make_keys()
    await tools.db.write(accounts.create_instance_actor, pair, ids=tools.ids, urls=tools.urls, now=tools.clock())


async def _migrated(settings: Settings) -> list[str]:
    db = await open_database(settings.database.url, readers=1)
    try:
        return [f"{migration.number:04}_{migration.name}" for migration in await apply_migrations(db)]
    except SchemaRefused as error:
        raise CommandFailed(f"the database is refused: {error}") from error
    finally:
        await db.close()


def _configuration(arguments: argparse.Namespace, path: Path) -> str:
    folder = path.resolve().parent
    values = {
        "domain": arguments.domain,
        "scheme": "https",
        "title": arguments.title or arguments.domain,
        "locale": arguments.locale,
        "database": f"sqlite:///{folder / 'archipel.db'}",
        "media": str(folder / "media"),
    }
    # A JSON string is a TOML string.
    return TEMPLATE.format(port=arguments.port, **{key: json.dumps(value) for key, value in values.items()})
