"""One document as some kind of server writes it, and what must come out of it here.

The documents are our own: only their shape (which properties, in which writing) is that of the servers named.
"""

import json
from typing import Any, NamedTuple

import msgspec

from federation import translate
from federation.document import BadDocument, decode, type_of
from federation.read.actors import read_actor
from federation.read.posts import read_post
from federation.vocabulary import ACTOR_KINDS
from storage.ids import Millis
from tests.world import NOON

AS = "https://www.w3.org/ns/activitystreams"
PUBLIC = AS + "#Public"
LIMIT = 100_000

Fields = dict[str, Any]


class Shape(msgspec.Struct, frozen=True):
    """A document and what is expected of it; of what is expected nothing may be missing, more may be there."""

    name: str
    document: Fields
    expected: Fields


def shapes(base: Fields, **cases: tuple[Fields, Fields]) -> list[Shape]:
    """Shapes that differ from one document of the server by some fields; None takes a field away."""
    return [
        Shape(
            name.replace("_", " "),
            {key: value for key, value in (base | changes).items() if value is not ...},
            expected,
        )
        for name, (changes, expected) in cases.items()
    ]


def outcome(document: Fields) -> Fields:
    """What this node makes of a document, in words that a table can hold."""
    try:
        fields = decode(json.dumps(document).encode())
        return _actor(fields) if type_of(fields, ACTOR_KINDS) else _post(fields)
    except BadDocument as refusal:
        return {"refused": refusal.reason}


def _actor(fields: Fields) -> Fields:
    read = read_actor(fields)
    kept = translate.remote_actor(read)
    return {
        "actor": kept.uri,
        "kind": kept.kind.value,
        "name": kept.username,
        "title": kept.display_name,
        "html": kept.note_html,
        "url": kept.url,
        "inbox": kept.inbox_url,
        "shared": kept.shared_inbox_url,
        "followers": kept.followers_url,
        "avatar": kept.avatar_url,
        "header": kept.header_url,
        "locked": kept.locked,
        "fields": [(field.name, field.html) for field in kept.fields],
        "aliases": list(read.also_known_as),
        "moved": read.moved_to,
        "emojis": [emoji.name for emoji in read.emojis],
        "key": kept.key_id,
        "featured": read.featured,
        "suspended": read.is_suspended,
    }


class Author(NamedTuple):
    """Whoever wrote it, by ids."""

    uri: str
    followers_url: str
    following_url: str


def _post(fields: Fields) -> Fields:
    post = read_post(fields)
    followers = f"{post.author}/followers"
    words = translate.words(post, LIMIT)
    to = translate.addressed(post, followers)
    kept = translate.received(post, words, to, Author(post.author, followers, ""), {}, Millis(NOON))
    return {
        "post": kept.uri,
        "kind": kept.kind,
        "author": post.author,
        "title": kept.title,
        "html": kept.html,
        "spoiler": kept.spoiler,
        "sensitive": kept.sensitive,
        "visibility": kept.visibility.value,
        "language": kept.language,
        "url": kept.url,
        "parent": kept.parent_uri,
        "edited": kept.edited_at is not None,
        "published": kept.published_at,
        "mentions": list(to.everybody),
        "tags": list(kept.tags),
        "emojis": [emoji.name for emoji in post.emojis],
        "media": [(one.remote_url, one.description) for one in kept.media],
        "conversation": post.conversation,
        "replies": post.replies,
        "claims": (post.likes_total, post.shares_total, post.replies_total),
        "versions": [(version.language, version.content) for version in post.languages],
        "options": [] if post.poll is None else [option.name for option in post.poll.options],
        "vote": translate.is_vote(post),
        "gathering": None if kept.gathering is None else msgspec.structs.asdict(kept.gathering),
    }
