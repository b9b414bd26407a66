"""Communities: what an account of the kind `group` has beyond being an account."""

from collections.abc import Sequence
from enum import StrEnum

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.search import HAS_WORDS, patterns
from storage.visibility import known_to


class Entry(StrEnum):
    """How one comes in. Of all but the first the posts are for members only."""

    OPEN = "open"
    REQUEST = "request"
    INVITED = "invited"
    HIDDEN = "hidden"
    """by invitation, and nobody else learns that it exists"""


class Posting(StrEnum):
    """Who may begin a thread; all members answer."""

    MEMBERS = "members"
    HOSTS = "hosts"


class CommunityState(StrEnum):
    """Archived: it is read, and nothing is written any more."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class CommunityRow(Row, frozen=True, kw_only=True):
    """A community, of this node or of another. `last_place` is the last place that its host here gave."""

    account_id: AccountId
    template: str = ""
    entry: Entry = Entry.OPEN
    posting: Posting = Posting.MEMBERS
    rules_source: str = ""
    rules_html: str = ""
    welcome_source: str = ""
    welcome_html: str = ""
    state: CommunityState = CommunityState.ACTIVE
    asked_at: Millis | None = None
    archived_at: Millis | None = None
    merged_into: AccountId | None = None
    nodes_version: int = 0
    last_place: int = 0
    created_at: Millis
    alive_at: Millis = Millis(0)
    """When a host said that it lives, though nobody writes."""
    hosts: str = ""
    """Of a community of another node of the group: who hosts it, ids with a space between."""

    @property
    def is_closed(self) -> bool:
        """Its posts are for members only."""
        return self.entry is not Entry.OPEN


class KnownRow(Row, frozen=True, kw_only=True):
    """A community with its account."""

    community: CommunityRow
    account: AccountRow


_COLUMNS = CommunityRow.columns("c")
_KNOWN = f"{_COLUMNS}, {AccountRow.columns('a')} FROM communities AS c JOIN accounts AS a ON a.id = c.account_id"
_LIVES = "a.suspended_at IS NULL AND a.deleted_at IS NULL"
_BY_ID = Query(CommunityRow, f"SELECT {_COLUMNS} FROM communities AS c WHERE c.account_id = :id", hot=True)
_KNOWN_BY_ID = Query(KnownRow, f"SELECT {_KNOWN} WHERE c.account_id = :id", hot=True)
_KNOWN_BY_IDS = Query(KnownRow, f"SELECT {_KNOWN} WHERE c.account_id IN (:ids[]) AND {_LIVES}", hot=True)
_FOUND = Query(
    AccountId,
    f"""
    SELECT c.account_id
    FROM communities AS c JOIN accounts AS a ON a.id = c.account_id
    WHERE c.merged_into IS NULL AND {_LIVES} AND {known_to("a")}
        AND (a.discoverable = 1 OR EXISTS (
            SELECT 1 FROM memberships AS fm WHERE fm.community_id = c.account_id AND fm.account_id = :viewer))
        AND {HAS_WORDS}
        AND (:archived = 1 OR c.state = 'active')
        AND (CAST(:template AS TEXT) = '' OR c.template = :template)
        AND (:anywhere = 1 OR a.domain = :domain)
        AND (a.aliases = '' OR NOT EXISTS (
            SELECT 1 FROM communities AS f JOIN accounts AS fa ON fa.id = f.account_id
            WHERE f.merged_into IS NULL AND f.account_id <> c.account_id AND fa.deleted_at IS NULL
                AND ' ' || a.aliases || ' ' LIKE '% ' || fa.uri || ' %'))
        AND c.account_id < :before AND c.account_id > :floor
    ORDER BY c.account_id DESC
    LIMIT :limit""",
)
_INSERT = Query(
    None,
    """
    INSERT INTO communities (
        account_id, template, entry, posting, rules_source, rules_html, welcome_source, welcome_html, state,
        asked_at, archived_at, merged_into, nodes_version, last_place, created_at, alive_at,
        hosts)
    VALUES (
        :account_id, :template, :entry, :posting, :rules_source, :rules_html, :welcome_source, :welcome_html, :state,
        CAST(:asked_at AS BIGINT), CAST(:archived_at AS BIGINT), CAST(:merged_into AS BIGINT), :nodes_version,
        :last_place, :created_at, :alive_at, :hosts)
    ON CONFLICT (account_id) DO NOTHING""",
)
_REWRITE = Query(
    None,
    """
    UPDATE communities
    SET template = :template, entry = :entry, posting = :posting, rules_source = :rules_source,
        rules_html = :rules_html, welcome_source = :welcome_source, welcome_html = :welcome_html, state = :state,
        asked_at = CAST(:asked_at AS BIGINT), archived_at = CAST(:archived_at AS BIGINT),
        merged_into = CAST(:merged_into AS BIGINT), alive_at = :alive_at, hosts = :hosts
    WHERE account_id = :account_id""",
)
_LIVES_ON = Query(None, "UPDATE communities SET asked_at = NULL WHERE account_id = :id")
_HIDE = Query(
    None,
    """
    UPDATE accounts SET is_hidden = :hidden, discoverable = :listed, revision = revision + 1
    WHERE id = :id AND (is_hidden <> :hidden OR discoverable <> :listed)""",
)
_NEXT_PLACE = Query(
    int,
    """
    UPDATE communities SET last_place = CASE WHEN last_place >= :now THEN last_place + 1 ELSE :now END
    WHERE account_id = :id RETURNING last_place""",
)
_NODES_TAKEN = Query(
    None, "UPDATE communities SET nodes_version = :version WHERE account_id = :id AND nodes_version < :version"
)
_SILENT = Query(
    AccountId,
    """
    SELECT c.account_id
    FROM communities AS c JOIN accounts AS a ON a.id = c.account_id
    WHERE a.domain = '' AND a.deleted_at IS NULL AND c.state = 'active'
        AND c.created_at < :since AND c.alive_at < :since
        AND ((:asked = 0 AND c.asked_at IS NULL) OR (:asked = 1 AND c.asked_at < :asked_before))
        AND NOT EXISTS (SELECT 1 FROM placements AS s WHERE s.community_id = c.account_id AND s.shown >= :since)
    ORDER BY c.account_id LIMIT :limit""",
)

_FORMER = Query(
    str,
    """
    WITH RECURSIVE led (id) AS (
        SELECT c.account_id FROM communities AS c WHERE c.merged_into = :id
        UNION SELECT c.account_id FROM communities AS c JOIN led ON c.merged_into = led.id)
    SELECT a.uri
    FROM led JOIN accounts AS a ON a.id = led.id JOIN memberships AS m ON m.community_id = led.id
    WHERE m.account_id = :member AND m.state = 'member'
    ORDER BY led.id LIMIT 1""",
)


def by_id(tx: Tx, id: AccountId) -> CommunityRow | None:
    """What the account has as a community; None for an account that is none."""
    return tx.row(_BY_ID, id=id)


def former_of(tx: Tx, id: AccountId, member: AccountId) -> str | None:
    """The id of a community that became part of this one, itself or by way of others, and has the account in it."""
    return tx.row(_FORMER, id=id, member=member)


def known(tx: Tx, id: AccountId) -> KnownRow | None:
    """The community with its account, in whatever state."""
    return tx.row(_KNOWN_BY_ID, id=id)


def known_all(tx: Tx, ids: Sequence[AccountId]) -> dict[AccountId, KnownRow]:
    """Those of `ids` that are communities and are neither suspended nor deleted."""
    return {row.account.id: row for row in tx.rows(_KNOWN_BY_IDS, ids=ids)} if ids else {}


def found(
    tx: Tx,
    viewer: AccountId,
    words: Sequence[str],
    before: int,
    floor: int,
    limit: int,
    *,
    archived: bool = False,
    template: str = "",
    domain: str | None = None,
) -> list[AccountId]:
    """Communities whose name or purpose has words that begin so, newest first; unlisted and hidden ones for members
    only.

    `template` and `domain` (a node, empty for this one) narrow it; None: of whatever node. One that is made ready to
    follow another is left out until it does: both are called the same, and nobody is to join the one that waits.
    """
    return tx.rows(
        _FOUND,
        viewer=viewer,
        **patterns(words),
        before=before,
        floor=floor,
        limit=limit,
        archived=archived,
        template=template,
        domain=domain or "",
        anywhere=domain is None,
    )


def insert(tx: Tx, row: CommunityRow) -> bool:
    """Make the account a community; False if it is one."""
    return tx.run(_INSERT, **{name: getattr(row, name) for name in CommunityRow.__struct_fields__}) == 1


def rewrite(tx: Tx, row: CommunityRow) -> None:
    """Replace all but the counters of places and of the list of nodes."""
    left = ("nodes_version", "last_place", "created_at")
    tx.run(_REWRITE, **{name: getattr(row, name) for name in CommunityRow.__struct_fields__ if name not in left})


def show(tx: Tx, id: AccountId, *, hidden: bool, listed: bool) -> None:
    """Whether others than members learn of it, and whether lists name it."""
    tx.run(_HIDE, id=id, hidden=hidden, listed=listed)


def next_place(tx: Tx, id: AccountId, now: Millis) -> Millis:
    """A place in the host's order: now, or just after the last one given."""
    return Millis(tx.value(_NEXT_PLACE, id=id, now=now))


def nodes_taken(tx: Tx, id: AccountId, version: int) -> bool:
    """That version of the list of member nodes is the newest; False if one as new was there."""
    return tx.run(_NODES_TAKEN, id=id, version=version) == 1


def lives(tx: Tx, id: AccountId) -> None:
    """Nobody is asked any more whether it lives; nothing else of it changes."""
    tx.run(_LIVES_ON, id=id)


def silent(tx: Tx, since: Millis, limit: int, *, asked_before: Millis | None = None) -> list[AccountId]:
    """Communities of here where nobody wrote since then: not asked yet, or (given) asked before that time."""
    return tx.rows(
        _SILENT, since=since, limit=limit, asked=asked_before is not None, asked_before=asked_before or Millis(0)
    )
