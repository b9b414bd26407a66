"""Quotes as they arrive: posts of elsewhere that quote, requests for posts here, answers, and what is taken back.

A quote of elsewhere is shown when its quoted author agreed: because it is their own, because their node showed its
stamp, or, where a server knows no stamps (`is_legacy`), because their policy lets everybody quote.
"""

import msgspec

from social import jobs
from social.errors import Forbidden
from social.posts import policies, quotes
from social.posts.policies import Act, Verdict
from social.posts.quotes import settle
from social.urls import Urls
from storage import accounts, relations, tombstones
from storage import posts as post_rows
from storage import quotes as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import IdMaker, Millis, PostId
from storage.posts import PostRow
from storage.quotes import QuoteRow, QuoteState
from storage.visibility import OPEN

MOST_DEPTH = 2
"""A post, what it quotes, and what that quotes; what this quotes in turn is not fetched."""


class SaidQuote(msgspec.Struct, frozen=True, kw_only=True):
    """What a post of elsewhere says that it quotes. `is_legacy`: in a word that knows no consent."""

    uri: str
    stamp: str = ""
    is_legacy: bool = False


def receive(tx: Tx, row: PostRow, said: SaidQuote | None, *, depth: int, now: Millis) -> None:
    """Keep what the remote post `row` quotes. `depth`: how many quotes led to it."""
    if said is None or said.uri == row.uri:
        return
    quoted = post_rows.by_uri(tx, said.uri)
    if quoted is not None and quoted.boost_of_id is not None:
        return
    quote = QuoteRow(
        post_id=row.id,
        author_id=row.author_id,
        quoted_id=quoted.id if quoted else None,
        quoted_uri=said.uri,
        quoted_author_id=quoted.author_id if quoted else None,
        state=QuoteState.PENDING,
        is_legacy=said.is_legacy,
        request_uri="",
        stamp_uri="" if quoted is not None and quoted.is_local else said.stamp,
        created_at=now,
    )
    if rows.insert(tx, quote):
        _judge(tx, quote, quoted, depth=depth, now=now)


def adopt(tx: Tx, row: PostRow, now: Millis) -> None:
    """A post came that others here quote."""
    for quote in rows.awaiting(tx, row.uri):
        rows.found(tx, quote.post_id, row.id, row.author_id)
        known = msgspec.structs.replace(quote, quoted_id=row.id, quoted_author_id=row.author_id)
        _judge(tx, known, row, depth=0, now=now)


def receive_change(tx: Tx, row: PostRow, said: SaidQuote | None, *, is_newer: bool, now: Millis) -> bool:
    """What an Update says of the quote: its stamp at any time, another post only with a newer text."""
    known = rows.of_post(tx, row.id)
    if known is not None and said is not None and known.quoted_uri == said.uri:
        return _restamped(tx, known, said, now)
    if not is_newer or (known is None and said is None):
        return False
    if known is not None:
        if known.state is QuoteState.ACCEPTED and known.quoted_id is not None:
            rows.count(tx, known.quoted_id, -1)
        rows.drop(tx, row.id)
    receive(tx, row, said, depth=0, now=now)
    return True


def receive_request(
    tx: Tx, actor: AccountRow, post: PostRow, quoted: PostRow, request: str, *, urls: Urls, ids: IdMaker, now: Millis
) -> QuoteState:
    """Somebody elsewhere asks to quote a post here in `post`, which is here too; the answer follows the policy.

    Raises Forbidden if the post is another's, or quotes something else.
    """
    quote = rows.of_post(tx, post.id)
    author = accounts.by_id(tx, quoted.author_id)
    if quote is None or author is None or quote.quoted_uri != quoted.uri or post.author_id != actor.id:
        raise Forbidden("not_yours")
    rows.requested(tx, post.id, request)
    if quote.state in (QuoteState.ACCEPTED, QuoteState.REVOKED):
        # Asked again: the answer is what it was.
        quotes.log(tx, quote, quote.state, by=author, stamp=quote.stamp_uri, asked=request, now=now)
        return quote.state
    if _is_allowed(tx, actor, quoted):
        stamp = quotes.new_stamp(author, urls, ids)
        if post.visibility not in OPEN:
            post_rows.mention(tx, post.id, [author.id], silent=True)
        settle(tx, quote, QuoteState.ACCEPTED, by=author, stamp=stamp, asked=request, now=now)
        return QuoteState.ACCEPTED
    if not settle(tx, quote, QuoteState.REJECTED, by=author, asked=request, now=now):
        quotes.log(tx, quote, QuoteState.REJECTED, by=author, asked=request, now=now)
    return QuoteState.REJECTED


def receive_answer(tx: Tx, actor: AccountRow, request: str, stamp: str | None, *, now: Millis) -> bool | None:
    """The quoted author's node agrees (with a stamp) or not; None if nothing here was asked by that request."""
    quote = next((one for one in rows.by_request(tx, request) if one.quoted_author_id == actor.id), None)
    if quote is None:
        return None
    if stamp is None:
        state = QuoteState.REVOKED if quote.state is QuoteState.ACCEPTED else QuoteState.REJECTED
        return quote.state is not QuoteState.REVOKED and settle(tx, quote, state, by=actor, now=now)
    if tombstones.by_uri(tx, stamp, actor.uri) is not None or quote.state is QuoteState.DELETED:
        return False
    return settle(tx, quote, QuoteState.ACCEPTED, by=actor, stamp=stamp, now=now)


def receive_revocation(tx: Tx, actor: AccountRow, stamp: str, *, now: Millis) -> bool:
    """A stamp of the actor is gone; it counts for nothing when it is shown later. False if it was shown by no post."""
    found = [quote for quote in rows.by_stamp(tx, stamp, actor.id) if quote.state is not QuoteState.DELETED]
    if found:
        tombstones.bury(tx, stamp, quotes.STAMP_KIND, actor.uri, now)
    for quote in found:
        settle(tx, quote, QuoteState.REVOKED, by=actor, stamp=stamp, now=now)
    return bool(found)


def verified(tx: Tx, post: PostId, stamp: str, holds: bool, *, now: Millis) -> bool:
    """What was found at the stamp that a quote shows. False if it changes nothing."""
    quote = rows.of_post(tx, post)
    author = quotes.author_of(tx, quote) if quote is not None else None
    if quote is None or author is None or quote.stamp_uri != stamp:
        return False
    if holds and tombstones.by_uri(tx, stamp, author.uri) is None:
        return quote.state is QuoteState.PENDING and settle(
            tx, quote, QuoteState.ACCEPTED, by=author, stamp=stamp, now=now
        )
    return quote.state is QuoteState.ACCEPTED and settle(tx, quote, QuoteState.REVOKED, by=author, stamp=stamp, now=now)


def _judge(tx: Tx, quote: QuoteRow, quoted: PostRow | None, *, depth: int, now: Millis) -> None:
    author = accounts.by_id(tx, quote.author_id)
    if author is None:
        return
    if quoted is None:
        # One's own needs no stamp, and is on one's own node.
        if depth < MOST_DEPTH and (quote.stamp_uri or quote.is_legacy or _is_beside(quote.quoted_uri, author.uri)):
            _look(tx, quote, depth, now)
    elif quoted.author_id == quote.author_id:
        settle(tx, quote, QuoteState.ACCEPTED, by=author, now=now)
    elif quote.is_legacy:
        if _is_allowed(tx, author, quoted):
            settle(tx, quote, QuoteState.ACCEPTED, by=author, now=now)
    elif quote.stamp_uri and not quoted.is_local:
        _look(tx, quote, depth, now)


def _restamped(tx: Tx, known: QuoteRow, said: SaidQuote, now: Millis) -> bool:
    author = quotes.author_of(tx, known)
    if author is not None and (author.is_local or author.id == known.author_id):
        return False
    if said.stamp and said.stamp != known.stamp_uri:
        rows.claim(tx, known.post_id, said.stamp)
        _look(tx, known, 0, now)
        return True
    if not said.stamp and known.stamp_uri and known.state is QuoteState.ACCEPTED:
        # Not shown any more: whether it was taken back is known where it is from.
        _look(tx, known, 0, now)
        return True
    return False


def _look(tx: Tx, quote: QuoteRow, depth: int, now: Millis) -> None:
    jobs.enqueue(tx, jobs.VerifyQuote(post=quote.post_id, depth=depth), key=str(quote.post_id), due=now)


def _is_allowed(tx: Tx, actor: AccountRow, quoted: PostRow) -> bool:
    if quoted.visibility not in OPEN or relations.block_between(tx, quoted.author_id, actor.id) is not None:
        return False
    facts = quotes.between(tx, actor.id, quoted.author_id)
    return policies.verdict(policies.rule(quoted.interactions, Act.QUOTE), facts) is Verdict.AUTOMATIC


def _is_beside(uri: str, other: str) -> bool:
    return uri.split("/", 3)[:3] == other.split("/", 3)[:3]
