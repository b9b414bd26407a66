"""The editorial calendar: a month or a week of what all sites plan, and a new slot."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from social.desk import calendar, writing
from social.desk.pieces import Words
from social.errors import Invalid
from social.policy import Viewer
from storage.desk import PieceRow
from storage.engine.database import Tx
from storage.ids import Millis
from web import desk
from web.dates import spelled
from web.forms import Form
from web.pages.desk import plan_of
from web.visit import Visit


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which slots are shown: of one channel, in one state, of one owner; empty: of all."""

    channel: str = ""
    state: str = ""
    owner: str = ""

    def has(self, row: PieceRow) -> bool:
        """Whether a slot is shown."""
        pairs = ((self.channel, row.channel), (self.state, row.state), (self.owner, row.owner_uri))
        return all(wanted in ("", known) for wanted, known in pairs)

    @property
    def query(self) -> str:
        """The part of an address that says so again."""
        said = {name: getattr(self, name) for name in self.__struct_fields__}
        kept = urlencode({name: value for name, value in said.items() if value})
        return f"&{kept}" if kept else ""


class Choice(msgspec.Struct, frozen=True):
    """A list of which one is chosen: its field, its name, the words for all, the choices."""

    name: str
    label: str
    all: str
    options: Sequence[tuple[str, str]]
    chosen: str


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day with its slots. `is_clash`: two must-reads would meet; `is_beside`: of the month before or after."""

    at: date
    words: str
    slots: Sequence[PieceRow]
    is_clash: bool
    is_today: bool
    is_beside: bool


async def show(visit: Visit) -> Response:
    """GET /calendar?view=&at=&channel=&state=&owner=: the month, or the week, of a day; all slots, or some."""
    return await _page(visit)


async def plan(visit: Visit, form: Form) -> Response:
    """POST /calendar: a new slot."""
    try:
        slot = plan_of(visit, form)
        if slot.slot_at is None:
            raise Invalid("slot_at", "no_time")
        words = Words(title=form.line("title"))
        row = await visit.write(writing.create, slot, words, context=visit.context, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, form, wrong)
    return visit.back(f"/desk/{row.id}", done="saved")


async def _page(visit: Visit, form: Form | None = None, wrong: Invalid | None = None) -> Response:
    view = "week" if visit.request.query_params.get("view") == "week" else "month"
    at = _asked(visit)
    first = at - timedelta(days=at.weekday()) if view == "week" else _monday_before(at.replace(day=1))
    weeks = 1 if view == "week" else 6
    start, until = _moment(visit, first), _moment(visit, first + timedelta(days=7 * weeks))
    rows, wanted = await visit.read(_slots, start, until), _wanted(visit)
    days = _days(visit, rows, first, weeks, at if view == "month" else None, wanted)
    if view == "month" and all(one.is_beside for one in days[-7:]):
        days = days[:-7]
    step = timedelta(days=7) if view == "week" else timedelta(days=31)
    before = at - step if view == "week" else at.replace(day=1) - timedelta(days=1)
    after = at + step if view == "week" else at.replace(day=1) + step
    return visit.form_page(
        "desk/calendar.html",
        wrong,
        view=view,
        days=days,
        title=_title(visit, at, first if view == "week" else None),
        at=at.isoformat(),
        before=before.isoformat(),
        after=after.isoformat(),
        states=desk.STATES,
        channels=desk.CHANNELS,
        wanted=wanted,
        sift=_sift(visit, rows, wanted),
        values={name: form.written(name) for name in ("title", "slot_at", "channel")} if form else {},
    )


def _title(visit: Visit, at: date, monday: date | None) -> str:
    if monday is None:
        return _capital(spelled(at, "MMMM y", visit.locale))
    return visit.say("Week of %(day)s", day=spelled(monday, "d MMMM", visit.locale))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _slots(tx: Tx, viewer: Viewer, start: Millis, until: Millis) -> list[PieceRow]:
    return calendar.slots(tx, viewer, start, until)


def _sift(visit: Visit, rows: Sequence[PieceRow], wanted: Wanted) -> list[Choice]:
    """By what slots are chosen: whoever owns one of that time can be chosen as its owner."""
    owners = {row.owner_uri: row.owner_name for row in rows}
    named = sorted(owners.items(), key=lambda one: one[1].casefold())
    channels = [(key, visit.say(words)) for key, words in desk.CHANNELS.items()]
    states = [(key, visit.say(words)) for key, words in desk.STATES.items()]
    return [
        Choice("channel", visit.say("Channel"), visit.say("All channels"), channels, wanted.channel),
        Choice("owner", visit.say("Owner"), visit.say("All owners"), named, wanted.owner),
        Choice("state", visit.say("State"), visit.say("All states"), states, wanted.state),
    ]


def _wanted(visit: Visit) -> Wanted:
    asked = visit.request.query_params
    channel, state = asked.get("channel", ""), asked.get("state", "")
    return Wanted(
        channel=channel if channel in desk.CHANNELS else "",
        state=state if state in desk.STATES else "",
        owner=asked.get("owner", "")[:300],
    )


def _days(
    visit: Visit, rows: Sequence[PieceRow], first: date, weeks: int, month: date | None, wanted: Wanted
) -> list[Day]:
    """The days with their slots as far as they are wanted; must-reads meet also where one of them is not shown."""
    today = _day(visit, visit.now)
    held: dict[date, list[PieceRow]] = {}
    for row in rows:
        if row.slot_at is not None and wanted.has(row):
            held.setdefault(_day(visit, row.slot_at), []).append(row)
    clashes = calendar.clashes(rows, lambda at: _day(visit, at).isoformat())
    return [
        Day(
            at=day,
            words=spelled(day, "EEEE d MMMM", visit.locale),
            slots=held.get(day, []),
            is_clash=day.isoformat() in clashes,
            is_today=day == today,
            is_beside=month is not None and day.month != month.month,
        )
        for day in (first + timedelta(days=number) for number in range(7 * weeks))
    ]


def _asked(visit: Visit) -> date:
    try:
        found = date.fromisoformat(visit.request.query_params.get("at", ""))
    except ValueError:
        return _day(visit, visit.now)
    return found if 2000 <= found.year <= 2100 else _day(visit, visit.now)


def _monday_before(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _day(visit: Visit, at: Millis) -> date:
    """The day of a moment in the time zone of the pages."""
    return datetime.fromisoformat(visit.face.dates[visit.locale].field(at)).date()


def _moment(visit: Visit, day: date) -> Millis:
    """Where a day begins."""
    return visit.face.dates[visit.locale].moment(f"{day.isoformat()}T00:00") or Millis(0)
