"""Fixtures of the engine's tests."""

from __future__ import annotations

import pytest

from storage.engine.database import Database, Tx
from storage.engine.statement import schema_for, split
from tests.storage.ships import SCHEMA


@pytest.fixture
async def ships(db: Database) -> Database:
    """The tables of these tests, beside the node's own."""

    def create(tx: Tx) -> None:
        for statement in split(schema_for(tx.engine, SCHEMA)):
            tx.statement(statement)

    await db.write(create)
    return db
