"""Conversations: direct posts by thread and circle of people, as each person here has them."""

from collections.abc import Callable, Sequence

import msgspec

from social import events
from social.errors import NotFound
from social.paging import Page
from social.policy import Viewer, require_person
from storage import announcements
from storage import conversations as rows
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.conversations import ConversationId, PartyRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.visibility import Visibility


class ConversationView(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation: the others in it (oneself if alone), and its last post."""

    id: ConversationId
    unread: bool
    people: tuple[AccountRow, ...]
    last: PostId


def conversations(tx: Tx, viewer: Viewer, page: Page) -> list[ConversationView]:
    """The viewer's, newest first, paged by the last post. One statement."""
    require_person(viewer)
    return _views(rows.page(tx, viewer.account, page.before, page.floor, page.limit, up=page.is_upward))


def conversation(tx: Tx, viewer: Viewer, id: ConversationId) -> ConversationView:
    """One of the viewer's. Raises NotFound."""
    require_person(viewer)
    views = _views(rows.by_id(tx, viewer.account, id))
    if not views:
        raise NotFound("conversation")
    return views[0]


def posts(tx: Tx, viewer: Viewer, page: Page, *, now: Millis) -> list[PostId]:
    """Ids of the direct posts by and for the viewer, newest first."""
    require_person(viewer)
    bounds = (page.before, page.floor, page.limit)
    return rows.posts(tx, viewer.account, *bounds, now, up=page.is_upward)


def mark(tx: Tx, viewer: Viewer, id: ConversationId, *, unread: bool) -> ConversationView:
    """Mark as unread or read. Raises NotFound."""
    require_person(viewer)
    if not rows.set_unread(tx, viewer.account, id, unread=unread):
        raise NotFound("conversation")
    return conversation(tx, viewer, id)


def delete(tx: Tx, viewer: Viewer, id: ConversationId) -> None:
    """Remove it from the list: the posts stay, and another one in the thread opens it anew. Raises NotFound."""
    require_person(viewer)
    if not rows.delete(tx, viewer.account, id):
        raise NotFound("conversation")


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: keeps the conversations of people here. Twice gives the same as once."""
    handler = _HANDLERS.get(type(event))
    if handler is not None:
        handler(tx, event)


def _entered(tx: Tx, event: events.PostPublished | events.PostSurfaced | events.PostEdited) -> None:
    post = post_rows.by_id(tx, event.post)
    if post is None or post.visibility is not Visibility.DIRECT or announcements.by_post(tx, post.id) is not None:
        # What some people have to read is said to each of them, and no talk among them.
        return
    involved = rows.involved(tx, post.id)
    here = [row.account_id for row in involved if row.is_local]
    circle = ",".join(str(row.account_id) for row in involved)
    _tell(tx, event, rows.enter(tx, post.id, post.author_id, circle, here))


def _deleted(tx: Tx, event: events.PostDeleted) -> None:
    if event.visibility == Visibility.DIRECT:
        _tell(tx, event, rows.fall_back(tx, [event.by, *event.mentioned]))


def _tell(tx: Tx, event: events.AnyEvent, changed: Sequence[rows.ChangedRow]) -> None:
    events.append_all(
        tx,
        [
            events.ConversationChanged(by=event.by, to=row.account_id, conversation=row.id, at=event.at)
            for row in changed
        ],
    )


def _views(found: Sequence[PartyRow]) -> list[ConversationView]:
    by_id: dict[ConversationId, list[PartyRow]] = {}
    for row in found:
        by_id.setdefault(row.id, []).append(row)
    return [
        ConversationView(
            id=id,
            unread=members[0].unread,
            people=tuple(member.person for member in members),
            last=members[0].last_post_id,
        )
        for id, members in by_id.items()
    ]


_HANDLERS: dict[type, Callable[..., None]] = {
    events.PostPublished: _entered,
    events.PostSurfaced: _entered,
    events.PostEdited: _entered,
    events.PostDeleted: _deleted,
}
