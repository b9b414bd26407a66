"""What posts said before they were edited."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis, PostId
from storage.posts import PostRow


class RevisionRow(Row, frozen=True, kw_only=True):
    """What a post said before an edit. `beside`: what stood beside the words, as JSON; empty when it was not kept."""

    id: int
    post_id: PostId
    title: str
    html: str
    spoiler: str
    sensitive: bool
    created_at: Millis
    beside: str = ""


_REVISE = Query(
    None,
    """
    INSERT INTO revisions (id, post_id, title, html, spoiler, sensitive, created_at, beside)
    VALUES (:id, :post_id, :title, :html, :spoiler, :sensitive, :created_at, :beside)""",
)
_REVISIONS = Query(
    RevisionRow,
    f"SELECT {RevisionRow.columns('r')} FROM revisions AS r WHERE r.post_id = :post ORDER BY r.id",
    hot=True,
)


def revise(tx: Tx, id: int, post: PostRow, beside: str) -> None:
    """Keep what the post says now as a revision."""
    tx.run(
        _REVISE,
        id=id,
        post_id=post.id,
        title=post.title,
        html=post.html,
        spoiler=post.spoiler,
        sensitive=post.sensitive,
        created_at=post.edited_at or post.published_at,
        beside=beside,
    )


def revisions(tx: Tx, post: PostId) -> list[RevisionRow]:
    """Former states, oldest first."""
    return tx.rows(_REVISIONS, post=post)
