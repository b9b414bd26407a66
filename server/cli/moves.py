"""`archipel account alias` and `archipel account move`: somebody comes from, or goes to, another account."""

import argparse

from server.cli.accounts import account_of
from server.cli.toolbox import CommandFailed, say, toolbox
from server.config import load
from social.errors import Conflict, Invalid
from social.people import moves, users
from storage import accounts


async def alias(arguments: argparse.Namespace) -> None:
    """Name a former account of somebody."""
    async with toolbox(load(arguments.config)) as tools:
        row = await account_of(tools, arguments.name)
        viewer = await tools.db.read(users.viewer_of, row.id)
        await tools.db.write(moves.call_also, viewer, [*moves.aliases(row), arguments.former], now=tools.clock())
    say(f"{row.username} is also {arguments.former}. Move from there now.")


async def move(arguments: argparse.Namespace) -> None:
    """Move somebody to another account."""
    name, _, host = arguments.target.removeprefix("@").partition("@")
    async with toolbox(load(arguments.config)) as tools:
        row = await account_of(tools, arguments.name)
        target = await tools.db.read(accounts.by_name, name.lower(), host.lower())
        if target is None:
            raise CommandFailed(f"{arguments.target} is not known here: look it up on the site first")
        viewer = await tools.db.read(users.viewer_of, row.id)
        try:
            await tools.db.write(moves.move, viewer, target.id, now=tools.clock())
        except Invalid as refusal:
            raise CommandFailed(f"{arguments.target} does not name {row.uri} among its aliases") from refusal
        except Conflict as refusal:
            raise CommandFailed(f"{row.username} moved less than seven days ago") from refusal
    say(f"{row.username} moves to {arguments.target}; followers go along while the node runs.")
