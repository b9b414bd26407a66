"""Quotes, told to other nodes: requests, answers, stamps taken back, and posts whose quote or policy changed."""

from federation.render import activities
from federation.render import quotes as render
from federation.sending import Context, audience_of, inboxes, merged, own_post, send, uri_of
from social import events
from storage import accounts, deliveries
from storage import posts as post_rows
from storage import quotes as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow
from storage.quotes import QuoteRow, QuoteState


def refreshed(tx: Tx, event: events.PostRefreshed, context: Context, now: Millis) -> None:
    """Whoever had the post gets it anew."""
    view = own_post(tx, event.by, event.post)
    if view is not None:
        to = merged(deliveries.having(tx, event.post), audience_of(tx, view))
        send(tx, view.author, activities.refresh(view, context.urls, event.at), to, context, now)


def changed(tx: Tx, event: events.QuoteChanged, context: Context, now: Millis) -> None:
    """Ask, answer, or take back, each to whom it concerns."""
    quote, post = rows.of_post(tx, event.post), post_rows.by_id(tx, event.post)
    actor = accounts.by_id(tx, event.by)
    if quote is None or post is None or actor is None or not actor.is_local:
        return
    if event.state == QuoteState.PENDING:
        _ask(tx, quote, actor, context, now)
    elif event.asked:
        _answer(tx, event, quote, post, actor, context, now)
    elif event.state == QuoteState.REVOKED and event.stamp:
        _revoke(tx, event, quote, post, actor, context, now)


def _ask(tx: Tx, quote: QuoteRow, actor: AccountRow, context: Context, now: Millis) -> None:
    view = own_post(tx, actor.id, quote.post_id)
    if view is None or quote.quoted_author_id is None:
        return
    author = uri_of(tx, quote.quoted_author_id)
    to = inboxes(tx, [quote.quoted_author_id], personal=True)
    deliveries.had(tx, view.post.id, to)
    activity = render.request(view, quote.request_uri, quote.quoted_uri, author, context.urls)
    send(tx, actor, activity, to, context, now)


def _answer(
    tx: Tx,
    event: events.QuoteChanged,
    quote: QuoteRow,
    post: PostRow,
    actor: AccountRow,
    context: Context,
    now: Millis,
) -> None:
    stamp = event.stamp if event.state == QuoteState.ACCEPTED else ""
    asker = uri_of(tx, quote.author_id)
    activity = render.answer(actor, event.asked, asker, post.uri, quote.quoted_uri, stamp, event.at)
    send(tx, actor, activity, inboxes(tx, [quote.author_id], personal=True), context, now)


def _revoke(
    tx: Tx,
    event: events.QuoteChanged,
    quote: QuoteRow,
    post: PostRow,
    actor: AccountRow,
    context: Context,
    now: Millis,
) -> None:
    had = deliveries.having(tx, quote.quoted_id) if quote.quoted_id is not None else []
    to = merged(had, deliveries.having(tx, post.id), inboxes(tx, [quote.author_id]))
    asker = uri_of(tx, quote.author_id)
    activity = render.revocation(event.stamp, actor.uri, asker, post.uri, quote.quoted_uri)
    send(tx, actor, activity, to, context, now)
