"""A hostile peer that the node allows plays all its attacks in one run, several at once (issue 5, must show 3)."""

import asyncio
import sqlite3
import statistics
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.attacks import common_ground
from tests.attacks.assault import Assault, Play, assaulted, attacks, honest_letter
from tests.nodes import eventually, settled

ABREAST = 4
"""Attacks at the same time."""
CEILING_MIB = 150
"""What the node may hold more than before the first attack."""
PATIENCE = 10.0
"""Seconds within which each honest letter is taken, on a machine that does other things too."""
TYPICAL = 2.0
"""Seconds within which half of them are."""
OURS = """
    SELECT p.uri, p.html, p.visibility, p.likes_count, p.boosts_count, p.claimed_likes, p.claimed_boosts
    FROM posts AS p JOIN accounts AS a ON a.id = p.author_id WHERE a.uri IN (?, ?, ?) AND p.html NOT LIKE '%une fois%'
        AND p.html NOT LIKE '%dangers%' ORDER BY p.uri"""
PEOPLE = "SELECT uri, display_name, note_html, suspended_at FROM accounts WHERE uri IN (?, ?, ?) ORDER BY uri"
FOLLOWS = """
    SELECT a.uri, b.uri, f.state FROM follows AS f JOIN accounts AS a ON a.id = f.follower_id
    JOIN accounts AS b ON b.id = f.followee_id WHERE a.uri IN (?, ?, ?) ORDER BY a.uri, b.uri"""


def _held(on: Assault) -> list[object]:
    """What amina, rita and eve are, have said and follow, and who may sign in."""
    names = (on.stage.amina, on.stage.rita, on.stage.eve)
    path = on.node.settings.database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        held: list[object] = [connection.execute(sql, names).fetchall() for sql in (OURS, PEOPLE, FOLLOWS)]
        return [*held, connection.execute("SELECT COUNT(*) FROM users").fetchall()]


async def _all(plays: dict[str, Play], failed: list[str]) -> None:
    waiting = list(plays.items())

    async def play_on() -> None:
        while waiting:
            name, play = waiting.pop()
            try:
                await play()
            except AssertionError as error:
                failed.append(f"{name}: {str(error)[:300]}")

    async with asyncio.TaskGroup() as group:
        for _ in range(ABREAST):
            group.create_task(play_on())


async def test_sixty_attacks_get_nothing_and_honest_peers_are_served_meanwhile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with assaulted(tmp_path) as on:
        plays = attacks(on)
        assert len(plays) >= 60
        await honest_letter(on, 0)
        await settled(on.node)
        process = psutil.Process(on.node.pid)
        before, rest = _held(on), process.memory_info().rss / 2**20
        failed: list[str] = []
        waits: list[float] = []
        most = rest
        playing = asyncio.create_task(_all(plays, failed))
        while not playing.done():
            waits.append(await honest_letter(on, len(waits) + 1))
            most = max(most, process.memory_info().rss / 2**20)
            await asyncio.wait([playing], timeout=0.2)
        await playing
        assert not failed, "\n".join(failed)
        await settled(on.node, seconds=90)
        most = max(most, process.memory_info().rss / 2**20)
        with capsys.disabled():
            print(
                f"\n{len(plays)} attacks; {len(waits)} honest letters, half within {statistics.median(waits):.3f} s,"
                f" all within {max(waits):.3f} s; memory {rest:.0f} MiB before, {most:.0f} MiB at most"
            )
        assert _held(on) == before
        await common_ground.unharmed(on.ground)
        assert on.beside.connections == 0, "the node asked a stranger"
        assert most - rest < CEILING_MIB
        assert max(waits) < PATIENCE and statistics.median(waits) < TYPICAL
        await _arrived(on, len(waits))
        assert "Traceback" not in on.node.said(), on.node.said()[-3_000:]


async def _arrived(on: Assault, many: int) -> None:
    """Each honest letter is shown once."""

    async def is_here() -> bool:
        account = await on.node.api("GET", "/api/v1/accounts/lookup", on.amina, acct=f"honest@{on.honest.authority}")
        return bool(account["statuses_count"] == many + 1)

    await eventually(is_here, seconds=30)
