"""Whom what is said in a community goes to: its host and the nodes where members live.

What is for members only goes to nodes of our own kind that this node lets in, and to nobody else: others would not keep
it from whoever is no member. Of what everybody may read, those of our kind and of the forums' (FEP-1b12) are sent
everything, and others what they can show: that there is a new thread.
"""

from enum import StrEnum

import msgspec

from federation.discovery import SOFTWARE
from federation.sending import merged
from social.settings import Settings
from social.trust import group
from storage import community_nodes, manifests, peers
from storage.accounts import AccountRow
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import Millis
from storage.peers import PeerRow, Policy

_OURS = SOFTWARE
_FORUMS = frozenset(
    {"lemmy", "piefed", "mbin", "kbin", "lotide", "nodebb", "discourse", "wordpress"}
    | {"friendica", "hubzilla", "streams", "forte"}
)
"""Names as they stand in NodeInfo, in lower case: those that take an Announce of an activity apart."""
_SILENT = frozenset({"piefed"})
"""Those that announce what somebody wrote to everybody but the author's own node."""
_PLAIN = frozenset(
    {"mastodon", "hometown", "gotosocial", "pleroma", "akkoma", "snac", "mitra", "takahe", "wafrn", "fedibird"}
    | {"misskey", "sharkey", "firefish", "calckey", "foundkey", "cherrypick", "catodon", "iceshrimp", "iceshrimp.net"}
    | {"pixelfed", "peertube", "mobilizon", "gancio", "bookwyrm", "funkwhale", "owncast", "writefreely", "plume"}
)
"""Those that boost: they fetch what an Announce names, and of an activity make nothing."""


class Reading(StrEnum):
    """What a node makes of the Announce of an activity."""

    OURS = "ours"
    FORUM = "forum"
    PLAIN = "plain"
    """It would fetch in vain, or boost every comment."""
    UNKNOWN = "unknown"


def reading_of(peer: PeerRow | None) -> Reading:
    """By the software that the node names (NodeInfo)."""
    name = "" if peer is None else peer.program
    if name == _OURS:
        return Reading.OURS
    if name in _FORUMS:
        return Reading.FORUM
    return Reading.PLAIN if name in _PLAIN else Reading.UNKNOWN


def echoes(tx: Tx, community: AccountRow) -> bool:
    """Whether the host of a community tells an author's node, too, where the post stands."""
    peer = peers.by_host(tx, community.domain)
    return peer is None or peer.program not in _SILENT


class Trust(msgspec.Struct, frozen=True):
    """Which nodes keep what is for members from everybody else: of our kind, and let in by name.

    That is, of the group (its manifest), or a guest that an administrator or the configuration named. A node that this
    one speaks with only because it speaks with all is none of them.
    """

    guests: frozenset[str]
    group: frozenset[str]
    """Its nodes by the configuration, where there is no manifest."""
    now: Millis

    def honours(self, tx: Tx, host: str) -> bool:
        """Whether the node may have what is for members only. Closed where anything is unknown."""
        peer = peers.by_host(tx, host)
        if peer is None or peer.policy is Policy.DENIED or reading_of(peer) is not Reading.OURS:
            return False
        if peer.policy is Policy.ALLOWED or host in self.guests:
            return True
        row = manifests.active(tx, self.now)
        return host in (self.group if row is None else group.domains(tx, self.now))

    def honouring(self, tx: Tx, to: list[InboxTarget]) -> list[InboxTarget]:
        """Those of the inboxes whose nodes may."""
        kept = {host: self.honours(tx, host) for host in {target.host for target in to}}
        return [target for target in to if kept[target.host]]


def trust(settings: Settings, now: Millis) -> Trust:
    """As this node is configured."""
    return Trust(
        guests=frozenset(host.lower() for host in settings.federation.allow),
        group=frozenset(entity.domain.lower() for entity in settings.group.entities),
        now=now,
    )


def member_nodes(tx: Tx, community: AccountRow) -> list[InboxTarget]:
    """The nodes of the list that the host published."""
    return [InboxTarget(inbox_url=row.inbox_url, host=row.host) for row in community_nodes.of(tx, community.id)]


def directly(tx: Tx, community: AccountRow, trusted: Trust) -> list[InboxTarget]:
    """Where somebody's words in a community go at once: to its host, and to member nodes of our kind.

    Others have it from the host: they would show what its moderators do not know yet. What is written at the host
    itself is announced at once, to all of them.
    """
    if community.is_local:
        return []
    to = trusted.honouring(tx, member_nodes(tx, community))
    inbox = community.shared_inbox_url or community.inbox_url
    return merged([InboxTarget(inbox_url=inbox, host=community.domain)], to)
