"""The directory of those who want to be found, here or in the whole group."""

from collections.abc import Sequence
from difflib import get_close_matches

import msgspec

from social.clock import DAY
from social.people import names
from social.policy import Viewer, require_person
from storage import directory as rows
from storage.accounts import AccountRow
from storage.directory import CountedRow
from storage.engine.database import Tx
from storage.ids import SHIFT, Millis

CHOICES = 12
"""Jobs, teams, languages and subjects offered."""
WRITTEN = 180 * DAY
"""How far back posts say in which languages people write."""
_NAMES = 5_000
_WORDS = 6
_NEAR = 0.72
"""How near a name must be to what was typed."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the directory is to show. `domains` None: of any node; empty words: any."""

    domains: Sequence[str] | None = None
    job: str = ""
    team: str = ""
    language: str = ""
    skill: str = ""
    """A hashtag that they show on their page."""


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What one may choose by, each with how many people it finds."""

    jobs: Sequence[CountedRow]
    teams: Sequence[CountedRow]
    languages: Sequence[CountedRow]
    skills: Sequence[CountedRow]


def directory(tx: Tx, viewer: Viewer, *, new: bool, local: bool, limit: int, offset: int) -> list[AccountRow]:
    """Accounts, the latest active first, or (`new`) the latest arrived. What is listed is the same for everybody."""
    listed = rows.by_arrival if new else rows.by_activity
    return listed(tx, local=local, limit=limit, offset=offset)


def people(tx: Tx, viewer: Viewer, wanted: Wanted, *, limit: int, offset: int) -> list[AccountRow]:
    """Those who are as wanted, by name. Raises Unauthorized."""
    require_person(viewer)
    return rows.among(
        tx,
        wanted.domains,
        job=wanted.job,
        team=wanted.team,
        language=wanted.language,
        skill=wanted.skill,
        limit=limit,
        offset=offset,
    )


def choices(tx: Tx, viewer: Viewer, *, now: Millis) -> Choices:
    """What one may choose by: four statements. Raises Unauthorized."""
    require_person(viewer)
    return Choices(
        jobs=rows.jobs(tx, CHOICES),
        teams=rows.teams(tx, CHOICES),
        languages=rows.languages(tx, max(0, now - WRITTEN) << SHIFT, CHOICES),
        skills=rows.skills(tx, CHOICES),
    )


def guess(tx: Tx, viewer: Viewer, q: str) -> str:
    """What somebody may have meant who found nobody: each word as the nearest of people's names; empty for no idea."""
    require_person(viewer)
    asked = names.words(q)[:_WORDS]
    known = sorted({word for name in rows.names(tx, _NAMES) for word in name.split()}) if asked else []
    nearest = [next(iter(get_close_matches(word, known, n=1, cutoff=_NEAR)), "") for word in asked]
    return " ".join(nearest) if all(nearest) and nearest != asked else ""
