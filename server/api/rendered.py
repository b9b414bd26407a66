"""Posts and accounts as ready JSON, kept as long as they stay the same.

What everybody sees of a post is encoded once for each revision of it and of its author, and kept in a bounded cache;
what differs by viewer (liked, boosted, kept) is one of eight endings put behind it. So a timeline is mostly joined
bytes, and nothing of one viewer can reach another: the cache never holds a viewer's part, and what a viewer may see
was decided by the query before.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec
from msgspec import Raw

from server.api import entities, present
from server.drawing import Drawings
from social.clock import iso
from social.feeds.notifications import NotificationView
from social.reading import PostView
from social.urls import Urls
from storage.accounts import AccountRow
from storage.ids import Millis
from storage.users import CountsRow

MOST_POSTS = 5_000
MOST_ACCOUNTS = 5_000
"""About 2 KiB each: at most some 20 MiB together."""

K = TypeVar("K")
V = TypeVar("V")

_encode = msgspec.json.Encoder().encode


class _Kept(Generic[K, V]):
    """The newest `most` entries at least, twice as many at most: the older of two dicts goes when the newer is full."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._newer: dict[K, V] = {}
        self._older: dict[K, V] = {}

    def find(self, key: K) -> V | None:
        found = self._newer.get(key)
        if found is None:
            found = self._older.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: K, value: V) -> None:
        if len(self._newer) >= self._most:
            self._older, self._newer = self._newer, {}
        self._newer[key] = value


class Rendered:
    """Ready JSON of one process."""

    def __init__(self, urls: Urls) -> None:
        self.urls = urls
        self._posts: _Kept[tuple[object, ...], bytes] = _Kept(MOST_POSTS)
        self._accounts: _Kept[tuple[object, ...], Raw] = _Kept(MOST_ACCOUNTS)
        self.drawings = Drawings()
        self.counts: tuple[Millis, CountsRow, list[str]] | None = None
        """Figures of the node and the names of its peers, with the time of counting."""

    def account(self, row: AccountRow) -> Raw:
        """An account."""
        key = (row.id, row.revision, row.suspended_at)
        found = self._accounts.find(key)
        if found is None:
            found = Raw(_encode(present.account(row, self.urls)))
            self._accounts.keep(key, found)
        return found

    def accounts(self, rows: Iterable[AccountRow]) -> bytes:
        """A list of accounts."""
        return b"[" + b",".join([bytes(self.account(row)) for row in rows]) + b"]"

    def status(self, view: PostView) -> Raw:
        """A post or boost as the viewer of `view` sees it."""
        return Raw(self._status(view))

    def statuses(self, views: Iterable[PostView]) -> bytes:
        """A list of posts."""
        return b"[" + b",".join([self._status(view) for view in views]) + b"]"

    def deleted(self, view: PostView) -> Raw:
        """A post that is gone, with its source instead of its words, to be written anew."""
        entity = present.status(view, self.account(view.author), self.urls)
        redraft = msgspec.structs.replace(entity, content=msgspec.UNSET, text=view.post.source)
        return Raw(_encode(redraft)[:-1] + _ending(view))

    def notification(self, one: NotificationView) -> entities.Notification:
        """A notification with its post."""
        return entities.Notification(
            id=str(one.id),
            type=one.kind.value,
            group_key=f"ungrouped-{one.id}",
            created_at=iso(one.created_at),
            account=self.account(one.sender),
            status=msgspec.UNSET if one.post is None else self.status(one.post),
        )

    def _status(self, view: PostView) -> bytes:
        if view.boost_of is None:
            return self._shared(view) + _ending(view)
        # The boosted post differs by viewer, so its boost is put together each time.
        around = present.status(view, self.account(view.author), self.urls, self.status(view.boost_of))
        return _encode(around)[:-1] + _ending(view)

    def _shared(self, view: PostView) -> bytes:
        """The post without its closing brace. A picture that was fetched meanwhile does not make a new revision."""
        pictures = tuple([(one.token, one.file_key) for one in view.media])
        key = (view.post.id, view.post.revision, view.author.revision, pictures)
        found = self._posts.find(key)
        if found is None:
            found = _encode(present.status(view, self.account(view.author), self.urls))[:-1]
            self._posts.keep(key, found)
        return found


def _word(truth: bool) -> bytes:
    return b"true" if truth else b"false"


_MINE = {
    (liked, boosted, bookmarked): b',"favourited":%b,"reblogged":%b,"muted":false,"bookmarked":%b,"filtered":[]'
    % (_word(liked), _word(boosted), _word(bookmarked))
    for liked in (False, True)
    for boosted in (False, True)
    for bookmarked in (False, True)
}


def _ending(view: PostView) -> bytes:
    """What the viewer did with the post; nothing when nobody of this node asks."""
    mine = view.shown.mine
    if mine is None:
        return b"}"
    return _MINE[mine.liked, mine.boosted, mine.bookmarked] + b"}"
