"""Other nodes: whether we let them in, and whether they answer."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis

RuleId = NewType("RuleId", int)


class Policy(StrEnum):
    """What the node's administrators decided about a peer. UNKNOWN: nothing."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


class PeerRow(Row, frozen=True, kw_only=True):
    """One host. `failures` in a row close the breaker until `closed_until`.

    From `rule_id` on: what was decided about it beside letting it in, and about all hosts below its name.
    """

    host: str
    policy: Policy
    software: str
    title: str
    failures: int
    closed_until: Millis
    last_success_at: Millis | None
    last_failure_at: Millis | None
    last_error: str
    created_at: Millis
    rule_id: RuleId = RuleId(0)
    is_silenced: bool = False
    refuses_media: bool = False
    refuses_reports: bool = False
    per_minute: int = 0
    private_comment: str = ""
    public_comment: str = ""
    is_obfuscated: bool = False
    decided_at: Millis | None = None
    manner: str = ""
    manner_until: Millis = Millis(0)
    directory_version: int = 0

    @property
    def program(self) -> str:
        """The name of the software without its version, in lower case; empty: it is not known."""
        return self.software.partition(" ")[0].lower()


_COLUMNS = PeerRow.columns("p")
_BY_HOST = Query(PeerRow, f"SELECT {_COLUMNS} FROM peers AS p WHERE p.host = :host", hot=True)
_ALL = Query(PeerRow, f"SELECT {_COLUMNS} FROM peers AS p ORDER BY p.host")
_FAILING = Query(PeerRow, f"SELECT {_COLUMNS} FROM peers AS p WHERE p.failures > 0 ORDER BY p.host")
_DENIED = Query(str, "SELECT p.host FROM peers AS p WHERE p.policy = 'denied' ORDER BY p.host")
_NEXT_RULE = "(SELECT COALESCE(MAX(q.rule_id), 0) + 1 FROM peers AS q)"
_DECIDE = Query(
    None,
    f"""
    INSERT INTO peers (host, policy, rule_id, decided_at, created_at) VALUES (:host, :policy, {_NEXT_RULE}, :now, :now)
    ON CONFLICT (host) DO UPDATE SET policy = excluded.policy, decided_at = excluded.decided_at,
        rule_id = CASE WHEN peers.rule_id = 0 THEN excluded.rule_id ELSE peers.rule_id END""",
)
_LIMIT = Query(
    None,
    """
    UPDATE peers
    SET is_silenced = :is_silenced, refuses_media = :refuses_media, refuses_reports = :refuses_reports,
        per_minute = :per_minute, private_comment = :private_comment, public_comment = :public_comment,
        is_obfuscated = :is_obfuscated
    WHERE host = :host""",
)
_COVERING = Query(PeerRow, f"SELECT {_COLUMNS} FROM peers AS p WHERE p.host IN (:hosts[]) AND p.rule_id > 0", hot=True)
_DECIDED = Query(PeerRow, f"SELECT {_COLUMNS} FROM peers AS p WHERE p.rule_id > 0 ORDER BY p.rule_id DESC")
_REOPEN = Query(None, "UPDATE peers SET closed_until = 0 WHERE host = :host")
_BY_RULE = Query(PeerRow, f"SELECT {_COLUMNS} FROM peers AS p WHERE p.rule_id = :id AND p.rule_id > 0", hot=True)
_DESCRIBE = Query(
    None,
    """
    INSERT INTO peers (host, policy, software, title, created_at) VALUES (:host, 'unknown', :software, :title, :now)
    ON CONFLICT (host) DO UPDATE SET software = excluded.software, title = excluded.title""",
)
_SUCCEEDED = Query(
    None,
    """
    INSERT INTO peers (host, policy, last_success_at, created_at) VALUES (:host, 'unknown', :now, :now)
    ON CONFLICT (host) DO UPDATE SET failures = 0, closed_until = 0, last_success_at = excluded.last_success_at""",
)
_FAILED = Query(
    None,
    """
    INSERT INTO peers (host, policy, failures, closed_until, last_failure_at, last_error, created_at)
    VALUES (:host, 'unknown', 1, :closed_until, :now, :error, :now)
    ON CONFLICT (host) DO UPDATE SET failures = peers.failures + 1, closed_until = excluded.closed_until,
        last_failure_at = excluded.last_failure_at, last_error = excluded.last_error""",
)


_READS = Query(
    None,
    """
    INSERT INTO peers (host, policy, manner, manner_until, created_at)
    VALUES (:host, 'unknown', :manner, :until, :now)
    ON CONFLICT (host) DO UPDATE SET manner = excluded.manner, manner_until = excluded.manner_until""",
)


def by_host(tx: Tx, host: str) -> PeerRow | None:
    """What is known of a host (with its port, if it has one)."""
    return tx.row(_BY_HOST, host=host)


def peers(tx: Tx) -> list[PeerRow]:
    """Every host that was ever decided upon or spoken with."""
    return tx.rows(_ALL)


def failing(tx: Tx) -> list[PeerRow]:
    """Hosts whose last delivery failed."""
    return tx.rows(_FAILING)


def denied(tx: Tx) -> list[str]:
    """Hosts that an administrator shut out."""
    return tx.rows(_DENIED)


def decide(tx: Tx, host: str, policy: Policy, now: Millis) -> None:
    """Allow or deny a host."""
    tx.run(_DECIDE, host=host, policy=policy, now=now)


def limit(tx: Tx, row: PeerRow) -> None:
    """Keep what a host that was decided upon may not do, and why."""
    tx.run(
        _LIMIT,
        host=row.host,
        is_silenced=row.is_silenced,
        refuses_media=row.refuses_media,
        refuses_reports=row.refuses_reports,
        per_minute=row.per_minute,
        private_comment=row.private_comment,
        public_comment=row.public_comment,
        is_obfuscated=row.is_obfuscated,
    )


def covering(tx: Tx, hosts: Sequence[str]) -> list[PeerRow]:
    """What was decided about any of these names."""
    return tx.rows(_COVERING, hosts=hosts) if hosts else []


def decided(tx: Tx) -> list[PeerRow]:
    """Every host about which something was decided, the latest first."""
    return tx.rows(_DECIDED)


def reopen(tx: Tx, host: str) -> None:
    """Close the breaker: what waits for the host may be tried at once."""
    tx.run(_REOPEN, host=host)


def by_rule(tx: Tx, id: RuleId) -> PeerRow | None:
    """The host of a decision."""
    return tx.row(_BY_RULE, id=id)


def describe(tx: Tx, host: str, software: str, title: str, now: Millis) -> None:
    """Keep what a host says of itself."""
    tx.run(_DESCRIBE, host=host, software=software, title=title, now=now)


def succeeded(tx: Tx, host: str, now: Millis) -> None:
    """The host took something, or spoke to us: its breaker is closed again."""
    tx.run(_SUCCEEDED, host=host, now=now)


def failed(tx: Tx, host: str, error: str, closed_until: Millis, now: Millis) -> None:
    """The host did not answer; nothing goes there before `closed_until`."""
    tx.run(_FAILED, host=host, error=error, closed_until=closed_until, now=now)


def reads(tx: Tx, host: str, manner: str, until: Millis, now: Millis) -> None:
    """Keep which signatures the host reads, and until when that is believed."""
    tx.run(_READS, host=host, manner=manner, until=until, now=now)
