"""Polls, told: a vote to the author alone, the figures of a poll here to all who have it and to all who voted."""

from federation.render import activities
from federation.render import polls as render
from federation.sending import Context, audience_of, inboxes, merged, own_post, send
from social import events
from storage import accounts, deliveries
from storage import polls as rows
from storage import posts as post_rows
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


def counted(tx: Tx, event: events.PollCounted | events.PollClosed, context: Context, now: Millis) -> None:
    """The figures of a poll here changed, or it ended."""
    view = own_post(tx, event.by, event.post)
    if view is None or view.poll is None:
        return
    # Whose node voted has had the post: that was noted with the vote.
    to = merged(deliveries.having(tx, event.post), audience_of(tx, view))
    deliveries.had(tx, event.post, to)
    send(tx, view.author, activities.count(view, event.at, context.urls), to, context, now)
