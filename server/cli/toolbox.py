"""What every command needs: settings, the open database, clock, ids, and a way to speak with the operator."""

import asyncio
import getpass
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from social.clock import Clock, system_clock
from social.settings import Settings
from social.urls import Urls
from storage.engine.database import Database, open_database
from storage.engine.migrate import pending
from storage.ids import IdMaker


class CommandFailed(Exception):
    """The command cannot be done; the sentence says why and what to do. Exit status 1."""


@dataclass(frozen=True)
class Toolbox:
    """The node's parts that commands use while it may be running."""

    settings: Settings
    db: Database
    clock: Clock
    ids: IdMaker
    urls: Urls


@asynccontextmanager
async def toolbox(settings: Settings, *, clock: Clock = system_clock) -> AsyncIterator[Toolbox]:
    """Open the database beside a running node. Raises CommandFailed when its schema is not ours."""
    db = await open_database(settings.database.url, readers=1, connections=2)
    try:
        if await pending(db):
            raise CommandFailed("the database is not at this version's schema: run `archipel migrate` first")
        yield Toolbox(settings, db, clock, IdMaker(clock), Urls(settings.base_url))
    finally:
        await db.close()


def say(text: str) -> None:
    """A line for the operator."""
    sys.stdout.write(text + "\n")


async def asked_password(*, from_input: bool, generate: bool) -> str:
    """A password: generated, read from standard input (one line), or typed twice at the terminal."""
    if generate:
        return secrets.token_urlsafe(12)
    if from_input or not sys.stdin.isatty():
        line: str = await asyncio.to_thread(sys.stdin.readline)
        if not line.strip():
            raise CommandFailed("no password on standard input: give one line, or use --generate")
        return line.rstrip("\n")
    first: str = await asyncio.to_thread(getpass.getpass, "Password: ")
    if first != await asyncio.to_thread(getpass.getpass, "Again: "):
        raise CommandFailed("the two passwords differ")
    return first
