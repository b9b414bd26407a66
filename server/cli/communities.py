"""`archipel community …`: communities whose host is gone go on here."""

import argparse

from server.cli.toolbox import CommandFailed, say, toolbox
from server.config import load
from social.communities import succession
from social.errors import SocialError
from social.people.keys import make_keys
from social.people.names import username_key
from storage import accounts


async def adopt(arguments: argparse.Namespace) -> None:
    """Make the community here that goes on with one of another node. It does so once the manifest says it."""
    async with toolbox(load(arguments.config)) as tools:
        host = await tools.db.read(accounts.by_name, username_key(arguments.host), "")
        if host is None:
            raise CommandFailed(f"nobody is called {arguments.host} here")
        try:
            made = await tools.db.write(
                succession.adopt,
                arguments.former,
                arguments.username,
                host.id,
                make_keys(),
                ids=tools.ids,
                urls=tools.urls,
                now=tools.clock(),
            )
        except SocialError as error:
            raise CommandFailed(f"{arguments.former} cannot go on here: {error}") from error
    say(f"{made.uri} is made. Have the group sign it: archipel manifest hand-over FILE {arguments.former} {made.uri}")
