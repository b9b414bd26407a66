"""Said before: how many people on how many sites will see a post, and whose node is left out.

Counted are the people whom this node knows: its own, and those of the group's directory; a test compares the number
with who may see the post afterwards. The author is not counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from social.peer_rules import names_over
from social.policy import Viewer
from social.settings import Settings
from storage import reach as rows
from storage.engine.database import Tx
from storage.reach import ReachRow


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """People by node (empty: this one). `left_out`: nodes to which nothing goes, since they were not let in."""

    group: Mapping[str, int] = {}
    followers: Mapping[str, int] = {}
    outside: Mapping[str, int] = {}
    """Followers on nodes that are none of the group's: what is for everybody reaches them too."""
    left_out: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    """Names whose nodes, and those below them, are shut out."""

    def reaches(self, host: str) -> bool:
        """Whether anything goes to the node at all."""
        return host not in self.left_out and self.refused.isdisjoint(names_over(host))


def reach(tx: Tx, viewer: Viewer, settings: Settings) -> Reach:
    """Whom a post of the viewer would reach: one statement."""
    own, entities = settings.node.domain, [one.domain for one in settings.group.entities]
    group = {"", *(domain for domain in entities if domain != own)}
    found = rows.of(tx, viewer.account, sorted(group))
    refused = frozenset(row.domain for row in found if row.what == "denied")
    allowed = group | set(settings.federation.allow) | {row.domain for row in found if row.what == "allowed"}
    followers = _counted(found, "followers")
    left_out = frozenset(
        host
        for host in group | set(followers)
        if host and not _goes(host, allowed, refused, is_open=settings.federation.mode == "open")
    )
    people = _counted(found, "people")
    people.subtract({host: count for host, count in _counted(found, "blocked").items() if host in people})
    people[""] -= 1
    return Reach(
        group=_without(people, left_out),
        followers=_without(followers, left_out),
        outside={host: count for host, count in _without(followers, left_out).items() if host not in group},
        left_out=left_out,
        refused=refused,
    )


def _counted(found: Iterable[ReachRow], what: str) -> Counter[str]:
    return Counter({row.domain: row.people for row in found if row.what == what})


def _goes(host: str, allowed: set[str], refused: frozenset[str], *, is_open: bool) -> bool:
    return (is_open or host in allowed) and refused.isdisjoint(names_over(host))


def _without(people: Mapping[str, int], left_out: frozenset[str]) -> dict[str, int]:
    return {host: count for host, count in people.items() if count > 0 and host not in left_out}
