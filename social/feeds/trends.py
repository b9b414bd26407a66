"""What the group speaks of these days, as this node knows it: recomputed by the schedule, read as a list.

Counted are people, once a day each; nobody makes a trend alone. `node.trends` switches all of it off.
"""

import msgspec

from social.clock import DAY
from social.feeds.tags import WEEK, DayUse, TagView, views
from social.policy import Viewer
from storage import cards
from storage import trends as rows
from storage.cards import ShownCardRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId

TAGS_FROM = 7 * DAY
POSTS_FROM = 3 * DAY
LINKS_FROM = 7 * DAY
LEAST = 2
"""People without whom nothing trends."""
MOST = 100


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """A page with its week, newest day first."""

    card: ShownCardRow
    history: tuple[DayUse, ...]


def compute(tx: Tx, *, is_on: bool, now: Millis) -> None:
    """Compute everything anew; nothing trends when it is switched off."""
    rows.forget(tx)
    if is_on:
        rows.compute_tags(tx, Millis(max(0, now - TAGS_FROM)), LEAST, MOST, now)
        rows.compute_links(tx, Millis(max(0, now - LINKS_FROM)), LEAST, MOST, now)
        rows.compute_posts(tx, Millis(max(0, now - POSTS_FROM)), LEAST, MOST, now)


def tags(tx: Tx, viewer: Viewer, *, limit: int, offset: int, now: Millis) -> list[TagView]:
    """Hashtags with their week, the first first."""
    return views(tx, viewer, rows.tags(tx, limit, offset), now=now)


def post_ids(tx: Tx, viewer: Viewer, *, limit: int, offset: int, now: Millis) -> list[PostId]:
    """Posts that the viewer may see and wants to, the first first."""
    return rows.posts(tx, viewer.account, limit, offset, now)


def pages(tx: Tx, viewer: Viewer, *, limit: int, offset: int, now: Millis) -> list[LinkView]:
    """Pages that many people link to in public, the first first, with their week."""
    found, today = cards.trending(tx, limit, offset), now // DAY
    since = Millis(max(0, (today - WEEK + 1) * DAY))
    used = {(one.card_id, one.day): one for one in cards.days(tx, [row.card.id for row in found], since)}
    week = range(today, today - WEEK, -1)
    return [
        LinkView(
            card=row,
            history=tuple(
                DayUse(at=Millis(day * DAY), uses=use.uses, people=use.people)
                if (use := used.get((row.card.id, day)))
                else DayUse(at=Millis(day * DAY))
                for day in week
            ),
        )
        for row in found
    ]
