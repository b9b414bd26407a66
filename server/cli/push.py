"""`archipel push …`: the key with which the node names itself to push services."""

import argparse

from server.cli.toolbox import say, toolbox
from server.config import load
from social.push import subscriptions


async def rotate_key(arguments: argparse.Namespace) -> None:
    """Another key for new subscriptions."""
    async with toolbox(load(arguments.config)) as tools:
        key = await tools.db.write(subscriptions.rotate_key, now=tools.clock())
    say(f"New devices are pushed under {key.public_key}. Those that subscribed before keep their key.")
