"""Must-read posts: what is asked, of which version, and the texts that were shown under it."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId


class AnnouncementRow(Row, frozen=True, kw_only=True):
    """What a must-read post asks. `host`: of whose node it is, empty for this one; `audience` is JSON."""

    post_id: PostId
    author_id: AccountId
    host: str
    version: int
    statement: str
    audience: str
    valid_from: Millis
    valid_until: Millis | None
    urgent: bool
    reason: str
    version_at: Millis
    created_at: Millis
    answers: str = ""
    """What was asked and answered for everybody, JSON (`social/announcements/questions.py`)."""
    said_at: Millis = Millis(0)
    """When the statement was signed: an older one changes nothing."""

    def is_current(self, now: Millis) -> bool:
        """Whether it is to be read now."""
        return self.valid_from <= now and (self.valid_until is None or now < self.valid_until)


class ReaderRow(Row, frozen=True, kw_only=True):
    """A must-read post as somebody has it. Times of the present version; None: not asked, not seen, not confirmed."""

    announcement: AnnouncementRow
    asked_at: Millis | None
    seen_at: Millis | None
    confirmed_at: Millis | None
    question: bool
    earlier_at: Millis | None
    """When they confirmed the last of the earlier versions."""


IS_CURRENT = "w.valid_from <= :now AND (w.valid_until IS NULL OR w.valid_until > :now)"
"""Condition: the announcement of alias `w` is to be read at `:now`."""
IS_OWED = f"""{IS_CURRENT} AND NOT EXISTS (
        SELECT 1 FROM acknowledgements AS wk
        WHERE wk.post_id = w.post_id AND wk.version = w.version AND wk.account_id = k.account_id)"""
"""Condition: whoever is asked (alias `k`) has not answered the announcement of alias `w`."""

_COLUMNS = AnnouncementRow.columns("w")
_READER = f"""
    SELECT {_COLUMNS}, k.asked_at, k.seen_at, c.at AS confirmed_at, COALESCE(c.question, 0) AS question, (
            SELECT MAX(e.at) FROM acknowledgements AS e
            WHERE e.post_id = w.post_id AND e.account_id = :viewer AND e.version < w.version) AS earlier_at
    FROM announcements AS w
    LEFT JOIN announcement_asked AS k ON k.post_id = w.post_id AND k.account_id = :viewer
    LEFT JOIN acknowledgements AS c
        ON c.post_id = w.post_id AND c.version = w.version AND c.account_id = :viewer"""
_OF_POSTS = Query(ReaderRow, f"{_READER} WHERE w.post_id IN (:ids[])", hot=True)
_OF_READER = Query(
    ReaderRow,
    f"""{_READER.replace("LEFT JOIN announcement_asked", "JOIN announcement_asked")}
    WHERE k.account_id = :viewer AND w.valid_from <= :now
    ORDER BY CASE WHEN c.at IS NULL AND (w.valid_until IS NULL OR w.valid_until > :now) THEN 0 ELSE 1 END,
        w.urgent DESC, w.post_id DESC
    LIMIT :limit""",
)
_BY_POST = Query(AnnouncementRow, f"SELECT {_COLUMNS} FROM announcements AS w WHERE w.post_id = :post", hot=True)
_BY_AUTHORS = Query(
    AnnouncementRow,
    f"SELECT {_COLUMNS} FROM announcements AS w WHERE w.host = '' ORDER BY w.post_id DESC LIMIT :limit",
)
_CURRENT = Query(
    AnnouncementRow,
    f"SELECT {_COLUMNS} FROM announcements AS w WHERE {IS_CURRENT} ORDER BY w.post_id DESC LIMIT :limit",
)
_INSERT = Query(
    None,
    """
    INSERT INTO announcements (
        post_id, author_id, host, version, statement, audience, valid_from, valid_until, urgent, reason, version_at,
        created_at, answers, said_at)
    VALUES (
        :post_id, :author_id, :host, :version, :statement, :audience, :valid_from, CAST(:valid_until AS BIGINT),
        :urgent, :reason, :version_at, :created_at, :answers, :said_at)
    ON CONFLICT (post_id) DO NOTHING""",
)
_REWRITE = Query(
    None,
    """
    UPDATE announcements
    SET version = :version, statement = :statement, audience = :audience, valid_from = :valid_from,
        valid_until = CAST(:valid_until AS BIGINT), version_at = :version_at, answers = :answers,
        said_at = :said_at
    WHERE post_id = :post_id""",
)
_MARK_LEFT = Query(
    None, "UPDATE announcements SET left_version = version WHERE post_id = :post AND left_version < version"
)
_MARK_NOBODY_LEFT = Query(None, "UPDATE announcements SET left_version = 0 WHERE post_id = :post")
_END_AT = Query(None, "UPDATE announcements SET valid_until = :until WHERE post_id = :post")
_URGENT_SINCE = Query(
    int, "SELECT COUNT(*) FROM announcements AS w WHERE w.host = :host AND w.urgent = 1 AND w.created_at > :since"
)
_TEXT = Query(
    None,
    """
    INSERT INTO announcement_texts (post_id, version, language, digest)
    VALUES (:post, :version, :language, :digest) ON CONFLICT DO NOTHING""",
)
_WAS_SHOWN = Query(
    int,
    """
    SELECT COUNT(*) FROM announcement_texts
    WHERE post_id = :post AND version = :version AND language = :language AND digest = :digest""",
)
_VERSIONS_SHOWN = Query(int, "SELECT COUNT(*) FROM announcement_texts WHERE post_id = :post AND version = :version")


def of_posts(tx: Tx, ids: Sequence[PostId], viewer: AccountId) -> list[ReaderRow]:
    """Those of the posts that are must-read ones, as the viewer has them."""
    return tx.rows(_OF_POSTS, ids=ids, viewer=viewer)


def of_reader(tx: Tx, viewer: AccountId, limit: int, now: Millis) -> list[ReaderRow]:
    """What the viewer is or was asked to read: what is owed first, the urgent before the others, newest first."""
    return tx.rows(_OF_READER, viewer=viewer, limit=limit, now=now)


def by_post(tx: Tx, post: PostId) -> AnnouncementRow | None:
    """What the post asks; None for one that is no must-read."""
    return tx.row(_BY_POST, post=post)


def written_here(tx: Tx, limit: int) -> list[AnnouncementRow]:
    """Those of this node, newest first."""
    return tx.rows(_BY_AUTHORS, limit=limit)


def current(tx: Tx, limit: int, now: Millis) -> list[AnnouncementRow]:
    """All that are to be read now, of any node, newest first."""
    return tx.rows(_CURRENT, limit=limit, now=now)


def insert(tx: Tx, row: AnnouncementRow) -> bool:
    """Keep a new one; False if the post has one."""
    return tx.run(_INSERT, **{name: getattr(row, name) for name in row.__struct_fields__}) == 1


def rewrite(tx: Tx, row: AnnouncementRow) -> None:
    """Keep another version of it, or other words under the same."""
    tx.run(
        _REWRITE,
        post_id=row.post_id,
        version=row.version,
        statement=row.statement,
        audience=row.audience,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        version_at=row.version_at,
        answers=row.answers,
        said_at=row.said_at,
    )


def mark_left(tx: Tx, post: PostId) -> bool:
    """Note that it was said who is left of this version; False if it was."""
    return tx.run(_MARK_LEFT, post=post) == 1


def mark_nobody_left(tx: Tx, post: PostId) -> None:
    """Note that nothing was said of who is left: it is asked anew."""
    tx.run(_MARK_NOBODY_LEFT, post=post)


def end_at(tx: Tx, post: PostId, until: Millis) -> None:
    """Have it asked until then."""
    tx.run(_END_AT, post=post, until=until)


def urgent_since(tx: Tx, host: str, since: Millis) -> int:
    """How many urgent ones a node sent since then."""
    return tx.value(_URGENT_SINCE, host=host, since=since)


def keep_texts(tx: Tx, post: PostId, version: int, digests: dict[str, str]) -> None:
    """Note which text was shown in which language."""
    tx.many(
        _TEXT,
        [{"post": post, "version": version, "language": one, "digest": digests[one]} for one in digests],
    )


def was_shown(tx: Tx, post: PostId, version: int, language: str, digest: str) -> bool:
    """Whether that text was shown under the version."""
    return tx.value(_WAS_SHOWN, post=post, version=version, language=language, digest=digest) == 1


def has_version(tx: Tx, post: PostId, version: int) -> bool:
    """Whether there was such a version."""
    return tx.value(_VERSIONS_SHOWN, post=post, version=version) > 0
