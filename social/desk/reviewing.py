"""Review before publication: the owner asks, reviewers answer on their own node, and the piece's node counts."""

import msgspec

from social.desk.acts import send
from social.desk.pieces import Person, moved, owned, people_of, piece, written
from social.desk.writing import store
from social.errors import Conflict, Forbidden, Invalid
from social.policy import Viewer
from social.text import clean_text
from storage import holding
from storage.accounts import AccountRow
from storage.desk import PieceId, PieceRow
from storage.engine.database import Tx
from storage.ids import IdMaker, Millis

ANSWERS = ("approved", "changes")
MAX_NOTE = 2_000


def ask(tx: Tx, viewer: Viewer, id: PieceId, *, now: Millis) -> PieceRow:
    """Ask the reviewers for their answer to the present words. Raises Conflict without a reviewer."""
    row, me = owned(tx, viewer, id)
    if not any(one.part == "reviewer" for one in people_of(row)):
        raise Conflict("no_reviewer")
    return store(tx, msgspec.structs.replace(row, state=moved(row.state, "ask")), me, now=now)


def answer(
    tx: Tx, viewer: Viewer, id: PieceId, said: str, note: str, version: int, *, ids: IdMaker, now: Millis
) -> None:
    """A reviewer's answer to the version that they read. Raises NotFound, Forbidden, Invalid, Conflict."""
    holding.piece(tx, id)
    row, me, part = piece(tx, viewer, id)
    if part != "reviewer":
        raise Forbidden("not_yours")
    if said not in ANSWERS:
        raise Invalid("answer", "not_a_choice")
    if said == "changes" and not note.strip():
        raise Invalid("note", "blank")
    note = clean_text(note).strip()[:MAX_NOTE]
    if row.is_local:
        take(tx, row, me, me.uri, said, note, version, now=now)
        return
    send(tx, row, me, "answer", version, answer=said, note=note, ids=ids, now=now)


def take(
    tx: Tx, row: PieceRow, account: AccountRow, by: str, said: str, note: str, version: int, *, now: Millis
) -> bool:
    """An answer for a piece of this node. False when it is nobody's to give, or of words that are no more."""
    people = people_of(row)
    if not any(one.uri == by and one.part == "reviewer" for one in people):
        return False
    after = tuple(
        msgspec.structs.replace(one, answer=said, note=note, version=version, at=now)
        if one.uri == by and one.part == "reviewer"
        else one
        for one in people
    )
    changed = msgspec.structs.replace(row, people=written(after))
    if row.state in ("review", "changes", "approved") and version == row.version:
        changed = msgspec.structs.replace(changed, state=_state(changed, after))
    store(tx, changed, account, now=now)
    return True


def _state(row: PieceRow, people: tuple[Person, ...]) -> str:
    """One no is a no; yes is when all said yes to the present words."""
    reviewers = [one for one in people if one.part == "reviewer"]
    current = [one.answer for one in reviewers if one.version == row.version]
    if "changes" in current:
        return moved(row.state, "refuse")
    is_agreed = len(current) == len(reviewers) and all(one == "approved" for one in current)
    return moved(row.state, "approve") if is_agreed and row.state != "approved" else row.state
