"""Finding people and hashtags. Addresses of other nodes are looked up by the faces first (`node.remote`)."""

from social.people import names
from social.policy import Viewer
from social.text import tag_normal
from storage import search as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.search import TagFoundRow as TagFound

_LONGEST = 200


def people(
    tx: Tx, viewer: Viewer, q: str, *, limit: int = 40, offset: int = 0, following: bool = False
) -> list[AccountRow]:
    """Accounts of which each word of `q` begins a word of name, user name or job; for `@name@node`, those it begins.

    Exact user names first, then whom the viewer follows, then people of this node. `following`: only those followed.
    Accounts that do not want to be found are found by their whole user name, and by their followers.
    """
    asked = q.strip()[:_LONGEST]
    name, at, domain = asked.removeprefix("@").casefold().partition("@")
    if at and name and not any(letter.isspace() for letter in asked):
        return rows.by_handle(tx, viewer.account, name, domain, limit, offset, following=following)
    words = names.words(asked)
    if not words:
        return []
    return rows.by_words(tx, viewer.account, words, name, limit, offset, following=following)


def tags(tx: Tx, viewer: Viewer, q: str, *, limit: int = 20, offset: int = 0) -> list[TagFound]:
    """Hashtags that begin with `q`, used in a public post that the viewer may see; the exact one first."""
    name = tag_normal(q.strip())
    return [] if name is None else rows.tags(tx, viewer.account, name, limit, offset)
