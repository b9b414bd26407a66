"""Posts of other nodes that thank people: whom, and for what value; those of here are asked whether it may be shown.

What people here do with kudos: `social/recognition/kudos.py`.
"""

import msgspec

from social.recognition import facts
from storage import accounts, relations
from storage import kudos as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow
from storage.visibility import Visibility

MOST = 8
"""People thanked by one post."""
VALUE_LIMIT = 60


class SaidKudos(msgspec.Struct, frozen=True, kw_only=True):
    """What a post of another node says: the value, and the ids of the actors whom it thanks."""

    value: str
    thanked: tuple[str, ...]


def receive(tx: Tx, row: PostRow, author: AccountRow, said: SaidKudos | None, *, now: Millis) -> None:
    """A post of another node of the group says that it thanks people: those that it names count, never its author."""
    if said is None or row.visibility is not Visibility.PUBLIC or not facts.is_of_group(tx, author.domain, now=now):
        return
    value = said.value.strip()[:VALUE_LIMIT]
    found = [accounts.by_uri(tx, uri) for uri in dict.fromkeys(said.thanked[:MOST])]
    thanked = [one for one in found if one is not None and one.id != author.id]
    if not value or not thanked:
        return
    rows.mark(tx, row.id, value, [one.id for one in thanked])
    for one in thanked:
        between = relations.blocks(tx, one.id, author.id)
        if not between.is_blocking and not between.is_blocked:
            ask(tx, row, one, now)


def ask(tx: Tx, row: PostRow, thanked: AccountRow, now: Millis) -> None:
    """Somebody whom the post thanks is asked, if they are of here. Twice is once."""
    if thanked.is_local:
        rows.ask(tx, row.uri, thanked.id, now)
