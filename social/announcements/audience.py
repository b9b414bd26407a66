"""Who is informed, and in which order: waves of people, each from its own moment on.

A wave names nodes, communities, and what people are; each kind that is empty leaves nobody out, and of a kind any one
is enough. Each node finds its own people: nobody else knows who they are.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta

from social.clock import LATEST
from social.errors import Invalid
from social.policy import Role
from storage import asked
from storage.announcements import AnnouncementRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis

MOST_WAVES = 4
MOST_NAMES = 200
MANAGER = "manager"
"""The office whose holders can be informed before the others."""
URGENT = "urgent"
"""The office whose holders may call an announcement urgent."""
OFFICES = (MANAGER, URGENT)
JOB, TEAM = "job:", "team:"
ROLES = (MANAGER, *(role.value for role in Role))
"""Roles by name; beside them `job:…` and `team:…`, as people's pages say them."""

_Name = Annotated[str, Meta(min_length=1, max_length=300)]
_Names = Annotated[tuple[_Name, ...], Meta(max_length=MOST_NAMES)]


class Wave(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Some people, from a moment on. `entities` are domains of nodes, `communities` ids of their actors."""

    at: Annotated[int, Meta(ge=0, le=LATEST)]
    entities: _Names = ()
    communities: _Names = ()
    roles: _Names = ()

    @property
    def is_everybody(self) -> bool:
        """Whether the wave leaves nobody out."""
        return not (self.entities or self.communities or self.roles)

    def reaches(self, host: str) -> bool:
        """Whether people of a node are meant."""
        return not self.entities or host in self.entities


Waves = tuple[Wave, ...]
_DECODER = msgspec.json.Decoder(Waves)


def waves_of(row: AnnouncementRow) -> Waves:
    """The waves of an announcement."""
    return _DECODER.decode(row.audience)


def kept(waves: Sequence[Wave]) -> str:
    """Waves as they are kept."""
    return msgspec.json.encode(tuple(waves)).decode()


def check(waves: Sequence[Wave]) -> None:
    """Raises Invalid for none, too many, waves out of order, and roles that do not exist."""
    if not waves or len(waves) > MOST_WAVES:
        raise Invalid("audience", "invalid")
    if any(after.at < before.at for before, after in pairwise(waves)):
        raise Invalid("audience", "order")
    named = [role for wave in waves for role in wave.roles]
    if any(role not in ROLES and not role.startswith((JOB, TEAM)) for role in named):
        raise Invalid("audience", "invalid")


def is_open(waves: Sequence[Wave], now: Millis) -> bool:
    """Whether everybody is informed at once, so that the post is one for everybody too."""
    return len(waves) == 1 and waves[0].is_everybody and waves[0].at <= now


def hosts(waves: Sequence[Wave], group: Sequence[str]) -> set[str]:
    """The nodes among `group` whose people are meant."""
    return {host for host in group if any(wave.reaches(host) for wave in waves)}


def due(waves: Sequence[Wave], host: str, now: Millis) -> list[Wave]:
    """The waves whose time has come and that mean people of the node."""
    return [wave for wave in waves if wave.at <= now and wave.reaches(host)]


def next_at(waves: Sequence[Wave], host: str, now: Millis) -> Millis | None:
    """When the next wave at a node comes."""
    return min((Millis(wave.at) for wave in waves if wave.at > now and wave.reaches(host)), default=None)


def ask(tx: Tx, row: AnnouncementRow, wave: Wave, now: Millis) -> list[AccountId]:
    """Ask the people here whom a wave means and who were not asked yet; who that is."""
    return asked.ask(tx, row.post_id, row.version, row.author_id, wave.communities, *_parts(wave), now)


def count(tx: Tx, author: AccountId, wave: Wave) -> int:
    """How many people here a wave means."""
    return asked.count(tx, author, wave.communities, *_parts(wave))


def _parts(wave: Wave) -> tuple[list[str], list[str], list[str]]:
    roles = [role for role in wave.roles if not role.startswith((JOB, TEAM))]
    jobs = [role.removeprefix(JOB) for role in wave.roles if role.startswith(JOB)]
    teams = [role.removeprefix(TEAM) for role in wave.roles if role.startswith(TEAM)]
    return roles, jobs, teams
