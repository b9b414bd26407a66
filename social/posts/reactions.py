"""Likes, boosts, bookmarks: done here, and received from elsewhere."""

from collections.abc import Sequence

from social import emojis, events, reading
from social.emojis import ReceivedEmoji
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.paging import Page
from social.policy import Viewer, require_person
from social.posts import quotes
from social.posts.policies import Act
from social.posts.publish import Context
from storage import accounts, homes, tombstones
from storage import posts as post_rows
from storage import reactions as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, BookmarkId, IdMaker, LikeId, Millis, PostId
from storage.posts import PostRow
from storage.visibility import OPEN, Visibility

TRIES = 4
_WIDTH = (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS)
"""Whom a boost may be told, the most first."""


def like(tx: Tx, viewer: Viewer, post: PostId, *, context: Context, now: Millis) -> PostId:
    """Like a post; again changes nothing. The id of the post (of what a boost shows). Raises NotFound."""
    target = _target(tx, viewer, post)
    quotes.require(tx, viewer, target, Act.LIKE)
    actor = _actor(tx, viewer)
    id = LikeId(context.ids.make())
    uri = f"{actor.uri}#likes/{id}"
    if rows.like(tx, id, actor.id, target.id, uri, now):
        post_rows.count_like(tx, target.id, 1)
        events.append(tx, events.PostLiked(by=actor.id, at=now, post=target.id, uri=uri))
    return target.id


def unlike(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> PostId:
    """Take a like back; nothing to take back changes nothing."""
    target = _target(tx, viewer, post)
    _unlike(tx, viewer.account, "", target.id, now)
    return target.id


def bookmark(tx: Tx, viewer: Viewer, post: PostId, *, context: Context, now: Millis) -> PostId:
    """Keep a post for oneself. Raises NotFound."""
    target = _target(tx, viewer, post)
    rows.bookmark(tx, BookmarkId(context.ids.make()), viewer.account, target.id, now)
    return target.id


def unbookmark(tx: Tx, viewer: Viewer, post: PostId) -> PostId:
    """Keep it no longer."""
    target = _target(tx, viewer, post)
    rows.unbookmark(tx, viewer.account, target.id)
    return target.id


def boost(
    tx: Tx, viewer: Viewer, post: PostId, *, visibility: Visibility | None = None, context: Context, now: Millis
) -> PostId:
    """Boost a post: the id of the boost, the same when done again.

    Public and unlisted posts, and own followers-only ones outside communities; `visibility`: who is told, never more
    than may see the post.
    Raises NotFound, Forbidden for the others, Invalid(visibility).
    """
    target = _target(tx, viewer, post)
    allowed = target.visibility in OPEN or (
        target.visibility is Visibility.FOLLOWERS and target.author_id == viewer.account and target.community_id is None
    )
    if not allowed:
        raise Forbidden("not_to_be_boosted")
    known = post_rows.boost_by(tx, target.id, viewer.account)
    if known is not None:
        return known.id
    quotes.require(tx, viewer, target, Act.BOOST)
    actor = _actor(tx, viewer)
    id = PostId(context.ids.make())
    row = _boost_row(id, f"{actor.uri}/boosts/{id}", actor, target, _told(visibility, target), now, now, live=True)
    if not post_rows.insert(tx, row):
        raise Conflict("try_again")
    _boosted(tx, row, target)
    homes.enter(tx, actor.id, row.id, target.id, actor.id)
    events.append(tx, events.PostBoosted(by=actor.id, at=now, post=row.id, of=target.id))
    return row.id


def unboost(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> PostId:
    """Take a boost back, by the boosted post or the boost itself; nothing to take back changes nothing."""
    target = _target(tx, viewer, post)
    known = post_rows.boost_by(tx, target.id, viewer.account)
    if known is not None:
        _unboost(tx, known, target, _actor(tx, viewer), now)
    return target.id


def likers(tx: Tx, viewer: Viewer, post: PostId, page: Page) -> list[rows.ReactionRow]:
    """Who liked a post that the viewer may see, latest first. Raises NotFound."""
    target = reading.post(tx, viewer, post).shown.post
    return rows.likers(tx, target.id, page.before, page.floor, page.limit)


def boosters(tx: Tx, viewer: Viewer, post: PostId, page: Page) -> list[rows.ReactionRow]:
    """Who boosted a post, of the boosts that the viewer may see, latest first. Raises NotFound."""
    target = reading.post(tx, viewer, post).shown.post
    return rows.boosters(tx, viewer.account, target.id, page.before, page.floor, page.limit)


def receive_like(tx: Tx, actor: AccountRow, post: PostRow, uri: str, *, ids: IdMaker, now: Millis) -> bool:
    """A remote actor likes a post they may see; False if they did already. Raises NotFound when it is not for them."""
    _may_see(tx, actor, post)
    if not _like(tx, actor, post, uri, ids, now):
        known = rows.like_of(tx, actor.id, post.id)
        if known is not None and rows.reaction(tx, known.uri) is not None:
            # So far reactions with an emoji stood for it: it outlives them now.
            rows.rename_like(tx, actor.id, post.id, uri)
        return False
    return True


def receive_reaction(
    tx: Tx,
    actor: AccountRow,
    post: PostRow,
    uri: str,
    reaction: str,
    brought: Sequence[ReceivedEmoji],
    *,
    ids: IdMaker,
    now: Millis,
) -> bool:
    """A remote actor reacts with an emoji: counted and told as a like, however many reactions one account has.

    False if it was told before. Raises NotFound when the post is not for them.
    """
    _may_see(tx, actor, post)
    named = [one for one in brought if f":{one.name}:" == reaction]
    custom = emojis.receive(tx, actor.domain, named, ids=ids, now=now)
    if not rows.react(tx, uri, actor.id, post.id, custom or reaction, now):
        return False
    _like(tx, actor, post, uri, ids, now)
    return True


def receive_unlike(tx: Tx, actor: AccountRow, post: PostRow, *, now: Millis) -> bool:
    """A remote actor takes a like back; False if there was none. Reactions with an emoji stay."""
    known = rows.like_of(tx, actor.id, post.id)
    if known is None or rows.reaction(tx, known.uri) is not None:
        return False
    return _like_without(tx, actor, post.id, now)


def receive_unreact(tx: Tx, actor: AccountRow, uri: str, *, now: Millis) -> bool:
    """A remote actor takes a reaction with an emoji back; False if it is not known."""
    known = rows.reaction(tx, uri)
    if known is None or not rows.unreact(tx, uri, actor.id):
        return False
    liked = rows.like_of(tx, actor.id, known.post_id)
    if liked is not None and liked.uri == uri:
        _like_without(tx, actor, known.post_id, now)
    return True


def receive_boost(
    tx: Tx,
    actor: AccountRow,
    post: PostRow,
    uri: str,
    visibility: Visibility,
    published_at: Millis,
    *,
    ids: IdMaker,
    live: bool,
    now: Millis,
) -> PostId:
    """A remote actor boosts a post known here: the id of the boost, the same when told again.

    Raises NotFound unless the post is open, or the actor's own.
    """
    if post.visibility not in OPEN and (post.author_id != actor.id or post.community_id is not None):
        raise NotFound("post")
    _may_see(tx, actor, post)
    known = post_rows.boost_by(tx, post.id, actor.id)
    if known is not None:
        return known.id
    if tombstones.by_uri(tx, uri, actor.uri) is not None:
        raise NotFound("post")
    at = Millis(min(published_at, now))
    audience = visibility if post.visibility in OPEN else post.visibility
    for _ in range(TRIES):
        id = PostId(ids.make() if live else ids.make(at))
        row = _boost_row(id, uri, actor, post, audience, at, now, live=live)
        if post_rows.insert(tx, row):
            _boosted(tx, row, post)
            event = events.PostBoosted(by=actor.id, host=actor.domain, at=now, post=row.id, of=post.id)
            events.append(tx, event)
            return row.id
    raise Conflict("try_again")


def receive_unboost(tx: Tx, actor: AccountRow, uri: str, post: PostRow | None, *, now: Millis) -> bool:
    """A remote actor takes a boost back, known by its id or by what it boosted; unknown: remembered, and False."""
    known = post_rows.by_uri(tx, uri)
    if known is None and post is not None:
        known = post_rows.boost_by(tx, post.id, actor.id)
    if known is None or known.author_id != actor.id or known.boost_of_id is None:
        tombstones.bury(tx, uri, "Announce", actor.uri, now)
        return False
    target = post_rows.by_id(tx, known.boost_of_id)
    if target is not None:
        _unboost(tx, known, target, actor, now)
    return True


def _target(tx: Tx, viewer: Viewer, post: PostId) -> PostRow:
    require_person(viewer)
    return reading.post(tx, viewer, post).shown.post


def _actor(tx: Tx, viewer: Viewer) -> AccountRow:
    actor = accounts.by_id(tx, viewer.account)
    if actor is None:
        raise NotFound("account")
    return actor


def _may_see(tx: Tx, actor: AccountRow, post: PostRow) -> None:
    reading.post(tx, Viewer(account=actor.id, host=actor.domain), post.id)


def _like(tx: Tx, actor: AccountRow, post: PostRow, uri: str, ids: IdMaker, now: Millis) -> bool:
    if not rows.like(tx, LikeId(ids.make()), actor.id, post.id, uri, now):
        return False
    post_rows.count_like(tx, post.id, 1)
    events.append(tx, events.PostLiked(by=actor.id, host=actor.domain, at=now, post=post.id, uri=uri))
    return True


def _like_without(tx: Tx, actor: AccountRow, post: PostId, now: Millis) -> bool:
    """What the like stood for is gone: another reaction of the account takes its place, or the like goes too."""
    left = rows.reactions_of(tx, actor.id, post)
    if left:
        rows.rename_like(tx, actor.id, post, left[0].uri)
        return True
    return _unlike(tx, actor.id, actor.domain, post, now)


def _unlike(tx: Tx, account: AccountId, host: str, post: PostId, now: Millis) -> bool:
    known = rows.like_of(tx, account, post)
    if known is None or not rows.unlike(tx, account, post):
        return False
    post_rows.count_like(tx, post, -1)
    events.append(tx, events.PostUnliked(by=account, host=host, at=now, post=post, uri=known.uri))
    return True


def _boost_row(
    id: PostId,
    uri: str,
    actor: AccountRow,
    target: PostRow,
    visibility: Visibility,
    published_at: Millis,
    now: Millis,
    *,
    live: bool,
) -> PostRow:
    return PostRow(
        id=id,
        uri=uri,
        url=target.url,
        author_id=actor.id,
        is_local=actor.is_local,
        is_history=not live,
        kind="Announce",
        visibility=visibility,
        title="",
        source="",
        html="",
        spoiler="",
        sensitive=False,
        language=None,
        boost_of_id=target.id,
        parent_id=None,
        parent_uri=None,
        parent_author_id=None,
        thread_id=id,
        app_id=None,
        published_at=published_at,
        received_at=now,
        edited_at=None,
        replies_count=0,
        boosts_count=0,
        likes_count=0,
        revision=0,
    )


def _boosted(tx: Tx, row: PostRow, target: PostRow) -> None:
    post_rows.count_boost(tx, target.id, 1)
    post_rows.count_of_author(tx, row.author_id, 1, row.published_at)


def _unboost(tx: Tx, row: PostRow, target: PostRow, actor: AccountRow, now: Millis) -> None:
    post_rows.remove(tx, row.id)
    if row.visibility in OPEN or not actor.is_local:
        tombstones.bury(tx, row.uri, "Announce", actor.uri, now)
    post_rows.count_boost(tx, target.id, -1)
    post_rows.count_of_author(tx, row.author_id, -1, now)
    gone = events.PostDeleted(
        by=actor.id,
        host=actor.domain,
        at=now,
        post=row.id,
        uri=row.uri,
        visibility=row.visibility,
        boost_of=target.id,
        boost_of_uri=target.uri,
        boost_of_author=target.author_id,
    )
    events.append(tx, gone)


def _told(wish: Visibility | None, target: PostRow) -> Visibility:
    """Whom a boost is told: as wished, and never more than may see what it boosts. Raises Invalid."""
    wished = wish or Visibility.PUBLIC
    if wished not in _WIDTH:
        raise Invalid("visibility", "not_a_choice")
    return max(wished, target.visibility, key=_WIDTH.index)
