"""Who is let in, and how fast each may speak."""

import pytest

from federation.policy import MINUTE_SECONDS, Pace, Policy
from social import peers as commands
from social.errors import Forbidden
from social.policy import Role
from social.settings import Entity, FederationSettings, GroupSettings, NodeSettings, Settings
from storage.engine.database import Database
from tests.world import NOON, World

SETTINGS = Settings(
    node=NodeSettings(domain="usine.example"),
    group=GroupSettings(
        entities=(
            Entity(id="usine", name="Usine", domain="usine.example"),
            Entity(id="siege", name="Siège", domain="siege.example"),
        )
    ),
    federation=FederationSettings(allow=("Partner.example",)),
)


class Tick:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("siege.example", True),
        ("partner.example", True),
        ("usine.example", False),
        ("stranger.example", False),
        ("sub.siege.example", False),
        ("siege.example:444", False),
        ("", False),
        (None, False),
    ],
)
async def test_the_group_and_whoever_is_configured_is_let_in_and_nobody_else(
    sqlite_db: Database, host: str | None, allowed: bool
) -> None:
    assert await Policy(sqlite_db, SETTINGS).allows(host) is allowed


async def test_a_decision_counts_within_seconds_and_denial_counts_most(db: Database) -> None:
    tick = Tick()
    policy = Policy(db, SETTINGS, tick=tick)
    assert await policy.hosts() == ["partner.example", "siege.example"]
    await db.write(commands.deny, None, "siege.example", now=NOON)
    await db.write(commands.allow, None, "stranger.example", now=NOON)
    assert await policy.allows("siege.example")
    tick.now += 2
    assert await policy.hosts() == ["partner.example", "stranger.example"]
    await db.write(commands.allow, None, "siege.example", now=NOON)
    policy.forget()
    assert await policy.allows("siege.example")


async def test_only_administrators_decide(db: Database) -> None:
    world = World(db)
    await world.person("marc", role=Role.ADMIN)
    await world.person("amina", role=Role.MODERATOR)
    await db.write(commands.allow, world.viewer("marc"), "stranger.example", now=NOON)
    for command in (commands.allow, commands.deny):
        with pytest.raises(Forbidden):
            await db.write(command, world.viewer("amina"), "stranger.example", now=NOON)
    with pytest.raises(Forbidden):
        await db.read(commands.peers, world.viewer("amina"))
    (view,) = await db.read(commands.peers, world.viewer("marc"))
    assert (view.peer.host, view.peer.policy, view.waiting) == ("stranger.example", "allowed", 0)
    assert [type(event).__name__ for event in await world.happened()][-1] == "PeerAllowed"


def test_each_host_has_a_pace_of_its_own() -> None:
    tick = Tick()
    pace = Pace(2, tick=tick)
    assert [pace.wait("a"), pace.wait("a"), pace.wait("a") > 0, pace.wait("b")] == [0, 0, True, 0]
    tick.now += MINUTE_SECONDS
    assert pace.wait("a") == 0


def test_a_pace_of_nothing_is_none() -> None:
    pace = Pace(0)
    assert not any(pace.wait("a") for _ in range(1_000))
