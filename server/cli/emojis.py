"""`archipel emoji …`: the site's own emoji."""

import argparse
import asyncio
from functools import partial
from pathlib import Path

from server.cli.toolbox import say, toolbox
from server.config import load
from social import emojis
from social.posts import uploads
from storage import emojis as rows
from storage.files import LocalFiles


async def add(arguments: argparse.Namespace) -> None:
    """Add an emoji, or give one another picture."""
    settings = load(arguments.config)
    raw = await asyncio.to_thread(Path(arguments.picture).read_bytes)
    files = LocalFiles(Path(settings.media.root))
    upload = await asyncio.to_thread(partial(uploads.keep, files, settings.media, raw, "emoji"))
    async with toolbox(settings) as tools:
        name = arguments.name.strip(":")
        await tools.db.write(
            emojis.add, None, name, upload, category=arguments.category, ids=tools.ids, now=tools.clock()
        )
    say(f":{name}: can be written now.")


async def listed(arguments: argparse.Namespace) -> None:
    """Every emoji of this site."""
    async with toolbox(load(arguments.config)) as tools:
        for row in await tools.db.read(rows.own):
            say(f":{row.name}:\t{row.category or '-'}\t{'retired' if row.retired_at else 'offered'}")


async def retire(arguments: argparse.Namespace) -> None:
    """Offer an emoji no longer; where it was written it stays."""
    async with toolbox(load(arguments.config)) as tools:
        name = arguments.name.strip(":")
        await tools.db.write(emojis.retire, None, name, now=tools.clock())
    say(f":{name}: is offered no longer.")
