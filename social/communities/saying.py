"""What a community of this node says of itself to others: its row, its topics, and by which rules one is a member."""

import msgspec

from storage import communities, community_rules, community_topics, memberships
from storage.accounts import AccountKind, AccountRow
from storage.communities import CommunityRow, KnownRow
from storage.community_rules import RuleRow
from storage.community_topics import TopicRow
from storage.engine.database import Tx
from storage.memberships import MemberRole


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """What the document of a community carries beside what every actor's does."""

    row: CommunityRow
    topics: tuple[TopicRow, ...] = ()
    rules: tuple[RuleRow, ...] = ()
    """For nodes of the group alone."""
    hosts: tuple[str, ...] = ()
    """Their ids; for nodes of the group alone."""
    into: KnownRow | None = None
    """What it became part of, if everybody who reads this may know of that."""


def saying(tx: Tx, account: AccountRow) -> Saying | None:
    """What the account says as a community; None for one that is none."""
    row = communities.by_id(tx, account.id) if account.kind is AccountKind.GROUP else None
    if row is None:
        return None
    return Saying(
        row=row,
        topics=tuple(community_topics.of(tx, account.id)),
        rules=tuple(community_rules.of(tx, account.id)),
        hosts=tuple(one.account.uri for one in memberships.with_roles(tx, account.id, [MemberRole.HOST])),
        into=_into(tx, account, row),
    )


def _into(tx: Tx, account: AccountRow, row: CommunityRow) -> KnownRow | None:
    """Nothing for one that moved: that is said as every account says it."""
    into = communities.known(tx, row.merged_into) if row.merged_into is not None and account.moved_id is None else None
    return None if into is None or (into.account.is_hidden and not account.is_hidden) else into
