"""Polls, told: a vote to the author alone, the figures of a poll here to all who have it and to all who voted."""

from federation.communities.audience import Reading, reading_of, trust
from federation.render import activities
from federation.render import polls as render
from federation.sending import Context, audience_of, followers, inboxes, merged, own_post, send
from social import events
from social.reading import PostView
from storage import accounts, communities, deliveries, peers
from storage import polls as rows
from storage import posts as post_rows
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import Millis


def voted(tx: Tx, event: events.PollVoted, context: Context, now: Millis) -> None:
    """Somebody here voted in a poll of elsewhere: one Create for each choice."""
    post, voter = post_rows.by_id(tx, event.post), accounts.by_id(tx, event.by)
    author = accounts.by_id(tx, post.author_id) if post is not None else None
    if post is None or voter is None or author is None or author.is_local:
        return
    known = rows.of_post(tx, post.id)
    titles = {one.position: one.title for one in rows.options(tx, known.id)} if known is not None else {}
    to = inboxes(tx, [author.id], personal=True)
    for choice in event.choices:
        if choice in titles:
            id = f"{voter.uri}#votes/{event.at}-{post.id}-{choice}"
            send(
                tx, voter, render.vote(id, voter.uri, post.uri, author.uri, titles[choice], event.at), to, context, now
            )


def _members(tx: Tx, view: PostView, context: Context, now: Millis) -> list[InboxTarget]:
    """The nodes that have a poll by way of the community of here in which it stands.

    PieFed takes figures of nothing for an edit, and begins to count anew: it is told none that are hidden.
    """
    known = communities.known(tx, view.post.community_id) if view.post.community_id is not None else None
    if known is None or not known.account.is_local or view.poll is None:
        return []
    to = followers(tx, known.account.id)
    if known.community.is_closed:
        return trust(context.settings, now).honouring(tx, to)
    readers = {Reading.OURS, Reading.FORUM} if any(render.figures(view.poll)) else {Reading.OURS}
    return [target for target in to if reading_of(peers.by_host(tx, target.host)) in readers]


def counted(tx: Tx, event: events.PollCounted | events.PollClosed, context: Context, now: Millis) -> None:
    """The figures of a poll here changed, or it ended."""
    view = own_post(tx, event.by, event.post)
    if view is None or view.poll is None:
        return
    # Whose node voted has had the post: that was noted with the vote.
    to = merged(deliveries.having(tx, event.post), audience_of(tx, view), _members(tx, view, context, now))
    deliveries.had(tx, event.post, to)
    send(tx, view.author, activities.count(view, event.at, context.urls), to, context, now)
