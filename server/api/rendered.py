"""Posts and accounts as ready JSON, kept as long as they stay the same.

What everybody sees of a post is encoded once for each revision of it and of its author, and kept in a bounded cache;
what differs by viewer is put behind it (`ending.py`). So a timeline is mostly joined
bytes. Nothing of one viewer can reach another: the cache never holds a viewer's part, and what a viewer may see is
decided by a query each time, never by what is in the cache.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from typing import Concatenate, Generic, NamedTuple, ParamSpec, TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from server.api import present, quoting, reported
from server.api.ending import NO_FILTERS, Personal, around, ending, of_stamp, of_view
from server.api.entities.notifications import Notification, NotificationFallback
from server.api.filtering import Filtering
from server.api.kept import Kept
from server.drawing import Drawings
from social import reading
from social.clock import Clock, iso, system_clock
from social.feeds.notifications import NotificationView
from social.policy import Viewer
from social.posts import languages
from social.reading import PostView
from social.stamps import Stamp, stamps
from social.tally import ASKING, PollView, polls
from social.urls import Urls
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.posts import PostRow
from storage.users import CountsRow

MOST_POSTS = 4_000
MOST_BOOSTS = 1_000
MOST_ACCOUNTS = 2_000
"""Up to twice as many of each are kept, about 2 KiB apiece: at most some 28 MiB together."""

P = ParamSpec("P")
V = TypeVar("V")

_Key = tuple[int | None, ...]
"""Ids and revisions."""

_encode = msgspec.json.Encoder().encode
_PLACE = b'"reblog":null'


class Listed(NamedTuple):
    """A post of a list: its id, for paging, and its JSON."""

    id: PostId
    json: bytes


class _Around(NamedTuple):
    """A boost before and behind the place of what it boosts."""

    before: bytes
    behind: bytes


class _Tongues(NamedTuple, Generic[V]):
    """One rendering for each language of a post that was written in several; the first is its own."""

    languages: tuple[str, ...]
    said: tuple[V, ...]


class _Parts(NamedTuple):
    """What everybody sees of a post, and of the boost around it."""

    post: bytes
    around: _Around | None


class Rendered:
    """Ready JSON of one process. Its dicts are shared by threads: what two make at once is the same."""

    def __init__(self, urls: Urls, clock: Clock = system_clock) -> None:
        self.urls = urls
        self._clock = clock
        self.filtering = Filtering(clock)
        self.wanted: tuple[str, ...] = ()
        """Languages that the reader prefers, the best first."""
        self.sentence: Callable[[Sequence[str], NotificationView], str] | None = None
        """What happened, in the best of some languages: the words are those of the pages (`server/app.py`)."""
        self._posts: Kept[_Key, bytes | _Tongues[bytes]] = Kept(MOST_POSTS)
        self._boosts: Kept[_Key, _Around | _Tongues[_Around]] = Kept(MOST_BOOSTS)
        self._accounts: Kept[_Key, Raw] = Kept(MOST_ACCOUNTS)
        self._season = [0]
        self.drawings = Drawings()
        self.counts: tuple[Millis, CountsRow, list[str]] | None = None
        """Figures of the node and the names of its peers, with the time of counting."""

    def for_reader(self, accepted: str) -> "Rendered":
        """The same for a reader with this `Accept-Language`: of posts in several languages they get theirs."""
        if not accepted:
            return self
        theirs = copy(self)
        theirs.wanted = languages.accepted(accepted)
        return theirs

    def _turn(self) -> None:
        """A new day: addresses of what hangs on closed posts are sealed anew (`social/seals.py`)."""
        season = self.urls.seals.season if self.urls.seals is not None else 0
        if season != self._season[0]:
            self._posts.clear()
            self._boosts.clear()
            self._season[0] = season

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
        return array(bytes(self.account(row)) for row in rows)

    def status(self, view: PostView) -> Raw:
        """A post or boost as the viewer of `view` sees it."""
        return Raw(self._status(view))

    def statuses(self, views: Iterable[PostView]) -> bytes:
        """A list of posts."""
        return array(self._status(view) for view in views)

    def listed(self, tx: Tx, viewer: Viewer, ids: Sequence[PostId]) -> list[Listed]:
        """The posts of `ids` that the viewer may see: one statement if all are kept here, four if not.

        One more for polls and one for quotes, if there are any, and one the first time that somebody reads by filters
        of theirs.
        """
        self._turn()
        found = stamps(tx, viewer, ids)
        quoted = stamps(tx, viewer, _quoted(found.values()))
        every = quoted | found
        parts = {id: self._kept(stamp) for id, stamp in every.items()}
        missing = [id for id, kept in parts.items() if kept is None or not self.filtering.is_known(viewer, every[id])]
        # The viewer's own part is in the stamps already: it is not asked for again.
        views = reading.posts(tx, viewer, missing, shared=True)
        parts |= {view.post.id: self._parts(view) for view in views}
        asked, now = _polls(tx, viewer, every.values()), self._clock()
        filtered = self.filtering.listed(tx, viewer, every, views, asked)

        def ready(stamp: Stamp, quote: bytes) -> bytes | None:
            kept = parts.get(stamp.id)
            mine = of_stamp(stamp, viewer, quote, asked.get(stamp.shown_id), now)
            return None if kept is None else _joined(kept, mine._replace(filtered=filtered.get(stamp.id, NO_FILTERS)))

        def quote(stamp: Stamp) -> bytes:
            of = None if stamp.quoted_id is None else quoted.get(stamp.quoted_id)
            if of is None or not _is_shown(stamp):
                return quoting.quote(stamp.quote_state, None)
            inside = ready(of, quoting.shallow(of.quote_state, of.quoted_id if _is_shown(of) else None))
            return quoting.quote(stamp.quote_state, None if inside is None else Raw(inside))

        made = ((id, ready(found[id], quote(found[id]))) for id in ids if id in found)
        return [Listed(id, json) for id, json in made if json is not None]

    def list_of(
        self, ids: Callable[Concatenate[Tx, Viewer, P], Sequence[PostId]]
    ) -> Callable[Concatenate[Tx, Viewer, P], list[Listed]]:
        """The query that gives the posts of a query of ids."""

        def query(tx: Tx, viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> list[Listed]:
            return self.listed(tx, viewer, ids(tx, viewer, *args, **kwargs))

        return query

    def deleted(self, view: PostView) -> Raw:
        """A post that is gone, with its source instead of its words, to be written anew."""
        entity = present.status(view, self.account(view.author), self.urls)
        redraft = msgspec.structs.replace(entity, content=UNSET, text=view.post.source)
        return Raw(_joined(_Parts(_encode(redraft)[:-1], None), of_view(view, self._quote(view), self._clock())))

    def notification(self, one: NotificationView, supported: Collection[str] = ()) -> Notification:
        """A notification with its post. `supported`: the kinds that the app says it knows, if it says so."""
        return Notification(
            id=str(one.id),
            type=one.kind.value,
            group_key=one.group_key,
            created_at=iso(one.created_at),
            account=self.account(one.sender),
            status=UNSET if one.post is None else self.status(one.post),
            report=UNSET if one.report is None else reported.report(one.report, self.account),
            moderation_warning=UNSET if one.warning is None else reported.warning(one.warning, self.account),
            filtered=True if one.filtered else UNSET,
            fallback=self.fallback(one, supported),
        )

    def fallback(self, one: NotificationView, supported: Collection[str]) -> NotificationFallback | UnsetType:
        """A sentence instead of a kind of ours, for an app that says which kinds it knows (Mastodon 4.6)."""
        if self.sentence is None or not supported or not one.kind.is_own or one.kind.value in supported:
            return UNSET
        return NotificationFallback(title=self.sentence(self.wanted, one))

    def _status(self, view: PostView) -> bytes:
        self._turn()
        return _joined(self._parts(view), self._personal(view, self._quote(view)))

    def _personal(self, view: PostView, quote: bytes) -> Personal:
        personal = of_view(view, quote, self._clock())
        found = view.shown.filtered
        return personal._replace(filtered=self.filtering.json(found)) if found else personal

    def _quote(self, view: PostView) -> bytes:
        """What the post quotes, whole; inside it only an id."""
        quote = view.shown.quote
        if quote is None:
            return quoting.NULL
        if quote.quoted is None:
            return quoting.quote(quote.state if quote.id is None else "unauthorized", None)
        inside = self._personal(quote.quoted, quoting.shallow_view(quote.quoted.quote))
        return quoting.quote(quote.state, Raw(_joined(self._parts(quote.quoted), inside)))

    def _parts(self, view: PostView) -> _Parts:
        if view.boost_of is None:
            return _Parts(self._shared(view), None)
        return _Parts(self._shared(view.boost_of), self._around(view, view.boost_of))

    def _kept(self, stamp: Stamp) -> _Parts | None:
        """The parts of a post if all of them are here and still hold."""
        own: _Key = (stamp.id, stamp.revision, stamp.parent_id, stamp.author_revision)
        if stamp.boost_of_id is None:
            post = self._posts.find(own)
            return None if post is None else _Parts(self._theirs(post), None)
        shown = (stamp.boost_of_id, stamp.shown_revision, stamp.shown_parent_id, stamp.shown_author_revision)
        post, around = self._posts.find(shown), self._boosts.find((*own, *shown))
        return None if post is None or around is None else _Parts(self._theirs(post), self._theirs(around))

    def _theirs(self, found: V | _Tongues[V]) -> V:
        """The rendering in the language that suits the reader best."""
        if not isinstance(found, _Tongues):
            return found
        said: V = found.said[found.languages.index(languages.chosen(found.languages, self.wanted))]
        return said

    def _shared(self, view: PostView) -> bytes:
        """What everybody sees of a post, without its closing brace."""
        key = _key(view)
        found = self._posts.find(key)
        if found is None:
            found = _in_all_languages(view.post, lambda row: self._encoded(msgspec.structs.replace(view, post=row)))
            self._posts.keep(key, found)
        return self._theirs(found)

    def _around(self, view: PostView, shown: PostView) -> _Around:
        """What everybody sees of a boost, in two parts. Quotes inside texts are escaped, so the place is found once."""
        key = (*_key(view), *_key(shown))
        found = self._boosts.find(key)
        if found is None:
            found = _in_all_languages(shown.post, lambda row: self._parted(view, shown, row))
            self._boosts.keep(key, found)
        return self._theirs(found)

    def _parted(self, view: PostView, shown: PostView, row: PostRow) -> _Around:
        boosted = msgspec.structs.replace(shown, post=row)
        before, _, behind = self._encoded(msgspec.structs.replace(view, boost_of=boosted)).partition(_PLACE)
        return _Around(before + b'"reblog":', behind)

    def _encoded(self, view: PostView) -> bytes:
        return _encode(present.status(view, self.account(view.author), self.urls))[:-1]


def array(parts: Iterable[bytes]) -> bytes:
    """Ready parts as a JSON array."""
    return b"[" + b",".join(parts) + b"]"


def listing(posts: Iterable[Listed]) -> bytes:
    """Posts of a list as a JSON array."""
    return array([post.json for post in posts])


def _in_all_languages(row: PostRow, render: Callable[[PostRow], V]) -> V | _Tongues[V]:
    """What is rendered of a post: once, or once for each of its languages."""
    if not row.versions:
        return render(row)
    tags = languages.languages_of(row)
    return _Tongues(tags, tuple(render(languages.in_language(row, tag)) for tag in tags))


def _key(view: PostView) -> _Key:
    return (view.post.id, view.post.revision, view.post.parent_id, view.author.revision)


def _polls(tx: Tx, viewer: Viewer, found: Iterable[Stamp]) -> dict[PostId, PollView]:
    """The polls among them, by what is shown; the viewer's own are marked."""
    authors = {stamp.shown_id: stamp.shown_author_id for stamp in found if stamp.shown_kind == ASKING}
    return {
        id: msgspec.structs.replace(poll, is_own=authors[id] == viewer.account)
        for id, poll in polls(tx, viewer, list(authors)).items()
    }


def _quoted(found: Iterable[Stamp]) -> list[PostId]:
    return sorted({one.quoted_id for one in found if one.quoted_id is not None and _is_shown(one)})


def _is_shown(stamp: Stamp) -> bool:
    return stamp.quote_state in reading.SHOWN_QUOTES


def _joined(parts: _Parts, personal: Personal) -> bytes:
    if parts.around is None:
        return parts.post + ending(personal)
    return parts.around.before + parts.post + ending(personal) + parts.around.behind + ending(around(personal))
