"""What a command holds until it is done: whoever reads, decides and writes does so after who held it before.

PostgreSQL alone: two transactions there may read the same row and then write it, and the second writes over the first.
SQLite has one writer. Held before anything is read that is decided by.
"""

from storage.desk import PieceId
from storage.engine import dialect
from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, PostId

_ACCOUNT = Query(AccountId, "SELECT a.id FROM accounts AS a WHERE a.id = :id FOR UPDATE", only="postgres")
_COMMUNITY = Query(
    AccountId, "SELECT c.account_id FROM communities AS c WHERE c.account_id = :id FOR UPDATE", only="postgres"
)
_ANNOUNCEMENT = Query(
    PostId, "SELECT w.post_id FROM announcements AS w WHERE w.post_id = :id FOR UPDATE", only="postgres"
)
_POST = Query(PostId, "SELECT p.id FROM posts AS p WHERE p.id = :id FOR UPDATE", only="postgres")
_POST_OF = Query(PostId, "SELECT p.id FROM posts AS p WHERE p.uri = :uri FOR UPDATE", only="postgres")
_PIECE = Query(PieceId, "SELECT d.id FROM pieces AS d WHERE d.id = :id FOR UPDATE", only="postgres")
_PIECE_OF = Query(PieceId, "SELECT d.id FROM pieces AS d WHERE d.uri = :uri FOR UPDATE", only="postgres")


def node(tx: Tx) -> None:
    """What there is one of on the whole node."""
    if tx.engine == "postgres":
        tx.rows(dialect.LOCK_NODE)


def account(tx: Tx, id: AccountId) -> None:
    """An account, with what is counted of it."""
    if tx.engine == "postgres":
        tx.rows(_ACCOUNT, id=id)


def community(tx: Tx, id: AccountId) -> None:
    """A community, with who is in it and as what."""
    if tx.engine == "postgres":
        tx.rows(_COMMUNITY, id=id)


def announcement(tx: Tx, id: PostId) -> None:
    """What a must-read asks."""
    if tx.engine == "postgres":
        tx.rows(_ANNOUNCEMENT, id=id)


def post(tx: Tx, id: PostId) -> None:
    """A post, with what it says."""
    if tx.engine == "postgres":
        tx.rows(_POST, id=id)


def post_of(tx: Tx, uri: str) -> None:
    """The same, by its ActivityPub id."""
    if tx.engine == "postgres":
        tx.rows(_POST_OF, uri=uri)


def piece(tx: Tx, id: PieceId) -> None:
    """A piece of the desk, with its words and who writes and reviews it."""
    if tx.engine == "postgres":
        tx.rows(_PIECE, id=id)


def piece_of(tx: Tx, uri: str) -> None:
    """The same, by its id between nodes."""
    if tx.engine == "postgres":
        tx.rows(_PIECE_OF, uri=uri)
