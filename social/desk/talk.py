"""What those who write and review a piece say to one another about it, each on the own node."""

from social.desk import telling
from social.desk.acts import send
from social.desk.pieces import piece
from social.desk.writing import store
from social.errors import Forbidden, Invalid
from social.policy import Viewer
from social.text import clean_text
from storage import desk, desk_talk
from storage.accounts import AccountRow
from storage.desk import PieceId, PieceRow
from storage.desk_talk import CommentRow
from storage.engine.database import Tx
from storage.ids import IdMaker, Millis

MAX_COMMENT = 2_000
MOST = 200
"""Comments of one piece: a conversation that goes on belongs elsewhere."""


def say(tx: Tx, viewer: Viewer, id: PieceId, words: str, *, ids: IdMaker, now: Millis) -> None:
    """Say something about a piece to who writes and reviews it. Raises NotFound, Forbidden, Invalid(comment)."""
    row, me, part = piece(tx, viewer, id)
    if not part:
        raise Forbidden("not_yours")
    said = checked(words)
    uri = f"{me.uri}#comments/{ids.make()}"
    if row.is_local:
        new = CommentRow(
            id=ids.make(),
            uri=uri,
            piece_id=row.id,
            by_uri=me.uri,
            by_name=me.name,
            version=row.version,
            words=said,
            at=now,
        )
        take(tx, row, me, new, now=now)
        return
    send(tx, row, me, "comment", row.version, uri=uri, note=said, ids=ids, now=now)


def take(tx: Tx, row: PieceRow, account: AccountRow, comment: CommentRow, *, now: Millis) -> None:
    """Keep a comment on a piece of this node, tell the others here, and have the other nodes look. Twice is once."""
    if len(desk_talk.of_piece(tx, row.id, MOST)) < MOST and desk_talk.add(tx, comment):
        store(tx, row, account, now=now)
        telling.commented(tx, row, comment, now=now)


def comments(tx: Tx, row: PieceRow, uri: str) -> list[CommentRow]:
    """What was said about a piece, oldest first; with what `uri` said and its node has not told back yet."""
    known = desk_talk.of_piece(tx, row.id, MOST)
    if row.is_local:
        return known
    told = {one.uri for one in known}
    waiting = [one for one in desk.acts_on(tx, row.uri) if one.kind == "comment" and one.by_uri == uri]
    return known + [
        CommentRow(
            id=one.id,
            uri=one.uri,
            piece_id=row.id,
            by_uri=one.by_uri,
            by_name=one.by_name,
            version=one.version,
            words=one.note,
            at=one.at,
        )
        for one in waiting
        if one.uri not in told
    ]


def checked(words: str) -> str:
    """What is kept of a comment. Raises Invalid(comment)."""
    said = clean_text(words).strip()
    if not said:
        raise Invalid("comment", "blank")
    if "\0" in said:
        raise Invalid("comment", "nul")
    if len(said) > MAX_COMMENT:
        raise Invalid("comment", "too_long", limit=MAX_COMMENT, length=len(said))
    return said
