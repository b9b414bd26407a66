"""Where accounts moved to, put into an answer at its very end.

An account names in `moved` only an id, wherever it is embedded: so what is kept of accounts and posts stays true when
the new account changes, and a page without anybody who moved, which is nearly every page, asks for nothing more.
"""

import re
from collections.abc import Callable

from msgspec import Raw

from storage import accounts as rows
from storage.accounts import AccountRow
from storage.engine.database import Database
from storage.ids import AccountId

_SIGN = b',"moved":{"$":'
"""Quotes inside texts are escaped: nobody can write this into an answer."""
_PLACE = re.compile(rb',"moved":\{"\$":(\d+)\}')


def place(account: AccountId) -> Raw:
    """What stands for the account that another one moved to."""
    return Raw(b'{"$":%d}' % account)


def has_places(body: bytes) -> bool:
    """Whether somebody in it moved."""
    return _SIGN in body


async def filled(body: bytes, db: Database, face: Callable[[AccountRow], Raw]) -> bytes:
    """The answer with the accounts themselves, one level deep; one that is gone or hidden is left out."""
    ids = sorted({AccountId(int(found)) for found in _PLACE.findall(body)})
    found = {
        row.id: _PLACE.sub(b"", bytes(face(row)))
        for row in await db.read(rows.by_ids, ids)
        if row.deleted_at is None and row.suspended_at is None
    }

    def account(match: re.Match[bytes]) -> bytes:
        shown = found.get(AccountId(int(match[1])))
        return b"" if shown is None else b',"moved":%b' % shown

    return _PLACE.sub(account, body)
