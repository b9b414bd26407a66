"""Who confirmed which version of an announcement, in figures; names are for this node alone."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId


class CountRow(Row, frozen=True, kw_only=True):
    """Figures of one node about one version. `seen`: who had it before their eyes."""

    host: str
    version: int
    asked: int
    seen: int
    acknowledged: int
    questions: int
    at: Millis


class AnswerRow(Row, frozen=True, kw_only=True):
    """An acknowledgement: of which version, in which language, of which text."""

    version: int
    language: str
    digest: str
    question: bool
    at: Millis


_CONFIRM = Query(
    None,
    """
    INSERT INTO acknowledgements (post_id, version, account_id, language, digest, question, at)
    VALUES (:post, :version, :account, :language, :digest, :question, :now)
    ON CONFLICT (post_id, version, account_id) DO NOTHING""",
)
_UNDERSTOOD = Query(
    None,
    """
    UPDATE acknowledgements SET question = 0, at = :now, language = :language, digest = :digest
    WHERE post_id = :post AND version = :version AND account_id = :account AND question = 1""",
)
_OF = Query(
    AnswerRow,
    """
    SELECT version, language, digest, question, at FROM acknowledgements
    WHERE post_id = :post AND account_id = :account ORDER BY version""",
)
_OWN = Query(
    CountRow,
    """
    SELECT '' AS host, w.version, COUNT(k.account_id) AS asked,
        COUNT(CASE WHEN k.seen_at IS NOT NULL OR c.at IS NOT NULL THEN 1 END) AS seen,
        COUNT(CASE WHEN c.question = 0 THEN 1 END) AS acknowledged,
        COUNT(CASE WHEN c.question = 1 THEN 1 END) AS questions, CAST(:now AS BIGINT) AS at
    FROM announcements AS w
    LEFT JOIN announcement_asked AS k ON k.post_id = w.post_id
    LEFT JOIN acknowledgements AS c
        ON c.post_id = k.post_id AND c.version = w.version AND c.account_id = k.account_id
    WHERE w.post_id = :post
    GROUP BY w.version""",
)
_EARLIER = Query(
    CountRow,
    """
    SELECT '' AS host, c.version, (SELECT COUNT(*) FROM announcement_asked AS k WHERE k.post_id = :post) AS asked,
        COUNT(*) AS seen, COUNT(CASE WHEN c.question = 0 THEN 1 END) AS acknowledged,
        COUNT(CASE WHEN c.question = 1 THEN 1 END) AS questions, MAX(c.at) AS at
    FROM acknowledgements AS c
    WHERE c.post_id = :post AND c.version < :version
    GROUP BY c.version
    ORDER BY c.version DESC""",
)
_TAKE = Query(
    None,
    """
    INSERT INTO announcement_counts (post_id, host, version, asked, seen, acknowledged, questions, at)
    VALUES (:post, :host, :version, :asked, :seen, :acknowledged, :questions, :at)
    ON CONFLICT (post_id, host, version) DO UPDATE
    SET asked = :asked, seen = :seen, acknowledged = :acknowledged, questions = :questions, at = :at
    WHERE announcement_counts.at < :at""",
)
_TOLD = Query(
    CountRow,
    """
    SELECT n.host, n.version, n.asked, n.seen, n.acknowledged, n.questions, n.at
    FROM announcement_counts AS n
    WHERE n.post_id = :post
    ORDER BY n.version DESC, n.host""",
)


def confirm(
    tx: Tx, post: PostId, version: int, account: AccountId, language: str, digest: str, now: Millis, *, question: bool
) -> bool:
    """Somebody answers a version, once; who had a question may confirm later. False if nothing changed."""
    said = {"post": post, "version": version, "account": account, "language": language, "digest": digest, "now": now}
    if tx.run(_CONFIRM, question=question, **said) == 1:
        return True
    return not question and tx.run(_UNDERSTOOD, **said) == 1


def of(tx: Tx, post: PostId, account: AccountId) -> list[AnswerRow]:
    """What somebody answered, version by version."""
    return tx.rows(_OF, post=post, account=account)


def own(tx: Tx, post: PostId, now: Millis) -> CountRow | None:
    """The figures of this node about the present version."""
    return tx.row(_OWN, post=post, now=now)


def earlier(tx: Tx, post: PostId, version: int) -> list[CountRow]:
    """The figures of this node about the versions before, the newest first; `asked` is who is asked by now."""
    return tx.rows(_EARLIER, post=post, version=version)


def take(tx: Tx, post: PostId, row: CountRow) -> bool:
    """Keep what another node says; False for what is no newer."""
    return tx.run(
        _TAKE,
        post=post,
        host=row.host,
        version=row.version,
        asked=row.asked,
        seen=row.seen,
        acknowledged=row.acknowledged,
        questions=row.questions,
        at=row.at,
    ) == 1  # fmt: skip


def told(tx: Tx, post: PostId) -> list[CountRow]:
    """What the other nodes said, the newest version first."""
    return tx.rows(_TOLD, post=post)
