"""What many do without its being written line by line: who follows whom on a site, and who likes a post.

Drawn from hashes of the names: the same story gives the same crowd.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from server.cli.armor.acts import Accept, Act, Block, Follow, Like, Person, Post
from server.cli.armor.when import MINUTE, is_night, share

HOUR = 60 * MINUTE
SAME_SITE = 0.55
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Relations:
    """Who follows whom since when, and who has blocked whom since when."""

    _follows: dict[Pair, int]
    _blocks: dict[frozenset[str], int]

    @classmethod
    def of(cls, acts: Iterable[Act]) -> "Relations":
        """Read off the acts. A follow that a block ends, or a request without an answer, is none."""
        acts = list(acts)
        accepted = {(act.target, act.actor): act.at for act in acts if isinstance(act, Accept)}
        locked = {followed for _, followed in accepted}
        blocks = {frozenset((act.actor, act.target)): act.at for act in acts if isinstance(act, Block)}
        follows = {(act.actor, act.target): act.at for act in acts if isinstance(act, Follow)}
        kept = {pair: at for pair, at in follows.items() if pair[1] not in locked and frozenset(pair) not in blocks}
        return cls(_follows=kept | accepted, _blocks=blocks)

    def follows(self, one: str, other: str, at: int) -> bool:
        """Whether `one` follows `other` by the time `at`."""
        since = self._follows.get((one, other))
        return since is not None and since < at

    def apart(self, one: str, other: str, at: int | None = None) -> bool:
        """Whether one of two has blocked the other, by the time `at` if given."""
        since = self._blocks.get(frozenset((one, other)))
        return since is not None and (at is None or at >= since)


def follows(people: Sequence[Person], written: Iterable[Pair]) -> Iterator[Act]:
    """Follows of the first days: most people of the own site, every service, and the pairs written by hand."""
    by_name = {person.username: person for person in people}
    pairs = set(written) | {(a.username, b.username) for a in people for b in people if _would_follow(a, b)}
    for follower, followed in sorted(pairs):
        yield from follow(by_name[follower], by_name[followed])


def follow(follower: Person, followed: Person, at: int | None = None, *, answered: bool = True) -> Iterator[Act]:
    """A follow within hours of the day both are there (or `at`), and its acceptance when the followed is locked."""
    pair = f"{follower.username}:{followed.username}"
    start = max(follower.joined_at, followed.joined_at)
    at = at or start + 10 * MINUTE + int(share(f"follow:{pair}") * 8 * HOUR)
    yield Follow(key=f"follow:{pair}", at=at, site=follower.site, actor=follower.username, target=followed.username)
    if followed.locked and answered:
        later = at + 5 * MINUTE + int(share(f"accept:{pair}") * HOUR)
        yield Accept(
            key=f"accept:{pair}", at=later, site=followed.site, actor=followed.username, target=follower.username
        )


def likes(post: Post, count: int, readers: Sequence[Person], relations: Relations, before: int) -> Iterator[Like]:
    """`count` likes by those of `readers` who come first; whoever follows the author comes more readily."""

    def distance(reader: Person) -> float:
        is_near = relations.follows(reader.username, post.actor, post.at)
        return share(f"like:{post.key}:{reader.username}") * (1 if is_near else 3)

    for reader in sorted(readers, key=distance)[:count]:
        key = f"like:{reader.username}:{post.key}"
        at = later(post.at, key, before)
        yield Like(key=key, at=at, site=reader.site, actor=reader.username, post=post.key)


def later(start: int, seed: str, before: int) -> int:
    """Some time after `start`, mostly within hours, by day, and in any case before `before`."""
    drawn = share(seed)
    at = start + 2 * MINUTE + int(drawn**3 * 30 * HOUR)
    if is_night(at):
        at += 9 * HOUR
    if at < before:
        return at
    return start + 1 + int((before - start - 2) * drawn)


def _would_follow(follower: Person, followed: Person) -> bool:
    if follower is followed or follower.kind == "service":
        return False
    if followed.kind == "service":
        return followed.site == follower.site or share(f"{follower.username}>{followed.username}") < SAME_SITE
    drawn = share(f"{follower.username}>{followed.username}")
    return follower.site == followed.site and drawn < SAME_SITE
