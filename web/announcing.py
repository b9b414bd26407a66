"""A must-read as its form holds it: words in several languages, who is informed and when, until when."""

from collections.abc import Sequence

import msgspec

from social.announcements.audience import JOB, MANAGER, TEAM, Wave
from social.announcements.publish import NewAnnouncement
from social.clock import HOUR
from social.errors import Invalid
from social.posts.publish import Draft
from social.settings import Entity
from storage.desk import PieceId
from storage.ids import Millis
from web import versions
from web.dates import Dates
from web.forms import Form
from web.versions import BLANK, VersionField

OFFERED_ROLES = (MANAGER, "communicator", "moderator", "admin")
MOST_HOURS = 14 * 24


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """What the form holds, to be shown again."""

    text: str = ""
    language: str = ""
    versions: Sequence[VersionField] = BLANK
    entities: Sequence[str] = ()
    communities: Sequence[str] = ()
    roles: Sequence[str] = ()
    job: str = ""
    team: str = ""
    first: bool = False
    hours: str = "2"
    begins: str = ""
    until: str = ""
    urgent: bool = False
    reason: str = ""
    languages: Sequence[tuple[str, str]] = ()
    piece: str = ""
    """As what it was planned in the calendar."""
    article: str = ""
    """The title of the article that it is: its words are written at the desk."""


def values(form: Form, languages: Sequence[tuple[str, str]]) -> Values:
    """The fields as they came."""
    return Values(
        text=form.written("text"),
        language=form.written("language"),
        versions=versions.filled(form),
        entities=form.kept("entities"),
        communities=form.kept("communities"),
        roles=form.kept("roles"),
        job=form.written("job"),
        team=form.written("team"),
        first=form.has("first"),
        hours=form.written("hours"),
        begins=form.written("begins"),
        until=form.written("until"),
        urgent=form.has("urgent"),
        reason=form.written("reason"),
        languages=languages,
        piece=form.written("piece"),
    )


def words(form: Form) -> Draft:
    """What is to be read. Raises Invalid."""
    return Draft(
        text=form.text("text", limit=100_000),
        language=form.line("language", limit=50) or None,
        versions=versions.asked(form),
    )


def asked(form: Form, dates: Dates, now: Millis) -> NewAnnouncement:
    """What is asked, of whom and until when. Raises Invalid."""
    return NewAnnouncement(
        draft=words(form),
        waves=waves(form, dates, now),
        valid_until=until(form, dates) if form.line("until") else None,
        urgent=form.flag("urgent"),
        reason=form.text("reason", limit=2_000) if form.flag("urgent") else "",
        piece=PieceId(form.number("piece") or 0) or None,
    )


def until(form: Form, dates: Dates) -> Millis:
    """Until when it is asked. Raises Invalid for what is no time."""
    at = dates.moment(form.line("until"))
    if at is None:
        raise Invalid("valid_until", "no_time")
    return at


def waves(form: Form, dates: Dates, now: Millis) -> tuple[Wave, ...]:
    """Who is informed, and in which order. Raises Invalid."""
    begins = form.line("begins")
    at = dates.moment(begins) if begins else Millis(0)
    if at is None:
        raise Invalid("begins", "no_time")
    whole = Wave(
        at=at,
        entities=tuple(form.all("entities", limit=300)),
        communities=tuple(form.all("communities", limit=300)),
        roles=_roles(form),
    )
    if not form.flag("first"):
        return (whole,)
    hours = form.line("hours")
    if not hours.isascii() or not hours.isdigit() or not 1 <= int(hours) <= MOST_HOURS:
        raise Invalid("hours", "out_of_range")
    managers = msgspec.structs.replace(whole, roles=(MANAGER,))
    return managers, msgspec.structs.replace(whole, at=max(now, at) + int(hours) * HOUR)


def sites(entities: Sequence[Entity], wave: Wave) -> list[Entity]:
    """The entities whose people a wave means."""
    return [entity for entity in entities if wave.reaches(entity.domain)]


def in_words(role: str) -> str:
    """The part of a role that people read: of a job or team its name."""
    return role.removeprefix(JOB).removeprefix(TEAM)


def _roles(form: Form) -> tuple[str, ...]:
    chosen = tuple(form.all("roles", limit=100))
    if any(role not in OFFERED_ROLES for role in chosen):
        raise Invalid("audience", "invalid")
    job, team = form.line("job", limit=200).strip(), form.line("team", limit=200).strip()
    return chosen + ((f"{JOB}{job}",) if job else ()) + ((f"{TEAM}{team}",) if team else ())
