"""Figures of the site for those who administer: measures, dimensions, retention."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec

from server.api.call import Call
from server.api.entities.admin import Cohort, Day, Dimension, Kept, Measure, Part
from server.api.routing import Auth, Endpoint, route
from social.errors import Invalid
from social.governance import figures
from social.governance.figures import Measured, Span
from social.policy import Viewer
from storage.engine.database import Tx
from storage.figures import PartRow

PARTS = 10
MOST_KEYS = 20
_BYTES = ("instance_media_attachments", "space_usage")


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a figure is about: a hashtag by its id, or a node."""

    id: str = ""
    domain: str = ""


class MeasureParams(msgspec.Struct, frozen=True, kw_only=True):
    """Which measures, over which days."""

    keys: tuple[str, ...]
    start_at: str
    end_at: str
    tag_accounts: Subject = Subject()
    tag_uses: Subject = Subject()
    tag_servers: Subject = Subject()
    instance_accounts: Subject = Subject()
    instance_media_attachments: Subject = Subject()
    instance_reports: Subject = Subject()
    instance_statuses: Subject = Subject()
    instance_follows: Subject = Subject()
    instance_followers: Subject = Subject()


class DimensionParams(msgspec.Struct, frozen=True, kw_only=True):
    """Which dimensions, over which days: the last thirty when none are said."""

    keys: tuple[str, ...]
    start_at: str = ""
    end_at: str = ""
    limit: int = PARTS
    tag_servers: Subject = Subject()
    tag_languages: Subject = Subject()
    instance_accounts: Subject = Subject()
    instance_languages: Subject = Subject()


class RetentionParams(msgspec.Struct, frozen=True, kw_only=True):
    """Over which days, and by what."""

    start_at: str
    end_at: str
    frequency: str


async def measures(call: Call, params: MeasureParams) -> list[Measure]:
    """POST /api/v1/admin/measures."""
    asked = _span(call, params.start_at, params.end_at)

    def found(tx: Tx, viewer: Viewer) -> list[Measured]:
        return [figures.measure(tx, viewer, key, _subject(params, key), asked) for key in params.keys[:MOST_KEYS]]

    return [_measure(one) for one in await call.read(found)]


async def dimensions(call: Call, params: DimensionParams) -> list[Dimension]:
    """POST /api/v1/admin/dimensions."""
    asked = _span(call, params.start_at, params.end_at)
    limit = min(max(params.limit, 1), 100)
    keys = params.keys[:MOST_KEYS]

    def found(tx: Tx, viewer: Viewer) -> Mapping[str, list[PartRow]]:
        return {key: list(figures.dimension(tx, viewer, key, _subject(params, key), asked, limit)) for key in keys}

    return [_dimension(key, rows) for key, rows in (await call.read(found)).items()]


async def retention(call: Call, params: RetentionParams) -> list[Cohort]:
    """POST /api/v1/admin/retention."""
    asked = _span(call, params.start_at, params.end_at)
    return [_cohort(one, params.frequency) for one in await call.read(figures.retention, asked, params.frequency)]


def _span(call: Call, first: str, last: str) -> Span:
    today = datetime.fromtimestamp(call.node.clock() / 1000, UTC).date()
    end = _day("end_at", last) or today
    return figures.span(_day("start_at", first) or end - timedelta(days=29), end)


def _day(field: str, written: str) -> date | None:
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).date()
    except ValueError as bad:
        raise Invalid(field, "invalid") from bad


def _subject(params: MeasureParams | DimensionParams, key: str) -> str:
    subject = getattr(params, key, None)
    return "" if subject is None else subject.id.lower() or subject.domain.lower()


def _measure(one: Measured) -> Measure:
    return Measure(
        key=one.key,
        unit="bytes" if one.key in _BYTES else None,
        total=str(one.total),
        previous_total=str(one.before),
        data=[Day(date=f"{day}T00:00:00.000Z", value=str(value)) for day, value in one.days],
    )


def _dimension(key: str, rows: list[PartRow]) -> Dimension:
    unit = "bytes" if key in _BYTES else msgspec.UNSET
    return Dimension(
        key=key,
        data=[Part(key=row.key or "-", human_key=row.key or "-", value=str(row.value), unit=unit) for row in rows],
    )


def _cohort(one: figures.Cohort, frequency: str) -> Cohort:
    return Cohort(
        period=f"{one.period}T00:00:00.000Z",
        frequency=frequency,
        data=[
            Kept(date=f"{day}T00:00:00.000Z", rate=count / one.size if one.size else 0.0, value=str(count))
            for day, count in one.present
        ],
    )


_PATH = "/api/v1/admin"
_READ = "admin:read"

ROUTES: tuple[Endpoint, ...] = (
    route("POST", f"{_PATH}/measures", measures, Auth.USER, _READ, params=MeasureParams),
    route("POST", f"{_PATH}/dimensions", dimensions, Auth.USER, _READ, params=DimensionParams),
    route("POST", f"{_PATH}/retention", retention, Auth.USER, _READ, params=RetentionParams),
)
