"""How fresh posts are, and what one account did with them: whether a ready rendering still holds."""

from collections.abc import Sequence

from storage import quotes
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, PostId
from storage.visibility import Visibility, visible_to


class StampRow(Row, frozen=True, kw_only=True):
    """Revisions of a post and its author, and of what it boosts; with the account's part in what is shown.

    The parents are there because a deletion clears them without a new revision.
    """

    id: PostId
    revision: int
    author_revision: int
    parent_id: PostId | None
    boost_of_id: PostId | None
    shown_revision: int | None
    shown_author_revision: int | None
    shown_parent_id: PostId | None
    is_liked: bool
    is_boosted: bool
    is_bookmarked: bool
    is_muted: bool
    """The conversation of what is shown."""
    is_pinned: bool
    shown_author_id: AccountId
    shown_kind: str
    shown_visibility: Visibility
    interactions: str
    follows: bool
    followed: bool
    quote_state: str
    quoted_id: PostId | None

    @property
    def shown_id(self) -> PostId:
        """What is read: the boosted post of a boost, else the post itself."""
        return self.boost_of_id or self.id


def _truth(condition: str, name: str) -> str:
    return f"CASE WHEN EXISTS ({condition}) THEN 1 ELSE 0 END AS {name}"


_SHOWN = "COALESCE(p.boost_of_id, p.id)"
_KEPT = f"SELECT 1 FROM bookmarks AS k WHERE k.account_id = :viewer AND k.post_id = {_SHOWN}"
_AUTHOR = "COALESCE(o.author_id, p.author_id)"
_MUTED = """
    SELECT 1 FROM thread_mutes AS tm
    WHERE tm.account_id = :viewer AND tm.thread_id = COALESCE(o.thread_id, p.thread_id)"""
_STAMPS = Query(
    StampRow,
    f"""
    SELECT p.id, p.revision, a.revision AS author_revision, p.parent_id, p.boost_of_id,
        o.revision AS shown_revision, oa.revision AS shown_author_revision, o.parent_id AS shown_parent_id,
        {_truth(f"SELECT 1 FROM likes AS l WHERE l.account_id = :viewer AND l.post_id = {_SHOWN}", "is_liked")},
        {_truth(f"SELECT 1 FROM posts AS b WHERE b.boost_of_id = {_SHOWN} AND b.author_id = :viewer", "is_boosted")},
        {_truth(_KEPT, "is_bookmarked")},
        {_truth(_MUTED, "is_muted")},
        {_truth(f"SELECT 1 FROM pins AS n WHERE n.account_id = :viewer AND n.post_id = {_SHOWN}", "is_pinned")},
        COALESCE(o.author_id, p.author_id) AS shown_author_id, COALESCE(o.kind, p.kind) AS shown_kind,
        COALESCE(o.visibility, p.visibility) AS shown_visibility,
        COALESCE(o.interactions, p.interactions) AS interactions,
        {quotes.following(":viewer", _AUTHOR)} AS follows, {quotes.following(_AUTHOR, ":viewer")} AS followed,
        {quotes.seen()}
    FROM posts AS p
    JOIN accounts AS a ON a.id = p.author_id
    LEFT JOIN posts AS o ON o.id = p.boost_of_id
    LEFT JOIN accounts AS oa ON oa.id = o.author_id
    LEFT JOIN quotes AS q ON q.post_id = COALESCE(p.boost_of_id, p.id)
    WHERE p.id IN (:ids[]) AND {visible_to("p")}""",
    hot=True,
)


def stamps(tx: Tx, ids: Sequence[PostId], viewer: AccountId) -> list[StampRow]:
    """The stamps of those of the posts that the account may see; no order."""
    return tx.rows(_STAMPS, ids=ids, viewer=viewer)
