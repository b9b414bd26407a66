"""What administrators decide about other nodes beside letting them in: limits, forgetting, lists in CSV, trying again.

Lists are in Mastodon's format, so that they can be exchanged with its servers: blocks with their severity (`suspend`,
`silence`, `noop`), allows as names alone.
"""

import csv
from collections.abc import Callable, Sequence
from io import StringIO

import msgspec

from social import peers
from social.errors import Invalid, NotFound
from social.governance.audit import Act, record
from social.peer_rules import rule_among
from social.policy import Role, Viewer, require_role
from social.text import clean_line, graphemes
from storage import deliveries, states
from storage import peers as rows
from storage.engine.database import Tx
from storage.ids import Millis
from storage.peers import PeerRow, Policy, RuleId

SEVERITIES = ("noop", "silence", "suspend")
BLOCKS_HEAD = ("#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate")
ALLOWS_HEAD = ("#domain",)
LINES = 10_000
COMMENT_LIMIT = 500
MOST_A_MINUTE = 1_000_000

Normal = Callable[[str], str]
"""A host in its normal form. Raises ValueError."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a host that is decided upon may not do; of the severities `suspend` shuts it out."""

    severity: str = "silence"
    refuses_media: bool = False
    refuses_reports: bool = False
    per_minute: int = 0
    private_comment: str = ""
    public_comment: str = ""
    is_obfuscated: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a list that cannot be taken, by its number."""

    number: int
    text: str


def limit(tx: Tx, viewer: Viewer | None, host: str, limits: Limits, *, now: Millis) -> PeerRow:
    """Decide what a host and all below its name may do. Raises Forbidden, Invalid."""
    _require(viewer)
    if limits.severity not in SEVERITIES:
        raise Invalid("severity", "not_a_choice")
    if not 0 <= limits.per_minute <= MOST_A_MINUTE:
        raise Invalid("per_minute", "invalid")
    private, public = clean_line(limits.private_comment), clean_line(limits.public_comment)
    if max(graphemes(private), graphemes(public)) > COMMENT_LIMIT:
        raise Invalid("private_comment", "too_long", maximum=COMMENT_LIMIT)
    before = rows.by_host(tx, host)
    if limits.severity == "suspend":
        peers.deny(tx, viewer, host, now=now)
    else:
        kept = before.policy if before is not None and before.policy is Policy.ALLOWED else Policy.UNKNOWN
        rows.decide(tx, host, kept, now)
    found = _found(tx, host)
    changed = msgspec.structs.replace(
        found,
        is_silenced=limits.severity == "silence",
        refuses_media=limits.refuses_media,
        refuses_reports=limits.refuses_reports,
        per_minute=limits.per_minute,
        private_comment=private,
        public_comment=public,
        is_obfuscated=limits.is_obfuscated,
    )
    rows.limit(tx, changed)
    record(tx, viewer, Act.PEER_LIMIT, id=found.rule_id, subject=host, why=_said(changed, limits), now=now)
    _settle(tx)
    return _found(tx, host)


def unlimit(tx: Tx, viewer: Viewer | None, host: str, *, now: Millis) -> None:
    """Take all limits from a host, and what shuts it out; whether it is allowed stays. Raises Forbidden, NotFound."""
    _require(viewer)
    found = _found(tx, host)
    if found.policy is Policy.DENIED:
        rows.decide(tx, host, Policy.UNKNOWN, now)
    rows.limit(tx, _free(found))
    record(tx, viewer, Act.PEER_LIMIT, id=found.rule_id, subject=host, why="none", now=now)
    _settle(tx)


def forget(tx: Tx, viewer: Viewer | None, host: str, *, now: Millis) -> None:
    """Decide nothing about a host any more: it is neither allowed nor shut out. Raises Forbidden, NotFound."""
    _require(viewer)
    found = _found(tx, host)
    rows.decide(tx, host, Policy.UNKNOWN, now)
    rows.limit(tx, _free(found))
    record(tx, viewer, Act.PEER_FORGET, id=found.rule_id, subject=host, now=now)
    _settle(tx)


def decided(tx: Tx, viewer: Viewer | None) -> list[PeerRow]:
    """Every host about which something is decided, the latest first. Raises Forbidden."""
    _require(viewer)
    return [row for row in rows.decided(tx) if row.policy is not Policy.UNKNOWN or is_limited(row)]


def by_rule(tx: Tx, viewer: Viewer, id: int) -> PeerRow:
    """The host of a decision. Raises Forbidden, NotFound."""
    _require(viewer)
    row = rows.by_rule(tx, RuleId(id))
    if row is None:
        raise NotFound("peer")
    return row


def retry(tx: Tx, viewer: Viewer | None, host: str, *, now: Millis) -> int:
    """Try at once to deliver what waits for a host; how much that is. Raises Forbidden, NotFound."""
    _require(viewer)
    if rows.by_host(tx, host) is None:
        raise NotFound("peer")
    rows.reopen(tx, host)
    count = deliveries.revive(tx, host, now)
    record(tx, viewer, Act.PEER_RETRY, subject=host, now=now)
    return count


def is_limited(row: PeerRow) -> bool:
    """Whether a host may do less than others, by its own decision."""
    return (
        row.policy is Policy.DENIED
        or row.is_silenced
        or row.refuses_media
        or row.refuses_reports
        or (row.per_minute > 0)
    )


def severity(row: PeerRow) -> str:
    """The severity of a decision, in Mastodon's words."""
    return "suspend" if row.policy is Policy.DENIED else "silence" if row.is_silenced else "noop"


def blocks_csv(tx: Tx, viewer: Viewer | None) -> str:
    """What limits hosts, as a list."""
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(BLOCKS_HEAD)
    for row in sorted(decided(tx, viewer), key=lambda row: row.host):
        if is_limited(row):
            flags = [str(flag).lower() for flag in (row.refuses_media, row.refuses_reports)]
            obfuscated = str(row.is_obfuscated).lower()
            table.writerow([row.host, severity(row), *flags, row.public_comment, obfuscated])
    return written.getvalue()


def allows_csv(tx: Tx, viewer: Viewer | None) -> str:
    """Which hosts are allowed, as a list."""
    allowed = sorted(row.host for row in decided(tx, viewer) if row.policy is Policy.ALLOWED)
    return "\n".join([*ALLOWS_HEAD, *allowed]) + "\n"


def take_list(
    tx: Tx, viewer: Viewer | None, text: str, normal: Normal, *, own: str, now: Millis
) -> tuple[int, list[Line]]:
    """Decide as a list says: how many lines were taken, and which could not be. Raises Forbidden, Invalid.

    A list that begins with `#severity` among its columns limits, one of names alone allows.
    """
    _require(viewer)
    try:
        lines = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    except csv.Error as bad:
        raise Invalid("list", "unreadable") from bad
    if len(lines) > LINES:
        raise Invalid("list", "too_many", maximum=LINES)
    head = [cell.strip().lower() for cell in lines[0]] if lines else []
    has_head = bool(head) and head[0] in ("#domain", "domain")
    columns = [name.removeprefix("#") for name in head] if has_head else ["domain"]
    taken, refused = 0, []
    for number, cells in enumerate(lines[has_head:], start=1 + has_head):
        if not cells or not cells[0].strip():
            continue
        fields = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        try:
            host = normal(fields["domain"])
            if host == own:
                raise ValueError("this node itself")
            _take(tx, viewer, host, fields, is_block="severity" in columns, now=now)
            taken += 1
        except (ValueError, Invalid):
            refused.append(Line(number=number, text=cells[0][:200]))
    return taken, refused


def _take(tx: Tx, viewer: Viewer | None, host: str, fields: dict[str, str], *, is_block: bool, now: Millis) -> None:
    if not is_block:
        peers.allow(tx, viewer, host, now=now)
        return
    before = rows.by_host(tx, host)
    limits = Limits(
        severity=fields.get("severity") or "suspend",
        refuses_media=_truth(fields.get("reject_media")),
        refuses_reports=_truth(fields.get("reject_reports")),
        per_minute=before.per_minute if before else 0,
        private_comment=before.private_comment if before else "",
        public_comment=fields.get("public_comment", "")[:COMMENT_LIMIT],
        is_obfuscated=_truth(fields.get("obfuscate")),
    )
    limit(tx, viewer, host, limits, now=now)


def _settle(tx: Tx) -> None:
    """Accounts of each known node stand as the decisions say now."""
    known = rows.decided(tx)
    domains = states.domains(tx)
    quiet = [domain for domain in domains if rule_among(known, domain).is_silenced]
    states.hush(tx, quiet, on=True)
    states.hush(tx, [domain for domain in domains if domain not in set(quiet)], on=False)


def _found(tx: Tx, host: str) -> PeerRow:
    row = rows.by_host(tx, host)
    if row is None or not row.rule_id:
        raise NotFound("peer")
    return row


def _free(row: PeerRow) -> PeerRow:
    return msgspec.structs.replace(
        row,
        is_silenced=False,
        refuses_media=False,
        refuses_reports=False,
        per_minute=0,
        private_comment="",
        public_comment="",
        is_obfuscated=False,
    )


def _said(row: PeerRow, limits: Limits) -> str:
    said: Sequence[tuple[bool, str]] = (
        (True, limits.severity),
        (row.refuses_media, "reject_media"),
        (row.refuses_reports, "reject_reports"),
        (row.per_minute > 0, f"{row.per_minute}/min"),
        (bool(row.private_comment), row.private_comment),
    )
    return ", ".join(words for holds, words in said if holds)


def _truth(written: str | None) -> bool:
    return (written or "").lower() in ("true", "1", "yes")


def _require(viewer: Viewer | None) -> None:
    if viewer is not None:
        require_role(viewer, Role.ADMIN)
