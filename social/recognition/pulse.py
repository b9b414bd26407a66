"""The pulse: one question a week, five faces, an answer a person, and no figure of fewer than five people.

What is known of an answer is a number that grew by one. Who answered is known until the round closes, so that nobody
answers twice; then it is deleted. There are no figures before the close, for two of them one after the other would tell
what the person in between said. A total holds only entities that show their own figures, for the rest would be what
the total leaves over.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from social.errors import Conflict, Invalid, NotFound
from social.policy import Viewer, require_person
from social.recognition.days import date_of
from social.settings import Settings
from social.trust import node_keys
from social.trust.manifest import Manifest
from social.trust.statements import BadStatement, said_by, sign_statement
from storage import pulse_rounds as rows
from storage.engine.database import Tx
from storage.ids import Millis
from storage.pulse_rounds import RoundRow, TallyRow

FACES = (1, 2, 3, 4, 5)
LEAST = 5
"""Fewer answers show nothing, and are not told to anybody."""
LOOKED_BACK = 8
MOST_ANSWERS = 1_000_000
KIND = "ArchipelPulse"
_OPENS = time(8, 0)
_CLOSES = time(18, 0)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What an entity, or (no entity) the group, said in a week: how many chose each face. None: too few to show."""

    entity: str
    counts: tuple[int, ...] | None

    @property
    def total(self) -> int:
        """How many answered, as far as that is shown."""
        return sum(self.counts or ())


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """A closed round: the group as far as it shows, and each entity whose node has told."""

    round: RoundRow
    group: Figures
    entities: Sequence[Figures]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """The document of a count, as it is signed."""

    type: str
    node: str
    week: str
    question: str
    counts: list[int] | None


def week_of(now: Millis, timezone: str) -> str:
    """`2026-W48`, by the site's calendar."""
    year, week, _ = date_of(now, timezone).isocalendar()
    return f"{year}-W{week:02d}"


def is_week(text: str) -> bool:
    """Whether that is the name of a week."""
    year, mark, week = text[:4], text[4:6], text[6:]
    if mark != "-W" or len(text) != 8 or not (year + week).isascii() or not (year + week).isdigit():
        return False
    return int(year) >= 2000 and 1 <= int(week) <= 53


def question_of(week: str, questions: Sequence[str]) -> str:
    """The question of a week: each in its turn, the same on every node that has the same list."""
    year, number = int(week[:4]), int(week[6:])
    return questions[(year * 53 + number) % len(questions)]


def keep_round(tx: Tx, *, settings: Settings, own: str, now: Millis) -> None:
    """Open the round of this week when it is Monday morning or later, and close those whose time is over.

    `own` is this node's domain. A site that has switched the pulse off opens none, and closes what is open.
    """
    for row in rows.due(tx, now):
        _close(tx, row, own, now)
    if not settings.recognition.pulse:
        return
    opens, closes = _times(date_of(now, settings.node.timezone), settings.node.timezone)
    if opens <= now < closes:
        week = week_of(now, settings.node.timezone)
        rows.open_round(tx, week, question_of(week, settings.recognition.questions), opens, closes)


def answer(tx: Tx, viewer: Viewer, week: str, face: int, *, now: Millis) -> None:
    """Say how it is, once and for good. Raises Invalid, NotFound (no round, or closed), Conflict the second time."""
    require_person(viewer)
    if face not in FACES:
        raise Invalid("face", "not_found")
    row = rows.round_of(tx, week)
    if row is None or not row.opens_at <= now < row.closes_at or row.closed_at is not None:
        raise NotFound("pulse")
    if not rows.answer(tx, week, viewer.account, face):
        raise Conflict("already_answered")


def present(tx: Tx, viewer: Viewer, *, settings: Settings, now: Millis) -> tuple[RoundRow | None, bool]:
    """The round that is open, and whether the viewer has answered."""
    require_person(viewer)
    row = rows.round_of(tx, week_of(now, settings.node.timezone))
    if row is None or row.closed_at is not None or not row.opens_at <= now < row.closes_at:
        return None, False
    return row, rows.has_answered(tx, row.week, viewer.account)


def days_left(row: RoundRow, timezone: str, *, now: Millis) -> int:
    """How many days later a round closes, by the site's calendar; 0: today."""
    return (date_of(row.closes_at, timezone) - date_of(now, timezone)).days


def results(tx: Tx, viewer: Viewer) -> list[Week]:
    """The last closed rounds. Two statements. Raises Unauthorized."""
    require_person(viewer)
    closed = rows.closed(tx, LOOKED_BACK)
    tallies = rows.tallies(tx, [row.week for row in closed])
    return [_week(row, [one for one in tallies if one.week == row.week]) for row in closed]


def signed_count(tx: Tx, week: str, own: str) -> str | None:
    """What this node says of a week that it closed, as it was signed; None for no such week."""
    row = rows.tally(tx, week, own)
    return row.statement if row is not None and row.statement else None


def missing(tx: Tx, host: str) -> list[str]:
    """Weeks closed here of which the node has told nothing yet."""
    weeks = [row.week for row in rows.closed(tx, LOOKED_BACK)]
    known = {row.week for row in rows.tallies(tx, weeks) if row.entity == host}
    return [week for week in weeks if week not in known]


def receive(tx: Tx, manifest: Manifest, host: str, week: str, signed: dict[str, Any], *, now: Millis) -> bool:
    """Keep what a node of the group counted; the first word counts. Raises BadStatement for any other node's."""
    said = said_by(manifest, signed, host, Said)
    _check(said)
    if (said.type, said.node, said.week) != (KIND, host, week):
        raise BadStatement("another count than was asked for")
    row = rows.round_of(tx, week)
    if row is None:
        raise BadStatement("a week that was not asked about here")
    counts = _written(said.counts) if said.question == row.question else ""
    tally = TallyRow(week=week, entity=host, question=said.question[:500], counts=counts, statement=_text(signed))
    return rows.keep(tx, tally, now)


def _check(said: Said) -> None:
    """Raises BadStatement for a count that cannot be, or that nobody may tell."""
    if said.counts is None:
        return
    if len(said.counts) != len(FACES) or any(not 0 <= count <= MOST_ANSWERS for count in said.counts):
        raise BadStatement("numbers that are none of five faces")
    if sum(said.counts) < LEAST:
        raise BadStatement(f"fewer than {LEAST} answers, which nobody may tell")


def _close(tx: Tx, row: RoundRow, own: str, now: Millis) -> None:
    if not rows.close(tx, row.week, now):
        return
    found = rows.counts(tx, row.week)
    counts = [found.get(face, 0) for face in FACES]
    told = counts if sum(counts) >= LEAST else None
    said = Said(type=KIND, node=own, week=row.week, question=row.question, counts=told)
    signed = sign_statement(node_keys.node_key(tx, now=now), msgspec.to_builtins(said))
    tally = TallyRow(week=row.week, entity=own, question=row.question, counts=_written(told), statement=_text(signed))
    rows.keep(tx, tally, now)
    rows.forget(tx, row.week)


def _week(row: RoundRow, tallies: Sequence[TallyRow]) -> Week:
    entities = [Figures(entity=one.entity, counts=_read(one.counts)) for one in tallies]
    shown = [one.counts for one in entities if one.counts is not None]
    group = tuple(sum(column) for column in zip(*shown, strict=True)) if shown else None
    return Week(round=row, group=Figures(entity="", counts=group), entities=entities)


def _text(signed: dict[str, Any]) -> str:
    return msgspec.json.encode(signed).decode()


def _written(counts: Sequence[int] | None) -> str:
    return " ".join(str(count) for count in counts or ())


def _read(counts: str) -> tuple[int, ...] | None:
    found = tuple(int(count) for count in counts.split())
    return found if len(found) == len(FACES) and sum(found) >= LEAST else None


def _times(day: date, timezone: str) -> tuple[Millis, Millis]:
    """From Monday at eight to Friday at six, at the site."""
    monday = day - timedelta(days=day.weekday())
    zone = ZoneInfo(timezone)
    opens = datetime.combine(monday, _OPENS, zone).astimezone(UTC)
    closes = datetime.combine(monday + timedelta(days=4), _CLOSES, zone).astimezone(UTC)
    return Millis(int(opens.timestamp() * 1000)), Millis(int(closes.timestamp() * 1000))
