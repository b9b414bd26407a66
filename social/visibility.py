"""The twin of `storage/visibility.py`: who may see a post, decided over facts instead of rows.

Used where there is a post but no query: streaming and tests.
A test compares both for every visibility, relation and door. `Door` are the doors: every route of the application
declares through which of them it shows posts.
"""

from enum import StrEnum

import msgspec

from storage.visibility import OPEN, Visibility


class Door(StrEnum):
    """Through which door posts are shown; `storage/visibility.py` is behind each. `tests/doors` tries them all."""

    NONE = "none"
    """No post is shown."""
    REST = "rest"
    PAGES = "pages"
    FEEDS = "feeds"
    FEDERATION = "federation"
    SEARCH = "search"
    STREAMING = "streaming"
    MEDIA = "media"
    NOTIFICATIONS = "notifications"
    EXPORT = "export"
    """Nothing is exported yet: no route has this door."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What matters between one post and one asking account (or, with `is_host`, one asking node).

    For a node, `follows` and `mentioned` say that somebody there does or is. In a community (`in_community`) it is
    `member` that counts: for a node, that it has a member, is on the list of member nodes, or hosts the community.
    `is_over`: what they are a member by had an end, which has come. `removed`: a moderator took the post out.
    """

    visibility: Visibility
    is_author: bool = False
    follows: bool = False
    mentioned: bool = False
    blocked: bool = False
    author_hidden: bool = False
    is_host: bool = False
    in_community: bool = False
    member: bool = False
    is_over: bool = False
    removed: bool = False


def may_see(facts: Facts, boosted: Facts | None = None) -> bool:
    """Whether the post may be seen; of a boost, also what it boosts."""
    return _own_rule(facts) and (boosted is None or _own_rule(boosted))


def _own_rule(facts: Facts) -> bool:
    if facts.author_hidden:
        return False
    if facts.is_author and not facts.is_host:
        return True
    if facts.removed or (facts.blocked and not facts.is_host):
        return False
    if facts.in_community:
        return facts.visibility in OPEN or (
            facts.visibility is Visibility.FOLLOWERS and facts.member and not facts.is_over
        )
    followed = facts.visibility is Visibility.FOLLOWERS and facts.follows
    return facts.visibility in OPEN or facts.mentioned or followed
