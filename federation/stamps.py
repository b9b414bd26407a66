"""The job that looks whether a quote of elsewhere was agreed to: what is quoted is fetched, and the stamp shown for it.

A stamp counts only if it is on the quoted author's node, is the author's, and names both posts (FEP-044f).
"""

import msgspec

from federation.document import BadDocument
from federation.errors import Gone, PeerError, Refused
from federation.names import same_origin
from federation.read.quotes import read_stamp
from federation.resolver import Budget, Resolver
from federation.retrying import unless_final
from federation.wire import Wire
from social.jobs import VerifyQuote
from social.posts import quotes_received
from storage import accounts
from storage import posts as post_rows
from storage import quotes as rows
from storage.engine.database import Tx
from storage.ids import PostId
from storage.quotes import QuoteRow, QuoteState

REQUESTS = 6
SECONDS = 20.0
_GONE = (404, 410)


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A quote with the ids that its stamp has to name."""

    quote: QuoteRow
    post: str
    author: str


class Stamps:
    """Looks at quotes. One per node."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver

    async def verify(self, job: VerifyQuote) -> None:
        """Fetch what is quoted if it is not here, else the stamp. Raises Unavailable if a node does not answer."""
        claim = await self._wire.db.read(_claim, job.post)
        if claim is None:
            return
        budget = Budget(requests=REQUESTS, seconds=SECONDS)
        try:
            if claim.quote.quoted_id is None:
                fetched = await self._resolver.fetch_post(claim.quote.quoted_uri, budget)
                # When it is here, whoever quotes it is looked at again.
                await self._resolver.keep_post(fetched, budget, history=True, depth=job.depth + 1)
            elif claim.quote.stamp_uri:
                holds = await self._holds(claim, budget)
                stamp = claim.quote.stamp_uri
                await self._wire.db.write(quotes_received.verified, job.post, stamp, holds, now=self._wire.clock())
        except PeerError as error:
            unless_final(error)

    async def _holds(self, claim: Claim, budget: Budget) -> bool:
        """Whether the stamp is there and says what it has to. Raises PeerError if that cannot be known now."""
        if not same_origin(claim.quote.stamp_uri, claim.author):
            return False
        try:
            document = await self._resolver.document(claim.quote.stamp_uri, budget)
            stamp = read_stamp(document.fields, insecure=self._wire.insecure)
        except Gone:
            return False
        except Refused as error:
            if error.status in _GONE:
                return False
            raise
        except BadDocument:
            return False
        said = (stamp.author, stamp.interacting, stamp.target)
        return said == (claim.author, claim.post, claim.quote.quoted_uri)


def _claim(tx: Tx, id: PostId) -> Claim | None:
    quote, post = rows.of_post(tx, id), post_rows.by_id(tx, id)
    if quote is None or post is None or quote.state not in (QuoteState.PENDING, QuoteState.ACCEPTED):
        return None
    author = accounts.by_id(tx, quote.quoted_author_id) if quote.quoted_author_id is not None else None
    return Claim(quote=quote, post=post.uri, author="" if author is None else author.uri)
