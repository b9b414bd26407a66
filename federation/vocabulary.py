"""ActivityStreams 2.0 as it is spoken here: the structs that a peer's documents become, their limits, our context.

Made by `federation/read/`, from documents that came through the guarded decoder. Ids are absolute URLs that were
checked; texts are what the peer wrote, HTML not yet made safe; times are milliseconds UTC. A struct says what a
document claims: who may claim it is decided by whoever knows where the document came from.
"""

from typing import Any

import msgspec

from federation.article_words import LongForm
from federation.communities.said import Community
from federation.gathering_words import Gathering
from social.posts.thanks import SaidKudos
from social.recognition.facts import Facts

CONTEXT_URL = "https://www.w3.org/ns/activitystreams"
PUBLIC = CONTEXT_URL + "#Public"
SECURITY_CONTEXT_URL = "https://w3id.org/security/v1"
MULTIKEY_CONTEXT_URL = "https://w3id.org/security/multikey/v1"
PROOF_CONTEXT_URL = "https://w3id.org/security/data-integrity/v2"

ACTOR_KINDS = frozenset({"Person", "Service", "Group", "Application", "Organization"})
# A vote is a Note, a message of Pleroma's chats a direct one. The others are shown as title, summary and link.
POST_KINDS = frozenset(
    {"Note", "Question", "Article", "Page", "Event", "Image", "Video", "Audio", "Document", "ChatMessage"}
)
# Objects that are no posts whatever they say. What is neither here nor known is shown by its title, summary and link.
NO_POSTS = (
    ACTOR_KINDS
    | frozenset({"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"})
    | frozenset({"Link", "Mention", "Hashtag", "Emoji", "PropertyValue", "Place", "Profile", "Relationship"})
    | frozenset({"Tombstone", "Key", "Multikey", "QuoteAuthorization", "LikeApproval", "ReplyApproval"})
    | frozenset({"LikeAuthorization", "ReplyAuthorization", "AnnounceAuthorization"})
    | frozenset({"AnnounceApproval", "Activity", "IntransitiveActivity"})
    | frozenset({"CommunityPage", "CommunityChange"})
)
COLLECTION_KINDS = frozenset({"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"})

# What Mastodon keeps, so that nobody's text is cut here who is read there (FEDERATION.md of Mastodon).
MAX_NAME = 2048
MAX_PROFILE_TEXT = 20_000
MAX_PROFILE_FIELDS = 50
MAX_FIELD_TEXT = 2047
MAX_ALIASES = 256
MAX_KEYS = 10
MAX_OPTIONS = 500
MAX_OPTION_TEXT = 2048
MAX_DESCRIPTION = 10_000
MAX_ATTACHMENTS = 16
MAX_MENTIONS = 100
MAX_HASHTAGS = 100
MAX_HASHTAG = 100
MAX_EMOJIS = 100
MAX_EMOJI = 200
MAX_REACTION = 100
MAX_TITLE = 2048
MAX_OBJECTS = 100
MAX_LANGUAGES = 16


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """An image that belongs to something: avatar, header, the picture of an article."""

    url: str
    media_type: str | None = None
    description: str = ""


class Emoji(msgspec.Struct, frozen=True, kw_only=True):
    """A custom emoji; `name` is without colons."""

    name: str
    url: str
    media_type: str | None = None
    updated: int | None = None


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A person named in a text; `href` is the actor's id."""

    href: str
    name: str


class Hashtag(msgspec.Struct, frozen=True, kw_only=True):
    """A tag of a text; `name` is without the sign."""

    name: str


class ProfileField(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a profile's table; the value may be HTML."""

    name: str
    value: str


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that an actor lists as its own."""

    id: str
    owner: str
    pem: str


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody or something that acts. All collections and inboxes are on the origin of `id`.

    `name` is the login name (`preferredUsername`), `title` what is shown; `webfinger` the handle that the actor
    claims itself (FEP-2c59), to be checked like any other.
    """

    id: str
    kind: str
    name: str
    inbox: str
    title: str = ""
    summary: str = ""
    url: str | None = None
    shared_inbox: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    featured: str | None = None
    featured_tags: str | None = None
    avatar: Picture | None = None
    header: Picture | None = None
    keys: tuple[PublicKey, ...] = ()
    fields: tuple[ProfileField, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    is_locked: bool = False
    is_discoverable: bool = False
    is_indexable: bool = False
    is_memorial: bool = False
    is_suspended: bool = False
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    published: int | None = None
    webfinger: str | None = None
    job: str = ""
    team: str = ""
    language: str | None = None
    facts: Facts | None = None
    """What the document says for the nodes of its group; None: it says nothing about it."""
    community: Community | None = None


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a post. `focus` is (x, y) from -1 to 1, y upwards; `duration` in ms; `preview`: its picture."""

    url: str
    media_type: str | None = None
    description: str = ""
    blurhash: str | None = None
    width: int | None = None
    height: int | None = None
    focus: tuple[float, float] | None = None
    duration: int | None = None
    preview: str | None = None


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a poll; `votes` is the author's server's claim."""

    name: str
    votes: int


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    """What a Question asks. Without `ends_at` it does not end by itself."""

    options: tuple[Option, ...]
    is_multiple: bool
    is_closed: bool = False
    ends_at: int | None = None
    voters: int | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What a post says in one further language; what is None is as in the post."""

    language: str
    content: str | None = None
    title: str | None = None
    summary: str | None = None


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What a post quotes. `stamp`: by what its author agrees, it says; `is_legacy`: in a word that knows no consent."""

    id: str
    stamp: str | None = None
    is_legacy: bool = False


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """Who may do something at once, and who may ask: ids of actors and collections."""

    automatic: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()


class Permissions(msgspec.Struct, frozen=True, kw_only=True):
    """The interaction policy of a post; what is None was not spoken of."""

    quote: Permission | None = None
    like: Permission | None = None
    reply: Permission | None = None
    announce: Permission | None = None


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """A QuoteAuthorization: `author` agrees that `target`, which is theirs, is quoted in `interacting`."""

    id: str
    author: str
    interacting: str
    target: str


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """Anything that shows as a post. The author is on the origin of `id`.

    `media_type` is that of `content`. `link` is the page that the post is about (its preview card). `languages` are
    further versions. The totals are the claims of the author's node; `replies` is its collection of answers.
    """

    id: str
    kind: str
    author: str
    content: str = ""
    media_type: str = "text/html"
    title: str | None = None
    summary: str | None = None
    language: str | None = None
    is_sensitive: bool = False
    url: str | None = None
    link: str | None = None
    image: Picture | None = None
    published: int | None = None
    updated: int | None = None
    in_reply_to: str | None = None
    conversation: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    hashtags: tuple[Hashtag, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    poll: Poll | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    place: str | None = None
    languages: tuple[Version, ...] = ()
    replies: str | None = None
    likes_total: int | None = None
    shares_total: int | None = None
    replies_total: int | None = None
    quote: Quote | None = None
    permissions: Permissions = Permissions()
    must_read: dict[str, Any] | None = None
    """What the author's node signed about who is asked to read it."""
    gathering: Gathering | None = None
    kudos: SaidKudos | None = None
    article: LongForm | None = None
    topic: str | None = None
    """The id of a topic of the community that it is in."""


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """What a property points at: an id, or a whole object, whose id may be missing. `kind` is "" for a bare id."""

    id: str | None
    kind: str = ""
    fields: dict[str, Any] | None = None


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an actor did. The id, if there is one, is on the actor's origin.

    `objects` are one for all activities but a Flag and a Create of several votes.
    """

    kind: str
    actor: str
    id: str | None = None
    objects: tuple[Reference, ...] = ()
    target: Reference | None = None
    origin: Reference | None = None
    instrument: Reference | None = None
    result: Reference | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    published: int | None = None
    ends_at: int | None = None
    """Of an Invite: when the stay of a guest ends."""
    content: str | None = None
    summary: str | None = None
    removes_data: bool = False
    """Of a Block by a forum: what they wrote there goes too."""
    merged_into: str | None = None
    """Of a Move of a community that became part of the other one."""
    warns_in: str | None = None
    """Of a letter: the community of which a moderator speaks."""
    is_first: bool | None = None
    """Of an Announce by a community: whether it is its author's first post there, if it says so."""
    by_guest: bool = False
    """Of the same: its author is a guest there."""
    reaction: str | None = None
    """The emoji of a reaction, itself or as `:name:`."""
    emojis: tuple[Emoji, ...] = ()
    choice: str | None = None
    """The words of what a PollVote takes."""

    @property
    def object(self) -> Reference | None:
        """The first object."""
        return self.objects[0] if self.objects else None


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection or one page of it. `total` is a claim; `items` of another origin are hints to fetch."""

    kind: str
    id: str | None = None
    total: int | None = None
    items: tuple[Reference, ...] = ()
    first: Reference | None = None
    last: Reference | None = None
    next: str | None = None
    prev: str | None = None
