"""A piece: something to be published, from the idea to the post. Its states, its words, its people, who sees what.

Slots (channel, title, owner, state, time) are seen by the communicators of all entities. The words are seen by the
owner and by those whom the owner names: as authors, who may change them, or as reviewers, who say yes or no.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from social.errors import Conflict, Forbidden, NotFound
from social.policy import Role, Viewer, require_person
from storage import accounts, desk, holding
from storage.accounts import AccountRow
from storage.desk import PieceId, PieceRow
from storage.engine.database import Tx
from storage.ids import Millis

CHANNELS = ("article", "announcement", "post", "event")
MAX_PEOPLE = 20


class State(StrEnum):
    """Where a piece stands."""

    IDEA = "idea"
    WRITING = "writing"
    REVIEW = "review"
    CHANGES = "changes"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    FAILED = "failed"
    """Its time came, and it could not be published: nothing of it is lost."""
    PUBLISHED = "published"
    DROPPED = "dropped"


TRANSITIONS: Mapping[tuple[State, str], State] = {
    (State.IDEA, "write"): State.WRITING,
    **{(state, "write"): State.WRITING for state in (State.WRITING, State.REVIEW, State.CHANGES, State.APPROVED)},
    **{(state, "ask"): State.REVIEW for state in (State.IDEA, State.WRITING, State.CHANGES, State.APPROVED)},
    (State.REVIEW, "ask"): State.REVIEW,
    **{(state, "approve"): State.APPROVED for state in (State.REVIEW, State.CHANGES)},
    **{(state, "refuse"): State.CHANGES for state in (State.REVIEW, State.CHANGES, State.APPROVED)},
    **{(state, "schedule"): State.SCHEDULED for state in (State.IDEA, State.WRITING, State.APPROVED)},
    **{(state, "take_back"): State.WRITING for state in (State.SCHEDULED, State.FAILED)},
    (State.SCHEDULED, "fail"): State.FAILED,
    (State.FAILED, "wait"): State.SCHEDULED,
    **{
        (state, "publish"): State.PUBLISHED
        for state in (State.IDEA, State.WRITING, State.APPROVED, State.SCHEDULED, State.FAILED)
    },
    **{(state, "drop"): State.DROPPED for state in State if state not in (State.PUBLISHED, State.DROPPED)},
}
"""State and verb → state. What waits for a reviewer is not published past them."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a piece says, and how it is to be published. `media` are uploads of the owner."""

    title: str = ""
    teaser: str = ""
    source: str = ""
    language: str = ""
    series: str = ""
    part: int = 0
    visibility: str = "public"
    community: int = 0
    media: tuple[int, ...] = ()


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody beside the owner, as author or reviewer; a reviewer's `answer` (approved, changes) is to a version."""

    uri: str
    name: str
    part: str
    answer: str = ""
    note: str = ""
    version: int = 0
    at: Millis = Millis(0)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What the calendar shows of a piece."""

    channel: str = "article"
    slot_at: Millis | None = None
    must_read: bool = False
    campaign_uri: str = ""


_encode = msgspec.json.Encoder().encode
_WORDS = msgspec.json.Decoder(Words)
_PEOPLE = msgspec.json.Decoder(tuple[Person, ...])
_REACH = msgspec.json.Decoder(dict[str, int])


def words_of(row: PieceRow) -> Words:
    """What the piece says, as far as it is here."""
    return _WORDS.decode(row.words) if row.words else Words(title=row.title)


def read_words(written: str) -> Words:
    """Words as they were kept. Raises msgspec.ValidationError."""
    return _WORDS.decode(written)


def people_of(row: PieceRow) -> tuple[Person, ...]:
    """Who writes and reviews beside the owner."""
    return _PEOPLE.decode(row.people) if row.people else ()


def reach_of(row: PieceRow) -> dict[str, int]:
    """How many read it, by node (empty: the node of the piece)."""
    return _REACH.decode(row.reach) if row.reach else {}


def written(value: Words | tuple[Person, ...] | dict[str, int]) -> str:
    """A part of a piece as it is stored; empty for nothing."""
    return _encode(value).decode() if value else ""


def moved(state: str, verb: str) -> State:
    """The state after the verb. Raises Conflict when that cannot be done now."""
    after = TRANSITIONS.get((State(state), verb))
    if after is None:
        raise Conflict("not_in_this_state")
    return after


def self_of(tx: Tx, viewer: Viewer) -> AccountRow:
    """The account of the person who asks. Raises Unauthorized."""
    require_person(viewer)
    row = accounts.by_id(tx, viewer.account)
    if row is None:
        raise NotFound("account")
    return row


def part_of(row: PieceRow, uri: str) -> str:
    """What somebody is to a piece: owner, author, reviewer, or nothing."""
    if row.owner_uri == uri:
        return "owner"
    return next((one.part for one in people_of(row) if one.uri == uri), "")


def piece(tx: Tx, viewer: Viewer, id: PieceId) -> tuple[PieceRow, AccountRow, str]:
    """A piece, who asks, and what they are to it; without its words for who sees but its slot.

    Raises NotFound for what is not theirs to see.
    """
    me = self_of(tx, viewer)
    row = desk.by_id(tx, id)
    if row is None or row.state == State.DROPPED:
        raise NotFound("piece")
    part = part_of(row, me.uri)
    if part:
        return row, me, part
    if row.slot_at is not None and viewer.may(Role.COMMUNICATOR):
        return msgspec.structs.replace(row, words=""), me, part
    raise NotFound("piece")


def owned(tx: Tx, viewer: Viewer, id: PieceId) -> tuple[PieceRow, AccountRow]:
    """A piece of who asks, held for what is done with it. Raises NotFound or Forbidden."""
    holding.piece(tx, id)
    row, me, part = piece(tx, viewer, id)
    if part != "owner" or not row.is_local:
        raise Forbidden("not_yours")
    return row, me
