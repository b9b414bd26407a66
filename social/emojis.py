"""Custom emoji: the node's own, which administrators add, and those that came with posts and people of elsewhere.

A text keeps `:name:`; beside it stands which pictures that meant when it was written (`written`, JSON in the row), so
that nothing has to be looked up to show it. The picture of elsewhere is fetched when somebody looks.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec

from social.errors import Invalid, NotFound
from social.governance.audit import Act, record
from social.people.names import INSTANCE_ACTOR
from social.policy import Role, Viewer, require_role
from social.posts import media
from social.posts.media import Upload, with_files
from storage import accounts as account_rows
from storage import emojis as rows
from storage import media as media_rows
from storage.emojis import EmojiRow
from storage.engine.database import Tx
from storage.ids import EmojiId, IdMaker, MediaId, Millis
from storage.media import MediaRow

MOST_IN_A_TEXT = 100
MOST_OF_A_NODE = 5_000
"""Emoji of one other node beyond which new ones are left as `:name:`."""
MOST_OFFERED = 2_000
CHANGES_APART = 3_600_000
"""Milliseconds between two pictures of one emoji of elsewhere."""
NAME = re.compile(r"[A-Za-z0-9_]{2,50}")
CATEGORY_LIMIT = 60

_CODE = re.compile(r"(?<![\w:]):([A-Za-z0-9_]{2,50}):(?![\w:])")


class Emoji(msgspec.Struct, frozen=True, array_like=True):
    """What `:name:` shows: the token of its picture's address. `mime` is empty before it was fetched."""

    name: str
    token: str
    mime: str = ""


class ReceivedEmoji(msgspec.Struct, frozen=True, kw_only=True):
    """An emoji among the tags of something of elsewhere."""

    name: str
    url: str
    updated_at: Millis = Millis(0)


_DECODER = msgspec.json.Decoder(tuple[Emoji, ...])


def shown(written: str) -> tuple[Emoji, ...]:
    """The emoji beside a text."""
    return _DECODER.decode(written) if written else ()


def written(found: Iterable[Emoji]) -> str:
    """Emoji as they are kept beside a text."""
    listed = tuple(found)
    return msgspec.json.encode(listed).decode() if listed else ""


def names_in(*texts: str) -> list[str]:
    """The names between colons, each once."""
    found = dict.fromkeys(name for text in texts for name in _CODE.findall(text))
    return list(found)[:MOST_IN_A_TEXT]


def of_texts(tx: Tx, *texts: str) -> str:
    """The node's own emoji that the texts name, as they are kept. No statement where nothing looks like one."""
    names = names_in(*texts)
    return written(_emoji(row) for row in rows.named(tx, "", names) if row.retired_at is None)


def offered(tx: Tx, viewer: Viewer, *, limit: int = MOST_OFFERED) -> list[EmojiRow]:
    """What people here may write. The viewer may be anybody."""
    return rows.offered(tx, limit)


def own(tx: Tx, viewer: Viewer) -> list[EmojiRow]:
    """All that this node has, retired ones too, for administrators. Raises Forbidden."""
    require_role(viewer, Role.ADMIN)
    return rows.own(tx)


def add(
    tx: Tx, viewer: Viewer | None, name: str, upload: Upload, *, category: str = "", ids: IdMaker, now: Millis
) -> EmojiId:
    """A new emoji of this node, or another picture for one. Raises Forbidden, Invalid. `viewer` None: the operator."""
    if viewer is not None:
        require_role(viewer, Role.ADMIN)
    if not NAME.fullmatch(name):
        raise Invalid("name", "invalid")
    if len(category) > CATEGORY_LIMIT:
        raise Invalid("category", "too_long", maximum=CATEGORY_LIMIT)
    known = rows.named(tx, "", [name])
    made = with_files(_picture(tx, None, ids, now), upload)
    media_rows.insert(tx, made)
    record(tx, viewer, Act.EMOJI_ADD, subject=f":{name}:", now=now)
    if known:
        rows.change(tx, known[0].id, made.id, category, now, now)
        return known[0].id
    id = EmojiId(ids.make())
    rows.insert(tx, id, name, "", category, made.id, now, now)
    return id


def retire(tx: Tx, viewer: Viewer | None, name: str, *, now: Millis) -> None:
    """Offer an emoji no longer; where it was written it stays. Raises Forbidden, NotFound."""
    if viewer is not None:
        require_role(viewer, Role.ADMIN)
    if not rows.retire(tx, name, now):
        raise NotFound("emoji")
    record(tx, viewer, Act.EMOJI_RETIRE, subject=f":{name}:", now=now)


def by_name(tx: Tx, name: str) -> EmojiRow:
    """An emoji of this node, also a retired one. Raises NotFound."""
    found = rows.named(tx, "", [name])
    if not found:
        raise NotFound("emoji")
    return found[0]


def receive(tx: Tx, domain: str, received: Sequence[ReceivedEmoji], *, ids: IdMaker, now: Millis) -> str:
    """Keep the emoji that something of elsewhere brought, and give them as they are kept beside it.

    A name means what the node of the author says: two nodes may have different pictures for it.
    """
    if not received:
        return ""
    wanted = {one.name: one for one in received[:MOST_IN_A_TEXT]}
    known = {row.name: row for row in rows.named(tx, domain, list(wanted))}
    fresh = [one for one in wanted.values() if one.name not in known]
    room = MOST_OF_A_NODE - rows.count(tx, domain) if fresh else 0
    found = [_changed(tx, row, wanted[row.name], ids, now) for row in known.values()]
    found += [_new(tx, domain, one, ids, now) for one in fresh[: max(room, 0)]]
    return written(sorted(found, key=lambda emoji: emoji.name))


def _changed(tx: Tx, row: EmojiRow, said: ReceivedEmoji, ids: IdMaker, now: Millis) -> Emoji:
    """The emoji with the picture that its node gives it now; where it was written before, the former one stays."""
    is_newer = said.url != row.remote_url and said.updated_at >= row.said_at and now - row.changed_at >= CHANGES_APART
    if not is_newer:
        return _emoji(row)
    picture = _picture(tx, said.url, ids, now)
    media_rows.insert(tx, picture)
    rows.change(tx, row.id, picture.id, row.category, said.updated_at, now)
    return Emoji(row.name, picture.token)


def _new(tx: Tx, domain: str, said: ReceivedEmoji, ids: IdMaker, now: Millis) -> Emoji:
    picture = _picture(tx, said.url, ids, now)
    media_rows.insert(tx, picture)
    rows.insert(tx, EmojiId(ids.make()), said.name, domain, "", picture.id, said.updated_at, now)
    return Emoji(said.name, picture.token)


def _emoji(row: EmojiRow) -> Emoji:
    return Emoji(row.name, row.token, row.mime)


def _picture(tx: Tx, url: str | None, ids: IdMaker, now: Millis) -> MediaRow:
    """A picture that belongs to the node itself: no person's end takes it away."""
    node = account_rows.by_name(tx, INSTANCE_ACTOR, "")
    if node is None:
        raise NotFound("account")
    return media.elsewhere(MediaId(ids.make()), node.id, "emoji", url, now)
