"""Failing every statement once, as SQLite's own tests do.

    await every_statement_fails_once(db, lambda: db.write(publish, …), check)

The call is made with its first statement failing, then its second, and so on, until it passes.
COMMIT counts as a statement.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

from storage.engine.database import Database, StorageError

T = TypeVar("T")
Check = Callable[[], Awaitable[None] | None]
LIMIT = 500


class StatementFailed(StorageError):
    """The statement that the test chose."""


async def every_statement_fails_once(
    db: Database, make_call: Callable[[], Awaitable[T]], check: Check | None = None
) -> T:
    """The result of the run that passes; `check` is called after each run that does not.

    A run may raise or not: code that survives a failed statement is checked too.
    """
    for number in range(1, LIMIT):
        seen = 0

        def fail_at(_: int, sql: str, number: int = number) -> None:
            nonlocal seen
            seen += 1
            if seen == number:
                raise StatementFailed(f"statement {number} of the run: {sql}")

        db.fail_at = fail_at
        try:
            result = await make_call()
        except StatementFailed:
            pass
        else:
            if seen < number:
                return result
        finally:
            db.fail_at = None
        if check is not None:
            checked = check()
            if inspect.isawaitable(checked):
                await checked
    raise AssertionError(f"the call still meets new statements after {LIMIT} runs")
