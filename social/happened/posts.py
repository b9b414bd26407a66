"""What happens to posts: written, changed, liked, boosted, quoted, shown on top of a page."""

from social.happened.event import Event
from storage.ids import AccountId, PostId, ScheduledId


class PostPublished(Event, frozen=True, kw_only=True, tag=True):
    """A post appeared here. `history`: fetched as an old one, not for the top of timelines."""

    post: PostId
    history: bool = False
    community: AccountId | None = None
    """Where it was written."""


class PostSurfaced(Event, frozen=True, kw_only=True, tag=True):
    """A post known as history arrived live: it got the id `post` instead of `former`."""

    post: PostId
    former: PostId
    community: AccountId | None = None


class PostEdited(Event, frozen=True, kw_only=True, tag=True):
    """Text, warning, pictures or descriptions changed."""

    post: PostId


class PostDeleted(Event, frozen=True, kw_only=True, tag=True):
    """A post or a boost is gone. Its rows too: what subscribers need of it is here."""

    post: PostId
    uri: str
    visibility: str
    boost_of: PostId | None = None
    boost_of_uri: str = ""
    boost_of_author: AccountId | None = None
    mentioned: tuple[AccountId, ...] = ()
    by_moderator: bool = False
    community: AccountId | None = None


class PostRefreshed(Event, frozen=True, kw_only=True, tag=True):
    """Something beside the words changed: who may quote the post, or whether it may quote what it quotes."""

    post: PostId


class QuoteChanged(Event, frozen=True, kw_only=True, tag=True):
    """The quote in `post` is asked for (pending), agreed to, refused, taken back, or what it quotes is gone.

    `asked`: the QuoteRequest of another node that is answered; `stamp`: what the author agreed by.
    """

    post: PostId
    quoted: PostId | None
    state: str
    stamp: str = ""
    asked: str = ""


class PostBoosted(Event, frozen=True, kw_only=True, tag=True):
    """`post` is the boost, `of` what it boosts."""

    post: PostId
    of: PostId


class PostLiked(Event, frozen=True, kw_only=True, tag=True):
    """Somebody liked a post."""

    post: PostId
    uri: str


class PostUnliked(Event, frozen=True, kw_only=True, tag=True):
    """A like was taken back."""

    post: PostId
    uri: str


class ScheduledChanged(Event, frozen=True, kw_only=True, tag=True):
    """A post of `by` waits for its time, has another one, or waits no longer without being published."""

    scheduled: ScheduledId


class PostPinned(Event, frozen=True, kw_only=True, tag=True):
    """`by` shows the own post on top of their page."""

    post: PostId


class PostUnpinned(Event, frozen=True, kw_only=True, tag=True):
    """`by` does so no longer."""

    post: PostId


class TagFeatured(Event, frozen=True, kw_only=True, tag=True):
    """`by` puts a hashtag forward on their page; `name` as they write it."""

    name: str


class TagUnfeatured(Event, frozen=True, kw_only=True, tag=True):
    """`by` does so no longer."""

    name: str
