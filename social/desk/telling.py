"""Who is told of a piece: reviewers that they are asked, its writers what reviewers and others say, each at home.

Each node compares what it knew of a piece with what it knows now, and tells its own people: no other node has to.
"""

from collections.abc import Sequence

from social import events
from social.desk.pieces import Person, State, people_of
from social.people.names import INSTANCE_ACTOR
from storage import accounts, desk_notices
from storage.desk import PieceRow
from storage.desk_talk import CommentRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.notifications import Kind

_OF_ANSWER = {"approved": Kind.DESK_APPROVED, "changes": Kind.DESK_CHANGES}


def changed(tx: Tx, before: PieceRow | None, after: PieceRow, *, now: Millis) -> None:
    """Tell people here what is new in a piece: nothing if `before` says the same."""
    known = {(one.uri, one.part): one for one in people_of(before)} if before is not None else {}
    people = people_of(after)
    if before is not None:
        gone(tx, before, [one.uri for one in people] if after.state != State.DROPPED else [])
    owner = (after.owner_uri, after.host)
    fresh = [one.uri for one in people if one.part == "author" and (one.uri, "author") not in known]
    _tell(tx, Kind.DESK_SHARED, fresh, owner, after, str(now), now)
    _tell(tx, Kind.DESK_REVIEW, _asked(before, after), owner, after, str(now), now)
    for one in people:
        kind = _OF_ANSWER.get(one.answer)
        if one.part == "reviewer" and kind is not None and _said(one) != _said(known.get((one.uri, "reviewer"))):
            _tell(tx, kind, _writers(after, one.uri), (one.uri, ""), after, f"{one.version}:{one.at}", now)


def commented(tx: Tx, row: PieceRow, comment: CommentRow, *, now: Millis) -> None:
    """Tell the others of a piece what one of them says about it."""
    reviewers = [one.uri for one in people_of(row) if one.part == "reviewer" and one.uri != comment.by_uri]
    to = [*_writers(row, comment.by_uri), *reviewers]
    _tell(tx, Kind.DESK_COMMENT, to, (comment.by_uri, ""), row, str(comment.id), now)


def beside(tx: Tx, row: PieceRow, by: str, *, now: Millis) -> None:
    """Tell the owner that somebody's words stand beside the newer ones."""
    _tell(tx, Kind.DESK_BESIDE, [row.owner_uri], (by, ""), row, str(now), now)


def corrected(tx: Tx, row: PieceRow, by: str, *, now: Millis) -> None:
    """Tell the owner that somebody who wrote it with them corrected what is out."""
    _tell(tx, Kind.DESK_CORRECTED, [row.owner_uri], (by, ""), row, str(now), now)


def gone(tx: Tx, before: PieceRow, left: Sequence[str] = ()) -> None:
    """Who was named in a piece and is not `left` in it has nothing to do there any more."""
    without = [one.uri for one in people_of(before) if one.uri not in left]
    desk_notices.drop(tx, before.id, without)


def _asked(before: PieceRow | None, after: PieceRow) -> list[str]:
    """Reviewers who are asked by now and were not before."""
    if after.state != State.REVIEW:
        return []
    is_same = before is not None and before.state == State.REVIEW and before.version == after.version
    was = {one.uri for one in people_of(before) if one.part == "reviewer"} if is_same and before is not None else set()
    return [one.uri for one in people_of(after) if one.part == "reviewer" and one.uri not in was]


def _said(one: Person | None) -> tuple[str, str, int]:
    return ("", "", 0) if one is None else (one.answer, one.note, one.version)


def _writers(row: PieceRow, but: str) -> list[str]:
    authors = [one.uri for one in people_of(row) if one.part == "author"]
    return [uri for uri in (row.owner_uri, *authors) if uri != but]


def _tell(
    tx: Tx, kind: Kind, to: Sequence[str], sender: tuple[str, str], row: PieceRow, what: str, now: Millis
) -> None:
    if not to:
        return
    written = desk_notices.tell(tx, kind, to, sender, f"{row.id}:{what}", INSTANCE_ACTOR, now)
    node = accounts.by_name(tx, INSTANCE_ACTOR, "") if written else None
    if node is not None:
        told = [events.Notified(by=node.id, to=one.account_id, notification=one.id, at=now) for one in written]
        events.append_all(tx, told)
