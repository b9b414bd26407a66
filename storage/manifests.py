"""The manifest of the group as this node has taken it, and the keys with which the node signs for its entity."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis


class ManifestRow(Row, frozen=True, kw_only=True):
    """One version, as it was signed."""

    version: int
    valid_from: Millis
    body: str
    taken_at: Millis


class NodeKeyRow(Row, frozen=True, kw_only=True):
    """A key of this node's entity."""

    public_key: str
    private_pem: str
    created_at: Millis


_COLUMNS = ManifestRow.columns("m")
_ACTIVE = Query(
    ManifestRow,
    f"SELECT {_COLUMNS} FROM manifests AS m WHERE m.valid_from <= :now ORDER BY m.version DESC LIMIT 1",
)
_LATEST = Query(ManifestRow, f"SELECT {_COLUMNS} FROM manifests AS m ORDER BY m.version DESC LIMIT 1")
_BEFORE = Query(ManifestRow, f"SELECT {_COLUMNS} FROM manifests AS m WHERE m.version < :version ORDER BY m.version")
_TAKE = Query(
    None,
    """
    INSERT INTO manifests (version, valid_from, body, taken_at) VALUES (:version, :valid_from, :body, :now)
    ON CONFLICT (version) DO NOTHING""",
)
_NODE_KEY = Query(
    NodeKeyRow,
    f"SELECT {NodeKeyRow.columns('k')} FROM node_keys AS k ORDER BY k.created_at DESC, k.public_key LIMIT 1",
)
_ADD_KEY = Query(
    None,
    """
    INSERT INTO node_keys (public_key, private_pem, created_at) VALUES (:public_key, :private_pem, :now)
    ON CONFLICT (public_key) DO NOTHING""",
)


def active(tx: Tx, now: Millis) -> ManifestRow | None:
    """The version in force."""
    return tx.row(_ACTIVE, now=now)


def latest(tx: Tx) -> ManifestRow | None:
    """The highest version, in force or not yet."""
    return tx.row(_LATEST)


def before(tx: Tx, version: int) -> list[ManifestRow]:
    """Every version that this one replaced."""
    return tx.rows(_BEFORE, version=version)


def take(tx: Tx, version: int, valid_from: Millis, body: str, now: Millis) -> bool:
    """Keep a version; False if there is one of that number."""
    return tx.run(_TAKE, version=version, valid_from=valid_from, body=body, now=now) == 1


def node_key(tx: Tx) -> NodeKeyRow | None:
    """The key that signs now."""
    return tx.row(_NODE_KEY)


def add_key(tx: Tx, public_key: str, private_pem: str, now: Millis) -> None:
    """Sign with this key from now on."""
    tx.run(_ADD_KEY, public_key=public_key, private_pem=private_pem, now=now)
