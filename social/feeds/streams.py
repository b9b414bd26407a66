"""What is told live: to which of the people who are connected a post goes, and as what each of them sees it."""

from collections.abc import Mapping, Sequence

import msgspec

from social import reading
from social.events import FollowRejected, FollowRemoved, PostDeleted, PostRemovedFrom
from social.matching import Filter, Match, good, matches, together
from social.policy import Viewer
from social.reading import Mine, PostView, QuoteView
from storage import communities, polls
from storage import filters as filter_rows
from storage import posts as post_rows
from storage import streams as rows
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.lists import ListId
from storage.streams import ReaderRow
from storage.visibility import OPEN, Visibility

LOST = 200
"""Posts that are taken from the screens of whoever is put out."""


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may see the post and wants to."""

    account: AccountId
    is_at_home: bool
    mine: Mine
    own_votes: tuple[int, ...] = ()
    """Choices taken in the poll that is shown."""
    filtered: tuple[Match, ...] = ()
    """Filters that match."""
    quote_state: str = ""
    quoted: "Reader | None" = None
    """The reader's part in what the post quotes, if there is that."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A post with those whom it goes to; `view` has nobody's own part in it. `lists`: those asked for that have it."""

    view: PostView
    readers: tuple[Reader, ...]
    lists: frozenset[ListId] = frozenset()


def told(
    tx: Tx, post: PostId, accounts: Sequence[AccountId], *, now: Millis, lists: Sequence[ListId] = ()
) -> Told | None:
    """The post for those of `accounts` who may see it; None when there are none.

    Four statements for all of them, six with a poll; two more if it quotes another.
    `lists` are those that somebody listens to: one statement more tells which of them have the post. Who may listen to
    a list is `lists.owned`; the reader of a list is its owner."""
    found = rows.readers(tx, post, accounts, now)
    if not found:
        return None
    # Everybody of the list may see it: whose eyes are taken makes no difference to what all see. Not everybody may see
    # what it quotes: the eyes are of somebody who does.
    best = next((row for row in found if row.quote_state in reading.SHOWN_QUOTES), found[0])
    views = reading.posts(tx, Viewer(account=best.account_id), [post])
    if not views:
        return None
    shown, ids = views[0].shown, [row.account_id for row in found]
    filters = _filters(tx, [row.account_id for row in found if row.filters])
    inside = shown.quote.quoted if shown.quote is not None else None
    inner = _parts(tx, inside, rows.readers(tx, inside.post.id, ids, now), filters, now) if inside else {}
    outer = _parts(tx, shown, found, filters, now)
    readers = tuple(
        msgspec.structs.replace(outer[row.account_id], quoted=inner.get(row.account_id), is_at_home=row.is_at_home)
        for row in found
    )
    return Told(view=views[0], readers=readers, lists=frozenset(rows.lists_with(tx, post, lists)))


def as_seen_by(view: PostView, reader: Reader) -> PostView:
    """The view with one reader's own part."""
    inner = None if view.boost_of is None else as_seen_by(view.boost_of, reader)
    poll = view.poll and msgspec.structs.replace(view.poll, own=reader.own_votes, is_own=reader.mine.wrote)
    return msgspec.structs.replace(
        view,
        mine=reader.mine,
        poll=poll,
        filtered=reader.filtered,
        quote=_quote(view.quote, reader),
        boost_of=inner,
    )


def _quote(quote: QuoteView | None, reader: Reader) -> QuoteView | None:
    if quote is None:
        return None
    if reader.quote_state not in reading.SHOWN_QUOTES:
        return QuoteView(state=reader.quote_state)
    if quote.quoted is None:
        # What is quoted inside a quote is named, not shown.
        return msgspec.structs.replace(quote, state=reader.quote_state)
    inside = as_seen_by(quote.quoted, reader.quoted or Reader(account=reader.account, is_at_home=False, mine=Mine()))
    return msgspec.structs.replace(quote, state=reader.quote_state, quoted=inside)


def _parts(
    tx: Tx, shown: PostView, found: Sequence[ReaderRow], filters: Mapping[AccountId, Sequence[Filter]], now: Millis
) -> dict[AccountId, Reader]:
    """Each reader's part in one post."""
    taken = _votes(tx, shown, [row.account_id for row in found])
    words = reading.readable(shown)
    return {
        row.account_id: Reader(
            account=row.account_id,
            is_at_home=row.is_at_home,
            mine=_mine(row, shown),
            own_votes=tuple(taken.get(row.account_id, ())),
            filtered=good(matches(filters.get(row.account_id, ()), words, row.account_id), now),
            quote_state=row.quote_state,
        )
        for row in found
    }


def _mine(row: ReaderRow, of: PostView) -> Mine:
    return Mine(
        liked=row.is_liked,
        boosted=row.is_boosted,
        bookmarked=row.is_bookmarked,
        muted=row.is_muted,
        pinned=row.is_pinned,
        wrote=row.account_id == of.author.id,
        follows=row.follows,
        followed=row.followed,
    )


def _filters(tx: Tx, accounts: Sequence[AccountId]) -> dict[AccountId, list[Filter]]:
    """The filters of those who have some: one statement more, and none when nobody has."""
    found: dict[AccountId, list[Filter]] = {}
    for one in together(filter_rows.of_accounts(tx, accounts)):
        found.setdefault(one.row.account_id, []).append(one)
    return found


def bereft(tx: Tx, event: PostDeleted, accounts: Sequence[AccountId]) -> set[AccountId]:
    """Those of `accounts` who could see the post that is gone, by what the event kept of it."""
    let_in = set(accounts).difference(rows.blocked_by(tx, event.by, accounts))
    if event.visibility in OPEN:
        return let_in
    involved = {event.by} if event.community is not None else {event.by, *event.mentioned}
    if event.visibility == Visibility.FOLLOWERS:
        involved.update(rows.followers(tx, event.community or event.by, accounts))
    return involved & let_in


def put_aside(tx: Tx, event: PostRemovedFrom, accounts: Sequence[AccountId]) -> set[AccountId]:
    """Those of `accounts` who could see the post that moderators took out of a community: everybody but its author,
    who still does."""
    post = post_rows.by_id(tx, event.post)
    if post is None:
        return set()
    let_in = set(accounts).difference(rows.blocked_by(tx, post.author_id, accounts)) - {post.author_id}
    if post.visibility in OPEN:
        return let_in
    return let_in.intersection(rows.followers(tx, event.community, accounts))


def lost(tx: Tx, event: FollowRemoved | FollowRejected) -> list[PostId]:
    """What somebody sees no more who is in a closed community no more: as much of it as an app may show."""
    return rows.lost(tx, event.by, event.of, LOST) if communities.by_id(tx, event.of) is not None else []


def _votes(tx: Tx, shown: PostView, accounts: Sequence[AccountId]) -> dict[AccountId, list[int]]:
    taken: dict[AccountId, list[int]] = {}
    for row in polls.votes_of(tx, shown.poll.poll.id, accounts) if shown.poll else ():
        taken.setdefault(row.account_id, []).append(row.position)
    return taken
