"""What is decided about hosts: who is shut out, heard by few, sends no pictures, no reports, or only so fast.

What shuts out or limits holds for all hosts below a name too (`example.org` for `a.example.org`, at label borders, on
any port); what lets in holds for the very host only.
"""

from collections.abc import Iterable

import msgspec

from storage import peers as rows
from storage.engine.database import Tx
from storage.peers import PeerRow, Policy


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for one host. `per_minute` 0: as for all."""

    is_denied: bool = False
    is_silenced: bool = False
    refuses_media: bool = False
    refuses_reports: bool = False
    per_minute: int = 0


FREE = Rule()


def names_over(host: str) -> list[str]:
    """The names whose rules hold for a host: its own, without its port, and each domain above it."""
    bare = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    if bare.startswith("["):
        return list(dict.fromkeys([host, bare]))
    labels = bare.split(".")
    return list(dict.fromkeys([host, *(".".join(labels[place:]) for place in range(len(labels)))]))


def rule_among(known: Iterable[PeerRow], host: str) -> Rule:
    """What the decisions say of a host; of its own and those above it each bar holds."""
    over = set(names_over(host))
    found = [row for row in known if row.host in over]
    if not found:
        return FREE
    paces = sorted((len(row.host), row.per_minute) for row in found if row.per_minute)
    return Rule(
        is_denied=any(row.policy is Policy.DENIED for row in found),
        is_silenced=any(row.is_silenced for row in found),
        refuses_media=any(row.refuses_media for row in found),
        refuses_reports=any(row.refuses_reports for row in found),
        per_minute=paces[-1][1] if paces else 0,
    )


def rule_of(tx: Tx, host: str) -> Rule:
    """What holds for a host: one statement."""
    return rule_among(rows.covering(tx, names_over(host)), host)
