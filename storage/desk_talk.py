"""What is said about a piece of the desk before it is published."""

from collections.abc import Sequence

from storage.desk import PieceId
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis


class CommentRow(Row, frozen=True, kw_only=True):
    """One comment, about the version that its writer had before them."""

    id: int
    uri: str
    piece_id: PieceId
    by_uri: str
    by_name: str
    version: int
    words: str
    at: Millis


_NAMES = CommentRow.__struct_fields__
_ADD = Query(
    None,
    f"""
    INSERT INTO piece_comments ({", ".join(_NAMES)}) VALUES ({", ".join(f":{name}" for name in _NAMES)})
    ON CONFLICT (uri) DO NOTHING""",
)
_OF_PIECE = Query(
    CommentRow,
    f"""
    SELECT {CommentRow.columns("t")} FROM piece_comments AS t
    WHERE t.piece_id = :piece ORDER BY t.at, t.id LIMIT :limit""",
    hot=True,
)
_OF_PIECES = Query(
    CommentRow,
    f"""
    SELECT {CommentRow.columns("t")} FROM piece_comments AS t
    WHERE t.piece_id IN (:pieces[]) ORDER BY t.at, t.id""",
    hot=True,
)


def add(tx: Tx, row: CommentRow) -> bool:
    """Keep a comment; False if it is known."""
    return tx.run(_ADD, **{name: getattr(row, name) for name in _NAMES}) == 1


def of_piece(tx: Tx, piece: PieceId, limit: int) -> list[CommentRow]:
    """What was said about a piece, oldest first."""
    return tx.rows(_OF_PIECE, piece=piece, limit=limit)


def of_pieces(tx: Tx, pieces: Sequence[PieceId]) -> list[CommentRow]:
    """What was said about several pieces, oldest first."""
    return tx.rows(_OF_PIECES, pieces=pieces) if pieces else []
