"""Every address this node gives out, in one place: ids on the wire, pages, media.

Ids are `https://host/users/<name>` and `https://host/users/<name>/posts/<id>`; pages `https://host/@name` and
`https://host/@name/<id>`. Both faces and the protocol use these and build none of their own.
"""

import msgspec

from social.seals import Seals
from storage.ids import AccountId, PostId


class Urls(msgspec.Struct, frozen=True):
    """`base` is `https://host`, without a slash at the end; `seals` sign the addresses of what is not for everybody."""

    base: str
    seals: Seals | None = None

    @property
    def host(self) -> str:
        """Domain, with the port if there is one."""
        return self.base.split("://", 1)[1]

    @property
    def instance_actor(self) -> str:
        """Id of the actor that stands for the node."""
        return f"{self.base}/actor"

    @property
    def shared_inbox(self) -> str:
        """Where peers deliver what is not for one person only."""
        return f"{self.base}/inbox"

    def actor(self, username: str) -> str:
        """Id of a local account."""
        return f"{self.base}/users/{username}"

    def inbox(self, username: str) -> str:
        """Personal inbox."""
        return f"{self.actor(username)}/inbox"

    def outbox(self, username: str) -> str:
        """Outbox collection."""
        return f"{self.actor(username)}/outbox"

    def followers(self, username: str) -> str:
        """Followers collection."""
        return f"{self.actor(username)}/followers"

    def following(self, username: str) -> str:
        """Following collection."""
        return f"{self.actor(username)}/following"

    def featured(self, username: str) -> str:
        """Collection of the posts that somebody shows on top of their page."""
        return f"{self.actor(username)}/collections/featured"

    def kudos(self, username: str) -> str:
        """Collection of the posts that thank somebody and stand on their page."""
        return f"{self.actor(username)}/kudos"

    def featured_tags(self, username: str) -> str:
        """Collection of the hashtags that somebody puts forward."""
        return f"{self.actor(username)}/collections/tags"

    def moderators(self, username: str) -> str:
        """Collection of those who moderate a community."""
        return f"{self.actor(username)}/moderators"

    def key(self, actor: str) -> str:
        """Id of the public key of a local actor: a fragment, which every peer understands."""
        return f"{actor}#main-key"

    def post_uri(self, username: str, post: PostId) -> str:
        """Id of a local post."""
        return f"{self.actor(username)}/posts/{post}"

    def stamp(self, username: str, id: int) -> str:
        """Id of a QuoteAuthorization by somebody here."""
        return f"{self.actor(username)}/stamps/{id}"

    def context(self, thread: PostId) -> str:
        """Id of the collection of a thread that began here."""
        return f"{self.base}/contexts/{thread}"

    def emoji(self, name: str) -> str:
        """Id of a custom emoji of this node."""
        return f"{self.base}/emojis/{name}"

    def profile(self, username: str, domain: str = "") -> str:
        """Page of an account: here, also for accounts of elsewhere."""
        return f"{self.base}/@{username}@{domain}" if domain else f"{self.base}/@{username}"

    def post_page(self, username: str, post: PostId, domain: str = "") -> str:
        """Page of a post here."""
        return f"{self.profile(username, domain)}/{post}"

    def tag(self, name: str) -> str:
        """Page of a hashtag."""
        return f"{self.base}/tags/{name}"

    def media(self, token: str, variant: str = "original") -> str:
        """A picture; `variant` is `original` or `small`. The token is random and is drawn anew when access is lost."""
        return f"{self.base}/media/{token}/{variant}"

    def default_avatar(self, account: AccountId) -> str:
        """Picture of somebody who gave none: initials on a tint."""
        return f"{self.base}/avatars/{account}.png"

    def default_header(self) -> str:
        """Header of somebody who gave none."""
        return f"{self.base}/avatars/header.png"
