"""Lists: people whom somebody reads together. Only whom one follows, or asked to, and oneself can be on a list.

The timeline of a list is materialised like home; `exclusive` keeps its members out of home where home is read.
"""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from social import events
from social.errors import Invalid, NotFound
from social.paging import Page
from social.people.names import tidy
from social.policy import Viewer, require_person
from social.text import graphemes, language_base
from storage import lists as rows
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId
from storage.lists import ListId, ListRow, MemberId, Replies
from storage.posts import PostRow
from storage.relations import Bounds
from storage.visibility import Visibility

MOST = 100
"""Lists of one person."""
MOST_AT_ONCE = 500
TITLE_LIMIT = 256
FILLED = 40
"""Posts of a new member that enter the timeline."""


class ListChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is UNSET stays."""

    title: str | UnsetType = UNSET
    replies: Replies | UnsetType = UNSET
    exclusive: bool | UnsetType = UNSET


def lists(tx: Tx, viewer: Viewer) -> list[ListRow]:
    """The viewer's lists, in the order of making."""
    require_person(viewer)
    return rows.of_account(tx, viewer.account)


def with_member(tx: Tx, viewer: Viewer, member: AccountId) -> list[ListRow]:
    """The viewer's lists that hold somebody."""
    require_person(viewer)
    return rows.with_member(tx, viewer.account, member)


def owned(tx: Tx, viewer: Viewer, id: ListId) -> ListRow:
    """One of the viewer's lists. Raises NotFound, also for those of others."""
    require_person(viewer)
    row = rows.by_id(tx, id)
    if row is None or row.account_id != viewer.account:
        raise NotFound("list")
    return row


def create(tx: Tx, viewer: Viewer, change: ListChange, *, ids: IdMaker, now: Millis) -> ListRow:
    """Make a list. Raises Invalid(title)."""
    require_person(viewer)
    fresh = ListRow(
        id=ListId(ids.make()),
        account_id=viewer.account,
        title="",
        replies=Replies.MEMBERS,
        exclusive=False,
        created_at=now,
    )
    row = _changed(fresh, change)
    if rows.count(tx, viewer.account) >= MOST:
        raise Invalid("title", "too_many_lists", maximum=MOST)
    rows.insert(tx, row)
    return row


def edit(tx: Tx, viewer: Viewer, id: ListId, change: ListChange) -> ListRow:
    """Change a list. Raises NotFound, Invalid(title)."""
    row = _changed(owned(tx, viewer, id), change)
    rows.rewrite(tx, row)
    return row


def delete(tx: Tx, viewer: Viewer, id: ListId) -> None:
    """Remove a list. Raises NotFound."""
    rows.delete(tx, owned(tx, viewer, id).id)


def members(tx: Tx, viewer: Viewer, id: ListId, page: Page) -> list[tuple[int, AccountRow]]:
    """Members, latest first, each with the id of the membership to page by. Raises NotFound."""
    row = owned(tx, viewer, id)
    return [(one.relation, one.account) for one in rows.members(tx, row.id, _bounds(page))]


def add(tx: Tx, viewer: Viewer, id: ListId, accounts: Sequence[AccountId], *, ids: IdMaker) -> None:
    """Put people on a list. Raises NotFound for a list or for somebody whom the viewer does not follow,
    Invalid(taken) for who is on it already; then nobody is added."""
    row = owned(tx, viewer, id)
    wanted = list(dict.fromkeys(accounts))[:MOST_AT_ONCE]
    if not wanted or rows.may_join(tx, viewer.account, wanted) != set(wanted):
        raise NotFound("account")
    for account in wanted:
        if not rows.add(tx, MemberId(ids.make()), row.id, account):
            raise Invalid("account", "taken")
        rows.fill(tx, row.id, viewer.account, account, FILLED)
        rows.fill_of_community(tx, row.id, viewer.account, account, FILLED)


def remove(tx: Tx, viewer: Viewer, id: ListId, accounts: Sequence[AccountId]) -> None:
    """Take people off a list, and their posts. Raises NotFound for a list, or when none of them is on it."""
    row = owned(tx, viewer, id)
    if not accounts or not rows.remove(tx, row.id, accounts):
        raise NotFound("account")
    rows.empty(tx, row.id, accounts)
    rows.empty_of_communities(tx, row.id, accounts)


def timeline_ids(tx: Tx, viewer: Viewer, id: ListId, page: Page, *, now: Millis) -> list[PostId]:
    """Posts of a list, newest first. Raises NotFound."""
    require_person(viewer)
    found = rows.timeline(tx, id, viewer.account, _bounds(page), now)
    # Whose list has something to show has it: only an empty one needs the question.
    if not found:
        owned(tx, viewer, id)
    return found


def enter(tx: Tx, post: PostRow, shows: PostId, *, language: str | None) -> None:
    """Put a post or boost that appeared into the lists that its author is on."""
    is_boost = post.boost_of_id is not None
    rows.enter(
        tx,
        post.id,
        shows,
        post.author_id,
        is_boost=is_boost,
        is_direct=post.visibility is Visibility.DIRECT,
        parent_author=post.parent_author_id if post.parent_uri and not is_boost else None,
        language=language_base(language),
    )
    if post.community_id is not None and post.parent_uri is None and post.removed_at is None:
        rows.enter_of_community(tx, post.id, post.author_id, post.community_id)


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: keeps the timelines of lists. Twice gives the same as once."""
    match event:
        case events.PostPublished(history=False) | events.PostSurfaced() | events.PostBoosted():
            _appeared(tx, event.post)
        case events.FollowAccepted():
            for row in rows.with_member(tx, event.by, event.of):
                rows.fill(tx, row.id, event.by, event.of, FILLED)
                rows.fill_of_community(tx, row.id, event.by, event.of, FILLED)
        case events.FollowRemoved() | events.FollowRejected():
            for row in rows.with_member(tx, event.by, event.of):
                rows.empty_of_communities(tx, row.id, [event.of])
            rows.leave(tx, event.by, event.of)
        case events.AccountBlocked():
            rows.leave(tx, event.by, event.of)
            rows.leave(tx, event.of, event.by)


def _appeared(tx: Tx, id: PostId) -> None:
    post = post_rows.by_id(tx, id)
    if post is None:
        return
    shown = post if post.boost_of_id is None else post_rows.by_id(tx, post.boost_of_id)
    if shown is not None:
        enter(tx, post, shown.id, language=shown.language)


def _changed(row: ListRow, change: ListChange) -> ListRow:
    title = row.title if change.title is UNSET else tidy(change.title)
    if not title:
        raise Invalid("title", "blank")
    if graphemes(title) > TITLE_LIMIT:
        raise Invalid("title", "too_long", maximum=TITLE_LIMIT)
    return msgspec.structs.replace(
        row,
        title=title,
        replies=row.replies if change.replies is UNSET else change.replies,
        exclusive=row.exclusive if change.exclusive is UNSET else change.exclusive,
    )


def _bounds(page: Page) -> Bounds:
    return Bounds(page.before, page.floor, page.limit, page.is_upward)
