"""Announce by a community: its member activities, believed or not, and the place that the host gives to posts.

An Announce by a Group of what is addressed to it is placement, never a boost. The outer actor must be the community
that the inner activity names (FEP-1b12); the inner one must be its actor's (`federation.communities.belief`).
"""

from collections.abc import Callable

import msgspec

from federation.communities.audience import Reading, reading_of
from federation.communities.named import names_of, topic_of
from federation.incoming import community_acts, community_pages, reactions
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.vocabulary import Post
from social.communities import posting, received, topics
from storage import accounts, communities, peers
from storage import posts as post_rows
from storage.accounts import AccountKind, AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow

Apply = Callable[[Tx, Arrived, Context, Millis], Outcome]

_POSTS = ("Create", "Update")
_OF_MEMBERS = frozenset(
    {"Delete", "Like", "EmojiReact", "Dislike", "PollVote", "Undo/Like", "Undo/EmojiReact", "Undo/Dislike"}
)
"""What members do beside writing; polls are their author's node's, which a forum's vote comes to so."""


def announce(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis, apply: Apply) -> Outcome:
    """What a community passes on, or anybody's boost. `apply` does the activity that is in it."""
    known = communities.known(tx, actor.id) if actor.kind is AccountKind.GROUP else None
    if known is None:
        return reactions.announce(tx, actor, arrived, context, now)
    place = _place(tx, arrived, now)
    if arrived.wrapped is None:
        return _thread(tx, known, arrived, place, context, now)
    said = arrived.wrapped
    within = msgspec.structs.replace(context, community=actor.id)
    if said.activity.kind in _POSTS and said.post is not None:
        return _post(tx, known, arrived, place, within, now, apply)
    if said.page is not None:
        return community_pages.announced(tx, known, arrived, within, now)
    if not arrived.is_believed and not _is_of_here(tx, said):
        raise Disagreement("a community brings what its actor did not say")
    if said.activity.kind == "Update":
        if said.profile is None or said.profile.id != actor.uri:
            raise Disagreement("a community brings a profile that is not its own")
        return apply(tx, said, within, now)
    if community_acts.is_act(tx, said, context) or community_acts.is_early(tx, said, context):
        placed = None if _takes_back(tx, actor, arrived) else place
        return community_acts.announced(tx, known, said, placed, within, now)
    if said.kind in _OF_MEMBERS and not _is_of_here(tx, said):
        return apply(tx, said, within, now)
    return Outcome.UNSUPPORTED


def _takes_back(tx: Tx, host: AccountRow, arrived: Arrived) -> bool:
    """Whether the host says without a place how something is, as ours do against what they refused. Forums give no time
    to anything: what they announce counts as it comes."""
    if arrived.activity.published is not None:
        return False
    return reading_of(peers.by_host(tx, host.domain)) in (Reading.OURS, Reading.UNKNOWN)


def _place(tx: Tx, arrived: Arrived, now: Millis) -> Millis:
    """The time of the Announce. Forums give none: then when the post was written, for their outbox is history."""
    told = arrived.activity.published
    if told is not None:
        return Millis(min(told, now + received.AHEAD))
    wrapped = arrived.wrapped
    if wrapped is not None and wrapped.post is not None:
        written = wrapped.post.published
    else:
        target = reactions.announced(arrived.activity.object)
        post = post_rows.by_uri(tx, target) if target else None
        written = post.published_at if post is not None else None
    return Millis(min(written or now, now))


def _thread(tx: Tx, known: KnownRow, arrived: Arrived, place: Millis, context: Context, now: Millis) -> Outcome:
    """The id of a post: a place for it, if it is one of the community's; else a boost of something."""
    target = reactions.announced(arrived.activity.object)
    post = post_rows.by_uri(tx, target) if target else None
    if post is None or (post.community_id is None and not _is_addressed(tx, known, post)):
        return reactions.announce(tx, known.account, arrived, context, now)
    return _placed(tx, known, post, place, now)


def _post(
    tx: Tx, known: KnownRow, arrived: Arrived, place: Millis, context: Context, now: Millis, apply: Apply
) -> Outcome:
    said = arrived.wrapped
    if said is None or said.post is None:
        raise Disagreement("a community brings nothing")
    if known.account.uri not in names_of(said.post) and not _answers_in(tx, known, said.post):
        raise Disagreement("a community brings a post that does not name it")
    here = post_rows.by_uri(tx, said.post.id)
    is_new = here is None or said.activity.kind == "Update"
    if is_new and not _is_of_here(tx, said):
        if not arrived.is_believed:
            raise Disagreement("a community brings a post that its author did not write")
        outcome = apply(tx, said, context, now)
        here = post_rows.by_uri(tx, said.post.id)
        if here is None or said.activity.kind == "Update":
            return outcome
        _placed(tx, known, here, place, now, arrived)
        return outcome
    if here is None:
        return Outcome.GONE
    if here.community_id is None and not arrived.is_believed and not _is_meant_for(tx, known, here):
        raise Disagreement("a community brings a post of somebody who did not write it there")
    return _placed(tx, known, here, place, now, arrived) if said.activity.kind == "Create" else Outcome.ALREADY


def _placed(
    tx: Tx, known: KnownRow, post: PostRow, place: Millis, now: Millis, brought: Arrived | None = None
) -> Outcome:
    """`brought`: the post as the community brings it; one that came before its node was known to be in it has its topic
    from there, and whether it is its author's first one is for the host to say."""
    account = known.account
    said = brought.wrapped.post if brought is not None and brought.wrapped is not None else None
    topic = topics.said(topic_of(said, account)) if said is not None else ""
    is_first = brought.activity.is_first if brought is not None else None
    by_guest = brought is not None and brought.activity.by_guest
    is_new = posting.place(
        tx, post, account.id, place, topic=topic, is_first=is_first, by_guest=by_guest, host=account.domain, now=now
    )
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _is_of_here(tx: Tx, said: Arrived) -> bool:
    """Whether somebody of this node did it: what comes back is known here better than anywhere."""
    author = accounts.by_uri(tx, said.activity.actor)
    return author is not None and author.is_local


def _is_addressed(tx: Tx, known: KnownRow, post: PostRow) -> bool:
    """Whether a post that is here names the community, which was not known to be one when it came."""
    return known.account.id in post_rows.mentioned(tx, post.id)


def _is_meant_for(tx: Tx, known: KnownRow, post: PostRow) -> bool:
    """Whether the post as it is here names the community or answers in it, whatever its host says that it does."""
    parent = post_rows.by_uri(tx, post.parent_uri) if post.parent_uri else None
    return _is_addressed(tx, known, post) or (parent is not None and parent.community_id == known.account.id)


def _answers_in(tx: Tx, known: KnownRow, post: Post) -> bool:
    """Whether it answers a post of the community; forums name it in the root alone."""
    parent = post_rows.by_uri(tx, post.in_reply_to) if post.in_reply_to else None
    return parent is not None and parent.community_id == known.account.id
