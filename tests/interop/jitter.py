"""Deliveries that are late, come twice, and overtake one another: for any test with several nodes in this process.

`ARCHIPEL_JITTER=7 pytest tests/interop/…` has all of them so, as the seed 7 says. What a test waits for by a condition
comes all the same; one that goes red waits for too little, or the product counts on an order that nobody keeps.
"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from federation.client import Answer, Fetched
from federation.signing.keys import SigningKey
from tests.sites import LocalNode

SEED = os.environ.get("ARCHIPEL_JITTER", "")
LATE = 0.4
"""The longest delay, in seconds; most are much shorter, so that some overtake others."""
TWICE = 0.15


@contextmanager
def jitter(sites: Sequence[LocalNode], seed: str = SEED) -> Iterator[None]:
    """Between these nodes, while it lasts; nothing without a seed."""
    with pytest.MonkeyPatch.context() as patch:
        for site in sites if seed else ():
            _shake(site, Random(f"{seed} {site.host.partition('.')[0]}"), patch)
        yield


def _shake(site: LocalNode, random: Random, patch: pytest.MonkeyPatch) -> None:
    client, dispatcher = site.running.federation.client, site.running.dispatcher
    post, fetch, turn = client.post, client.fetch, dispatcher._turn

    async def late(share: float = 1.0) -> None:
        await asyncio.sleep(random.random() ** 2 * LATE * share)

    async def late_post(url: str, body: bytes, key: SigningKey, **options: Any) -> Answer:
        await late()
        answer = await post(url, body, key, **options)
        if random.random() < TWICE:
            await late()
            answer = await post(url, body, key, **options)
        return answer

    async def late_fetch(url: str, **options: Any) -> Fetched:
        await late(0.5)
        fetched = await fetch(url, **options)
        # What was fetched is old when it arrives.
        await late(0.5)
        return fetched

    async def late_turn() -> bool:
        # What follows from an event comes after what was done at once.
        await late(0.25)
        return await turn()

    patch.setattr(client, "post", late_post)
    patch.setattr(client, "fetch", late_fetch)
    patch.setattr(dispatcher, "_turn", late_turn)
