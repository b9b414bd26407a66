"""The end of a post's JSON: what differs by viewer, put behind what everybody sees (`rendered.py`).

Here stands everything that must never be kept across viewers: what the viewer did, votes, quotes as the viewer may see
them, filters that match. Parts are encoded already; the usual endings are made once.
"""

from functools import lru_cache
from typing import NamedTuple

import msgspec

from server.api import ballot
from server.api.entities.accounts import Approval
from server.api.quoting import NULL, approval, between_of
from social.policy import Viewer
from social.reading import Mine, PostView
from social.stamps import Stamp
from social.tally import PollView
from storage.ids import Millis

_encode = msgspec.json.Encoder().encode
NO_FILTERS = b"[]"
QUOTED_BY_NOBODY = _encode(Approval())
USUAL = 1_024


class Personal(NamedTuple):
    """The viewer's part of one post. `mine` None: nobody of this node asks. `is_own`: the viewer wrote it."""

    mine: Mine | None = None
    is_own: bool = False
    poll: bytes = NULL
    quote: bytes = NULL
    quote_approval: bytes = QUOTED_BY_NOBODY
    filtered: bytes = NO_FILTERS


NOBODYS = Personal()


def of_view(view: PostView, quote: bytes, now: Millis) -> Personal:
    """The viewer's part of what is read in the view: of a boost, of the boosted post. `quote` is ready already."""
    shown = view.shown
    mine, post = shown.mine, shown.post
    return Personal(
        mine=mine,
        is_own=mine is not None and mine.wrote,
        poll=_poll(shown.poll, now),
        quote=quote,
        quote_approval=approval(post.interactions, post.visibility, between_of(mine)),
    )


def of_stamp(stamp: Stamp, viewer: Viewer, quote: bytes, poll: PollView | None, now: Millis) -> Personal:
    """The same, of a post whose rendering is kept."""
    mine = _mine(stamp, viewer) if viewer.is_person else None
    return Personal(
        mine=mine,
        is_own=mine is not None and mine.wrote,
        poll=_poll(poll, now),
        quote=quote,
        quote_approval=approval(stamp.interactions, stamp.shown_visibility, between_of(mine)),
    )


def around(personal: Personal) -> Personal:
    """The viewer's part of the boost around a post: what was done with it and filters, nothing of its content."""
    return Personal(mine=personal.mine, filtered=personal.filtered)


@lru_cache(maxsize=USUAL)
def ending(personal: Personal) -> bytes:
    """The rest of the object with its closing brace, behind what everybody sees."""
    shared = b',"poll":%b,"quote":%b,"quote_approval":%b' % (personal.poll, personal.quote, personal.quote_approval)
    mine = personal.mine
    if mine is None:
        return shared + b"}"
    own = b',"pinned":%b' % _word(mine.pinned) if personal.is_own else b""
    return b'%b,"favourited":%b,"reblogged":%b,"muted":%b,"bookmarked":%b%b,"filtered":%b}' % (
        shared,
        _word(mine.liked),
        _word(mine.boosted),
        _word(mine.muted),
        _word(mine.bookmarked),
        own,
        personal.filtered,
    )


def _mine(stamp: Stamp, viewer: Viewer) -> Mine:
    return Mine(
        liked=stamp.is_liked,
        boosted=stamp.is_boosted,
        bookmarked=stamp.is_bookmarked,
        muted=stamp.is_muted,
        pinned=stamp.is_pinned,
        wrote=stamp.shown_author_id == viewer.account,
        follows=stamp.follows,
        followed=stamp.followed,
    )


def _poll(view: PollView | None, now: Millis) -> bytes:
    return NULL if view is None else _encode(ballot.poll(view, now))


def _word(truth: bool) -> bytes:
    return b"true" if truth else b"false"
