"""States that moderators put accounts into, and what goes with them."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId


class FilesRow(Row, frozen=True, kw_only=True):
    """Where the files of a picture lie."""

    file_key: str | None
    small_key: str | None


class InboxRow(Row, frozen=True, kw_only=True):
    """An inbox that everything for a node may go to."""

    inbox_url: str


_SILENCE = Query(
    None,
    "UPDATE accounts SET silenced_at = :now, revision = revision + 1 WHERE id = :id AND silenced_at IS NULL",
)
_UNSILENCE = Query(
    None,
    "UPDATE accounts SET silenced_at = NULL, revision = revision + 1 WHERE id = :id AND silenced_at IS NOT NULL",
)
_SENSITIZE = Query(
    None,
    "UPDATE accounts SET sensitized_at = :now, revision = revision + 1 WHERE id = :id AND sensitized_at IS NULL",
)
_UNSENSITIZE = Query(
    None,
    "UPDATE accounts SET sensitized_at = NULL, revision = revision + 1 WHERE id = :id AND sensitized_at IS NOT NULL",
)
_SHOW_ROLE = Query(None, "UPDATE accounts SET role = :role, revision = revision + 1 WHERE id = :id AND role <> :role")
_HUSH = Query(
    None,
    """
    UPDATE accounts SET host_silenced = :on, revision = revision + 1
    WHERE domain IN (:domains[]) AND domain <> '' AND host_silenced <> :on""",
)
_DOMAINS = Query(str, "SELECT DISTINCT a.domain FROM accounts AS a WHERE a.domain <> '' ORDER BY a.domain")
_HIDE_POST = Query(
    None,
    """
    UPDATE posts SET sensitive = 1, revision = revision + 1, edited_at = CAST(:edited_at AS BIGINT)
    WHERE id = :id AND sensitive = 0""",
)
_FILES = Query(FilesRow, "SELECT m.file_key, m.small_key FROM media AS m WHERE m.account_id = :account", hot=True)
_KNOWN_INBOXES = Query(
    InboxRow,
    """
    SELECT DISTINCT COALESCE(NULLIF(a.shared_inbox_url, ''), a.inbox_url) AS inbox_url
    FROM accounts AS a WHERE a.domain <> '' AND a.deleted_at IS NULL
    ORDER BY inbox_url""",
)


def silence(tx: Tx, id: AccountId, now: Millis) -> bool:
    """Keep the account from strangers; False if it was so."""
    return tx.run(_SILENCE, id=id, now=now) == 1


def unsilence(tx: Tx, id: AccountId) -> bool:
    """Let it be heard again; False if it was so."""
    return tx.run(_UNSILENCE, id=id) == 1


def sensitize(tx: Tx, id: AccountId, now: Millis) -> bool:
    """Hide the pictures of all its posts behind a word; False if it was so."""
    return tx.run(_SENSITIZE, id=id, now=now) == 1


def unsensitize(tx: Tx, id: AccountId) -> bool:
    """Show its pictures again; False if it was so."""
    return tx.run(_UNSENSITIZE, id=id) == 1


def show_role(tx: Tx, id: AccountId, role: str) -> None:
    """The role that is shown beside the name; empty for none."""
    tx.run(_SHOW_ROLE, id=id, role=role)


def hush(tx: Tx, domains: Sequence[str], *, on: bool) -> None:
    """Keep all accounts of these nodes from strangers, or let them be heard again."""
    if domains:
        tx.run(_HUSH, domains=domains, on=on)


def domains(tx: Tx) -> list[str]:
    """The nodes of which accounts are known."""
    return tx.rows(_DOMAINS)


def hide_post(tx: Tx, id: PostId, edited_at: Millis | None) -> bool:
    """Hide the pictures of a post behind a word; False if it was so."""
    return tx.run(_HIDE_POST, id=id, edited_at=edited_at) == 1


def files(tx: Tx, account: AccountId) -> list[str]:
    """Keys of all files of an account."""
    rows = tx.rows(_FILES, account=account)
    return list(dict.fromkeys(key for row in rows for key in (row.file_key, row.small_key) if key))


def known_inboxes(tx: Tx) -> list[str]:
    """Every node's inbox that is known here, each once."""
    return [row.inbox_url for row in tx.rows(_KNOWN_INBOXES) if row.inbox_url]
