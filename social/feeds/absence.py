"""What concerns somebody who was away: one page with an end, each thing with its reason, none for being popular.

Who speaks to the reader comes first, then what the site says to everybody, then whom the reader turns to most, then
one post of each other person they follow, then their subjects.
"""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from social import reading
from social.announcements.reading import is_owed
from social.clock import DAY
from social.policy import Viewer, require_person
from social.reading import PostView
from storage import absence as rows
from storage import bulletins as bulletin_rows
from storage.absence import MissedRow
from storage.bulletins import BulletinRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.notifications import Kind

MOST = 20
"""Things on the page, all in all."""
LATELY = 90 * DAY
"""How far back the reader's own acts say whom they turn to."""
_LOOKED_AT = 200
_OF_ONE = {True: 2, False: 1}
"""Posts of one author: of those the reader turns to, of others."""


class Reason(StrEnum):
    """Why something is there, the most urgent first."""

    MUST_READ = "must_read"
    NAMED = "named"
    ANSWER = "answer"
    QUOTE = "quote"
    ASKED = "asked"
    READ = "read"
    FOLLOWED = "followed"
    SUBJECT = "subject"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A post and why it is there."""

    view: PostView
    reason: Reason


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """What concerns the reader since `since`; `words`: what the site said to everybody."""

    since: Millis
    words: Sequence[BulletinRow]
    items: Sequence[Item]

    @property
    def asking(self) -> list[Item]:
        """Those by which somebody speaks to the reader."""
        return [item for item in self.items if item.reason in _ASKING]

    @property
    def others(self) -> list[Item]:
        """All the others."""
        return [item for item in self.items if item.reason not in _ASKING]


_ASKING = (Reason.MUST_READ, Reason.NAMED, Reason.ANSWER, Reason.QUOTE)
_OF_KIND = {Kind.MENTION: Reason.NAMED, Kind.QUOTE: Reason.QUOTE, Kind.STATUS: Reason.ASKED}


def absence(tx: Tx, viewer: Viewer, since: Millis, *, now: Millis) -> Absence:
    """What concerns the viewer since then. Two statements and those of the posts. Raises Unauthorized."""
    require_person(viewer)
    shown = bulletin_rows.shown(tx, viewer.account, now)
    words = [row.bulletin for row in shown if _is_since(row.bulletin, since)][:MOST]
    kinds = [kind.value for kind in _OF_KIND]
    missed = rows.missed(tx, viewer.account, kinds, since, Millis(now - LATELY), _LOOKED_AT, now)
    room = max(0, MOST - len(words))
    reasons = _reasons(missed)
    chosen = sorted(reasons, key=lambda id: (list(Reason).index(reasons[id]), -id))
    views = reading.posts(tx, viewer, chosen[:room])
    items = [Item(view=view, reason=_exact(reasons[view.post.id], view, viewer, now)) for view in views]
    items.sort(key=lambda item: item.reason is not Reason.MUST_READ)
    return Absence(since=since, words=words, items=items)


def _is_since(row: BulletinRow, since: Millis) -> bool:
    return row.published_at is not None and row.published_at > since


def _reasons(missed: Sequence[MissedRow]) -> dict[PostId, Reason]:
    """Why each is shown; of what is at home the newest of each author, and what was told stays told."""
    shown: Counter[AccountId] = Counter()
    told = {row.id: _OF_KIND[Kind(row.kind)] for row in missed if row.kind}
    chosen: dict[PostId, Reason] = {}
    for row in missed:
        if row.kind or row.id in told:
            continue
        shown[row.author_id] += 1
        if shown[row.author_id] <= _OF_ONE[row.acts > 0]:
            chosen[row.id] = _of_author(row)
    return chosen | told


def _of_author(row: MissedRow) -> Reason:
    if not row.is_followed:
        return Reason.SUBJECT
    return Reason.READ if row.acts else Reason.FOLLOWED


def _exact(reason: Reason, view: PostView, viewer: Viewer, now: Millis) -> Reason:
    if view.announcement is not None and is_owed(view.announcement, now):
        return Reason.MUST_READ
    is_answer = reason is Reason.NAMED and view.post.parent_author_id == viewer.account
    return Reason.ANSWER if is_answer else reason
