"""`archipel community …`: communities whose host is gone go on here, and those of here at another node."""

import argparse

from server.cli.toolbox import CommandFailed, say, toolbox
from server.config import load
from social.communities import succession
from social.errors import SocialError
from social.people import users
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


async def move(arguments: argparse.Namespace) -> None:
    """Have a community of this node go on as one of another node, which was made by `adopt` there."""
    name, _, domain = arguments.target.removeprefix("@").partition("@")
    async with toolbox(load(arguments.config)) as tools:
        community = await tools.db.read(accounts.by_name, username_key(arguments.username), "")
        host = await tools.db.read(accounts.by_name, username_key(arguments.host), "")
        target = await tools.db.read(accounts.by_name, username_key(name), domain.lower())
        if community is None or host is None:
            raise CommandFailed(f"there is no {arguments.host if host is None else arguments.username} here")
        if target is None:
            raise CommandFailed(f"{arguments.target} is not known here: look it up on the site first")
        viewer = await tools.db.read(users.viewer_of, host.id)
        try:
            await tools.db.write(
                succession.move, viewer, community.id, target.id, ids=tools.ids, urls=tools.urls, now=tools.clock()
            )
        except SocialError as error:
            raise CommandFailed(f"{arguments.username} cannot go on as {arguments.target}: {error}") from error
    say(f"{arguments.username} goes on as {arguments.target}; its members go along while the nodes run.")
