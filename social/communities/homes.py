"""What a member's home holds of a community: its threads, unless they want to hear nothing of it."""

from storage import placements, timelines
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import Level, MembershipRow
from storage.posts import PostRow

FILLED = 40
"""Threads of a newly joined community that enter a home."""
SILENT = (Level.MENTIONS, Level.NONE)


def refill(tx: Tx, row: MembershipRow) -> None:
    """After the member's wishes changed: the home holds what they want now."""
    empty(tx, row.account_id, row.community_id)
    if not row.muted and row.level not in SILENT:
        fill(tx, row.account_id, row.community_id)


def fill(tx: Tx, account: AccountId, community: AccountId) -> None:
    """The last threads of the community, into a home of this node; nothing for an account that is no community."""
    timelines.fill_community(tx, account, community, FILLED)


def enter(tx: Tx, post: PostRow, parent_author: AccountId | None, now: Millis) -> None:
    """Put a post of a community into the homes of its members here, once each."""
    if post.community_id is None:
        return
    placed = placements.one(tx, post.id)
    timelines.enter_members(
        tx,
        post.id,
        post.author_id,
        post.community_id,
        parent_author=parent_author,
        topic=placed.topic if placed else "",
        now=now,
    )


def empty(tx: Tx, account: AccountId, community: AccountId) -> None:
    """Take the threads out again, but those by whom the account follows and may still see."""
    timelines.empty_community(tx, account, community)
