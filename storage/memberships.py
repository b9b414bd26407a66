"""Who is in a community, as what, and what they want to hear of it. Beside a membership stands a follow of its account.

A follow that moves moves the membership in the same statement's transaction: `followed` is called by every move.
"""

from collections.abc import Sequence
from enum import StrEnum

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.visibility import is_over


class MemberRole(StrEnum):
    """What somebody is in a community."""

    HOST = "host"
    MODERATOR = "moderator"
    MEMBER = "member"
    GUEST = "guest"


class MemberState(StrEnum):
    """asked and invited wait for the other side; a banned account stays out until it is let in again."""

    ASKED = "asked"
    INVITED = "invited"
    MEMBER = "member"
    BANNED = "banned"


class Level(StrEnum):
    """What a member is told of."""

    ALL = "all"
    POSTS = "posts"
    MENTIONS = "mentions"
    NONE = "none"


class MembershipRow(Row, frozen=True, kw_only=True):
    """One account in one community. `mandatory` names the rule that keeps it there; `until` is a guest's end.

    `read_place` is when its list was read last.
    """

    community_id: AccountId
    account_id: AccountId
    role: MemberRole = MemberRole.MEMBER
    state: MemberState
    reason: str = ""
    level: Level = Level.POSTS
    muted: bool = False
    mandatory: str = ""
    leaves_at: Millis | None = None
    until: Millis | None = None
    read_place: int = 0
    topic_only: str = ""
    created_at: Millis
    by_rule: str = ""
    """The rule that made it. Of one that was left of the own will it stays, as an invitation: not to be made again."""
    is_over: bool = False
    """It had an end (`until`, `leaves_at`) which has come. Not kept: told by the time of asking."""

    @property
    def is_in(self) -> bool:
        """A member of whatever role, whose time is not over."""
        return self.state is MemberState.MEMBER and not self.is_over

    @classmethod
    def columns(cls, alias: str = "", prefix: str = "") -> str:
        """The columns for a SELECT from memberships called `alias`."""
        kept = ", ".join(f"{alias}.{name}" for name in cls.__struct_fields__ if name != "is_over")
        return f"{kept}, CASE WHEN {is_over(alias)} THEN 1 ELSE 0 END AS is_over"

    @property
    def may_moderate(self) -> bool:
        """A host or a moderator."""
        return self.is_in and self.role in (MemberRole.HOST, MemberRole.MODERATOR)

    @property
    def is_host(self) -> bool:
        """Speaks for the community and changes it."""
        return self.is_in and self.role is MemberRole.HOST


class MemberRow(Row, frozen=True, kw_only=True):
    """A membership with the account."""

    membership: MembershipRow
    account: AccountRow


class UnreadRow(Row, frozen=True, kw_only=True):
    """A community of somebody, with how many threads began there since they read it last."""

    community_id: AccountId
    unread: int


def is_unread(m: str, s: str, p: str) -> str:
    """Condition: the thread of placement `s` and post `p` came into the community of membership `m`, which is that of
    `:viewer`, since they read it last, is not from before they came, and is by somebody else whom they want to read."""
    return f"""({s}.community_id = {m}.community_id AND {s}.is_root = 1
        AND {s}.arrived_at > {m}.read_place AND {s}.shown >= {m}.created_at AND {s}.removed_at IS NULL
        AND ({m}.topic_only = '' OR {m}.topic_only = {s}.topic) AND {m}.level <> 'none'
        AND {p}.author_id <> :viewer
        AND NOT EXISTS (
            SELECT 1 FROM blocks AS nb WHERE nb.account_id = :viewer AND nb.target_id = {p}.author_id)
        AND NOT EXISTS (
            SELECT 1 FROM mutes AS nm
            WHERE nm.account_id = :viewer AND nm.target_id IN ({p}.author_id, {m}.community_id)
                AND (nm.expires_at IS NULL OR nm.expires_at > :moment)))"""


_COLUMNS = MembershipRow.columns("m")
_ONE = Query(
    MembershipRow,
    f"SELECT {_COLUMNS} FROM memberships AS m WHERE m.community_id = :community AND m.account_id = :account",
    hot=True,
)
_OF_ACCOUNT = Query(
    MembershipRow,
    f"SELECT {_COLUMNS} FROM memberships AS m WHERE m.account_id = :account ORDER BY m.community_id",
    hot=True,
)
_MEMBERS = Query(
    MemberRow,
    f"""
    SELECT {_COLUMNS}, {AccountRow.columns("a")}
    FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND m.state = :state AND NOT {is_over("m")}
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND m.account_id < :before AND m.account_id > :floor
    ORDER BY m.account_id DESC
    LIMIT :limit""",
    hot=True,
)
_WITH_ROLE = Query(
    MemberRow,
    f"""
    SELECT {_COLUMNS}, {AccountRow.columns("a")}
    FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND m.state = 'member' AND NOT {is_over("m")} AND m.role IN (:roles[])
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY m.created_at, m.account_id""",
    hot=True,
)
_ARE_ON = Query(
    AccountId,
    """
    SELECT m.account_id FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND m.state IN ('member', 'invited') AND a.domain = :host LIMIT 1""",
    hot=True,
)
_LIVE_ON = Query(
    AccountId,
    """
    SELECT m.account_id FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND m.state = 'member' AND a.domain = :host LIMIT 1""",
    hot=True,
)
_HOSTS = Query(
    str,
    """
    SELECT DISTINCT a.domain FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND a.domain <> '' ORDER BY a.domain""",
)
_UNREAD = Query(
    UnreadRow,
    f"""
    SELECT m.community_id, CAST((
        SELECT COUNT(*) FROM placements AS s JOIN posts AS p ON p.id = s.post_id
        WHERE {is_unread("m", "s", "p")}) AS BIGINT) AS unread
    FROM memberships AS m
    WHERE m.account_id = :viewer AND m.state = 'member' AND m.muted = 0 AND NOT {is_over("m")}
    ORDER BY m.community_id""",
    hot=True,
)
_PUT = Query(
    None,
    """
    INSERT INTO memberships (
        community_id, account_id, role, state, reason, level, muted, mandatory, leaves_at, until, read_place,
        topic_only, created_at, by_rule)
    VALUES (
        :community_id, :account_id, :role, :state, :reason, :level, :muted, :mandatory,
        CAST(:leaves_at AS BIGINT), CAST(:until AS BIGINT), :read_place, :topic_only, :created_at,
        :by_rule)
    ON CONFLICT (community_id, account_id) DO UPDATE
    SET role = excluded.role, state = excluded.state, reason = excluded.reason, level = excluded.level,
        muted = excluded.muted, mandatory = excluded.mandatory, leaves_at = excluded.leaves_at,
        until = excluded.until, read_place = excluded.read_place, topic_only = excluded.topic_only,
        by_rule = excluded.by_rule""",
)
_PREFER = Query(
    None,
    """
    UPDATE memberships SET level = :level, muted = :muted, topic_only = :topic_only
    WHERE community_id = :community_id AND account_id = :account_id AND state = 'member'""",
)
_READ = Query(
    None,
    """
    UPDATE memberships SET read_place = :place
    WHERE community_id = :community AND account_id = :account AND read_place < :place""",
)
_DROP = Query(None, "DELETE FROM memberships WHERE community_id = :community AND account_id = :account")
_FOLLOWED = Query(
    None,
    """
    INSERT INTO memberships (community_id, account_id, state, created_at, read_place)
    SELECT c.account_id, :account, :state, :now, :now FROM communities AS c WHERE c.account_id = :community
    ON CONFLICT (community_id, account_id) DO UPDATE
    SET state = excluded.state WHERE memberships.state <> 'banned'""",
)
_LEFT = Query(
    None,
    """
    DELETE FROM memberships
    WHERE community_id = :community AND account_id = :account AND state <> 'banned'""",
)
_IS_BY_RULE = Query(
    int,
    """
    SELECT CASE WHEN EXISTS (
        SELECT 1 FROM memberships AS m WHERE m.account_id = :account AND m.by_rule <> '') THEN 1 ELSE 0 END""",
    hot=True,
)
_ENDED = Query(
    MembershipRow,
    f"""
    SELECT {_COLUMNS} FROM memberships AS m
    WHERE m.until IS NOT NULL AND m.until <= :now ORDER BY m.until LIMIT :limit""",
    hot=True,
)
_LEAVING = Query(
    MembershipRow,
    f"""
    SELECT {_COLUMNS} FROM memberships AS m
    WHERE m.leaves_at IS NOT NULL AND m.leaves_at <= :now ORDER BY m.leaves_at LIMIT :limit""",
    hot=True,
)


def one(tx: Tx, community: AccountId, account: AccountId) -> MembershipRow | None:
    """What the account is to the community."""
    return tx.row(_ONE, community=community, account=account)


def of_account(tx: Tx, account: AccountId) -> list[MembershipRow]:
    """Every community that the account is in, asked to join, is invited to or banned from."""
    return tx.rows(_OF_ACCOUNT, account=account)


def members(tx: Tx, community: AccountId, state: MemberState, before: int, floor: int, limit: int) -> list[MemberRow]:
    """Those in that state, the youngest accounts first, paged by the account's id."""
    return tx.rows(_MEMBERS, community=community, state=state, before=before, floor=floor, limit=limit)


def with_roles(tx: Tx, community: AccountId, roles: Sequence[MemberRole]) -> list[MemberRow]:
    """The members who have one of the roles, the first to come first."""
    return tx.rows(_WITH_ROLE, community=community, roles=[role.value for role in roles])


def are_on(tx: Tx, community: AccountId, host: str) -> bool:
    """Whether somebody of a node is in it, or invited."""
    return tx.row(_ARE_ON, community=community, host=host) is not None


def live_on(tx: Tx, community: AccountId, host: str) -> bool:
    """Whether a member lives on a node: who is only invited has nothing to read there yet."""
    return tx.row(_LIVE_ON, community=community, host=host) is not None


def hosts(tx: Tx, community: AccountId) -> list[str]:
    """The other nodes with somebody who is in it, was, or was asked to be."""
    return tx.rows(_HOSTS, community=community)


def unread(tx: Tx, account: AccountId) -> dict[AccountId, int]:
    """Threads of others that came since the account read its communities last; muted ones are left out."""
    return {row.community_id: row.unread for row in tx.rows(_UNREAD, viewer=account)}


def put(tx: Tx, row: MembershipRow) -> None:
    """Write the membership, over the one that is there."""
    tx.run(_PUT, **{name: getattr(row, name) for name in MembershipRow.__struct_fields__ if name != "is_over"})


def prefer(tx: Tx, row: MembershipRow) -> bool:
    """What a member wants to hear of, and nothing else of the membership; False if they are none any more."""
    wanted = ("community_id", "account_id", "level", "muted", "topic_only")
    return tx.run(_PREFER, **{name: getattr(row, name) for name in wanted}) == 1


def read(tx: Tx, community: AccountId, account: AccountId, place: Millis) -> None:
    """The account has read the list as it was then; nothing if it is nothing to the community."""
    tx.run(_READ, community=community, account=account, place=place)


def drop(tx: Tx, community: AccountId, account: AccountId) -> bool:
    """Forget the membership, a ban too; False if there is none."""
    return tx.run(_DROP, community=community, account=account) == 1


def followed(tx: Tx, community: AccountId, account: AccountId, state: MemberState | None, now: Millis) -> bool:
    """The follow of an account moved: if that is a community, the membership moves too. None: it ended.

    What the membership says besides (role, level) stays; a ban stays a ban. False: nothing changed.
    """
    if state is None:
        return tx.run(_LEFT, community=community, account=account) == 1
    return tx.run(_FOLLOWED, community=community, account=account, state=state, now=now) == 1


def is_by_rule(tx: Tx, account: AccountId) -> bool:
    """Whether a rule made, or once made, the account a member somewhere."""
    return tx.value(_IS_BY_RULE, account=account) == 1


def ended(tx: Tx, now: Millis, limit: int) -> list[MembershipRow]:
    """Guests whose time is over."""
    return tx.rows(_ENDED, now=now, limit=limit)


def leaving(tx: Tx, now: Millis, limit: int) -> list[MembershipRow]:
    """Members by a rule that holds for them no longer, whose notice is over."""
    return tx.rows(_LEAVING, now=now, limit=limit)
