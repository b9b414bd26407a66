"""What the database can refuse, the same classes on SQLite and PostgreSQL.

    StorageError
    ├── StorageFull            no space: the disk, a quota or `max_page_count`
    ├── StorageBusy            locked by somebody else for longer than we wait
    ├── StorageUnavailable     connection lost, input/output error, damaged file, closed
    │   └── CommitUnknown      lost during COMMIT: nobody knows whether it was kept (PostgreSQL)
    ├── DatabaseInUse          another process has the SQLite database open as a node
    ├── ReadOnly               a write inside `Database.read`
    ├── BadValue               a parameter that the database cannot hold
    ├── TransactionFailed      a statement failed, and the function went on as if it had not
    └── ConstraintViolation    the schema says no
        ├── UniqueViolation
        ├── ForeignKeyViolation
        ├── NotNullViolation
        └── CheckViolation

The engine's own exception is always the `__cause__`.
Messages are for the operator's log, never for a person's screen: they may name tables.
"""

from __future__ import annotations


class StorageError(Exception):
    """Anything that the database refuses."""


class StorageFull(StorageError):
    """There is no space left; nothing of the command was kept."""


class StorageBusy(StorageError):
    """Somebody else held a lock for too long; the same command may pass later."""


class StorageUnavailable(StorageError):
    """The database cannot be reached or read."""


class CommitUnknown(StorageUnavailable):
    """The connection to PostgreSQL was lost during COMMIT: nobody knows whether the command was kept."""


class DatabaseInUse(StorageError):
    """Another process has this SQLite database open as a node."""


class ReadOnly(StorageError):
    """A function that was given to `Database.read` tried to write."""


class BadValue(StorageError):
    """A parameter that the database cannot hold: too large, a NUL or half a character in text."""


class TransactionFailed(StorageError):
    """A statement failed and the function swallowed it; use `Tx.savepoint` or ON CONFLICT."""


class ConstraintViolation(StorageError):
    """The schema refuses the row."""


class UniqueViolation(ConstraintViolation):
    """A row with this key exists."""


class ForeignKeyViolation(ConstraintViolation):
    """The row points to one that does not exist, or is still pointed to."""


class NotNullViolation(ConstraintViolation):
    """A value is missing."""


class CheckViolation(ConstraintViolation):
    """A value is outside what the schema allows."""
