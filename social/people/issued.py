"""Tokens as they are given out: kept as a hash, and the same again to an application that has one already."""

import msgspec

from social.people.scopes import parse_scopes
from social.people.tokens import new_token, opened, sealed, token_digest
from storage import grants as rows
from storage.engine.database import Tx
from storage.grants import AppRow
from storage.ids import AppId, IdMaker, Millis, TokenId, UserId


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh token; shown this once."""

    token: str
    scopes: str
    created_at: Millis
    app: AppRow


def issue(tx: Tx, app: AppId, user: UserId | None, scopes: str, *, ids: IdMaker, now: Millis) -> str:
    """A token without further questions: for the command line and for whoever has just joined."""
    token = new_token()
    wanted = " ".join(parse_scopes(scopes))
    rows.insert_token(tx, TokenId(ids.make()), token_digest(token), app, user, wanted, now)
    return token


def give(
    tx: Tx, app: AppRow, user: UserId | None, scopes: str, ids: IdMaker, now: Millis, *, secret: str | None = None
) -> tuple[TokenId, Token]:
    """A token; the one that the application has already of the person for these scopes, if it can be read again.

    Only a hash of a token is kept. Beside it stands the token encrypted with the application's own secret, of which
    the node keeps a hash as well: whoever reads the database reads no token.
    """
    found = rows.sealed(tx, user, app.id, scopes) if user is not None and secret else None
    if found is not None and secret:
        known = opened(secret, found.sealed)
        if known is not None:
            return found.id, Token(token=known, scopes=scopes, created_at=found.created_at, app=app)
    token, id = new_token(), TokenId(ids.make())
    kept = sealed(secret, token) if user is not None and secret else None
    rows.insert_token(tx, id, token_digest(token), app.id, user, scopes, now, kept)
    return id, Token(token=token, scopes=scopes, created_at=now, app=app)
