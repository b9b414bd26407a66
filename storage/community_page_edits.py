"""What people here wrote on pages that are kept at another node: until its host has taken it, or because it did not."""

from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis

EditId = NewType("EditId", int)


class EditRow(Row, frozen=True, kw_only=True):
    """One writing, of the `version` that it would be; `refused`: why the host did not take it."""

    id: EditId
    uri: str
    community_id: AccountId
    account_id: AccountId
    page_uri: str
    version: int
    title: str
    source: str
    refused: str = ""
    created_at: Millis

    @property
    def is_new(self) -> bool:
        """It begins a page."""
        return self.page_uri == self.uri


_COLUMNS = EditRow.columns("e")
_OF = Query(
    EditRow,
    f"""
    SELECT {_COLUMNS} FROM community_page_edits AS e
    WHERE e.account_id = :account AND e.community_id = :community ORDER BY e.id""",
    hot=True,
)
_ONE = Query(EditRow, f"SELECT {_COLUMNS} FROM community_page_edits AS e WHERE e.id = :id", hot=True)
_BY_URI = Query(EditRow, f"SELECT {_COLUMNS} FROM community_page_edits AS e WHERE e.uri = :uri", hot=True)
_INSERT = Query(
    None,
    """
    INSERT INTO community_page_edits (
        id, uri, community_id, account_id, page_uri, version, title, source, refused, created_at)
    VALUES (:id, :uri, :community_id, :account_id, :page_uri, :version, :title, :source, :refused, :created_at)""",
)
_REFUSE = Query(None, "UPDATE community_page_edits SET refused = :why WHERE id = :id AND refused = ''")
_DROP = Query(None, "DELETE FROM community_page_edits WHERE id = :id")


def of(tx: Tx, account: AccountId, community: AccountId) -> list[EditRow]:
    """What somebody wrote on pages of a community and what is not on them (yet), the oldest first."""
    return tx.rows(_OF, account=account, community=community)


def one(tx: Tx, id: EditId) -> EditRow | None:
    """One of them."""
    return tx.row(_ONE, id=id)


def by_uri(tx: Tx, uri: str) -> EditRow | None:
    """The one of that id on the wire."""
    return tx.row(_BY_URI, uri=uri)


def insert(tx: Tx, row: EditRow) -> None:
    """Keep what was written."""
    tx.run(_INSERT, **{name: getattr(row, name) for name in EditRow.__struct_fields__})


def refuse(tx: Tx, id: EditId, why: str) -> bool:
    """The host did not take it; False if that was known."""
    return tx.run(_REFUSE, id=id, why=why) == 1


def drop(tx: Tx, id: EditId) -> None:
    """It is on the page, or not wanted any more."""
    tx.run(_DROP, id=id)
