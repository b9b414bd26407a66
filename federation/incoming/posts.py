"""Create, Update and Delete of posts."""

import msgspec

from federation import announcements, translate
from federation.communities.named import community_of, has_members_here, topic_of
from federation.gatherings import is_later
from federation.incoming import gatherings, memberships, polls, refusing
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.names import same_origin
from federation.resolver import would_have_come
from federation.translate import Addressed, Words
from federation.vocabulary import Post
from social.clock import DAY
from social.communities import posting, topics
from social.people import remote
from social.posts import edit, publish, quotes_received
from social.posts import polls as poll_commands
from social.posts.publish import Received
from storage import accounts, known
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.visibility import OPEN, Visibility


def create(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A post appears: kept if somebody here follows its author or its node, is addressed, answered or quoted."""
    post, said = _content(arrived)
    if translate.is_vote(post):
        return polls.vote(tx, actor, post, now)
    if (outcome := memberships.warned(tx, actor, arrived, now)) is not None:
        return outcome
    if post_rows.by_uri(tx, post.id) is None and not _is_related(tx, actor, post, context, now):
        return Outcome.UNRELATED
    received = _received(tx, actor, post, said, context, now)
    hosted = _hosted(tx, actor, received)
    if hosted is not None and post_rows.by_uri(tx, post.id) is not None and refusing.was_refused(tx, hosted, post.id):
        return Outcome.REFUSED
    # Something else than the first of what is repeated stands in no feed.
    live = not is_later(post.gathering) and _is_for_now(tx, received, context)
    id = publish.receive(tx, actor, received, ids=context.ids, live=live, now=now)
    _place(tx, id, hosted, received.topic, now)
    announcements.take(tx, actor, post, now)
    return Outcome.APPLIED


def update(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A post changed. One that is not here is taken as new, and as an old one unless it was just written."""
    post, said = _content(arrived)
    if translate.is_vote(post):
        return Outcome.UNSUPPORTED
    changed_at = post.updated if post.updated is not None else arrived.activity.published
    known = post_rows.by_uri(tx, post.id)
    if known is not None:
        received = _received(tx, actor, post, said, context, now)
        if polls.is_figures(known, post, received, is_other=poll_commands.is_other(tx, known.id, received.poll)):
            edit.receive_edit(tx, actor, received, Millis(0), ids=context.ids, now=now)
            return polls.figures(tx, actor, known, received, arrived, now)
        if gatherings.is_figures(known, post, received):
            edit.receive_edit(tx, actor, received, Millis(0), ids=context.ids, now=now)
            return gatherings.figures(tx, actor, known, received, arrived, now)
        # Without a time it is not newer: only what may change at any time does.
        is_newer = edit.receive_edit(tx, actor, received, Millis(changed_at or 0), ids=context.ids, now=now)
        announcements.take(tx, actor, post, now)
        return Outcome.APPLIED if is_newer else Outcome.ALREADY
    if not _is_related(tx, actor, post, context, now):
        return Outcome.UNRELATED
    received = _received(tx, actor, post, said, context, now)
    live = not is_later(post.gathering) and _is_fresh(tx, actor, received, context, now)
    hosted = _hosted(tx, actor, received)
    if hosted is not None and refusing.was_refused(tx, hosted, post.id):
        return Outcome.REFUSED
    id = publish.receive(tx, actor, received, ids=context.ids, live=live, now=now)
    _place(tx, id, hosted, received.topic, now)
    announcements.take(tx, actor, post, now)
    return Outcome.APPLIED


def delete(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A post or boost is gone, or the actor itself. What is not here is remembered, and refused when it comes late."""
    id = arrived.object_id
    if id is None or not same_origin(id, actor.uri):
        raise Disagreement("a Delete of something of another origin")
    if id == actor.uri:
        return Outcome.APPLIED if remote.delete_remote(tx, id, now=now) else Outcome.ALREADY
    if accounts.by_uri(tx, id) is not None:
        raise Disagreement("a Delete of somebody else")
    if quotes_received.receive_revocation(tx, actor, id, now=now):
        return Outcome.APPLIED
    return Outcome.APPLIED if edit.receive_delete(tx, actor, id, now=now) else Outcome.ALREADY


def received_post(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Received:
    """The post that an activity brings, as it is stored. Raises Disagreement."""
    post, said = _content(arrived)
    return _received(tx, actor, post, said, context, now)


def _content(arrived: Arrived) -> tuple[Post, Words]:
    if arrived.post is None or arrived.words is None:
        raise Disagreement("an activity without its post")
    return arrived.post, arrived.words


def _received(tx: Tx, actor: AccountRow, post: Post, said: Words, context: Context, now: Millis) -> Received:
    community = community_of(tx, actor, post, context.community)
    to = translate.addressed(post, actor.followers_url, community.account if community is not None else None)
    received = translate.received(post, said, to, actor, _named(tx, to), now)
    if community is None:
        return received
    topic = topic_of(post, community.account)
    return msgspec.structs.replace(received, community=community.account.id, topic=topic)


def _hosted(tx: Tx, actor: AccountRow, received: Received) -> AccountId | None:
    """The community of this node that the post comes to, if its author may write there: also one that was found before
    it came, because somebody who answered it was heard first. Raises social's Forbidden."""
    account = accounts.by_id(tx, received.community) if received.community is not None else None
    here = post_rows.by_uri(tx, received.uri)
    if account is None or not account.is_local or (here is not None and here.community_id is not None):
        return None
    parent = post_rows.by_uri(tx, received.parent_uri) if received.parent_uri else None
    posting.require(tx, actor.id, account.id, parent=parent, is_answer=bool(received.parent_uri))
    return account.id


def _is_for_now(tx: Tx, received: Received, context: Context) -> bool:
    """Not what a community brings from before anybody here was in it: that is its history."""
    group = accounts.by_id(tx, context.community) if context.community is not None else None
    if group is None:
        return True
    since = known.wanted(tx, group.id, group.domain, context.node).person_since
    return since is not None and since <= received.published_at


def _place(tx: Tx, id: PostId, community: AccountId | None, topic: str, now: Millis) -> None:
    post = post_rows.by_id(tx, id) if community is not None else None
    if post is not None and community is not None:
        posting.give_place(tx, post, community, topic=topics.said(topic), now=now)


def _named(tx: Tx, to: Addressed) -> dict[str, AccountRow]:
    return {row.uri: row for row in known.accounts(tx, list(to.everybody))}


def _is_related(tx: Tx, actor: AccountRow, post: Post, context: Context, now: Millis) -> bool:
    community = community_of(tx, actor, post, context.community)
    if community is not None and has_members_here(tx, community, context.node):
        return True
    to = translate.addressed(post, actor.followers_url)
    if any(row.is_local for row in _named(tx, to).values()):
        return True
    if announcements.asks(tx, actor, post, now):
        return True
    if to.visibility is Visibility.DIRECT:
        return False
    wanted = known.wanted(tx, actor.id, actor.domain, context.node)
    if wanted.person_since is not None:
        return True
    if to.visibility is Visibility.PUBLIC and wanted.node_since is not None:
        return True
    return to.visibility in OPEN and (
        _is_ours(tx, post.in_reply_to) or (post.quote is not None and _is_ours(tx, post.quote.id))
    )


def _is_ours(tx: Tx, uri: str | None) -> bool:
    found = post_rows.by_uri(tx, uri) if uri else None
    return found is not None and found.is_local


def _is_fresh(tx: Tx, actor: AccountRow, received: Received, context: Context, now: Millis) -> bool:
    written_at = Millis(min(received.published_at, now))
    if written_at > now - DAY:
        return True
    return would_have_come(tx, actor, received.visibility, written_at, context.node)
