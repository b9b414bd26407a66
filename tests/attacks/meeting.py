"""Commands that run beside each other: who decides by what another is just changing shows here."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from social.errors import SocialError

TIMES = 6
PAUSE = "SELECT pg_sleep(0.002)"


async def at_once(*acts: Awaitable[Any]) -> list[BaseException]:
    """What was refused. Anything but a refusal would be an error 500."""
    found = await asyncio.gather(*acts, return_exceptions=True)
    refused = [one for one in found if isinstance(one, BaseException)]
    assert not [one for one in refused if not isinstance(one, SocialError)], refused
    return refused
