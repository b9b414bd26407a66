"""Quotes in Mastodon's words: what a post quotes, and who may quote it. Ready bytes, of one viewer each."""

from functools import lru_cache

import msgspec

from server.api.entities.accounts import Approval
from server.api.entities.statuses import Quote, ShallowQuote
from social.posts import policies
from social.posts.policies import Act, Between
from social.reading import Mine, QuoteView
from storage.ids import PostId
from storage.visibility import OPEN, Visibility

_encode = msgspec.json.Encoder().encode
NULL = b"null"


def quote(state: str, status: msgspec.Raw | None) -> bytes:
    """A quote with its whole post, if that is shown."""
    return _encode(Quote(state=state, quoted_status=status)) if state else NULL


def shallow(state: str, id: PostId | None) -> bytes:
    """A quote inside a quoted post: the id alone."""
    return _encode(ShallowQuote(state=state, quoted_status_id=None if id is None else str(id))) if state else NULL


def shallow_view(view: QuoteView | None) -> bytes:
    """The same out of a view."""
    return NULL if view is None else shallow(view.state, view.id)


def between_of(mine: Mine | None) -> Between | None:
    """What the viewer is to the author, if somebody asks."""
    return None if mine is None else Between(is_author=mine.wrote, follows=mine.follows, followed=mine.followed)


@lru_cache(maxsize=256)
def approval(interactions: str, visibility: Visibility, between: Between | None) -> bytes:
    """Who may quote a post, and whether the viewer may. `between` None: nobody asks, who may not."""
    if visibility is Visibility.DIRECT:
        return _encode(Approval())
    rule = policies.rule(interactions, Act.QUOTE) if visibility in OPEN else policies.NOBODY
    made = Approval(
        automatic=[circle.value for circle in rule.automatic],
        manual=[circle.value for circle in rule.manual],
        current_user="denied" if between is None else policies.verdict(rule, between).value,
    )
    return _encode(made)
