"""What is the same on every node of a group: the public posts and boosts, by their ids on the wire."""

from storage.engine.database import Tx
from storage.engine.query import Query

_PUBLIC = Query(
    str,
    """
    SELECT p.uri FROM posts AS p
    WHERE p.visibility = 'public' AND p.uri > :after
    ORDER BY p.uri
    LIMIT :limit""",
)
PAGE = 1_000


def public_uris(tx: Tx) -> set[str]:
    """All of them: for comparing nodes, not for requests."""
    found: set[str] = set()
    last = ""
    while True:
        page = tx.rows(_PUBLIC, after=last, limit=PAGE)
        found.update(page)
        if len(page) < PAGE:
            return found
        last = page[-1]
