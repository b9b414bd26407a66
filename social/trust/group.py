"""Which nodes are of the group: by the manifest in force, and nobody else's word."""

from functools import lru_cache

from social.trust.manifest import read_manifest
from storage import manifests
from storage.engine.database import Tx
from storage.ids import Millis


def domains(tx: Tx, now: Millis) -> frozenset[str]:
    """The hosts of the group's nodes; none where no manifest is in force."""
    row = manifests.active(tx, now)
    return frozenset() if row is None else _domains(row.body)


@lru_cache(maxsize=2)
def _domains(manifest: str) -> frozenset[str]:
    return read_manifest(manifest).domains
