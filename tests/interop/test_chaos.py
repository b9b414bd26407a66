"""Three nodes as processes, a bad network between them, and `kill -9`: in the end all show the same.

What a node has acknowledged is there, once, at every node that it is for (issue 5, must show 2).
`ARCHIPEL_SEED=7` has people and network do as that seed says.
"""

import os
import time
from pathlib import Path
from random import Random

import pytest

from storage import inbox, log
from tests.interop import traces, views
from tests.interop.proxies import Proxies
from tests.interop.test_convergence import (
    Sea,
    check_follows,
    check_homes,
    check_likes,
    check_what_is_for_some,
)
from tests.nodes import served_group, settled

AWAY = 30
"""Acts of the others while a node that was killed is away."""


@pytest.mark.parametrize(
    ("acts", "kills", "seconds"),
    [pytest.param(500, 2, 120, id="500"), pytest.param(10_000, 5, 900, id="10000", marks=pytest.mark.full)],
)
async def test_acts_over_a_bad_network_and_kills_end_in_equal_views(
    acts: int, kills: int, seconds: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("ARCHIPEL_SEED", acts))
    proxies, random = Proxies(), Random(seed)
    async with served_group(tmp_path, "siege", "usine", "filiale", between=proxies.between) as sites:
        sea = Sea(sites, proxies, seed)
        await sea.settle()
        proxies.stutter = Random(seed)
        began = time.monotonic()
        for _ in range(kills):
            await sea.live(acts // kills - AWAY)
            killed = random.choice(sites)
            await killed.kill()
            await sea.live(AWAY)
            await killed.start()
        lived = time.monotonic() - began
        # The network is whole, and nothing else happens: nobody starts anew, and nobody says anything.
        sea.calm()
        people = [person for _, person in sea.people]
        await settled(*sites, seconds=seconds)
        try:
            view = await views.equal(sea.readers, people, seconds=seconds)
        except AssertionError as cause:
            cause.add_note(await traces.queues(sites))
            raise
        with capsys.disabled():
            print(
                f"\n{acts} acts, {kills} kills, {len(sea.posts)} posts in {lived:.1f} s, equal after"
                f" {time.monotonic() - began - lived:.1f} s more; {dict(proxies.happened)}; {dict(sea.done)}"
            )
        assert len(view.posts) > acts / 10 and proxies.happened["twice"] and proxies.happened["unheard"]
        await check_what_is_for_some(sea)
        await check_follows(sea)
        await check_likes(sea, view)
        await check_homes(sea, view)
        for home_of, person in sea.people:
            home = await views.home(home_of, person)
            assert len(home) == len(set(home)), person.acct
            # The same thing is told once: that somebody boosted, liked or followed again is told again.
            told = [one for one in await views.notified(home_of, person) if one[0] == "mention"]
            assert len(told) == len(set(told)), person.acct
        for site in sites:
            assert not await site.read(inbox.failed, 10)
            assert not await site.read(log.parked)
