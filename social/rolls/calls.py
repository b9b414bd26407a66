"""« I am safe »: a roll call is begun, answered and ended on the own node alone; names stay there, numbers are told."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from social import events, jobs
from social.clock import DAY, LATEST
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.governance.audit import Act, record
from social.policy import Role, Viewer, require_person
from social.trust import manifests
from social.trust.node_keys import NodeKey
from social.trust.statements import BadStatement, said_by, sign_statement
from storage import holding
from storage import rolls as rows
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.rolls import CalledRow, RollCountRow, RollId, RollRow

KIND = "ArchipelRollCall"
STATES = ("safe", "help")
MAX_TITLE = 200
SHOWN = 30 * DAY
"""So long the numbers of other sites are shown."""
TOLD_AFTER = 2_000

_Moment = Annotated[int, Meta(ge=0, le=LATEST)]
_Number = Annotated[int, Meta(ge=0, le=10_000_000)]


class Said(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A roll call of a site in numbers, as its node signs it."""

    type: str
    roll: Annotated[str, Meta(min_length=1, max_length=40)]
    title: Annotated[str, Meta(max_length=MAX_TITLE)]
    begun_at: _Moment
    people: _Number
    safe: _Number
    help: _Number
    at: _Moment
    ended_at: _Moment | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The page of roll calls: the last one here, what the viewer answered, and what other sites told.

    `people` is there for whoever leads it: names, for this site alone.
    """

    roll: RollRow | None
    count: RollCountRow | None
    mine: str
    leads: bool
    people: list[CalledRow]
    others: list[RollCountRow]


def may_lead(viewer: Viewer) -> bool:
    """Whether the viewer may begin and end a roll call, and see who has not been heard of."""
    return viewer.may(Role.MODERATOR) or viewer.may(Role.COMMUNICATOR)


def begin(tx: Tx, viewer: Viewer, title: str, *, ids: IdMaker, now: Millis) -> RollId:
    """Ask everybody of the site, at any hour and on each of their devices.

    Raises Forbidden, Invalid(title), Conflict `roll_goes_on`.
    """
    _require_lead(viewer)
    words = " ".join(title.split())
    if not words:
        raise Invalid("title", "blank")
    if len(words) > MAX_TITLE:
        raise Invalid("title", "too_long", limit=MAX_TITLE, length=len(words))
    holding.node(tx)
    if rows.going_on(tx) is not None:
        raise Conflict("roll_goes_on")
    id = RollId(ids.make())
    if not rows.insert(tx, id, words, viewer.account, now):
        raise Conflict("try_again")
    record(tx, viewer, Act.ROLL_BEGIN, id=id, subject=words, now=now)
    called = rows.call(tx, id, viewer.account, now)
    events.append_all(
        tx, [events.Notified(by=viewer.account, to=one.account_id, notification=one.id, at=now) for one in called]
    )
    _tell_later(tx, id, now)
    return id


def answer(tx: Tx, viewer: Viewer, state: str, *, account: AccountId | None = None, now: Millis) -> None:
    """The viewer is safe, or needs help; who leads says so of others that stand before them. Twice is once.

    Raises NotFound when nobody asks, Forbidden to speak for somebody else, Invalid(state).
    """
    require_person(viewer)
    roll = rows.going_on(tx)
    if roll is None:
        raise NotFound("roll")
    if state not in STATES:
        raise Invalid("state", "not_a_choice")
    of = viewer.account if account is None else account
    if of != viewer.account:
        _require_lead(viewer)
        if not rows.is_called(tx, of):
            raise NotFound("account")
    if rows.answer(tx, roll.id, of, state, viewer.account, now):
        _tell_later(tx, roll.id, now)


def end(tx: Tx, viewer: Viewer, *, now: Millis) -> None:
    """Nobody is asked any more. Raises Forbidden, NotFound."""
    _require_lead(viewer)
    roll = rows.going_on(tx)
    if roll is None:
        raise NotFound("roll")
    rows.end(tx, roll.id, now)
    record(tx, viewer, Act.ROLL_END, id=roll.id, subject=roll.title, now=now)
    _tell_later(tx, roll.id, now)


def waits(tx: Tx, viewer: Viewer) -> bool:
    """Whether the viewer is asked and has not answered."""
    require_person(viewer)
    roll = rows.going_on(tx)
    return roll is not None and not rows.state_of(tx, roll.id, viewer.account)


def standing(tx: Tx, viewer: Viewer, *, now: Millis) -> Standing:
    """How it stands. Raises Unauthorized."""
    require_person(viewer)
    roll = rows.latest(tx)
    leads = may_lead(viewer)
    return Standing(
        roll=roll,
        count=rows.count(tx, roll.id, now) if roll is not None else None,
        mine=rows.state_of(tx, roll.id, viewer.account) if roll is not None else "",
        leads=leads,
        people=rows.called(tx, roll.id) if roll is not None and leads else [],
        others=rows.others(tx, Millis(now - SHOWN)),
    )


def said(tx: Tx, id: RollId, key: NodeKey, *, now: Millis) -> dict[str, Any] | None:
    """The numbers of a roll call here, signed; None for one that is not here."""
    count = rows.count(tx, id, now)
    if count is None:
        return None
    words = Said(
        type=KIND,
        roll=count.roll,
        title=count.title,
        begun_at=count.begun_at,
        ended_at=count.ended_at,
        people=count.people,
        safe=count.safe,
        help=count.help,
        at=now,
    )
    return sign_statement(key, msgspec.to_builtins(words))


def take(tx: Tx, host: str, signed: dict[str, Any], *, now: Millis) -> bool:
    """Keep the numbers of another site; False for what is no newer. Raises BadStatement."""
    manifest = manifests.active(tx, now=now)
    if manifest is None:
        raise BadStatement("no manifest is in force here")
    words = said_by(manifest, signed, host, Said)
    if words.type != KIND or words.safe + words.help > words.people:
        raise BadStatement("no roll call")
    row = RollCountRow(
        host=host,
        roll=words.roll,
        title=words.title,
        begun_at=Millis(words.begun_at),
        ended_at=None if words.ended_at is None else Millis(words.ended_at),
        people=words.people,
        safe=words.safe,
        help=words.help,
        at=Millis(words.at),
    )
    return rows.take(tx, row)


def _require_lead(viewer: Viewer) -> None:
    require_person(viewer)
    if not may_lead(viewer):
        raise Forbidden("role_needed", role=Role.COMMUNICATOR.value)


def _tell_later(tx: Tx, id: RollId, now: Millis) -> None:
    jobs.enqueue(tx, jobs.TellRollCall(roll=id), key=str(id), due=Millis(now + TOLD_AFTER))
